"""Business days, holidays and the hours in which people may be contacted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

__all__ = ["TARGET", "Calendar", "Hours", "holidays_of"]

TARGET = "TARGET"
"""The days on which euros move between banks: every weekday but six holidays."""

_SATURDAY, _SUNDAY = 5, 6


@lru_cache(maxsize=256)
def holidays_of(name: str, year: int) -> dict[date, str]:
    """Each holiday of a year with its English name.

    `name` is a country (ISO 3166 alpha-2), one of its parts as in 'DE-BY', or 'TARGET', the
    days on which the euro's payment system is closed. Raises `ValueError` where none are known.
    """
    # The library takes a third of a second to import; only those who count days pay for it.
    from holidays import country_holidays, financial_holidays

    country, _, part = name.partition("-")
    try:
        if name == TARGET:
            return dict(financial_holidays("XECB", years=year))
        return dict(country_holidays(country, part or None, years=year, language="en_US"))
    except NotImplementedError:
        raise ValueError(f"{name!r}, of which no holidays are known") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When people may be contacted, in the creditor's zone: from `start` until before `end`.

    The default is that of the Dutch quality rules for collection (Wki/Bki, 2024):
    nothing between 20:00 and 07:00, on Sundays or on public holidays.
    """

    start: time = time(7)
    end: time = time(20)
    sundays: bool = False
    holidays: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The creditor's calendar: `country` is ISO 3166 alpha-2, `zone` an IANA time zone."""

    country: str = "NL"
    zone: str = "Europe/Amsterdam"

    def local(self, instant: datetime) -> datetime:
        """An instant as the creditor's wall clock shows it; raises `ValueError` if it is naive."""
        if instant.tzinfo is None:
            raise ValueError(f"{instant} has no time zone")
        return instant.astimezone(ZoneInfo(self.zone))

    def said(self, instant: datetime) -> str:
        """An instant for people, e.g. 'Thursday 5 March, 09:00'."""
        local = self.local(instant)
        return f"{local:%A} {local.day} {local:%B, %H:%M}"

    def holiday(self, day: date) -> str:
        """The public holiday's English name; empty on any other day."""
        return holidays_of(self.country, day.year).get(day, "")

    def is_business_day(self, day: date) -> bool:
        return day.weekday() < _SATURDAY and not self.holiday(day)

    def on_or_after(self, day: date) -> date:
        """The day itself if it is a business day, or else the next one."""
        while not self.is_business_day(day):
            day += timedelta(days=1)
        return day

    def add(self, day: date, business_days: int) -> date:
        """That many business days later (earlier if below zero)."""
        step = timedelta(days=1 if business_days >= 0 else -1)
        left = abs(business_days)
        while left:
            day += step
            left -= self.is_business_day(day)
        return day

    def business_days(self, since: date, until: date) -> int:
        """Business days after `since`, up to and including `until`; zero if it lies before."""
        span = range(1, (until - since).days + 1)
        return sum(self.is_business_day(since + timedelta(days=n)) for n in span)

    def quiet(self, instant: datetime, hours: Hours) -> str:
        """Why nobody is contacted at this instant, in words; empty when contact is allowed."""
        local = self.local(instant)
        if local.weekday() == _SUNDAY and not hours.sundays:
            return "it is Sunday"
        holiday = self.holiday(local.date())
        if holiday and not hours.holidays:
            return f"it is a public holiday ({holiday})"
        if not hours.start <= local.time() < hours.end:
            return (
                f"it is {local:%H:%M}, outside the contact hours {hours.start:%H:%M}"
                f"-{hours.end:%H:%M}"
            )
        return ""
