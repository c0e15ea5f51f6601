"""What waits for people, and what is sent to them: asked once, claimed once, decided once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from store_cases import HOUR, Stores, approval, reminder

from clerkwork.adapters.store import Store, schema
from clerkwork.core.approvals import Decision
from clerkwork.core.messages import MessageState, Settled
from clerkwork.core.money import Money
from clerkwork.core.queue import WorkItem
from clerkwork.testing import MORNING, FixedClock

pytest_plugins = ["store_fixtures"]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def store(stores: Stores, clock: FixedClock) -> Store:
    return stores(clock)


def question(key: str = "match/1", id: str = "") -> WorkItem:
    return WorkItem(
        id=id,
        key=key,
        kind="match",
        title="Whose money is this?",
        created=MORNING,
        facts={"Payer": "=cmd|x", "Amount": "12.50 EUR"},
        choices=(("1", "apply as candidate 1"), ("not-ours", "no debtor's money")),
        evidence="run#3",
    )


def test_a_work_item_is_asked_once(store: Store) -> None:
    assert store.queue.put(question())
    assert not store.queue.put(question())
    (item,) = store.queue.open()
    assert item == replace(question(), id=item.id)
    assert len(item.id) == 6
    assert list(item.facts) == ["Payer", "Amount"]
    store.queue.close(item.id, decision="not-ours", by="Anna", note="looked")
    assert not store.queue.put(question())
    assert store.queue.open() == ()


def test_what_waits_about_one_debtor_is_asked_for_alone(store: Store) -> None:
    for key, debtor in (("a", "10001"), ("b", "10002"), ("c", "10001"), ("d", "")):
        store.queue.put(replace(question(key, id=key), debtor=debtor))
    store.queue.close("c", decision="1", by="Anna")
    assert [item.id for item in store.queue.open("10001")] == ["a"]
    assert [item.id for item in store.queue.open()] == ["a", "b", "d"]


def test_what_a_notice_announced_is_kept_with_it(store: Store) -> None:
    plain = replace(reminder("a"), ground=("told us",))
    notice = replace(reminder("b"), ground=("told us",), announced=Money(4000, "EUR"))
    for message in (plain, notice):
        store.outbox.prepare(message)
    kept = {one.key: (one.ground, one.announced) for one in store.outbox.all()}
    assert kept == {
        plain.key: (("told us",), None),
        notice.key: (("told us",), Money(4000, "EUR")),
    }
    assert {m.announced for had in store.outbox.histories().values() for m in had} == {
        None, Money(4000, "EUR"),
    }  # fmt: skip


def test_a_decision_is_taken_once_and_can_be_undone(store: Store) -> None:
    store.queue.put(question(id="q1"))
    closed = store.queue.close("q1", decision="1", by="Anna", note="sure")
    assert (closed.decision, closed.by, closed.decided) == ("1", "Anna", MORNING)
    with pytest.raises(ValueError, match="decided already: 1"):
        store.queue.close("q1", decision="not-ours", by="Bert")
    reopened = store.queue.reopen("q1", by="Bert")
    assert (reopened.decision, reopened.decided) == ("", None)
    with pytest.raises(ValueError, match="is open"):
        store.queue.reopen("q1", by="Bert")
    store.queue.close("q1", decision="not-ours", by="Bert")
    with store.database.read() as connection:
        kept = connection.execute(schema.work_decisions.select()).mappings().all()
    assert [(one["decision"], one["by"]) for one in kept] == [
        ("1", "Anna"),
        ("", "Bert"),
        ("not-ours", "Bert"),
    ]


def test_an_item_is_found_by_an_unambiguous_beginning(store: Store) -> None:
    for number, id in enumerate(("ab1", "ab2", "ab", "c%")):
        store.queue.put(question(f"match/{number}", id))
    found = [store.queue.get(id) for id in ("ab1", "ab", "c", "%", "", "zz")]
    assert [one.id if one else None for one in found] == ["ab1", "ab", "c%", None, None, None]
    with pytest.raises(ValueError, match="several: ab1, ab2"):
        store.queue.get("a")
    with pytest.raises(ValueError, match="no work item 'zz'"):
        store.queue.close("zz", decision="1", by="Anna")


def test_a_moot_item_is_withdrawn_and_may_come_up_again(store: Store) -> None:
    store.queue.put(question())
    store.queue.withdraw("match/1", "the line was voided")
    store.queue.withdraw("match/unknown", "nothing there")
    assert store.queue.open() == ()
    assert store.queue.put(replace(question(), title="Once more"))
    assert [one.title for one in store.queue.open()] == ["Once more"]


def test_a_decided_item_is_not_withdrawn(store: Store) -> None:
    store.queue.put(question(id="q1"))
    store.queue.close("q1", decision="1", by="Anna")
    store.queue.withdraw("match/1", "too late")
    kept = store.queue.get("q1")
    assert kept is not None
    assert kept.decision == "1"


def test_a_message_is_prepared_once_and_comes_back_whole(store: Store) -> None:
    assert store.outbox.prepare(reminder())
    assert not store.outbox.prepare(replace(reminder(), text="another text"))
    assert store.outbox.all() == (reminder(),)
    assert store.outbox.history("10001") == (reminder(),)
    assert store.outbox.history("10002") == ()


def test_a_message_goes_from_prepared_by_sending_to_sent(store: Store) -> None:
    message = reminder()
    store.outbox.prepare(message)
    with pytest.raises(ValueError, match="is prepared and cannot become sent"):
        store.outbox.settle(message.key, MessageState.SENT)
    store.outbox.sending(message.key, "run-1")
    assert [one.state for one in store.outbox.pending(MessageState.SENDING)] == ["sending"]
    store.outbox.settle(message.key, MessageState.SENT, proof="250 ok")
    assert store.outbox.pending() == ()
    assert [(one.state, one.proof) for one in store.outbox.all()] == [("sent", "250 ok")]
    with store.database.read() as connection:
        moves = connection.execute(schema.message_moves.select()).mappings().all()
    assert [(m["state"], m["run"]) for m in moves] == [
        ("prepared", ""),
        ("sending", "run-1"),
        ("sent", ""),
    ]


@pytest.mark.parametrize(
    "state", [MessageState.SENT, MessageState.STOPPED, MessageState.FAILED, MessageState.DOUBTFUL]
)
def test_what_was_settled_is_never_claimed_again(store: Store, state: MessageState) -> None:
    message = reminder()
    store.outbox.prepare(message)
    store.outbox.sending(message.key, "run-1")
    store.outbox.settle(message.key, state, note="why")
    with pytest.raises(ValueError, match="cannot be claimed"):
        store.outbox.sending(message.key, "run-2")
    with pytest.raises(ValueError, match="cannot become prepared"):
        store.outbox.settle(message.key, MessageState.PREPARED)


def test_a_claim_of_a_dead_run_may_be_taken_over(store: Store) -> None:
    store.outbox.prepare(reminder())
    store.outbox.sending(reminder().key, "run-1")
    store.outbox.sending(reminder().key, "run-2")
    store.outbox.settle(reminder().key, MessageState.PREPARED, note="the archive has it not")
    assert [one.state for one in store.outbox.pending()] == ["prepared"]


def test_several_are_prepared_claimed_and_settled_at_once(store: Store) -> None:
    outbox, letter = store.outbox, replace(reminder("c", "10002"), attachments=(), note="§ 288")
    outbox.prepare(reminder("b"))
    made = outbox.prepare_all([reminder("a"), replace(reminder("b"), text="another"), letter])
    assert made == (reminder("a"), letter)
    assert outbox.all() == (reminder("b"), reminder("a"), letter)
    outbox.sending("a", "run-1", "b", "c")
    outbox.settle_all(
        [
            Settled(key="c", state=MessageState.STOPPED, note="paid\ud800: nothing is due"),
            Settled(key="a", state=MessageState.SENT, proof="250 ok"),
        ],
        "run-1",
    )
    outbox.settle("b", MessageState.DOUBTFUL, note="silence", proof="<1@x>")
    outbox.settle("b", MessageState.SENT, note="ann: it arrived")
    assert [(m.key, m.state, m.note, m.proof) for m in outbox.all()] == [
        ("b", MessageState.SENT, "ann: it arrived", "<1@x>"),
        ("a", MessageState.SENT, "", "250 ok"),
        ("c", MessageState.STOPPED, "paid\ufffd: nothing is due", ""),
    ]
    assert [outbox.claimant(key) for key in "abc"] == ["run-1"] * 3
    assert outbox.prepare_all([reminder("a")]) == ()


def test_of_several_all_are_moved_or_none(store: Store) -> None:
    outbox = store.outbox
    outbox.prepare_all([reminder("a"), reminder("b")])
    with pytest.raises(ValueError, match="no message 'x'"):
        outbox.sending("a", "run-1", "x")
    outbox.sending("a", "run-1")
    sent = [Settled(key=key, state=MessageState.SENT) for key in "ab"]
    with pytest.raises(ValueError, match="'b' is prepared and cannot become sent"):
        outbox.settle_all(sent, "run-1")
    assert [m.state for m in outbox.all()] == [MessageState.SENDING, MessageState.PREPARED]


def test_letters_are_claimed_for_a_job_once_and_all_or_none(store: Store) -> None:
    outbox = store.outbox
    outbox.prepare_all([reminder(key) for key in "abc"])
    outbox.sending("a", "run-1", "b")
    outbox.settle_all(
        [Settled(key=key, state=MessageState.PRINTED, proof=f"{key}.pdf") for key in "ab"], "run-1"
    )
    with pytest.raises(ValueError, match="'c' is prepared and cannot be handed over"):
        outbox.handing("2026-03-03 x", "run-1", "a", "c")
    assert outbox.jobs() == frozenset()
    outbox.handing("2026-03-03 x", "run-1", "a")
    assert outbox.jobs() == {"2026-03-03 x"}
    with pytest.raises(ValueError, match="claimed before"):
        outbox.handing("2026-03-03 x", "run-2", "b")
    with pytest.raises(ValueError, match="'a' is handing and cannot be handed over"):
        outbox.handing("2026-03-03-2 y", "run-2", "a", "b")
    outbox.settle("a", MessageState.SENT)
    with pytest.raises(ValueError, match="'a' is sent and cannot be handed over"):
        outbox.handing("2026-03-03-2 y", "run-2", "a")
    assert [(m.state, m.proof) for m in outbox.all()] == [
        (MessageState.SENT, "a.pdf"), (MessageState.PRINTED, "b.pdf"), (MessageState.PREPARED, ""),
    ]  # fmt: skip


def test_it_is_known_since_when_a_message_is_what_it_is(store: Store, clock: FixedClock) -> None:
    store.outbox.prepare(reminder("a"))
    clock.advance(dt.timedelta(minutes=5))
    store.outbox.sending("a", "run-1")
    clock.advance(dt.timedelta(minutes=5))
    assert store.outbox.since("a") == MORNING + dt.timedelta(minutes=5)
    assert store.outbox.since("x") is None


def test_an_unknown_message_is_told(store: Store) -> None:
    with pytest.raises(ValueError, match="no message 'x'"):
        store.outbox.sending("x", "run-1")


def answer(verdict: str = "release", at: dt.datetime = MORNING) -> Decision:
    return Decision(verdict=verdict, by="chef", at=at, via="mail", reason="good customer")


def test_an_order_is_asked_about_once_and_decided_once(store: Store) -> None:
    first = approval()
    assert store.approvals.ask(first)
    assert not store.approvals.ask(first)
    assert not store.approvals.ask(replace(first, id="another"))
    assert store.approvals.decide(first.id, answer()) == replace(first, decision=answer())
    with pytest.raises(ValueError, match="decided already: release by chef"):
        store.approvals.decide(first.id, answer("hold"))
    store.approvals.keyed(first.id, "seen in the ERP")
    assert store.approvals.all() == (replace(first, decision=answer(), keyed=True),)
    assert store.approvals.get("none") is None


def test_nothing_is_decided_when_the_time_is_up_but_it_can_be_asked_anew(
    store: Store, clock: FixedClock
) -> None:
    first = approval()
    store.approvals.ask(first)
    with pytest.raises(ValueError, match="time to answer about order O-1 is up"):
        store.approvals.decide(first.id, answer(at=MORNING + HOUR))
    clock.advance(HOUR)
    second = approval(round=2, asked=MORNING + HOUR)
    assert store.approvals.ask(second)
    assert store.approvals.all() == (second,)
    assert store.approvals.get(first.id) == first
    with pytest.raises(ValueError, match="asked about anew"):
        store.approvals.decide(first.id, answer())


def test_an_order_with_another_amount_is_another_question(store: Store) -> None:
    store.approvals.ask(approval())
    store.approvals.decide(approval().id, answer())
    assert store.approvals.ask(approval(990_000))
    assert [one.decision is None for one in store.approvals.all()] == [False, True]


def test_a_decision_of_policy_comes_with_its_question(store: Store) -> None:
    first = replace(approval(), approver="", decision=answer())
    store.approvals.ask(first)
    assert store.approvals.get(first.id) == first


def test_odd_decisions_are_refused(store: Store) -> None:
    store.approvals.ask(approval())
    with pytest.raises(ValueError, match="neither 'release' nor 'hold'"):
        store.approvals.decide(approval().id, answer("maybe"))
    with pytest.raises(ValueError, match="is not decided"):
        store.approvals.keyed(approval().id, "")
    with pytest.raises(ValueError, match="no approval 'x'"):
        store.approvals.decide("x", answer())


def test_the_journal_of_runs(store: Store) -> None:
    store.runs.begin("20260303-a1", "daily_round", MORNING)
    store.runs.end("20260303-a1", MORNING + HOUR, "done", {"keyed": 3}, "")
    store.runs.begin("20260303-a2", "fetch_items", MORNING + HOUR)
    assert [(run.run, run.outcome) for run in store.runs.all()] == [
        ("20260303-a2", "running"),
        ("20260303-a1", "done"),
    ]
    first = store.runs.find("20260303-a1")
    assert first is not None
    assert (first.figures, first.ended) == ({"keyed": 3}, MORNING + HOUR)
    last = store.runs.find("last")
    assert last is not None
    assert last.run == "20260303-a2"
    assert store.runs.find("2027") is None
    with pytest.raises(ValueError, match="several runs"):
        store.runs.find("2026")
    with pytest.raises(ValueError, match="already"):
        store.runs.begin("20260303-a1", "daily_round", MORNING)
    with pytest.raises(ValueError, match="no run 'x'"):
        store.runs.end("x", MORNING, "done", {}, "")


def test_a_run_that_says_nothing_is_still_at_work_for_all_the_journal_knows(store: Store) -> None:
    store.runs.begin("r1", "daily_round", MORNING)
    store.runs.begin("r2", "daily_round", MORNING + HOUR)
    assert [one.run for one in store.runs.running()] == ["r1", "r2"]
    store.runs.end("r1", MORNING + HOUR, "failed", {}, "it died")
    assert [one.run for one in store.runs.running()] == ["r2"]
