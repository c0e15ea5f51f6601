"""The log of all runs on a real disk: several writers, crashes, what never ran, and its copies."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clerkwork.adapters.evidence import FileEvidence, kept_heads, open_evidence
from clerkwork.adapters.evidence.leaves import LeavesFile
from clerkwork.adapters.evidence.log import FileLog
from clerkwork.app.verify import verify_all
from clerkwork.core.evidence import Kind
from clerkwork.core.evidence.merkle import consistency, consistent, included, inclusion
from clerkwork.errors import EvidenceError
from clerkwork.ports import Errand, SlotRow, StepRecord
from clerkwork.testing import FixedClock

NOW = dt.datetime(2026, 3, 3, 8, tzinfo=dt.UTC)


@pytest.fixture
def store(tmp_path: Path) -> FileEvidence:
    return open_evidence(tmp_path / "evidence", tmp_path / "keys", FixedClock())


def run(store: FileEvidence, name: str, *, close: bool = True) -> None:
    trail = store.begin(name, "daily_round")
    trail.record(StepRecord(robot="bank", action="signed in", outcome="ok"))
    trail.anchor("before CW-AAAA")
    trail.record(StepRecord(robot="bank", action="keyed", outcome="ok"))
    if close:
        trail.close("done", {"keyed": 1})


def leaves(tmp_path: Path) -> list[dict[str, Any]]:
    lines = (tmp_path / "evidence" / "log.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def heads(tmp_path: Path) -> list[dict[str, Any]]:
    lines = (tmp_path / "evidence" / "heads.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_a_run_is_in_the_log_before_its_first_step(store: FileEvidence, tmp_path: Path) -> None:
    store.begin("run-a", "daily_round")
    assert [leaf["kind"] for leaf in leaves(tmp_path)] == ["opened", "begun"]
    assert store.left_open() == ("run-a",)
    assert heads(tmp_path)[-1]["count"] == 2


def test_of_each_run_the_log_holds_its_checkpoint(store: FileEvidence, tmp_path: Path) -> None:
    run(store, "run-a")
    run(store, "run-b")
    kinds = [leaf["kind"] for leaf in leaves(tmp_path)]
    assert kinds == ["opened", "begun", "ended", "begun", "ended"]
    log = store.examine_log()
    assert (log.findings, len(log.heads), store.left_open()) == ((), 5, ())
    root, former = (bytes.fromhex(log.heads[n]["root"]) for n in (-1, 2))
    assert included(log.hashes[2], 2, 5, inclusion(log.hashes, 2), root)
    assert consistent(3, 5, former, root, consistency(log.hashes, 3))


def test_a_run_that_is_gone_is_named(store: FileEvidence, tmp_path: Path) -> None:
    run(store, "run-a")
    (tmp_path / "evidence" / "run-a").rename(tmp_path / "away")
    assert store.known() == ("run-a",)
    (found,) = store.examine("run-a").findings
    assert (found.kind, found.run) == (Kind.MISSING_RUN, "run-a")


@pytest.mark.parametrize("name", ["run-a", "run-b", "run-c"])
def test_of_one_run_the_log_says_what_it_says_of_it_among_all(
    store: FileEvidence, tmp_path: Path, name: str
) -> None:
    run(store, "run-a")
    run(store, "run-b", close=False)
    store.recover("run-b", "run-c")
    run(store, "run-c")
    log = tmp_path / "evidence" / "log.jsonl"
    # As another program may write the same letters.
    log.write_bytes(log.read_bytes().replace(b'"run":"run-a"', b'"run":"run-\\u0061"'))
    whole, asked = LeavesFile(log.parent).read(), LeavesFile(log.parent).about(name)
    assert asked.runs[name] == whole.runs[name]
    assert asked.since == whole.since != ""
    assert [*asked.runs] == [name]


def test_a_decision_is_told_of_once(tmp_path: Path) -> None:
    made = [("mark-1", "approval")]
    folders = (tmp_path / "evidence", tmp_path / "keys")
    store = open_evidence(*folders, FixedClock(), decided=lambda since: tuple(made))
    run(store, "run-a")
    made.append(("mark-2", "rule"))
    run(store, "run-b")
    run(store, "run-c")
    told = [leaf["made"] for leaf in leaves(tmp_path) if leaf["kind"] == "decisions"]
    assert told == [[["mark-1", "approval"]], [["mark-2", "rule"]]]
    assert LeavesFile(tmp_path / "evidence").marks().keys() == {"mark-1", "mark-2"}


def test_what_never_ran_is_told_once(store: FileEvidence, tmp_path: Path) -> None:
    def slot(state: str, hour: int) -> SlotRow:
        due = NOW.replace(hour=hour)
        return SlotRow(task="daily_round", due=due, state=state, at=NOW, why=f"why {state}")

    rows = [slot("skipped", 6), slot("queued", 7), slot("missed", 8), slot("refused", 9)]
    refused = Errand(id="ann-1", task="daily_round", by="ann", asked=NOW, state="refused")
    done = Errand(id="ann-2", task="daily_round", by="ann", asked=NOW, state="done")
    for _ in range(2):
        store.record_not_run(rows)
        store.record_refused([refused, done])
    told = [(leaf["kind"], leaf.get("due", leaf.get("errand"))) for leaf in leaves(tmp_path)[1:]]
    assert told == [
        ("slot", "2026-03-03T06:00:00Z"),
        ("slot", "2026-03-03T08:00:00Z"),
        ("slot", "2026-03-03T09:00:00Z"),
        ("errand", "ann-1"),
    ]
    assert store.examine_log().findings == ()


APPEND = """
import sys
from pathlib import Path
from clerkwork.adapters.evidence import open_evidence
from clerkwork.testing import FixedClock

