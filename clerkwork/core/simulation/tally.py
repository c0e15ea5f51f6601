"""What a year of many debtors came to, segment by segment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from clerkwork.core.simulation.lived import Lived

__all__ = ["Tally", "tallied"]


@dataclass(slots=True)
class Tally:
    """Sums over debtors; one is added to another. Amounts are cents."""

    debtors: int = 0
    billed: int = 0
    owed_days: int = 0
    late_days: int = 0
    written_off: int = 0
    contacts: Counter[str] = field(default_factory=Counter)
    """By channel."""
    handed_over: int = 0
    """Debtors."""
    handed_amount: int = 0
    months: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(month, channel) → messages."""
    breaches: Counter[str] = field(default_factory=Counter)
    """By rule."""

    def add(self, other: Tally) -> None:
        """Add the sums of others to these."""
        for name in ("debtors", "billed", "owed_days", "late_days", "written_off", "handed_over"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.handed_amount += other.handed_amount
        self.contacts += other.contacts
        self.months += other.months
        self.breaches += other.breaches

    @property
    def dso(self) -> float:
        """Days' sales outstanding: what was owed on an average day, in days of what was billed."""
        return self.owed_days / self.billed if self.billed else 0.0

    @property
    def delay(self) -> float:
        """The part of it past the due date: average days delinquent."""
        return self.late_days / self.billed if self.billed else 0.0

    @property
    def to_collection(self) -> float:
        """Share of the debtors that were handed over."""
        return self.handed_over / self.debtors if self.debtors else 0.0


def tallied(lives: Iterable[Lived], breaches: Mapping[str, Iterable[str]]) -> dict[str, Tally]:
    """Segment → its sums. `breaches` are the rules that each debtor's messages broke."""
    found: dict[str, Tally] = {}
    for lived in lives:
        one = found.setdefault(lived.segment, Tally())
        one.debtors += 1
        one.billed += lived.billed
        one.owed_days += lived.owed_days
        one.late_days += lived.late_days
        one.written_off += lived.written_off
        one.handed_over += bool(lived.handed_over)
        one.handed_amount += sum(given.amount for given in lived.handed_over)
        for contact in lived.contacts:
            one.contacts[contact.channel] += 1
            one.months[f"{contact.at:%Y-%m}", contact.channel] += 1
        for words in breaches.get(lived.person.debtor.number, ()):
            one.breaches[words.partition(":")[0]] += 1
    return found
