"""The schedule against the log of runs: what only one of log, store and disk knows is named."""

from __future__ import annotations

import datetime as dt
import shutil

from test_audits import RUN, Office, office

from clerkwork.core.errands import REFUSED
from clerkwork.ports import Errand, SlotRow
from clerkwork.testing import MORNING

__all__ = ["office"]

HOUR = dt.timedelta(hours=1)


def missed(task: str = "fetch", due: dt.datetime = MORNING) -> SlotRow:
    return SlotRow(task=task, due=due, state="missed", at=due + HOUR, why="nobody was there")


def findings(office: Office, **days: dt.datetime) -> list[str]:
    """Those about the log."""
    told = office.asked("schedule", **days).findings
    return [one for one in told if "log" in one]


def test_what_store_and_log_both_know_is_no_finding(office: Office) -> None:
    office.run(RUN)
    office.slots.append(missed())
    office.shelf.record_not_run(office.slots)
    assert findings(office) == []


def test_a_slot_that_only_the_log_knows_is_named(office: Office) -> None:
    office.run(RUN)
    office.shelf.record_not_run([missed()])
    (told,) = findings(office)
    assert told == (
        "fetch, due 2026-03-03 08:00 UTC: the log of runs says that it was missed, and the store "
        "does not know it"
    )
    assert findings(office, since=MORNING + HOUR) == []


def test_a_slot_of_which_the_store_says_otherwise_is_named(office: Office) -> None:
    office.run(RUN)
    office.shelf.record_not_run([missed()])
    done = SlotRow(task="fetch", due=MORNING, state="skipped", at=MORNING, why="a holiday")
    office.slots.append(done)
    (told,) = findings(office)
    assert "says that it was missed, and the store that it was skipped" in told


def test_a_slot_that_only_the_store_knows_is_named(office: Office) -> None:
    office.run(RUN)
    office.slots.append(missed())
    (told,) = findings(office)
    assert "the store says that it was missed, and the log of runs does not know it" in told


def test_what_another_machine_s_log_may_know_is_not_missed_here(office: Office) -> None:
    office.run(RUN)
    office.slots.append(missed())
    office.one_log = False
    assert findings(office) == []


def test_a_slot_from_before_the_log_is_not_missed_in_it(office: Office) -> None:
    office.slots.append(missed(due=MORNING - 5 * HOUR))
    office.run(RUN)
    assert findings(office) == []


def errand(office: Office, id: str = "errand/1") -> Errand:
    made = Errand(id=id, task="fetch", by="els", asked=office.clock.now())
    office.store.errands.ask(made)
    office.store.errands.end(id, REFUSED, "the portal is closed")
    kept = office.store.errands.get(id)
    assert kept is not None
    return kept


def test_a_refused_errand_that_only_one_of_them_knows_is_named(office: Office) -> None:
    office.run(RUN)
    refused = errand(office)
    (told,) = findings(office)
    assert "errand errand/1 of fetch: the store says that it was refused, and the log" in told
    office.shelf.record_refused([refused])
    assert findings(office) == []


def test_an_errand_that_the_store_lost_is_named(office: Office) -> None:
    office.run(RUN)
    lost = Errand(id="gone/1", task="fetch", by="els", asked=office.clock.now(), state=REFUSED)
    office.shelf.record_refused([lost])
    (told,) = findings(office)
    assert "errand gone/1 of fetch: the log of runs says that it was refused" in told


def test_a_run_that_only_the_log_knows_is_named(office: Office) -> None:
    office.run(RUN, journal=False)
    shutil.rmtree(office.shelf.folder(RUN))
    (told,) = findings(office)
    assert told.startswith(f"run {RUN}: the log of runs says that it began")


def test_a_run_that_was_removed_as_declared_is_not_missed(office: Office) -> None:
    office.run(RUN, journal=False)
    office.shelf.remove(RUN, office.shelf.examine(RUN), "by retention")
    assert findings(office) == []


def test_evidence_that_the_log_does_not_know_is_named(office: Office) -> None:
    office.run(RUN)
    other = "20260303-090000-daily_round-9999"
    shutil.copytree(office.shelf.folder(RUN), office.shelf.folder(other))
    assert findings(office) == [
        f"run {other}: there is evidence of it, and the log does not know it"
    ]


def test_without_a_log_nothing_is_held_against_it(office: Office) -> None:
    office.slots.append(missed())
    assert findings(office) == []
