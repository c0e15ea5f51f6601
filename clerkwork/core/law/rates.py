"""Rates of interest by date, and the refusal of days of which none was confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from clerkwork.errors import ConfigError

__all__ = ["Rate", "Rates", "rates_from"]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Per cent a year from `since` to `until`, both days included."""

    since: date
    until: date
    percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The rates of one country and kind, oldest first, without overlap. Gaps are refused."""

    country: str
    kind: str
    steps: tuple[Rate, ...]

    def __post_init__(self) -> None:
        for step in self.steps:
            if step.until < step.since:
                raise ValueError(f"a rate from {step.since} that ends before, on {step.until}")
        for one, other in zip(self.steps, self.steps[1:], strict=False):
            if other.since <= one.until:
                raise ValueError(f"two rates for {other.since}")

    def spans(self, start: date, end: date) -> Iterator[tuple[date, date, Decimal]]:
        """From `start` until before `end`, cut where the rate changes: first day, end, per cent.

        Raises `ConfigError` for the first day of which no rate was confirmed.
        """
        day = start
        while day < end:
            step = self._on(day)
            after = min(end, step.until + _DAY)
            yield day, after, step.percent
            day = after

    def _on(self, day: date) -> Rate:
        for step in self.steps:
            if step.since <= day <= step.until:
                return step
        raise ConfigError(
            f"law of {self.country}: the {self.kind} rate of {day} is not confirmed (confirmed: "
            f"{self._known()}). Let an owner confirm it in config/law.toml, as [[rates]] with "
            f"country = {self.country!r}, kind = {self.kind!r}, since, until, percent, source, "
            "confirmed_by and confirmed_on"
        )

    def _known(self) -> str:
        spans: list[list[date]] = []
        for step in self.steps:
            if spans and spans[-1][1] + _DAY == step.since:
                spans[-1][1] = step.until
            else:
                spans.append([step.since, step.until])
        return ", ".join(f"{since} to {until}" for since, until in spans) or "none"


def rates_from(country: str, kind: str, last: date, *steps: tuple[date, str]) -> Rates:
    """Rates that each hold until the next begins, and the last one until `last`."""
    ends = [since - _DAY for since, _ in steps[1:]] + [last]
    made = tuple(
        Rate(since=since, until=until, percent=Decimal(percent))
        for (since, percent), until in zip(steps, ends, strict=True)
    )
    return Rates(country=country, kind=kind, steps=made)
