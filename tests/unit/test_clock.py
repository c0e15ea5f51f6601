"""The demo's clock is one for all its processes, and goes on from where it was set."""

from __future__ import annotations

import datetime as dt
import json
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from clerkwork.adapters.clock import DemoClock, SystemClock, anchor
from clerkwork.demo.clock import WorldClock
from clerkwork.errors import ConfigError

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NINE = dt.datetime(2026, 3, 3, 9, 0, tzinfo=AMSTERDAM)


def test_the_system_clock_is_in_utc_and_counts_days_where_the_creditor_is() -> None:
    far = SystemClock(ZoneInfo("Pacific/Kiritimati"))
    assert far.now().tzinfo is dt.UTC
    assert far.today() == far.now().astimezone(far.zone).date()


def test_a_standing_demo_clock_stands(tmp_path: Path) -> None:
    anchor(tmp_path / "clock.json", NINE, running=False)
    clock = DemoClock(tmp_path / "clock.json", AMSTERDAM)
    assert clock.now() == NINE
    assert clock.now().tzinfo is dt.UTC
    assert clock.today() == dt.date(2026, 3, 3)


def test_a_running_one_goes_on_from_its_instant(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    path.write_text(
        json.dumps({"demo": NINE.isoformat(), "real": time.time() - 3600, "running": True})
    )
    passed = DemoClock(path, AMSTERDAM).now() - NINE
    assert dt.timedelta(hours=1) <= passed < dt.timedelta(hours=1, minutes=1)


def test_midnight_is_the_creditors(tmp_path: Path) -> None:
    anchor(tmp_path / "c", dt.datetime(2026, 3, 2, 23, 30, tzinfo=dt.UTC), running=False)
    assert DemoClock(tmp_path / "c", AMSTERDAM).today() == dt.date(2026, 3, 3)


def test_the_portals_own_reader_tells_the_same_time(tmp_path: Path) -> None:
    anchor(tmp_path / "clock.json", NINE)
    ours, theirs = (
        DemoClock(tmp_path / "clock.json", AMSTERDAM),
        WorldClock(tmp_path / "clock.json"),
    )
    assert abs(ours.now() - theirs()) < dt.timedelta(seconds=5)
    theirs.stop()
    assert ours.now() == theirs()


@pytest.mark.parametrize(
    "content", ["", "[]", '{"demo": "soon", "real": 1, "running": true}', "{}"]
)
def test_a_broken_file_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "clock.json").write_text(content)
    with pytest.raises(ConfigError, match=r"clock\.json"):
        DemoClock(tmp_path / "clock.json", AMSTERDAM).now()


def test_an_instant_without_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="time zone"):
        anchor(tmp_path / "c", NINE.replace(tzinfo=None))
    (tmp_path / "c").write_text('{"demo": "2026-03-03T09:00:00", "real": 1, "running": false}')
    with pytest.raises(ConfigError, match="offset"):
        DemoClock(tmp_path / "c", AMSTERDAM).now()
