"""Evidence that was removed: that it was, and when, is signed; nothing else looks like it."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from warm import run as command

from clerkwork.adapters.evidence import FileEvidence, open_evidence
from clerkwork.adapters.evidence import standalone as standalone_module
from clerkwork.adapters.evidence.keys import open_signer
from clerkwork.adapters.evidence.removal import let_go, sign_removal
from clerkwork.adapters.evidence.standalone import examine
from clerkwork.adapters.keeping import KeptFiles
from clerkwork.adapters.rooms import Room
from clerkwork.adapters.store import open_store
from clerkwork.app.audit import verify_run
from clerkwork.core.evidence import Kind, digest
from clerkwork.errors import EvidenceError
from clerkwork.ports import EvidenceRoom, Picture, StepRecord
from clerkwork.testing import MORNING, FixedClock, memory_store
from clerkwork.workspace import make_workspace

RUN, OTHER = "20260303-090000-daily_round-1f3a", "20260303-090000-daily_round-2b4c"
WHY = "by retention, which was declared as 30 days after a run's end"


def record(store: FileEvidence, run: str, *, close: bool = True) -> None:
    trail = store.begin(run, "daily_round")
    for number in range(3):
        picture = Picture(label="form", image=f"picture {number}".encode())
        step = StepRecord(
            robot="kantoor_erp", action="fill receipt", outcome="ok", subject=f"CW-{number}",
            details={"payer": "De Vries BV"}, pictures=(picture,),
        )  # fmt: skip
        trail.record(step)
    trail.anchor("before a write")
    if close:
        trail.close("done", {"keyed": 3})


@pytest.fixture
def store(tmp_path: Path) -> FileEvidence:
    store = open_evidence(tmp_path / "evidence", tmp_path / "keys", FixedClock())
    for run in (RUN, OTHER):
        record(store, run)
    return store


def remove(store: FileEvidence, run: str = RUN) -> None:
    store.remove(run, store.examine(run), WHY)


def test_it_is_an_evidence_room(store: FileEvidence) -> None:
    room: EvidenceRoom = store
    assert [(one.run, one.ended, one.begun) for one in room.runs()] == [
        (RUN, MORNING, False),
        (OTHER, MORNING, False),
    ]


def test_what_went_is_gone_and_that_it_went_is_signed(store: FileEvidence) -> None:
    (size, _) = (one.size for one in store.runs())
    remove(store)
    folder = store.folder(RUN)
    names = {path.name for path in folder.iterdir()}
    assert names == {"run.json", "checkpoint.json", "public-key.pem", "removed.json"}
    assert size > sum(path.stat().st_size for path in folder.iterdir()) * 0.5
    assert b"Vries" not in b"".join(path.read_bytes() for path in folder.iterdir())
    found = store.examine(RUN)
    assert (found.state, found.removed, found.steps, found.pictures) == (
        "removed",
        "2026-03-03",
        3,
        3,
    )
    assert any(WHY in note for note in found.notes)
    assert [one.run for one in store.runs()] == [OTHER]


def test_the_others_are_as_sound_as_before(store: FileEvidence) -> None:
    before = store.examine(OTHER)
    remove(store)
    assert store.examine(OTHER) == before
    assert before.state == "sound"


def test_the_journal_and_the_checkpoint_still_say_the_same(store: FileEvidence) -> None:
    runs = memory_store().runs
    runs.begin(RUN, "daily_round", MORNING)
    runs.end(RUN, MORNING, "done", {"keyed": 3}, "")
    remove(store)
    assert verify_run(store, RUN, runs).state == "removed"
    runs.end(RUN, MORNING, "done", {"keyed": 4}, "")
    assert verify_run(store, RUN, runs).state == "broken"


def test_the_standalone_verifier_says_so_too(store: FileEvidence, tmp_path: Path) -> None:
    remove(store)
    wrong, told = examine(store.folder(RUN))
    assert wrong == []
    assert told.startswith("REMOVED on 2026-03-03, by retention")
    program = Path(standalone_module.__file__)
    keys = [str(path) for path in (tmp_path / "keys" / "evidence-public").glob("*.pem")]
    done = subprocess.run(
        [sys.executable, str(program), str(store.folder(RUN)), *keys],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, "REMOVED on 2026-03-03" in done.stdout) == (0, True)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("removed.json", b"2026-03-03", b"2026-03-04"),
        ("removed.json", b'"steps":3', b'"steps":4'),
        ("removed.json", b'"state":"sound"', b'"state":"found"'),
        ("removed.json", b"daily_round-1f3a", b"daily_round-2b4c"),
        ("run.json", b"2026-03-03", b"2026-03-02"),
        ("checkpoint.json", b'"keyed":3', b'"keyed":4'),
        ("checkpoint.json", None, None),
        ("run.json", None, None),
        ("removed.json", b"{", b"["),
    ],
)
def test_what_is_done_to_it_afterwards_shows(
    store: FileEvidence, file: str, old: bytes | None, new: bytes | None
) -> None:
    remove(store)
    path = store.folder(RUN) / file
    if old is None or new is None:
        path.unlink()
    else:
        content = path.read_bytes()
        assert old in content
        path.write_bytes(content.replace(old, new, 1))
    assert store.examine(RUN).state == "broken"
    assert examine(store.folder(RUN))[0]


def test_a_loss_is_not_passed_off_as_a_removal(store: FileEvidence, tmp_path: Path) -> None:
    """Neither with another run's record, nor with one that another key signed."""
    remove(store, OTHER)
    folder = store.folder(RUN)
    (folder / "steps.jsonl").unlink()
    (folder / "removed.json").write_bytes((store.folder(OTHER) / "removed.json").read_bytes())
    assert store.examine(RUN).state == "broken"
    (folder / "removed.json").unlink()
    foreign = open_evidence(tmp_path / "evidence", tmp_path / "foreign", FixedClock())
    foreign.remove(RUN, replace(foreign.examine(RUN), findings=()), WHY)
    assert any("not one of the trusted keys" in one for one in store.examine(RUN).broken)


