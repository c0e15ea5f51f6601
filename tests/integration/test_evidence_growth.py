"""Since a tree head that an auditor noted the log of runs only grew, which is proved, or not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from warm import run as command

from clerkwork.adapters.evidence import FileEvidence, open_evidence, standalone
from clerkwork.adapters.evidence.keys import TRUSTED, Signer
from clerkwork.adapters.store import open_store
from clerkwork.core.evidence import Finding, canonical
from clerkwork.core.evidence.growth import Growth
from clerkwork.core.evidence.log import signed_head
from clerkwork.core.evidence.merkle import consistent
from clerkwork.testing import FixedClock
from clerkwork.workspace import make_workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Evidence at which an auditor looked, and to which he came back."""

    evidence: Path
    keys: Path
    noted: Path

    @property
    def store(self) -> FileEvidence:
        return open_evidence(self.evidence, self.keys, FixedClock())

    def run(self, *names: str) -> None:
        for name in names:
            self.store.begin(name, "daily_round").close("done", {})

    def note(self) -> None:
        self.noted.write_bytes((self.evidence / "heads.jsonl").read_bytes().splitlines()[-1])

    def proved(self) -> Growth | Finding:
        return self.store.grown_since(self.noted.read_bytes(), self.noted.name)

    def alone(self) -> tuple[int, str]:
        """The same by the verifier that needs nothing of Clerkwork."""
        keys = [str(path) for path in (self.keys / TRUSTED).glob("*.pem")]
        program = [sys.executable, str(Path(standalone.__file__)), str(self.evidence), *keys]
        done = subprocess.run(
            [*program, "--since", str(self.noted)], capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def visit(tmp_path: Path) -> Visit:
    made = Visit(
        evidence=tmp_path / "evidence", keys=tmp_path / "keys", noted=tmp_path / "head.json"
    )
    made.run("run-a", "run-b")
    made.note()
    return made


@pytest.mark.parametrize("more", [0, 1, 3])
def test_a_log_that_only_grew_is_proved_to_have_done_so(visit: Visit, more: int) -> None:
    visit.run(*(f"run-c{number}" for number in range(more)))
    found = visit.proved()
    assert isinstance(found, Growth)
    assert (found.before, found.count, found.untrusted) == (5, 5 + 2 * more, ())
    roots = (bytes.fromhex(found.former), bytes.fromhex(found.root))
    proof = [bytes.fromhex(step) for step in found.proof]
    assert consistent(found.before, found.count, *roots, proof)
    status, said = visit.alone()
    assert status == 0, said
    assert f"the log only grew since head.json, from 5 leaves to {5 + 2 * more}" in said


def test_a_key_that_was_replaced_since_signed_the_noted_one_all_the_same(visit: Visit) -> None:
    visit.store.rotate()
    visit.run("run-c")
    assert isinstance(visit.proved(), Growth)
    assert visit.alone()[0] == 0


def put_back(visit: Visit) -> None:
    """To what it was before the auditor looked; a run was made anew since."""
    for name in ("log.jsonl", "heads.jsonl"):
        path = visit.evidence / name
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:3]))
    shutil.rmtree(visit.evidence / "run-b")
    visit.run("run-c", "run-d")


def begun_anew(visit: Visit) -> None:
    shutil.rmtree(visit.evidence)
    visit.run("run-a", "run-b", "run-c")


def cut(visit: Visit) -> None:
    for name in ("log.jsonl", "heads.jsonl"):
        path = visit.evidence / name
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:3]))


def by_a_stranger(visit: Visit) -> None:
    signer = Signer(Ed25519PrivateKey.generate())
    head = {**json.loads(visit.noted.read_bytes()), "key": signer.id}
    head["signature"] = signer.sign(signed_head(head))
    visit.noted.write_bytes(canonical(head))


def something_else(visit: Visit) -> None:
    visit.noted.write_bytes(b"head 5, or so\n")


@pytest.mark.parametrize(
    ("done", "kind"),
    [
        (put_back, "rolled back"),
        (begun_anew, "rolled back"),
        (cut, "rolled back"),
        (by_a_stranger, "forged"),
        (something_else, "altered"),
    ],
)
def test_a_log_that_did_not_only_grow_is_told(
    visit: Visit, done: Callable[[Visit], None], kind: str
) -> None:
    done(visit)
    found = visit.proved()
    assert isinstance(found, Finding)
    assert str(found.kind) == kind
    status, said = visit.alone()
    assert status == 1
    assert f"[{kind}]" in said


def test_the_command_proves_it_and_ends_with_status_1_where_it_cannot(
    visit: Visit, tmp_path: Path
) -> None:
    root = tmp_path / "office"
    make_workspace(root)
    visit.run("run-c")
    shutil.copytree(visit.evidence, root / "output" / "evidence", dirs_exist_ok=True)
    open_store(f"sqlite:///{root / 'output' / 'clerkwork.db'}", FixedClock()).close()
    env = {**os.environ, "CLERKWORK_VAULT_KEY": str(tmp_path / "home" / "vault.key")}
    (own,) = (visit.keys / TRUSTED).glob("*.pem")
    words = ("verify", "--since", str(visit.noted), "--key", str(own))
    done = command(words, root, env, patience=60)
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert "only grew: its first 5 leaves are those over which head.json was signed" in said
    told = json.loads(command((*words, "--json"), root, env, patience=60).stdout)
    assert (told["grew"], told["before"], told["count"]) == (True, 5, 7)
    untrusted = command(words[:3], root, env, patience=60)
    assert (untrusted.returncode, own.stem in untrusted.stderr) == (1, True)
    something_else(visit)
    done = command(words, root, env, patience=60)
    assert done.returncode == 1
    assert "altered: head.json: this is no tree head" in done.stderr
