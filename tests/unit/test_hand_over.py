"""A handover: approved where all is in order, blocked once in the ERP; nothing more goes out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from back_desk import Desk, ErpScreen, a_task, open_desk
from store_cases import ACCOUNT, eur

from clerkwork.app.collect import check, make_dossier, recall, standing_files
from clerkwork.app.hand_over import hand_over
from clerkwork.app.reminders import send_reminders
from clerkwork.app.review import decide
from clerkwork.app.robot import Robot
from clerkwork.app.run import Run
from clerkwork.core.collection import HAND_OVER, HandoverState, collection_key
from clerkwork.core.dossier import Document
from clerkwork.core.journeys import Journey, Law, Step
from clerkwork.core.law.allocation import AfterPrincipal
from clerkwork.core.law.nl import NL
from clerkwork.core.ledger import Debtor, OpenItem, PaidItem
from clerkwork.core.messages import Message, MessageState
from clerkwork.core.payments import Statement
from clerkwork.core.queue import WorkItem
from clerkwork.errors import BusinessError, EntryRefused, PortalUnreachable, WritesStopped
from clerkwork.testing import MORNING, MemoryDossiers, MemoryPapers, RecordingChannel

TODAY = MORNING.date()
DAY = dt.timedelta(days=1)
DUE = TODAY - 60 * DAY
STEPS = ((3, "mail"), (10, "mail"), (20, "letter"), (30, "mail"), (45, "mail"))
JOURNEY = Journey(
    name="business", kinds=("business",), hand_over=10,
    steps=tuple(
        Step(name=f"step {n}", after=after, tone="t") for n, (after, _) in enumerate(STEPS)
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Paid:
    """Paid invoices, in memory."""

    items: tuple[PaidItem, ...]

    def all(self, customer: str = "") -> tuple[PaidItem, ...]:
        return tuple(one for one in self.items if customer in ("", one.customer))

    def count(self, before: dt.date) -> int:
        return 0

    def forget(self, before: dt.date) -> int:
        return 0


class BlockErp(Robot):
    """Holds the blocks of debtors."""

    name = "desk_erp"
    screen: ErpScreen

    def sign_in(self) -> None:
        self.screen.erp.sessions += 1

    def find_block(self, debtor: str) -> str | None:
        self.screen.erp.act("find", debtor)
        return self.screen.erp.blocks.get(debtor, "")

    def fill_block(self, debtor: str, reason: str) -> None:
        self.screen.erp.act("fill", f"{debtor} {reason}")
        self.screen.erp.debtor = debtor

    def submit_block(self) -> None:
        erp = self.screen.erp
        erp.act("submit")
        erp.blocks[erp.debtor] = "blocked"
        erp.done("submit")


def contact(n: int, channel: str, after: int) -> Message:
    return Message(
        key=f"10001/{n}", channel=channel, to="ap@firm.example", subject=f"Step {n}", text="Pay.",
        html="", debtor="10001", step=f"step {n}", items=("F1",), on=DUE + after * DAY,
        message_id=f"<{n}@firm.example>", state=MessageState.SENT, journey="business",
    )  # fmt: skip


@pytest.fixture
def desk() -> Iterator[Desk]:
    """One business that had all its contacts, and a person who is asked."""
    desk = open_desk()
    channels = {name: RecordingChannel(name) for name in ("mail", "letter")}
    desk.office = replace(
        desk.office, journeys=(JOURNEY,), law=Law(pack=NL), channels=channels, creditor="Waterland"
    )
    state_bank(desk)
    fetch(desk)
    owes(desk)
    for n, (after, channel) in enumerate(STEPS):
        desk.store.outbox.prepare(contact(n, channel, after))
    desk.store.queue.put(
        WorkItem(
            id="ask", key=collection_key("10001", DUE), kind="message", title="Hand over?",
            created=MORNING, choices=((HAND_OVER, "yes"), ("leave", "no")), debtor="10001",
        )
    )  # fmt: skip
    yield desk
    desk.store.close()


def state_bank(desk: Desk) -> None:
    """Yesterday's statement, without a line."""
    yesterday = desk.clock.today() - DAY
    desk.store.books.book_statement(
        Statement(
            account=ACCOUNT, number=f"{yesterday}", opened=yesterday, closed=yesterday,
            opening=eur(0), closing=eur(0), lines=(), source="test",
        )
    )  # fmt: skip


