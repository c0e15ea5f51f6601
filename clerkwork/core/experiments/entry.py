"""Who came into an experiment, when, over which invoices, and what came of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from clerkwork.core.experiments.experiment import Arm, Experiment

__all__ = ["Entry", "Tally", "known_from", "outcome", "tallies"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A debtor in an arm. It holds what the arm changed then, so that he stays where he is."""

    experiment: str
    debtor: str
    arm: Arm
    segment: str
    steps: tuple[str, ...]
    since: date
    """The creditor's date from which his days are counted."""
    items: tuple[str, ...]
    """His invoices that were to be asked for then: he paid once these are paid, and he is in the
    experiment while one of them is open."""

    @property
    def ground(self) -> str:
        """Why he is treated so, in words."""
        return (
            f"experiment {self.experiment!r}, arm {self.arm.name!r} ({self.arm.words}), "
            f"by lot, since {self.since}"
        )


def known_from(entry: Entry, days: int) -> date:
    """The day to which the bank's statements must reach before his outcome is known."""
    return entry.since + timedelta(days=days)


def outcome(
    entry: Entry,
    days: int,
    paid: Mapping[tuple[str, str], date],
    open_now: Collection[tuple[str, str]],
) -> bool | None:
    """Whether all of it was paid in his days; None where nobody knows any more.

    `paid` is debtor and number of an invoice → when it was paid. To be asked only from
    `known_from` on: whoever pays soon would be counted before whoever does not.
    """
    own = [(entry.debtor, number) for number in entry.items]
    if any(item not in paid and item not in open_now for item in own):
        return None
    last = known_from(entry, days)
    return all(item in paid and item not in open_now and paid[item] <= last for item in own)


@dataclass(slots=True, kw_only=True)
class Tally:
    """How far one arm is."""

    came: int = 0
    outcomes: list[bool] = field(default_factory=list)
    """Those that are known, in the order in which their debtors came in."""
    lost: int = 0
    """Of so many nobody knows any more what came of it; they count nowhere."""


def tallies(
    experiment: Experiment,
    entries: Iterable[Entry],
    paid: Mapping[tuple[str, str], date],
    open_now: Collection[tuple[str, str]],
    read_to: date | None,
) -> dict[str, Tally]:
    """Arm → how far it is. `read_to` is the day to which the bank's statements are read."""
    found = {arm.name: Tally() for arm in experiment.arms}
    own = [one for one in entries if one.experiment == experiment.name and one.arm.name in found]
    for entry in sorted(own, key=lambda one: (one.since, one.debtor)):
        tally = found[entry.arm.name]
        tally.came += 1
        if read_to is None or read_to < known_from(entry, experiment.days):
            continue
        told = outcome(entry, experiment.days, paid, open_now)
        if told is None:
            tally.lost += 1
        else:
            tally.outcomes.append(told)
    return found
