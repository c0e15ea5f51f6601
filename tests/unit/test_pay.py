"""A debtor at his own page: what he promises, plans and disputes, within bounds, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from clerkwork.adapters.dispute_files import DisputeFiles
from clerkwork.adapters.store import Store, open_store
from clerkwork.app.pay import (
    Till,
    dispute,
    in_parts,
    promise,
    visit,
    waiting_files,
    was_opened,
)
from clerkwork.app.promise import make_plan, settle_promises
from clerkwork.app.wishes import be_told, leave_untold, prefer, wishes
from clerkwork.core.collection import Handover
from clerkwork.core.journeys import UNTOLD
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.messages import Message, MessageState
from clerkwork.core.money import Money
from clerkwork.core.paying import WISHES, BadLink, Paying, PayLink, sign_link
from clerkwork.core.payments import Statement
from clerkwork.core.promises import PromiseState
from clerkwork.errors import BusinessError
from clerkwork.testing import FixedClock

KEY = b"k" * 32
ACCOUNT = "NL91ABNA0417164300"
PDF = b"%PDF-1.7 a photo of a broken pallet"
RULES = Paying(
    link_days=30, promise_days=14, parts=3, least_part=Money(2500, "EUR"), file_mb=1,
    most_in_parts=Money(100000, "EUR"),
)  # fmt: skip


def eur(euros: str) -> Money:
    return Money.of(euros, "EUR")


class Desk:
    """A till over a store of its own."""

    def __init__(self, folder: Path) -> None:
        self.clock = FixedClock()
        self.today = self.clock.today()
        self.store: Store = open_store(f"sqlite:///{folder}/store.db", self.clock)
        self.folder = folder / "disputes"
        self.debtors = [Debtor(number="7", name="Noor"), Debtor(number="8", name="Ben")]
        self.items = [self.item("A1", "100.00", 20), self.item("A2", "50.00", -9)]
        self.fetch()
        self.till = Till(
            books=self.store.books, outbox=self.store.outbox, queue=self.store.queue,
            declarations=self.store.declarations, promises=self.store.promises,
            events=self.store.events, links=self.store.pay_links,
            files=DisputeFiles(self.folder, self.clock), clock=self.clock, rules=RULES, key=KEY,
        )  # fmt: skip

    def item(self, number: str, euros: str, overdue: int, customer: str = "7") -> OpenItem:
        due = self.today - timedelta(days=overdue)
        return OpenItem(number=number, customer=customer, open=eur(euros), due=due)

    def fetch(self) -> None:
        self.store.books.replace_debtors("erp", self.debtors)
        self.store.books.replace_open_items("erp", self.items)

    def token(self, debtor: str = "7", issued: date | None = None, turn: int = 0) -> str:
        link = PayLink(debtor=debtor, issued=issued or self.today, turn=turn)
        return sign_link(link, KEY)

    def settle(self, seen: date) -> None:
        zero = Money(0, "EUR")
        self.store.books.book_statement(
            Statement(
                account=ACCOUNT, number=f"{seen}", opened=seen, closed=seen, opening=zero,
                closing=zero, lines=(), source="test",
            )
        )  # fmt: skip
        settle_promises(
            books=self.store.books, promises=self.store.promises, queue=self.store.queue,
            clock=self.clock, accounts=(ACCOUNT,),
        )  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.store.close()


class TestVisit:
    def test_a_link_shows_one_debtor_alone(self, desk: Desk) -> None:
        desk.items.append(desk.item("B1", "9.00", 3, customer="8"))
        desk.fetch()
        seen = visit(desk.till, desk.token())
        assert [one.number for one in seen.dues.due] == ["A1"]
        assert [one.number for one in seen.dues.coming] == ["A2"]
        assert seen.debtor.name == "Noor"
        assert seen.promise_until == desk.today + timedelta(days=14)
        assert seen.most_parts == 3
        assert seen.may_dispute

    def test_a_link_is_good_for_its_days_and_no_more(self, desk: Desk) -> None:
        day = timedelta(days=1)
        assert visit(desk.till, desk.token(issued=desk.today - 30 * day)).link.debtor == "7"
        for issued in (desk.today - 31 * day, desk.today + day):
            with pytest.raises(BadLink):
                visit(desk.till, desk.token(issued=issued))

    def test_revoked_links_open_nothing_and_later_ones_do(self, desk: Desk) -> None:
        old, other = desk.token(), desk.token("8")
        assert desk.store.pay_links.revoke("7", by="anna") == 1
        with pytest.raises(BadLink):
            visit(desk.till, old)
        assert visit(desk.till, desk.token(turn=1)).link.turn == 1
        assert visit(desk.till, other).link.debtor == "8"
        assert desk.store.pay_links.revoke("7", by="anna") == 2
        with pytest.raises(BadLink):
            visit(desk.till, desk.token(turn=1))

    def test_who_was_handed_over_arranges_nothing_on_the_page(self, desk: Desk) -> None:
        till = replace(desk.till, handovers=desk.store.handovers)
        made = desk.store.handovers.approve(
            Handover(
                id="", debtor="7", cycle=desk.today, items=("A1",), by="Inge", at=desk.clock.now()
            )
        )
        seen = visit(till, desk.token())
        assert (seen.promise_until, seen.most_parts, seen.may_dispute) == (None, 0, True)
        with pytest.raises(BusinessError):
            promise(till, seen, desk.today)
        with pytest.raises(BusinessError):
            in_parts(till, seen, 2, desk.today)
        desk.store.handovers.recall(made.id, by="Kim")
        assert visit(till, desk.token()).most_parts == 3

    def test_who_is_blocked_by_his_own_handover_sees_what_was_given_away_and_may_pay(
        self, desk: Desk
    ) -> None:
        handovers = desk.store.handovers
        till = replace(desk.till, handovers=handovers)
        made = handovers.approve(
            Handover(
                id="", debtor="7", cycle=desk.today, items=("A1", "A0"), by="Inge",
                at=desk.clock.now(),
            )
        )  # fmt: skip
        assert visit(till, desk.token()).collected == ("A1",), "A0 was paid since"
        desk.debtors[0] = replace(desk.debtors[0], block="blocked")
        desk.fetch()
        # As long as nobody submitted ours, it is blocked for another reason.
        with pytest.raises(BadLink):
            visit(till, desk.token())
        handovers.blocked(made.id, run="r", note="")
        seen = visit(till, desk.token())
        assert (seen.collected, seen.promise_until, seen.most_parts) == (("A1",), None, 0)
        assert [one.number for one in seen.dues.due] == ["A1"]
        with pytest.raises(BusinessError):
            promise(till, seen, desk.today)
        desk.debtors[0] = replace(desk.debtors[0], block="insolvent")
        desk.fetch()
        with pytest.raises(BadLink):
            visit(till, desk.token())

    @pytest.mark.parametrize("block", ["deceased", "insolvent", "blocked"])
    def test_who_is_left_alone_is_asked_nothing_by_a_page(self, desk: Desk, block: str) -> None:
        desk.debtors[0] = replace(desk.debtors[0], block=block)
        desk.fetch()
        with pytest.raises(BadLink):
            visit(desk.till, desk.token())

    def test_an_unknown_debtor_has_no_page(self, desk: Desk) -> None:
        with pytest.raises(BadLink):
            visit(desk.till, desk.token("9"))

    def test_that_the_link_was_opened_is_noted_once_on_its_message(self, desk: Desk) -> None:
        for number, day in enumerate((3, 0)):
            desk.store.outbox.prepare(
                Message(
                    key=f"m{number}", channel="mail", to="x", subject="", text="", html="",
                    debtor="7", on=desk.today - timedelta(days=day), items=("A1",),
                    state=MessageState.SENT, message_id=f"<{number}@x>",
                )
            )  # fmt: skip
        for _ in range(3):
            was_opened(desk.till, visit(desk.till, desk.token()))
        (event,) = desk.store.events.all()
        assert (event.message, event.kind) == ("m1", "link opened")
        was_opened(desk.till, visit(desk.till, desk.token("8")))
        assert len(desk.store.events.all()) == 1


def test_a_visit_asks_the_store_for_one_debtor_alone_and_for_his_messages_once(desk: Desk) -> None:
    iban = "NL02RABO0123456789"
    desk.debtors[0] = replace(desk.debtors[0], ibans=(iban,))
    desk.fetch()
    asked: list[tuple[str, str]] = []

    def note(_c: object, _r: object, statement: str, values: object, *_: object) -> None:
        asked.append((statement, repr(values)))

    event.listen(desk.store.database.engine, "before_cursor_execute", note)
    seen = visit(desk.till, desk.token())
    of_all = [
        statement
        for statement, values in asked
        if statement.startswith("SELECT")
        and not any(own in values for own in ("'7'", iban))
        and "FROM fetches" not in statement
    ]
    assert of_all == []
    was_opened(desk.till, seen)
    assert sum("messages.debtor IN" in statement for statement, _ in asked) == 1


class TestPromise:
    def test_a_promise_is_about_what_is_overdue_and_is_made_once(self, desk: Desk) -> None:
        until = desk.today + timedelta(days=5)
        made = promise(desk.till, visit(desk.till, desk.token()), until)
        assert (made.items, made.amount, made.until) == (("A1",), eur("100.00"), until)
        assert (made.by, made.channel) == ("the debtor himself", "payment page")
        again = visit(desk.till, desk.token())
        assert (again.promised, again.promise_until, again.most_parts) == ((made,), None, 0)
        with pytest.raises(BusinessError):
            promise(desk.till, again, until)

    @pytest.mark.parametrize("days", [-1, 15, 400])
    def test_beyond_the_bounds_nothing_is_promised(self, desk: Desk, days: int) -> None:
        with pytest.raises(BusinessError):
            promise(desk.till, visit(desk.till, desk.token()), desk.today + timedelta(days=days))
        assert desk.store.promises.all() == ()

    def test_a_credit_note_lowers_what_is_promised(self, desk: Desk) -> None:
        desk.items.append(desk.item("C1", "-30.00", 2))
        desk.fetch()
        seen = visit(desk.till, desk.token())
        assert promise(desk.till, seen, desk.today).amount == eur("70.00")

    def test_who_broke_a_promise_asks_a_person_for_the_next(self, desk: Desk) -> None:
        promise(desk.till, visit(desk.till, desk.token()), desk.today)
        desk.clock.instant += timedelta(days=2)
        desk.settle(desk.clock.today() - timedelta(days=1))
        assert [one.state for one in desk.store.promises.all()] == [PromiseState.BROKEN]
        seen = visit(desk.till, desk.token())
        assert (seen.promise_until, seen.most_parts) == (None, 0)
        assert seen.may_dispute


class TestWishes:
    def token(self, desk: Desk, days: int = 0, turn: int = 0) -> str:
        link = PayLink(debtor="7", issued=desk.today - timedelta(days=days), turn=turn)
        return sign_link(link, KEY, WISHES)

    def test_what_he_declines_is_declared_once_and_can_be_taken_back(self, desk: Desk) -> None:
        token = self.token(desk)
        assert wishes(desk.till, token).told_early
        for _ in range(2):
            leave_untold(desk.till, wishes(desk.till, token))
        (one,) = desk.store.declarations.standing("7")
        assert (one.fact, one.value, one.by) == ("need", UNTOLD, "the debtor himself")
        assert "which no law asks" in one.ground
        assert not wishes(desk.till, token).told_early
        be_told(desk.till, wishes(desk.till, token))
        assert wishes(desk.till, token).told_early
        (gone,) = desk.store.declarations.all("7")
        assert gone.withdrawn_by == "the debtor himself"

    def test_he_chooses_among_the_ways_that_reach_him(self, desk: Desk) -> None:
        reached = replace(
            desk.debtors[0], email="noor@home.example", address=("Laan 1",), mobile="+31612345678"
        )
        desk.debtors[0] = reached
        desk.fetch()
        till = replace(desk.till, ways=frozenset({"mail", "letter", "call", "whatsapp"}))
        token = self.token(desk)
        assert wishes(till, token).ways == ("mail", "letter", "whatsapp")
        prefer(till, wishes(till, token), "letter")
        assert wishes(till, token).debtor.preferred == "letter"
        for way in ("sms", "call", ""):
            with pytest.raises(BusinessError, match="no channel that is offered"):
                prefer(till, wishes(till, token), way)
        desk.debtors[0] = replace(reached, paper=True)
        desk.fetch()
        assert wishes(till, token).ways == (), "who needs paper gets paper"

    def test_each_link_opens_its_own_page_and_none_that_is_too_old_or_revoked(
        self, desk: Desk
    ) -> None:
        with pytest.raises(BadLink):
            visit(desk.till, self.token(desk))
        for wrong in (desk.token(), self.token(desk, 31), self.token(desk, turn=1)):
            with pytest.raises(BadLink):
                wishes(desk.till, wrong)
        desk.store.pay_links.revoke("7", by="anna")
        with pytest.raises(BadLink):
            wishes(desk.till, self.token(desk))
        assert wishes(desk.till, self.token(desk, turn=1)).told_early


class TestPlan:
    def test_each_instalment_promises_what_is_paid_by_then_in_all(self, desk: Desk) -> None:
        first = desk.today + timedelta(days=3)
        made = in_parts(desk.till, visit(desk.till, desk.token()), 3, first)
        assert [one.amount for one in made] == [eur("33.34"), eur("66.67"), eur("100.00")]
        assert made[0].until == first
        assert len({one.plan for one in made}) == 1
        assert made[0].plan
        assert desk.store.promises.all(PromiseState.OPEN) == made

    @pytest.mark.parametrize(("parts", "days"), [(1, 3), (4, 3), (2, 15), (2, -1), (0, 0)])
    def test_beyond_the_bounds_nothing_is_planned(self, desk: Desk, parts: int, days: int) -> None:
        seen = visit(desk.till, desk.token())
        with pytest.raises(BusinessError):
            in_parts(desk.till, seen, parts, desk.today + timedelta(days=days))
        assert desk.store.promises.all() == ()

    def test_paid_parts_are_kept_and_a_broken_one_ends_the_plan(self, desk: Desk) -> None:
        in_parts(desk.till, visit(desk.till, desk.token()), 3, desk.today)
        desk.items[0] = desk.item("A1", "66.66", 20)
        desk.fetch()
        desk.settle(desk.today)
        kept, second, third = desk.store.promises.all()
        assert (kept.state, second.state, third.state) == (
            PromiseState.KEPT, PromiseState.OPEN, PromiseState.OPEN,
        )  # fmt: skip
        desk.clock.instant += timedelta(days=40)
        desk.settle(desk.clock.today() - timedelta(days=1))
        states = [one.state for one in desk.store.promises.all()]
        assert states == [PromiseState.KEPT, PromiseState.BROKEN, PromiseState.WITHDRAWN]
        (told,) = desk.store.queue.open()
        assert told.facts["Plan"]

    def test_a_plan_that_is_not_one_is_refused_whole(self, desk: Desk) -> None:
        day = timedelta(days=1)
        for parts in (
            [(desk.today, eur("100.00"))],
            [(desk.today, eur("50.00")), (desk.today, eur("50.00"))],
            [(desk.today - day, eur("50.00")), (desk.today, eur("50.00"))],
            [(desk.today, eur("50.00")), (desk.today + day, eur("50.01"))],
            [(desk.today, eur("100.00")), (desk.today + day, eur("0.00"))],
        ):
            with pytest.raises(BusinessError):
                make_plan(
                    books=desk.store.books, promises=desk.store.promises, clock=desk.clock,
                    debtor="7", parts=parts, by="anna", channel="desk",
                )  # fmt: skip
        assert desk.store.promises.all() == ()


class TestDispute:
    def test_a_dispute_is_a_work_item_that_holds_his_journey(self, desk: Desk) -> None:
        assert dispute(
            desk.till, visit(desk.till, desk.token()), " Never\x00 \u202eordered\r\nthis ",
            ["A1", "B9"], PDF,
        )  # fmt: skip
        (item,) = desk.store.queue.open()
        assert (item.kind, item.debtor) == ("dispute", "7")
        assert item.facts["About"] == "A1"
        assert item.facts["Reason"] == "Never ordered\nthis"
        (kept,) = desk.folder.iterdir()
        assert item.facts["File"] == f"output/disputes/{kept.name}"
        assert kept.read_bytes() == PDF
        assert kept.stat().st_mode & 0o077 == 0
        assert waiting_files(desk.store.queue) == (kept.name,)
        seen = visit(desk.till, desk.token())
        assert (seen.disputing, seen.promise_until) == (True, None)

    def test_the_same_words_are_asked_once(self, desk: Desk) -> None:
        seen = visit(desk.till, desk.token())
        assert dispute(desk.till, seen, "wrong")
        assert not dispute(desk.till, seen, "wrong")
        assert len(desk.store.queue.open()) == 1

    def test_a_file_that_is_none_of_ours_is_refused_with_all_of_it(self, desk: Desk) -> None:
        seen = visit(desk.till, desk.token())
        for content in (b"<svg/>", PDF + b"x" * 1_000_000):
            with pytest.raises(BusinessError):
                dispute(desk.till, seen, "wrong", (), content)
        with pytest.raises(BusinessError):
            dispute(desk.till, seen, " \u202e ")
        assert desk.store.queue.open() == ()
        assert not desk.folder.exists()

    def test_after_five_a_person_is_asked(self, desk: Desk) -> None:
        for number in range(5):
            dispute(desk.till, visit(desk.till, desk.token()), f"wrong {number}")
        with pytest.raises(BusinessError):
            dispute(desk.till, visit(desk.till, desk.token()), "and another thing")

    def test_a_debtors_number_never_leads_out_of_the_folder(self, desk: Desk) -> None:
        name = DisputeFiles(desk.folder, desk.clock).keep("../../etc/x", PDF, "pdf")
        assert (desk.folder / name).resolve().parent == desk.folder.resolve()
        with pytest.raises(ValueError, match="none of"):
            DisputeFiles(desk.folder, desk.clock).keep("7", PDF, "svg")
