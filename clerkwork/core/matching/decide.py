"""Deciding line by line: screened first, then what names an item, then what names none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from clerkwork.core.matching.chosen import Chosen, chosen
from clerkwork.core.matching.model import Match
from clerkwork.core.matching.named import NAMED, names_badly, names_something
from clerkwork.core.matching.returns import Returns
from clerkwork.core.matching.screening import SCREENING, came_back
from clerkwork.core.matching.unnamed import UNNAMED
from clerkwork.core.matching.verdict import Case, Run

__all__ = ["Step", "decide", "steps_of"]

Step = tuple[str, Callable[[Case], "Match | str"]]
"""The name of a rule, and what it says of a line: its match, or why it is none."""

_FULL, _BAD, _UNNAMED = range(3)


def decide(run: Run, cases: Iterable[Case]) -> list[Match]:
    """One match a line, in the order in which they are to be keyed.

    Lines that name a number in full go before those that name one badly, those before lines that
    name nothing; each by booking date, a return after what came in on its day. So the order of
    the lines changes nothing.
    """
    decided: list[Match] = []
    waiting: list[tuple[int, Case]] = []
    for case in sorted(cases, key=place_of):
        match = _first(SCREENING, case)
        if match is None:
            waiting.append((phase_of(case), case))
        else:
            decided.append(match)
    waiting.sort(key=lambda one: one[0])
    returns: Returns | None = None
    for phase, case in waiting:
        if case.minor < 0:
            returns = returns or Returns(run)
            match = returns.decide(case)
        else:
            match = _decided(phase, case)
            if match.allocations:
                run.settled[case.line.id] = match
        decided.append(match)
    return decided


def place_of(case: Case) -> tuple[object, ...]:
    line = case.line
    return line.booked, case.minor < 0, line.id, case.minor, line.text


def phase_of(case: Case) -> int:
    if case.minor < 0:
        return _FULL
    if not names_something(case):
        return _UNNAMED
    return _BAD if names_badly(case) else _FULL


def _decided(phase: int, case: Case) -> Match:
    if phase == _UNNAMED:
        match = _first(UNNAMED, case)
    else:
        named = chosen(case)
        match = None
        for _, rule in NAMED:
            said = rule(case, named)
            if not isinstance(said, str):
                match = said
                break
    if match is None:
        raise AssertionError(f"no rule has an answer for line {case.line.id}")
    return match


def _first(steps: Sequence[Step], case: Case) -> Match | None:
    for _, rule in steps:
        said = rule(case)
        if not isinstance(said, str):
            return said
    return None


def steps_of(case: Case) -> tuple[Step, ...]:
    """The rules that a line is put to, in their order, each ready to be asked."""
    if case.minor < 0 and came_back(case):
        return (*SCREENING, ("return", Returns(case.run).decide))
    if not names_something(case):
        return (*SCREENING, *UNNAMED)
    named = chosen(case)
    return (*SCREENING, *((name, _bound(rule, named)) for name, rule in NAMED))


def _bound(
    rule: Callable[[Case, Chosen], Match | str], named: Chosen
) -> Callable[[Case], Match | str]:
    return lambda case: rule(case, named)
