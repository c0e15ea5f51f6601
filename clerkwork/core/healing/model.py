"""What is kept of a thing on a page, and what is concluded when it is looked for again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Fingerprint", "Group", "Outcome", "Sort", "Thing", "Verdict"]

Sort = Literal["field", "press", "text", "cell"]
Group = Literal["control", "text", "cell"]
"""Things that are looked at together: what is typed into or pressed, texts, columns."""
Outcome = Literal["same", "healed", "ambiguous", "lost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing of a page as it presents itself: a field, a button, a text, a column."""

    sort: Sort
    tag: str = ""
    type: str = ""
    """What can be done with it: the type of a field, 'a' or 'button', a column's control."""
    words: str = ""
    """Its label, its name, its text with numbers masked, or a column's heading."""
    beside: str = ""
    """The words that stand before it."""
    hints: Mapping[str, str] = field(default_factory=dict)
    """Attributes that a person gave it; generated ones are left out."""
    shape: Mapping[str, int] = field(default_factory=dict)
    """What kinds of values it holds, and how many of each."""
    values: frozenset[int] = frozenset()
    """Hashes of values seen in it, or of the options that it offers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """A thing as it was when its selector worked, among the others of its sort on its page."""

    sort: Group
    page: str
    """Path of the page, numbers masked."""
    things: tuple[Thing, ...]
    """All of the sort, in the order of the page."""
    at: int
    """Which of them it is."""

    @property
    def thing(self) -> Thing:
        return self.things[self.at]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a thing."""

    outcome: Outcome
    """'same': what the selector hits is it. 'healed': another one is it, beyond doubt."""
    ranked: tuple[tuple[int, float], ...] = ()
    """Candidates by number with their likelihood from 0 to 1, the likeliest first."""
    reasons: tuple[str, ...] = ()

    @property
    def best(self) -> int:
        """The likeliest candidate; raises `IndexError` where nothing comes near."""
        return self.ranked[0][0]
