"""Evidence that was handed over is checked with a bare Python, and any edit of it shows."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from warm import run as command

from clerkwork.adapters.evidence import FileEvidence, open_evidence
from clerkwork.adapters.evidence.export import write_export
from clerkwork.adapters.evidence.keys import Signer
from clerkwork.adapters.evidence.standalone import Keys, examine_folder
from clerkwork.adapters.store import open_store
from clerkwork.core.evidence import Kind, canonical
from clerkwork.errors import EvidenceError
from clerkwork.ports import Picture, StepRecord
from clerkwork.testing import FixedClock
from clerkwork.workspace import make_workspace

RUNS = tuple(f"2026030{n}-080000-daily_round-000{n}" for n in (1, 2, 3))
NAME = "Renée Brouwer"
NOON = FixedClock().now()


@pytest.fixture
def store(tmp_path: Path) -> FileEvidence:
    found = open_evidence(tmp_path / "evidence", tmp_path / "keys", FixedClock())
    for run in RUNS:
        trail = found.begin(run, "daily_round")
        shown = Picture(label="Form", image=f"picture of {run}".encode())
        trail.record(
            StepRecord(
                robot="kantoor_erp",
                action="fill receipt",
                outcome="ok",
                subject="CW-AAAAAAAAAA",
                details={"Debtor": NAME},
                pictures=(shown,),
            )
        )
        trail.anchor("before submitting CW-AAAAAAAAAA")
        trail.record(StepRecord(robot="kantoor_erp", action="submit receipt", outcome="ok"))
        trail.close("done", {"keyed": 1})
        (found.folder(run) / "index.html").write_text(f"<p>{NAME}", "utf-8")
    return found


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A folder of packages in which there is `cryptography` and what it needs, and nothing more."""
    folder = tmp_path / "bare"
    folder.mkdir()
    for name in ("cryptography", "cffi", "pycparser", "_cffi_backend"):
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin is not None:
            origin = Path(spec.origin)
            there = origin.parent if origin.name == "__init__.py" else origin
            (folder / there.name).symlink_to(there)
    return folder


def exported(tmp_path: Path, *runs: str, details: bool = True) -> Path:
    to = tmp_path / "out" / "for-the-auditor.zip"
    write_export(
        tmp_path / "evidence",
        runs,
        tmp_path / "keys",
        to,
        made=FixedClock().now(),
        details=details,
        states=dict.fromkeys(runs, "sound"),
        page=page,
    )
    return to


def page(run: str) -> bytes:
    return f"<p>{run}: {NAME}".encode()


def unpacked(tmp_path: Path, file: Path) -> Path:
    with zipfile.ZipFile(file) as packed:
        assert packed.testzip() is None
        packed.extractall(tmp_path / "unpacked")
    return tmp_path / "unpacked"


def verified(folder: Path, bare: Path, *more: str) -> tuple[int, str]:
    keys = [str(path.relative_to(folder)) for path in sorted((folder / "keys").glob("*.pem"))]
    done = subprocess.run(
        # Without `site` it sees nothing of this environment.
        [sys.executable, "-S", "verify.py", "evidence", *keys, *more],
        cwd=folder,
        env={"PYTHONPATH": str(bare), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert not done.stderr
    return done.returncode, done.stdout


@pytest.mark.usefixtures("store")
def test_the_verifier_that_comes_along_finds_it_sound(tmp_path: Path, bare: Path) -> None:
    folder = unpacked(tmp_path, exported(tmp_path, *RUNS[:2]))
    status, said = verified(folder, bare)
    assert status == 0, said
    assert said.startswith("sound: 2 of the 3 runs of the log are in this export; key ")
    readme = (folder / "README.txt").read_text("utf-8")
    assert "python3 verify.py evidence keys/*.pem" in readme
    assert next((folder / "keys").iterdir()).stem in readme
    assert not list(folder.rglob("evidence.key"))


@pytest.mark.usefixtures("store")
def test_without_details_nothing_of_them_is_in_it_and_it_says_so(
    tmp_path: Path, bare: Path
) -> None:
    file = exported(tmp_path, *RUNS, details=False)
    folder = unpacked(tmp_path, file)
    status, said = verified(folder, bare)
    assert status == 0, said
    assert "3 of the 3 runs of the log are in this export; their details were left out" in said
    for path in folder.rglob("*"):
        assert not path.is_file() or NAME.encode() not in path.read_bytes(), path


def cut(folder: Path) -> None:
    path = folder / "evidence" / RUNS[0] / "steps.jsonl"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])


def other_picture(folder: Path) -> None:
    next((folder / "evidence" / RUNS[0] / "pictures").iterdir()).write_bytes(b"another")


def no_run(folder: Path) -> None:
    (folder / "evidence" / RUNS[0]).rename(folder / "away")