folder, name = Path(sys.argv[1]), sys.argv[2]
store = open_evidence(folder / "evidence", folder / "keys", FixedClock())
for number in range(12):
    store.begin(f"{name}-{number}", "daily_round").close("done", {})
"""


def test_several_processes_append_at_once(store: FileEvidence, tmp_path: Path) -> None:
    run(store, "run-a")
    writers = [
        subprocess.Popen([sys.executable, "-c", APPEND, str(tmp_path), name]) for name in "bcd"
    ]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    log = store.examine_log()
    assert (log.findings, len(log.hashes), len(log.heads)) == ((), 3 + 72, 3 + 72)
    assert all(store.examine(name).state == "sound" for name in store.known())


@pytest.mark.parametrize("file", ["log.jsonl", "heads.jsonl"])
@pytest.mark.parametrize("kept", [1, 40])
def test_what_a_crash_left_half_written_is_healed(
    store: FileEvidence, tmp_path: Path, file: str, kept: int
) -> None:
    run(store, "run-a")
    path = tmp_path / "evidence" / file
    content = path.read_bytes()
    last = content.rstrip(b"\n").rfind(b"\n") + 1
    path.write_bytes(content[: last + kept])
    if file == "log.jsonl":
        # A leaf comes before its tree head.
        other = tmp_path / "evidence" / "heads.jsonl"
        other.write_bytes(b"".join(other.read_bytes().splitlines(keepends=True)[:-1]))
    torn = store.examine_log()
    assert torn.findings
    assert not [one for one in torn.findings if one.grave]
    run(store, "run-b")
    log = store.examine_log()
    assert log.findings == ()
    assert len(log.hashes) == log.heads[-1]["count"]


def test_what_died_is_signed_as_found(store: FileEvidence, tmp_path: Path) -> None:
    run(store, "run-a", close=False)
    (found,) = store.examine("run-a").findings
    assert (found.kind, found.first, found.last) == (Kind.UNANCHORED, 2, 2)
    store.recover("run-a", "run-b")
    assert store.left_open() == ()
    after = store.examine("run-a")
    assert (after.state, after.findings) == ("recovered", ())
    assert "run run-b found 2 steps" in after.notes[-1]
    steps = tmp_path / "evidence" / "run-a" / "steps.jsonl"
    steps.write_bytes(steps.read_bytes().splitlines(keepends=True)[0])
    (cut,) = store.examine("run-a").findings
    assert (cut.kind, cut.first) == (Kind.TRUNCATED, 2)


def test_a_run_that_died_as_it_ended_has_ended(store: FileEvidence, tmp_path: Path) -> None:
    run(store, "run-a")
    for name, keep in (("log.jsonl", 2), ("heads.jsonl", 2)):
        path = tmp_path / "evidence" / name
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:keep]))
    again = open_evidence(tmp_path / "evidence", tmp_path / "keys", FixedClock())
    assert again.examine("run-a").state == "unfinished"
    again.recover("run-a", "run-b")
    assert again.examine("run-a").state == "sound"
    assert leaves(tmp_path)[-1]["kind"] == "ended"


def test_a_folder_that_was_rolled_back_is_found_by_a_copied_head(
    store: FileEvidence, tmp_path: Path
) -> None:
    run(store, "run-a")
    run(store, "run-b")
    copies = tmp_path / "copies"
    copies.mkdir()
    (copies / "head.json").write_bytes(
        (tmp_path / "evidence" / "heads.jsonl").read_bytes().splitlines()[-1]
    )
    assert store.examine_log(kept_heads(copies)).findings == ()
    for name in ("log.jsonl", "heads.jsonl"):
        path = tmp_path / "evidence" / name
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:3]))
    (tmp_path / "evidence" / "run-b").rename(tmp_path / "away")
    assert store.examine_log().findings == (), "an honest state of before"
    (found,) = store.examine_log(kept_heads(copies)).findings
    assert (found.kind, found.first, found.last) == (Kind.ROLLED_BACK, 4, 5)


def test_a_log_that_cannot_be_read_is_told(store: FileEvidence, tmp_path: Path) -> None:
    run(store, "run-a")
    (tmp_path / "evidence" / "heads.jsonl").write_text("nonsense\n")
    with pytest.raises(EvidenceError, match="no tree head"):
        store.begin("run-b", "daily_round")


def test_a_first_leaf_that_cannot_be_read_is_altered_and_no_fault(
    store: FileEvidence, tmp_path: Path
) -> None:
    store.begin("run-a", "daily_round").close("done", {})
    path = tmp_path / "evidence" / "log.jsonl"
    path.write_bytes(b"#" + path.read_bytes()[1:])
    (one,) = store.examine_log().findings
    assert (str(one.kind), one.file, one.first) == ("altered", "log.jsonl", 1)


def test_a_leaf_without_its_run_is_altered_and_no_fault(
    store: FileEvidence, tmp_path: Path
) -> None:
    store.begin("run-a", "daily_round").close("done", {})
    path = tmp_path / "evidence" / "log.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"run":', b'"rum":', 1))
    assert [str(one.kind) for one in store.examine_log().findings] == ["altered"]
    assert store.examine("run-a").problems


def test_the_log_bears_the_name_of_its_machine(tmp_path: Path) -> None:
    store = open_evidence(tmp_path / "evidence", tmp_path / "keys", FixedClock())
    run(store, "run-a")
    log = store.examine_log()
    assert log.machine
    assert len(log.name) == 16
    assert FileLog(tmp_path / "nowhere").open_runs() == ()


class Journal:
    """The runs that the journal knows."""

    def __init__(self, *rows: Any) -> None:
        self.rows = rows

    def all(self, last: int | None = None) -> tuple[Any, ...]:
        return self.rows

    def find(self, run: str) -> Any:
        return next((row for row in self.rows if row.run == run), None)


def test_everything_is_checked_and_told_of_each_run(store: FileEvidence, tmp_path: Path) -> None:
    run(store, "run-a")
    run(store, "run-b", close=False)
    seen: list[tuple[str, int, int | None]] = []
    audited = verify_all(
        store,
        Journal(),  # type: ignore[arg-type]
        at_work=lambda _: False,
        copies=(),
        progress=lambda *told: seen.append(told),
        all_here=True,
    )
    assert [one.state for one in audited.verdicts] == ["sound", "unfinished"]
    assert not audited.sound
    assert seen[-1] == ("Checking run-b", 1, 2)
    store.recover("run-b", "run-c")
    store.begin("run-bb", "daily_round").close("done", {})
    again = verify_all(
        store,
        Journal(),  # type: ignore[arg-type]
        at_work=lambda _: False,
        copies=(),
        progress=lambda *_: None,
        all_here=True,
    )
    assert again.sound
