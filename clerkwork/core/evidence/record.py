"""The records of a run's evidence: canonical JSON, hashes, commitments and what is signed."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import orjson
import rfc8785

from clerkwork.core.evidence.finding import Finding

__all__ = [
    "FORMAT",
    "LONGEST_TEXT",
    "InLog",
    "RunEvidence",
    "SelectorUse",
    "Step",
    "StepPicture",
    "Verdict",
    "canonical",
    "commitment",
    "digest",
    "picture_name",
    "plain_canonical",
    "signed_part",
    "stamp",
    "well_formed",
]

FORMAT = "clerkwork evidence 2"
LONGEST_TEXT = 20_000
"""Characters of one text; a portal's page may not fill the disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPicture:
    """A picture of a step; `file` is relative to the run's folder and empty if there is a gap."""

    label: str
    file: str = ""
    sha256: str = ""
    gap: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectorUse:
    """A name of the selectors file that a step used: as it is written there, and as it was used."""

    name: str
    """'section.key'."""
    written: str = ""
    """The first way of finding it, placeholders as they are; empty for a table's columns."""
    used: str = ""
    """What was used instead: a later way of finding it, or what it was healed to."""
    healed: bool = False

    def __str__(self) -> str:
        if self.healed:
            return f"{self.name} (healed: {self.used})"
        return f"{self.name} ({self.used})" if self.used else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step as it stands in the evidence."""

    number: int
    at: datetime
    elapsed: int = 0
    """Milliseconds of the machine's monotonic clock since the run began."""
    robot: str
    credential: str = ""
    """The name under which the vault keeps the login; empty outside of portals."""
    page: str = ""
    """The page's address without query, fragment and what may be a secret."""
    action: str
    subject: str
    outcome: str
    selectors: tuple[SelectorUse, ...]
    totals: tuple[tuple[str, str], ...] = ()
    """What was checked against the portal's or the bank's own figures, by name."""
    pictures: tuple[StepPicture, ...]
    details: tuple[tuple[str, str], ...] | None
    """None if they were deleted."""
    sha256: str
    """Of the record, as the next one names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEvidence:
    """A run's evidence as far as it can be read; whether it is sound is a `Verdict`'s to say."""

    run: str
    task: str
    began: datetime | None
    about: Mapping[str, str] = field(default_factory=dict)
    """Of what it is a run: slot, errand, attempt and worker, as far as there are any."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of the code and of each file of the workspace that it ran with."""
    steps: tuple[Step, ...]
    unread: tuple[str, ...] = ()
    """Where records are that are none any more, so that nothing of them is here."""
    outcome: str = ""
    """Empty without a checkpoint."""
    ended: datetime | None = None
    figures: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class InLog:
    """Proof that what the log of all runs says of a run is under its last signed tree head."""

    leaf: int
    """Number of the last leaf about the run, from 1."""
    count: int
    """Leaves under the tree head."""
    head: int
    """The tree head's number."""
    root: str
    at: str
    """When it was signed (UTC)."""
    proof: tuple[str, ...]
    """The inclusion proof of RFC 9162, in hex, from the leaf up."""
    stamped: datetime | None
    """When an authority first stamped a tree head over that leaf; None if none did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a check of a run's evidence found, in words for people."""

    run: str
    steps: int = 0
    pictures: int = 0
    anchors: int = 0
    key: str = ""
    """Id of the key that signed it: SHA-256 of the raw public key."""
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    """What is as it should be and worth knowing: details deleted, pictures not taken."""
    under_way: bool = False
    """Whether the run is at work yet, so that its end is not signed."""
    recovered: bool = False
    """Whether it crashed, and what it left was signed as found."""
    in_log: InLog | None = None
    """None where there is no such proof, or nobody asked for it."""
    removed: str = ""
    """The day (UTC, ISO 8601) on which it was removed, as declared; empty if it was not."""
    trusted: bool = True
    """Whether it was checked with keys that somebody trusts, not with those that lie beside it."""

    @property
    def broken(self) -> tuple[str, ...]:
        """Signs that something was altered, left out or cut off."""
        return tuple(one.words for one in self.findings if one.grave)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a crash leaves behind: a tail that nothing signs."""
        return tuple(one.words for one in self.findings if not one.grave)

    @property
    def state(self) -> str:
        """'sound', 'under way', 'unfinished' (it crashed, or so to the eye), 'recovered' (it
        crashed, and what was found was signed), 'removed' or 'broken'."""
        if self.broken:
            return "broken"
        if self.under_way:
            return "under way"
        if self.removed:
            return "removed"
        if self.warnings:
            return "unfinished"
        return "recovered" if self.recovered else "sound"

    @property
    def problems(self) -> tuple[str, ...]:
        """All that keeps the evidence from being sound."""
        return self.broken + self.warnings


def canonical(value: object) -> bytes:
    """Canonical JSON (RFC 8785) of strings, whole numbers, lists and objects.

    Raises `ValueError` for what JSON or 53 bits cannot hold.
    """
    return rfc8785.dumps(value)  # type: ignore[arg-type]


def plain_canonical(value: object) -> bytes:
    """The same, many times as fast, of what holds no float.

    Its names are sorted by code points, as RFC 8785 does it only below U+D800; whoever has others
    asks `canonical`. Raises `ValueError` as that does.
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER)
    except TypeError as problem:
        raise ValueError(str(problem)) from None


def digest(content: bytes) -> str:
    """SHA-256, in hex."""
    return hashlib.sha256(content).hexdigest()


def commitment(salt: bytes, details: Iterable[tuple[str, str]]) -> str:
    """Binds details without showing them: SHA-256 over the salt and their canonical JSON."""
    return digest(salt + plain_canonical([list(pair) for pair in details]))


def signed_part(kind: str, fields: Mapping[str, object]) -> bytes:
    """What a signature of an 'anchor' or a 'checkpoint' is made over: all but itself."""
    unsigned = {name: value for name, value in fields.items() if name != "signature"}
    return f"{FORMAT} {kind}\n".encode() + canonical(unsigned)


def picture_name(step: int, ordinal: int, label: str) -> str:
    """A safe file name for a picture, e.g. '0012-2-form-before-submit.jpg'."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
    return f"{step:04}-{ordinal}-{slug or 'picture'}.jpg"


def stamp(at: datetime) -> str:
    """An instant as records have it: UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def well_formed(text: str) -> str:
    """A text that JSON can hold and that is not endless."""
    if len(text) > LONGEST_TEXT:
        text = f"{text[:LONGEST_TEXT]} … ({len(text) - LONGEST_TEXT} more characters)"
    return text.encode("utf-8", "replace").decode()
