"""A bad day at the portals: the troubles that a seed brings, the same ones each time."""

from __future__ import annotations

import random
from collections.abc import Iterator

from clerkwork.demo.faults import Fault

__all__ = ["bad_day"]

_SLOW_ONE_IN = 10
_SLOW_SECONDS = 0.4
_REQUESTS = {"kantoor": 70, "polder": 36}
"""How many of a small round's requests each portal sees, so that a trouble falls inside it."""
_ROUGH = 4
"""One day in so many has every trouble several times, and maintenance that lasts."""


def bad_day(seed: int) -> tuple[Fault, ...]:
    """Every tenth request of both portals slow; an error 500, an expired session, a maintenance
    page and a download cut off, each at some request of one portal. A quarter of the days
    have more of each, and answers of the ERP cut off too.
    """
    draw = random.Random(f"bad day {seed}")  # noqa: S311 - a seed, no secret
    return (*_slow(draw), *_troubles(draw, rough=seed % _ROUGH == 0))


def _slow(draw: random.Random) -> Iterator[Fault]:
    for portal in _REQUESTS:
        yield Fault(
            portal=portal,
            kind="slow",
            after=draw.randrange(_SLOW_ONE_IN),
            every=_SLOW_ONE_IN,
            seconds=_SLOW_SECONDS,
        )


def _troubles(draw: random.Random, *, rough: bool) -> Iterator[Fault]:
    for kind in ("500", "expired", "maintenance"):
        for _ in range(draw.randint(2, 4) if rough else 1):
            lasts = draw.randint(2, 12) if rough and kind == "maintenance" else 1
            yield _somewhere(draw, kind, lasts)
    yield Fault(portal="polder", kind="cut", match="^/export", after=draw.randrange(3), times=1)
    if rough:
        yield Fault(portal="kantoor", kind="cut", after=draw.randrange(70), times=1)


def _somewhere(draw: random.Random, kind: str, times: int) -> Fault:
    portal = draw.choice(tuple(_REQUESTS))
    return Fault(portal=portal, kind=kind, after=draw.randrange(_REQUESTS[portal]), times=times)
