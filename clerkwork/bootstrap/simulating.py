"""Simulate journeys on debtors who do not exist, on all processors."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

from clerkwork.core.simulation import LADDER, Policy, Tally, Town, Year, simulated
from clerkwork.ports import Progress
from clerkwork.workspace import Workspace

__all__ = ["Simulated", "shipped_policy", "simulate"]

_CHUNK = 250
"""Debtors that a process takes at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """What each policy came to, with the same debtors."""

    debtors: int
    days: int
    seed: int
    policies: dict[str, dict[str, Tally]]
    """Policy → segment → sums; the workspace's own journeys come first."""

    @property
    def own(self) -> Tally:
        """Of the workspace's journeys, over all segments."""
        return self.whole(next(iter(self.policies)))

    def whole(self, policy: str) -> Tally:
        """Over all segments."""
        found = Tally()
        for one in self.policies[policy].values():
            found.add(one)
        return found


def shipped_policy(place: Workspace) -> Policy:
    """The journeys of a workspace, each debtor on that of his segment."""
    config = place.config
    return Policy(name="journeys", journeys=config.journeys, segments=config.segments.segments)


def simulate(
    place: Workspace,
    *,
    debtors: int,
    year: Year,
    policies: Sequence[Policy] = (),
    progress: Progress = lambda _what, _done, _of: None,
) -> Simulated:
    """The workspace's journeys and others, by default three letters, on the same debtors."""
    mine = shipped_policy(place)
    compared = (mine, *(policies or (LADDER,)))
    town = Town(debtors=debtors, segments=mine.segments)
    chunks = [range(at, min(at + _CHUNK, debtors)) for at in range(0, debtors, _CHUNK)]
    sums: dict[str, dict[str, Tally]] = {policy.name: {} for policy in compared}
    done = 0
    progress("debtors", 0, debtors)
    # What is drawn depends on the seed and a debtor's number alone, not on who draws it.
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("forkserver")) as pool:
        walk = partial(simulated, town, year, compared)
        for chunk, found in zip(chunks, pool.map(walk, chunks), strict=True):
            for policy, segments in found.items():
                for segment, tally in segments.items():
                    sums[policy].setdefault(segment, Tally()).add(tally)
            done += len(chunk)
            progress("debtors", done, debtors)
    return Simulated(debtors=debtors, days=year.days, seed=year.seed, policies=sums)
