"""Genuine records where they do not belong: of another run, or of one of its name elsewhere.

The key is one for all workspaces of a user, so what another workspace signed has a good signature.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from clerkwork.adapters.evidence import FileEvidence, kept_heads, open_evidence
from clerkwork.adapters.evidence import standalone as standalone_module
from clerkwork.adapters.evidence.keys import TRUSTED, open_signer
from clerkwork.adapters.evidence.removal import sign_removal
from clerkwork.adapters.evidence.standalone import Keys, examine_folder
from clerkwork.app.verify import verify_all
from clerkwork.ports import Picture, StepRecord
from clerkwork.testing import MORNING, FixedClock, memory_store

RUN, OTHER = "20260303-090000-daily_round-1f3a", "20260303-100000-daily_round-2b4c"
WHY, BY = "by retention, which was declared as 30 days after a run's end", "jansen@desk"
RECORDS = ("steps.jsonl", "details.jsonl", "anchors.jsonl", "pictures")

Named = set[tuple[str, str]]
"""Kinds and files."""


@pytest.fixture
def here(tmp_path: Path) -> FileEvidence:
    return open_evidence(tmp_path / "evidence", tmp_path / "keys", FixedClock())


@pytest.fixture
def elsewhere(tmp_path: Path) -> FileEvidence:
    """Another workspace of the same user, with the same key."""
    return open_evidence(tmp_path / "elsewhere", tmp_path / "keys", FixedClock())


def record(
    store: FileEvidence, run: str = RUN, *, steps: int = 3, anchored: bool = False, end: bool = True
) -> None:
    trail = store.begin(run, "daily_round")
    if anchored:
        trail.anchor("before CW-AAAA")
    for number in range(1, steps + 1):
        shown = Picture(label="Receipt", image=f"{store.folder(run)} {number}".encode())
        trail.record(
            StepRecord(
                robot="kantoor_erp",
                action="keyed",
                subject=f"CW-{number}",
                outcome="ok",
                details={"Debtor": "De Vries BV"},
                pictures=(shown,),
            )
        )
    trail.settled()
    if end:
        trail.close("done", {"keyed": steps})


def put(source: Path, target: Path, *names: str) -> None:
    """In the place of what lies there under these names."""
    for name in names:
        shutil.rmtree(target / name, ignore_errors=True)
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name)
        else:
            shutil.copyfile(source / name, target / name)


def cut_to_nothing(folder: Path) -> None:
    for name in ("steps.jsonl", "details.jsonl"):
        (folder / name).write_bytes(b"")
    for path in (folder / "pictures").iterdir():
        path.unlink()


def named(store: FileEvidence, tmp_path: Path, run: str = RUN) -> tuple[Named, Named]:
    """What each of the two verifiers names of a run."""
    own = {(str(one.kind), one.file) for one in store.examine(run).findings}
    keys = Keys(sorted((tmp_path / "keys" / TRUSTED).glob("*.pem")))
    found = examine_folder(tmp_path / "evidence", keys)
    return own, {(one.kind, one.file) for one in found if one.run == run}


def test_the_records_of_another_run_of_the_task_are_told(
    here: FileEvidence, tmp_path: Path
) -> None:
    record(here, RUN)
    record(here, OTHER)
    put(here.folder(OTHER), here.folder(RUN), *RECORDS, "checkpoint.json")
    for told in named(here, tmp_path):
        assert told >= {("contradicting checkpoint", "checkpoint.json"), ("added", "steps.jsonl")}


def test_another_run_under_the_name_of_this_one_is_told(here: FileEvidence, tmp_path: Path) -> None:
    record(here, RUN)
    record(here, OTHER)
    shutil.rmtree(here.folder(RUN))
    shutil.copytree(here.folder(OTHER), here.folder(RUN))
    for told in named(here, tmp_path):
        assert told >= {("contradicting checkpoint", "checkpoint.json"), ("altered", "run.json")}


class TestElsewhere:
    """What another workspace signed of a run of the same name."""

    def test_a_run_that_ended_is_not_exchanged(
        self, here: FileEvidence, elsewhere: FileEvidence, tmp_path: Path
    ) -> None:
        record(here)
        record(elsewhere, steps=2)
        put(elsewhere.folder(RUN), here.folder(RUN), *RECORDS, "checkpoint.json")
        for told in named(here, tmp_path):
            assert ("contradicting checkpoint", "checkpoint.json") in told

    def test_a_crashed_run_does_not_get_an_end_from_there(
        self, here: FileEvidence, elsewhere: FileEvidence, tmp_path: Path
    ) -> None:
        """All signatures hold, and the log knows no end that it could contradict."""
        record(here, end=False)
        record(elsewhere, steps=2)
        put(elsewhere.folder(RUN), here.folder(RUN), *RECORDS, "checkpoint.json")
        for told in named(here, tmp_path):
            assert ("added", "steps.jsonl") in told
        put(elsewhere.folder(RUN), here.folder(RUN), "run.json")
        for told in named(here, tmp_path):
            assert ("altered", "run.json") in told

    def test_nor_its_checkpoint_alone(
        self, here: FileEvidence, elsewhere: FileEvidence, tmp_path: Path
    ) -> None:
        record(here, end=False)
        record(elsewhere)
        put(elsewhere.folder(RUN), here.folder(RUN), "checkpoint.json")
        own, alone = named(here, tmp_path)
        assert {file for _, file in own} == {file for _, file in alone} >= {"steps.jsonl"}
        assert here.examine(RUN).state == "broken"

    def test_nor_that_of_one_without_a_step(
        self, here: FileEvidence, elsewhere: FileEvidence, tmp_path: Path
    ) -> None:
        record(here, end=False)
        record(elsewhere, steps=0)
        cut_to_nothing(here.folder(RUN))
        put(elsewhere.folder(RUN), here.folder(RUN), "checkpoint.json")
        for told in named(here, tmp_path):
            assert ("contradicting checkpoint", "checkpoint.json") in told

    def test_nor_an_anchor_that_was_signed_before_its_first_step(
        self, here: FileEvidence, elsewhere: FileEvidence, tmp_path: Path
    ) -> None:
        record(here, end=False)
        record(elsewhere, anchored=True, end=False)
        cut_to_nothing(here.folder(RUN))
        put(elsewhere.folder(RUN), here.folder(RUN), "anchors.jsonl")
        for told in named(here, tmp_path):
            assert ("added", "anchors.jsonl") in told

    @pytest.mark.parametrize(
        ("steps", "told_as"),
        [
            (0, ("contradicting checkpoint", "found.json")),
            (2, ("added", "steps.jsonl")),
        ],
    )
    def test_nor_is_it_taken_for_one_that_was_found_dead(
        self,
        here: FileEvidence,
        elsewhere: FileEvidence,
        tmp_path: Path,
        steps: int,
        told_as: tuple[str, str],
    ) -> None:
        record(here, end=False)
        record(elsewhere, steps=steps, end=False)
        elsewhere.recover(RUN, OTHER)
        put(elsewhere.folder(RUN), here.folder(RUN), *RECORDS, "found.json")
        for told in named(here, tmp_path):
            assert told_as in told

    def test_one_step_that_names_another_beginning_is_altered(
        self, here: FileEvidence, elsewhere: FileEvidence, tmp_path: Path
    ) -> None:
        """Nothing signs it, so it may be anybody's; the log holds the hash that it should name."""
        record(here, steps=1, end=False)
        record(elsewhere, steps=1, end=False)
        put(elsewhere.folder(RUN), here.folder(RUN), *RECORDS)
        for told in named(here, tmp_path):
            assert ("altered", "steps.jsonl") in told

    def test_its_removal_excuses_nothing_here(
        self, here: FileEvidence, elsewhere: FileEvidence, tmp_path: Path
    ) -> None:
        """Nor does `clerkwork tidy` go on with it: it lets nothing go that does not hold."""
        record(here)
        record(elsewhere)
        elsewhere.remove(RUN, elsewhere.examine(RUN), WHY)
        names = ("removed.json", "run.json", "checkpoint.json")
        put(elsewhere.folder(RUN), here.folder(RUN), *names)
        for told in named(here, tmp_path):
            assert ("altered", "run.json") in told
        assert here.examine(RUN).state == "broken"

    def test_a_note_of_what_was_deleted_there_excuses_nothing_here(
        self, here: FileEvidence, elsewhere: FileEvidence, tmp_path: Path
    ) -> None:
        """Nor does it become a leaf of this log with a new key."""
        record(here)
        record(elsewhere)
        elsewhere.delete(RUN, "details", WHY, BY)
        put(elsewhere.folder(RUN), here.folder(RUN), "deleted.jsonl")
        here.rotate()
        (here.folder(RUN) / "details.jsonl").unlink()
        for told in named(here, tmp_path):
            assert ("contradicting checkpoint", "deleted.jsonl") in told
            assert ("missing details", "details.jsonl") in told

    def test_nor_is_a_run_put_here_that_was_removed_there(
        self, here: FileEvidence, elsewhere: FileEvidence, tmp_path: Path
    ) -> None:
        record(here, OTHER)
        record(elsewhere)
        elsewhere.remove(RUN, elsewhere.examine(RUN), WHY)
        shutil.copytree(elsewhere.folder(RUN), here.folder(RUN))
        assert named(here, tmp_path) == ({("added", "run.json")},) * 2

    def test_a_copy_of_its_tree_head_is_not_said_to_be_compared(
        self, here: FileEvidence, elsewhere: FileEvidence, tmp_path: Path
    ) -> None:
        copies = tmp_path / "copies"
        copies.mkdir()
        for store, name in ((here, "evidence"), (elsewhere, "elsewhere")):
            record(store)
            last = (tmp_path / name / "heads.jsonl").read_bytes().splitlines()[-1]
            (copies / f"{name}.json").write_bytes(last)
        audited = verify_all(
            here,
            memory_store().runs,
            at_work=lambda _: False,
            copies=kept_heads(copies),
            progress=lambda *_: None,
            all_here=True,
        )
        assert (audited.sound, audited.copies, audited.of_others) == (True, 1, 1)
        program = [
            sys.executable,
            str(Path(standalone_module.__file__)),
            str(tmp_path / "evidence"),
            *map(str, (tmp_path / "keys" / "evidence-public").glob("*.pem")),
        ]
        done = subprocess.run(
            [*program, "--heads", str(copies)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout
        assert "1 copies of tree heads compared; 1 are of other logs" in done.stdout


def test_a_removal_that_broke_off_before_the_log_knew_it_excuses_no_edit(
    here: FileEvidence, tmp_path: Path
) -> None:
    """Nothing went yet, so all of it has to hold."""
    record(here)
    folder = here.folder(RUN)
    sign_removal(folder, here.examine(RUN), WHY, MORNING, open_signer(tmp_path / "keys"))
    found = here.examine(RUN)
    assert (found.state, "does not say yet that it was removed" in found.notes[-1]) == (
        "sound",
        True,
    )
    assert named(here, tmp_path) == (set(), set())
    path = folder / "details.jsonl"
    details = path.read_bytes()
    path.write_bytes(details.replace(b"De Vries", b"De Bries"))
    assert named(here, tmp_path) == ({("altered", "details.jsonl")},) * 2
    path.write_bytes(details)
    here.remove(RUN, found, WHY)
    assert here.examine(RUN).state == "removed"


def other_content(pictures: list[Path]) -> list[Path]:
    """The last picture gets what the first one shows."""
    pictures[-1].write_bytes(pictures[0].read_bytes())
    return pictures[-1:]


def changed_places(pictures: list[Path]) -> list[Path]:
    first, last = pictures[0].read_bytes(), pictures[-1].read_bytes()
    pictures[0].write_bytes(last)
    pictures[-1].write_bytes(first)
    return [pictures[0], pictures[-1]]


@pytest.mark.parametrize("edit", [other_content, changed_places])
def test_a_picture_that_shows_what_another_one_showed_is_told(
    here: FileEvidence, tmp_path: Path, edit: Callable[[list[Path]], list[Path]]
) -> None:
    record(here)
    shown = here.last_picture(RUN)
    changed = edit(sorted((here.folder(RUN) / "pictures").iterdir()))
    wrong = {("altered", f"pictures/{path.name}") for path in changed}
    assert named(here, tmp_path) == (wrong, wrong)
    # Nor is it shown to whoever looks at the run's end.
    assert shown
    assert here.last_picture(RUN) == b""


def test_the_later_one_of_two_notes_is_missed(here: FileEvidence, tmp_path: Path) -> None:
    record(here)
    for what in ("details", "pictures"):
        here.delete(RUN, what, WHY, BY)
    path = here.folder(RUN) / "deleted.jsonl"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    for told in named(here, tmp_path):
        assert ("contradicting checkpoint", "deleted.jsonl") in told


def test_a_record_of_a_removal_that_was_taken_away_is_missed(
    here: FileEvidence, tmp_path: Path
) -> None:
    record(here)
    here.remove(RUN, here.examine(RUN), WHY)
    (here.folder(RUN) / "removed.json").unlink()
    for told in named(here, tmp_path):
        assert ("missing file", "removed.json") in told