def fetch(desk: Desk, block: str = "") -> None:
    """The debtor as the ERP shows him."""
    debtor = Debtor(number="10001", name="De Vries BV", email="ap@firm.example", block=block)
    desk.store.books.replace_debtors("desk_erp", [debtor])


def owes(desk: Desk, *more: OpenItem, cents: int = 100_000) -> None:
    first = OpenItem(number="F1", customer="10001", open=eur(cents), due=DUE)
    desk.store.books.replace_open_items("desk_erp", [first, *more] if cents else more)


def approve(desk: Desk) -> None:
    decide(desk.office, "ask", HAND_OVER, by="Inge")


def run(desk: Desk, *, dry: bool = False) -> list[str]:
    """What the run would have done."""
    return do(desk, lambda run: hand_over(run, BlockErp), dry=dry)


def do(desk: Desk, work: Callable[[Run], None], *, dry: bool = False) -> list[str]:
    started = desk.run(dry=dry)
    try:
        started.do(a_task(work))
    finally:
        started.close()
    return started.told


def written(desk: Desk) -> MemoryDossiers:
    made = desk.office.dossiers
    assert isinstance(made, MemoryDossiers)
    return made


def state(desk: Desk) -> HandoverState:
    return desk.store.handovers.all()[-1].state


def test_it_is_approved_blocked_once_and_its_dossier_made(desk: Desk) -> None:
    approve(desk)
    (one,) = desk.store.handovers.all()
    assert (one.state, one.by, one.items, one.cycle) == (
        HandoverState.APPROVED, "Inge", ("F1",), DUE,
    )  # fmt: skip
    run(desk)
    (one,) = desk.store.handovers.all()
    assert (one.state, one.dossier, one.run) == (HandoverState.BLOCKED, "10001-1.zip", "run-1")
    assert desk.erp.acts == [
        "find 10001", "fill 10001 Inge: in collection since 2026-03-03", "submit", "find 10001",
    ]  # fmt: skip
    run(desk)
    assert desk.erp.acts.count("submit") == 1
    assert len(written(desk).written) == 1


def test_nothing_more_goes_to_a_debtor_in_collection_until_it_is_taken_back(desk: Desk) -> None:
    assert check(desk.office, "10001").why == ()
    approve(desk)
    assert check(desk.office, "10001").where.stops == (
        "in collection: he was handed over on 2026-03-03 by Inge",
    )
    recall(desk.office, "10001", by="Kim", note="he pays in parts")
    assert state(desk) is HandoverState.RECALLED
    assert check(desk.office, "10001").where.stops == (
        "left: a person kept him out of collection on 2026-03-03; asked from 2026-03-13 on",
    )
    with pytest.raises(BusinessError, match="not in collection"):
        recall(desk.office, "10001", by="Kim")


def test_after_it_was_taken_back_a_person_is_asked_again_and_not_at_once(desk: Desk) -> None:
    approve(desk)
    recall(desk.office, "10001", by="Kim", note="he pays in parts")
    do(desk, send_reminders)
    assert desk.questions() == []
    desk.clock.advance(10 * DAY)
    state_bank(desk)
    fetch(desk)
    owes(desk)
    do(desk, send_reminders)
    (asked,) = desk.store.queue.open()
    assert asked.title == "Hand debtor 10001 over to collection?"
    decide(desk.office, asked.id, HAND_OVER, by="Inge")
    assert state(desk) is HandoverState.APPROVED


def test_a_person_is_asked_again_after_he_left_a_debtor_out(desk: Desk) -> None:
    decide(desk.office, "ask", "leave", by="Inge")
    assert check(desk.office, "10001").why[0].startswith("left: ")
    do(desk, send_reminders)
    assert desk.questions() == []
    desk.clock.advance(10 * DAY)
    state_bank(desk)
    fetch(desk)
    owes(desk)
    do(desk, send_reminders)
    assert desk.questions() == ["Hand debtor 10001 over to collection?"]


