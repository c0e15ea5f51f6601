"""Three schedulers and four workers over one PostgreSQL, some killed and replaced meanwhile.

`python tests/acceptance/many_machines.py --slots 500` prints what became of them, as JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import select
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from back_office import open_world
from engine_office import Plant, plant

from clerkwork.demo.clock import WorldClock
from clerkwork.testing_postgres import Postgres, postgres

__all__ = ["Day", "crowded_day"]

LOOKS = 4
"""Tasks that are due each minute and do next to nothing."""
VISITS = 2
"""Tasks that sign in at the bank with the one login."""
PATIENCE = 1800.0
_LOOK = '''"""A look each minute."""

from clerkwork import Run, task


@task(schedule="* * * * *", missed="catch up", overlap=True, late_after="24 h")
def {name}(run: Run) -> None:
    """Look once."""
    run.count("looked", 1)
'''
_VISIT = '''"""A visit to the bank now and then."""

from clerkwork import Run, task
from robots.polder_bank import PolderBank


@task(schedule="*/{every} * * * *", missed="catch up", late_after="24 h", portals=["polder_bank"])
def {name}(run: Run) -> None:
    """Sign in, and leave."""
    with run.open(PolderBank):
        run.count("visited", 1)
'''


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What became of the slots."""

    slots: int
    tasks: int
    killed: int
    sessions: int
    """That the bank gave out."""
    overlaps: int
    """Requests of a session at the bank after its user had begun a newer one."""
    seconds: float
    wrong: tuple[str, ...]


def crowded_day(folder: Path, server: Postgres, slots: int, seed: int = 1) -> Day:
    """Jump over so many slots, and let them be caught up by a crowd that is being killed."""
    draw = random.Random(seed)
    address = server.database()
    every = 10 if slots > 100 else 5
    minutes = -(-slots * every // (LOOKS * every + VISITS))
    with ExitStack() as stack:
        made = stack.enter_context(plant(folder, address, restarts=True, heartbeat=1.0))
        tasks = made.office.folder / "tasks"
        for number in range(LOOKS):
            (tasks / f"look_{number}.py").write_text(_LOOK.format(name=f"look_{number}"))
        for number in range(VISITS):
            text = _VISIT.format(name=f"visit_{number}", every=every)
            (tasks / f"visit_{number}.py").write_text(text)
        stack.enter_context(open_world(made.office, approver=False, hiccups=False))
        crowd = _Crowd(made, draw)
        crowd.begin_planning()
        made.wait(lambda: crowd.begun() >= LOOKS + VISITS, "the beginning of the schedules")
        began = time.monotonic()
        _jump(made, minutes)
        crowd.begin_working()
        killed = crowd.until_done(slots)
        seconds = time.monotonic() - began
        visits = made.office.control("GET", "/requests")["polder"]
        wrong = [*_wrong(made)]
        overlaps = int(visits["overlaps"]["requests"])
        if overlaps:
            wrong.append(f"the bank saw {overlaps} requests of two sessions at once")
        counted = made.ask("SELECT count(*) FROM slots WHERE state = 'queued'")
    return Day(
        slots=int(counted[0][0]),
        tasks=LOOKS + VISITS,
        killed=killed,
        sessions=sum(visits["sessions"].values()),
        overlaps=overlaps,
        seconds=round(seconds, 1),
        wrong=tuple(wrong),
    )


class _Crowd:
    def __init__(self, made: Plant, draw: random.Random) -> None:
        self.made = made
        self.draw = draw
        self.started = 0

    def begin_planning(self) -> None:
        for _ in range(3):
            self._begin("scheduler")

    def begin_working(self) -> None:
        for _ in range(4):
            self._begin("worker")

    def begun(self) -> int:
        return int(self.made.ask("SELECT count(*) FROM slots WHERE state = 'begun'")[0][0])

    def until_done(self, slots: int) -> int:
        """Kill and replace one of the crowd now and then, until that many slots are over."""
        killed = 0
        while self._over() < slots:
            goal = self._over() + self.draw.randint(5, max(6, slots // 12))
            self._wait_for(min(goal, slots))
            if self._over() < slots:
                self._kill_one()
                killed += 1
        for name in [*self.made.processes]:
            if name.startswith("scheduler"):
                process = self.made.processes.pop(name)
                process.terminate()
                process.wait(timeout=60)
        self._wait_for(int(self.made.ask("SELECT count(*) FROM errands")[0][0]))
        return killed

    def _wait_for(self, over: int) -> None:
        until = time.monotonic() + PATIENCE
        while self._over() < over:
            self.made.begin_again()
            if time.monotonic() > until:
                raise AssertionError(f"nothing moved any more\n{self.made.said()}")
            select.select([], [], [], 0.2)

    def _over(self) -> int:
        done = "SELECT count(*) FROM errands WHERE ended IS NOT NULL"
        return int(self.made.ask(done)[0][0])

    def _kill_one(self) -> None:
        name = self.draw.choice(sorted(self.made.processes))
        kind = name.split("-")[0]
        self.made.kill(name, whole=self.draw.random() < 0.5)
        self._begin(kind)

    def _begin(self, kind: str) -> None:
        self.started += 1
        words = ("worker", "--at-once", "1") if kind == "worker" else (kind,)
        self.made.begin(f"{kind}-{self.started}", *words)


def _jump(made: Plant, minutes: int) -> None:
    clock = WorldClock(made.office.world_folder / "clock.json")
    clock.move(clock() + timedelta(minutes=minutes))


def _wrong(made: Plant) -> list[str]:
    wrong = []
    for (task,) in made.ask("SELECT DISTINCT task FROM slots WHERE task LIKE 'look_%'"):
        found = made.ask("SELECT due, state FROM slots WHERE task = :task ORDER BY due", task=task)
        begun, *due = [(_instant(at), state) for at, state in found]
        first = begun[0].replace(second=0, microsecond=0) + timedelta(minutes=1)
        expected = [first + timedelta(minutes=n) for n in range(len(due))]
        if [at for at, _ in due] != expected:
            wrong.append(f"{task}: its slots are not each minute once")
        wrong += [f"{task} {at}: {state}" for at, state in due if state != "queued"]
    for id, state, note in made.ask("SELECT id, state, note FROM errands WHERE state <> 'done'"):
        wrong.append(f"{id} ended as {state}: {note}")
    done = Counter(
        str(errand) for (errand,) in made.ask("SELECT errand FROM runs WHERE outcome = 'done'")
    )
    wrong += [f"{errand} was done {times} times" for errand, times in done.items() if times > 1]
    asked = {str(id) for (id,) in made.ask("SELECT id FROM errands")}
    wrong += [f"{errand} has no run that is done" for errand in sorted(asked - set(done))]
    return wrong


def _instant(value: object) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.fromisoformat(str(value)).astimezone(UTC)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slots", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="clerkwork-many-") as made, postgres() as server:
        day = crowded_day(Path(made), server, given.slots, given.seed)
    print(json.dumps(asdict(day)))
    return bool(day.wrong)


if __name__ == "__main__":
    sys.exit(main())
