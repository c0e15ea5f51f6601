"""A run from its beginning to its ending, whatever happens in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import pytest
from back_desk import Desk, DeskErp, a_task, open_desk
from loguru import logger

from clerkwork.app.execute import Attempt, execute
from clerkwork.app.review import decide
from clerkwork.app.run import Run
from clerkwork.core.errands import slot_errand
from clerkwork.errors import BusinessError, ClerkworkError, ConfigError, SelectorLost


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = open_desk()
    yield desk
    desk.store.close()


def silent(what: str, at: int, of: int | None) -> None:
    return None


def count_three(run: Run) -> None:
    with run.open(DeskErp):
        run.count("keyed", by=3)


def test_a_run_that_is_done_says_the_same_in_journal_checkpoint_and_report(desk: Desk) -> None:
    run = execute(desk.office, a_task(count_three), progress=silent)
    row = desk.store.runs.find("last")
    assert row is not None
    assert (row.run, row.outcome, dict(row.figures)) == (run.id, "done", {"keyed": 3})
    assert row.ended is not None
    assert desk.evidence.trails[-1].closed == ("done", {"keyed": 3})
    assert desk.reports == [run.id]
    assert desk.browser.screens[0].closed
    assert desk.questions() == []


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (BusinessError("the statement does not add up"), "stopped"),
        (SelectorLost("open_items.rows is not there"), "failed"),
        (ConfigError("portals.toml has no table"), "failed"),
    ],
)
def test_a_failure_is_told_to_a_person_and_to_whoever_started_the_run(
    desk: Desk, error: ClerkworkError, outcome: str
) -> None:
    def fail(run: Run) -> None:
        run.count("debtors read", by=2)
        raise error

    with pytest.raises(type(error)):
        execute(desk.office, a_task(fail), progress=silent)
    row = desk.store.runs.find("last")
    assert row is not None
    assert (row.outcome, row.note) == (outcome, str(error))
    trail = desk.evidence.trails[-1]
    assert trail.closed is not None
    assert trail.closed[0] == outcome
    (told,) = desk.store.queue.open()
    assert told.kind == "trouble"
    assert told.title == f"work stopped: {error}"
    assert told.facts == {"What happened": str(error), "Run": row.run}
    assert desk.reports == [row.run]


@pytest.mark.parametrize("error", [BusinessError("a cap is reached"), SelectorLost("rows")])
def test_what_fails_again_is_asked_once_until_somebody_has_seen_to_it(
    desk: Desk, error: ClerkworkError
) -> None:
    def fail(run: Run) -> None:
        raise error

    for _ in range(3):
        with pytest.raises(type(error)):
            execute(desk.office, a_task(fail), progress=silent)
    (asked,) = desk.store.queue.open()
    decide(desk.office, asked.id, "seen", by="Inge")
    with pytest.raises(type(error)):
        execute(desk.office, a_task(fail), progress=silent)
    (again,) = desk.store.queue.open()
    assert again.id != asked.id


def test_another_cause_is_another_question(desk: Desk) -> None:
    for what in ("a cap is reached", "the statement does not add up"):

        def fail(run: Run, what: str = what) -> None:
            raise BusinessError(what)

        with pytest.raises(BusinessError):
            execute(desk.office, a_task(fail), progress=silent)
    assert len(desk.questions()) == 2


def test_a_run_that_is_interrupted_is_closed_and_called_failed(desk: Desk) -> None:
    def interrupted(run: Run) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        execute(desk.office, a_task(interrupted), progress=silent)
    row = desk.store.runs.find("last")
    assert row is not None
    assert (row.outcome, row.note) == ("failed", "ended from outside")
    assert desk.questions() == []


def test_a_dry_run_leaves_no_question(desk: Desk) -> None:
    def fail(run: Run) -> None:
        raise BusinessError("nothing to read")

    with pytest.raises(BusinessError):
        execute(desk.office, a_task(fail), progress=silent, dry=True)
    assert desk.questions() == []


def test_what_a_killed_run_left_running_is_called_failed_by_the_next(desk: Desk) -> None:
    desk.store.runs.begin("20260303-075900-daily_round-dead", "daily_round", desk.clock.now())
    execute(desk.office, a_task(count_three), progress=silent)
    row = desk.store.runs.find("20260303-075900")
    assert row is not None
    assert row.outcome == "failed"


def test_what_is_logged_in_a_run_says_which_it_belongs_to(desk: Desk) -> None:
    lines: list[dict[str, str]] = []
    sink = logger.add(lambda message: lines.append(dict(message.record["extra"])), level="DEBUG")

    def work(run: Run) -> None:
        logger.info("read it")

    of = Attempt(errand="slot/1", number=1, worker="w1", last=True)
    try:
        run = execute(desk.office, a_task(work), progress=silent, of=of)
        logger.info("after it")
    finally:
        logger.remove(sink)
    own = {"run": run.id, "task": "work", "worker": "w1", "errand": "slot/1", "attempt": "1"}
    assert lines[0] == own
    assert lines[-1] == {}


def test_a_run_is_traced_with_its_tasks_and_steps_and_nobodys_name(desk: Desk) -> None:
    seen: list[tuple[str, dict[str, str]]] = []

    @contextmanager
    def span(name: str, about: Mapping[str, str]) -> Iterator[None]:
        seen.append((name, dict(about)))
        yield

    def work(run: Run) -> None:
        with run.open(DeskErp) as erp:
            erp.find_receipt("CW-1")

    desk.office = replace(desk.office, span=span)
    run = execute(desk.office, a_task(work), progress=silent)
    assert [name for name, _ in seen] == ["run", "task", "step", "step"]
    assert seen[0][1] == {"run": run.id, "task": "work"}
    assert seen[-1][1] == {"run": run.id, "robot": "desk_erp", "action": "find receipt"}


def test_the_evidence_says_of_what_it_is_a_run_and_with_what(desk: Desk) -> None:
    versions = {"clerkwork 1.0": "ab", "config/portals.toml": "cd"}
    office = replace(desk.office, versions=lambda: versions, operator="jansen@kantoor")
    slot = slot_errand("test", desk.clock.now())
    of = Attempt(errand=slot, number=2, worker="w1", last=False)
    execute(office, a_task(lambda run: None), progress=silent, of=of)

    trail = desk.evidence.trails[-1]
    assert trail.versions == versions
    assert trail.about == {
        "operator": "jansen@kantoor",
        "worker": "w1",
        "errand": slot,
        "attempt": "2",
        "slot": "2026-03-03T08:00Z",
    }
