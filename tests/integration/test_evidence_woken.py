"""A run that slept, was found dead, and woke: what it records is its own, nobody else's is."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from warm import run as command

from clerkwork.adapters.evidence import FileEvidence, open_evidence
from clerkwork.adapters.evidence.keys import TRUSTED
from clerkwork.adapters.evidence.standalone import Keys, examine_folder
from clerkwork.adapters.evidence.trail import FileTrail
from clerkwork.adapters.holding import this_process
from clerkwork.adapters.store import Store, open_store
from clerkwork.core.evidence import Kind, Verdict, canonical, digest
from clerkwork.ports import StepRecord
from clerkwork.testing import MORNING, FixedClock
from clerkwork.workspace import make_workspace

RUN, OTHER = "run-a", "run-b"


@pytest.fixture
def store(tmp_path: Path) -> FileEvidence:
    return open_evidence(tmp_path / "evidence", tmp_path / "keys", FixedClock())


def step(outcome: str = "ok") -> StepRecord:
    return StepRecord(robot="bank", action="keyed", outcome=outcome)


def asleep(store: FileEvidence) -> FileTrail:
    """A run that was found dead behind its second step, and is not."""
    trail = store.begin(RUN, "daily_round")
    trail.record(step())
    trail.anchor("before CW-AAAA")
    trail.record(step())
    trail.settled()
    store.recover(RUN, OTHER)
    return trail


def alone(tmp_path: Path) -> list[tuple[str, str]]:
    """What the other verifier finds."""
    keys = Keys(sorted((tmp_path / "keys" / TRUSTED).glob("*.pem")))
    return [(one.kind, one.file) for one in examine_folder(tmp_path / "evidence", keys)]


def kinds(found: Verdict) -> list[tuple[str, str]]:
    return [(str(one.kind), one.file) for one in found.findings]


def forge(evidence: Path) -> None:
    """A step that fits the chain, by somebody without the key."""
    folder = evidence / RUN
    path = folder / "steps.jsonl"
    last = path.read_bytes().splitlines()[-1]
    fields = json.loads(last)
    fields |= {"step": fields["step"] + 1, "previous": digest(last), "outcome": "forged"}
    path.write_bytes(path.read_bytes() + canonical(fields) + b"\n")
    details = (folder / "details.jsonl").read_bytes()
    kept = json.loads(details.splitlines()[-1])
    line = canonical({**kept, "step": fields["step"]})
    (folder / "details.jsonl").write_bytes(details + line + b"\n")


def test_a_run_that_wakes_signs_what_it_records(store: FileEvidence, tmp_path: Path) -> None:
    trail = asleep(store)
    trail.record(step())
    trail.settled()
    found = store.examine(RUN)
    assert (found.state, found.findings, alone(tmp_path)) == ("recovered", (), [])
    assert "found 2 steps" in found.notes[0]
    assert (
        "it woke, recorded step 3 after it had been found, and signed that itself"
        in (found.notes[1])
    )
    leaves = [leaf for leaf in store.leaves() if leaf["kind"] == "found"]
    assert [(leaf["steps"], leaf["by"]) for leaf in leaves] == [(2, OTHER), (3, RUN)]


def test_each_further_step_is_signed_and_a_cut_of_any_shows(
    store: FileEvidence, tmp_path: Path
) -> None:
    trail = asleep(store)
    for _ in range(3):
        trail.record(step())
    trail.settled()
    assert (store.examine(RUN).state, alone(tmp_path)) == ("recovered", [])
    for name in ("steps.jsonl", "details.jsonl"):
        path = tmp_path / "evidence" / RUN / name
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    cut = ("truncated", "steps.jsonl")
    assert kinds(store.examine(RUN)) == alone(tmp_path) == [cut]
    (tmp_path / "evidence" / RUN / "found-4.json").unlink()
    gone = ("missing file", "found-4.json")
    assert kinds(store.examine(RUN)) == [gone, cut]
    assert alone(tmp_path) == [gone, cut]


def test_a_run_that_wakes_may_end(store: FileEvidence, tmp_path: Path) -> None:
    trail = asleep(store)
    trail.record(step())
    trail.anchor("before CW-BBBB")
    trail.record(step())
    trail.close("done", {})
    found = store.examine(RUN)
    assert (found.state, found.findings, alone(tmp_path)) == ("sound", (), [])
    assert "taken for dead" in found.notes[0]


def test_a_step_that_others_add_behind_a_recovery_stays_found(
    store: FileEvidence, tmp_path: Path
) -> None:
    asleep(store)
    forge(tmp_path / "evidence")
    (one,) = store.examine(RUN).findings
    assert (one.kind, one.first, one.last) == (Kind.UNANCHORED, 3, 3)
    assert "the run has not signed that" in one.words
    assert alone(tmp_path) == [("unanchored tail", "steps.jsonl")]
    # No run that begins afterwards takes it for its own.
    store.begin("run-c", "daily_round").close("done", {})
    assert store.left_open() == ()
    assert store.examine(RUN).state == "unfinished"


def test_a_person_may_sign_what_a_run_that_woke_could_not(
    store: FileEvidence, tmp_path: Path
) -> None:
    asleep(store)
    forge(tmp_path / "evidence")  # as the run would have left it, had it died before it could sign
    store.recover(RUN, "ann@desk")
    found = store.examine(RUN)
    assert (found.state, found.findings, alone(tmp_path)) == ("recovered", (), [])
    assert "Ann@desk found it again" in found.notes[-1]
    assert "which the run itself did not sign" in found.notes[-1]
    store.recover(RUN, "ann@desk")
    assert not (tmp_path / "evidence" / RUN / "found-3.json").exists(), "nothing came since"


@pytest.mark.parametrize("number", [1, 2])
def test_what_was_signed_is_altered_by_nobody(
    store: FileEvidence, tmp_path: Path, number: int
) -> None:
    trail = asleep(store)
    trail.record(step())
    trail.settled()
    name = "found.json" if number == 1 else "found-2.json"
    path = tmp_path / "evidence" / RUN / name
    path.write_bytes(path.read_bytes().replace(b'"steps":', b'"steqs":'))
    assert ("altered", name) in kinds(store.examine(RUN))
    assert ("altered", name) in alone(tmp_path)


def test_an_older_word_is_not_put_in_the_place_of_a_later_one(
    store: FileEvidence, tmp_path: Path
) -> None:
    trail = asleep(store)
    trail.record(step())
    trail.settled()
    folder = tmp_path / "evidence" / RUN
    (folder / "found-3.json").write_bytes((folder / "found-2.json").read_bytes())
    assert kinds(store.examine(RUN)) == alone(tmp_path) == [("repeated", "found-3.json")]
    (folder / "found-3.json").unlink()
    (folder / "found-2.json").write_bytes((folder / "found.json").read_bytes())
    wrong = {("contradicting checkpoint", "found-2.json"), ("repeated", "found-2.json")}
    assert wrong & set(kinds(store.examine(RUN)))
    assert wrong & set(alone(tmp_path))


def test_who_finds_it_may_die_before_he_can_say_so(store: FileEvidence, tmp_path: Path) -> None:
    trail = asleep(store)
    trail.record(step())
    trail.settled()
    for name in ("log.jsonl", "heads.jsonl"):
        path = tmp_path / "evidence" / name
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    again = open_evidence(tmp_path / "evidence", tmp_path / "keys", FixedClock())
    assert (again.examine(RUN).state, alone(tmp_path)) == ("recovered", [])
    again.recover(RUN, "run-c")
    leaves = [leaf for leaf in again.leaves() if leaf["kind"] == "found"]
    assert [(leaf["steps"], leaf["by"]) for leaf in leaves] == [(2, OTHER), (3, RUN)]


class TestCommand:
    """`clerkwork verify RUN --as-found`, in a process of its own."""

    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        root = tmp_path / "workspace"
        make_workspace(root)
        return root

    @pytest.fixture
    def evidence(self, root: Path, tmp_path: Path) -> FileEvidence:
        keys = tmp_path / "home" / "evidence"
        return open_evidence(root / "output" / "evidence", keys, FixedClock())

    @pytest.fixture
    def books(self, root: Path) -> Iterator[Store]:
        """The store, in which the journal says that the run is at work."""
        store = open_store(f"sqlite:///{root / 'output' / 'clerkwork.db'}", FixedClock())
        store.runs.begin(RUN, "daily_round", MORNING)
        yield store
        store.close()

    @pytest.fixture
    def env(self, tmp_path: Path) -> Mapping[str, str]:
        return {**os.environ, "CLERKWORK_VAULT_KEY": str(tmp_path / "home" / "vault.key")}

    def typed(
        self, root: Path, env: Mapping[str, str], *words: str
    ) -> subprocess.CompletedProcess[str]:
        return command(("verify", *words), root, env, patience=60)

    @pytest.mark.usefixtures("books")
    def test_a_person_who_has_looked_signs_what_a_run_left_that_woke(
        self, root: Path, env: Mapping[str, str], evidence: FileEvidence
    ) -> None:
        asleep(evidence)
        forge(root / "output" / "evidence")  # as the run would have left it, had it died again
        looked = self.typed(root, env, RUN)
        assert looked.returncode == 1
        assert f"{RUN}: unfinished" in looked.stdout
        assert "came after the run was found dead" in looked.stderr
        signed = self.typed(root, env, RUN, "--as-found")
        assert (signed.returncode, signed.stderr) == (0, "")
        assert f"{RUN}: recovered (3 steps" in signed.stdout
        assert "found it again on 2" in signed.stdout.replace("\n", " ")
        kept = (evidence.folder(RUN) / "found-2.json").read_bytes()
        assert "@" in json.loads(kept)["by"], "who, and on which machine"
        # It is said for ever, and signed once.
        for words in ((RUN,), (RUN, "--as-found"), ("--all",)):
            again = self.typed(root, env, *words)
            assert again.returncode == 0, (words, again.stderr)
        assert (evidence.folder(RUN) / "found-2.json").read_bytes() == kept
        assert not (evidence.folder(RUN) / "found-3.json").exists()
        told = json.loads(self.typed(root, env, RUN, "--as-found", "--json").stdout)
        assert (told["state"], told["findings"], len(told["notes"])) == ("recovered", [], 2)

    @pytest.mark.usefixtures("books")
    def test_a_run_that_no_other_one_has_found_yet_is_signed_as_well(
        self, root: Path, env: Mapping[str, str], evidence: FileEvidence
    ) -> None:
        trail = evidence.begin(RUN, "daily_round")
        trail.record(step())
        trail.settled()
        assert self.typed(root, env, RUN).returncode == 1
        assert self.typed(root, env, RUN, "--as-found").returncode == 0
        assert evidence.examine(RUN).state == "recovered"
        assert evidence.left_open() == ()

    @pytest.mark.usefixtures("books")
    def test_what_somebody_altered_is_not_signed(
        self, root: Path, env: Mapping[str, str], evidence: FileEvidence
    ) -> None:
        asleep(evidence)
        path = evidence.folder(RUN) / "steps.jsonl"
        path.write_bytes(path.read_bytes().replace(b'"outcome":"ok"', b'"outcome":"no"', 1))
        refused = self.typed(root, env, RUN, "--as-found")
        assert refused.returncode not in (0, None)
        assert "its evidence is broken, so it is not signed as found" in refused.stderr
        assert not (evidence.folder(RUN) / "found-2.json").exists()

    def test_a_run_that_lives_signs_its_end_itself(
        self, root: Path, env: Mapping[str, str], evidence: FileEvidence, books: Store
    ) -> None:
        trail = evidence.begin(RUN, "daily_round")
        trail.record(step())
        trail.settled()
        epoch = books.leases.take(
            f"run {RUN}", shown="the run", holder="the test", worker=this_process(), seconds=600
        )
        assert epoch is not None
        refused = self.typed(root, env, RUN, "--as-found")
        assert refused.returncode not in (0, None)
        assert "is under way; it signs its end itself" in refused.stderr
        assert not (evidence.folder(RUN) / "found.json").exists()

    def test_it_is_one_run_that_is_signed(self, root: Path, env: Mapping[str, str]) -> None:
        refused = self.typed(root, env, "--all", "--as-found")
        assert refused.returncode == 2
        assert "expected the name of one run" in refused.stderr
