"""A schedule in plain words."""

from __future__ import annotations

from clerkwork.core.schedules.words import Cron, Rule, read_schedule, values

__all__ = ["told_schedule"]

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FULL = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_MOST = 4
"""Times that are told one by one."""


def told_schedule(text: str, calendar: str = "") -> str:
    """E.g. '06:00, Monday to Friday, without holidays (NL)'; empty if there is no schedule."""
    if not text:
        return ""
    said = read_schedule(text)
    if isinstance(said, Rule) and said.needs_calendar:
        return f"{said.text} ({calendar})" if calendar else said.text
    told = _cron(said) if isinstance(said, Cron) else said.text
    return f"{told}, without holidays ({calendar})" if calendar else told


def _cron(cron: Cron) -> str:
    minute, hour, day, month, weekday = cron.fields
    parts = [_times(minute, hour)]
    days = [_weekdays(part) for part in weekday.split(",")]
    if weekday != "*":
        parts.append(_joined(days))
    elif day == "*":
        parts.append("every day")
    if day != "*":
        numbers = [str(number) for number in values(day, 1, 31)]
        parts.append(f"{'if it is ' if weekday != '*' else 'on '}the {_joined(numbers)}")
    if month != "*":
        parts.append(f"in {_joined([_MONTHS[n - 1] for n in values(month, 1, 12)])}")
    return ", ".join(parts)


def _times(minute: str, hour: str) -> str:
    minutes, hours = values(minute, 0, 59), values(hour, 0, 23)
    if len(minutes) * len(hours) <= _MOST:
        return _joined([f"{h:02}:{m:02}" for h in hours for m in minutes])
    whole = len(hours) == 24
    runs = hours[-1] - hours[0] + 1 == len(hours)
    if minutes == (0,):
        each = "on the hour"
    elif len(minutes) == 60:
        each = "every minute"
    elif minute.startswith("*/"):
        each = f"every {minute[2:]} minutes"
    else:
        each = f"at {_joined([f'{m:02}' for m in minutes])} past"
    if whole:
        return f"{each}, every hour" if each.startswith(("at", "on")) else each
    if runs:
        return f"{each}, hours {hours[0]:02} to {hours[-1]:02}"
    return f"{each}, hours {_joined([f'{h:02}' for h in hours])}"


def _weekdays(part: str) -> str:
    return " to ".join(_FULL[_WEEKDAYS.index(day)] for day in part.split("-") if day != "*")


def _joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
