"""The verdict on a thing whose selector broke, or hits something that is not what it was."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from clerkwork.core.healing.model import Fingerprint, Thing, Verdict
from clerkwork.core.healing.pairs import Evidence, Odds, odds, reasons
from clerkwork.core.healing.places import likelihoods

__all__ = ["judge", "judge_columns"]

SURE = 0.75
"""A candidate below this likelihood is never taken."""
MARGIN = 0.4
"""And it has to be so far ahead of the next."""
STILL = 0.5
"""What the selector hits alone, and is as likely as this, is still it."""
STILL_IN_WRITING = 0.7
_HIT = 1.0
"""Log odds that the written selector lends to what it hits alone."""
_NEAR = 60
"""Things so far around the one that was are looked at."""
_GONE = -0.7
"""Log odds that a thing is gone, or one is new, on a page that is still at its path."""
_AS_MANY = -1.0
"""The same where there are as many things as there were: what went would have been replaced."""
_OTHER_PAGE = 3.0
"""The same on a page of another path."""
_BESIDE = 3
"""A newcomer stands so near to what is hit to be its rival in reading."""
_TWIN = -1.5
"""A newcomer that is, but for its words, as like as this below what is hit, is a rival."""
_TWIN_ON_THE_WAY = 1.5
"""Of what only leads on or is read alone, one that is so much more like: 'Previous' comes beside
'Next' on each second page."""
_RATHER = 2.5
"""A rival that is so much more like, but for its words, is it."""


def judge(
    was: Fingerprint,
    things: Sequence[Thing],
    *,
    page: str = "",
    hits: Collection[int] = (),
    writing: bool = False,
) -> Verdict:
    """Which of the things is the one that was.

    `hits` are the numbers of those that the written selector finds; empty `page` is unknown.
    """
    if not things:
        return Verdict(outcome="lost", reasons=("there is nothing of its sort on the page",))
    compared = _compare(was, things, page, {was.at: hits})
    twin = _TWIN if writing else _TWIN_ON_THE_WAY
    return compared.verdict(was.at, hits, writing=writing, twin=twin)


def judge_columns(
    was: Fingerprint,
    things: Sequence[Thing],
    columns: Mapping[str, int],
    hits: Mapping[str, Collection[int]],
    *,
    page: str = "",
) -> dict[str, Verdict]:
    """Which column is which, all of them together: by key, as `judge` does of one."""
    places = {at: hits.get(key, ()) for key, at in columns.items()}
    compared = _compare(was, things, page, places)
    return {
        key: compared.verdict(at, hits.get(key, ()), writing=False, twin=_TWIN)
        for key, at in columns.items()
    }


@dataclass(frozen=True, slots=True)
class _Compared:
    """The things that were around a place, and those that are, all with all."""

    old: Sequence[Thing]
    new: Sequence[Thing]
    first: int
    odds: Sequence[Sequence[Odds]]
    likely: Sequence[Sequence[float]]
    evidence: Evidence

    def verdict(self, place: int, hits: Collection[int], *, writing: bool, twin: float) -> Verdict:
        at = place - self.first
        ranked = sorted(enumerate(self.likely[at]), key=lambda each: -each[1])[:3]
        best, sure = ranked[0]
        second = ranked[1][1] if len(ranked) > 1 else 0.0
        told = (
            f"likelihood {sure:.2f}, the next {second:.2f}",
            *reasons(self.old[at], self.new[best], self.evidence),
        )
        found = tuple(each for each in ranked if each[1] >= 0.05)
        alone = next(iter(hits)) if len(hits) == 1 else None
        reach = len(self.new) if writing else _BESIDE
        rival = self._rival(at, alone, reach, twin) if alone is not None else None
        if alone is not None and rival is not None:
            return self._between(at, alone, rival, told)
        still = STILL_IN_WRITING if writing else STILL
        if alone is not None and self.likely[at][alone] >= still:
            return Verdict(outcome="same", ranked=found, reasons=told)
        if sure >= SURE and sure - second >= MARGIN and best != alone:
            return Verdict(outcome="healed", ranked=found, reasons=told)
        return Verdict(outcome="ambiguous" if found else "lost", ranked=found, reasons=told)

    def _rival(self, at: int, alone: int, reach: int, twin: float) -> int | None:
        """A newcomer near what is hit that might be the one that was, given other words."""
        around = range(max(0, alone - reach), min(len(self.new), alone + reach + 1))
        for other in sorted(around, key=lambda number: abs(number - alone)):
            if other == alone or self._is_somebody(other, but=at):
                continue
            mine, its = self.odds[at][alone], self.odds[at][other]
            if its.aside >= mine.aside + twin and its.aside > -1.0:
                return other
        return None

    def _is_somebody(self, number: int, *, but: int) -> bool:
        """Whether it is known as another thing that was there before."""
        return any(row[number] >= 0.5 for i, row in enumerate(self.likely) if i != but)

    def _between(self, at: int, alone: int, rival: int, told: tuple[str, ...]) -> Verdict:
        ahead = self.odds[at][rival].aside - self.odds[at][alone].aside
        words = f"{self.new[rival].words!r} stands beside {self.new[alone].words!r}, and is new"
        ranked = ((rival, self.likely[at][rival]), (alone, self.likely[at][alone]))
        if ahead >= _RATHER:
            more = ("but for its words it is what was there", *told)
            return Verdict(outcome="healed", ranked=ranked, reasons=(words, *more))
        return Verdict(outcome="ambiguous", ranked=ranked, reasons=(words, *told))


def _compare(
    was: Fingerprint, things: Sequence[Thing], page: str, hits: Mapping[int, Collection[int]]
) -> _Compared:
    first = max(0, was.at - _NEAR)
    old = was.things[first : was.at + _NEAR]
    evidence = Evidence(old, things)
    all_odds = [[odds(one, other, evidence) for other in things] for one in old]
    matrix = [[each.total for each in row] for row in all_odds]
    for place, found in hits.items():
        if len(found) == 1:
            matrix[place - first][next(iter(found))] += _HIT
    nothing = _OTHER_PAGE if page and was.page and page != was.page else _GONE
    if len(was.things) == len(things):
        nothing += _AS_MANY
    likely = likelihoods(matrix, nothing=nothing)
    return _Compared(old, things, first, all_odds, likely, evidence)