def other_details(folder: Path) -> None:
    path = folder / "evidence" / RUNS[0] / "details.jsonl"
    path.write_text(path.read_text("utf-8").replace("Brouwer", "Visser"), "utf-8")


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("edit", "kind"),
    [
        (cut, "truncated"),
        (other_picture, "altered"),
        (no_run, "missing run"),
        (other_details, "altered"),
    ],
)
def test_an_edit_of_what_was_handed_over_shows(
    tmp_path: Path, bare: Path, edit: Callable[[Path], None], kind: str
) -> None:
    folder = unpacked(tmp_path, exported(tmp_path, *RUNS[:2]))
    edit(folder)
    status, said = verified(folder, bare, "--json")
    assert status == 1
    found = json.loads(said)["findings"]
    assert kind in {one["kind"] for one in found}
    assert {one["run"] for one in found} == {RUNS[0]}


def listed(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "evidence" / "export.json").read_bytes())
    return found


def relisted(folder: Path, fields: dict[str, Any]) -> None:
    (folder / "evidence" / "export.json").write_bytes(canonical(fields))


def dropped(folder: Path) -> None:
    """A run, also out of the list."""
    no_run(folder)
    fields = listed(folder)
    fields["runs"].remove(RUNS[0])
    fields["files"] = {n: sha for n, sha in fields["files"].items() if RUNS[0] not in n}
    relisted(folder, fields)


def dropped_by_another(folder: Path) -> None:
    """And the list signed by whoever did it."""
    dropped(folder)
    signer = Signer(Ed25519PrivateKey.generate())
    fields = {n: text for n, text in listed(folder).items() if n != "signature"}
    fields["key"] = signer.id
    message = b"clerkwork export 2\nexport\n" + canonical(fields)
    relisted(folder, {**fields, "signature": signer.sign(message)})


def dropped_unsigned(folder: Path) -> None:
    """And the list as it was before it was signed."""
    dropped(folder)
    runs = listed(folder)["runs"]
    relisted(folder, {"format": "clerkwork export 1", "runs": runs, "details": True})


def dropped_with_the_list(folder: Path) -> None:
    no_run(folder)
    (folder / "evidence" / "export.json").unlink()


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("edit", "kind"),
    [
        (dropped, "altered"),
        (dropped_by_another, "forged"),
        (dropped_unsigned, "altered"),
        (dropped_with_the_list, ""),
    ],
)
def test_a_run_that_is_dropped_from_an_export_is_missed(
    tmp_path: Path, bare: Path, edit: Callable[[Path], None], kind: str
) -> None:
    folder = unpacked(tmp_path, exported(tmp_path, *RUNS[:2]))
    edit(folder)
    status, said = verified(folder, bare, "--json")
    assert status == 1
    found = json.loads(said)["findings"]
    assert (RUNS[0], "missing run") in {(one["run"], one["kind"]) for one in found}
    assert {one["kind"] for one in found if one["file"] == "export.json"} == ({kind} - {""})


def test_a_list_of_another_export_does_not_fit(
    tmp_path: Path, bare: Path, store: FileEvidence
) -> None:
    folder = unpacked(tmp_path, exported(tmp_path, *RUNS[:2]))
    store.begin("20260309-080000-daily_round-0009", "daily_round").close("done", {})
    write_export(
        tmp_path / "evidence",
        RUNS[1:2],
        tmp_path / "keys",
        tmp_path / "b.zip",
        made=NOON,
        states={RUNS[1]: "sound"},
    )
    with zipfile.ZipFile(tmp_path / "b.zip") as other:
        (folder / "evidence" / "export.json").write_bytes(other.read("evidence/export.json"))
    no_run(folder)
    status, said = verified(folder, bare, "--json")
    assert status == 1
    found = {(one["file"], one["kind"]) for one in json.loads(said)["findings"]}
    assert ("log.jsonl", "altered") in found


@pytest.mark.usefixtures("store")
def test_a_file_that_nothing_else_holds_is_held_by_the_list(tmp_path: Path, bare: Path) -> None:
    folder = unpacked(tmp_path, exported(tmp_path, *RUNS))
    shown = folder / "evidence" / RUNS[0] / "index.html"
    shown.write_text("<p>nothing was keyed", "utf-8")
    (folder / "evidence" / RUNS[1] / "more.txt").write_text("found later")
    (folder / "evidence" / RUNS[2] / "index.html").unlink()
    status, said = verified(folder, bare, "--json")
    assert status == 1
    told = [(one["run"], one["file"], one["kind"]) for one in json.loads(said)["findings"]]
    assert sorted(told) == [
        (RUNS[0], "index.html", "altered"),
        (RUNS[1], "more.txt", "added"),
        (RUNS[2], "index.html", "missing file"),
    ]


