"""Each attempt is a process: it says how it ended, and a deadline ends it with all it began."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import attempts
import pytest
from process_watch import gone

from clerkwork.adapters.engine import DIED, Deadlines, Ended, Nursery
from clerkwork.bootstrap.holding import remains

PATIENT = Deadlines(whole=120, step=120)


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    made = Nursery(("attempts",))
    yield made
    made.close()


def test_it_says_how_it_ended(nursery: Nursery) -> None:
    assert nursery.carry_out(attempts.well, ("done",), PATIENT) == Ended(said="done")


def test_one_that_dies_is_told_with_the_signal_that_ended_it(nursery: Nursery) -> None:
    ended = nursery.carry_out(attempts.die, (), PATIENT)
    assert (ended.said, ended.why) == (DIED, "its process was ended by SIGABRT")


def test_silence_ends_it_with_every_program_it_began(nursery: Nursery, tmp_path: Path) -> None:
    ended = nursery.carry_out(attempts.hang, (str(tmp_path),), Deadlines(whole=120, step=8))
    assert (ended.said, ended.why) == (DIED, "nothing moved for 8 s after: a program was begun")
    for name in ("attempt", "program"):
        assert gone(int((tmp_path / name).read_text()))


def test_a_deadline_ends_a_browser_that_hangs_as_well(tmp_path: Path) -> None:
    nursery = Nursery(("attempts",), remains)
    ended = nursery.carry_out(
        attempts.hang_with_browser, (str(tmp_path),), Deadlines(whole=120, step=8)
    )
    assert ended.said == DIED
    assert gone(int((tmp_path / "browser").read_text())), "two sessions of one login would be open"
    nursery.close()


def test_signs_of_life_do_not_help_over_the_deadline_of_the_whole(nursery: Nursery) -> None:
    ended = nursery.carry_out(attempts.busy, (10_000,), Deadlines(whole=2, step=120))
    assert (ended.said, ended.why) == (DIED, "it took longer than 2 s")


def test_an_attempt_ends_when_its_worker_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[2]); import attempts\n"
        "from clerkwork.adapters.engine import Deadlines, Nursery\n"
        "Nursery(()).carry_out(attempts.hang, (sys.argv[1],), Deadlines(whole=120, step=120))"
    )
    script = tmp_path / "worker.py"
    script.write_text(
        f"if __name__ == '__main__':\n    {code.replace(chr(10), chr(10) + '    ')}\n"
    )
    worker = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path), str(Path(__file__).parent)]
    )
    number = tmp_path / "attempt"
    while not (number.exists() and number.read_text()):
        with pytest.raises(subprocess.TimeoutExpired):
            worker.wait(timeout=0.05)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    for name in ("attempt", "program"):
        assert gone(int((tmp_path / name).read_text()))
