"""What the log of runs says of each run, read again only where it changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from clerkwork.adapters.evidence.files import content_of
from clerkwork.core.evidence.log import LEAVES, RunLeaves, read_leaves, run_leaves
from clerkwork.core.evidence.marks import decision_marks
from clerkwork.core.evidence.rotations import replaced

__all__ = ["LeavesFile", "Logged"]


@dataclass(frozen=True, slots=True)
class Logged:
    runs: Mapping[str, RunLeaves]
    since: str
    """When the log was opened; empty where there is none."""
    told: frozenset[tuple[str, str]]
    """Slots and errands that came to no run: task, and the moment or the errand's id."""
    replaced: Mapping[str, int] = field(default_factory=dict)
    """Keys in whose place others came, each with the leaf that says so."""

    def of(self, run: str) -> RunLeaves:
        """What it says of a run; of one that it does not know, which keys sign no more."""
        return self.runs.get(run) or RunLeaves(replaced=self.replaced)


class LeavesFile:
    """The log's leaves in a folder of evidence, unchecked.

    What a run asks of it is picked out of the lines that can concern it: read whole each time, the
    log would make each run a little slower than the one before.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / LEAVES
        self._seen: tuple[object, Logged] | None = None

    def read(self) -> Logged:
        """Raises `EvidenceError` if it cannot be read."""
        state = self._state()
        if state is None:
            return Logged({}, "", frozenset())
        if self._seen is None or self._seen[0] != state:
            leaves = read_leaves(content_of(self._path))
            told = {
                (str(leaf.get("task")), str(leaf.get("due", leaf.get("errand"))))
                for leaf in leaves
                if leaf.get("kind") in ("slot", "errand")
            }
            gone = replaced(leaves)
            logged = Logged(run_leaves(leaves), _since(leaves), frozenset(told), gone)
            self._seen = (state, logged)
        return self._seen[1]

    def about(self, run: str) -> Logged:
        """What it says of one run, and when it was opened; raises `EvidenceError`."""
        if self._seen is not None and self._seen[0] == self._state():
            return self._seen[1]
        content = content_of(self._path) or b""
        first = read_leaves(content[: content.find(b"\n") + 1])
        # A sign written otherwise than it is begins with a backslash.
        wanted = (run.encode(), b'"kind":"key"', b"\\")
        leaves = read_leaves(b"".join(_lines_with(content, *wanted)))
        own = {name: said for name, said in run_leaves(leaves).items() if name == run}
        return Logged(own, _since(first), frozenset(), replaced(leaves))

    def marks(self) -> Mapping[str, tuple[str, datetime | None]]:
        """Marks of the decisions that it tells of; raises `EvidenceError`."""
        lines = _lines_with(content_of(self._path) or b"", b"decisions")
        return decision_marks(read_leaves(b"".join(lines)))

    def _state(self) -> tuple[int, int] | None:
        """What changes with its content; none where there is no log."""
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            return None
        return stat.st_size, stat.st_mtime_ns


def _since(leaves: Sequence[Mapping[str, Any]]) -> str:
    return str(leaves[0].get("at", "")) if leaves else ""


def _lines_with(content: bytes, *words: bytes) -> Iterator[bytes]:
    """The lines that hold one of these, each once, with their ends."""
    begins = {content.rfind(b"\n", 0, at) + 1 for word in words for at in _places(content, word)}
    for begin in sorted(begins):
        end = content.find(b"\n", begin)
        if end >= 0:
            yield content[begin : end + 1]


def _places(content: bytes, word: bytes) -> Iterator[int]:
    at = content.find(word)
    while at >= 0:
        yield at
        at = content.find(word, at + len(word))
