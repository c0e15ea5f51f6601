"""The evidence of all runs: begins it, reads it and checks it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from clerkwork.adapters.evidence.keys import Signatures, open_signer
from clerkwork.adapters.evidence.removal import is_removed, leftovers, remove, size_of
from clerkwork.adapters.evidence.trail import FileTrail, Redact
from clerkwork.core.evidence import RunEvidence, SelectorUse, Step, StepPicture, Verdict, digest
from clerkwork.core.evidence.check import EvidenceFiles, check
from clerkwork.core.evidence.parse import Line, detail_lines, instant, step_lines
from clerkwork.core.evidence.removal import REMOVAL, check_removed
from clerkwork.errors import EvidenceError
from clerkwork.ports import Clock, OldRun

__all__ = ["FileEvidence", "open_evidence"]

_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")


def open_evidence(
    folder: Path, key_folder: Path, clock: Clock, redact: Redact = str
) -> FileEvidence:
    """Evidence in `folder`, a folder a run, signed with the key of `key_folder`.

    `redact` is applied to every text before it is written. The key is made at
    first use; a check needs none.
    """
    return FileEvidence(folder, key_folder, clock, redact)


class FileEvidence:
    """Runs' evidence as files."""

    def __init__(self, folder: Path, key_folder: Path, clock: Clock, redact: Redact) -> None:
        self._folder = folder
        self._key_folder = key_folder
        self._clock = clock
        self._redact = redact

    def begin(
        self,
        run: str,
        task: str,
        about: Mapping[str, str] | None = None,
        versions: Mapping[str, str] | None = None,
    ) -> FileTrail:
        """A fresh trail; raises `EvidenceError` if the run has one already or it cannot be made."""
        return FileTrail(
            self.folder(run),
            run,
            task,
            clock=self._clock,
            signer=open_signer(self._key_folder),
            redact=self._redact,
            about=about,
            versions=versions,
        )

    def folder(self, run: str) -> Path:
        """Where a run's evidence is; raises `EvidenceError` for a name that no run has."""
        if not _RUN.fullmatch(run):
            raise EvidenceError(f"{run!r} is not the name of a run")
        return self._folder / run

    def verify(self, run: str) -> tuple[str, ...]:
        """What is wrong, in words, a missing checkpoint of a crashed run included."""
        return self.examine(run).problems

    def examine(self, run: str) -> Verdict:
        """All that a check finds; raises `EvidenceError` if there is no evidence of such a run."""
        folder = self._existing(run)
        signatures = Signatures(self._key_folder, folder / "public-key.pem")
        removal = _content(folder / REMOVAL)
        if removal is None:
            verdict = check(run, _files(folder), signatures.problem)
        else:
            verdict = check_removed(
                run,
                removal=removal,
                header=_content(folder / "run.json"),
                checkpoint=_content(folder / "checkpoint.json"),
                left=leftovers(folder),
                signed=signatures.problem,
            )
        if signatures.trusted:
            return verdict
        note = (
            f"{self._key_folder} holds no public key: the one beside the evidence was used. "
            f"Compare its id, {verdict.key}, with the one you were given."
        )
        return replace(verdict, notes=(*verdict.notes, note))

    def read(self, run: str) -> RunEvidence:
        """What is recorded, as far as it can be read; says nothing on whether it is sound."""
        folder = self._existing(run)
        header = _json(folder / "run.json")
        checkpoint = _json(folder / "checkpoint.json")
        details = {
            line.fields["step"]: tuple((name, text) for name, text in line.fields["details"])
            for line in detail_lines(_content(folder / "details.jsonl"), [], [])
        }
        steps = step_lines(_content(folder / "steps.jsonl"), [], [])
        figures = checkpoint.get("figures", {})
        return RunEvidence(
            run=run,
            task=str(header.get("task", "")),
            began=instant(header.get("began")),
            about=_texts(header.get("about")),
            versions=_texts(header.get("versions")),
            steps=tuple(_step(line, details) for line in steps),
            outcome=str(checkpoint.get("outcome", "")),
            ended=instant(checkpoint.get("ended")),
            figures={str(k): v for k, v in figures.items() if isinstance(v, int)}
            if isinstance(figures, dict)
            else {},
        )

    def runs(self) -> Iterator[OldRun]:
        """Runs whose evidence is here and was not removed, as far as their time can be read."""
        for folder in sorted(self._folder.iterdir() if self._folder.is_dir() else ()):
            if not folder.is_dir() or not _RUN.fullmatch(folder.name):
                continue
            begun = is_removed(folder)
            if begun and not leftovers(folder):
                continue
            header, checkpoint = _json(folder / "run.json"), _json(folder / "checkpoint.json")
            ended = instant(checkpoint.get("ended")) or instant(header.get("began"))
            if ended is not None:
                size = size_of(folder)
                yield OldRun(run=folder.name, ended=ended, size=size, begun=begun)

    def names(self) -> Iterator[str]:
        """Runs whose evidence is here and was not removed, the oldest first."""
        for folder in sorted(self._folder.iterdir() if self._folder.is_dir() else ()):
            if _RUN.fullmatch(folder.name) and folder.is_dir() and not is_removed(folder):
                yield folder.name

    def picture(self, run: str, picture: StepPicture) -> bytes:
        """Its content; empty if it is not there, or is not the one that was recorded."""
        content = _content(self.folder(run) / "pictures" / picture.file) if picture.file else None
        if content is None or digest(content) != picture.sha256:
            return b""
        return content

    def remove(self, run: str, found: Verdict, why: str) -> None:
        """Sign that a run's evidence was removed, and let it go; raises `EvidenceError`."""
        signer = open_signer(self._key_folder)
        remove(self._existing(run), found, why, self._clock.now(), signer)

    def last_picture(self, run: str) -> bytes:
        """The last picture of a run (JPEG), secrets masked; empty if there is none here."""
        try:
            steps = self.read(run).steps
        except EvidenceError:
            return b""
        named = [picture.file for step in steps for picture in step.pictures if picture.file]
        return (_content(self.folder(run) / "pictures" / named[-1]) or b"") if named else b""

    def _existing(self, run: str) -> Path:
        folder = self.folder(run)
        if not folder.is_dir():
            raise EvidenceError(
                f"There is no evidence of run {run} in {self._folder}; "
                "the folder names there are the runs that can be checked"
            )
        return folder


