"""The story of one run, for its report: what it changed, by whose word, and who decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clerkwork.app.audits.decisions import taken
from clerkwork.app.audits.sources import Sources
from clerkwork.app.audits.writes import COLUMNS, told
from clerkwork.core.evidence import RunEvidence
from clerkwork.core.listing import Cell, Listing, Place, Row
from clerkwork.core.writes import writes_of
from clerkwork.ports import RunRow

__all__ = ["Story", "story_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What evidence and books together say of a run."""

    evidence: RunEvidence
    row: RunRow | None
    """As the journal has it; None if that does not know the run."""
    writes: tuple[Mapping[str, Cell], ...]
    """Each by the columns of the report of writes."""
    decisions: Listing
    """Those that point at the run, or were taken about what it wrote."""


def story_of(sources: Sources, run: str) -> Story:
    """Raises `EvidenceError` if there is no evidence of such a run."""
    evidence = sources.shelf.read(run)
    rows = told(sources, list(writes_of(evidence)))
    writes = tuple(dict(zip(COLUMNS, row, strict=True)) for row in rows)
    about = {str(write["about"]) for write in writes}
    listing = taken(sources)
    own = tuple(row for row in listing.rows if _concerns(row, run, about))
    return Story(
        evidence=evidence,
        row=sources.runs.find(run),
        writes=writes,
        decisions=Listing(
            name=listing.name,
            title=listing.title,
            about=listing.about,
            columns=listing.columns,
            rows=own,
        ),
    )


def _concerns(row: Row, run: str, about: set[str]) -> bool:
    place = row[-1]
    if isinstance(place, Place) and place.run == run:
        return True
    return any(subject and subject in str(row[4]) for subject in about)
