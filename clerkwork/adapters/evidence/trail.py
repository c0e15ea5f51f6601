"""Writes the evidence of one run: each record to disk before what it speaks of goes on."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

from clerkwork.adapters.evidence.disk import append_line, sync
from clerkwork.adapters.evidence.keys import Signer
from clerkwork.adapters.evidence.recovery import newly_found
from clerkwork.core.evidence import (
    FORMAT,
    SelectorUse,
    canonical,
    commitment,
    digest,
    picture_name,
    signed_part,
    stamp,
    well_formed,
)
from clerkwork.core.evidence.found import found_name
from clerkwork.core.evidence.record import plain_canonical
from clerkwork.errors import EvidenceError
from clerkwork.ports import Clock, Picture, StepRecord

__all__ = ["FileTrail"]

Redact = Callable[[str], str]
Logged = Callable[[str, Mapping[str, object]], None]
"""A kind of leaf and what it holds → it stands in the log of all runs."""

_SIDE_BY_SIDE = 8
"""Files that are forced to the disk at once."""


class FileTrail:
    """The evidence of one run, in a folder of its own.

    A record is handed to the operating system at once, so that it outlives
    this process, and is forced to the disk beside what goes on: no step begins, and nothing is
    signed, before all that came earlier is there. A record that cannot be
    written whole is taken back, and raises `EvidenceError`.
    """

    def __init__(
        self,
        folder: Path,
        run: str,
        task: str,
        *,
        clock: Clock,
        signer: Signer,
        redact: Redact,
        about: Mapping[str, str] | None = None,
        versions: Mapping[str, str] | None = None,
        log: Mapping[str, object] | None = None,
        logged: Logged = lambda kind, leaf: None,
    ) -> None:
        self.run = run
        self._task = task
        self._about = dict(about or {})
        self._versions = dict(versions or {})
        self._log = log
        self._folder = folder
        self._clock = clock
        self._signer = signer
        self._redact = redact
        self._steps = 0
        self._anchors = 0
        self._last_anchor = ""
        self._disk = ThreadPoolExecutor(_SIDE_BY_SIDE)
        self._under_way: list[Future[None]] = []
        self._kept: dict[str, str] = {}
        """SHA-256 of each picture → its file, in which the same picture later is kept, too."""
        self._closed = False
        self._began = time.monotonic_ns()
        self._logged = logged
        self._found = folder / found_name(1)
        self._before = ""
        self._head = digest(self._begin())
        logged("begun", {"run": run, "header": self._head})

    def record(self, step: StepRecord) -> int:
        """Append to the chain; the step's number from 1."""
        self._open_still()
        self.settled()
        number = self._steps + 1
        written: list[Path] = []
        try:
            pictures = [
                self._picture(number, ordinal, picture, written)
                for ordinal, picture in enumerate(step.pictures, start=1)
            ]
            salt = secrets.token_bytes(32)
            details = [(self._text(name), self._text(text)) for name, text in step.details.items()]
            # Only there are names, or figures, that are not our own.
            written_down = canonical if step.totals or step.selectors else plain_canonical
            line = written_down(
                {
                    "step": number,
                    "at": stamp(self._clock.now()),
                    "elapsed": (time.monotonic_ns() - self._began) // 1_000_000,
                    "run": self.run,
                    "robot": self._text(step.robot),
                    "credential": self._text(step.credential),
                    "action": self._text(step.action),
                    "subject": self._text(step.subject),
                    "outcome": self._text(step.outcome),
                    "page": self._text(step.page),
                    "selectors": [self._selector(each) for each in step.selectors],
                    "totals": self._texts(step.totals),
                    "pictures": pictures,
                    "details": commitment(salt, details),
                    "anchors": self._anchors,
                    "previous": self._head,
                }
            )
            kept = {"step": number, "salt": salt.hex(), "details": [list(pair) for pair in details]}
            size = append_line(self._folder / "details.jsonl", plain_canonical(kept))
            try:
                append_line(self._folder / "steps.jsonl", line)
            except OSError:
                os.truncate(self._folder / "details.jsonl", size)
                raise
        except OSError as error:
            for path in written:
                path.unlink(missing_ok=True)
            raise self._unwritten(error) from error
        self._before = self._head if number > 1 else ""
        self._steps, self._head = number, digest(line)
        self._kept |= {each["sha256"]: each["file"] for each in pictures if "file" in each}
        folders = [self._folder / "pictures"] if written else []
        files = [self._folder / "details.jsonl", self._folder / "steps.jsonl"]
        # Side by side: file systems take such requests in one commit.
        self._under_way = [self._disk.submit(sync, each) for each in (*files, *written, *folders)]
        if self._found.exists():
            self._say_it_woke()
        return number

    def _say_it_woke(self) -> None:
        """Sign what came after others had taken the run for dead: nobody else can know it is ours.

        It may have slept for so long that it was found, and its end was signed.
        """
        self.settled()
        now = self._clock.now()
        try:
            leaves = list(newly_found(self._folder, self.run, self.run, now, self._signer))
        except OSError as error:
            raise self._unwritten(error) from error
        for kind, leaf in leaves:
            self._logged(kind, leaf)

    def settled(self) -> None:
        """Wait until all that was recorded is on the disk; raises `EvidenceError` if it is not."""
        under_way, self._under_way = self._under_way, []
        wait(under_way)
        try:
            for each in under_way:
                each.result()
        except OSError as error:
            raise self._unwritten(error) from error

    def anchor(self, why: str) -> None:
        """Sign the head so far and force it to the disk, before a write."""
        self._open_still()
        fields: dict[str, object] = {
            "number": self._anchors + 1,
            "at": stamp(self._clock.now()),
            "run": self.run,
            "step": self._steps,
            "head": self._head,
            "why": self._text(why),
            "previous": self._last_anchor,
            "key": self._signer.id,
        }
        fields["signature"] = self._signer.sign(signed_part("anchor", fields))
        line = canonical(fields)
        self.settled()
        try:
            append_line(self._folder / "anchors.jsonl", line, synced=True)
        except OSError as error:
            raise self._unwritten(error) from error
        self._anchors += 1
        self._last_anchor = digest(line)

    def close(self, outcome: str, figures: Mapping[str, int]) -> None:
        """Sign the checkpoint that ends the run; nothing can be recorded after it."""
        self._open_still()
        fields: dict[str, object] = {
            "format": FORMAT,
            "run": self.run,
            "task": self._text(self._task),
            "ended": stamp(self._clock.now()),
            "outcome": self._text(outcome),
            "figures": {self._text(name): count for name, count in figures.items()},
            "steps": self._steps,
            "head": self._head,
            "anchors": self._anchors,
            "key": self._signer.id,
        }
        fields["signature"] = self._signer.sign(signed_part("checkpoint", fields))
        draft = self._folder / "checkpoint.part"
        content = canonical(fields)
        self.settled()
        try:
            draft.unlink(missing_ok=True)
            _write(draft, content, sync=True)
            draft.replace(self._folder / "checkpoint.json")
            sync(self._folder)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise self._unwritten(error) from error
        self._closed = True
        self._disk.shutdown()
        leaf = {"run": self.run, "outcome": fields["outcome"], "checkpoint": digest(content)}
        self._logged("ended", {**leaf, "steps": self._steps, "before": self._before})

    def _begin(self) -> bytes:
        fields: dict[str, object] = {
            "format": FORMAT,
            "run": self.run,
            "task": self._text(self._task),
            "began": stamp(self._clock.now()),
            "about": self._texts(self._about),
            "versions": self._versions,
            "key": self._signer.id,
        }
        # Each run bears witness to the log before it: what is in there cannot be taken out alone.
        header = canonical({**fields, "log": dict(self._log)} if self._log else fields)
        try:
            self._folder.mkdir(parents=True)
            (self._folder / "pictures").mkdir()
            for name in ("steps.jsonl", "details.jsonl", "anchors.jsonl"):
                _write(self._folder / name, b"")
            _write(self._folder / "public-key.pem", self._signer.public_pem)
            _write(self._folder / "run.json", header, sync=True)
            sync(self._folder)
            sync(self._folder.parent)
        except FileExistsError as error:
            raise EvidenceError(
                f"{self._folder}: there is evidence of a run of this name already; "
                "a run is never gone on with under its old name"
            ) from error
        except OSError as error:
            raise self._unwritten(error) from error
        return header

    def _picture(
        self, step: int, ordinal: int, picture: Picture, written: list[Path]
    ) -> dict[str, str]:
        label = self._text(picture.label)
        if picture.gap or not picture.image:
            return {"label": label, "gap": self._text(picture.gap or "no picture was taken")}
        sha256 = digest(picture.image)
        name = self._kept.get(sha256, "")
        if not name:
            name = picture_name(step, ordinal, label)
            path = self._folder / "pictures" / name
            written.append(path)
            _write(path, picture.image)
        return {"label": label, "file": name, "sha256": sha256}

    def _text(self, text: str) -> str:
        return well_formed(self._redact(text))

    def _texts(self, texts: Mapping[str, str]) -> dict[str, str]:
        return {self._text(name): self._text(text) for name, text in texts.items()}

    def _selector(self, use: SelectorUse) -> dict[str, str | bool]:
        return {
            "name": self._text(use.name),
            "written": self._text(use.written),
            "used": self._text(use.used),
            "healed": use.healed,
        }

    def _open_still(self) -> None:
        if self._closed:
            raise EvidenceError(f"{self._folder}: the run is closed; nothing can be added to it")

    def _unwritten(self, error: OSError) -> EvidenceError:
        return EvidenceError(
            f"{self._folder}: the evidence cannot be written ({error.strerror}); "
            "make room on the disk or mend its permissions, and start the run again. "
            "Nothing is keyed or sent without evidence."
        )


def _write(path: Path, content: bytes, *, sync: bool = False) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        if sync:
            os.fsync(file.fileno())
