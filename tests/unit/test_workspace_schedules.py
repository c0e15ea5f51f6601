"""What the back office sets of schedules counts; what cannot be meant is told with its line."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from workspaces import change, fresh

from clerkwork.core.schedules.plan import slots
from clerkwork.errors import ConfigError
from clerkwork.workspace import open_workspace
from clerkwork.workspace.reminding import never_reminded
from clerkwork.workspace.schedules import make_timetable

TUESDAY = dt.datetime(2026, 3, 3, 8, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)
TASK = "[tasks.daily_round]\n"


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A workspace that leaves nothing behind in this process."""
    path, modules = list(sys.path), dict(sys.modules)
    yield fresh(tmp_path)
    sys.path[:] = path
    for name in [n for n in sys.modules if n.partition(".")[0] in ("robots", "tasks")]:
        del sys.modules[name]
    sys.modules.update({n: m for n, m in modules.items() if n not in sys.modules})


def set_to(root: Path, text: str) -> None:
    (root / "config" / "schedules.toml").write_text(text)


def coming(root: Path, task: str, days: int = 4) -> list[str]:
    place = open_workspace(root)
    made = make_timetable(place.tasks, place.config).plans[task]
    return [
        f"{slot.due.astimezone(made.zone):%m-%d %H:%M}{f' {slot.why}' if slot.why else ''}"
        for slot in slots(made, TUESDAY, TUESDAY + days * DAY)
    ]


def test_a_workspace_without_the_file_has_what_its_tasks_declare(root: Path) -> None:
    (root / "config" / "schedules.toml").unlink()
    assert coming(root, "daily_round") == ["03-04 06:00", "03-05 06:00", "03-06 06:00"]


def test_the_tasks_that_come_along_remind_at_an_hour_of_every_journey(root: Path) -> None:
    assert coming(root, "daily_round") == ["03-04 06:00", "03-05 06:00", "03-06 06:00"]
    assert coming(root, "remind_debtors", 5) == [
        *("03-03 10:30", "03-04 10:30", "03-05 10:30", "03-06 10:30", "03-07 10:30"),
    ]
    place = open_workspace(root)
    scheduled = {task.name for task in place.tasks.values() if task.schedule}
    assert scheduled == {"daily_round", "remind_debtors"}
    assert unreached(root) == ""


def unreached(root: Path) -> str:
    place = open_workspace(root)
    return never_reminded(place.tasks, place.config, TUESDAY)


REMIND = "[tasks.remind_debtors]\nschedule = "


@pytest.mark.parametrize(
    ("text", "journeys"),
    [
        # The round at six reminds, too, and reaches nobody.
        (f'{REMIND}""', "business, key accounts, short steps, students"),
        (f'{REMIND}"05:00 and 20:00 every day"', "business, key accounts, short steps, students"),
        (f'{REMIND}"12:00 every sunday"', "business, key accounts, short steps, students"),
        (f'{REMIND}"08:30 every mon-fri"', ": students, "),
        (f'{REMIND}"10:30 every mon-sat"\non = false', "business, key accounts"),
        (f'{REMIND}"10:00 on the first business day of the year"', ""),
        (f'{TASK}schedule = "10:30 on business days"', ""),
    ],
)
def test_journeys_whose_debtors_no_schedule_reminds_are_told(
    root: Path, text: str, journeys: str
) -> None:
    set_to(root, text)
    told = unreached(root)
    assert bool(told) == bool(journeys)
    assert journeys in told


def test_who_reminds_by_hand_alone_is_told_nothing(root: Path) -> None:
    set_to(root, '[tasks.daily_round]\nschedule = ""\n')
    assert unreached(root) == ""


def test_all_that_the_file_that_comes_along_speaks_of_can_be_said(root: Path) -> None:
    file = root / "config" / "schedules.toml"
    lines = file.read_text().splitlines()
    begin = lines.index("# [tasks.daily_round]")
    file.write_text("\n".join(line.removeprefix("#").strip() for line in lines[begin:]))
    task = open_workspace(root).task("daily_round")
    assert (task.schedule, task.calendar) == ("06:00 on business days", "NL+TARGET")
    assert (task.late_after, task.jitter) == (120 * MINUTE, 5 * MINUTE)
    assert task.off == "switched off: until the new ERP is live"


