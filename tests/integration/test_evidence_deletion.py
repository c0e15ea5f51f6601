"""Details and pictures that were deleted before their run: by a signed note, or by nobody."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clerkwork.adapters.evidence import FileEvidence, open_evidence, standalone
from clerkwork.adapters.evidence.export import write_export
from clerkwork.adapters.evidence.keys import Signer, open_signer
from clerkwork.core.evidence import canonical, signed_part
from clerkwork.core.evidence.deletion import DELETED
from clerkwork.ports import Picture, StepRecord
from clerkwork.testing import MORNING, FixedClock

RUN, OTHER = "20260303-090000-daily_round-1f3a", "20260303-090000-daily_round-2b4c"
WHY, BY = "by retention, which was declared as 30 days after a run's end", "jansen@desk"


def record(store: FileEvidence, run: str, *, close: bool = True) -> None:
    trail = store.begin(run, "daily_round")
    for number in range(3):
        picture = Picture(label="form", image=f"picture {number}".encode())
        details = {"payer": "De Vries BV"}
        step = StepRecord(
            robot="kantoor_erp", action="fill receipt", outcome="ok", details=details,
            pictures=(picture,),
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


def alone(folder: Path) -> list[tuple[str, str]]:
    """Kinds and files that the verifier that stands alone names."""
    program = [sys.executable, str(Path(standalone.__file__)), str(folder), "--json"]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    return [(one["kind"], one["file"]) for one in json.loads(done.stdout)["findings"]]


def named(store: FileEvidence, run: str = RUN) -> list[tuple[str, str]]:
    """The same of ours, after both were asked."""
    return [(str(one.kind), one.file) for one in store.examine(run).findings]


def test_what_was_deleted_is_gone_and_that_it_was_is_signed(
    store: FileEvidence, tmp_path: Path
) -> None:
    store.delete(RUN, "details", WHY, BY)
    folder = store.folder(RUN)
    assert b"Vries" not in b"".join(path.read_bytes() for path in folder.glob("*.*"))
    found = store.examine(RUN)
    assert found.state == "sound"
    assert found.notes == (
        "The details of steps 1, 2, 3 were deleted on 2026-03-03 by jansen@desk: by retention, "
        "which was declared as 30 days after a run's end, which is signed.",
    )
    assert [step.details for step in store.read(RUN).steps] == [None] * 3
    assert store.examine(OTHER).notes == ()
    assert alone(tmp_path / "evidence") == []
    assert store.examine_log().findings == ()


def test_pictures_go_by_a_note_of_their_own(store: FileEvidence, tmp_path: Path) -> None:
    store.delete(RUN, "pictures", WHY, BY)
    found = store.examine(RUN)
    assert (found.state, found.pictures) == ("sound", 3)
    assert "The pictures of steps 1, 2, 3 were deleted" in found.notes[0]
    assert store.read(RUN).steps[0].details == (("payer", "De Vries BV"),)
    store.delete(RUN, "details", WHY, BY)
    assert store.examine(RUN).state == "sound"
    assert len((store.folder(RUN) / DELETED).read_bytes().splitlines()) == 2
    assert alone(tmp_path / "evidence") == []


def test_details_that_nobody_signed_for_are_a_finding(store: FileEvidence, tmp_path: Path) -> None:
    (store.folder(RUN) / "details.jsonl").unlink()
    assert store.examine(RUN).broken == (
        "details.jsonl: details of steps 1, 2, 3 are gone without a signed note",
    )
    assert alone(tmp_path / "evidence") == [("missing details", "details.jsonl")]


def test_a_note_of_details_is_none_of_pictures(store: FileEvidence, tmp_path: Path) -> None:
    store.delete(RUN, "details", WHY, BY)
    path = next((store.folder(RUN) / "pictures").iterdir())
    path.unlink()
    assert named(store) == [("missing picture", f"pictures/{path.name}")]
    assert alone(tmp_path / "evidence") == named(store)


def test_a_note_that_was_altered_counts_for_nothing(store: FileEvidence, tmp_path: Path) -> None:
    store.delete(RUN, "details", WHY, BY)
    path = store.folder(RUN) / DELETED
    path.write_bytes(path.read_bytes().replace(BY.encode(), b"nobody@desk"))
    assert named(store) == [("altered", DELETED), ("missing details", "details.jsonl")]
    assert sorted(alone(tmp_path / "evidence")) == sorted(named(store))


def test_a_note_that_was_taken_away_is_missed(store: FileEvidence, tmp_path: Path) -> None:
    store.delete(RUN, "details", WHY, BY)
    (store.folder(RUN) / DELETED).unlink()
    assert named(store) == [("missing file", DELETED), ("missing details", "details.jsonl")]
    assert sorted(alone(tmp_path / "evidence")) == sorted(named(store))


def test_another_run_s_note_is_told_as_that(store: FileEvidence, tmp_path: Path) -> None:
    store.delete(OTHER, "details", WHY, BY)
    (store.folder(RUN) / "details.jsonl").unlink()
    content = (store.folder(OTHER) / DELETED).read_bytes()
    (store.folder(RUN) / DELETED).write_bytes(content)
    expected = [("contradicting checkpoint", DELETED), ("missing details", "details.jsonl")]
    assert named(store) == expected
    assert sorted(alone(tmp_path / "evidence")) == sorted(expected)


def forged(store: FileEvidence, signer: Signer) -> None:
    """A note made afterwards, when the details were gone already."""
    fields: dict[str, object] = {
        "format": "clerkwork evidence 2", "number": 1, "at": "2026-03-03T08:00:00.000000Z",
        "run": RUN, "what": "details", "why": WHY, "by": BY, "previous": "", "key": signer.id,
    }  # fmt: skip
    fields["signature"] = signer.sign(signed_part("deletion", fields))
    (store.folder(RUN) / DELETED).write_bytes(canonical(fields) + b"\n")
    (store.folder(RUN) / "details.jsonl").unlink()


def test_a_note_by_another_key_is_forged(store: FileEvidence, tmp_path: Path) -> None:
    forged(store, Signer(Ed25519PrivateKey.generate()))
    assert named(store) == [("forged", DELETED), ("missing details", "details.jsonl")]
    keys = [str(path) for path in (tmp_path / "keys" / "evidence-public").glob("*.pem")]
    program = [sys.executable, str(Path(standalone.__file__)), str(tmp_path / "evidence"), *keys]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert "[forged]" in done.stdout
    assert "[missing details]" in done.stdout


def test_a_note_that_the_log_does_not_know_excuses_nothing(
    store: FileEvidence, tmp_path: Path
) -> None:
    """Signed by the right key, but made afterwards: the log has no leaf of it."""
    forged(store, open_signer(tmp_path / "keys"))
    assert named(store) == [("missing details", "details.jsonl")]
    assert alone(tmp_path / "evidence") == named(store)


def test_a_deletion_that_broke_off_is_gone_on_with(store: FileEvidence, tmp_path: Path) -> None:
    kept = (store.folder(RUN) / "details.jsonl").read_bytes()
    store.delete(RUN, "details", WHY, BY)
    (store.folder(RUN) / "details.jsonl").write_bytes(kept)
    found = store.examine(RUN)
    assert (found.state, found.notes) == (
        "sound",
        ("The deletion of the details broke off: `clerkwork tidy` ends it.",),
    )
    store.delete(RUN, "details", WHY, BY)
    assert not (store.folder(RUN) / "details.jsonl").exists()
    assert len((store.folder(RUN) / DELETED).read_bytes().splitlines()) == 1
    assert sum(b'"kind":"deleted"' in line for line in
               (tmp_path / "evidence" / "log.jsonl").read_bytes().splitlines()) == 1  # fmt: skip


def test_a_run_whose_details_are_gone_can_be_removed_whole(store: FileEvidence) -> None:
    store.delete(RUN, "details", WHY, BY)
    store.remove(RUN, store.examine(RUN), WHY)
    assert store.examine(RUN).state == "removed"
    assert not (store.folder(RUN) / DELETED).exists()


def test_what_can_be_deleted_is_told_with_its_size(store: FileEvidence) -> None:
    (one, _) = store.runs()
    assert one.parts["details"] > 100
    assert one.parts["pictures"] == 3 * len(b"picture 0")
    store.delete(RUN, "pictures", WHY, BY)
    (one, _) = store.runs()
    assert one.parts["pictures"] == 0


def test_of_a_crashed_run_too(store: FileEvidence, tmp_path: Path) -> None:
    record(store, "died", close=False)
    store.recover("died", OTHER)
    store.delete("died", "details", WHY, BY)
    assert store.examine("died").state == "recovered"
    assert alone(tmp_path / "evidence") == []


def test_an_export_without_details_says_so_and_is_sound(
    store: FileEvidence, tmp_path: Path
) -> None:
    zipped = tmp_path / "evidence.zip"
    write_export(
        tmp_path / "evidence",
        [RUN],
        tmp_path / "keys",
        zipped,
        made=MORNING,
        details=False,
        states={RUN: "sound"},
    )
    subprocess.run(
        [sys.executable, "-m", "zipfile", "-e", str(zipped), str(tmp_path / "out")], check=True
    )
    assert alone(tmp_path / "out" / "evidence") == []
    assert alone(tmp_path / "out" / "evidence" / RUN) == []
    (tmp_path / "out" / "evidence" / "export.json").unlink()
    assert ("missing details", "details.jsonl") in alone(tmp_path / "out" / "evidence")
