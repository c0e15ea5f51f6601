"""Evidence of an earlier version is found sound by today's verifiers, and an edit of it shows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from warm import run as command

from clerkwork.adapters.evidence import FileEvidence, open_evidence, standalone
from clerkwork.adapters.evidence.keys import TRUSTED
from clerkwork.adapters.store import open_store
from clerkwork.core.evidence import InLog
from clerkwork.testing import FixedClock
from clerkwork.workspace import make_workspace

STATES = {
    "20260302-060000-daily_round-0a1b": "sound",
    "20260302-070000-daily_round-1c2d": "recovered",
    "20260302-080000-daily_round-2e3f": "sound",
    "20260302-090000-daily_round-3a4b": "removed",
}
ENDED = next(iter(STATES))


@pytest.fixture
def before(checkout: Path, tmp_path: Path) -> Path:
    """The recorded evidence, and public keys, in a folder of its own."""
    shutil.copytree(checkout / "tests" / "golden" / "evidence", tmp_path / "before")
    return tmp_path / "before"


@pytest.fixture
def store(before: Path) -> FileEvidence:
    return open_evidence(before / "evidence", before / "keys", FixedClock())


def alone(before: Path) -> subprocess.CompletedProcess[str]:
    """What the verifier says that needs nothing of Clerkwork."""
    program = [sys.executable, str(Path(standalone.__file__)), str(before / "evidence")]
    keys = [str(path) for path in sorted((before / "keys" / TRUSTED).glob("*.pem"))]
    return subprocess.run([*program, *keys], capture_output=True, text=True, check=False)


def test_each_run_and_the_log_are_as_they_were_signed(store: FileEvidence) -> None:
    assert {run: store.examine(run).state for run in store.known()} == STATES
    assert store.examine_log().findings == ()
    assert all(isinstance(store.hold_in_log(run), InLog) for run in STATES)


def test_it_is_still_read(store: FileEvidence) -> None:
    evidence = store.read(ENDED)
    assert (evidence.task, evidence.outcome, evidence.figures) == (
        "daily_round",
        "done",
        {"keyed": 2},
    )
    assert store.last_picture(ENDED).startswith(b"\xff\xd8\xff")
    healed = [use for step in evidence.steps for use in step.selectors if use.healed]
    assert [(use.written, use.used) for use in healed] == [("text=Posts", "text=Open posts")]


def test_the_verifier_that_stands_alone_accepts_it(before: Path) -> None:
    done = alone(before)
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("sound: 4 runs and their log")


def test_the_command_accepts_it(before: Path, tmp_path: Path) -> None:
    root, home = tmp_path / "workspace", tmp_path / "home"
    make_workspace(root)
    shutil.copytree(before / "evidence", root / "output" / "evidence", dirs_exist_ok=True)
    shutil.copytree(before / "keys", home / "evidence")
    open_store(f"sqlite:///{root / 'output' / 'clerkwork.db'}", FixedClock()).close()
    env = {**os.environ, "CLERKWORK_VAULT_KEY": str(home / "vault.key")}
    done = command(("verify", "--all", "--json"), root, env, patience=60)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["sound"], {one["run"]: one["state"] for one in told["runs"]}) == (True, STATES)


def test_today_s_runs_go_on_in_its_log(store: FileEvidence, before: Path) -> None:
    store.begin("20260303-060000-daily_round-5c6d", "daily_round").close("done", {})
    assert store.examine_log().findings == ()
    assert {run: store.examine(run).state for run in STATES} == STATES
    assert alone(before).returncode == 0


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("steps.jsonl", b"fill receipt", b"find receipt"),
        ("details.jsonl", b"Bakkerij", b"Slagerij"),
        ("anchors.jsonl", b"submitting", b"committing"),
        ("checkpoint.json", b'"keyed":2', b'"keyed":1'),
    ],
)
def test_an_edit_of_it_shows(
    store: FileEvidence, before: Path, file: str, old: bytes, new: bytes
) -> None:
    path = store.folder(ENDED) / file
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))
    assert ("altered", file) in {(str(one.kind), one.file) for one in store.examine(ENDED).findings}
    assert f"{ENDED}: [altered] {file}" in alone(before).stdout
