"""Heals: every selector that no longer found its thing, and what was used instead."""

from __future__ import annotations

from collections.abc import Iterator

from clerkwork.app.audits.sources import Sources
from clerkwork.core.healing import Proposal
from clerkwork.core.listing import Listing, Place, Row, ordered

__all__ = ["heals"]


def heals(sources: Sources) -> Listing:
    """Every use of a healed selector in the period, with who accepted or rejected the change."""
    return Listing(
        name="heals",
        title="Healed selectors",
        about="Where a page had changed and a robot that reads went on with what surely was meant. "
        "A step that writes never does so.",
        columns=(
            "at",
            "robot",
            "selector",
            "written and used",
            "action",
            "step",
            "picture",
            "review",
            "by",
            "decided",
        ),
        rows=ordered(_rows(sources)),
        findings=(*sources.amiss, *sources.unproved, *_open(sources)),
        since=sources.since,
        until=sources.until,
    )


def _rows(sources: Sources) -> Iterator[Row]:
    for evidence in sources.evidence:
        for step in evidence.steps:
            if not sources.within(step.at):
                continue
            for use in step.selectors:
                if use.healed:
                    change = _proposal(sources, step.robot, use.name)
                    picture = next((p.file for p in step.pictures if p.file), "")
                    yield (
                        step.at,
                        step.robot,
                        use.name,
                        use.used or use.written,
                        step.action,
                        Place(evidence.run, step.number),
                        Place(evidence.run, step.number, picture) if picture else None,
                        change.state if change else "not proposed",
                        change.by if change else "",
                        change.decided if change else "",
                    )


def _proposal(sources: Sources, robot: str, name: str) -> Proposal | None:
    """The newest change proposed for a selector."""
    section = name.partition(".")[0]
    found = [
        one
        for one in sources.proposals
        if one.portal == robot and one.name in (name, f"{section}.columns")
    ]
    exact = [one for one in found if one.name == name]
    return max(exact or found, key=lambda one: one.at, default=None)


def _open(sources: Sources) -> Iterator[str]:
    for one in sources.proposals:
        if one.used and one.state == "open":
            yield (
                f"{one.portal}, {one.name}: runs go on with what was found instead since "
                f"{one.at[:16]}, and nobody has accepted or rejected it "
                f"(`clerkwork selectors review show {one.id}`)"
            )
