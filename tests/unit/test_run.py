"""One run: sessions kept and renewed, tries counted, every act a step of its evidence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from back_desk import Desk, DeskErp, ReadOnlyErp, a_task, open_desk
from store_cases import item, line

from clerkwork.app.run import Run, new_run_id
from clerkwork.core.evidence import SelectorUse
from clerkwork.errors import (
    BusinessError,
    ConfigError,
    EntryRefused,
    PortalUnreachable,
    SelectorLost,
    SessionLost,
    SignInRefused,
)
from clerkwork.ports import Seen
from clerkwork.testing import FakeScreen


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = open_desk()
    yield desk
    desk.store.close()


def tries(run: Run, work: Callable[[Run], None]) -> list[str]:
    """What each try of a task ended with."""
    ended: list[str] = []

    def watched(run: Run) -> None:
        try:
            work(run)
        except Exception as error:
            ended.append(type(error).__name__)
            raise
        ended.append("done")

    try:
        run.do(a_task(watched))
    except SelectorLost:
        ended.append("given up")
    return ended


def lost(run: Run) -> None:
    raise SelectorLost("open_items.rows is not there")


def test_a_session_is_opened_once_and_closed_with_the_run(desk: Desk) -> None:
    run = desk.run()
    for _ in range(2):
        with run.open(DeskErp) as erp:
            assert erp.find_receipt("CW-1") is None
    assert desk.erp.sessions == 1
    (screen,) = desk.browser.screens
    assert not screen.closed
    run.close()
    assert screen.closed


def test_a_failure_that_may_pass_ends_the_session_and_a_business_failure_does_not(
    desk: Desk,
) -> None:
    run = desk.run()
    with pytest.raises(BusinessError), run.open(DeskErp):
        raise BusinessError("a debtor without a number")
    with run.open(DeskErp):
        assert desk.erp.sessions == 1
    with pytest.raises(SessionLost), run.open(DeskErp):
        raise SessionLost("verlopen")
    with run.open(DeskErp):
        assert desk.erp.sessions == 2
    assert [screen.closed for screen in desk.browser.screens] == [True, False]


def test_a_sign_in_that_fails_leaves_no_window_open(desk: Desk) -> None:
    desk.erp.before["sign in"] = [SessionLost("crashed")]
    with pytest.raises(SessionLost), desk.run().open(DeskErp):
        pass
    assert desk.browser.screens[0].closed
    (step,) = desk.evidence.trails[-1].steps
    assert (step.action, step.outcome) == ("sign in", "SessionLost")
    assert step.details["error"] == "crashed"


def test_a_portal_without_settings_is_a_matter_of_the_config(desk: Desk) -> None:
    class Unknown(ReadOnlyErp):
        name = "acme_erp"

    with pytest.raises(ConfigError, match=r"portals\.toml has no table \[acme_erp\]"):
        desk.run().settings(Unknown)


def test_what_fails_thrice_without_anything_achieved_is_given_up(desk: Desk) -> None:
    run = desk.run()
    assert tries(run, lost) == ["SelectorLost"] * 3 + ["given up"]
    assert desk.pauses == [1.0, 2.0]
    assert run.figures["tried again"] == 2


def test_what_passes_on_the_second_try_is_done(desk: Desk) -> None:
    troubles = iter([SelectorLost("slow page")])

    def work(run: Run) -> None:
        for trouble in troubles:
            raise trouble

    assert tries(desk.run(), work) == ["SelectorLost", "done"]


def test_what_was_achieved_between_failures_gives_new_tries(desk: Desk) -> None:
    left = [2, 1, 0, 0, 0]

    def work(run: Run) -> None:
        run.count("keyed", by=left.pop(0))
        raise SelectorLost("receipt.amount is not there")

    assert tries(desk.run(), work) == ["SelectorLost"] * 4 + ["given up"]


def test_what_is_read_into_the_books_is_counted_by_itself(desk: Desk) -> None:
    readings = iter((("erp", [item("1", 100)]), ("erp", []), ("other", [item("2", 1)])))

    def work(run: Run) -> None:
        run.books.replace_open_items(*next(readings))

    run = desk.run()
    for _ in range(3):
        run.do(a_task(work))
    assert run.figures["open items read"] == 2, "the first reading of each counts"


def test_what_is_read_again_in_another_try_is_counted_once(desk: Desk) -> None:
    sizes = iter((2, 1, 1))

    def work(run: Run) -> None:
        run.books.replace_open_items("erp", [item(str(n), 100) for n in range(next(sizes))])
        if run.figures["open items read"] == 2:
            raise SelectorLost("debtors.rows is not there")

    run = desk.run()
    assert tries(run, work) == ["SelectorLost", "done"]
    assert run.figures["open items read"] == 1


class HealedScreen(FakeScreen):
    """Found one of its selectors elsewhere."""

    def drain(self) -> Seen:
        menu = SelectorUse(
            name="open_items.menu",
            written="text=Posts",
            used="text=Posts → text=Open posts",
            healed=True,
        )
        return replace(super().drain(), selectors=(menu,))


def test_a_selector_that_was_healed_is_counted_once(desk: Desk) -> None:
    run = desk.run()
    for _ in range(2):
        with run.step("desk_erp", HealedScreen(), "open items"):
            pass
    assert run.figures["selectors healed"] == 1
    assert run.healed == {"desk_erp, open_items.menu": "text=Posts → text=Open posts"}


def test_reading_the_same_again_is_not_an_achievement(desk: Desk) -> None:
    def work(run: Run) -> None:
        run.count("debtors read", by=150)
        run.count("held back: channel down", by=3)
        raise SelectorLost("open_items.rows is not there")

    run = desk.run()
    assert tries(run, work) == ["SelectorLost"] * 3 + ["given up"]
    assert run.figures["debtors read"] == 150, "counted once, not once a try"
    assert run.figures["held back: channel down"] == 3


def test_a_task_within_a_task_is_not_tried_nine_times(desk: Desk) -> None:
    run = desk.run()
    seen: list[int] = []

    def inner(run: Run) -> None:
        seen.append(1)
        lost(run)

    assert tries(run, lambda run: run.do(a_task(inner, "inner"))) == ["SelectorLost", "given up"]
    assert len(seen) == 3
    assert run.figures["tried again"] == 2


def test_a_business_failure_is_never_tried_again(desk: Desk) -> None:
    seen: list[int] = []

    def work(run: Run) -> None:
        seen.append(1)
        raise BusinessError("the statement does not add up")

    with pytest.raises(BusinessError):
        desk.run().do(a_task(work))
    assert seen == [1]
    assert desk.pauses == []


def test_a_stray_server_error_on_a_look_up_is_looked_past(desk: Desk) -> None:
    desk.erp.before["find"] = [PortalUnreachable("error 500 at /ontvangsten.asp")]
    run = desk.run()
    with run.open(DeskErp) as erp:
        assert erp.find_receipt("CW-1") is None
    assert desk.erp.sessions == 1
    outcomes = [step.outcome for step in desk.evidence.trails[-1].steps]
    assert outcomes == ["ok", "PortalUnreachable", "ok"]


def test_what_writes_is_never_repeated_behind_the_back(desk: Desk) -> None:
    desk.erp.before["submit"] = [PortalUnreachable("error 500")]
    with pytest.raises(PortalUnreachable), desk.run().open(DeskErp) as erp:
        erp.submit_receipt()
    assert desk.erp.acts.count("submit") == 1


def test_a_table_is_a_step_only_once_it_was_read_to_its_end(desk: Desk) -> None:
    class Lister(DeskErp):
        name = "desk_erp"

        def open_items(self) -> Iterator[object]:
            yield item("2026-0101", 100)
            raise BusinessError("what was read does not add up")

    with desk.run().open(Lister) as erp, pytest.raises(BusinessError):
        erp.open_items()
    step = desk.evidence.trails[-1].steps[-1]
    assert (step.action, step.outcome) == ("open items", "BusinessError")
    assert step.details["error"] == "what was read does not add up"


def test_a_task_of_one_s_own_has_its_anchor_before_what_it_writes(desk: Desk) -> None:
    """It calls a robot's verbs itself, and none of the engine's own use cases."""
    desk.owe(item("2026-0101", 12_500))
    desk.receive(line(12_500, text="2026-0101"))
    desk.reconcile()
    posting = desk.posting()
    told: list[list[str]] = []
    desk.erp.on["submit"] = lambda: told.append(list(desk.evidence.trails[-1].anchors))
    with desk.run().open(DeskErp) as erp:
        erp.fill_receipt(posting)
        erp.submit_receipt()
    assert told == [[f"before submitting receipt {posting.reference}"]]


def test_a_submit_that_fails_has_its_picture_or_says_why_there_is_none(desk: Desk) -> None:
    desk.erp.before["submit"] = [EntryRefused("no"), KeyboardInterrupt()]  # type: ignore[list-item]
    run = desk.run()
    with run.open(DeskErp) as erp:
        with pytest.raises(EntryRefused):
            erp.submit_receipt()
        with pytest.raises(KeyboardInterrupt):
            erp.submit_receipt()
    refused, ended = desk.evidence.trails[-1].steps[-2:]
    assert [(one.label, one.gap) for one in refused.pictures] == [
        ("submit receipt", "a scripted screen")
    ]
    (gap,) = ended.pictures
    assert gap.gap == "none was taken, because the step ended with KeyboardInterrupt"


def test_what_a_portal_says_is_deletable_and_stands_in_no_record(desk: Desk) -> None:
    """A record is for good: a name in it could never be forgotten."""
    said = "debtor Renée Brouwer of Dorpsstraat 1 is blocked"
    desk.erp.before["find"] = [EntryRefused(said), SelectorLost(said, "receipt.number")]
    run = desk.run()
    with pytest.raises(EntryRefused), run.open(DeskErp) as erp:
        erp.find_receipt("Renée Brouwer")
    with pytest.raises(SelectorLost), run.open(DeskErp) as erp:
        erp.find_receipt("CW-ABCDEFGHIJ")
    refused, lost = desk.evidence.trails[-1].steps[-2:]
    assert (refused.outcome, refused.subject) == ("EntryRefused", "")
    assert (refused.details["error"], refused.details["about"]) == (said, "Renée Brouwer")
    assert (lost.outcome, lost.subject) == ("SelectorLost: receipt.number", "CW-ABCDEFGHIJ")
    for step in (refused, lost):
        kept = replace(step, details={})
        assert "Brouwer" not in str(kept)


def test_a_dry_run_tells_a_thing_once(desk: Desk) -> None:
    run = desk.run(dry=True)
    run.would("send debtor 10001 the last notice")
    run.would("send debtor 10001 the last notice")
    assert run.told == ["send debtor 10001 the last notice"]


def test_a_run_is_named_by_its_time_and_task(desk: Desk) -> None:
    name = new_run_id(desk.office, "daily_round")
    assert re.fullmatch(r"20260303-080000-daily_round-[0-9a-f]{4}", name)


def test_a_sign_in_that_twice_ends_unclearly_is_not_tried_a_third_time(desk: Desk) -> None:
    desk.erp.before["sign in"] = [SelectorLost("no menu"), SelectorLost("no menu"), None]
    run = desk.run()
    with pytest.raises(SelectorLost), run.open(DeskErp):
        pass
    left_alone = pytest.raises(SignInRefused, match="not tried again, lest the login be locked")
    with left_alone, run.open(DeskErp):
        pass


def test_a_portal_that_is_down_may_be_asked_to_sign_in_again(desk: Desk) -> None:
    down = [PortalUnreachable("maintenance"), PortalUnreachable("maintenance")]
    desk.erp.before["sign in"] = [*down, None]
    run = desk.run()
    for _ in down:
        with pytest.raises(PortalUnreachable), run.open(DeskErp):
            pass
    with run.open(DeskErp):
        pass


def test_a_session_that_ends_while_reading_is_entered_again_and_read_from_the_start(
    desk: Desk,
) -> None:
    class Lister(DeskErp):
        name = "desk_erp"

        def open_items(self) -> Iterator[object]:
            yield item("2026-0101", 100)
            self.screen.erp.act("next page")
            yield item("2026-0102", 200)

    desk.erp.before["next page"] = [SessionLost("verlopen"), None]
    run = desk.run()
    with run.open(Lister) as erp:
        assert len(list(erp.open_items())) == 2
        assert desk.erp.sessions == 2
        assert erp.screen is desk.browser.screens[-1]
    assert run.figures["signed in again"] == 1
    assert [screen.closed for screen in desk.browser.screens] == [True, False]
    outcomes = [(step.action, step.outcome) for step in desk.evidence.trails[-1].steps]
    assert outcomes == [
        ("sign in", "ok"),
        ("open items", "SessionLost"),
        ("sign in", "ok"),
        ("open items", "ok"),
    ]


def test_a_session_that_ends_twice_in_one_reading_is_a_failure(desk: Desk) -> None:
    desk.erp.before["find"] = [SessionLost("verlopen"), SessionLost("verlopen")]
    with pytest.raises(SessionLost), desk.run().open(DeskErp) as erp:
        erp.find_receipt("CW-1")
    assert desk.erp.sessions == 2


@pytest.mark.parametrize("verb", ["fill", "submit"])
def test_what_writes_is_never_repeated_in_a_new_session(desk: Desk, verb: str) -> None:
    class Writer(DeskErp):
        name = "desk_erp"

        def fill_note(self) -> None:
            self.screen.erp.act("fill")

        def submit_note(self) -> None:
            self.screen.erp.act("submit")

    desk.erp.before[verb] = [SessionLost("verlopen")]
    with pytest.raises(SessionLost), desk.run().open(Writer) as erp:
        getattr(erp, f"{verb}_note")()
    assert desk.erp.sessions == 1


def test_between_filling_and_submitting_no_session_is_entered_again(desk: Desk) -> None:
    class Looker(DeskErp):
        name = "desk_erp"

        def period(self) -> str:
            self.screen.erp.act("period")
            return "2026-03"

    desk.erp.before["period"] = [SessionLost("verlopen")]
    run = desk.run()
    run.half_keyed.add("desk_erp")
    with pytest.raises(SessionLost), run.open(Looker) as erp:
        erp.period()
    assert desk.erp.sessions == 1
    assert run.half_keyed == set(), "the form is gone with its session"
