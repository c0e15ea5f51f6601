"""Amounts, dates and instants as people write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time

from clerkwork.core.money import Money

__all__ = ["Words", "lasted", "plural"]


@dataclass(frozen=True, slots=True)
class Words:
    """How one reader writes: Babel's locale, and the zone that instants are told in."""

    locale: str
    zone: ZoneInfo

    def money(self, amount: Money) -> str:
        return amount.for_people(self.locale)

    def day(self, day: date) -> str:
        """E.g. '3 Mar 2026'."""
        return format_date(day, "d MMM y", locale=self.locale)

    def long_day(self, at: datetime) -> str:
        """E.g. 'Tuesday 3 March 2026'."""
        return format_datetime(at, "EEEE d MMMM y", tzinfo=self.zone, locale=self.locale)

    def instant(self, at: datetime) -> str:
        """E.g. '3 Mar 2026, 09:00'."""
        return format_datetime(at, "d MMM y, HH:mm", tzinfo=self.zone, locale=self.locale)

    def moment(self, at: datetime) -> str:
        """E.g. '3 Mar 2026, 09:00:12'."""
        return format_datetime(at, "d MMM y, HH:mm:ss", tzinfo=self.zone, locale=self.locale)

    def time(self, at: datetime) -> str:
        """E.g. '09:00:12'."""
        return format_time(at, "HH:mm:ss", tzinfo=self.zone, locale=self.locale)


def plural(count: int, one: str, many: str = "") -> str:
    """'1 day', '2 days'."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def lasted(span: timedelta) -> str:
    """E.g. '1 min 24 s'."""
    minutes, seconds = divmod(round(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (seconds, "s")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "under a second"