def test_what_no_run_wrote_is_a_finding_and_is_not_signed_into_an_export(
    tmp_path: Path, bare: Path, store: FileEvidence
) -> None:
    folder = store.folder(RUNS[0])
    (folder / "index.html").write_text("<p>nothing was keyed", "utf-8")
    (folder / "receipt.pdf").write_bytes(b"%PDF")
    for name in ("more", ".more"):
        (folder / name).mkdir()
        (folder / name / "steps.jsonl").write_text("{}")
    found = store.examine(RUNS[0])
    assert [(one.kind, one.file) for one in found.findings] == [
        (Kind.ADDED, ".more"),
        (Kind.ADDED, "more"),
        (Kind.ADDED, "receipt.pdf"),
    ]
    keys = Keys(sorted((tmp_path / "keys" / "evidence-public").glob("*.pem")))
    alone = examine_folder(tmp_path / "evidence", keys)
    assert [(one.kind, one.run, one.file) for one in alone] == [
        ("added", RUNS[0], ".more"),
        ("added", RUNS[0], "more"),
        ("added", RUNS[0], "receipt.pdf"),
    ]
    there = unpacked(tmp_path, exported(tmp_path, *RUNS))
    names = {path.name for path in (there / "evidence" / RUNS[0]).rglob("*")}
    assert names.isdisjoint({"more", ".more", "receipt.pdf"})
    assert (there / "evidence" / RUNS[0] / "index.html").read_bytes() == page(RUNS[0])
    status, said = verified(there, bare)
    assert status == 0, said


def test_a_stray_file_beside_a_removed_run_is_a_finding(store: FileEvidence) -> None:
    store.remove(RUNS[0], store.examine(RUNS[0]), "by retention")
    (store.folder(RUNS[0]) / "receipt.pdf").write_bytes(b"%PDF")
    assert [one.kind for one in store.examine(RUNS[0]).findings] == [Kind.ADDED]


def office_with_runs(tmp_path: Path, keys: Path) -> FileEvidence:
    """A workspace, `office`, with two runs that were signed with a key of that folder."""
    root = tmp_path / "office"
    make_workspace(root)
    shelf = open_evidence(root / "output" / "evidence", keys, FixedClock())
    for run in RUNS[:2]:
        trail = shelf.begin(run, "daily_round")
        trail.record(StepRecord(robot="kantoor_erp", action="look", outcome="ok"))
        trail.close("done", {})
    open_store(f"sqlite:///{root / 'output' / 'clerkwork.db'}", FixedClock()).close()
    return shelf


def test_an_export_says_so_where_nobody_trusts_the_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLERKWORK_VAULT_KEY", str(tmp_path / "home" / "vault.key"))
    office_with_runs(tmp_path, tmp_path / "elsewhere")
    to = tmp_path / "out.zip"
    words = ("export", RUNS[0], "--to", str(to))
    assert command(words, tmp_path / "office", os.environ, patience=60).returncode == 1
    with zipfile.ZipFile(to) as packed:
        told = json.loads(packed.read("evidence/export.json"))["states"]
    assert told == {RUNS[0]: "checked with no trusted key"}


def test_an_export_of_what_is_not_sound_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLERKWORK_VAULT_KEY", str(tmp_path / "home" / "vault.key"))
    shelf = office_with_runs(tmp_path, tmp_path / "home" / "evidence")
    root = tmp_path / "office"
    path = shelf.folder(RUNS[1]) / "steps.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"look"', b'"rest"'))
    to = tmp_path / "out.zip"
    done = command(("export", "--all", "--to", str(to)), root, os.environ, patience=60)
    assert done.returncode == 1
    assert f"{RUNS[1]} is broken" in done.stderr
    assert RUNS[0] not in done.stderr
    with zipfile.ZipFile(to) as packed:
        assert f"NOT SOUND when they were exported:\n    {RUNS[1]}: broken" in packed.read(
            "README.txt"
        ).decode("utf-8")
        told = json.loads(packed.read("evidence/export.json"))["states"]
        assert told == {RUNS[0]: "sound", RUNS[1]: "broken"}
        assert b"rest" in packed.read(f"evidence/{RUNS[1]}/index.html")


def test_a_removed_run_is_proved_by_what_stays_of_it(
    tmp_path: Path, bare: Path, store: FileEvidence
) -> None:
    store.remove(RUNS[0], store.examine(RUNS[0]), "by retention")
    assert list(store.folders()) == [*RUNS]
    status, said = verified(unpacked(tmp_path, exported(tmp_path, *RUNS)), bare)
    assert status == 0, said


@pytest.mark.usefixtures("store")
def test_what_is_there_is_not_written_over_and_nothing_half_written_stays(tmp_path: Path) -> None:
    file = exported(tmp_path, RUNS[0])
    before = file.read_bytes()
    with pytest.raises(EvidenceError, match="is there already"):
        exported(tmp_path, RUNS[1])
    assert file.read_bytes() == before
    (tmp_path / "in-the-way").write_text("a file")
    with pytest.raises(EvidenceError, match="nothing was written"):
        write_export(
            tmp_path / "evidence",
            RUNS,
            tmp_path / "keys",
            tmp_path / "in-the-way" / "x.zip",
            made=FixedClock().now(),
            states={},
        )
    assert list((tmp_path / "out").iterdir()) == [file]
