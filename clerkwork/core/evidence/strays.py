"""Files in a run's folder that no run writes: nothing holds their hash, so nobody can vouch."""

from __future__ import annotations

from collections.abc import Iterable

from clerkwork.core.evidence.deletion import DELETED
from clerkwork.core.evidence.finding import Finding, Kind
from clerkwork.core.evidence.found import found_number
from clerkwork.core.evidence.removal import STAYS

__all__ = ["PAGE", "belongs", "stray_files"]

PAGE = "index.html"
"""Shows the run to people. It holds nothing that is not in the records, and is made from them."""
_PICTURES = "pictures"
_OWN = STAYS | {"steps.jsonl", "details.jsonl", "anchors.jsonl", DELETED, PAGE}
_DRAFT = "checkpoint.part"
"""As other files whose names begin with a dot: what a crash left half written, and nobody reads."""


def belongs(name: str, *, folder: bool) -> bool:
    """Whether a run writes what is called so in its folder; `folder` says what it is."""
    if folder:
        return name == _PICTURES
    return name.startswith(".") or name in {_DRAFT, *_OWN} or found_number(name) > 0


def stray_files(names: Iterable[str]) -> tuple[Finding, ...]:
    """A finding for each name of what does not belong there."""
    words = "no run writes this, and nothing signs it: see what it is, and take it out"
    return tuple(
        Finding(kind=Kind.ADDED, words=f"{name}: {words}", file=name) for name in sorted(names)
    )
