"""What has to be so before a handover, and the statement of what is owed, on worked examples."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from clerkwork.core.collection import readiness
from clerkwork.core.journeys import Journey, Law, Step
from clerkwork.core.law.allocation import AfterPrincipal
from clerkwork.core.law.be import BE
from clerkwork.core.law.left import left_of
from clerkwork.core.law.nl import NL
from clerkwork.core.law.pack import Band, Scale
from clerkwork.core.law.statement import statement_of
from clerkwork.core.law.term import Term, notice_term
from clerkwork.core.ledger import OpenItem, PaidItem
from clerkwork.core.messages import Message, MessageState
from clerkwork.core.money import Money

DUE = date(2024, 2, 1)
DAY = timedelta(days=1)
NOTICED = date(2024, 3, 5)
"""A Tuesday."""
TODAY = date(2024, 4, 1)
DUTCH = Law(pack=NL)


def step(name: str, after: int, *, notice: bool = False) -> Step:
    return Step(name=name, after=after, tone="t", channels=("mail", "letter"), notice=notice)


CONSUMER = Journey(
    name="consumer", hand_over=10,
    steps=(
        step("first", 3), step("second", 10), step("third", 20), step("notice", 30, notice=True),
        step("last", 52),
    ),
)  # fmt: skip


def eur(euros: str) -> Money:
    return Money.of(euros, "EUR")


def item(number: str = "1", euros: str = "1000.00", due: date = DUE) -> OpenItem:
    return OpenItem(number=number, customer="7", open=eur(euros), due=due)


def had(
    *numbers: str, fewer: int = 0, letters: int = 1, state: MessageState = MessageState.SENT
) -> list[Message]:
    """The five contacts of the journey, about these invoices, some of them by letter."""
    found = []
    for n, one in enumerate(CONSUMER.steps[: 5 - fewer]):
        on = NOTICED if one.notice else DUE + one.after * DAY
        found.append(
            Message(
                key=str(n), channel="letter" if n < letters else "mail", to="", subject="", text="",
                html="", debtor="7", step=one.name, items=numbers or ("1",), on=on, state=state,
                announced=eur("150.00") if one.notice else None,
            )
        )  # fmt: skip
    return found


def missing(
    messages: list[Message],
    *items: OpenItem,
    kind: str = "consumer",
    law: Law | None = DUTCH,
    today: date = TODAY,
) -> str:
    return "; ".join(readiness(kind, items or (item(),), messages, CONSUMER, law, today).unmet)


class TestReadiness:
    def test_five_contacts_over_two_channels_and_a_notice_whose_term_is_over(self) -> None:
        found = readiness("consumer", [item()], had(), CONSUMER, DUTCH, TODAY)
        assert (found.unmet, found.left_out) == ((), ())
        ((claimed, term),) = found.items
        assert claimed == item()
        assert term is not None
        assert term.sent == NOTICED

    def test_four_contacts_are_too_few(self) -> None:
        assert missing(had(fewer=1)) == "1: named in 4 of at least 5 contacts that come first"

    def test_one_channel_is_too_few(self) -> None:
        assert missing(had(letters=0)) == (
            "1: all contacts about it went by mail; at least one has to go another way"
        )

    def test_of_what_nobody_knows_that_it_went_nothing_counts(self) -> None:
        said = missing(had(state=MessageState.DOUBTFUL))
        assert said.startswith("1: named in 0 of at least 5 contacts")

    def test_a_consumer_is_given_the_notice_first(self) -> None:
        messages = [one for one in had() if one.step != "notice"]
        assert "1: the law of nl asks a notice first, and none was sent" in missing(messages)
        assert "term runs up to" in missing(had(), today=NOTICED + 3 * DAY)

    def test_what_announced_no_costs_was_not_the_notice(self) -> None:
        messages = [replace(one, announced=None) for one in had()]
        assert "1: the law of nl asks a notice first, and none was sent" in missing(messages)

    def test_where_no_costs_were_agreed_that_have_to_be_no_notice_is_waited_for(self) -> None:
        messages = [replace(one, announced=None) for one in had()]
        assert missing(messages, law=Law(pack=BE)) == ""
        assert "notice" in missing(messages, law=Law(pack=BE, agreed=True))

    def test_in_another_currency_no_costs_are_asked_and_no_notice_is_waited_for(self) -> None:
        messages = [replace(one, announced=None) for one in had()]
        assert missing(messages, replace(item(), open=Money.of("1000.00", "USD"))) == ""

    def test_where_the_scale_gives_nothing_of_so_little_no_notice_is_waited_for(self) -> None:
        messages = [replace(one, announced=None) for one in had()]
        rate = Band(over=eur("0"), fixed=eur("0"), percent=Decimal(1))
        side = replace(NL.side("consumer"), costs=Scale(bands=(rate,)))
        cheap = Law(pack=replace(NL, consumer=side))
        assert missing(messages, item(euros="0.20"), law=cheap) == ""
        assert "notice" in missing(messages, item(euros="20.00"), law=cheap)

    def test_no_more_is_claimed_than_the_notice_announced(self) -> None:
        messages = [replace(one, announced=one.announced and eur("60.00")) for one in had()]
        found = readiness("consumer", [item()], messages, CONSUMER, DUTCH, TODAY)
        statement = statement_of(NL, "consumer", found.items, {}, TODAY)
        assert statement.costs == eur("60.00")

    def test_costs_that_may_be_paid_are_not_claimed_and_why_is_said(self) -> None:
        found = readiness("consumer", [item()], had(), CONSUMER, DUTCH, TODAY)
        why = {"1": "costs were asked, and 2 was paid since"}
        statement = statement_of(NL, "consumer", found.items, {}, TODAY, settled=why)
        assert statement.costs == eur("0")
        assert statement.costs_lines[0] == f"no costs over 1: {why['1']}"

    def test_a_business_needs_none(self) -> None:
        messages = had()
        messages[3] = messages[2]
        assert missing(messages, kind="business") == ""

    def test_an_item_that_no_notice_named_waits_and_the_rest_is_claimed(self) -> None:
        items = [item(), item("2", due=DUE + 40 * DAY), item("C", "-10.00")]
        found = readiness("consumer", items, had(), CONSUMER, DUTCH, TODAY)
        assert [one.number for one, _ in found.items] == ["1", "C"]
        assert found.left_out == (
            "2: named in 0 of at least 5 contacts that come first",
            "2: the law of nl asks a notice first, and none was sent",
        )
        assert found.unmet == ()

    def test_contacts_are_counted_of_each_invoice_not_of_the_debtor(self) -> None:
        # The five contacts named both, and only two of them after the second fell due.
        items = [item(), item("2", due=DUE + 25 * DAY)]
        found = readiness("business", items, had("1", "2"), CONSUMER, DUTCH, TODAY)
        assert [one.number for one, _ in found.items] == ["1"]
        assert found.left_out == (
            "2: named in 2 of at least 5 contacts that come first",
            "2: all contacts about it went by mail; at least one has to go another way",
        )

    def test_two_invoices_that_shared_the_contacts_between_them_wait(self) -> None:
        messages = [*had("1")[:3], *had("2")[3:]]
        said = missing(messages, item(), item("2"), kind="business")
        assert "1: named in 3 of at least 5" in said
        assert "2: named in 2 of at least 5" in said

    def test_without_a_law_that_is_known_nobody_is_handed_over(self) -> None:
        assert "law.toml" in missing(had(), law=None)
        assert "the law is not known" in missing(had(), kind="business", law=Law(pack=BE))


def noticed(sent: date = NOTICED) -> Term:
    return notice_term(NL, "consumer", sent, by="electronic")


class TestStatement:
    """Non-trade interest in 2024: 7 %. Costs: 15 % of the first 2,500.00."""

    def test_principal_interest_and_costs_of_a_consumer(self) -> None:
        found = statement_of(NL, "consumer", [(item(), noticed())], {}, TODAY)
        (only,) = found.claims
        # 2 February until 1 April are 59 of 366 days: 1,000.00 at 7 % bear 11.28.
        assert (only.principal, only.interest, only.costs) == (
            eur("1000.00"), eur("11.28"), eur("150.00"),
        )  # fmt: skip
        assert found.total == eur("1161.28")

    def test_a_part_payment_goes_to_costs_then_interest_then_principal(self) -> None:
        paid = date(2024, 3, 28)
        found = statement_of(
            NL, "consumer", [(item(euros="700.00"), noticed())],
            {"1": [(DUE - 3 * DAY, eur("50.00")), (paid, eur("300.00"))]}, TODAY,
        )  # fmt: skip
        (only,) = found.claims
        # What was paid before it was due never bore interest: 1,000.00 was owed from 2 February.
        # Until 28 March, 55 days: 10.52. Of the 300.00 go 105.00 to the costs over the 700.00
        # that are open, 10.52 to the interest, 184.48 to the principal; 815.52 bear four days more.
        assert only.payments == ((paid, eur("300.00")),)
        assert (only.principal, only.interest, only.costs) == (
            eur("815.52"), eur("0.62"), eur("0.00"),
        )  # fmt: skip
        assert found.total == eur("816.14")
        assert any("105.00 EUR of the costs" in line for line in only.lines)

    def test_costs_are_reckoned_once_over_all_items_and_told_with_the_oldest(self) -> None:
        later = item("2", "2000.00", DUE + 10 * DAY)
        found = statement_of(NL, "consumer", [(later, noticed()), (item(), noticed())], {}, TODAY)
        assert [one.item.number for one in found.claims] == ["1", "2"]
        # 15 % of 2,500.00 and 10 % of the 500.00 above it.
        assert [one.costs for one in found.claims] == [eur("425.00"), eur("0.00")]
        assert found.costs == eur("425.00")

    def test_before_the_term_is_over_no_costs_are_claimed(self) -> None:
        found = statement_of(NL, "consumer", [(item(), None)], {}, TODAY)
        assert found.costs == eur("0.00")
        assert found.costs_lines[0].startswith("no costs over 1: the law of nl asks a notice")

    def test_of_days_whose_rate_nobody_knows_no_interest_is_claimed_and_it_is_said(self) -> None:
        late = item(due=date(2031, 2, 1))
        found = statement_of(NL, "business", [(late, None)], {}, date(2031, 4, 1))
        assert (found.interest, found.principal) == (eur("0.00"), eur("1000.00"))
        assert found.costs == eur("150.00")
        assert found.claims[0].lines[0].startswith("no interest: ")

    def test_what_stands_in_his_favour_is_taken_off_and_nothing_bears_interest(self) -> None:
        items = [(item(), noticed()), (item("C", "-200.00"), None)]
        found = statement_of(NL, "consumer", items, {}, TODAY)
        assert (found.credit, found.interest, found.costs) == (
            eur("-200.00"), eur("0.00"), eur("120.00"),
        )  # fmt: skip
        assert found.total == eur("920.00")

    def test_interest_of_a_paid_invoice_is_claimed_or_given_up_as_was_chosen(self) -> None:
        paid = PaidItem(
            source="erp", number="0", customer="7", due=DUE, on=DUE + 56 * DAY,
            amount=eur("1000.00"),
        )  # fmt: skip
        # From 2 February until 28 March are 55 of 366 days: 1,000.00 at 7 % bear 10.52.
        for policy, asked, waived in (("ask", "10.52", "0.00"), ("waive", "0.00", "10.52")):
            left = left_of(NL, "consumer", [paid], AfterPrincipal(policy=policy))
            found = statement_of(NL, "consumer", [(item(), noticed())], {}, TODAY, left=left)
            (only,) = found.left
            assert (only.asked, only.waived) == (eur(asked), eur(waived))
            assert found.interest == eur("11.28") + eur(asked)
            assert found.total == eur("1161.28") + eur(asked)
            assert "the principal is paid" in only.lines[-1]

    def test_another_currency_is_not_in_it(self) -> None:
        other = OpenItem(number="2", customer="7", open=Money(5, "GBP"), due=DUE)
        found = statement_of(NL, "consumer", [(other, None), (item(), noticed())], {}, TODAY)
        assert [one.item.number for one in found.claims] == ["1"]
