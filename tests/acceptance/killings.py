"""Mornings on which the engine's processes are killed, a seed each: nothing is done twice or lost.

`python tests/acceptance/killings.py --kills 300` plays seeds until so many kills were made, on
SQLite and PostgreSQL in turn, goes on where it was interrupted, prints a line a seed and, last,
the counts as one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from mailbox import Maildir
from pathlib import Path
from threading import Event

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from back_office import APPROVER, BackOffice, open_world
from engine_office import Plant, plant
from processes import command_of, kill_all, parent_of, signal_all
from soak import Books, books_of, clean_books_kept, strange

from clerkwork.adapters.evidence import open_evidence
from clerkwork.adapters.store import open_store
from clerkwork.app.audit import verify_run
from clerkwork.demo.mailroom import ARCHIVE, Mailroom
from clerkwork.demo.places import free_ports
from clerkwork.testing import FixedClock
from clerkwork.testing_postgres import postgres

__all__ = ["Killed", "Plan", "killed_morning"]

Plan = Sequence[tuple[str, str]]
"""Where the kills of one morning fall, in the order of the round, and who is killed there: '' for
whoever is drawn, as where the one who is named means nothing.

`request`, `step`: after so many of them, at random. `submit`: on its way to the portal. `receipt`:
booked there, the clerk has not heard of it. `250`: the mail server has taken a message, we have
not committed it."""
PLAN: Plan = [(point, "") for point in ("request", "step", "submit", "receipt", "250", "250")]
TASK = "daily_round"
SUBMIT = {"portal": "kantoor", "match": "^/ontvangst_boek"}

VICTIMS = ("worker", "machine", "attempt", "browser", "scheduler", "connection", "frozen")
"""`machine` is a worker with all its processes at once; `frozen` one that sleeps until its work was
taken over, and wakes up then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Killed:
    """How a seed's morning ended."""

    seed: int
    store: str
    kills: tuple[tuple[str, str], ...]
    """Point and victim of each."""
    runs: int
    doubtful: int
    """Postings and messages of which nobody knows whether they arrived: a person's."""
    wrong: tuple[str, ...]


def killed_morning(
    folder: Path, seed: int, expected: Books, store: str = "", plan: Plan = PLAN
) -> Killed:
    """Play the morning of a seed in a fresh back office, to its end in spite of all kills."""
    draw = random.Random(seed)
    kills: list[tuple[str, str]] = []
    with ExitStack() as stack:
        made = stack.enter_context(plant(folder, store, restarts=True))
        office = made.office
        stack.enter_context(open_world(office, approver=False, hiccups=False))
        room = stack.enter_context(_mail(office, folder / "mail"))
        morning = _Morning(made, room, draw)
        morning.begin()
        for point, named in plan:
            fitting = _fitting(point, made)
            victim = named if named in fitting else draw.choice(fitting)
            if morning.kill(point, victim):
                kills.append((point, victim))
        morning.come_to_an_end()
        wrong = [*_wrong(made, room, expected)]
        doubtful = _doubtful(made)
        if doubtful > len(kills):
            wrong.append(f"{doubtful} are doubtful after {len(kills)} kills")
        runs = int(made.ask("SELECT count(*) FROM runs")[0][0])
    return Killed(
        seed=seed,
        store="PostgreSQL" if store else "SQLite",
        kills=tuple(kills),
        runs=runs,
        doubtful=doubtful,
        wrong=tuple(wrong),
    )


