"""How a debtor pays, told from his own paid invoices by measures that no outlier moves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from statistics import median

from clerkwork.core.ledger import OpenItem

__all__ = [
    "MANNERS",
    "Change",
    "Expected",
    "Habit",
    "Paid",
    "changes",
    "coverage",
    "expected",
    "habit",
    "manner",
]

MANNERS = ("new", "prompt", "steady", "late", "erratic", "worsening")
"""New: too few paid invoices to tell. Prompt: about when due. Steady: always as late, a week or so.
Late: weeks after the due date. Erratic: nobody can tell. Worsening: later each time."""

_FEW = 4
"""Paid invoices below which nothing is said of somebody."""
_SPREAD = 1.4826
"""Median absolute deviation to the standard deviation of a normal distribution."""
_NARROWEST = 1.5
"""Days: nobody's habit is known more sharply than weekends and banks allow."""
_FAR = 3.5
"""Spreads from the median beyond which a value is no chance (Iglewicz and Hoaglin, 1993)."""
_SLACK, _ALARM, _CLIPPED = 0.5, 4.0, 3.0
"""Of the cumulative sum that tells a lasting shift (Page, 1954), in spreads; each value is clipped,
so that one outlier alone raises no alarm."""
_LATEST = 24
"""Paid invoices that count: what somebody did years ago says little of today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """One invoice that was paid."""

    due: date
    on: date
    reminders: int = 0
    """That he had before he paid."""
    iban: str = ""
    """That it was paid from."""

    @property
    def late(self) -> int:
        """Days after the due date; below zero before it."""
        return (self.on - self.due).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """What his last paid invoices say, the last 24 at most."""

    invoices: int
    late: float
    """Median days after the due date."""
    spread: float
    """Days, as robust as the median: from the median absolute deviation."""
    trend: float
    """Days later each time, by the median of all slopes (Theil and Sen)."""
    at_first: float
    """Share paid after one reminder, or none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that is not his way: a person calls before a letter goes."""

    kind: str
    """'overdue', 'slower' or 'account'."""
    why: str
    """In words, with the figures."""
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """When an item is expected to be paid."""

    on: date
    """As likely earlier as later."""
    earliest: date
    latest: date
    """Eight of ten are paid from the earliest to the latest day."""


def habit(paid: Iterable[Paid]) -> Habit | None:
    """His habit; None where he paid fewer than four invoices."""
    last = _last(paid)
    if len(last) < _FEW:
        return None
    late = [one.late for one in last]
    return Habit(
        invoices=len(last),
        late=float(median(late)),
        spread=_spread(late),
        trend=_trend(late),
        at_first=sum(one.reminders <= 1 for one in last) / len(last),
    )


def manner(found: Habit | None) -> str:
    """One word for a habit, of `MANNERS`."""
    if found is None:
        return "new"
    # Over the invoices looked at, the trend has to go beyond what they scatter.
    if found.trend > 0 and found.trend * found.invoices > max(7.0, 2 * found.spread):
        return "worsening"
    if found.spread > 10:
        return "erratic"
    if found.late <= 3:
        return "prompt"
    return "steady" if found.late <= 14 else "late"


def changes(
    paid: Sequence[Paid], items: Iterable[OpenItem], today: date, ibans: Iterable[str] = ()
) -> tuple[Change, ...]:
    """What is new in his behaviour; nothing of somebody with fewer than four paid invoices.

    `items` are his open ones, `ibans` the accounts that are declared to be his.
    """
    found = habit(paid)
    if found is None:
        return ()
    return (*_overdue(paid, found, items, today), *_slower(paid), *_account(paid, set(ibans)))


def _overdue(
    paid: Sequence[Paid], found: Habit, items: Iterable[OpenItem], today: date
) -> Iterator[Change]:
    longest = max(one.late for one in _last(paid))
    far = [
        item
        for item in items
        if item.open.minor > 0
        and not item.disputed
        and item.days_overdue(today) > max(longest, found.late + _FAR * found.spread)
    ]
    if far:
        days = max(item.days_overdue(today) for item in far)
        yield Change(
            kind="overdue",
            why=f"{days} days overdue; he paid {found.invoices} invoices {found.late:g} days after "
            f"the due date in the middle, {longest} at the latest",
            items=tuple(item.number for item in far),
        )


def _slower(paid: Iterable[Paid]) -> Iterator[Change]:
    last = _last(paid)
    # The habit is that of the older half: the newer ones are judged by it.
    before, since = last[: max(_FEW, len(last) // 2)], last[max(_FEW, len(last) // 2) :]
    if len(since) < 2:
        return
    usual, spread = float(median(one.late for one in before)), _spread([o.late for o in before])
    risen = 0.0
    for one in since:
        step = (one.late - usual) / spread
        risen = max(0.0, risen + max(-_CLIPPED, min(_CLIPPED, step)) - _SLACK)
    if risen > _ALARM:
        now = float(median(one.late for one in since[-3:]))
        yield Change(
            kind="slower",
            why=f"he paid {usual:g} days after the due date, and {now:g} of late",
        )


def _account(paid: Iterable[Paid], declared: set[str]) -> Iterator[Change]:
    last = _last(paid)
    newest = last[-1]
    known = declared | {one.iban for one in last[:-1] if one.iban}
    if newest.iban and known and newest.iban not in known:
        yield Change(
            kind="account",
            why=f"his last payment, of {newest.on}, came from an account never seen before",
        )


def expected(
    due: date, today: date, own: Iterable[Paid], alike: Sequence[int] = ()
) -> Expected | None:
    """When an item due on `due`, open today, is expected; None where nothing is known.

    His own invoices count four each beside five in all of those `alike`: days late of invoices
    that others of his segment paid. What was paid sooner than today tells nothing any more.
    """
    passed = (today - due).days
    mine = [one.late for one in _last(own)]
    weighed = [(late, 4.0) for late in mine]
    weighed += [(late, 5.0 / len(alike)) for late in alike]
    left = sorted((late, weight) for late, weight in weighed if late >= passed)
    if not left:
        return None
    earliest, middle, latest = (_quantile(left, share) for share in (0.1, 0.5, 0.9))
    return Expected(
        on=due + timedelta(days=middle),
        earliest=due + timedelta(days=earliest),
        latest=due + timedelta(days=latest),
    )


def coverage(pairs: Iterable[tuple[Expected, date]]) -> float | None:
    """Share of items that were paid within what was expected of them; None of none.

    Near 0.8 where the expectations are worth what they say.
    """
    found = [told.earliest <= on <= told.latest for told, on in pairs]
    return sum(found) / len(found) if found else None


def _last(paid: Iterable[Paid]) -> list[Paid]:
    return sorted(paid, key=lambda one: (one.on, one.due))[-_LATEST:]


def _spread(late: Sequence[int]) -> float:
    middle = median(late)
    return max(_NARROWEST, _SPREAD * float(median(abs(one - middle) for one in late)))


def _trend(late: Sequence[int]) -> float:
    slopes = [(b - a) / (j - i) for (i, a), (j, b) in combinations(enumerate(late), 2)]
    return float(median(slopes))


def _quantile(weighed: Sequence[tuple[int, float]], share: float) -> int:
    wanted = share * sum(weight for _, weight in weighed)
    for value, weight in weighed:
        wanted -= weight
        if wanted <= 0:
            return value
    return weighed[-1][0]
