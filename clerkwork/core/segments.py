"""Segments: which journey a debtor takes, by rules over facts of him, and on what ground."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from clerkwork.core.money import Money

__all__ = ["Assignment", "Facts", "Persona", "Rule", "Segment", "Segments", "assign"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is declared by a debtor or observed of him, and no more."""

    kind: str
    """'business' or 'consumer', as the ERP declares it."""
    language: str = ""
    """ISO 639-1."""
    country: str = ""
    """ISO 3166 alpha-2."""
    age: str = ""
    """Age band as he declared it, such as '18-26'; empty if he did not."""
    occupation: str = ""
    preferred: str = ""
    """Channel that he asked for."""
    needs: tuple[str, ...] = ()
    """Needs that he declared: 'paper', 'plain language', 'more time', 'no calls'."""
    behaviour: str = ""
    """How he pays, by his own invoices: see `clerkwork.core.behaviour`."""
    reachable: tuple[str, ...] = ()
    """Channels by which he can be reached."""
    owed: tuple[Money, ...] = ()
    """All that is open, per currency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What has to be so; a fact that is left out does not matter, of a list any one will do."""

    kind: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    age: tuple[str, ...] = ()
    occupation: tuple[str, ...] = ()
    preferred: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    behaviour: tuple[str, ...] = ()
    reachable: tuple[str, ...] = ()
    owed_from: Money | None = None
    """At least so much is open in this currency."""

    def grounds(self, facts: Facts) -> tuple[str, ...] | None:
        """The facts by which it holds, in words; None where it does not."""
        found = []
        for name in _NAMED:
            wanted: tuple[str, ...] = getattr(self, name)
            if not wanted:
                continue
            held = getattr(facts, name)
            fits = sorted(set(wanted) & set(held if isinstance(held, tuple) else (held,)))
            if not fits:
                return None
            found.append(f"{_NAMED[name]}: {', '.join(fits)}")
        if self.owed_from is not None:
            there = [m for m in facts.owed if m.currency == self.owed_from.currency]
            if not there or there[0] < self.owed_from:
                return None
            found.append(f"observed open amount: {self.owed_from} or more")
        return tuple(found)


_NAMED = {
    "kind": "declared kind",
    "language": "declared language",
    "country": "declared country",
    "age": "declared age",
    "occupation": "declared occupation",
    "preferred": "declared wish",
    "needs": "declared need",
    "behaviour": "observed behaviour",
    "reachable": "known way to reach him",
}
"""Each fact of a rule, and where it comes from: declared by the debtor, or observed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """Who the people of a segment are, for whoever writes to them."""

    name: str
    does: str
    """What they do, in a sentence."""
    complexity: int
    """How much there is to explain, 1 to 5."""
    digital: int
    """How much at ease they are with computers, 1 to 5."""

    def __post_init__(self) -> None:
        for name in ("complexity", "digital"):
            if not 1 <= getattr(self, name) <= 5:
                raise ValueError(f"{name} is from 1 to 5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Debtors who take one journey."""

    name: str
    persona: str
    journey: str
    ground: str
    """Why they may be told apart (GDPR, art. 5 and 6): what was declared or observed, what for."""
    when: Rule = field(default_factory=Rule)

    def __post_init__(self) -> None:
        if not self.ground.strip():
            raise ValueError("ground must say why these debtors may be told apart")


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """As `config/segments.toml` says; of several that fit, the first counts."""

    personas: tuple[Persona, ...] = ()
    segments: tuple[Segment, ...] = ()

    def persona_of(self, segment: str) -> Persona | None:
        """Who its people are; None of a segment that there is not, or not any more."""
        names = {one.name: one.persona for one in self.segments}
        return next((one for one in self.personas if one.name == names.get(segment)), None)

    def __post_init__(self) -> None:
        for what, names in (
            ("persona", [one.name for one in self.personas]),
            ("segment", [one.name for one in self.segments]),
        ):
            if len(set(names)) != len(names):
                raise ValueError(f"each {what} has a name of its own")
        known = {persona.name for persona in self.personas}
        for segment in self.segments:
            if segment.persona not in known:
                raise ValueError(
                    f"segment {segment.name!r}: there is no persona {segment.persona!r}"
                )
        if self.segments and self.segments[-1].when != Rule():
            raise ValueError(
                "the last segment is for everybody else: leave its `when` out, or add one without"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """The segment of a debtor, and why."""

    segment: str
    journey: str
    ground: tuple[str, ...]
    """Facts by which he is in it, in words, and the ground that the segment declares."""


def assign(facts: Facts, segments: Sequence[Segment]) -> Assignment | None:
    """The first segment whose rule holds; None where there are none."""
    return next(_fitting(facts, segments), None)


def _fitting(facts: Facts, segments: Sequence[Segment]) -> Iterator[Assignment]:
    for segment in segments:
        grounds = segment.when.grounds(facts)
        if grounds is not None:
            yield Assignment(
                segment=segment.name, journey=segment.journey, ground=(*grounds, segment.ground)
            )
