"""What a check of evidence finds: of which kind, in which record, and in words for people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["BadSignature", "Finding", "Kind", "Signed"]


class Kind(StrEnum):
    """What was done to evidence, or what a crash left of it."""

    ALTERED = "altered"
    """Its bytes are not those that were written."""
    ADDED = "added"
    LEFT_OUT = "left out"
    """One is missing between others."""
    REPEATED = "repeated"
    REORDERED = "reordered"
    RESTAMPED = "restamped"
    """It was altered, and its time no longer fits those around it."""
    REWRITTEN = "rewritten"
    """Records that fit each other, and not what was signed."""
    TRUNCATED = "truncated"
    """The end is missing."""
    FORGED = "forged"
    """Signed with a key that is not trusted."""
    MISSING_FILE = "missing file"
    MISSING_PICTURE = "missing picture"
    MISSING_DETAILS = "missing details"
    """They are gone, and no signed note says that they were deleted."""
    MISSING_RUN = "missing run"
    CONTRADICTION = "contradicting checkpoint"
    """The checkpoint, the log and the journal do not say the same of a run."""
    ROLLED_BACK = "rolled back"
    """A copy of a tree head says that there was more, or something else."""
    UNANCHORED = "unanchored tail"
    """Nothing signs it: a crash, or a cut behind the last anchor."""
    TORN = "torn"
    """A crash left it half written."""


_LEFT_BY_A_CRASH = frozenset({Kind.UNANCHORED, Kind.TORN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong."""

    kind: Kind
    words: str
    file: str = ""
    """Relative to the run's folder, or to that of the evidence for the log."""
    line: int = 0
    """From 1; 0 where it is about no line."""
    first: int = 0
    """Number of the first record that it is about: a step, an anchor, a leaf; 0 for none."""
    last: int = 0
    """Number of the last one; that of the first where it is about one."""
    run: str = ""

    @property
    def grave(self) -> bool:
        """Whether somebody did it; a crash leaves what is not."""
        return self.kind not in _LEFT_BY_A_CRASH


@dataclass(frozen=True, slots=True)
class BadSignature:
    """What is wrong with a signature."""

    kind: Kind
    """`FORGED` where its key is not trusted, else `ALTERED`."""
    words: str


Signed = Callable[[str, bytes, str], BadSignature | None]
"""Key id, message, signature (hex) → what is wrong with the signature, if anything is."""
