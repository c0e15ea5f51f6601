"""Deciding line by line: screened first, then what names an item, then what names none."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from clerkwork.core.matching.chosen import chosen
from clerkwork.core.matching.model import Match, WhyNot
from clerkwork.core.matching.named import NAMED, names_badly, names_something
from clerkwork.core.matching.returns import Returns
from clerkwork.core.matching.screening import SCREENING, nothing_to_screen
from clerkwork.core.matching.unnamed import UNNAMED
from clerkwork.core.matching.verdict import Case, Run

__all__ = ["Heard", "Turns", "decide", "phase_of", "place_of"]

Heard = Callable[[Case, str, "Match | WhyNot"], None]
"""Told of each rule that a line is put to, by name, and what it said: a match, or why not."""

_FULL, _BAD, _UNNAMED = range(3)


def decide(run: Run, cases: Iterable[Case], heard: Heard | None = None) -> list[Match]:
    """One match a line, in the order in which they are to be keyed.

    Lines that name a number in full go before those that name one badly, those before lines that
    name nothing; each by booking date, a return after what came in on its day. So the order of
    the lines changes nothing.
    """
    turns = Turns(run, heard)
    decided: list[Match] = []
    waiting: list[tuple[int, Case]] = []
    for case in sorted(cases, key=place_of):
        match = turns.screened(case)
        if match is None:
            waiting.append((phase_of(case), case))
        else:
            decided.append(match)
    waiting.sort(key=_phase)
    decided.extend(turns.decided(phase, case) for phase, case in waiting)
    return decided


class Turns:
    """The rules as one line after the other is put to them: first all to screening, in the order
    of `place_of`, then those that it left over, phase by phase in that order."""

    def __init__(self, run: Run, heard: Heard | None = None) -> None:
        self._run, self._heard = run, heard
        self._returns: Returns | None = None

    def screened(self, case: Case) -> Match | None:
        """What screening finds a line to be; None if it is money that may pay an item."""
        return _screened(case, self._heard)

    def decided(self, phase: int, case: Case) -> Match:
        """What a line is whose turn it is, by `phase_of`."""
        if case.minor < 0:
            self._returns = self._returns or Returns(self._run)
            match = self._returns.decide(case)
            if self._heard is not None:
                self._heard(case, "return", match)
            return match
        rules = _unnamed if phase == _UNNAMED else _named
        match = rules(case, self._heard)
        if match.allocations:
            self._run.settled[case.line.id] = match
        return match


def place_of(case: Case) -> tuple[object, ...]:
    """By which the lines of a phase are ordered."""
    line = case.line
    return line.booked, case.minor < 0, line.id, case.minor, line.text


def phase_of(case: Case) -> int:
    """When a line has its turn that screening left over: 0 to 2."""
    if case.minor < 0:
        return _FULL
    if not names_something(case):
        return _UNNAMED
    return _BAD if names_badly(case) else _FULL


def _phase(one: tuple[int, Case]) -> int:
    return one[0]


def _screened(case: Case, heard: Heard | None) -> Match | None:
    if heard is None and nothing_to_screen(case):
        return None
    for name, rule in SCREENING:
        said = rule(case)
        if heard is not None:
            heard(case, name, said)
        if isinstance(said, Match):
            return said
    return None


def _named(case: Case, heard: Heard | None) -> Match:
    named = chosen(case)
    for name, rule in NAMED:
        said = rule(case, named)
        if heard is not None:
            heard(case, name, said)
        if isinstance(said, Match):
            return said
    raise AssertionError(f"no rule has an answer for line {case.line.id}")


def _unnamed(case: Case, heard: Heard | None) -> Match:
    for name, rule in UNNAMED:
        said = rule(case)
        if heard is not None:
            heard(case, name, said)
        if isinstance(said, Match):
            return said
    raise AssertionError(f"no rule has an answer for line {case.line.id}")