def _files(folder: Path) -> EvidenceFiles:
    return EvidenceFiles(
        header=_content(folder / "run.json"),
        steps=_content(folder / "steps.jsonl"),
        details=_content(folder / "details.jsonl"),
        anchors=_content(folder / "anchors.jsonl"),
        checkpoint=_content(folder / "checkpoint.json"),
        pictures=_pictures(folder / "pictures"),
    )


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EvidenceError(f"{path}: the evidence cannot be read ({error.strerror})") from error


def _pictures(folder: Path) -> dict[str, str]:
    if not folder.is_dir():
        return {}
    found = {}
    for path in folder.iterdir():
        if not path.is_file():
            found[path.name] = "not a file"
            continue
        with path.open("rb") as file:
            found[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def _json(path: Path) -> Mapping[str, Any]:
    try:
        value = json.loads(_content(path) or b"{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _texts(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {name: text for name, text in value.items() if isinstance(text, str)}


def _step(line: Line, details: Mapping[int, tuple[tuple[str, str], ...]]) -> Step:
    fields = line.fields
    return Step(
        number=fields["step"],
        at=datetime.fromisoformat(fields["at"]),
        elapsed=fields["elapsed"],
        robot=fields["robot"],
        credential=fields["credential"],
        page=fields["page"],
        action=fields["action"],
        subject=fields["subject"],
        outcome=fields["outcome"],
        selectors=tuple(SelectorUse(**each) for each in fields["selectors"]),
        totals=tuple(fields["totals"].items()),
        pictures=tuple(StepPicture(**picture) for picture in fields["pictures"]),
        details=details.get(fields["step"]),
        sha256=line.sha256,
    )