def test_what_is_set_there_holds_and_what_is_left_out_stays(root: Path) -> None:
    set_to(root, '[tasks.daily_round]\nschedule = "07:30 every day"\nmissed = "catch up"\n')
    assert coming(root, "daily_round")[0] == "03-04 07:30"
    task = open_workspace(root).task("daily_round")
    assert (task.calendar, task.missed, task.late_after) == ("NL", "catch up", 120 * MINUTE)
    set_to(root, '[tasks.daily_round]\nschedule = ""\n')
    assert coming(root, "daily_round") == []


def test_a_task_is_switched_off_and_says_why(root: Path) -> None:
    set_to(root, '[tasks.daily_round]\non = false\nwhy = "the ERP moves"\n')
    assert coming(root, "daily_round", 1) == ["03-04 06:00 switched off: the ERP moves"]
    set_to(root, "[tasks.daily_round]\non = false\n")
    assert coming(root, "daily_round", 1) == ["03-04 06:00 switched off"]


def test_company_days_and_blackouts_hold_slots_back(root: Path) -> None:
    set_to(
        root,
        '[[closed]]\ndays = "2026-03-04 to 2026-03-05"\nwhy = "fair"\n'
        '[[blackout]]\ntime = "2026-03-06"\nwhy = "closing"\ntasks = ["daily_round"]\n'
        '[[blackout]]\ntime = "2026-03-05"\nwhy = "other"\ntasks = ["key_payments"]\n',
    )
    assert coming(root, "daily_round") == [
        "03-04 06:00 company day: fair",
        "03-05 06:00 company day: fair",
        "03-06 06:00 blackout: closing",
    ]


def test_a_list_of_dates_is_spoken_of_by_its_name(root: Path) -> None:
    set_to(
        root,
        '[tasks.key_payments]\nschedule = "06:00 two business days before debit"\n'
        '[dates]\ndebit = ["2026-03-09", "2026-12-28"]\n',
    )
    assert coming(root, "key_payments") == ["03-05 06:00"]


def test_a_portals_windows_hold_its_tasks_back(root: Path) -> None:
    change(
        root, "config/portals.toml", "[polder_bank]", '[polder_bank]\nclosed = ["wed 05:00-09:00"]'
    )
    place = open_workspace(root)
    made = make_timetable(place.tasks, place.config).plans["daily_round"]
    found = [*slots(made, TUESDAY, TUESDAY + 2 * DAY)]
    assert [f"{slot.start.astimezone(made.zone):%m-%d %H:%M}" for slot in found] == [
        *("03-04 09:00", "03-05 06:00"),
    ]


def test_the_schedule_of_before_can_be_read_with_its_calendar(root: Path) -> None:
    place = open_workspace(root)
    table = make_timetable(place.tasks, place.config)
    made = table.plans["daily_round"]
    assert made.said == "0 6 * * mon-fri (NL)"
    former = table.former(made, "0 7 * * mon-fri (NL+TARGET)")
    assert former is not None
    assert (former.business.names, [at.hour for at in former.times]) == (("NL", "TARGET"), [7])
    for gone in ("07:00 on paydays", "rubbish", "0 7 * * mon (Holland)"):
        assert table.former(made, gone) is None


