"""Evidence on a real disk: what is written, what survives, and what a later change shows."""

from __future__ import annotations

import base64
import datetime as dt
import json
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from clerkwork.adapters.evidence import FileEvidence, open_evidence
from clerkwork.adapters.evidence.standalone import examine
from clerkwork.core.evidence import SelectorUse
from clerkwork.errors import EvidenceError
from clerkwork.ports import EvidenceStore, Picture, StepRecord, Trail

RUN = "20260303-090000-daily_round-1f3a"
JPEG = base64.b64decode("/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////")


class Ticking:
    """A clock on which a second passes whenever it is read."""

    def __init__(self) -> None:
        self._at = dt.datetime(2026, 3, 3, 8, tzinfo=dt.UTC)

    def now(self) -> dt.datetime:
        self._at += dt.timedelta(seconds=1)
        return self._at

    def today(self) -> dt.date:
        return self._at.date()


@pytest.fixture
def store(tmp_path: Path) -> FileEvidence:
    return open_evidence(tmp_path / "evidence", tmp_path / "keys", Ticking())


def used(*names: str) -> tuple[SelectorUse, ...]:
    """Selectors used as they are written."""
    return tuple(SelectorUse(name=name) for name in names)


def key_a_receipt(trail: Trail, reference: str) -> None:
    """One posting as the engine records it."""
    trail.record(StepRecord(robot="kantoor_erp", action="looked for", outcome="ok"))
    trail.anchor(f"before {reference} is keyed")
    trail.record(
        StepRecord(
            robot="kantoor_erp",
            action="keyed",
            subject=reference,
            outcome="ok",
            selectors=used("receipt.paid", "receipt.submit"),
            details={"Debtor": "10012 Bakkerij <script>", "Paid": "€ 1.250,00"},
            pictures=(
                Picture(label="Form before submit", image=JPEG + reference.encode()),
                Picture(label="Receipt", image=b"", gap="Unable to capture screenshot"),
            ),
        )
    )


@pytest.fixture
def closed(store: FileEvidence) -> FileEvidence:
    trail = store.begin(RUN, "daily_round")
    key_a_receipt(trail, "CW-AAAA")
    key_a_receipt(trail, "CW-BBBB")
    trail.close("done", {"keyed": 2})
    return store


def test_it_is_an_evidence_store(store: FileEvidence) -> None:
    kept: EvidenceStore = store
    assert kept.begin(RUN, "daily_round").run == RUN


def test_a_run_that_closed_is_sound_and_reads_back(closed: FileEvidence) -> None:
    assert closed.verify(RUN) == ()
    found = closed.examine(RUN)
    assert (found.state, found.steps, found.pictures, found.anchors) == ("sound", 4, 2, 2)
    evidence = closed.read(RUN)
    assert (evidence.task, evidence.outcome, evidence.figures) == (
        "daily_round",
        "done",
        {"keyed": 2},
    )
    step = evidence.steps[1]
    assert step.details == (("Debtor", "10012 Bakkerij <script>"), ("Paid", "€ 1.250,00"))
    assert [p.file or p.gap for p in step.pictures] == [
        "0002-1-form-before-submit.jpg",
        "Unable to capture screenshot",
    ]
    assert step.at == dt.datetime(2026, 3, 3, 8, 0, 6, tzinfo=dt.UTC)


def test_the_key_is_its_owners_alone_and_not_beside_the_evidence(
    closed: FileEvidence, tmp_path: Path
) -> None:
    key = tmp_path / "keys" / "evidence.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert not [p for p in (tmp_path / "evidence").rglob("*") if b"PRIVATE" in read(p)]
    assert b"PUBLIC KEY" in (closed.folder(RUN) / "public-key.pem").read_bytes()


def read(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def test_a_key_that_others_can_read_is_refused(closed: FileEvidence, tmp_path: Path) -> None:
    (tmp_path / "keys" / "evidence.key").chmod(0o644)
    with pytest.raises(EvidenceError, match="chmod 600"):
        closed.begin("another", "daily_round")


def change(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        (lambda f: change(f / "steps.jsonl", b"CW-AAAA", b"CW-AAAB"), "line 2: step 2 was alter"),
        (lambda f: change(f / "details.jsonl", b"250", b"950"), "the details of step 2 are not"),
        (lambda f: change(f / "checkpoint.json", b":2}", b":3}"), "altered or forged"),
        (lambda f: (f / "pictures/0002-1-form-before-submit.jpg").unlink(), "step 2 is missing"),
        (lambda f: (f / "pictures/0004-1-x.jpg").write_bytes(JPEG), "no step names this picture"),
        (
            lambda f: change(f / "pictures/0004-1-form-before-submit.jpg", b"CW-", b"CX-"),
            "the picture of step 4 was altered",
        ),
        (lambda f: (f / "checkpoint.json").unlink(), "checkpoint.json was taken away"),
        (lambda f: (f / "steps.jsonl").unlink(), "steps.jsonl is missing"),
        (lambda f: f.rename(f.with_name("other")), ""),
    ],
)
def test_what_was_done_to_it_afterwards_shows(
    closed: FileEvidence, tmp_path: Path, tamper: Callable[[Path], object], words: str
) -> None:
    folder = closed.folder(RUN)
    tamper(folder)
    run = RUN if folder.exists() else "other"
    assert words in "\n".join(closed.verify(run))
    assert closed.verify(run)
    if run == RUN:
        problems, _ = examine(folder, tmp_path / "evidence" / RUN / "public-key.pem")
        assert problems


