"""A handover: approved where all is in order, blocked once in the ERP; nothing more goes out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest
from back_desk import Desk, ErpScreen, a_task, open_desk
from store_cases import ACCOUNT, eur

from clerkwork.app.collect import check, make_dossier, recall
from clerkwork.app.hand_over import hand_over
from clerkwork.app.remind_asks import HAND_OVER
from clerkwork.app.review import decide
from clerkwork.app.robot import Robot
from clerkwork.core.collection import HandoverState, collection_key
from clerkwork.core.dossier import Document
from clerkwork.core.journeys import Journey, Law, Step
from clerkwork.core.law.nl import NL
from clerkwork.core.ledger import Debtor, OpenItem
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
    books = desk.store.books
    yesterday = TODAY - DAY
    books.book_statement(
        Statement(
            account=ACCOUNT, number="1", opened=yesterday, closed=yesterday, opening=eur(0),
            closing=eur(0), lines=(), source="test",
        )
    )  # fmt: skip
    books.replace_debtors(
        "desk_erp", [Debtor(number="10001", name="De Vries BV", email="ap@firm.example")]
    )
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


def owes(desk: Desk, *more: OpenItem, cents: int = 100_000) -> None:
    first = OpenItem(number="F1", customer="10001", open=eur(cents), due=DUE)
    desk.store.books.replace_open_items("desk_erp", [first, *more] if cents else more)


def approve(desk: Desk) -> None:
    decide(desk.office, "ask", HAND_OVER, by="Inge")


def run(desk: Desk, *, dry: bool = False) -> list[str]:
    """What the run would have done."""
    started = desk.run(dry=dry)
    try:
        started.do(a_task(lambda run: hand_over(run, BlockErp)))
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
    assert check(desk.office, "10001").where.stops == ()
    with pytest.raises(BusinessError, match="not in collection"):
        recall(desk.office, "10001", by="Kim")


def test_the_dossier_holds_what_went_what_is_owed_and_says_what_is_missing(desk: Desk) -> None:
    papers = MemoryPapers({"10001": (Document(kind="agreement", name="a.pdf", content=b"%PDF"),)})
    desk.office = replace(desk.office, documents=papers)
    dossier, _ = make_dossier(desk.office, "10001")
    assert dossier.statement.principal == eur(100_000)
    assert dossier.statement.costs == eur(15_000)
    assert [one.message.step for one in dossier.letters] == [f"step {n}" for n in range(5)]
    assert all(one.passages for one in dossier.letters)
    assert dossier.missing == (
        "proof of delivery", "copy of invoice F1", "letter of 2026-01-22 as it was printed",
    )  # fmt: skip
    assert dossier.handover is None


def test_it_is_refused_with_four_contacts_and_nothing_is_decided(desk: Desk) -> None:
    desk.office = replace(desk.office, journeys=(replace(JOURNEY, fewest=6),))
    with pytest.raises(BusinessError, match=r"may not be handed over: .*at least 6 come first"):
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


def test_nobody_is_handed_over_twice(desk: Desk) -> None:
    approve(desk)
    (one,) = desk.store.handovers.all()
    with pytest.raises(ValueError, match="in collection already"):
        desk.store.handovers.approve(replace(one, id=""))