def refusal(root: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        open_workspace(root)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (TASK + 'schedule = "06:00 on buisness days"', 2, "mean '06:00 on business days'?"),
        (TASK + 'schedule = "0 6 * * 1-5"', 2, "the weekday is '1-5'; expected a name"),
        (TASK + 'schedule = "07:00 on debit"', 2, "there is no list of dates 'debit'"),
        (TASK + 'schedule = "07:00 on debt"\n[dates]\ndebit = []', 2, "Did you mean 'debit'?"),
        (TASK + 'calendar = "Holland"', 2, "expected a country's two letters such as NL"),
        (TASK + 'calendar = "NL,TARGET"', 2, "or several as in NL+TARGET"),
        (TASK + 'calendar = "nl"', 2, "expected a country's two letters such as NL"),
        (TASK + 'missed = "lastest"', 2, "Did you mean 'latest'?"),
        (TASK + 'late_after = "2 hours"', 2, "expected a number and a unit"),
        (TASK + 'jitter = "5"', 2, "expected a number and a unit"),
        (TASK + 'jitter = "3 h"', 1, "jitter is 3 h, but after 2 h a slot is late"),
        (TASK + 'why = "holidays"', 2, "it says why a task is off: add on = false"),
        (TASK + 'on = "false"', 2, "expected true or false"),
        (TASK + 'shcedule = "0 6 * * *"', 2, "Did you mean 'schedule'?"),
        ('[tasks.daily_rond]\nschedule = ""', 1, "no task 'daily_rond' in tasks/. Did you mean"),
        ('[dates]\ndebit = ["28-12-2026"]', 2, "expected dates such as 2026-12-28"),
        ("[dates]\nDebit = []", 2, "expected one small word such as debit"),
        ('[[closed]]\ndays = "24 Dec"\nwhy = "x"', 2, "expected a day such as '2026-12-31'"),
        (
            '[[closed]]\ndays = "2026-12-24 12:00 to 2026-12-25"\nwhy = "x"',
            2,
            "Hours belong into [[blackout]]",
        ),
        ('[[closed]]\ndays = "2026-12-24"', 1, "key 'closed 1.why' is missing"),
        ('[[closed]]\ndays = "2026-12-24"\nwhy = ""', 3, "expected why the company is closed"),
        ('[[blackout]]\ntime = "2026-12-24"\nwhy = " "', 3, "expected why nothing may run then"),
        ('[[blackout]]\ntime = "2027 to 2026"\nwhy = "x"', 2, "expected a day such as"),
        (
            '[[blackout]]\ntime = "2026-12-24"\nwhy = "x"\ntasks = ["key_paymnts"]',
            4,
            "Did you mean 'key_payments'?",
        ),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_line(
    root: Path, text: str, line: int, told: str
) -> None:
    set_to(root, text)
    said = refusal(root)
    assert said.startswith(f"config/schedules.toml, line {line}: ")
    assert told in said


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('calendar="NL"', 'calendar="NLD"', "calendar is 'NLD'; expected a country's two letters"),
        ('late_after="2 h"', 'late_after="2"', "late_after is '2'; expected a number and a unit"),
        ('late_after="2 h"', 'missed="lates"', "did you mean 'latest'?"),
        ('late_after="2 h"', 'when_closed="wiat"', "did you mean 'wait'?"),
        ('late_after="2 h"', 'jitter="20 min"', "but after 15 min a slot is late"),
        ('late_after="2 h"', "priority=0", "priority is 0; expected 1 or more"),
        ('("kantoor_erp", "polder_bank")', '"polder_bank"', "expected a list of robots' names"),
        ('"polder_bank")', '"polder_bnk")', "Did you mean 'polder_bank'?"),
        ("0 6 * * mon-fri", "06:00 before debit", "names no days; expected words such as"),
        ("0 6 * * mon-fri", "06:00 on debit", "there is no list of dates 'debit'"),
    ],
)
def test_what_a_task_cannot_mean_is_told_with_its_file_and_line(
    root: Path, old: str, new: str, told: str
) -> None:
    change(root, "tasks/daily_round.py", old, new)
    said = refusal(root)
    assert said.startswith("tasks/daily_round.py, line ")
    assert told in said


@pytest.mark.parametrize(
    ("closed", "told"),
    [
        ('["sunday 02:00"]', "expected days and hours such as 'sun 02:00-06:00'"),
        ('["daily 00:00-24:00"]', "every hour of the week"),
        ('"sun 02:00-06:00"', "expected a list in square brackets"),
    ],
)
def test_windows_of_a_portal_that_cannot_be_meant(root: Path, closed: str, told: str) -> None:
    change(root, "config/portals.toml", "[polder_bank]", f"[polder_bank]\nclosed = {closed}")
    said = refusal(root)
    assert said.startswith("config/portals.toml, line ")
    assert told in said


def test_portals_that_are_never_open_together(root: Path) -> None:
    for portal, window in (("kantoor_erp", "00:00-12:00"), ("polder_bank", "12:00-24:00")):
        closed = f'[{portal}]\nclosed = ["daily {window}"]'
        change(root, "config/portals.toml", f"[{portal}]", closed)
    assert "its portals are never all open together" in refusal(root)


def test_a_country_of_which_no_holidays_are_known_is_told_when_they_are_asked_for(
    root: Path,
) -> None:
    set_to(root, TASK + 'calendar = "DE-QQ"')
    place = open_workspace(root)
    with pytest.raises(ConfigError, match="task daily_round: its calendar is 'DE-QQ', of which no"):
        make_timetable(place.tasks, place.config)
