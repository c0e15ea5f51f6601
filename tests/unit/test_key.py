"""Keying, state by state: what a posting ends as, and that the ERP never gets it twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from back_desk import Desk, DeskErp, ReadOnlyErp, a_task, open_desk, shown
from store_cases import eur, item, line

from clerkwork.app.key import key_receipts
from clerkwork.app.run import Run
from clerkwork.core.posting import PostingState, Receipt
from clerkwork.errors import (
    BusinessError,
    CapReached,
    ConfigError,
    EntryRefused,
    PageTimeout,
    PortalClosed,
    PortalUnreachable,
    ReadBackError,
    SelectorStopped,
    SessionLost,
)

KEYED, APPROVED, KEYING = PostingState.KEYED, PostingState.APPROVED, PostingState.KEYING


@pytest.fixture
def desk() -> Iterator[Desk]:
    """Two invoices paid in full, each by a line that names it; both approved."""
    desk = open_desk()
    desk.owe(item("2026-0101", 12_500), item("2026-0102", 30_000))
    desk.receive(
        line(12_500, text="2026-0101", ref="A"), line(30_000, 1, text="2026-0102", ref="B")
    )
    desk.reconcile()
    assert desk.states() == [APPROVED, APPROVED]
    yield desk
    desk.store.close()


def verbs(desk: Desk) -> list[str]:
    return [act.partition(" ")[0] for act in desk.erp.acts if act != "sign in"]


def crashed(desk: Desk, *, submitted: bool) -> None:
    """As a run leaves its first posting that is killed in the middle of it."""
    reference = desk.posting().reference
    desk.store.books.claim(reference, run="run-killed", robot="desk_erp")
    if submitted:
        desk.store.books.submitting(reference, run="run-killed", robot="desk_erp")


def test_a_posting_is_looked_for_filled_submitted_and_found_again(desk: Desk) -> None:
    run = desk.key()
    assert desk.states() == [KEYED, KEYED]
    assert verbs(desk) == ["find", "fill", "submit", "find"] * 2
    assert run.figures["keyed"] == 2
    assert [r.amount for r in desk.erp.receipts] == [eur(12_500), eur(30_000)]
    assert desk.store.books.open_items() == ()
    rows = desk.store.books.postings(KEYED)
    assert [row.receipt for row in rows] == [shown(row.posting).number for row in rows]


def test_every_verb_is_a_step_and_each_submit_has_an_anchor_before_it(desk: Desk) -> None:
    desk.key()
    trail = desk.evidence.trails[-1]
    first = desk.posting().reference
    assert [(s.action, s.subject) for s in trail.steps[:5]] == [
        ("sign in", ""),
        ("find receipt", first),
        ("fill receipt", first),
        ("submit receipt", ""),
        ("find receipt", first),
    ]
    assert trail.anchors[0] == f"before submitting receipt {first}"
    assert len(trail.anchors) == 2
    submit = trail.steps[3]
    assert submit.pictures == (), "the proof is taken of what follows"


def test_what_is_in_the_erp_already_is_not_keyed_again(desk: Desk) -> None:
    desk.erp.keyed(shown(desk.posting()))
    desk.key()
    assert desk.states() == [KEYED, KEYED]
    assert verbs(desk) == ["find", "find", "fill", "submit", "find"]


def test_an_item_that_somebody_keyed_meanwhile_voids_the_posting(desk: Desk) -> None:
    desk.erp.items["2026-0101"] = eur(2_500)
    run = desk.key()
    assert desk.states() == [PostingState.VOID, KEYED]
    assert run.figures["voided"] == 1
    note = desk.store.books.postings(PostingState.VOID)[0].note
    assert note == "2026-0101: the portal shows 25.00 EUR open, it was matched on 125.00 EUR"
    assert [one.text for one in desk.store.books.unmatched()] == ["2026-0101"]
    assert len(desk.erp.receipts) == 1


def test_an_item_that_is_gone_voids_the_posting(desk: Desk) -> None:
    desk.erp.items["2026-0101"] = eur(0)
    desk.key()
    assert desk.states() == [PostingState.VOID, KEYED]
    assert "shows nothing open" in desk.store.books.postings(PostingState.VOID)[0].note


@pytest.mark.parametrize("verb", ["fill", "submit"])
def test_what_the_portal_refuses_is_a_persons_with_the_portals_own_words(
    desk: Desk, verb: str
) -> None:
    desk.erp.before[verb] = [EntryRefused("Periode is afgesloten")]
    run = desk.key()
    assert desk.states() == [PostingState.REFUSED, KEYED]
    assert run.figures["refused"] == 1
    (question,) = desk.store.queue.open()
    assert question.kind == "posting"
    assert question.facts["What happened"] == "Periode is afgesloten"
    assert [choice for choice, _ in question.choices] == ["approve", "reject"]


def test_what_was_submitted_and_is_not_shown_is_doubtful(desk: Desk) -> None:
    desk.erp.misread = lambda receipt: None
    run = desk.key()
    assert desk.states() == [PostingState.DOUBTFUL] * 2
    assert run.figures["doubtful"] == 2
    assert run.figures["keyed"] == 0
    assert len(desk.questions()) == 2
    desk.key()
    assert verbs(desk).count("submit") == 2, "what is doubtful is never keyed again by itself"


@pytest.mark.parametrize(
    ("misread", "said"),
    [
        ({"amount": eur(1_250_000)}, "amount is 12500.00 EUR, meant was 125.00 EUR"),
        ({"customer": "10002"}, "debtor is 10002, meant was 10001"),
        ({"allocations": (("2026-0101", eur(100), eur(0)),)}, "the items it was applied to differ"),
    ],
)
def test_a_receipt_that_is_not_what_was_meant_is_doubtful(
    desk: Desk, misread: dict[str, Any], said: str
) -> None:
    first = desk.posting().reference

    def misreads(receipt: Receipt) -> Receipt:
        return replace(receipt, **misread) if receipt.reference == first else receipt

    desk.erp.misread = misreads
    desk.key()
    assert desk.states() == [PostingState.DOUBTFUL, KEYED]
    row = desk.store.books.postings(PostingState.DOUBTFUL)[0]
    assert row.note.startswith("the portal shows receipt R-")
    assert said in row.note


def test_after_a_crash_the_portal_is_asked_first_and_has_it(desk: Desk) -> None:
    crashed(desk, submitted=True)
    desk.erp.keyed(shown(desk.posting()))
    run = desk.key()
    assert desk.states() == [KEYED, KEYED]
    assert verbs(desk)[0] == "find"
    assert verbs(desk).count("submit") == 1
    assert (run.figures["found after a crash"], run.figures["keyed"]) == (1, 2)


def test_after_a_crash_what_the_portal_does_not_have_is_keyed(desk: Desk) -> None:
    crashed(desk, submitted=False)
    run = desk.key()
    assert desk.states() == [KEYED, KEYED]
    assert len(desk.erp.receipts) == 2
    assert run.figures["found after a crash"] == 0
    assert desk.pauses == [], "it was never submitted, so nothing can be on its way"


def test_a_submit_that_may_still_be_on_its_way_is_waited_for(desk: Desk) -> None:
    crashed(desk, submitted=True)
    desk.erp.under_way = [shown(desk.posting())]
    desk.later(10)
    desk.key()
    assert desk.pauses == [20.0], "30 seconds by the config, of which 10 have passed"
    assert desk.states() == [KEYED, KEYED]
    assert len(desk.erp.receipts) == 2
    assert verbs(desk).count("submit") == 1


def test_a_submit_of_long_ago_is_not_waited_for(desk: Desk) -> None:
    crashed(desk, submitted=True)
    desk.later(3_600)
    desk.key()
    assert desk.pauses == [0.0]
    assert desk.states() == [KEYED, KEYED]


@pytest.mark.parametrize("trouble", [SessionLost("verlopen"), PageTimeout("did not come")])
def test_a_submit_whose_answer_is_lost_is_asked_after_with_a_fresh_session(
    desk: Desk, trouble: Exception
) -> None:
    desk.erp.after["submit"] = [trouble]
    run = desk.key()
    assert desk.states() == [KEYED, KEYED]
    assert len(desk.erp.receipts) == 2
    assert desk.erp.sessions == 2
    assert 30.0 in desk.pauses
    assert run.figures["tried again"] == 1


def test_a_session_that_ends_under_the_form_goes_back_to_the_look_up(desk: Desk) -> None:
    desk.erp.before["fill"] = [SessionLost("verlopen")]
    run = desk.key()
    assert desk.states() == [KEYED, KEYED]
    assert verbs(desk)[:7] == ["find", "fill", "find", "fill", "submit", "find", "find"]
    assert run.figures["signed in again"] == 1
    assert run.figures["tried again"] == 0


def test_a_session_that_ends_under_the_form_again_is_left_to_the_next_try(desk: Desk) -> None:
    desk.erp.before["fill"] = [SessionLost("verlopen"), SessionLost("verlopen")]
    run = desk.key()
    assert desk.states() == [KEYED, KEYED]
    assert len(desk.erp.receipts) == 2
    assert run.figures["tried again"] == 1


def test_a_submit_that_never_arrived_is_keyed_once_by_the_next_try(desk: Desk) -> None:
    desk.erp.before["submit"] = [PortalUnreachable("broke off the connection")]
    desk.key()
    assert desk.states() == [KEYED, KEYED]
    assert verbs(desk).count("submit") == 3
    assert len(desk.erp.receipts) == 2


def test_an_answered_submit_that_is_not_there_on_the_next_try_is_doubtful(desk: Desk) -> None:
    desk.erp.misread = lambda receipt: None
    desk.erp.before["find"] = [None, SessionLost("verlopen"), SessionLost("verlopen")]
    desk.key()
    assert desk.states() == [PostingState.DOUBTFUL] * 2
    assert desk.pauses == [1.0], "its answer is in: there is nothing to wait for"


def test_a_form_that_does_not_hold_what_was_typed_stops_before_the_submit(desk: Desk) -> None:
    desk.erp.before["fill"] = [ReadBackError("memo holds ''")]
    with pytest.raises(ReadBackError):
        desk.key()
    assert desk.states() == [APPROVED, APPROVED]
    assert "submit" not in verbs(desk)


def test_a_lost_field_stops_and_a_submit_that_stops_halfway_is_asked_after(desk: Desk) -> None:
    desk.erp.before["fill"] = [SelectorStopped("receipt.amount is not there")]
    with pytest.raises(SelectorStopped):
        desk.key()
    assert desk.states() == [APPROVED, APPROVED]

    desk.erp.after["submit"] = [SelectorStopped("receipt.confirm is not there")]
    with pytest.raises(SelectorStopped):
        desk.key()
    assert desk.states() == [KEYING, APPROVED]
    desk.key()
    assert desk.states() == [KEYED, KEYED]
    assert len(desk.erp.receipts) == 2


def test_a_dialog_that_nobody_declared_leaves_it_in_keying_for_the_next_run(desk: Desk) -> None:
    desk.erp.after["submit"] = [BusinessError("asked 'Afdrukken?', which was dismissed")]
    with pytest.raises(BusinessError, match="Afdrukken"):
        desk.key()
    assert desk.states() == [KEYING, APPROVED]
    desk.key()
    assert len(desk.erp.receipts) == 2


def test_a_robot_that_does_not_check_open_amounts_keys_nothing(desk: Desk) -> None:
    desk.erp.checks = False
    with pytest.raises(BusinessError, match=r"2026-0101; call self\.check_open"):
        desk.key()
    assert desk.erp.receipts == []


def test_a_robot_without_the_verbs_is_told_which(desk: Desk) -> None:
    with pytest.raises(ConfigError, match="has no find_receipt, fill_receipt, submit_receipt"):
        key_receipts(desk.run(), ReadOnlyErp)


def test_a_portal_that_is_only_read_is_not_even_opened(desk: Desk) -> None:
    desk.key(desk.run(writes="never"))
    assert desk.erp.acts == []
    assert desk.states() == [APPROVED, APPROVED]


def test_with_nothing_to_key_the_portal_is_not_opened(desk: Desk) -> None:
    desk.key()
    desk.erp.acts.clear()
    assert desk.key().figures["keyed"] == 0
    assert desk.erp.acts == []


def test_a_dry_run_fills_and_tells_but_submits_nothing(desk: Desk) -> None:
    run = desk.run(dry=True)
    desk.key(run)
    desk.key(run)
    assert desk.states() == [APPROVED, APPROVED]
    assert verbs(desk) == ["find", "fill"] * 2, "gone through once"
    assert run.figures["would key"] == 2
    first = desk.posting().reference
    assert run.told[0] == f"key {first}: 125.00 EUR of debtor 10001 (2026-0101 125.00 EUR)"
    assert len(run.told) == 2
    assert desk.evidence.trails[-1].anchors == []


@pytest.mark.parametrize(
    ("cap", "told"),
    [
        ({"max_postings": 1}, "at most 1 of them"),
        ({"max_amount": eur(42_499)}, "and 424.99 EUR"),
    ],
)
@pytest.mark.parametrize("dry", [False, True])
def test_a_cap_stops_the_run_and_the_next_one_goes_on(
    desk: Desk, cap: dict[str, Any], told: str, dry: bool
) -> None:
    with pytest.raises(CapReached, match=told) as stopped:
        desk.key(desk.run(dry=dry, **cap))
    assert str(stopped.value).startswith("1 postings are left")
    assert len(desk.erp.receipts) == (0 if dry else 1)
    if not dry:
        desk.key(desk.run(**cap))
        assert desk.states() == [KEYED, KEYED]


def test_a_cap_is_of_the_whole_run_however_often_it_keys(desk: Desk) -> None:
    desk.erp.before["find"] = [None, PortalUnreachable("500"), PortalUnreachable("500")]
    run = desk.run(max_amount=eur(42_499))
    with pytest.raises(CapReached):
        desk.key(run)
    assert run.figures["tried again"] == 1
    assert desk.states() == [KEYED, APPROVED]
    with pytest.raises(CapReached):
        desk.key(run)
    assert len(desk.erp.receipts) == 1


def test_a_posting_exactly_at_the_cap_is_keyed(desk: Desk) -> None:
    desk.key(desk.run(max_postings=2, max_amount=eur(42_500)))
    assert desk.states() == [KEYED, KEYED]


def test_a_portal_that_stays_down_ends_the_run_and_keeps_what_was_keyed(desk: Desk) -> None:
    down = [PortalUnreachable("maintenance")] * 6
    desk.erp.before["find"] = [None, None, *down]

    def twice(run: Run) -> None:
        run.do(a_task(lambda run: key_receipts(run, DeskErp)))

    run = desk.run()
    with pytest.raises(PortalUnreachable):
        run.do(a_task(twice, "round"))
    assert desk.states() == [KEYED, KEYING]
    assert run.figures["tried again"] <= 3
    desk.key()
    assert desk.states() == [KEYED, KEYED]
    assert len(desk.erp.receipts) == 2


def test_a_window_that_begins_while_receipts_are_keyed_is_kept_before_the_next_one(
    desk: Desk,
) -> None:
    run = desk.run(closed=("tue 09:10-09:30",))
    run.progress = lambda what, at, end: desk.later(15 * 60) if at == 1 else None
    with pytest.raises(PortalClosed):
        desk.key(run)
    assert desk.states() == [KEYED, APPROVED], "what was begun was brought to its end"
    desk.later(30 * 60)
    desk.key(desk.run(closed=("tue 09:10-09:30",)))
    assert desk.states() == [KEYED, KEYED]
    assert verbs(desk) == ["find", "fill", "submit", "find"] * 2
