"""Evidence is tampered with in every way, a seed each: is each edit found, and named rightly?

`python tests/acceptance/tampering.py --edits 1000 --histories 200` makes folders of evidence with
the real writer, crashed runs among them, edits copies of them, and has both verifiers look. It
prints counts by kind and, last, one line of JSON.
"""

from __future__ import annotations

import argparse
import atexit
import datetime as dt
import json
import os
import random
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forgery import EDITS, OLD_KEY, REMOVAL, Expected
from stamp_authority import Authority

from clerkwork.adapters.evidence import FileEvidence, open_evidence
from clerkwork.adapters.evidence.keys import PRIVATE, TRUSTED, open_signer
from clerkwork.adapters.evidence.log import last_head
from clerkwork.adapters.evidence.plan import TimeStamps
from clerkwork.adapters.evidence.stamping import HeadStamps
from clerkwork.adapters.evidence.standalone import Keys, examine_folder
from clerkwork.ports import Picture, SlotRow, StepRecord

__all__ = ["honest", "played"]

PICTURE = b"\xff\xd8\xff\xdb a tiny picture "
CRASHED = frozenset({"unanchored tail", "torn"})


@dataclass(frozen=True, slots=True)
class Told:
    """A finding of either verifier."""

    kind: str
    file: str
    run: str
    first: int
    last: int
    line: int
    words: str


class Passing:
    """A clock that goes on with each look, so that no two records are of one moment."""

    def __init__(self, seed: int, run: int) -> None:
        start = dt.datetime(2026, 3, 2, 5, tzinfo=dt.UTC)
        self._at = start + dt.timedelta(days=seed % 300, hours=run)

    def now(self) -> dt.datetime:
        self._at += dt.timedelta(milliseconds=35)
        return self._at

    def today(self) -> dt.date:
        return self._at.date()


class _Notary:
    """The one authority of this process, made when it is asked first."""

    kept: Authority | None = None


_notary = _Notary()


def opened(root: Path, seed: int, run: int, decided: int = 0) -> FileEvidence:
    """`decided` is how many decisions of people the log gets to know of with the next run."""
    marks = tuple((f"mark-{seed}-{run}-{number}", "answer") for number in range(decided))
    clock = Passing(seed, run)
    return open_evidence(root / "evidence", root / "keys", clock, decided=lambda since: marks)


def honest(root: Path, seed: int, *, crashes: bool = True) -> frozenset[str]:
    """Some runs by the real writer; some die at some write, some of those are recovered.

    Between them slots come to no run, keys are replaced, and evidence is deleted and removed as
    declared, in processes some of which die at some write as well. The names of the runs whose
    process died.
    """
    chance = random.Random(seed)
    died = set[str]()
    for number in range(chance.randint(2, 4)):
        crash = crashes and chance.random() < 0.5
        point = chance.randint(1, 60) if crash else 0
        if chance.random() < 0.3:
            _no_run(opened(root, seed, number + 40), seed, number)
        if _played(root, seed, number, chance.randrange(2**32), point):
            died.add(_name(number))
        if crashes and chance.random() < 0.4:
            store = opened(root, seed, number + 10)
            for left in store.left_open():
                store.recover(left, "run-99")
        if crashes and chance.random() < 0.2:
            _woken(opened(root, seed, number + 30), f"run-{number:02}-woken")
        if chance.random() < 0.3:
            stamp(root)
        broke_off = set[str]()
        if chance.random() < 0.2:
            broke_off |= _let_go(root, opened(root, seed, number + 20), _delete, chance, crashes)
        if chance.random() < 0.15:
            broke_off |= _let_go(root, opened(root, seed, number + 50), _remove, chance, crashes)
        if chance.random() < (0.6 if broke_off else 0.2):
            _rotate(root, opened(root, seed, number + 60))
        died |= broke_off
    return frozenset(died)


def _name(number: int) -> str:
    return f"run-{number:02}"


def _no_run(store: FileEvidence, seed: int, number: int) -> None:
    due = dt.datetime(2026, 3, 2, 6, tzinfo=dt.UTC) + dt.timedelta(days=seed % 300, hours=number)
    why = "the bank was closed"
    store.record_not_run(
        [SlotRow(task="daily_round", due=due, state="skipped", at=due, why=why)],
    )


def _let_go(
    root: Path,
    store: FileEvidence,
    act: Callable[[FileEvidence, str, random.Random], None],
    chance: random.Random,
    crashes: bool,
) -> set[str]:
    """What of a run goes as declared; its name, if the process that let it go was killed."""
    if not (ended := _ended(root)):
        return set()
    run, rolled = chance.choice(ended), chance.randrange(2**32)
    # Around the note, its leaf and the tree head.
    point = chance.randint(2, 5) if crashes and chance.random() < 0.5 else 0
    killed = _in_child(root, lambda: act(store, run, random.Random(rolled)), point, rolled)
    return {run} if killed else set()


