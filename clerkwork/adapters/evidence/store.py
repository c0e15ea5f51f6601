"""The evidence of all runs: begins it, reads it and checks it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from clerkwork.adapters.evidence.checking import check_folder, check_whole_log
from clerkwork.adapters.evidence.copies import HeadCopies
from clerkwork.adapters.evidence.deletion import let_parts_go, sign_deletion, size_of_parts
from clerkwork.adapters.evidence.files import content_of, json_of, read_run
from clerkwork.adapters.evidence.keys import Signatures, Signer, open_signer
from clerkwork.adapters.evidence.leaves import LeavesFile
from clerkwork.adapters.evidence.log import FileLog
from clerkwork.adapters.evidence.recovery import Leaf, found_leaves
from clerkwork.adapters.evidence.removal import (
    is_removed,
    leftovers,
    let_go,
    sign_removal,
    size_of,
)
from clerkwork.adapters.evidence.rotation import rotate, rotations
from clerkwork.adapters.evidence.stamping import token_reader
from clerkwork.adapters.evidence.trail import FileTrail, Redact
from clerkwork.adapters.evidence.unlogged import unlogged
from clerkwork.core.errands import REFUSED
from clerkwork.core.evidence import (
    Finding,
    InLog,
    Kind,
    RunEvidence,
    StepPicture,
    Verdict,
    digest,
)
from clerkwork.core.evidence.growth import Growth, growth
from clerkwork.core.evidence.inclusion import hold_in_log
from clerkwork.core.evidence.log import LogRead, RunLeaves, read_leaves
from clerkwork.core.evidence.logged import against_log
from clerkwork.core.evidence.parse import instant
from clerkwork.core.evidence.removal import REMOVAL
from clerkwork.core.evidence.rotations import replaced
from clerkwork.core.evidence.stamps import STAMPS, stamps_over
from clerkwork.errors import EvidenceError
from clerkwork.ports import Clock, Errand, OldRun, SlotRow

__all__ = ["Decided", "FileEvidence", "open_evidence"]

Decided = Callable[[datetime | None], Iterable[tuple[str, str]]]
"""When the log was told last → mark and kind of each decision that the store holds since.

