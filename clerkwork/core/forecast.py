"""When open items are expected to be paid, and whether what was told came true."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from clerkwork.core.behaviour import Expected, Paid, coverage, expected
from clerkwork.core.ledger import OpenItem, PaidItem
from clerkwork.core.money import Money

__all__ = ["Calibration", "Outlook", "calibrated", "outlook"]

_EACH = 200
"""Paid invoices of a group up to which each of them is looked at; of more, so many quantiles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """One open item and when its money is expected."""

    debtor: str
    number: str
    due: date
    open: Money
    group: str
    """Those whose invoices count beside his own."""
    own: int
    """Of his own paid invoices that were looked at."""
    expected: Expected | None
    """None where nothing is known, or it is later already than anything that was ever paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What was told of items on the day they were issued, against what happened to them."""

    group: str
    """Empty for all of them."""
    told: int
    """Items that were paid in the period, and of which something was known when they were issued.
    """
    within: int
    """Paid from the earliest to the latest day that was told."""
    earlier: int
    later: int
    missed: int
    """Items that are open still, and whose latest day lay in the period."""
    untold: int
    """Paid in the period, and nothing was known of them when they were issued, nor when that was.
    """

    @property
    def share(self) -> float | None:
        """Of all that were told and whose time is over; near 0.8 where they are worth it."""
        over = self.told + self.missed
        return self.within / over if over else None


@dataclass(slots=True)
class _Known:
    """What is known by a day: days late of paid invoices, by debtor and by group."""

    own: dict[str, list[Paid]] = field(default_factory=dict)
    alike: dict[str, list[int]] = field(default_factory=dict)
    quantiles: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def learn(self, one: PaidItem, group: str) -> None:
        paid = Paid(due=one.due, on=one.on)
        self.own.setdefault(one.customer, []).append(paid)
        insort(self.alike.setdefault(group, []), paid.late)
        self.quantiles.pop(group, None)

    def tell(self, debtor: str, group: str, due: date, today: date) -> Expected | None:
        own = self.own.get(debtor, [])
        return expected(due, today, own, self._others(group, own))

    def _others(self, group: str, own: Sequence[Paid]) -> Sequence[int]:
        all_of_them = self.alike.get(group, [])
        if len(all_of_them) > _EACH:
            if group not in self.quantiles:
                step = len(all_of_them) / _EACH
                self.quantiles[group] = tuple(
                    all_of_them[int((n + 0.5) * step)] for n in range(_EACH)
                )
            return self.quantiles[group]
        others = list(all_of_them)
        for one in own:
            others.remove(one.late)
        return others


def outlook(
    items: Iterable[OpenItem],
    paid: Iterable[PaidItem],
    groups: Mapping[str, str],
    today: date,
) -> tuple[Outlook, ...]:
    """Each open invoice by its expected day; those of which nothing is known come last.

    `groups` are the debtors' segments. Credit notes and disputed items are left out.
    """
    known = _Known()
    for one in sorted(paid, key=lambda p: (p.on, p.due)):
        known.learn(one, groups.get(one.customer, ""))
    found = []
    for item in items:
        if item.open.minor <= 0 or item.disputed:
            continue
        group = groups.get(item.customer, "")
        found.append(
            Outlook(
                debtor=item.customer,
                number=item.number,
                due=item.due,
                open=item.open,
                group=group,
                own=len(known.own.get(item.customer, ())),
                expected=known.tell(item.customer, group, item.due, today),
            )
        )
    found.sort(key=lambda o: (o.expected.on if o.expected else date.max, o.due, o.number))
    return tuple(found)


def calibrated(
    items: Iterable[OpenItem],
    paid: Iterable[PaidItem],
    groups: Mapping[str, str],
    since: date,
    until: date,
) -> tuple[Calibration, ...]:
    """All items first, then each group by its name.

    Told as it would have been on the day that each item was issued, from invoices that had been
    paid before that day and nothing else. What is open still and should have been paid in the
    period counts as missed, for those who pay late would make any forecast look good.
    """
    ones = sorted(paid, key=lambda p: (p.on, p.due, p.customer, p.number))
    asked: list[tuple[date | None, str, date, date | None]] = []
    asked += [(p.issued, p.customer, p.due, p.on) for p in ones if since <= p.on <= until]
    asked += [(i.issued, i.customer, i.due, None) for i in items if _counts(i)]
    counts: dict[str, dict[str, int]] = {"": dict.fromkeys(_COUNTED, 0)}
    known, learnt = _Known(), 0
    for issued, debtor, due, on in sorted(asked, key=lambda a: (a[0] or date.min, a[1], a[2])):
        group = groups.get(debtor, "")
        told = None
        if issued is not None:
            while learnt < len(ones) and ones[learnt].on < issued:
                known.learn(ones[learnt], groups.get(ones[learnt].customer, ""))
                learnt += 1
            told = known.tell(debtor, group, due, issued)
        what = _judged(told, on, since, until)
        for name in {"", group} if what else ():
            counts.setdefault(name, dict.fromkeys(_COUNTED, 0))[what] += 1
    return tuple(
        Calibration(
            group=name,
            told=found["within"] + found["earlier"] + found["later"],
            **found,
        )
        for name, found in sorted(counts.items())
    )


_COUNTED = ("within", "earlier", "later", "missed", "untold")


def _judged(told: Expected | None, on: date | None, since: date, until: date) -> str:
    if on is None:
        return "missed" if told is not None and since <= told.latest <= until else ""
    if told is None:
        return "untold"
    if coverage([(told, on)]):
        return "within"
    return "earlier" if on < told.earliest else "later"


def _counts(item: OpenItem) -> bool:
    return item.open.minor > 0 and not item.disputed