def _remove(store: FileEvidence, run: str, chance: random.Random) -> None:
    store.remove(run, store.examine(run), "by rule")


def _delete(store: FileEvidence, run: str, chance: random.Random) -> None:
    store.delete(run, chance.choice(("details", "pictures")), "by rule", "x@y")


def _rotate(root: Path, store: FileEvidence) -> None:
    """Somebody keeps a copy of the key that is replaced."""
    open_signer(root / "keys")
    shutil.copyfile(root / "keys" / PRIVATE, root / "keys" / OLD_KEY)
    store.rotate()


def _ended(root: Path) -> list[str]:
    """Runs with a checkpoint that were not removed."""
    ended = sorted(path.parent for path in (root / "evidence").glob("*/checkpoint.json"))
    return [run.name for run in ended if not (run / REMOVAL).exists()]


def stamp(root: Path) -> None:
    """Have the last tree head stamped, if there is one."""
    head = last_head(root / "evidence")
    if head is None:
        return
    if _notary.kept is None:
        folder = Path(tempfile.mkdtemp(prefix="clerkwork-notary-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        _notary.kept = Authority(folder / "own")
    place = HeadStamps(
        plan=TimeStamps(address="http://127.0.0.1/tsr", root=""),
        evidence=root / "evidence",
        roots=_notary.kept.root,
        signer=lambda: open_signer(root / "keys"),
        ask=_ask,
    )
    place.put("", head["line"])


def _ask(method: str, url: str, headers: Any, body: bytes | None = None, **_: Any) -> Any:
    assert _notary.kept is not None
    return 200, _notary.kept.stamp(body or b"")


def _played(root: Path, seed: int, number: int, rolled: int, point: int) -> bool:
    """One run, killed at a write if there is a `point`; whether it was."""

    def whole() -> None:
        store = opened(root, seed, number, decided=rolled % 3)
        _run(store, _name(number), random.Random(rolled))

    return _in_child(root, whole, point, rolled)


def _in_child(root: Path, act: Callable[[], None], point: int, rolled: int) -> bool:
    """Done in a process of its own, killed at a write if there is a `point`; whether it was."""
    child = os.fork()
    if child == 0:
        try:
            if point:
                sys.addaudithook(_killer(root, point, rolled))
            act()
        except BaseException as error:
            print(f"{root.name}: {error!r}", file=sys.stderr)
            os._exit(3)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    if os.WEXITSTATUS(status):
        raise RuntimeError(f"{root.name}: what was to be done ended with an error")
    return False


def _woken(store: FileEvidence, name: str) -> None:
    """A run that slept, was found dead, woke and went on for a step."""
    trail = store.begin(name, "daily_round")
    for number in range(1, 4):
        if number == 3:
            store.recover(name, "run-99")
        trail.record(StepRecord(robot="kantoor_erp", action="look", outcome="ok"))
    trail.settled()


def _run(store: FileEvidence, name: str, chance: random.Random) -> None:
    trail = store.begin(name, "daily_round")
    for number in range(1, chance.randint(4, 9) + 1):
        if number > 1 and chance.random() < 0.3:
            trail.anchor(f"before CW-{number:04}")
        trail.record(
            StepRecord(
                robot="kantoor_erp",
                action="keyed",
                subject=f"CW-{number:04}",
                outcome="ok",
                details={"Debtor": f"1000{number} Bakkerij Jansen", "Paid": "€ 1.250,00"},
                pictures=(Picture(label="Receipt", image=PICTURE + chance.randbytes(8)),),
            )
        )
    trail.close("done", {"keyed": 2})


def _killer(root: Path, point: int, rolled: int) -> Any:
    """Counts what is opened for writing or moved under a folder; ends the process at one of them.

    Every other time the write before it is torn: the file's last bytes never came to the disk.
    """
    count, last = 0, ""

    def heard(event: str, args: tuple[Any, ...]) -> None:
        nonlocal count, last
        if event == "open":
            path, mode, flags = args
            writes = (isinstance(mode, str) and mode[0] in "awx+") or bool(
                (flags or 0) & (os.O_WRONLY | os.O_RDWR)
            )
        elif event == "os.rename":
            path, writes = args[0], True
        else:
            return
        if not writes or not str(path).startswith(str(root / "evidence")):
            return
        count += 1
        if count < point:
            last = str(path)
            return
        torn = Path(last or "nothing")
        if rolled % 2 and torn.suffix == ".jsonl" and torn.stat().st_size:
            content = torn.read_bytes()
            start = content.rstrip(b"\n").rfind(b"\n") + 1
            os.truncate(torn, start + rolled % (len(content) - start))
        os.kill(os.getpid(), signal.SIGKILL)

    return heard


def both(root: Path, copies: Path | None = None) -> Iterator[tuple[str, list[Told]]]:
    """What each of the two verifiers finds."""
    roots = _notary.kept.root if _notary.kept else None
    store = open_evidence(root / "evidence", root / "keys", Passing(0, 0), roots=roots)
    kept = [(path.name, path.read_bytes()) for path in sorted(copies.glob("*"))] if copies else []
    found = [
        Told(one.kind, one.file, one.run, one.first, one.last, one.line, one.words)
        for one in store.examine_log(kept).findings
    ]
    for run in store.known():
        found += [
            Told(one.kind, one.file, run, one.first, one.last, one.line, one.words)
            for one in store.examine(run).findings
        ]
    yield "verify", found
    keys = Keys(sorted((root / "keys" / TRUSTED).glob("*.pem")))
    alone = examine_folder(root / "evidence", keys, copies)
    yield (
        "standalone",
        [
            Told(one.kind, one.file, one.run, one.first, one.last, one.line, one.words)
            for one in alone
        ],
    )


def judge(expected: Expected, found: list[Told], before: list[Told]) -> str:
    """Empty if the edit was found, named rightly, and nothing else was blamed.

    What was told before it, word for word, tells nothing of it.
    """
    fresh = list((Counter(found) - Counter(before)).elements())
    right = [one for one in fresh if expected.fits(one)]
    if not right:
        said = "; ".join(f"{one.run} [{one.kind}] {one.words}" for one in fresh) or "nothing new"
        return f"expected {expected}, found {said}"
    strange = [one for one in fresh if not expected.bears(one)]
    if strange:
        return f"expected {expected}, and blamed {strange[0]}"
    return ""


def alarming(one: Told, died: frozenset[str]) -> bool:
    """Whether an honest history may not be told of so: a crash leaves its traces where one was."""
    crashed = one.run in died or (not one.run and bool(died))
    return not (crashed and one.kind in CRASHED)


def played(seed: int, folder: Path) -> tuple[str, list[str]]:
    """One edit of one history: its name, and what was not found or named otherwise."""
    chance = random.Random(f"edit {seed}")
    name, edit = list(EDITS.items())[seed % len(EDITS)]
    for attempt in range(400):
        root = folder / f"edit-{seed}-{attempt}"
        honest(root, seed * 401 + attempt, crashes=edit.crashes)
        before = dict(both(root))
        expected = edit.make(root, chance)
        if expected is not None:
            break
        shutil.rmtree(root)
    else:
        raise RuntimeError(f"seed {seed}: no history fits {name}")
    wrong = []
    for who, found in both(root, expected.copies):
        if who == "standalone" and not expected.alone:
            continue
        if problem := judge(expected, found, before[who]):
            wrong.append(f"seed {seed}, {name}, {who}: {problem}")
    if not wrong:
        shutil.rmtree(root)
    return name, wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=1000)
    parser.add_argument("--histories", type=int, default=200)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    options = parser.parse_args()
    made, failed, wrong = Counter[str](), Counter[str](), list[str]()
    alarms, crashed = [], 0
    with tempfile.TemporaryDirectory(prefix="clerkwork-tampering-") as where:
        folder = Path(where)
        for seed in range(options.first, options.first + options.histories):
            root = folder / f"history-{seed}"
            died = honest(root, seed)
            crashed += len(died)
            for who, found in both(root):
                alarms += [
                    f"history {seed}, {who}: {one.run} [{one.kind}] {one.words}"
                    for one in found
                    if alarming(one, died)
                ]
            shutil.rmtree(root)
        for seed in range(options.first, options.first + options.edits):
            name, told = played(seed, folder)
            made[name] += 1
            failed[name] += bool(told)
            wrong += told
    for name, count in sorted(made.items()):
        print(f"{name:48} {count:5} made {count - failed[name]:5} found and named rightly")
    for line in (*wrong[:40], *alarms[:40]):
        print(line)
    print(
        json.dumps(
            {
                "edits": options.edits,
                "found_and_named": options.edits - sum(failed.values()),
                "histories": options.histories,
                "crashed_runs": crashed,
                "false_alarms": len(alarms),
            }
        )
    )
    return 1 if wrong or alarms else 0


if __name__ == "__main__":
    raise SystemExit(main())
