"""What the log of runs says of each run, read again only where it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clerkwork.adapters.evidence.files import content_of
from clerkwork.core.evidence.log import LEAVES, RunLeaves, read_leaves, run_leaves

__all__ = ["LeavesFile", "Logged"]


@dataclass(frozen=True, slots=True)
class Logged:
    runs: Mapping[str, RunLeaves]
    since: str
    """When the log was opened; empty where there is none."""
    told: frozenset[tuple[str, str]]
    """Slots and errands that came to no run: task, and the moment or the errand's id."""
    decided: frozenset[str] = frozenset()
    """Marks of decisions."""


class LeavesFile:
    """The log's leaves in a folder of evidence, unchecked."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LEAVES
        self._seen: tuple[object, Logged] | None = None

    def read(self) -> Logged:
        """Raises `EvidenceError` if it cannot be read."""
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            return Logged({}, "", frozenset())
        state = (stat.st_size, stat.st_mtime_ns)
        if self._seen is None or self._seen[0] != state:
            leaves = read_leaves(content_of(self._path))
            since = str(leaves[0].get("at", "")) if leaves else ""
            told = {
                (str(leaf.get("task")), str(leaf.get("due", leaf.get("errand"))))
                for leaf in leaves
                if leaf.get("kind") in ("slot", "errand")
            }
            decided = frozenset(
                str(one[0])
                for leaf in leaves
                if leaf.get("kind") == "decisions"
                for one in leaf["made"]
                if isinstance(one, list) and one
            )
            logged = Logged(run_leaves(leaves), since, frozenset(told), decided)
            self._seen = (state, logged)
        return self._seen[1]