def test_one_that_broke_off_is_gone_on_with(store: FileEvidence) -> None:
    folder = store.folder(RUN)
    steps = (folder / "steps.jsonl").read_bytes()
    remove(store)
    (folder / "steps.jsonl").write_bytes(steps)
    signed = (folder / "removed.json").read_bytes()
    found = store.examine(RUN)
    assert found.state == "removed"
    assert "`clerkwork tidy` ends it" in found.notes[-1]
    assert [(one.run, one.begun) for one in store.runs()] == [(RUN, True), (OTHER, False)]
    remove(store)
    assert not (folder / "steps.jsonl").exists()
    assert (folder / "removed.json").read_bytes() == signed


def test_a_run_that_died_may_go_and_its_state_is_kept(store: FileEvidence) -> None:
    record(store, "died", close=False)
    remove(store, "died")
    found = store.examine("died")
    assert found.state == "removed"
    assert "was unfinished when it was removed" in found.notes[0]


def test_a_removal_that_the_log_does_not_know_is_a_missing_run(
    store: FileEvidence, tmp_path: Path
) -> None:
    """Signed by the right key, but made behind the log's back: nothing goes before its leaf."""

    folder = store.folder(RUN)
    sign_removal(folder, store.examine(RUN), WHY, MORNING, open_signer(tmp_path / "keys"))
    let_go(folder)
    (one,) = store.examine(RUN).findings
    assert (one.kind, one.file) == (Kind.MISSING_RUN, "removed.json")
    wrong, _ = examine(tmp_path / "evidence")
    assert [(one.kind, one.file) for one in wrong] == [("missing run", "removed.json")]


def test_a_folder_that_cannot_be_changed_is_told(store: FileEvidence, tmp_path: Path) -> None:
    found = store.examine(RUN)
    (store.folder(RUN) / "pictures").rename(tmp_path / "kept")
    (store.folder(RUN) / f".removed.json.{os.getpid()}").mkdir()
    with pytest.raises(EvidenceError, match="cannot be removed"):
        store.remove(RUN, found, WHY)
    assert (store.folder(RUN) / "steps.jsonl").exists()


def test_the_last_picture_of_a_run_is_there_until_it_is_removed(store: FileEvidence) -> None:
    assert store.last_picture(RUN) == b"picture 2"
    remove(store)
    assert store.last_picture(RUN) == store.last_picture("no-such-run") == b""


class TestRoom:
    def test_empty_folders_go_with_their_last_file(self, tmp_path: Path) -> None:
        (tmp_path / "bank" / "deep").mkdir(parents=True)
        (tmp_path / "bank" / "deep" / "a.xml").write_text("x")
        (tmp_path / "bank" / "b.xml").write_text("x")
        room = Room(name="downloads", folder=tmp_path)
        deep, other = sorted(room.files(), key=lambda one: "deep" not in one.path)
        room.remove(deep)
        assert [path.name for path in tmp_path.iterdir()] == ["bank"]
        room.remove(other)
        room.remove(other)
        assert list(tmp_path.iterdir()) == []
        assert tmp_path.exists()

    def test_a_link_leads_nowhere(self, tmp_path: Path) -> None:
        outside = tmp_path / "outside.txt"
        outside.write_text("x")
        (tmp_path / "room").mkdir()
        (tmp_path / "room" / "link").symlink_to(outside)
        assert list(Room(name="downloads", folder=tmp_path / "room").files()) == []


