"""A run that slept, was found dead, and woke: what it records is its own, nobody else's is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clerkwork.adapters.evidence import FileEvidence, open_evidence
from clerkwork.adapters.evidence.keys import TRUSTED
from clerkwork.adapters.evidence.standalone import Keys, examine_folder
from clerkwork.adapters.evidence.trail import FileTrail
from clerkwork.core.evidence import Kind, Verdict, canonical, digest
from clerkwork.ports import StepRecord
from clerkwork.testing import FixedClock

RUN, OTHER = "run-a", "run-b"


@pytest.fixture
def store(tmp_path: Path) -> FileEvidence:
    return open_evidence(tmp_path / "evidence", tmp_path / "keys", FixedClock())


def step(outcome: str = "ok") -> StepRecord:
    return StepRecord(robot="bank", action="keyed", outcome=outcome)


def asleep(store: FileEvidence) -> FileTrail:
    """A run that was found dead behind its second step, and is not."""
    trail = store.begin(RUN, "daily_round")
    trail.record(step())
    trail.anchor("before CW-AAAA")
    trail.record(step())
    trail.settled()
    store.recover(RUN, OTHER)
    return trail


def alone(tmp_path: Path) -> list[tuple[str, str]]:
    """What the other verifier finds."""
    keys = Keys(sorted((tmp_path / "keys" / TRUSTED).glob("*.pem")))
    return [(one.kind, one.file) for one in examine_folder(tmp_path / "evidence", keys)]


def kinds(found: Verdict) -> list[tuple[str, str]]:
    return [(str(one.kind), one.file) for one in found.findings]


def forge(tmp_path: Path) -> None:
    """A step that fits the chain, by somebody without the key."""
    folder = tmp_path / "evidence" / RUN
    path = folder / "steps.jsonl"
    last = path.read_bytes().splitlines()[-1]
    fields = json.loads(last)
    fields |= {"step": fields["step"] + 1, "previous": digest(last), "outcome": "forged"}
    path.write_bytes(path.read_bytes() + canonical(fields) + b"\n")
    details = (folder / "details.jsonl").read_bytes()
    kept = json.loads(details.splitlines()[-1])
    line = canonical({**kept, "step": fields["step"]})
    (folder / "details.jsonl").write_bytes(details + line + b"\n")


def test_a_run_that_wakes_signs_what_it_records(store: FileEvidence, tmp_path: Path) -> None:
    trail = asleep(store)
    trail.record(step())
    trail.settled()
    found = store.examine(RUN)
    assert (found.state, found.findings, alone(tmp_path)) == ("recovered", (), [])
    assert "found 2 steps" in found.notes[0]
    assert (
        "it woke, recorded step 3 after it had been found, and signed that itself"
        in (found.notes[1])
    )
    leaves = [leaf for leaf in store.leaves() if leaf["kind"] == "found"]
    assert [(leaf["steps"], leaf["by"]) for leaf in leaves] == [(2, OTHER), (3, RUN)]


def test_each_further_step_is_signed_and_a_cut_of_any_shows(
    store: FileEvidence, tmp_path: Path
) -> None:
    trail = asleep(store)
    for _ in range(3):
        trail.record(step())
    trail.settled()
    assert (store.examine(RUN).state, alone(tmp_path)) == ("recovered", [])
    for name in ("steps.jsonl", "details.jsonl"):
        path = tmp_path / "evidence" / RUN / name
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    cut = ("truncated", "steps.jsonl")
    assert kinds(store.examine(RUN)) == alone(tmp_path) == [cut]
    (tmp_path / "evidence" / RUN / "found-4.json").unlink()
    gone = ("missing file", "found-4.json")
    assert kinds(store.examine(RUN)) == [gone, cut]
    assert alone(tmp_path) == [gone, cut]


def test_a_run_that_wakes_may_end(store: FileEvidence, tmp_path: Path) -> None:
    trail = asleep(store)
    trail.record(step())
    trail.anchor("before CW-BBBB")
    trail.record(step())
    trail.close("done", {})
    found = store.examine(RUN)
    assert (found.state, found.findings, alone(tmp_path)) == ("sound", (), [])
    assert "taken for dead" in found.notes[0]


def test_a_step_that_others_add_behind_a_recovery_stays_found(
    store: FileEvidence, tmp_path: Path
) -> None:
    asleep(store)
    forge(tmp_path)
    (one,) = store.examine(RUN).findings
    assert (one.kind, one.first, one.last) == (Kind.UNANCHORED, 3, 3)
    assert "the run has not signed that" in one.words
    assert alone(tmp_path) == [("unanchored tail", "steps.jsonl")]
    # No run that begins afterwards takes it for its own.
    store.begin("run-c", "daily_round").close("done", {})
    assert store.left_open() == ()
    assert store.examine(RUN).state == "unfinished"


def test_a_person_may_sign_what_a_run_that_woke_could_not(
    store: FileEvidence, tmp_path: Path
) -> None:
    asleep(store)
    forge(tmp_path)  # as the run would have left it, had it died before it could sign
    store.recover(RUN, "ann@desk")
    found = store.examine(RUN)
    assert (found.state, found.findings, alone(tmp_path)) == ("recovered", (), [])
    assert "Ann@desk found it again" in found.notes[-1]
    assert "which the run itself did not sign" in found.notes[-1]
    store.recover(RUN, "ann@desk")
    assert not (tmp_path / "evidence" / RUN / "found-3.json").exists(), "nothing came since"


@pytest.mark.parametrize("number", [1, 2])
def test_what_was_signed_is_altered_by_nobody(
    store: FileEvidence, tmp_path: Path, number: int
) -> None:
    trail = asleep(store)
    trail.record(step())
    trail.settled()
    name = "found.json" if number == 1 else "found-2.json"
    path = tmp_path / "evidence" / RUN / name
    path.write_bytes(path.read_bytes().replace(b'"steps":', b'"steqs":'))
    assert ("altered", name) in kinds(store.examine(RUN))
    assert ("altered", name) in alone(tmp_path)


def test_an_older_word_is_not_put_in_the_place_of_a_later_one(
    store: FileEvidence, tmp_path: Path
) -> None:
    trail = asleep(store)
    trail.record(step())
    trail.settled()
    folder = tmp_path / "evidence" / RUN
    (folder / "found-3.json").write_bytes((folder / "found-2.json").read_bytes())
    assert kinds(store.examine(RUN)) == alone(tmp_path) == [("repeated", "found-3.json")]
    (folder / "found-3.json").unlink()
    (folder / "found-2.json").write_bytes((folder / "found.json").read_bytes())
    wrong = {("contradicting checkpoint", "found-2.json"), ("repeated", "found-2.json")}
    assert wrong & set(kinds(store.examine(RUN)))
    assert wrong & set(alone(tmp_path))


def test_who_finds_it_may_die_before_he_can_say_so(store: FileEvidence, tmp_path: Path) -> None:
    trail = asleep(store)
    trail.record(step())
    trail.settled()
    for name in ("log.jsonl", "heads.jsonl"):
        path = tmp_path / "evidence" / name
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    again = open_evidence(tmp_path / "evidence", tmp_path / "keys", FixedClock())
    assert (again.examine(RUN).state, alone(tmp_path)) == ("recovered", [])
    again.recover(RUN, "run-c")
    leaves = [leaf for leaf in again.leaves() if leaf["kind"] == "found"]
    assert [(leaf["steps"], leaf["by"]) for leaf in leaves] == [(2, OTHER), (3, RUN)]
