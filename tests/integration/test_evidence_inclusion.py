"""One run's place in the signed log of all runs: proved by itself, and named where it cannot be."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from warm import run as command

from clerkwork.adapters.evidence import FileEvidence, open_evidence
from clerkwork.adapters.evidence.keys import Signer
from clerkwork.adapters.store import open_store
from clerkwork.app.audit import verify_in_log
from clerkwork.core.evidence import Finding, InLog, Kind, canonical
from clerkwork.core.evidence.log import signed_head
from clerkwork.core.evidence.merkle import included, leaf_hash
from clerkwork.testing import FixedClock
from clerkwork.workspace import make_workspace

RUNS = ("run-a", "run-b", "run-c")


@pytest.fixture
def store(tmp_path: Path) -> FileEvidence:
    store = open_evidence(tmp_path / "evidence", tmp_path / "keys", FixedClock())
    for run in RUNS:
        store.begin(run, "daily_round").close("done", {})
    return store


def proof(store: FileEvidence, run: str) -> InLog:
    found = store.hold_in_log(run)
    assert isinstance(found, InLog)
    return found


def amiss(store: FileEvidence, run: str) -> Finding:
    found = store.hold_in_log(run)
    assert isinstance(found, Finding)
    return found


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()


@pytest.mark.parametrize(("run", "leaf"), [("run-a", 3), ("run-b", 5), ("run-c", 7)])
def test_the_proof_is_one_that_anybody_can_reckon(
    store: FileEvidence, tmp_path: Path, run: str, leaf: int
) -> None:
    held = proof(store, run)
    assert (held.leaf, held.count, held.head, held.stamped) == (leaf, 7, 7, None)
    content = lines(tmp_path / "evidence" / "log.jsonl")[leaf - 1]
    path = [bytes.fromhex(one) for one in held.proof]
    assert included(leaf_hash(content), leaf - 1, 7, path, bytes.fromhex(held.root))
    assert held.root == json.loads(lines(tmp_path / "evidence" / "heads.jsonl")[-1])["root"]


def test_a_run_that_the_log_does_not_know_has_no_proof(store: FileEvidence) -> None:
    assert store.hold_in_log("run-z") is None


def test_a_leaf_that_was_altered_cannot_be_proved(store: FileEvidence, tmp_path: Path) -> None:
    path = tmp_path / "evidence" / "log.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"outcome":"done"', b'"outcome":"dune"', 1))
    found = amiss(store, "run-a")
    assert (found.kind, found.file) == (Kind.ALTERED, "log.jsonl")
    assert "leaf 2, of this run, cannot be proved" in found.words
    assert verify_in_log(store, store.examine("run-a")).state == "broken"


def test_the_last_tree_head_has_to_be_signed_by_a_trusted_key(
    store: FileEvidence, tmp_path: Path
) -> None:
    path = tmp_path / "evidence" / "heads.jsonl"
    *before, last = lines(path)
    signer = Signer(Ed25519PrivateKey.generate())
    fields = {**json.loads(last), "key": signer.id}
    fields["signature"] = signer.sign(signed_head(fields))
    for content, kind in (
        (canonical(fields), Kind.FORGED),
        (last.replace(b'"count":7', b'"count":6'), Kind.ALTERED),
        (b"no tree head", Kind.ALTERED),
    ):
        path.write_bytes(b"".join(line + b"\n" for line in (*before, content)))
        assert (amiss(store, "run-a").kind, amiss(store, "run-a").file) == (kind, "heads.jsonl")
    path.unlink()
    assert amiss(store, "run-a").kind is Kind.MISSING_FILE


def test_a_leaf_that_no_tree_head_signs_yet_is_what_a_crash_leaves(
    store: FileEvidence, tmp_path: Path
) -> None:
    path = tmp_path / "evidence" / "heads.jsonl"
    path.write_bytes(b"".join(line + b"\n" for line in lines(path)[:-1]))
    found = amiss(store, "run-c")
    assert (found.kind, found.grave, found.first) == (Kind.UNANCHORED, False, 7)
    assert proof(store, "run-b").count == 6


def test_what_was_signed_of_a_removed_run_is_proved_too(store: FileEvidence) -> None:
    store.remove("run-a", store.examine("run-a"), "by retention")
    assert (proof(store, "run-a").leaf, proof(store, "run-a").count) == (8, 8)


class TestCommand:
    """`clerkwork verify`, in a process of its own."""

    @pytest.fixture
    def env(self, tmp_path: Path) -> Mapping[str, str]:
        return {**os.environ, "CLERKWORK_VAULT_KEY": str(tmp_path / "home" / "vault.key")}

    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        root = tmp_path / "workspace"
        make_workspace(root)
        keys = tmp_path / "home" / "evidence"
        store = open_evidence(root / "output" / "evidence", keys, FixedClock())
        store.begin(RUNS[0], "daily_round").close("done", {})
        open_store(f"sqlite:///{root / 'output' / 'clerkwork.db'}", FixedClock()).close()
        return root

    def test_the_line_of_a_run_says_where_it_is_in_the_log(
        self, root: Path, env: Mapping[str, str]
    ) -> None:
        done = command(("verify", RUNS[0]), root, env, patience=60)
        assert "leaf 3 of 3, signed on 2026-03-03 08:00 UTC" in done.stdout, done.stderr
        told = json.loads(command(("verify", RUNS[0], "--json"), root, env, patience=60).stdout)
        assert (told["log"]["leaf"], told["log"]["count"], told["log"]["stamped"]) == (3, 3, "")
        assert len(told["log"]["proof"]) == 1
