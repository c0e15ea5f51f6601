"""Who can write to the disk and has no key: the log of runs thrown away, cut, added to, altered."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clerkwork.adapters.evidence import FileEvidence, kept_heads, open_evidence
from clerkwork.adapters.evidence.keys import TRUSTED, Signer, open_signer
from clerkwork.adapters.evidence.standalone import Keys, examine_folder
from clerkwork.core.evidence import canonical, digest, stamp
from clerkwork.core.evidence.log import signed_head, signed_leaf
from clerkwork.core.evidence.merkle import leaf_hash, peaks_of, root_of
from clerkwork.errors import EvidenceError
from clerkwork.ports import StepRecord
from clerkwork.testing import FixedClock

Told = tuple[str, str, int, int]
"""Kind, file, first and last record."""


@pytest.fixture
def store(tmp_path: Path) -> FileEvidence:
    found = open_evidence(tmp_path / "evidence", tmp_path / "keys", FixedClock())
    for name in ("run-a", "run-b", "run-c"):
        run(found, name)
    return found


def run(store: FileEvidence, name: str) -> None:
    trail = store.begin(name, "daily_round")
    trail.record(StepRecord(robot="bank", action="keyed", outcome="ok"))
    trail.close("done", {"keyed": 1})


def log(tmp_path: Path) -> Path:
    return tmp_path / "evidence" / "log.jsonl"


def heads(tmp_path: Path) -> Path:
    return tmp_path / "evidence" / "heads.jsonl"


def cut(path: Path, kept: int) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:kept]))


def about_log(store: FileEvidence, tmp_path: Path, copies: Path | None = None) -> list[list[Told]]:
    """What each of the two verifiers says of the log itself."""
    kept = list(kept_heads(copies)) if copies else []
    own: list[Told] = [
        (str(one.kind), one.file, one.first, one.last) for one in store.examine_log(kept).findings
    ]
    keys = Keys(sorted((tmp_path / "keys" / TRUSTED).glob("*.pem")))
    other = [
        (one.kind, one.file, one.first, one.last)
        for one in examine_folder(tmp_path / "evidence", keys, copies)
        if not one.run
    ]
    return [own, other]


def of_runs(store: FileEvidence, tmp_path: Path) -> list[dict[str, str]]:
    """By each of the two, the first kind of finding of each run."""
    own = {run: str(store.examine(run).findings[0].kind) for run in store.known()}
    keys = Keys(sorted((tmp_path / "keys" / TRUSTED).glob("*.pem")))
    other: dict[str, str] = {}
    for one in examine_folder(tmp_path / "evidence", keys):
        if one.run:
            other.setdefault(one.run, one.kind)
    return [own, other]


def test_a_run_bears_witness_to_the_log_before_it(store: FileEvidence, tmp_path: Path) -> None:
    header = json.loads((tmp_path / "evidence" / "run-b" / "run.json").read_bytes())
    name = json.loads(log(tmp_path).read_bytes().splitlines()[0])["log"]
    head = json.loads(heads(tmp_path).read_bytes().splitlines()[2])
    assert header["log"] == {"log": name, "count": 3, "root": head["root"]}
    assert about_log(store, tmp_path) == [[], []]


def test_a_log_that_is_thrown_away_is_missed_by_each_run(
    store: FileEvidence, tmp_path: Path
) -> None:
    log(tmp_path).unlink()
    heads(tmp_path).unlink()
    gone = [("missing file", "log.jsonl", 1, 5)]
    assert about_log(store, tmp_path) == [gone, gone]
    lost = dict.fromkeys(("run-a", "run-b", "run-c"), "missing file")
    assert of_runs(store, tmp_path) == [lost, lost]


def test_a_log_that_is_emptied_is_missed(store: FileEvidence, tmp_path: Path) -> None:
    log(tmp_path).write_bytes(b"")
    heads(tmp_path).write_bytes(b"")
    for told in about_log(store, tmp_path):
        assert ("truncated", "log.jsonl") in {one[:2] for one in told}
    lost = dict.fromkeys(("run-a", "run-b", "run-c"), "missing file")
    assert of_runs(store, tmp_path) == [lost, lost]


def test_a_log_that_is_gone_contradicts_its_copies(store: FileEvidence, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    (copies / "head.json").write_bytes(heads(tmp_path).read_bytes().splitlines()[-1])
    log(tmp_path).unlink()
    heads(tmp_path).unlink()
    for told in about_log(store, tmp_path, copies):
        assert ("rolled back", "log.jsonl", 1, 7) in told


def test_another_log_does_not_take_the_place_of_the_first(
    store: FileEvidence, tmp_path: Path
) -> None:
    log(tmp_path).unlink()
    heads(tmp_path).unlink()
    run(store, "run-d")
    assert [{one[:2] for one in told} for told in about_log(store, tmp_path)] == [
        {("rolled back", "log.jsonl")},
        {("rolled back", "log.jsonl")},
    ]
    unknown = dict.fromkeys(("run-a", "run-b", "run-c"), "added")
    own, other = of_runs_that_fail(store, tmp_path)
    assert own == other == unknown


def of_runs_that_fail(store: FileEvidence, tmp_path: Path) -> list[dict[str, str]]:
    own = {
        name: str(found[0].kind)
        for name in store.known()
        if (found := store.examine(name).findings)
    }
    keys = Keys(sorted((tmp_path / "keys" / TRUSTED).glob("*.pem")))
    other: dict[str, str] = {}
    for one in examine_folder(tmp_path / "evidence", keys):
        if one.run:
            other.setdefault(one.run, one.kind)
    return [own, other]


def test_a_log_that_was_put_back_is_told_by_later_runs(store: FileEvidence, tmp_path: Path) -> None:
    cut(log(tmp_path), 3)
    cut(heads(tmp_path), 3)
    back = [("rolled back", "log.jsonl", 4, 5)]
    assert about_log(store, tmp_path) == [back, back]


def test_nothing_runs_where_the_leaves_are_gone_and_their_heads_are_there(
    store: FileEvidence, tmp_path: Path
) -> None:
    log(tmp_path).unlink()
    with pytest.raises(EvidenceError, match="nothing runs before it is restored"):
        store.begin("run-d", "daily_round")


def appended(tmp_path: Path, kind: str = "slot", signer: Signer | None = None) -> dict[str, Any]:
    """A leaf that fits the chain, by somebody without the key."""
    last = log(tmp_path).read_bytes().splitlines()[-1]
    leaf: dict[str, Any] = {
        "number": json.loads(last)["number"] + 1,
        "at": stamp(FixedClock().now()),
        "kind": kind,
        "previous": digest(last),
        "task": "daily_round",
        "due": "2026-03-03T06:00:00Z",
        "state": "skipped",
        "why": "nobody knows",
    }
    if signer is not None:
        leaf |= {"key": signer.id}
        leaf |= {"signature": signer.sign(signed_leaf(leaf))}
    log(tmp_path).write_bytes(log(tmp_path).read_bytes() + canonical(leaf) + b"\n")
    return leaf


def unsigned(tmp_path: Path) -> str:
    appended(tmp_path)
    return "added"


def of_another_key(tmp_path: Path) -> str:
    appended(tmp_path, signer=Signer(Ed25519PrivateKey.generate()))
    return "forged"


def signed_otherwise(tmp_path: Path) -> str:
    """With the name of the right key, and the signature of the leaf before."""
    before = json.loads(log(tmp_path).read_bytes().splitlines()[-1])
    leaf = appended(tmp_path) | {"key": before["key"], "signature": before["signature"]}
    lines = log(tmp_path).read_bytes().splitlines()[:-1]
    log(tmp_path).write_bytes(b"".join(one + b"\n" for one in (*lines, canonical(leaf))))
    return "altered"


@pytest.mark.parametrize("forge", [unsigned, of_another_key, signed_otherwise])
def test_a_leaf_that_nobody_wrote_who_has_the_key_is_named(
    store: FileEvidence, tmp_path: Path, forge: Callable[[Path], str]
) -> None:
    wrong = [(forge(tmp_path), "log.jsonl", 8, 8)]
    assert about_log(store, tmp_path) == [wrong, wrong]
    # Nor does the next run sign it along with its own.
    with pytest.raises(EvidenceError, match="leaf 8 was not written here"):
        store.begin("run-d", "daily_round")
    assert about_log(store, tmp_path) == [wrong, wrong]


def test_a_leaf_whose_writer_died_is_signed_along(store: FileEvidence, tmp_path: Path) -> None:
    cut(heads(tmp_path), 6)
    tail = [("unanchored tail", "log.jsonl", 7, 7)]
    assert about_log(store, tmp_path) == [tail, tail]
    run(store, "run-d")
    assert about_log(store, tmp_path) == [[], []]


def older(tmp_path: Path) -> None:
    """The log as it was written before each leaf signed itself."""
    signer, made, signed = open_signer(tmp_path / "keys"), list[bytes](), list[bytes]()
    for line, head in zip(
        log(tmp_path).read_bytes().splitlines(),
        heads(tmp_path).read_bytes().splitlines(),
        strict=True,
    ):
        leaf = json.loads(line)
        del leaf["key"], leaf["signature"]
        made.append(canonical(leaf | {"previous": digest(made[-1]) if made else ""}))
        fields = json.loads(head)
        peaks = peaks_of(map(leaf_hash, made))
        fields |= {"root": root_of(peaks).hex(), "peaks": [peak.hex() for peak in peaks]}
        fields |= {"previous": digest(signed[-1]) if signed else ""}
        del fields["signature"]
        signed.append(canonical({**fields, "signature": signer.sign(signed_head(fields))}))
    log(tmp_path).write_bytes(b"".join(line + b"\n" for line in made))
    heads(tmp_path).write_bytes(b"".join(line + b"\n" for line in signed))


def test_a_log_of_before_is_sound_and_gone_on_with(tmp_path: Path) -> None:
    store = open_evidence(tmp_path / "evidence", tmp_path / "keys", FixedClock())
    run(store, "run-a")
    older(tmp_path)
    # The run names a tree head over leaves that signed themselves.
    for path in (tmp_path / "evidence").glob("run-a"):
        path.rename(tmp_path / "away")
    found = about_log(store, tmp_path)
    assert found == [[], []]
    run(store, "run-b")
    assert about_log(store, tmp_path) == [[], []]
    leaves = [json.loads(line) for line in log(tmp_path).read_bytes().splitlines()]
    assert ["signature" in leaf for leaf in leaves] == [False] * 3 + [True] * 2
    appended(tmp_path)
    wrong = [("added", "log.jsonl", 6, 6)]
    assert about_log(store, tmp_path) == [wrong, wrong]


def renamed(leaf: dict[str, Any]) -> dict[str, Any]:
    return leaf | {"log": "0123456789abcdef"}


def elsewhere(leaf: dict[str, Any]) -> dict[str, Any]:
    return leaf | {"machine": "another"}


def of_another_kind(leaf: dict[str, Any]) -> dict[str, Any]:
    return leaf | {"kind": "closed"}


def renumbered(leaf: dict[str, Any]) -> dict[str, Any]:
    return leaf | {"number": 2}


def behind_another(leaf: dict[str, Any]) -> dict[str, Any]:
    return leaf | {"previous": "0" * 64}


@pytest.mark.parametrize("fits", [0, 1, 2, 6])
@pytest.mark.parametrize(
    "change", [renamed, elsewhere, of_another_kind, renumbered, behind_another]
)
def test_a_first_leaf_that_was_altered_is_named(
    store: FileEvidence, tmp_path: Path, change: Callable[[Any], Any], fits: int
) -> None:
    lines = log(tmp_path).read_bytes().splitlines()
    lines[0] = canonical(change(json.loads(lines[0])))
    for place in range(1, fits + 1):
        lines[place] = canonical(json.loads(lines[place]) | {"previous": digest(lines[place - 1])})
    log(tmp_path).write_bytes(b"".join(line + b"\n" for line in lines))
    copies = tmp_path / "copies"
    copies.mkdir()
    (copies / "head.json").write_bytes(heads(tmp_path).read_bytes().splitlines()[-1])
    for told in about_log(store, tmp_path, copies):
        assert {one[1] for one in told} == {"log.jsonl"}, told
        first = [one for one in told if one[2] == 1]
        assert first, told
        assert {one[0] for one in first} <= {"altered", "rewritten", "rolled back"}
        assert "rolled back" in {one[0] for one in first}
        assert {"altered", "rewritten"} & {one[0] for one in first}
