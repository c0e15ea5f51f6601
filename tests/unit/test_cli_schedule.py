"""`clerkwork schedule`, `slots` and `list`, as docs/schedules.md shows them."""

from __future__ import annotations

import datetime as dt
import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner
from workspaces import change, fresh

from clerkwork import bootstrap
from clerkwork.adapters.clock import anchor
from clerkwork.cli.app import app

PAGE = (Path(__file__).parents[2] / "docs" / "schedules.md").read_text(encoding="utf-8")
EXAMPLE = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0]
CONSOLE = "\n".join(re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL))


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return page_office(tmp_path_factory.mktemp("office"))


def page_office(folder: Path) -> Path:
    """The page's own config, at the end of April, after a week with a scheduler."""
    root = fresh(folder)
    (root / "config" / "schedules.toml").write_text(EXAMPLE)
    account(root, "2026-04-20T18:00")
    account(root, "2026-04-21T04:00")
    end_run(root, "done", "")
    account(root, "2026-04-22T04:00")
    account(root, "2026-04-23T07:00")
    end_run(root, "stopped", "a posting waits for a person")
    account(root, "2026-04-27T08:00")
    set_clock(root, "2026-04-27T10:00")
    return root


def end_run(root: Path, state: str, note: str) -> None:
    with bootstrap.open_office(root) as (_, office):
        (errand,) = office.errands.waiting()
        office.errands.end(errand.id, state, note)


def set_clock(root: Path, instant: str) -> None:
    anchor(root / "output" / "demo" / "clock.json", moment(instant), running=False)


def account(root: Path, instant: str) -> None:
    """What a scheduler does at a moment."""
    set_clock(root, instant)
    with bootstrap.open_office(root) as (place, office):
        bootstrap.account(bootstrap.timetable(place), office)


def said(root: Path, *words: str, status: int = 0) -> str:
    done = CliRunner().invoke(app, [*words, "--workspace", str(root)], env={"COLUMNS": "120"})
    assert done.exit_code == status, done.output
    return done.stdout if status == 0 else done.output


def test_the_page_shows_what_is_said(root: Path) -> None:
    shown: list[tuple[str, list[str]]] = []
    for line in filter(None, CONSOLE.splitlines()):
        if line.startswith("$ "):
            shown.append((line.removeprefix("$ clerkwork "), []))
        else:
            shown[-1][1].append(line.rstrip())
    assert shown
    for command, lines in shown:
        answer = said(root, *shlex.split(command))
        assert [line.rstrip() for line in answer.splitlines()] == lines, command


def test_what_is_due_is_told_in_words_with_the_next_slot(root: Path) -> None:
    listed = said(root, "list")
    assert "06:00 on business days" in listed
    assert "switched off: until the" in listed
    assert "Tue 28 Apr 06:00" in listed


def test_slots_for_a_program(root: Path) -> None:
    found = json.loads(said(root, "slots", "daily_round", "--json"))["slots"]
    assert [slot["outcome"] for slot in found] == [
        *("begun", "done", "stopped", "refused", "queued", "skipped"),
    ]
    assert found[1] == {
        "task": "daily_round",
        "due": "2026-04-21T04:00:00+00:00",
        "outcome": "done",
        "state": "queued",
        "why": "",
        "accounted": "2026-04-21T04:00:00+00:00",
        "errand": "slot/daily_round/2026-04-21T04:00Z",
        "not_before": None,
        "ended": "2026-04-21T04:00:00+00:00",
        "note": "",
    }


def test_slots_since_a_day_and_of_a_task_that_is_none(root: Path) -> None:
    assert "2026-04-21 06:00" not in said(root, "slots", "--since", "2026-04-22")
    wrong = CliRunner().invoke(app, ["slots", "--since", "monday", "--workspace", str(root)])
    assert wrong.exit_code == 2
    assert "expected a day such as 2026-03-02" in wrong.output
    none = CliRunner().invoke(app, ["slots", "daily_rond", "--workspace", str(root)])
    assert "Did you mean 'daily_round'?" in str(none.exception)


def test_nothing_is_due_and_nothing_was(tmp_path: Path) -> None:
    root = fresh(tmp_path)
    change(root, "tasks/daily_round.py", '"0 6 * * mon-fri"', '""')
    change(root, "tasks/remind_debtors.py", '"30 10 * * mon-sat"', '""')
    set_clock(root, "2026-04-27T10:00")
    assert said(root, "schedule").startswith("Nothing is due in the next 14 days")
    assert said(root, "slots").startswith("No slot is accounted for yet.")


def test_a_schedule_that_reminds_nobody_is_told(tmp_path: Path) -> None:
    root = fresh(tmp_path)
    line = ["schedule", "--workspace", str(root)]
    assert "warning" not in CliRunner().invoke(app, line).stderr
    by_hand = '[tasks.remind_debtors]\nschedule = ""\n'
    (root / "config" / "schedules.toml").write_text(by_hand)
    warned = CliRunner().invoke(app, line)
    assert warned.exit_code == 0
    assert "nobody on these journeys is ever reminded by schedule: business," in warned.stderr
    assert "No slot of daily_round (0 6 * * mon-fri (NL)) falls within" in warned.stderr
    (told,) = [one for one in bootstrap.examine(root) if one.what == "Reminders"]
    assert not told.ok
