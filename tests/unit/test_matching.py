"""Each rule of matching, and each reason to ask a person, by a worked example."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.matching import MatchingRules, match
from clerkwork.core.matching.model import Match, Outcome
from clerkwork.core.matching.propose import postings_of
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine

TODAY = date(2026, 3, 3)
OURS = "NL13TEST0123456789"
BAKKER, VISSER, STRANGER = "NL02ABNA0123456789", "NL91ABNA0417164300", "BE68539007547034"

DEBTORS = (
    Debtor(number="10007", name="Bakkerij Bakker B.V.", ibans=(BAKKER,)),
    Debtor(number="10010", name="Kapsalon Visser V.O.F.", ibans=(VISSER,)),
    Debtor(number="10013", name="Garage Smit"),
)


def item(number: str, cents: int, customer: str = "10007", **more: object) -> OpenItem:
    made = OpenItem(
        number=number, customer=customer, open=Money(cents, "EUR"), due=date(2026, 2, 20)
    )
    return replace(made, **more)  # type: ignore[arg-type]


def line(text: str, cents: int, iban: str = BAKKER, **more: object) -> BankLine:
    made = BankLine(
        account=OURS,
        booked=date(2026, 3, 2),
        valued=date(2026, 3, 2),
        amount=Money(cents, "EUR"),
        payer="Bakkerij Bakker BV" if iban == BAKKER else "",
        payer_iban=iban,
        text=text,
        id=f"{text}/{cents}/{iban}",
    )
    return replace(made, **more)  # type: ignore[arg-type]


def matched(
    *lines: BankLine,
    items: tuple[OpenItem, ...],
    debtors: tuple[Debtor, ...] = DEBTORS,
    paid_from: dict[str, dict[str, int]] | None = None,
    rules: MatchingRules | None = None,
) -> tuple[Match, ...]:
    return match(
        lines,
        items,
        debtors,
        rules=rules or MatchingRules(),
        paid_from=paid_from or {},
        today=TODAY,
        own_ibans=frozenset({OURS, "NL86TEST0000000001"}),
    )


def one(a_line: BankLine, *items: OpenItem) -> Match:
    (found,) = matched(a_line, items=items)
    return found


def paid(found: Match) -> dict[str, int]:
    return {part.item: part.amount.minor for part in found.allocations}


def assert_settled(found: Match, rule: str, **amounts: int) -> None:
    assert (found.outcome, found.rule) == (Outcome.SETTLED, rule)
    assert sorted(paid(found).values()) == sorted(amounts.values())
    assert sum(paid(found).values()) <= found.line.amount.minor
    assert found.reasons


def assert_asked(found: Match, rule: str, customer: str) -> None:
    assert (found.outcome, found.rule, found.customer) == (Outcome.REVIEW, rule, customer)
    assert found.allocations == ()
    assert found.reasons


X = item("2026-0412", 12_500)
Y = item("2026-0415", 7_300)
NOTE = item("C2026-031", -2_000)


def test_number_and_amount_say_why() -> None:
    found = one(line("factuur 2026-0412", 12_500), X, Y)
    assert_settled(found, "number and amount", x=12_500)
    assert found.customer == "10007"
    assert found.reasons == (
        "2026-0412 in the text",
        "the amount is what is open: 125.00 EUR",
        "the payer's IBAN is that of debtor 10007",
    )


def test_a_structured_reference_with_its_amount() -> None:
    found = one(line("", 12_500, structured="8000000020260412"), X, Y)
    assert_settled(found, "structured reference", x=12_500)


def test_a_structured_reference_with_a_wrong_check_digit_is_asked() -> None:
    found = one(line("", 12_500, structured="7000000020260412"), X)
    assert_asked(found, "number not open", "10007")


def test_listed_numbers_whose_sum_fits() -> None:
    found = one(line("2026-0412, 2026-0415", 19_800), X, Y)
    assert_settled(found, "listed numbers", x=12_500, y=7_300)


def test_a_credit_note_is_netted() -> None:
    found = one(line("2026-0412 min creditnota C2026-031", 10_500), X, Y, NOTE)
    assert_settled(found, "listed numbers", x=12_500, note=-2_000)


def test_a_range_takes_what_lies_between_of_the_same_debtor() -> None:
    items = [item(f"2026-04{n}", n * 100) for n in (12, 13, 15)]
    other = item("2026-0414", 9_999, "10010")
    found = one(line("2026-0412 t/m 2026-0415", 4_000), *items, other)
    assert_settled(found, "listed numbers", a=1_200, b=1_300, c=1_500)


def test_a_list_that_does_not_add_up_is_asked_with_what_it_names() -> None:
    found = one(line("2026-0412, 2026-0415", 19_000), X, Y)
    assert_asked(found, "sum does not fit", "10007")
    assert {a.item for a in found.candidates[0].allocations} == {"2026-0412", "2026-0415"}


def test_part_of_an_item_by_its_own_debtor() -> None:
    found = one(line("2026-0412 1/3", 4_100), X, Y)
    assert_settled(found, "part payment", x=4_100)


def test_a_part_that_may_be_another_item_is_asked() -> None:
    assert_asked(one(line("2026-0412", 7_300), X, Y), "equal candidates", "10007")


def test_a_part_that_may_be_netted_with_a_credit_note_is_asked() -> None:
    assert_asked(one(line("2026-0412", 10_500), X, NOTE), "equal candidates", "10007")


def test_a_part_with_a_number_torn_apart_is_settled_by_its_own_debtor() -> None:
    assert_settled(one(line("2026 0412", 4_100), X), "part payment", x=4_100)
    assert one(line("2026 0412", 4_100, STRANGER), X).outcome is Outcome.REVIEW


def test_a_part_beside_an_unknown_number_is_asked() -> None:
    assert_asked(one(line("2026-0412 en 2026-0399", 4_100), X), "equal candidates", "10007")


def test_instalments_come_together() -> None:
    lines = [line(f"2026-0412 {n}/3", 4_000 + (n == 3) * 500, id=f"{n}") for n in (1, 2, 3)]
    found = matched(*reversed(lines), items=(X,))
    assert [m.outcome for m in found] == [Outcome.SETTLED] * 3
    assert [m.allocations[0].open_before.minor for m in found] == [12_500, 8_500, 4_500]


def test_a_discount_in_time_and_a_late_one() -> None:
    terms = {"discount": Money(250, "EUR"), "discount_until": date(2026, 3, 2)}
    in_time = one(line("2026-0412", 12_250), replace(X, **terms))  # type: ignore[arg-type]
    assert_settled(in_time, "early-payment discount", x=12_250)
    assert in_time.allocations[0].discount == Money(250, "EUR")
    terms["discount_until"] = date(2026, 3, 1)
    late = one(line("2026-0412", 12_250), replace(X, **terms))  # type: ignore[arg-type]
    assert_settled(late, "part payment", x=12_250)
    assert "the discount had lapsed on 2026-03-01; valued 2026-03-02" in late.reasons


def test_a_discount_on_one_of_a_list() -> None:
    terms = {"discount": Money(250, "EUR"), "discount_until": date(2026, 3, 9)}
    found = one(line("2026-0412 + 2026-0415", 19_550), replace(X, **terms), Y)  # type: ignore[arg-type]
    assert_settled(found, "early-payment discount", x=12_250, y=7_300)


def test_a_third_party_needs_number_and_amount() -> None:
    assert_settled(one(line("2026-0412", 12_500, STRANGER), X, Y), "third party", x=12_500)
    part = one(line("2026-0412", 9_000, STRANGER), X, Y)
    assert_asked(part, "third party, other amount", "10007")
    short = one(line("factuur 0412", 12_500, STRANGER), X, Y)
    assert short.outcome is Outcome.REVIEW


def test_a_debtor_who_names_anothers_item_while_his_own_fits() -> None:
    found = one(line("2026-0412", 12_500, VISSER), X, item("2026-0500", 12_500, "10010"))
    assert_asked(found, "equal candidates", "10010")
    assert {c.customer for c in found.candidates} == {"10007", "10010"}


def test_a_short_number_needs_its_debtor_and_the_amount() -> None:
    assert_settled(one(line("factuur 412", 12_500), X, Y), "short number", x=12_500)
    assert_asked(one(line("factuur 412", 4_000), X, Y), "number not open", "10007")


def test_a_short_number_that_is_two_items_is_told_apart_by_the_amount() -> None:
    last_year = item("2025-0412", 9_900)
    assert_settled(one(line("nota 0412", 9_900), X, last_year), "short number", y=9_900)
    same = item("2025-0412", 12_500)
    assert one(line("nota 0412", 12_500), X, same).outcome is Outcome.REVIEW


def test_a_closed_item_of_another_year_is_not_taken_for_an_open_one() -> None:
    for text in ("factuur 2025-0412", "factuur 2025 0412"):
        assert_asked(one(line(text, 12_500), X), "number not open", "10007")


def test_a_mistyped_number_needs_its_debtor_and_the_only_fitting_item() -> None:
    assert_settled(one(line("2026-0421", 12_500), X, Y), "mistyped number", x=12_500)
    by_name = line("2026-0421", 12_500, STRANGER, payer="Bakkerij Bakker BV")
    assert_settled(one(by_name, X, Y), "mistyped number", x=12_500)
    unknown = line("2026-0421", 12_500, STRANGER)
    assert_asked(one(unknown, X, Y), "number not open", "10007")
    near = item("2026-0422", 12_500)
    assert_asked(one(line("2026-0421", 12_500), X, near), "number not open", "10007")
    assert_asked(one(line("2026-0999", 12_500), X, Y), "number not open", "10007")


def test_a_mistyped_number_that_is_somebody_elses_needs_an_amount_that_is_unique() -> None:
    others = item("2026-0421", 80_000, "10010")
    assert_settled(one(line("2026-0421", 12_500), X, others), "mistyped number", x=12_500)
    found = one(line("2026-0421", 12_500), X, item("2026-0500", 12_500), others)
    assert found.outcome is Outcome.REVIEW
    assert {c.customer for c in found.candidates} == {"10007", "10010"}
    same = one(line("2026-0421", 12_500), X, replace(others, open=Money(12_500, "EUR")))
    assert same.outcome is Outcome.REVIEW


def test_the_amount_alone_from_a_known_account() -> None:
    found = one(line("betaling", 12_500), X, Y, NOTE)
    assert_settled(found, "amount alone", x=12_500)


def test_the_amount_from_a_name_needs_one_debtor_of_that_name_and_one_reading() -> None:
    named = line("betaling", 12_500, STRANGER, payer="Bakkerij Bakker BV")
    assert_settled(one(named, X, Y), "name and amount", x=12_500)
    twin = one(named, X, item("2026-0500", 12_500))
    assert_asked(twin, "equal candidates", "10007")
    assert paid_by(twin) == [{"2026-0412": 12_500}, {"2026-0500": 12_500}]
    namesake = (*DEBTORS, Debtor(number="10020", name="Bakkerij Bakker"))
    (found,) = matched(named, items=(X,), debtors=namesake)
    assert found.rule == "unknown payer"


def paid_by(found: Match) -> list[dict[str, int]]:
    return [{a.item: a.amount.minor for a in c.allocations} for c in found.candidates]


def test_an_account_that_paid_for_a_debtor_before() -> None:
    for times, outcome in ((1, Outcome.REVIEW), (2, Outcome.SETTLED)):
        (found,) = matched(
            line("", 12_500, STRANGER), items=(X, Y), paid_from={STRANGER: {"10007": times}}
        )
        assert found.outcome is outcome


def test_a_sum_of_items_only_if_no_other_fits() -> None:
    assert_settled(one(line("saldo", 19_800), X, Y), "sum", x=12_500, y=7_300)
    rivals = (X, Y, item("2026-0500", 10_000), item("2026-0501", 9_800))
    found = one(line("saldo", 19_800), *rivals)
    assert_asked(found, "equal candidates", "10007")
    assert len(found.candidates) == 2


def test_a_sum_among_many_items_may_be_chance() -> None:
    items = tuple(item(f"2026-04{n:02d}", 2**n) for n in range(14))
    found = one(line("saldo", 2 + 16 + 128 + 2048), *items)
    assert_asked(found, "equal candidates", "10007")
    assert found.reasons[0] == "with 14 items a sum of 4 may fit by chance"
    assert_settled(
        one(line("saldo", 2**14 - 1), *items), "sum", **{str(n): 2**n for n in range(14)}
    )


def test_more_items_than_can_be_tried_are_asked() -> None:
    items = tuple(item(f"2026-{n:04d}", 1_000 + 2**n) for n in range(17))
    found = one(line("", items[3].open.minor), *items)
    assert_asked(found, "equal candidates", "10007")


def test_equal_items_are_asked() -> None:
    same = tuple(item(f"2026-04{n}", 8_954) for n in (10, 11, 12))
    assert_asked(one(line("Abonnement", 8_954), *same), "equal candidates", "10007")


def test_an_amount_that_is_also_an_item_less_its_discount_is_asked() -> None:
    other = replace(
        item("2026-0500", 12_700), discount=Money(200, "EUR"), discount_until=date(2026, 3, 9)
    )
    assert_asked(one(line("", 12_500), X, other), "equal candidates", "10007")


def test_paid_twice_settles_the_first() -> None:
    first = line("2026-0412", 12_500, booked=date(2026, 2, 27), id="b")
    again = line("2026-0412", 12_500, booked=date(2026, 3, 2), id="a")
    found = matched(again, first, items=(X,))
    assert_settled(found[0], "number and amount", x=12_500)
    assert found[0].line.id == "b"
    assert (found[1].outcome, found[1].rule) == (Outcome.UNAPPLIED, "paid twice")
    assert found[1].customer == "10007"


def test_too_much_settles_the_item_and_the_rest_stays_on_account() -> None:
    over = line("2026-0412", 12_503)
    found = one(over, X)
    assert_settled(found, "overpayment", x=12_500)
    assert postings_of([found])[0].on_account == Money(3, "EUR")
    assert_asked(one(line("2026-0412", 19_800), X, Y), "overpayment", "10007")
    assert_asked(
        one(replace(over, payer_iban=STRANGER, payer=""), X), "third party, other amount", "10007"
    )


def test_rounding_is_tolerated_as_declared_and_what_is_short_stays_open_by_name() -> None:
    rules = MatchingRules(tolerance=5)
    (over,) = matched(line("2026-0412", 12_503), items=(X,), rules=rules)
    assert_settled(over, "number and amount", x=12_500)
    assert postings_of([over])[0].on_account == Money(3, "EUR")
    (short,) = matched(line("2026-0412 en 2026-0415", 19_797), items=(X, Y), rules=rules)
    assert_settled(short, "tolerance", x=12_497, y=7_300)
    assert short.residual == "rounding"
    assert "0.03 EUR less, rounding, stays open" in short.reasons
    (more,) = matched(line("2026-0412 en 2026-0415", 19_794), items=(X, Y), rules=rules)
    assert_asked(more, "sum does not fit", "10007")


def test_bank_charges_are_tolerated_where_the_text_speaks_of_them() -> None:
    rules = MatchingRules(bank_charges=1_000, bank_charges_percent=10.0)
    charged = line("INV 2026-0412 CHARGES SHA", 11_300)
    (found,) = matched(charged, items=(X, Y), rules=rules)
    assert_settled(found, "tolerance", x=11_300)
    assert found.residual == "bank charges"
    (silent,) = matched(line("INV 2026-0412", 11_300), items=(X, Y), rules=rules)
    assert (silent.rule, silent.residual) == ("part payment", "part payment")


def test_two_debtors_on_one_account() -> None:
    both = (replace(DEBTORS[0], ibans=(BAKKER,)), replace(DEBTORS[1], ibans=(BAKKER,)))
    items = (X, item("2026-0500", 12_500, "10010"))
    unnamed, named = line("", 12_500, id="1"), line("2026-0500", 12_500, id="2")
    found = {m.line.id: m for m in matched(unnamed, named, items=items, debtors=both)}
    assert_settled(found["2"], "number and amount", y=12_500)
    assert found["2"].customer == "10010"
    assert found["1"].rule == "two debtors on one account"
    assert found["1"].outcome is Outcome.REVIEW


def test_numbers_of_two_debtors_in_one_payment() -> None:
    other = item("2026-0500", 100, "10010")
    found = one(line("2026-0412 2026-0500", 12_600), X, other)
    assert_asked(found, "several debtors", "10007")


def test_other_currencies_are_asked() -> None:
    dollars = line("2026-0412", 12_500, amount=Money(12_500, "USD"))
    assert one(dollars, X).rule == "other currency"
    charged = line("USD 140.00 RATE 1.08 INV 2026-0412 CHARGES SHA", 11_900)
    assert_asked(one(charged, X), "other currency", "10007")
    unnamed = line("", 12_500, amount=Money(12_500, "USD"))
    assert_asked(one(unnamed, X), "no item fits", "10007")


def test_an_item_that_a_doubtful_line_names_is_not_given_to_an_unnamed_one() -> None:
    wrong, unnamed = line("2026-0412, 2026-0415", 13_000), line("", 12_500)
    found = matched(wrong, unnamed, items=(X, Y))
    assert [m.rule for m in found] == ["sum does not fit", "held by another line"]


def test_a_disputed_item_is_settled_and_said_to_be() -> None:
    found = one(line("2026-0412", 12_500), replace(X, disputed=True))
    assert found.reasons[-1] == "2026-0412 was disputed, and is paid"


@pytest.mark.parametrize(
    ("a_line", "rule"),
    [
        (line("Kosten betaalverkeer", -412, "", code="costs"), "bank costs"),
        (line("eigen rekening", 50_000, "NL86TEST0000000001"), "own transfer"),
        (line("eigen rekening", -50_000, "NL86TEST0000000001"), "own transfer"),
        (line("nota 2026-0412", -50_000, STRANGER), "outgoing"),
    ],
)
def test_what_is_not_ours(a_line: BankLine, rule: str) -> None:
    found = one(a_line, X)
    assert (found.outcome, found.rule) == (Outcome.NOT_OURS, rule)


@pytest.mark.parametrize(
    ("a_line", "rule"),
    [
        (line("incasso 2026-0412", -12_500, code="return"), "return"),
        (line("Rückläufer", -12_500, code="PMNT-IDDT-UPDD"), "return"),
        (line("STORNO 2026-0412", -12_500), "return"),
        (line("teruggave", -2_000), "refund"),
        (line("C2026-031", -2_000, STRANGER), "refund"),
        (line("2026-0412", 0), "zero amount"),
        (line("2026-0412", 12_500, booked=date(2026, 3, 4)), "booked ahead"),
    ],
)
def test_what_only_a_person_can_judge(a_line: BankLine, rule: str) -> None:
    assert_asked(one(a_line, X, NOTE), rule, "10007")


def test_a_rule_that_is_switched_off_asks_with_its_answer() -> None:
    rules = MatchingRules(use=("number and amount",))
    (found,) = matched(line("", 12_500), items=(X,), rules=rules)
    assert_asked(found, "switched off", "10007")
    assert paid_by(found) == [{"2026-0412": 12_500}]


def test_an_item_that_occurs_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-0412 occurs twice"):
        one(line("", 1), X, X)


def test_postings_hold_what_was_matched() -> None:
    found = one(line("2026-0412 min creditnota C2026-031", 10_500), X, NOTE)
    (posting,) = postings_of([found, one(line("", 1, STRANGER), X)])
    assert posting.customer == "10007"
    assert posting.on_account == Money(0, "EUR")
    assert posting.reference.startswith("CW-")
    assert posting.memo == "Bakkerij Bakker BV 2026-0412 min creditnota C2026-031"


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({"use": ("sums",)}, "there is no rule sums"),
        ({"most_items": 60}, "expected 0 to 24"),
        ({"times_paid": 0}, "expected 1 or more"),
        ({"tolerance": -1}, "expected 0 or more"),
    ],
)
def test_rules_that_make_no_sense_are_refused(setting: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        MatchingRules(**setting)  # type: ignore[arg-type]
