"""Copies of tree heads in places that the robots cannot rewrite."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from filelock import FileLock

from clerkwork.adapters.evidence.disk import put_new
from clerkwork.adapters.evidence.log import last_head
from clerkwork.errors import ClerkworkError, EvidenceError
from clerkwork.ports import Clock

__all__ = ["Copier", "FolderCopies", "HeadCopies", "kept_heads"]


_NEVER: Mapping[str, Any] = {"count": 0, "at": "", "why": "", "since": ""}
"""Of a place: leaves of the last copy and when that was made; what is wrong, and since when."""


class Copier(Protocol):
    """A place that keeps copies."""

    @property
    def name(self) -> str: ...

    @property
    def every(self) -> timedelta:
        """The least time between two copies there."""

    def put(self, name: str, content: bytes) -> None:
        """Keep it; raises `ClerkworkError` or `OSError` if it surely is not kept."""


@dataclass(frozen=True, slots=True)
class FolderCopies:
    """A file for each head, in a folder that is only added to."""

    folder: Path
    name: str = "folder"
    every: timedelta = timedelta(0)

    def put(self, name: str, content: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not put_new(path, content) and path.read_bytes() != content:
            raise EvidenceError(
                f"{path}: another tree head lies there already; somebody altered it, "
                "or the log was rolled back. Look with `clerkwork verify --all`"
            )


class HeadCopies:
    """Copies the last tree head to each place, and remembers where that could not be done."""

    def __init__(
        self,
        evidence: Path,
        memory: Path,
        copiers: Sequence[Copier],
        clock: Clock,
        *,
        required: bool = False,
        tell: Callable[[str], None] = lambda words: None,
    ) -> None:
        self._evidence = evidence
        self._memory = memory
        self._copiers = copiers
        self._clock = clock
        self._required = required
        self._tell = tell

    def copy(self) -> Mapping[str, str]:
        """Copy what is not copied yet; by place what is wrong there, empty if nothing is.

        What failed is tried again whenever this is called. Raises nothing for a place that is
        down, `EvidenceError` for a log that cannot be read.
        """
        head = last_head(self._evidence)
        if not self._copiers or head is None:
            return {}
        self._memory.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{self._memory}.lock", fallback_to_soft=False):
            known = self._known(str(head["log"]))
            for copier in self._copiers:
                state = known.setdefault(copier.name, dict(_NEVER))
                if state["count"] != head["count"] and self._is_due(copier, state):
                    self._copy_to(copier, head, state)
            self._remember({"log": head["log"], "places": known})
        return {copier.name: _said(known[copier.name]) for copier in self._copiers}

    def check(self) -> None:
        """Before a run begins: raises `EvidenceError` if a copy is required, and missing."""
        if not self._required:
            return
        missing = {name: why for name, why in self.copy().items() if why}
        if missing:
            raise EvidenceError(
                "; ".join(missing.values()) + ". config/workspace.toml requires copies of the "
                "evidence's tree heads, so nothing runs until they can be made"
            )

    def _copy_to(self, copier: Copier, head: Mapping[str, Any], state: dict[str, Any]) -> None:
        now = self._clock.now()
        try:
            copier.put(f"{head['log']}/{head['count']:09}.json", head["line"])
        except (ClerkworkError, OSError) as error:
            why = getattr(error, "strerror", None) or str(error) or type(error).__name__
            state["why"], state["since"] = why, state["since"] or now.isoformat()
            self._tell(f"tree head {head['number']} could not be copied to {copier.name}: {why}")
        else:
            state.update(count=head["count"], at=now.isoformat(), why="", since="")

    def _is_due(self, copier: Copier, state: Mapping[str, Any]) -> bool:
        if state["why"] or not state["at"]:
            return True
        return self._clock.now() - datetime.fromisoformat(state["at"]) >= copier.every

    def _known(self, log: str) -> dict[str, dict[str, Any]]:
        try:
            kept = json.loads(self._memory.read_bytes())
            places: dict[str, dict[str, Any]] = kept["places"] if kept["log"] == log else {}
        except (OSError, ValueError, KeyError, TypeError):
            return {}
        return places

    def _remember(self, content: Mapping[str, object]) -> None:
        draft = self._memory.with_name(f"{self._memory.name}.{os.getpid()}")
        draft.write_text(json.dumps(content, indent=1))
        draft.replace(self._memory)


def _said(state: Mapping[str, Any]) -> str:
    if not state["why"]:
        return ""
    last = f"the last copy is of {state['count']} leaves" if state["count"] else "there is none yet"
    return f"since {state['since'][:16].replace('T', ' ')} UTC: {state['why']}; {last}"


def kept_heads(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every copy of a tree head in a folder, with where it lies; raises `EvidenceError`."""
    if not folder.is_dir():
        raise EvidenceError(f"{folder} is no folder; name the one that copies of tree heads lie in")
    for path in sorted(folder.rglob("*.json")):
        try:
            yield str(path), path.read_bytes()
        except OSError as error:
            raise EvidenceError(f"{path}: it cannot be read ({error.strerror})") from error