def test_contacts_are_told_as_the_journey_counts_them(desk: Desk) -> None:
    older = OpenItem(
        number="F0", customer="10001", open=eur(500), due=DUE - 30 * DAY, disputed=True
    )
    owes(desk, older)
    others = contact(9, "mail", -10)
    desk.store.outbox.prepare(replace(others, items=("F0",), step="step 4"))
    where = check(desk.office, "10001").where
    assert [one.step for one in where.had] == [f"step {n}" for n in range(5)]
    assert where.next is not None
    assert where.next.had == tuple(one.channel for one in where.had)


def test_the_dossier_holds_what_went_what_is_owed_and_says_what_is_missing(desk: Desk) -> None:
    papers = MemoryPapers({"10001": (Document(kind="agreement", name="a.pdf", content=b"%PDF"),)})
    desk.office = replace(desk.office, documents=papers)
    dossier, _ = make_dossier(desk.office, "10001")
    assert dossier.statement.principal == eur(100_000)
    assert dossier.statement.costs == eur(15_000)
    assert [one.message.step for one in dossier.letters] == [f"step {n}" for n in range(5)]
    assert all(one.passages for one in dossier.letters)
    assert [str(one) for one in dossier.missing] == [
        "proof of delivery", "copy of invoice F1", "letter of 2026-01-22 as it was printed",
    ]  # fmt: skip
    assert (dossier.handover, dossier.unmet) == (None, ())


def test_a_dossier_of_a_case_that_is_not_ready_is_refused_or_a_draft(desk: Desk) -> None:
    approve(desk)
    fetch(desk, block="insolvent")
    with pytest.raises(BusinessError, match=r"no dossier that may go out: insolvent: .*--draft"):
        make_dossier(desk.office, "10001")
    assert written(desk).written == []
    dossier, _ = make_dossier(desk.office, "10001", draft=True)
    assert dossier.unmet == ("insolvent: the ERP says 'insolvent'",)
    # A draft is not the dossier of a handover.
    assert desk.store.handovers.all()[0].dossier == ""


def test_interest_that_was_left_is_in_the_dossier_as_the_creditor_chose(desk: Desk) -> None:
    paid = PaidItem(
        source="desk_erp", number="F0", customer="10001", due=dt.date(2024, 2, 1),
        on=dt.date(2024, 3, 28), amount=eur(100_000),
    )  # fmt: skip
    asking = replace(contact(9, "mail", 0), items=("F0",), interest=eur(500))
    desk.store.outbox.prepare(replace(asking, on=dt.date(2024, 3, 1)))
    chosen = Law(pack=NL, after=AfterPrincipal(policy="ask"))
    desk.office = replace(desk.office, law=chosen, paid_items=Paid((paid,)))
    dossier, _ = make_dossier(desk.office, "10001")
    assert [(one.item.number, one.asked) for one in dossier.statement.left] == [("F0", eur(1878))]
    waives = Law(pack=NL, after=AfterPrincipal(policy="waive"))
    desk.office = replace(desk.office, law=waives)
    given_up, _ = make_dossier(desk.office, "10001")
    assert dossier.statement.total - given_up.statement.total == eur(1878)


def test_the_newest_dossier_stays_while_he_is_in_collection(desk: Desk) -> None:
    assert standing_files(desk.store.handovers) == ()
    approve(desk)
    run(desk)
    assert standing_files(desk.store.handovers) == ("10001-1.pdf", "10001-1.zip")
    recall(desk.office, "10001", by="Kim")
    assert standing_files(desk.store.handovers) == ()


def test_it_is_refused_with_four_contacts_and_nothing_is_decided(desk: Desk) -> None:
    desk.office = replace(desk.office, journeys=(replace(JOURNEY, fewest=6),))
    with pytest.raises(
        BusinessError, match=r"may not be handed over: .*F1: named in 5 of at least 6"
    ):
        approve(desk)
    assert desk.store.handovers.all() == ()
    assert [one.id for one in desk.store.queue.open()] == ["ask"]


