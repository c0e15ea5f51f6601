"""A run that died between its checkpoint and the log: what can be told of it, and what cannot.

Until the next run finds it, its checkpoint is all that says that it ended. The log holds the last
two records of each run that ended; of this one the checkpoint holds the last alone.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from clerkwork.adapters.evidence import FileEvidence, open_evidence
from clerkwork.adapters.evidence.keys import TRUSTED
from clerkwork.adapters.evidence.standalone import Keys, examine_folder
from clerkwork.core.evidence import canonical, digest
from clerkwork.ports import Picture, StepRecord
from clerkwork.testing import FixedClock

RUN, NEXT = "20260303-090000-daily_round-1f3a", "20260303-100000-daily_round-2b4c"
STEPS, ANCHORED = 5, 2

Told = tuple[str, str, int, int]
"""Kind, file, first and last record."""


@pytest.fixture
def store(tmp_path: Path) -> FileEvidence:
    return open_evidence(tmp_path / "evidence", tmp_path / "keys", FixedClock())


@pytest.fixture
def folder(store: FileEvidence) -> Path:
    return store.folder(RUN)


@pytest.fixture
def moments(store: FileEvidence, tmp_path: Path) -> list[Path]:
    """All evidence as it lay there after each step, had the machine died then; the run ended."""
    taken = []
    trail = store.begin(RUN, "daily_round")
    for number in range(1, STEPS + 1):
        shown = Picture(label="Receipt", image=f"picture {number}".encode())
        trail.record(
            StepRecord(
                robot="kantoor_erp",
                action="keyed",
                outcome="ok",
                details={"Paid": "€ 1.250,00"},
                pictures=(shown,),
            )
        )
        if number == ANCHORED:
            trail.anchor("before CW-AAAA")
        trail.settled()
        taken.append(tmp_path / f"after step {number}")
        shutil.copytree(tmp_path / "evidence", taken[-1])
    trail.close("done", {"keyed": STEPS})
    return taken


def die_before_the_log(tmp_path: Path) -> None:
    """As a machine that loses its power does, between checkpoint and log."""
    for name in ("log.jsonl", "heads.jsonl"):
        path = tmp_path / "evidence" / name
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def cut_with_checkpoint(folder: Path, kept: int) -> None:
    for name in ("steps.jsonl", "details.jsonl"):
        lines = (folder / name).read_bytes().splitlines(keepends=True)
        (folder / name).write_bytes(b"".join(lines[:kept]))
    for path in (folder / "pictures").iterdir():
        if int(path.name[:4]) > kept:
            path.unlink()
    (folder / "checkpoint.json").unlink()


def recompute(folder: Path, first: int) -> None:
    """Step `first` altered, and those behind it made to fit."""
    lines = (folder / "steps.jsonl").read_bytes().splitlines()
    for place in range(first - 1, len(lines)):
        fields: dict[str, Any] = json.loads(lines[place])
        if place == first - 1:
            fields["outcome"] = "nothing to see"
        else:
            fields["previous"] = digest(lines[place - 1])
        lines[place] = canonical(fields)
    (folder / "steps.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))


def told(store: FileEvidence, tmp_path: Path) -> list[set[Told]]:
    """What each of the two verifiers says of the run."""
    own = {(str(one.kind), one.file, one.first, one.last) for one in store.examine(RUN).findings}
    keys = Keys(sorted((tmp_path / "keys" / TRUSTED).glob("*.pem")))
    alone = {
        (one.kind, one.file, one.first, one.last)
        for one in examine_folder(tmp_path / "evidence", keys)
        if one.run == RUN
    }
    return [own, alone]


def content(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_it_is_no_alarm_and_the_next_run_says_in_the_log_that_it_ended(
    store: FileEvidence, moments: list[Path], tmp_path: Path
) -> None:
    assert len(moments) == STEPS
    die_before_the_log(tmp_path)
    found = store.examine(RUN)
    assert (found.state, found.broken) == ("unfinished", ())
    assert "the run died as it ended" in found.warnings[0]
    store.recover(RUN, NEXT)
    assert told(store, tmp_path) == [set(), set()]


@pytest.mark.parametrize("kept", [ANCHORED, ANCHORED + 1, STEPS - 1])
def test_cut_with_its_checkpoint_it_is_byte_for_byte_a_run_that_crashed_earlier(
    store: FileEvidence, moments: list[Path], folder: Path, tmp_path: Path, kept: int
) -> None:
    """So nothing can tell the two apart, and both are an unanchored tail."""
    die_before_the_log(tmp_path)
    cut_with_checkpoint(folder, kept)
    assert content(tmp_path / "evidence") == content(moments[kept - 1])
    tail = (ANCHORED + 1, kept) if kept > ANCHORED else (0, 0)
    wanted = {("unanchored tail", "steps.jsonl", *tail)}
    assert told(store, tmp_path) == [wanted, wanted]


@pytest.mark.usefixtures("moments")
def test_cut_below_its_anchor_it_is_truncated(
    store: FileEvidence, folder: Path, tmp_path: Path
) -> None:
    die_before_the_log(tmp_path)
    cut_with_checkpoint(folder, ANCHORED - 1)
    for said in told(store, tmp_path):
        assert ("truncated", "steps.jsonl", ANCHORED, ANCHORED) in said


@pytest.mark.usefixtures("moments")
@pytest.mark.parametrize("found", [False, True])
def test_once_the_log_knows_the_end_its_checkpoint_is_missed(
    store: FileEvidence, folder: Path, tmp_path: Path, *, found: bool
) -> None:
    """Whether the run said so itself, or the next one that found it."""
    if found:
        die_before_the_log(tmp_path)
        store.recover(RUN, NEXT)
    cut_with_checkpoint(folder, STEPS - 1)
    for said in told(store, tmp_path):
        assert ("missing file", "checkpoint.json", 0, 0) in said


@pytest.mark.usefixtures("moments")
def test_recomputed_behind_its_anchor_it_is_altered_in_its_last_step_or_from_one_on(
    store: FileEvidence, folder: Path, tmp_path: Path
) -> None:
    """The hash of the last step is signed, and the step itself is gone, with what it named."""
    die_before_the_log(tmp_path)
    recompute(folder, ANCHORED + 1)
    for said in told(store, tmp_path):
        assert {one for one in said if one[1] == "steps.jsonl"} == {
            ("altered", "steps.jsonl", ANCHORED + 1, STEPS)
        }
    keys = Keys(sorted((tmp_path / "keys" / TRUSTED).glob("*.pem")))
    for words in (
        store.examine(RUN).broken[0],
        examine_folder(tmp_path / "evidence", keys)[0].words,
    ):
        assert f"altered, or steps {ANCHORED + 1} to {STEPS} were written anew" in words


@pytest.mark.usefixtures("moments")
@pytest.mark.parametrize(("first", "logged"), [(ANCHORED, False), (ANCHORED + 1, True)])
def test_recomputed_over_a_signature_or_with_its_end_in_the_log_it_is_rewritten(
    store: FileEvidence, folder: Path, tmp_path: Path, first: int, *, logged: bool
) -> None:
    if not logged:
        die_before_the_log(tmp_path)
    recompute(folder, first)
    for said in told(store, tmp_path):
        (one,) = (one for one in said if one[0] == "rewritten")
        assert one[2] <= first <= one[3]