class _Morning:
    """A morning under way: processes, and the moments at which they are killed."""

    def __init__(self, made: Plant, room: _Slow, draw: random.Random) -> None:
        self.made = made
        self.room = room
        self.draw = draw
        self.office = made.office
        self.started = 0

    def begin(self) -> None:
        self.made.begin("scheduler-0", "scheduler")
        for _ in range(2):
            self._worker()
        self.office.done("run", TASK, "--queued")

    def kill(self, point: str, victim: str) -> bool:
        """Wait for a point of the round and kill the victim there; False if none came any more."""
        if not self._come_to(point):
            self._go_on()
            return False
        self._strike(victim)
        self._go_on()
        return True

    def come_to_an_end(self) -> None:
        """Until every errand is over, and one more round found nothing left to do."""
        self.made.wait(self._idle, "the end of all errands")
        self.office.done("run", TASK, "--queued")
        self.made.wait(self._idle, "the end of the last round")
        for name in [*self.made.processes]:
            self.made.processes[name].send_signal(signal.SIGTERM)
        for process in self.made.processes.values():
            process.wait(timeout=60)

    def _worker(self) -> None:
        self.started += 1
        self.made.begin(f"worker-{self.started}", "worker", "--at-once", "1")

    def _idle(self) -> bool:
        return self.made.ask("SELECT id FROM errands WHERE ended IS NULL") == []

    def _come_to(self, point: str) -> bool:
        """Whether the round came there before it was over."""
        if self._idle():
            return False
        if point in ("submit", "receipt"):
            when = "before" if point == "submit" else "after"
            self.office.control("POST", "/hold", **SUBMIT, when=when)
            return self._reached(self._held)
        if point == "250":
            self.room.hold()
            return self._reached(self.room.took.is_set)
        counted: Callable[[], int] = self._steps if point == "step" else self._requests
        goal = counted() + self.draw.randint(1, 12 if point == "step" else 40)
        return self._reached(lambda: counted() >= goal)

    def _reached(self, came: Callable[[], bool]) -> bool:
        self.made.wait(lambda: came() or self._idle(), "a moment to kill at")
        return came()

    def _strike(self, victim: str) -> None:
        worker = self._busy()
        if victim == "scheduler":
            name = next(name for name in self.made.processes if name.startswith("scheduler"))
            self.made.kill(name, whole=False)
            self.started += 1
            self.made.begin(f"scheduler-{self.started}", "scheduler")
        elif victim == "connection":
            self._cut_connections()
        elif victim == "browser":
            kill_all(self._processes(worker, "chrom"))
        elif victim == "attempt":
            kill_all(self._attempts(worker))
        elif victim == "frozen":
            self._freeze(worker)
        elif worker:
            self.made.kill(worker, whole=victim == "machine")
            self._worker()

    def _freeze(self, worker: str) -> None:
        """Until its work was taken over by another; then it wakes, and has to notice."""
        frozen = self.made.tree(worker)
        mine = self.made.processes[worker].pid
        signal_all(frozen, signal.SIGSTOP)
        while self.made.is_locked():
            # In the middle of a write to a file it would keep everybody out for as long as it
            # sleeps, so that nothing could be taken over: that is told by an error of its own.
            signal_all(frozen, signal.SIGCONT)
            self.made.wait(lambda: not self.made.is_locked(), "the end of a write")
            signal_all(frozen, signal.SIGSTOP)
        self._go_on()
        counted = "SELECT count(*) FROM workers WHERE process = :process AND ended IS NOT NULL"
        self.made.wait(lambda: self.made.ask(counted, process=mine) == [(1,)], "its burial")
        runs = int(self.made.ask("SELECT count(*) FROM runs")[0][0])
        taken = "SELECT count(*) FROM runs"
        self.made.wait(
            lambda: int(self.made.ask(taken)[0][0]) > runs or self._idle(), "another's run"
        )
        signal_all(frozen, signal.SIGCONT)
        self.made.processes.pop(worker).wait(timeout=60)
        self._worker()

    def _cut_connections(self) -> None:
        cut = (
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        self.made.ask(cut)

    def _busy(self) -> str:
        """The worker that has the attempt under way; any, if none has."""
        workers = [name for name in self.made.processes if name.startswith("worker")]
        return max(workers, key=lambda name: len(self.made.tree(name)))

    def _processes(self, worker: str, what: str) -> tuple[int, ...]:
        return tuple(one for one in self.made.tree(worker) if what in command_of(one))

    def _attempts(self, worker: str) -> tuple[int, ...]:
        """The forked process of the attempt: the one that leads a group and began the driver."""
        drivers = self._processes(worker, "playwright/driver")
        parents = {parent_of(driver) for driver in drivers}
        return tuple(one for one in self.made.tree(worker) if one in parents)

    def _held(self) -> bool:
        return bool(self.office.control("GET", "/held?seconds=0.05")["held"])

    def _steps(self) -> int:
        files = (self.office.output / "evidence").glob("*/steps.jsonl")
        return sum(file.read_bytes().count(b"\n") for file in files)

    def _requests(self) -> int:
        seen = self.office.control("GET", "/requests").values()
        return sum(sum(portal["requests"].values()) for portal in seen)

    def _go_on(self) -> None:
        self.office.control("POST", "/release")
        self.room.go_on()


def _fitting(point: str, made: Plant) -> list[str]:
    """Victims that mean something at a point."""
    out = {"connection"} if "postgresql" not in made.store_url else set()
    if point == "250":
        # The mail leaves without a browser.
        out.add("browser")
    return [victim for victim in VICTIMS if victim not in out]


class _Slow(Mailroom):
    """A mail server that, when told to, takes a message and answers only when told to go on."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        super().__init__(folder)
        self.port = free_ports(1)[0]
        self.took = Event()
        self._holding = Event()
        self._released = Event()

    def hold(self) -> None:
        """At the next message to a debtor."""
        self.took.clear()
        self._released.clear()
        self._holding.set()

    def go_on(self) -> None:
        self._holding.clear()
        self._released.set()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if self._holding.is_set() and APPROVER not in envelope.rcpt_tos:
            self._holding.clear()
            self.took.set()
            await server.loop.run_in_executor(None, self._released.wait)
        return answer


@contextmanager
def _mail(office: BackOffice, folder: Path) -> Iterator[_Slow]:
    """A mail server instead of the world's, which the test can hold up."""
    room = _Slow(folder)
    Maildir(room.folder / ARCHIVE)
    channels = office.folder / "config" / "channels.toml"
    told = re.sub(r"(?m)^port = \d+", f"port = {room.port}", channels.read_text())
    told = re.sub(r'"output/demo/mail/[^"]*"', f'"{room.folder / ARCHIVE}"', told)
    channels.write_text(told)
    door = Controller(room, hostname="127.0.0.1", port=room.port)
    door.start()
    try:
        yield room
    finally:
        room.go_on()
        door.stop()


def _wrong(made: Plant, room: _Slow, expected: Books) -> Iterator[str]:
    """What must never be, whoever died."""
    yield from strange(made.office, expected)
    found = books_of(made.office)
    lost = expected["receipts"] - found["receipts"]
    asked = " ".join(str(key) for (key,) in made.ask("SELECT key FROM work_items"))
    for row in lost:
        if str(row[0]) not in asked:
            yield f"receipt {row[0]} is not in the ERP, and nobody was asked"
    for reference, state in made.ask("SELECT reference, state FROM postings"):
        if state not in ("keyed", "doubtful"):
            yield f"{reference} is left {state}"
    for id, state in made.ask("SELECT id, state FROM errands WHERE state <> 'done'"):
        yield f"errand {id} ended as {state}"
    for run in made.ask("SELECT run FROM runs WHERE ended IS NULL"):
        yield f"run {run[0]} never ended"
    yield from _messages(made, room)
    yield from _evidence(made)


def _messages(made: Plant, room: _Slow) -> Iterator[str]:
    arrived: Counter[str] = Counter()
    for place in room.folder.iterdir():
        if place.name not in (ARCHIVE, APPROVER):
            arrived[place.name] += len(Maildir(place))
    for who, times in arrived.items():
        if times > 1:
            yield f"mail: {who} got {times}"
    for key, to, state in made.ask("SELECT key, recipient, state FROM messages WHERE debtor <> ''"):
        if state == "sent" and not arrived[to] and "@" in to:
            yield f"mail: {key} counts as sent and did not arrive"
        if state in ("prepared", "sending"):
            yield f"mail: {key} is left {state}"


def _doubtful(made: Plant) -> int:
    postings = made.ask("SELECT count(*) FROM postings WHERE state = 'doubtful'")
    messages = made.ask("SELECT count(*) FROM messages WHERE state = 'doubtful'")
    return int(postings[0][0]) + int(messages[0][0])


def _evidence(made: Plant) -> Iterator[str]:
    keys = Path(made.office.env["CLERKWORK_VAULT_KEY"]).parent / "evidence"
    evidence = open_evidence(made.office.output / "evidence", keys, FixedClock())
    store = open_store(made.store_url, FixedClock())
    try:
        for run in evidence.known():
            found = verify_run(evidence, run, store.runs)
            yield from (f"evidence of {run}: {problem}" for problem in found.broken)
        log = evidence.examine_log()
        yield from (f"log of runs: {found.words}" for found in log.findings if found.grave)
    finally:
        store.close()


def _apart(folder: Path, seed: int, expected: Books) -> Killed:
    place = folder / f"seed-{seed}"
    shutil.rmtree(place, ignore_errors=True)
    if seed % 2:
        with postgres("killings") as server:
            address = server.database()
            try:
                killed = killed_morning(place, seed, expected, address)
            finally:
                server.drop(address.partition("@/")[2].partition("?")[0])
    else:
        killed = killed_morning(place, seed, expected)
    if not killed.wrong:
        shutil.rmtree(place)
    return killed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path(".cache/killings"))
    parser.add_argument("--fresh", action="store_true", help="forget what was played before")
    given = parser.parse_args()
    if given.fresh:
        shutil.rmtree(given.folder, ignore_errors=True)
    folder = given.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "mornings.jsonl"
    played = [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
    left = -(-max(0, given.kills - sum(len(one["kills"]) for one in played)) // len(PLAN))
    first = max((one["seed"] for one in played), default=-1) + 1
    expected = clean_books_kept(folder)
    with ThreadPoolExecutor(given.jobs) as pool:
        for killed in pool.map(lambda s: _apart(folder, s, expected), range(first, first + left)):
            with kept.open("a") as file:
                file.write(json.dumps(asdict(killed)) + "\n")
            played.append(asdict(killed))
            told = "; ".join(killed.wrong) or ", ".join("/".join(one) for one in killed.kills)
            print(f"{killed.seed:4} {killed.store:10} {killed.runs} runs: {told}", flush=True)
    print(json.dumps(_counted(played)))
    return any(one["wrong"] for one in played)


def _counted(played: list[dict[str, object]]) -> dict[str, object]:
    kills = [(one["store"], *pair) for one in played for pair in one["kills"]]  # type: ignore[attr-defined]
    return {
        "mornings": len(played),
        "kills": len(kills),
        "by_store": Counter(store for store, _, _ in kills),
        "by_point": Counter(point for _, point, _ in kills),
        "by_victim": Counter(victim for _, _, victim in kills),
        "doubtful": sum(int(one["doubtful"]) for one in played),  # type: ignore[call-overload]
        "wrong": sum(bool(one["wrong"]) for one in played),
        "wrong_seeds": [one["seed"] for one in played if one["wrong"]],
    }


if __name__ == "__main__":
    sys.exit(main())