def test_who_paid_since_he_was_approved_is_not_blocked(desk: Desk) -> None:
    approve(desk)
    owes(desk, cents=0)
    run(desk)
    assert desk.erp.blocks == {}
    assert state(desk) is HandoverState.APPROVED
    (told,) = [one for one in desk.store.queue.open() if one.kind == "trouble"]
    assert "nothing is due for him" in told.facts["What happened"]


def test_a_block_of_another_kind_is_left_as_it_is(desk: Desk) -> None:
    approve(desk)
    desk.erp.blocks["10001"] = "deceased"
    run(desk)
    assert desk.erp.blocks == {"10001": "deceased"}
    assert state(desk) is HandoverState.APPROVED
    assert any("not blocked" in title for title in desk.questions())


def test_a_block_that_is_there_already_is_not_keyed_again(desk: Desk) -> None:
    approve(desk)
    desk.erp.blocks["10001"] = "blocked"
    run(desk)
    assert "submit" not in desk.erp.acts
    assert state(desk) is HandoverState.BLOCKED


def test_a_submit_that_was_cut_off_is_asked_after_first(desk: Desk) -> None:
    approve(desk)
    desk.erp.after["submit"] = [PortalUnreachable("broke off the connection")]
    run(desk)
    assert desk.erp.acts.count("submit") == 1
    assert desk.pauses[-1] == 30.0
    assert state(desk) is HandoverState.BLOCKED


def test_a_block_that_a_dead_run_submitted_is_its_own_once_it_was_fetched(desk: Desk) -> None:
    approve(desk)
    (one,) = desk.store.handovers.all()
    desk.store.handovers.submitting(one.id, run="run-dead", robot="desk_erp")
    desk.erp.blocks["10001"] = "blocked"
    fetch(desk, block="blocked")
    run(desk)
    assert "submit" not in desk.erp.acts
    assert (state(desk), len(written(desk).written)) == (HandoverState.BLOCKED, 1)
    # His dossier is made anew for a paper that was missing.
    make_dossier(desk.office, "10001")


def test_a_block_that_somebody_else_set_is_not_the_handovers_own(desk: Desk) -> None:
    approve(desk)
    fetch(desk, block="blocked")
    run(desk)
    assert state(desk) is HandoverState.APPROVED
    (told,) = [one for one in desk.store.queue.open() if one.kind == "trouble"]
    assert told.facts["What happened"] == "blocked: the ERP says 'blocked'"


def test_what_the_erp_refuses_is_told_to_a_person(desk: Desk) -> None:
    approve(desk)
    desk.erp.before["submit"] = [EntryRefused("Reden is verplicht")]
    run(desk)
    assert state(desk) is HandoverState.APPROVED
    (told,) = [one for one in desk.store.queue.open() if one.kind == "trouble"]
    assert "Reden is verplicht" in told.facts["What happened"]


def test_what_a_silent_run_may_still_submit_is_a_persons(desk: Desk) -> None:
    approve(desk)
    (one,) = desk.store.handovers.all()
    desk.store.handovers.submitting(one.id, run="run-silent", robot="desk_erp")
    desk.holding.alive.add("run-silent")
    run(desk)
    assert "submit" not in desk.erp.acts
    assert state(desk) is HandoverState.APPROVED


def test_a_dry_run_blocks_nobody_and_says_what_it_would_do(desk: Desk) -> None:
    approve(desk)
    assert run(desk, dry=True) == [
        "block debtor 10001 in the ERP: in collection, by Inge",
        "make the dossier of debtor 10001",
    ]
    assert desk.erp.blocks == {}
    assert written(desk).written == []


def test_while_writes_are_stopped_nobody_is_blocked(desk: Desk) -> None:
    approve(desk)
    desk.store.stops.pull("writes", "Kim", "the ERP is being upgraded")
    with pytest.raises(WritesStopped):
        run(desk)
    assert desk.erp.blocks == {}
    assert desk.evidence.trails[-1].anchors == ["before submitting block 10001"]


def test_nobody_is_handed_over_twice(desk: Desk) -> None:
    approve(desk)
    (one,) = desk.store.handovers.all()
    with pytest.raises(ValueError, match="in collection already"):
        desk.store.handovers.approve(replace(one, id=""))
