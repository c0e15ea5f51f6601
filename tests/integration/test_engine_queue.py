"""The durable queue: put in twice is carried out once; the dead hand over what they had."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

from clerkwork.adapters.engine import EngineQueue
from clerkwork.ports import Work

WORKER = """
import os, sys, threading
from clerkwork.adapters.engine import launch, stop
done = threading.Event()
def carry_out(errand, attempt):
    with open(sys.argv[3], "a") as log:
        print(sys.argv[2], errand, attempt, file=log, flush=True)
    if sys.argv[4] == "dies":
        os.kill(os.getpid(), 9)
    if errand == "last":
        done.set()
    return "done"
launch(sys.argv[1], sys.argv[2], ["clerks"], 1, carry_out)
assert done.wait(120)
stop(5)
"""


def work(errand: str, *, attempt: int = 1, priority: int = 100) -> Work:
    return Work(errand=errand, attempt=attempt, queue="clerks", priority=priority)


def let_work(url: str, worker: str, log: Path, how: str) -> int:
    command = [sys.executable, "-c", WORKER, url, worker, str(log), how]
    return subprocess.run(command, timeout=180, check=False).returncode


def test_what_is_put_in_twice_is_carried_out_once_and_the_urgent_first(tmp_path: Path) -> None:
    url, log = f"sqlite:///{tmp_path / 'engine.db'}", tmp_path / "log"
    queue = EngineQueue(url)
    assert (
        queue.put([work("extract"), work("approval", priority=10), work("last", priority=900)]) == 3
    )
    assert queue.put([work("extract"), work("extract", attempt=2, priority=800)]) == 1
    queue.close()
    again = EngineQueue(url)
    assert again.put([work("approval")]) == 0, "another process sees it is there"
    again.close()
    assert let_work(url, "desk-1", log, "works") == 0
    assert log.read_text().splitlines() == [
        "desk-1 approval 1",
        "desk-1 extract 1",
        "desk-1 extract 2",
        "desk-1 last 1",
    ]


def test_what_a_dead_worker_had_is_handed_over_and_begun_again(tmp_path: Path) -> None:
    url, log = f"sqlite:///{tmp_path / 'engine.db'}", tmp_path / "log"
    queue = EngineQueue(url)
    queue.put([work("last")])
    assert let_work(url, "desk-1", log, "dies") == -9
    assert queue.hand_over(["desk-2"]) == (), "nobody's else"
    assert queue.hand_over(["desk-1"]) == ("last",)
    queue.close()
    assert let_work(url, "desk-2", log, "works") == 0
    assert log.read_text().splitlines() == ["desk-1 last 1", "desk-2 last 1"]


def test_how_attempts_stand_is_told_and_what_is_unknown_is_left_out(tmp_path: Path) -> None:
    url, log = f"sqlite:///{tmp_path / 'engine.db'}", tmp_path / "log"
    queue = EngineQueue(url)
    queue.put([work("last")])
    assert let_work(url, "desk-1", log, "dies") == -9
    queue.put([work("later", priority=950)])
    assert queue.standing(["last", "later", "never"]) == {"last": "taken", "later": "waits"}
    assert queue.takers() == {"desk-1"}
    queue.hand_over(["desk-1"])
    assert queue.takers() == frozenset()
    assert let_work(url, "desk-2", log, "works") == 0
    assert queue.standing(["last"]) == {"last": "over"}
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    assert queue.let_go(long_ago) == 0
    assert queue.let_go(long_ago + dt.timedelta(days=2)) == 1
    assert queue.standing(["last", "later"]) == {"later": "waits"}
    queue.close()
