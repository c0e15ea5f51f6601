"""Credentials: every use of a portal's login, by the name under which the vault keeps it."""

from __future__ import annotations

from collections.abc import Iterator

from clerkwork.app.audits.sources import Sources
from clerkwork.core.evidence import RunEvidence, Step
from clerkwork.core.listing import Listing, Place, Row, ordered

__all__ = ["credentials"]

_SIGN_IN = "sign in"


def credentials(sources: Sources) -> Listing:
    """A row for each login that a run used in the period."""
    return Listing(
        name="credentials",
        title="Uses of credentials",
        about="Which run used which login: its name in the vault, never its value.",
        columns=(
            "at",
            "credential",
            "robot",
            "run",
            "task",
            "for",
            "sign-ins",
            "refused",
            "steps",
            "last used",
        ),
        rows=ordered(row for evidence in sources.evidence for row in _rows(sources, evidence)),
        findings=(*sources.amiss, *sources.unproved, *_unnamed(sources)),
        since=sources.since,
        until=sources.until,
    )


def _rows(sources: Sources, evidence: RunEvidence) -> Iterator[Row]:
    used: dict[tuple[str, str], list[Step]] = {}
    for step in evidence.steps:
        if step.credential and sources.within(step.at):
            used.setdefault((step.credential, step.robot), []).append(step)
    for (credential, robot), steps in used.items():
        entered = [step for step in steps if step.action == _SIGN_IN]
        yield (
            steps[0].at,
            credential,
            robot,
            Place(evidence.run, steps[0].number),
            evidence.task,
            evidence.about.get("slot") or evidence.about.get("operator", ""),
            len(entered),
            sum(step.outcome != "ok" for step in entered),
            len(steps),
            steps[-1].at,
        )


def _unnamed(sources: Sources) -> Iterator[str]:
    for evidence in sources.evidence:
        for step in evidence.steps:
            if step.action == _SIGN_IN and not step.credential and sources.within(step.at):
                yield (
                    f"step {step.number} of {evidence.run}: {step.robot} signed in, and no "
                    "credential is named"
                )
