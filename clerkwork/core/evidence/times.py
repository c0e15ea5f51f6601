"""Tells a record whose time was changed from one that was altered otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from clerkwork.core.evidence.finding import Finding, Kind
from clerkwork.core.evidence.parse import Checkpoint, Line, instant

__all__ = ["restamped"]

_LEEWAY = 2.0
"""Seconds by which a clock may be set while a run is at work."""


def restamped(
    findings: Iterable[Finding],
    steps: Sequence[Line],
    anchors: Sequence[Line],
    checkpoint: Checkpoint | None,
) -> list[Finding]:
    """The findings; altered steps whose time fits neither those around them nor what was signed.

    A time alone is never a finding: clocks are set back now and then.
    """
    told = list(findings)
    if not any(one.kind in (Kind.ALTERED, Kind.REWRITTEN) for one in told):
        return told
    times = _times(steps)
    for index, one in enumerate(told):
        if one.kind not in (Kind.ALTERED, Kind.REWRITTEN):
            continue
        span = range(one.first, one.last + 1)
        if any(_jumps(times, n, one) or _against(times, n, anchors, checkpoint) for n in span):
            words = one.words.replace("was altered", "was restamped or altered")
            told[index] = replace(
                one, kind=Kind.RESTAMPED, words=f"{words}; its time does not fit those around it"
            )
    return told


def _times(steps: Sequence[Line]) -> dict[int, tuple[float, float | None]]:
    """By its number, when a step was recorded, and seconds since the run began by another clock."""
    found = {}
    for line in steps:
        at = instant(line.fields.get("at")) if line.fields else None
        if at is not None:
            elapsed = line.fields.get("elapsed")
            since = elapsed / 1000 if isinstance(elapsed, int) else None
            found[line.fields["step"]] = (at.timestamp(), since)
    return found


def _jumps(times: dict[int, tuple[float, float | None]], number: int, one: Finding) -> bool:
    """Whether it goes back behind, or before, a neighbour, or the other clock says otherwise."""
    if number not in times:
        return False
    for earlier, later in ((number - 1, number), (number, number + 1)):
        if earlier not in times or later not in times:
            continue
        (at, since), (at_later, since_later) = times[earlier], times[later]
        if at_later < at:
            return True
        if since is None or since_later is None:
            continue
        if abs((at_later - at) - (since_later - since)) > _LEEWAY:
            return True
    return False


def _against(
    times: dict[int, tuple[float, float | None]],
    number: int,
    anchors: Sequence[Line],
    checkpoint: Checkpoint | None,
) -> bool:
    """Whether it was signed before it was recorded, or recorded before what came before it."""
    if number not in times:
        return False
    at = times[number][0]
    for line in anchors:
        signed = instant(line.fields["at"])
        if signed is None:
            continue
        behind = number > line.fields["step"]
        if (behind and at < signed.timestamp()) or (not behind and at > signed.timestamp()):
            return True
    ended = instant(checkpoint["ended"]) if checkpoint is not None else None
    return ended is not None and at > ended.timestamp()