Of earlier ones as many as it likes."""

_NOT_RUN = ("skipped", "missed", "refused")
_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")


def open_evidence(
    folder: Path,
    key_folder: Path,
    clock: Clock,
    redact: Redact = str,
    copies: HeadCopies | None = None,
    roots: Path | None = None,
    decided: Decided | None = None,
    trusted: Sequence[Path] = (),
) -> FileEvidence:
    """Evidence in `folder`, a folder a run, signed with the key of `key_folder`.

    `redact` is applied to every text before it is written. The key is made at
    first use; a check needs none. Of each run that ends `copies` of the tree head are made. By the
    certificates in the file `roots` time stamps are checked. What was `decided` goes into
    the log before a run begins. A check trusts the public keys in the files
    `trusted`, or else those of the key folder.
    """
    return FileEvidence(folder, key_folder, clock, redact, copies, roots, decided, trusted)


class FileEvidence:
    """Runs' evidence as files."""

    def __init__(
        self,
        folder: Path,
        key_folder: Path,
        clock: Clock,
        redact: Redact,
        copies: HeadCopies | None = None,
        roots: Path | None = None,
        decided: Decided | None = None,
        trusted: Sequence[Path] = (),
    ) -> None:
        self._copies = copies
        self._trusted = trusted
        self._decided = decided or (lambda since: ())
        self._roots = roots
        self._folder = folder
        self._key_folder = key_folder
        self._clock = clock
        self._redact = redact
        self._leaves = LeavesFile(folder)
        self._log = FileLog(
            folder,
            signed=lambda: Signatures(key_folder).problem,
            unlogged=lambda: unlogged(folder, self._leaves.read().of, self.examine),
        )

    def begin(
        self,
        run: str,
        task: str,
        about: Mapping[str, str] | None = None,
        versions: Mapping[str, str] | None = None,
    ) -> FileTrail:
        """A fresh trail; raises `EvidenceError` if the run has one already or it cannot be made."""
        if self._copies is not None:
            self._copies.check()
        self._record_decided()
        return FileTrail(
            self.folder(run),
            run,
            task,
            clock=self._clock,
            signer=self._signer(),
            redact=self._redact,
            about=about,
            versions=versions,
            log=self._log.open(self._clock.now(), self._signer, self._rotations),
            logged=self._append,
        )

    def left_open(self) -> tuple[str, ...]:
        """Runs that the log says began here, and that nobody has ended."""
        return self._log.open_runs()

    def recover(self, run: str, by: str) -> None:
        """Sign what a run that died has left, as found by `by`; raises `EvidenceError`.

        Where it was found before, what came since is signed, if anything did.
        """
        folder = self._existing(run)
        known = {str(leaf["record"]) for leaf in self._said_of(run).found}
        signer = open_signer(self._key_folder)
        try:
            for kind, leaf in found_leaves(folder, run, by, self._clock.now(), signer, known):
                self._append(kind, leaf)
        except OSError as error:
            raise EvidenceError(
                f"{folder}: what was found cannot be signed ({error.strerror}); make room on the "
                "disk or mend its permissions: the next run signs it"
            ) from error

    def record_not_run(self, rows: Iterable[SlotRow]) -> None:
        """Leaves for slots that did not become a run: skipped, missed, refused; of each one."""
        told = self._leaves.read().told
        for row in rows:
            due = _said(row.due)
            if row.state in _NOT_RUN and (row.task, due) not in told:
                leaf = {"task": row.task, "due": due, "state": row.state, "why": row.why}
                self._append("slot", {name: self._redact(text) for name, text in leaf.items()})

    def record_refused(self, errands: Iterable[Errand]) -> None:
        """Leaves for errands that came to no run, because they were refused; of each one."""
        told = self._leaves.read().told
        for errand in errands:
            if errand.state == REFUSED and (errand.task, errand.id) not in told:
                leaf = {"errand": errand.id, "task": errand.task, "state": errand.state}
                self._append("errand", {**leaf, "why": self._redact(errand.note)})

    def _record_decided(self) -> None:
        """A leaf with the marks of what was decided since the last one, if anything was."""
        known = self._leaves.marks()
        last = max((at for _, at in known.values() if at), default=None)
        made = [[mark, kind] for mark, kind in self._decided(last) if mark not in known]
        if made:
            self._append("decisions", {"made": made})

    def _append(self, kind: str, leaf: Mapping[str, object]) -> None:
        self._log.append(
            kind,
            leaf,
            self._clock.now(),
            self._signer,
            self._rotations,
        )
        if kind == "ended" and self._copies is not None:
            self._copies.copy()

    def _signer(self) -> Signer:
        return open_signer(self._key_folder)

    def _rotations(self) -> Mapping[str, Mapping[str, str]]:
        return rotations(self._key_folder)

    def folder(self, run: str) -> Path:
        """Where a run's evidence is; raises `EvidenceError` for a name that no run has."""
        if not _RUN.fullmatch(run):
            raise EvidenceError(f"{run!r} is not the name of a run")
        return self._folder / run

    def verify(self, run: str) -> tuple[str, ...]:
        """What is wrong, in words, a missing checkpoint of a crashed run included."""
        return self.examine(run).problems

    def known(self) -> tuple[str, ...]:
        """All runs that are here, or that the log says were here, in order of their names."""
        there = self._folder.iterdir() if self._folder.is_dir() else ()
        named = {path.name for path in there if path.is_dir() and _RUN.fullmatch(path.name)}
        return tuple(sorted(named | self._leaves.read().runs.keys()))

    def leaves(self) -> tuple[Mapping[str, Any], ...]:
        """All leaves of the log that can be read, unchecked; none where there is no log."""
        return tuple(read_leaves(self._log.contents()[0])) if self._folder.is_dir() else ()

    def rotate(self) -> tuple[str, str]:
        """Let a new key sign from now on, and say so in the log; ids of the old and the new one."""
        old, new = rotate(self._key_folder, self._clock.now())
        self._log.append_rotation(self._clock.now(), self._signer, self._rotations)
        return old, new

    def examine_log(self, copies: Iterable[tuple[str, bytes]] = ()) -> LogRead:
        """All that is wrong with the log in itself; `copies` are tree heads kept elsewhere."""
        beside = sorted(self._folder.glob("*/public-key.pem"))
        signatures = Signatures(self._key_folder, *beside, given=self._trusted)
        contents, times = self._log.contents, token_reader(self._roots)
        log = check_whole_log(self._folder, contents, copies, signatures.problem, times)
        return replace(log, untrusted=signatures.untrusted)

    def hold_in_log(self, run: str) -> InLog | Finding | None:
        """Proof that what the log says of a run is under its last signed tree head; or its want.

        None where the log does not know the run. Raises `EvidenceError`.
        """
        leaves, heads = self._log.contents()
        beside = self.folder(run) / "public-key.pem"
        signatures = Signatures(self._key_folder, beside, given=self._trusted)
        kept = content_of(self._folder / STAMPS)
        gone = replaced(read_leaves(leaves if kept else None))
        stamps = stamps_over(kept, heads, signatures.problem, token_reader(self._roots), gone)
        return hold_in_log(run, leaves, heads, signatures.problem, stamps)

    def grown_since(self, noted: bytes, where: str) -> Growth | Finding:
        """Proof that the log only grew since a tree head that was noted; or why there is none.

        `where` names the noted one, for people. Raises `EvidenceError`.
        """
        beside = sorted(self._folder.glob("*/public-key.pem"))
        signatures = Signatures(self._key_folder, *beside, given=self._trusted)
        grown = growth(*self._log.contents(), noted, where, signatures.problem)
        untrusted = signatures.untrusted
        return grown if isinstance(grown, Finding) else replace(grown, untrusted=untrusted)

    def examine(self, run: str) -> Verdict:
        """All that a check finds; raises `EvidenceError` if there is no evidence of such a run."""
        logged = self._leaves.about(run)
        folder = self.folder(run)
        if not folder.is_dir() and run in logged.runs:
            words = f"{run}: its evidence is gone; the log of runs says that it was here"
            gone = Finding(kind=Kind.MISSING_RUN, words=words, file=run, run=run)
            return Verdict(run=run, findings=(gone,))
        folder = self._existing(run)
        said = logged.of(run)
        beside = folder / "public-key.pem"
        signatures = Signatures(self._key_folder, beside, given=self._trusted)
        verdict = check_folder(folder, run, said, signatures.problem)
        removal, header = content_of(folder / REMOVAL), json_of(folder / "run.json")
        emptied = not (folder / "steps.jsonl").exists()
        verdict = against_log(verdict, said, logged.since, header, removal, emptied=emptied)
        if signatures.trusted:
            return verdict
        note = (
            f"{self._key_folder} holds no public key: the one beside the evidence was used, which "
            f"proves nothing against whoever made both. Its id is {verdict.key}: give the file of "
            "the one that you were given with --key"
        )
        return replace(verdict, notes=(*verdict.notes, note), trusted=False)

    def read(self, run: str) -> RunEvidence:
        """What is recorded, as far as it can be read; says nothing on whether it is sound."""
        return read_run(self._existing(run), run)

    def runs(self) -> Iterator[OldRun]:
        """Runs whose evidence is here and was not removed, as far as their time can be read."""
        for folder in sorted(self._folder.iterdir() if self._folder.is_dir() else ()):
            if not folder.is_dir() or not _RUN.fullmatch(folder.name):
                continue
            begun = is_removed(folder)
            if begun and not leftovers(folder):
                continue
            header, checkpoint = json_of(folder / "run.json"), json_of(folder / "checkpoint.json")
            ended = instant(checkpoint.get("ended")) or instant(header.get("began"))
            if ended is not None:
                parts = {} if begun else size_of_parts(folder)
                size = size_of(folder)
                yield OldRun(run=folder.name, ended=ended, size=size, begun=begun, parts=parts)

    def names(self) -> Iterator[str]:
        """Runs whose evidence is here and was not removed, the oldest first."""
        return (run for run in self.folders() if not self.was_removed(run))

    def named_versions(self) -> frozenset[str] | None:
        """Hashes of all files with which runs ran whose evidence was not removed.

        None if a run does not say it: then nobody knows which are needed.
        """
        named: set[str] = set()
        for run in self.names():
            header = json_of(self.folder(run) / "run.json")
            if not isinstance(header.get("versions"), dict):
                return None
            named |= {str(one) for one in header["versions"].values()}
        return frozenset(named)

    def folders(self) -> Iterator[str]:
        """Runs of which anything is here, those that were removed among them, the oldest first."""
        for folder in sorted(self._folder.iterdir() if self._folder.is_dir() else ()):
            if _RUN.fullmatch(folder.name) and folder.is_dir():
                yield folder.name

    def span(self, run: str) -> tuple[datetime | None, datetime | None]:
        """When it began, and ended (UTC); None where that cannot be read."""
        folder = self.folder(run)
        ended = instant(json_of(folder / "checkpoint.json").get("ended"))
        return instant(json_of(folder / "run.json").get("began")), ended

    def was_removed(self, run: str) -> bool:
        """Whether it was signed that a run's evidence was removed."""
        return is_removed(self.folder(run))

    def pictured(self, run: str) -> frozenset[str]:
        """Files of its pictures that are there."""
        folder = self.folder(run) / "pictures"
        return frozenset(path.name for path in folder.iterdir()) if folder.is_dir() else frozenset()

    def picture(self, run: str, picture: StepPicture) -> bytes:
        """Its content; empty if it is not there, or is not the one that was recorded."""
        content = content_of(self.folder(run) / "pictures" / picture.file) if picture.file else None
        if content is None or digest(content) != picture.sha256:
            return b""
        return content

    def remove(self, run: str, found: Verdict, why: str) -> None:
        """Sign that a run's evidence was removed, and let it go; raises `EvidenceError`."""
        folder = self._existing(run)

        def noted(signer: Signer) -> Leaf | None:
            record = digest(sign_removal(folder, found, why, self._clock.now(), signer))
            leaf = {"run": run, "record": record, "why": why}
            return ("removed", leaf) if self._said_of(run).removed is None else None

        self._log.append_noted(noted, self._clock.now(), self._signer, self._rotations)
        let_go(folder)

    def delete(self, run: str, what: str, why: str, by: str) -> None:
        """Sign that a run's 'details', or its 'pictures', were deleted, and let them go.

        Raises `EvidenceError`.
        """
        folder = self._existing(run)

        def noted(signer: Signer) -> Leaf | None:
            record = digest(sign_deletion(folder, run, what, why, by, self._clock.now(), signer))
            leaf = {"run": run, "what": what, "record": record, "why": why}
            told = any(one["record"] == record for one in self._said_of(run).deleted)
            return None if told else ("deleted", leaf)

        self._log.append_noted(noted, self._clock.now(), self._signer, self._rotations)
        let_parts_go(folder, what)

    def last_picture(self, run: str) -> bytes:
        """The last picture of a run (JPEG), secrets masked; empty if there is none here."""
        try:
            steps = self.read(run).steps
        except EvidenceError:
            return b""
        taken = [picture for step in steps for picture in step.pictures if picture.file]
        return self.picture(run, taken[-1]) if taken else b""

    def _said_of(self, run: str) -> RunLeaves:
        return self._leaves.about(run).of(run)

    def _existing(self, run: str) -> Path:
        folder = self.folder(run)
        if not folder.is_dir():
            raise EvidenceError(
                f"There is no evidence of run {run} in {self._folder}; "
                "the folder names there are the runs that can be checked"
            )
        return folder


def _said(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