def test_the_standalone_verifier_agrees_that_a_sound_run_is_sound(
    closed: FileEvidence, tmp_path: Path
) -> None:
    keys = [str(path) for path in (tmp_path / "keys" / "evidence-public").glob("*.pem")]
    script = Path(sys.modules[examine.__module__].__file__ or "")
    done = subprocess.run(
        [sys.executable, "-I", str(script), str(closed.folder(RUN)), *keys],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("sound: 4 steps, 2 pictures, 2 anchors")
    assert closed.examine(RUN).key in done.stdout


def test_the_standalone_verifier_calls_nothing_sound_by_the_key_that_lies_beside(
    closed: FileEvidence,
) -> None:
    script = Path(sys.modules[examine.__module__].__file__ or "")
    for words in ((), ("--json",)):
        done = subprocess.run(
            [sys.executable, "-I", str(script), str(closed.folder(RUN)), *words],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (1, "")
        if words:
            told = json.loads(done.stdout)
            assert told == {"sound": False, "trusted": False, "findings": []}
        else:
            assert done.stdout.startswith("NOT proved: 4 steps")
            assert closed.examine(RUN).key in done.stdout


def test_the_standalone_verifier_names_what_is_wrong(closed: FileEvidence) -> None:
    folder = closed.folder(RUN)
    change(folder / "steps.jsonl", b"CW-AAAA", b"CW-AAAB")
    script = Path(sys.modules[examine.__module__].__file__ or "")
    done = subprocess.run(
        [sys.executable, "-I", str(script), str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "[altered] steps.jsonl, line 2: step 2 was altered" in done.stdout


def test_evidence_signed_anew_with_another_key_shows(closed: FileEvidence, tmp_path: Path) -> None:
    forger = open_evidence(tmp_path / "forged", tmp_path / "forgers-keys", Ticking())
    trail = forger.begin(RUN, "daily_round")
    key_a_receipt(trail, "CW-EVIL")
    trail.close("done", {"keyed": 1})
    assert forger.verify(RUN) == ()
    honest = open_evidence(tmp_path / "forged", tmp_path / "keys", Ticking())
    assert "not one of the trusted keys" in "\n".join(honest.verify(RUN))


def test_evidence_on_a_machine_without_keys_names_the_key_to_compare(
    closed: FileEvidence, tmp_path: Path
) -> None:
    elsewhere = open_evidence(tmp_path / "evidence", tmp_path / "no-keys", Ticking())
    found = elsewhere.examine(RUN)
    assert (found.state, found.trusted) == ("sound", False)
    assert found.key in found.notes[-1]
    assert not (tmp_path / "no-keys").exists()


def test_evidence_of_an_older_key_still_verifies(closed: FileEvidence, tmp_path: Path) -> None:
    (tmp_path / "keys" / "evidence.key").unlink()
    closed.begin("second", "daily_round").close("done", {})
    assert closed.verify(RUN) == ()
    assert closed.verify("second") == ()
    assert closed.examine(RUN).key != closed.examine("second").key


def test_secrets_never_reach_the_disk(tmp_path: Path) -> None:
    store = open_evidence(
        tmp_path / "evidence",
        tmp_path / "keys",
        Ticking(),
        redact=lambda text: text.replace("Tulp-2026", "<kantoor_erp.password>"),
    )
    trail = store.begin(RUN, "daily_round Tulp-2026")
    trail.record(
        StepRecord(
            robot="Tulp-2026",
            action="signed in with Tulp-2026",
            subject="Tulp-2026",
            outcome="refused: Tulp-2026",
            selectors=used("login.Tulp-2026"),
            details={"Tulp-2026": "Tulp-2026"},
            pictures=(
                Picture(label="Tulp-2026", image=JPEG),
                Picture(label="x", image=b"", gap="Tulp-2026"),
            ),
        )
    )
    trail.anchor("Tulp-2026")
    trail.close("Tulp-2026", {"Tulp-2026": 1})
    for path in (tmp_path / "evidence").rglob("*"):
        assert b"tulp-2026" not in read(path).lower(), path
        assert "tulp-2026" not in path.name, path
    assert store.verify(RUN) == ()


BEGIN = """
import datetime as dt, os, resource, signal, sys
from pathlib import Path
from clerkwork.adapters.evidence import open_evidence
from clerkwork.errors import EvidenceError
from clerkwork.ports import Picture, StepRecord

class Now:
    def now(self):
        return dt.datetime.now(dt.UTC)

run, folder = sys.argv[1], Path(sys.argv[2])
trail = open_evidence(folder / "evidence", folder / "keys", Now()).begin(run, "daily_round")
"""


def in_another_process(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BEGIN + textwrap.dedent(program), RUN, str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_run_that_died_is_unfinished_and_the_next_one_begins_afresh(
    tmp_path: Path, store: FileEvidence
) -> None:
    program = """
        trail.record(StepRecord(robot="bank", action="signed in", outcome="ok"))
        trail.anchor("before CW-AAAA")
        trail.record(StepRecord(robot="bank", action="submitted", outcome="ok"))
        os.kill(os.getpid(), signal.SIGKILL)
    """
    died = in_another_process(program, tmp_path)
    assert died.returncode == -9
    found = store.examine(RUN)
    assert (found.state, found.steps, found.broken) == ("unfinished", 2, ())
    assert "Step 2 is signed by nothing" in found.warnings[0]
    with pytest.raises(EvidenceError, match="already"):
        store.begin(RUN, "daily_round")


def test_a_full_disk_says_so_and_leaves_nothing_half_written(
    tmp_path: Path, store: FileEvidence
) -> None:
    """A limit on the size of a file stands in for the disk: the write fails in the same place."""
    program = """
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4000, resource.RLIM_INFINITY))
        picture = Picture(label="page", image=b"x" * 3000)
        steps = 0
        try:
            while True:
                steps = trail.record(StepRecord(robot="bank", action="read a page", outcome="ok",
                                                pictures=(picture,)))
        except EvidenceError as error:
            print(steps, error)
        try:
            trail.record(StepRecord(robot="bank", action="x", outcome="ok",
                                    pictures=(Picture(label="page", image=b"x" * 5000),)))
        except EvidenceError as error:
            print(steps, error)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        trail.close("failed", {"read": steps})
    """
    done = in_another_process(program, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert len(lines) == 2
    assert all("the evidence cannot be written" in line for line in lines)
    assert all("make room on the disk" in line for line in lines)
    assert store.verify(RUN) == ()
    assert store.examine(RUN).steps == int(lines[0].split()[0]) > 3


@pytest.mark.parametrize("run", ["../keys", "a/b", "", ".hidden", "x" * 200, "a\nb"])
def test_a_name_that_leads_elsewhere_is_refused(store: FileEvidence, run: str) -> None:
    with pytest.raises(EvidenceError, match="is not the name of a run"):
        store.begin(run, "daily_round")


def test_a_run_without_evidence_is_named(store: FileEvidence) -> None:
    with pytest.raises(EvidenceError, match="There is no evidence of run nothing-here"):
        store.verify("nothing-here")


def test_nothing_is_added_to_a_closed_run(store: FileEvidence) -> None:
    trail = store.begin(RUN, "daily_round")
    trail.close("done", {})
    with pytest.raises(EvidenceError, match="the run is closed"):
        trail.record(StepRecord(robot="bank", action="late", outcome="ok"))


def test_records_are_canonical_and_hold_no_details(closed: FileEvidence) -> None:
    lines = (closed.folder(RUN) / "steps.jsonl").read_text().splitlines()
    assert "Bakkerij" not in "".join(lines)
    assert [json.loads(line)["step"] for line in lines] == [1, 2, 3, 4]


def test_equal_pictures_of_a_run_are_kept_once_and_each_step_is_checked(
    store: FileEvidence, tmp_path: Path
) -> None:
    trail = store.begin(RUN, "daily_round")
    for image in (JPEG, JPEG + b"2", JPEG):
        picture = Picture(label="form", image=image)
        trail.record(StepRecord(robot="bank", action="looked", outcome="ok", pictures=(picture,)))
    trail.close("ok", {})

    folder = store.folder(RUN)
    assert [path.name for path in sorted((folder / "pictures").iterdir())] == [
        "0001-1-form.jpg",
        "0002-1-form.jpg",
    ]
    assert store.read(RUN).steps[2].pictures[0].file == "0001-1-form.jpg"
    assert store.examine(RUN).state == "sound"
    assert examine(folder, folder / "public-key.pem")[0] == []
    (folder / "pictures" / "0001-1-form.jpg").write_bytes(JPEG + b"x")
    told = " ".join(store.examine(RUN).broken)
    assert "the picture of step 1 was altered" in told
    assert "the picture of step 3 was altered" in told
    assert examine(folder, folder / "public-key.pem")[0] != []
