"""Dutch costs, terms and interest, reckoned anew from the law's worked rules.

Messages are held against it. Nothing here comes from `clerkwork.core.law`, by which they were
made: a reckoning that is held against itself is always right. Amounts are cents.

Costs: Besluit vergoeding voor buitengerechtelijke incassokosten, art. 2. The 14-day letter:
art. 6:96(6) BW and HR 25-11-2016, ECLI:NL:HR:2016:2704, 'within fifteen days after it was
delivered'; a last day of rest moves on (Algemene termijnenwet, art. 1 and 3). Interest: art.
6:119 and 6:119a BW.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

from clerkwork.core.calendar import holidays_of

__all__ = ["Confirmed", "costs_of", "interest_of", "last_day_of"]

_DAY = timedelta(days=1)
_SUNDAY, _MONDAY, _SATURDAY = 6, 0, 5
_BANDS = ((250_000, 150), (250_000, 100), (500_000, 50), (19_000_000, 10))
"""Of so many cents, and then of so many more: per mille."""
_ABOVE, _LEAST, _MOST = 5, 4_000, 677_500
_ON_ITS_WAY, _TERM = 2, 15
_RATES = {
    "consumer": (
        (date(2023, 1, 1), "4"),
        (date(2023, 7, 1), "6"),
        (date(2024, 1, 1), "7"),
        (date(2025, 1, 1), "6"),
    ),
    "business": (
        (date(2023, 1, 1), "10.5"),
        (date(2023, 7, 1), "12"),
        (date(2024, 1, 1), "12.5"),
        (date(2024, 7, 1), "12.25"),
        (date(2025, 1, 1), "11.15"),
    ),
}
_KNOWN_TO = date(2025, 6, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A rate that an owner confirmed, per cent a year; it takes the place of a known one."""

    kind: str
    """Of the debtor: 'consumer' or 'business'."""
    since: date
    until: date
    """The last day."""
    percent: Fraction


def costs_of(principal: int, vat: Fraction = Fraction(0)) -> int:
    """Costs over a principal, with so many per cent of VAT on top of them."""
    if principal <= 0:
        return 0
    rest, mille = principal, 0
    for width, share in _BANDS:
        mille += min(rest, width) * share
        rest -= min(rest, width)
    scaled = _half_up(Fraction(mille + rest * _ABOVE, 1000))
    amount = min(max(scaled, _LEAST), _MOST)
    return amount + _half_up(amount * vat / 100)


@lru_cache(maxsize=4096)
def last_day_of(sent: date) -> date:
    """The last day on which who got a letter that was sent on a day pays without costs.

    It arrives on the second day that is no Sunday, Monday or holiday.
    """
    day, left = sent, _ON_ITS_WAY
    while left:
        day += _DAY
        left -= day.weekday() not in (_SUNDAY, _MONDAY) and not _rests(day)
    day += _TERM * _DAY
    while day.weekday() >= _SATURDAY or _rests(day):
        day += _DAY
    return day


def interest_of(
    principal: int, due: date, until: date, kind: str, confirmed: Sequence[Confirmed] = ()
) -> int | None:
    """Interest from the day after the due date until before a day; None where no rate is known.

    After each full year its interest bears interest, too.
    """
    capital, running = Fraction(principal), Fraction(0)
    begun = due + _DAY
    years, start, end = 1, begun, _later(begun, 1)
    for number in range((until - begun).days):
        day = begun + number * _DAY
        if day == end:
            years += 1
            capital, running = capital + running, Fraction(0)
            start, end = end, _later(begun, years)
        percent = _rate(day, kind, confirmed)
        if percent is None:
            return None
        running += capital * percent / 100 / (end - start).days
    return _half_up(capital + running - principal)


def _rests(day: date) -> bool:
    # Liberation day is a holiday of the Termijnenwet each year.
    return (day.month, day.day) == (5, 5) or day in holidays_of("NL", day.year)


def _rate(day: date, kind: str, confirmed: Sequence[Confirmed]) -> Fraction | None:
    for one in confirmed:
        if one.kind == kind and one.since <= day <= one.until:
            return one.percent
    known = [percent for since, percent in _RATES[kind] if since <= day <= _KNOWN_TO]
    return Fraction(known[-1]) if known else None


def _later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _half_up(exact: Fraction) -> int:
    return (exact + Fraction(1, 2)).__floor__()
