"""Interest over time: rates that change, and a year's interest that bears interest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from clerkwork.core.law.pack import Pack
from clerkwork.core.law.rates import Rates
from clerkwork.core.money import Money

__all__ = ["Growth", "Interest", "grow", "half_up", "interest", "years_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """Interest so far, in minor units, exact."""

    capital: Fraction = Fraction(0)
    """Of years that are full: it bears interest where the law compounds."""
    running: Fraction = Fraction(0)
    """Of the year that runs."""
    lines: tuple[str, ...] = ()

    @property
    def exact(self) -> Fraction:
        return self.capital + self.running


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    amount: Money
    """Rounded half up to a minor unit."""
    exact: Fraction
    """In minor units, before rounding."""
    lines: tuple[str, ...]


def interest(
    pack: Pack,
    kind: str,
    principal: Money,
    since: date,
    until: date,
    *,
    begun: date | None = None,
    agreed: bool = False,
) -> Interest:
    """Interest on a principal of a 'consumer' or 'business' from `since` until before `until`.

    `since` is the first day of default, which is the day after the due date at the earliest, and
    `until` the day of payment, which bears none. Years are counted from `begun`, or else from
    `since`; a day is its year's 365th or 366th part, so that a full year gives the rate exactly.
    `agreed` says that the contract provides for interest, where it has to. Raises `ConfigError`
    for days without a confirmed rate, and `ValueError` for a principal below zero or a period
    that ends before it begins.
    """
    side = pack.side(kind)
    if principal.minor < 0:
        raise ValueError(f"{principal}: a principal below zero bears no interest")
    if until < since:
        raise ValueError(f"a period that ends on {until}, before it begins on {since}")
    if not side.rate or (side.basis == "agreed" and not agreed):
        why = "was not agreed" if side.rate else f"may not be asked of a {kind}"
        nothing = Money(0, principal.currency)
        return Interest(amount=nothing, exact=Fraction(0), lines=(f"no interest: it {why}",))
    grown = grow(
        pack.rates_of(side),
        Growth(),
        principal=principal,
        begun=begun or since,
        start=since,
        end=until,
        points=side.points,
        compounding=side.compounding,
    )
    amount = Money(half_up(grown.exact), principal.currency)
    lines = (*grown.lines, f"together, rounded half up: {amount}")
    return Interest(amount=amount, exact=grown.exact, lines=lines)


def grow(
    rates: Rates,
    so_far: Growth,
    *,
    principal: Money,
    begun: date,
    start: date,
    end: date,
    points: Decimal,
    compounding: bool,
) -> Growth:
    """What interest becomes from `start` until before `end`; `begun` is where its years begin."""
    capital, running = so_far.capital, so_far.running
    lines = list(so_far.lines)
    for year_start, year_end in years_of(begun, start, end):
        days = (year_end - year_start).days
        for first, after, percent in rates.spans(max(start, year_start), min(end, year_end)):
            counted = (after - first).days
            bearing = principal.minor + (capital if compounding else 0)
            yearly = max(Fraction(percent + points), Fraction(0))
            part = bearing * yearly / 100 * counted / days
            running += part
            said = f"{percent} + {points}" if points else f"{percent}"
            lines.append(
                f"{first} until {after}: {counted} of {days} days at {said} % of "
                f"{_shown(bearing, principal)}: {_shown(part, principal)}"
            )
        if compounding and year_end <= end and year_end > start:
            capital, running = capital + running, Fraction(0)
            lines.append(f"{year_end}: a year is full; {_shown(capital, principal)} is added")
    return Growth(capital=capital, running=running, lines=tuple(lines))


def years_of(begun: date, start: date, end: date) -> tuple[tuple[date, date], ...]:
    """The years, counted from `begun`, that a period touches. One from 29 February ends on 1 March
    where there is none."""
    found = []
    number = 0
    while (first := _anniversary(begun, number)) < end:
        after = _anniversary(begun, number + 1)
        if after > start:
            found.append((first, after))
        number += 1
    return tuple(found)


def half_up(exact: Fraction) -> int:
    """To a whole number; a half goes up."""
    return (exact + Fraction(1, 2)).__floor__()


def _anniversary(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _shown(minor: Fraction | int, like: Money) -> str:
    """To two decimals beyond the minor unit: an amount in between is no money yet."""
    hundredths = half_up(Fraction(minor) * 100)
    exponent = like.decimal.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) else 2
    return f"{Decimal(hundredths).scaleb(-places - 2)}"