class TestCommand:
    """`clerkwork tidy`, in a process of its own."""

    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        root = tmp_path / "workspace"
        make_workspace(root)
        place = root / "config" / "workspace.toml"
        head, mark, demo = place.read_text().partition("# The demo's")
        place.write_text(f"{head}[retention]\nevidence_days = 30\n\n{mark}{demo}")
        return root

    @pytest.fixture
    def env(self, tmp_path: Path) -> Mapping[str, str]:
        return {**os.environ, "CLERKWORK_VAULT_KEY": str(tmp_path / "home" / "vault.key")}

    def said(self, root: Path, env: Mapping[str, str], *words: str) -> str:
        done = command(words, root, env, patience=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def test_it_lets_go_what_is_over_its_time_and_says_what(
        self, root: Path, env: Mapping[str, str], tmp_path: Path
    ) -> None:
        keys = tmp_path / "home" / "evidence"
        evidence = open_evidence(root / "output" / "evidence", keys, FixedClock())
        record(evidence, RUN)
        store = open_store(f"sqlite:///{root / 'output' / 'clerkwork.db'}", FixedClock())
        store.runs.begin(RUN, "daily_round", MORNING)
        store.runs.end(RUN, MORNING, "done", {"keyed": 3}, "")
        store.close()
        long_ago = (MORNING - dt.timedelta(days=500)).timestamp()
        exported = "exports/evidence-20240101-120000-000000.zip"
        for name in ("downloads/a.xml", "selectors/checks/b.jpg", "selectors/c.json", exported):
            path = root / "output" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("x")
            os.utime(path, (long_ago, long_ago))
        told = self.said(root, env, "tidy", "--dry-run")
        assert f"evidence of {RUN}: would be removed" in told
        assert (root / "output" / "downloads" / "a.xml").exists()
        told = self.said(root, env, "tidy")
        assert f"evidence of {RUN}: removed, which is signed" in told
        left = {
            str(path.relative_to(root / "output"))
            for folder in ("downloads", "exports", "selectors")
            for path in (root / "output" / folder).rglob("*")
            if path.is_file()
        }
        assert left == {"selectors/c.json"}
        told = self.said(root, env, "verify", RUN)
        today = dt.datetime.now(dt.UTC).date()
        assert f"removed by retention on {today}, which is signed" in told

    def test_as_it_comes_along_no_evidence_goes_for_seven_years(
        self, root: Path, env: Mapping[str, str], tmp_path: Path
    ) -> None:
        place = root / "config" / "workspace.toml"
        place.write_text(place.read_text().replace("evidence_days = 30", "evidence_days = 0"))
        keys = tmp_path / "home" / "evidence"
        open_store(f"sqlite:///{root / 'output' / 'clerkwork.db'}", FixedClock()).close()
        record(open_evidence(root / "output" / "evidence", keys, FixedClock()), RUN)
        assert RUN not in self.said(root, env, "tidy")

    def test_a_file_as_runs_found_it_stays_while_the_evidence_of_one_names_it(
        self, root: Path, env: Mapping[str, str], tmp_path: Path
    ) -> None:
        evidence = open_evidence(
            root / "output" / "evidence", tmp_path / "home" / "evidence", FixedClock()
        )
        open_store(f"sqlite:///{root / 'output' / 'clerkwork.db'}", FixedClock()).close()
        found = root / "config" / "matching.toml"
        named, other = digest(found.read_bytes()), digest(b"of no run")
        evidence.begin(RUN, "daily_round", {}, {"config/matching.toml": named}).close("done", {})
        kept = KeptFiles(root / "output" / "versions")
        kept.keep(root, {"config/matching.toml": named})
        kept.keep(root, {"config/matching.toml": other})
        for path in (root / "output" / "versions").iterdir():
            os.utime(path, (0, 0))
        told = self.said(root, env, "tidy", "--dry-run")
        assert re.search(r"versions of files +1 ", told.replace("│", " "))
        # The run is older than its term, so its evidence goes with this one, and the copy later.
        self.said(root, env, "tidy")
        assert kept.text(other) is None
        assert kept.text(named) is not None
        self.said(root, env, "tidy")
        assert kept.text(named) is None

    def test_a_file_that_a_run_has_just_found_is_young_again(self, root: Path) -> None:
        found = root / "config" / "matching.toml"
        sha256 = digest(found.read_bytes())
        kept = KeptFiles(root / "output" / "versions")
        kept.keep(root, {"config/matching.toml": sha256})
        room = Room(name="versions", folder=root / "output" / "versions")
        os.utime(root / "output" / "versions" / sha256, (0, 0))
        (old,) = room.files()
        kept.keep(root, {"config/matching.toml": sha256})
        room.remove(old)
        assert kept.text(sha256) is not None
