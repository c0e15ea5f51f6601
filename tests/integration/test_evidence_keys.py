"""One key after the other: what the old one signed stays sound, and the new one is vouched for."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from warm import run as command

from clerkwork.adapters.evidence import FileEvidence, open_evidence
from clerkwork.adapters.evidence.deletion import let_parts_go, sign_deletion
from clerkwork.adapters.evidence.keys import Signer, open_signer
from clerkwork.adapters.evidence.log import FileLog
from clerkwork.adapters.evidence.recovery import found_leaves
from clerkwork.adapters.evidence.removal import let_go, sign_removal
from clerkwork.adapters.evidence.rotation import known_keys
from clerkwork.adapters.evidence.standalone import Keys, examine_folder
from clerkwork.adapters.store import open_store
from clerkwork.app.verify import verify_all
from clerkwork.core.evidence import Kind, Verdict, canonical, digest, signed_part
from clerkwork.core.evidence.log import rotated_part, signed_head, signed_leaf
from clerkwork.core.evidence.stamps import signed_stamp
from clerkwork.errors import EvidenceError
from clerkwork.ports import StepRecord
from clerkwork.testing import FixedClock, memory_store
from clerkwork.workspace import make_workspace


@pytest.fixture
def store(tmp_path: Path) -> FileEvidence:
    store = open_evidence(tmp_path / "evidence", tmp_path / "keys", FixedClock())
    trail = store.begin("run-a", "daily_round")
    trail.record(StepRecord(robot="bank", action="keyed", outcome="ok", details={"to": "Jansen"}))
    trail.close("done", {})
    return store


def kinds(tmp_path: Path) -> list[str]:
    lines = (tmp_path / "evidence" / "log.jsonl").read_text().splitlines()
    return [json.loads(line)["kind"] for line in lines]


def alone(tmp_path: Path) -> list[str]:
    keys = Keys(sorted((tmp_path / "keys" / "evidence-public").glob("*.pem")))
    return [one.kind for one in examine_folder(tmp_path / "evidence", keys)]


def test_a_rotation_is_a_leaf_and_both_keys_stay_trusted(
    store: FileEvidence, tmp_path: Path
) -> None:
    old, new = store.rotate()
    store.begin("run-b", "daily_round").close("done", {})
    assert kinds(tmp_path) == ["opened", "begun", "ended", "key", "begun", "ended"]
    assert [store.examine(run).key for run in ("run-a", "run-b")] == [old, new]
    assert [store.examine(run).state for run in ("run-a", "run-b")] == ["sound", "sound"]
    assert store.examine_log().findings == ()
    assert alone(tmp_path) == []
    first, second = known_keys(tmp_path / "keys")
    assert (first.id, first.until, second.id, second.until) == (old, second.since, new, None)
    key = tmp_path / "keys" / "evidence.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_a_run_that_is_under_way_ends_with_the_key_it_began_with(
    store: FileEvidence, tmp_path: Path
) -> None:
    trail = store.begin("run-b", "daily_round")
    old, _ = store.rotate()
    trail.close("done", {})
    assert (store.examine("run-b").state, store.examine("run-b").key) == ("sound", old)
    assert store.examine_log().findings == ()


def test_another_workspace_learns_of_it_with_its_next_run(
    store: FileEvidence, tmp_path: Path
) -> None:
    other = open_evidence(tmp_path / "other", tmp_path / "keys", FixedClock())
    other.begin("run-x", "daily_round").close("done", {})
    store.rotate()
    store.rotate()
    other.begin("run-y", "daily_round").close("done", {})
    lines = (tmp_path / "other" / "log.jsonl").read_text().splitlines()
    told = [json.loads(line)["kind"] for line in lines]
    assert told == ["opened", "begun", "ended", "key", "key", "begun", "ended"]
    assert other.examine_log().findings == ()


def test_a_new_key_that_the_old_one_did_not_sign_is_forged(
    store: FileEvidence, tmp_path: Path
) -> None:
    old, new = store.rotate()
    path = tmp_path / "keys" / "evidence-public" / f"{new}.rotation.json"
    record = json.loads(path.read_bytes())
    forger = Signer(Ed25519PrivateKey.generate())
    record["by_old"] = forger.sign(rotated_part(record))
    path.write_bytes(canonical(record))
    other = open_evidence(tmp_path / "other", tmp_path / "keys", FixedClock())
    lines = (tmp_path / "evidence" / "log.jsonl").read_bytes().splitlines()
    leaf = json.loads(lines[-1])
    assert (leaf["old"], leaf["new"]) == (old, new)
    assert other.known() == ()
    fake = {name: record[name] for name in ("old", "new", "public", "by_old", "by_new")}
    signer = Signer(Ed25519PrivateKey.generate())
    (tmp_path / "keys" / "evidence-public" / f"{signer.id}.pem").write_bytes(signer.public_pem)
    FileLog(tmp_path / "other").append("key", fake, FixedClock().now(), lambda: signer)
    (found,) = other.examine_log().findings
    assert (found.kind, found.first) == (Kind.FORGED, 2)


def test_a_key_that_was_replaced_signs_no_tree_head_any_more(
    store: FileEvidence, tmp_path: Path
) -> None:
    before = open_signer(tmp_path / "keys")
    old, _ = store.rotate()
    assert before.id == old
    path = tmp_path / "evidence" / "heads.jsonl"
    lines = path.read_bytes().splitlines()
    fields = {**json.loads(lines[-1]), "key": old}
    del fields["signature"]
    lines[-1] = canonical({**fields, "signature": before.sign(signed_head(fields))})
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    (found,) = store.examine_log().findings
    assert (found.kind, found.file, found.first) == (Kind.FORGED, "heads.jsonl", len(lines))
    assert alone(tmp_path) == ["forged"]


def sign_removed(evidence: Path, signer: Signer) -> None:
    found, at = Verdict(run="run-a"), FixedClock().now()
    sign_removal(evidence / "run-a", found, "by rule", at, signer)


def sign_deleted(evidence: Path, signer: Signer) -> None:
    folder, at = evidence / "run-a", FixedClock().now()
    sign_deletion(folder, "run-a", "details", "by rule", "x@y", at, signer)


def sign_found(evidence: Path, signer: Signer) -> None:
    at = FixedClock().now()
    assert list(found_leaves(evidence / "run-c", "run-c", "run-z", at, signer))


@dataclass(frozen=True, slots=True)
class Stolen:
    """A key that was replaced, in the hands of somebody who kept it."""

    evidence: Path
    signer: Signer

    def leaf(self) -> None:
        path = self.evidence / "log.jsonl"
        last = path.read_bytes().splitlines()[-1]
        leaf = {
            "number": json.loads(last)["number"] + 1, "at": "2026-03-03T08:00:00Z",
            "kind": "slot", "task": "daily_round", "due": "2026-03-03T06:00:00Z",
            "state": "skipped", "why": "the bank was closed", "previous": digest(last),
            "key": self.signer.id,
        }  # fmt: skip
        leaf["signature"] = self.signer.sign(signed_leaf(leaf))
        path.write_bytes(path.read_bytes() + canonical(leaf) + b"\n")

    def rotation(self) -> None:
        """It vouches for itself, and goes on as if none had come in its place."""
        own = {"old": self.signer.id, "new": self.signer.id}
        own["public"] = self.signer.public_pem.decode()
        by = self.signer.sign(rotated_part(own))
        leaf = {**own, "by_old": by, "by_new": by}
        FileLog(self.evidence).append("key", leaf, FixedClock().now(), lambda: self.signer)

    def removal(self) -> None:
        sign_removed(self.evidence, self.signer)
        let_go(self.evidence / "run-a")

    def note(self) -> None:
        sign_deleted(self.evidence, self.signer)
        let_parts_go(self.evidence / "run-a", "details")

    def found(self) -> None:
        sign_found(self.evidence, self.signer)

    def anchor(self) -> None:
        path = self.evidence / "run-b" / "anchors.jsonl"
        fields = {**json.loads(path.read_bytes()), "key": self.signer.id}
        path.write_bytes(self._signed("anchor", fields) + b"\n")

    def checkpoint(self) -> None:
        path = self.evidence / "run-b" / "checkpoint.json"
        path.write_bytes(self._signed("checkpoint", json.loads(path.read_bytes())))

    def stamp(self) -> None:
        head = (self.evidence / "heads.jsonl").read_bytes().splitlines()[-1]
        fields = {
            "number": 1, "head": json.loads(head)["number"], "sha256": digest(head), "token": "",
            "previous": "", "key": self.signer.id,
        }  # fmt: skip
        fields["signature"] = self.signer.sign(signed_stamp(fields))
        (self.evidence / "stamps.jsonl").write_bytes(canonical(fields) + b"\n")

    def export(self) -> None:
        fields = {
            "format": "clerkwork export 2", "made": "2026-03-03T08:00:00Z", "runs": ["run-b"],
            "details": True, "files": {}, "key": self.signer.id,
        }  # fmt: skip
        fields["signature"] = self.signer.sign(b"clerkwork export 2 export\n" + canonical(fields))
        (self.evidence / "export.json").write_bytes(canonical(fields))

    def _signed(self, kind: str, fields: dict[str, Any]) -> bytes:
        fields = {**fields, "key": self.signer.id}
        fields.pop("signature")
        return canonical({**fields, "signature": self.signer.sign(signed_part(kind, fields))})


@pytest.mark.parametrize(
    ("what", "run", "file"),
    [
        ("leaf", "", "log.jsonl"),
        ("rotation", "", "log.jsonl"),
        ("rotation", "", "heads.jsonl"),
        ("removal", "run-a", "removed.json"),
        ("note", "run-a", "deleted.jsonl"),
        ("found", "run-c", "found.json"),
        ("anchor", "run-b", "anchors.jsonl"),
        ("checkpoint", "run-b", "checkpoint.json"),
        ("stamp", "", "stamps.jsonl"),
        ("export", "", "export.json"),
    ],
)
def test_a_key_that_was_replaced_signs_nothing_of_what_comes_later(
    store: FileEvidence, tmp_path: Path, what: str, run: str, file: str
) -> None:
    stolen = Stolen(tmp_path / "evidence", open_signer(tmp_path / "keys"))
    store.rotate()
    trail = store.begin("run-b", "daily_round")
    trail.record(StepRecord(robot="bank", action="keyed", outcome="ok"))
    trail.anchor("before CW-1")
    trail.close("done", {})
    left = store.begin("run-c", "daily_round")
    left.record(StepRecord(robot="bank", action="keyed", outcome="ok"))
    left.settled()
    getattr(stolen, what)()
    looked = open_evidence(tmp_path / "evidence", tmp_path / "keys", FixedClock())
    if what != "export":
        told = looked.examine(run).findings if run else looked.examine_log().findings
        assert (Kind.FORGED, file) in [(one.kind, one.file) for one in told]
    keys = Keys(sorted((tmp_path / "keys" / "evidence-public").glob("*.pem")))
    other = examine_folder(tmp_path / "evidence", keys)
    assert ("forged", file, run) in [(one.kind, one.file, one.run) for one in other]
    if what == "leaf":
        with pytest.raises(EvidenceError, match="in whose place another came"):
            looked.begin("run-d", "daily_round")


def test_a_checkpoint_of_before_a_rotation_in_a_later_run_is_that_of_another_run(
    store: FileEvidence, tmp_path: Path
) -> None:
    store.rotate()
    store.begin("run-b", "daily_round").close("done", {})
    evidence = tmp_path / "evidence"
    genuine = (evidence / "run-a" / "checkpoint.json").read_bytes()
    (evidence / "run-b" / "checkpoint.json").write_bytes(genuine)
    told = store.examine("run-b").findings
    assert [one.kind for one in told if one.file == "checkpoint.json"] == [Kind.CONTRADICTION]
    assert "belongs to run run-a" in told[0].words
    assert "contradicting checkpoint" in alone(tmp_path)
    assert "forged" not in alone(tmp_path)


def crashed(store: FileEvidence, run: str) -> None:
    trail = store.begin(run, "daily_round")
    trail.record(StepRecord(robot="bank", action="keyed", outcome="ok"))
    trail.settled()


@pytest.mark.parametrize(
    ("sign", "run", "kind", "state"),
    [
        (sign_removed, "run-a", "removed", "removed"),
        (sign_deleted, "run-a", "deleted", "sound"),
        (sign_found, "run-c", "found", "recovered"),
    ],
)
def test_what_a_crash_kept_out_of_the_log_comes_into_it_before_a_new_key(
    store: FileEvidence,
    tmp_path: Path,
    sign: Callable[[Path, Signer], None],
    run: str,
    kind: str,
    state: str,
) -> None:
    crashed(store, "run-c")
    sign(tmp_path / "evidence", open_signer(tmp_path / "keys"))
    store.rotate()
    assert kinds(tmp_path)[-2:] == [kind, "key"]
    assert store.examine(run).state == state
    assert store.examine_log().findings == ()
    assert "forged" not in alone(tmp_path)
    if kind == "removed":
        store.remove(run, store.examine(run), "by rule")
    elif kind == "deleted":
        store.delete(run, "details", "by rule", "x@y")
    else:
        store.recover(run, "run-y")
    assert kinds(tmp_path).count(kind) == 1
    assert store.examine(run).state == state
    assert "forged" not in alone(tmp_path)


def test_another_workspace_puts_it_in_as_soon_as_it_learns_of_the_new_key(
    store: FileEvidence, tmp_path: Path
) -> None:
    other = open_evidence(tmp_path / "other" / "evidence", tmp_path / "keys", FixedClock())
    other.begin("run-a", "daily_round").close("done", {})
    sign_removed(tmp_path / "other" / "evidence", open_signer(tmp_path / "keys"))
    store.rotate()
    other.begin("run-y", "daily_round").close("done", {})
    told = ["opened", "begun", "ended", "removed", "key", "begun", "ended"]
    assert kinds(tmp_path / "other") == told
    assert other.examine("run-a").state == "removed"
    assert other.examine_log().findings == ()


@pytest.mark.parametrize(
    ("what", "kind", "file"),
    [("removal", "removed", "removed.json"), ("note", "deleted", "deleted.jsonl")],
)
def test_where_anything_of_the_run_is_gone_no_leaf_excuses_it(
    store: FileEvidence, tmp_path: Path, what: str, kind: str, file: str
) -> None:
    behind = Stolen(tmp_path / "evidence", open_signer(tmp_path / "keys"))
    getattr(behind, what)()
    store.rotate()
    assert kind not in kinds(tmp_path)
    assert (Kind.FORGED, file) in [(one.kind, one.file) for one in store.examine("run-a").findings]
    assert "forged" in alone(tmp_path)


def test_what_the_log_holds_stays_though_its_key_was_replaced_since(
    store: FileEvidence, tmp_path: Path
) -> None:
    store.begin("run-b", "daily_round").close("done", {})
    dead = store.begin("run-c", "daily_round")
    dead.record(StepRecord(robot="bank", action="keyed", outcome="ok"))
    dead.settled()
    store.recover("run-c", "run-z")
    store.remove("run-a", store.examine("run-a"), "by rule")
    store.delete("run-b", "details", "by rule", "x@y")
    asleep = store.begin("run-d", "daily_round")
    store.recover("run-d", "run-z")
    store.rotate()
    asleep.record(StepRecord(robot="bank", action="keyed", outcome="ok"))
    asleep.anchor("before CW-1")
    asleep.close("done", {})
    assert {run: store.examine(run).state for run in store.known()} == {
        "run-a": "removed", "run-b": "sound", "run-c": "recovered", "run-d": "sound",
    }  # fmt: skip
    assert store.examine_log().findings == ()
    assert alone(tmp_path) == []


def test_a_log_on_a_machine_without_keys_is_checked_with_those_beside(
    store: FileEvidence, tmp_path: Path
) -> None:
    store.rotate()
    store.begin("run-b", "daily_round").close("done", {})
    elsewhere = open_evidence(tmp_path / "evidence", tmp_path / "no-keys", FixedClock())
    log = elsewhere.examine_log()
    assert log.findings == ()
    assert len(log.untrusted) == 2
    audited = verify_all(
        elsewhere,
        memory_store().runs,
        at_work=lambda _: False,
        copies=(),
        progress=lambda *_: None,
        all_here=True,
    )
    assert {one.state for one in audited.verdicts} == {"sound"}
    assert not audited.sound
    assert not (tmp_path / "no-keys").exists()


def test_a_key_that_is_given_is_trusted_instead_of_those_of_the_folder(
    store: FileEvidence, tmp_path: Path
) -> None:
    (own,) = (tmp_path / "keys" / "evidence-public").glob("*.pem")
    another = tmp_path / "another.pem"
    another.write_bytes(Signer(Ed25519PrivateKey.generate()).public_pem)
    for given, keys, state in ((own, "no-keys", "sound"), (another, "keys", "broken")):
        looked = open_evidence(
            tmp_path / "evidence", tmp_path / keys, FixedClock(), trusted=[given]
        )
        found = looked.examine("run-a")
        assert (found.state, found.trusted) == (state, True)
        assert looked.examine_log().untrusted == ()


def test_the_command_calls_nothing_sound_by_the_keys_that_lie_beside(
    store: FileEvidence, tmp_path: Path
) -> None:
    root = tmp_path / "office"
    make_workspace(root)
    shutil.copytree(tmp_path / "evidence", root / "output" / "evidence", dirs_exist_ok=True)
    open_store(f"sqlite:///{root / 'output' / 'clerkwork.db'}", FixedClock()).close()
    env = {**os.environ, "CLERKWORK_VAULT_KEY": str(tmp_path / "home" / "vault.key")}
    (own,) = (tmp_path / "keys" / "evidence-public").glob("*.pem")
    for words in (("--all",), ("run-a",)):
        done = command(("verify", *words), root, env, patience=60)
        assert done.returncode == 1
        assert (done.stdout + done.stderr).count(own.stem) == 1
        assert "run-a: sound (" not in done.stdout
        done = command(("verify", *words, "--key", str(own)), root, env, patience=60)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_commands_show_make_and_rotate(tmp_path: Path) -> None:
    def said(*words: str) -> str:
        env = {"CLERKWORK_VAULT_KEY": str(tmp_path / "home" / "vault.key"), "PATH": "/usr/bin:/bin"}
        done = command(words, tmp_path, env, patience=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "no key yet" in said("keys", "show")
    made = said("keys", "make").split()[-1]
    assert said("keys", "make").split()[-1] == made
    assert "signs now" in said("keys", "show")
    said("init", "office")
    rotated = said("keys", "rotate", "-w", "office")
    assert made in rotated
    assert said("keys", "show").count("signs now") == 1
