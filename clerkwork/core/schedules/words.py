"""What a schedule says: cron with day names, or a rule in plain words; read, or refused.

The words, in small or capital letters:

    TIMES every day
    TIMES every WEEKDAYS                            every mon-fri; every tuesday and friday
    TIMES on business days
    TIMES on the [NTH] business day of the PERIOD   NTH: first ... twelfth, last, second last ...
    TIMES on the business day before|after ANCHOR
    TIMES N business days before|after ANCHOR       N: two ... twenty, or 2 ... 20
    TIMES on ANCHOR
    TIMES on ANCHOR or the business day before|after

    TIMES   HH:MM, several joined by commas or 'and'
    PERIOD  month, quarter, year
    ANCHOR  the 1st ... the 28th; the last day of the month; the name of a list of dates
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from difflib import get_close_matches
from typing import Any

__all__ = ["EXAMPLES", "Anchor", "Cron", "Rule", "Said", "is_cron", "read_schedule"]

_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12))
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_PART = re.compile(r"(?:\*|(\w+)(?:-(\w+))?)(?:/([1-9]\d*))?")
_NTH = (
    *("first", "second", "third", "fourth", "fifth", "sixth"),
    *("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
)
_NUMBERS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    *("nineteen", "twenty"),
)
MOST_DAYS = len(_NUMBERS)
"""Business days that a rule may lie before or after its anchor."""
_LATEST_DAY = 28
"""Day that every month has."""

EXAMPLES = (
    "0 6 * * mon-fri",
    "*/15 8-18 * * mon-fri",
    "06:00 every day",
    "06:00 and 14:00 every mon-fri",
    "06:00 on business days",
    "16:00 on the last business day of the month",
    "06:00 on the first business day of the quarter",
    "09:00 on the business day before the 24th",
    "06:00 two business days before the 26th",
    "06:00 two business days before debit",
    "07:00 on the last day of the month or the business day before",
    "07:00 on the 15th",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cron:
    """Five fields; day and weekday have to hold both, where both are given."""

    text: str

    @property
    def fields(self) -> tuple[str, str, str, str, str]:
        minute, hour, day, month, weekday = self.text.split()
        return minute, hour, day, month, weekday


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A date that comes again: one of the fields says which."""

    day: int = 0
    """Day of every month, 1 to 28; -1 is its last day."""
    dates: str = ""
    """Name of a declared list of dates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Times of the wall clock on days that one rule gives."""

    text: str
    times: tuple[time, ...]
    """In order, each once."""
    kind: str
    """'weekdays', 'business days', 'nth' or 'anchor'."""
    weekdays: tuple[int, ...] = ()
    """0 is Monday."""
    nth: int = 0
    """1 is the first of the period, -1 the last."""
    period: str = ""
    anchor: Anchor | None = None
    step: int = 0
    """Business days from the anchor; below zero before it."""
    moved: int = 0
    """Where the anchor is no business day: -1 to the one before, 1 to the one after, 0 nowhere."""

    @property
    def needs_calendar(self) -> bool:
        """Whether it speaks of business days."""
        return self.kind in ("business days", "nth") or bool(self.step or self.moved)


Said = Cron | Rule


def is_cron(text: str) -> bool:
    """Whether it is meant as cron, well written or not."""
    return ":" not in text and not re.search("business|every| on ", text.lower())


def read_schedule(text: str) -> Said:
    """What a schedule says; raises `ValueError` with what was expected and the nearest thing."""
    plain = " ".join(text.lower().split())
    return _cron(plain) if is_cron(plain) else _rule(plain)


def _cron(text: str) -> Cron:
    fields = text.split()
    if len(fields) != len(_FIELDS) + 1:
        raise ValueError(
            f"schedule {text!r} should be 'minute hour day month weekday' with the weekday as a "
            f"name, as in '0 6 * * mon-fri', or words such as '06:00 on business days'"
        )
    for (name, least, most), field in zip(_FIELDS, fields, strict=False):
        for part in field.split(","):
            if not _in_range(part, least, most, name == "month"):
                raise ValueError(
                    f"schedule {text!r}: the {name} is {part!r}; expected a number from {least} "
                    f"to {most}, a range such as {least}-{most}, or *"
                )
    for part in fields[4].split(","):
        days = [] if part == "*" else part.split("-")
        known = all(day in _WEEKDAYS for day in days) and len(days) <= 2
        if not known or [*map(_WEEKDAYS.index, days)] != sorted(map(_WEEKDAYS.index, days)):
            raise ValueError(
                f"schedule {text!r}: the weekday is {part!r}; expected a name such as mon, a "
                f"range such as mon-fri, several as in sat,sun, or *. Numbers mean other days "
                "to cron than to the scheduler" + _nearest(part, _WEEKDAYS)
            )
    _check_ever(text, fields[2], fields[3])
    return Cron(text=text)


def _check_ever(text: str, day: str, month: str) -> None:
    """Raise `ValueError` where no month has such a day."""
    months = values(month, 1, len(_MONTHS))
    if min(values(day, 1, 31)) > max(_LENGTHS[number - 1] for number in months):
        raise ValueError(f"schedule {text!r} is never due: no month of it has such a day")


def values(field: str, least: int, most: int) -> tuple[int, ...]:
    """The numbers that a field of cron means, in order; months may stand by their names."""
    found: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        first, last, step = match.groups() if match else (None, None, None)
        start = _number(first, True) if first else least
        end = _number(last, True) if last else most if step or not first else start
        found |= set(range(start, end + 1, int(step or 1)))
    return tuple(sorted(found))


def _in_range(part: str, least: int, most: int, months: bool) -> bool:
    found = _PART.fullmatch(part)
    if found is None:
        return False
    bounds = [_number(word, months) for word in found.groups()[:2] if word]
    named = any(word and not word.isdecimal() for word in found.groups()[:2])
    first, last = (bounds[0], bounds[-1] if found[2] else most) if bounds else (least, most)
    # A step past the end of its range would be due once, and surely was meant otherwise.
    stepped = found[3] is None or (not named and int(found[3]) <= last - first)
    return all(least <= bound <= most for bound in bounds) and bounds == sorted(bounds) and stepped


def _number(word: str, months: bool) -> int:
    if months and word in _MONTHS:
        return _MONTHS.index(word) + 1
    return int(word) if word.isdecimal() else -1


_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d"
_TIMES = re.compile(rf"({_TIME}(?:(?:, | and |, and ){_TIME})*) (.+)")
_DAY = rf"(?:{'|'.join(f'{full}s?|{short}' for full, short in zip(_FULL, _WEEKDAYS, strict=True))})"
_EVERY = re.compile(rf"every ({_DAY}(?:(?:-| to ){_DAY})?(?:(?:, ?| and ){_DAY})*)")
_ORDINAL = "|".join(_NTH)
_NTH_OF = re.compile(rf"on the (?:({_ORDINAL}) )?(last )?business day of the (month|quarter|year)")
_ANCHOR = (
    r"(the (\d{1,2})(?:st|nd|rd|th)(?: of the month)?|the last day of the month|[a-z][a-z0-9_]*)"
)
_STEPS = re.compile(
    rf"(?:on the|({'|'.join(_NUMBERS)}|\d{{1,2}})) business days? (before|after) {_ANCHOR}"
)
_ON = re.compile(rf"on {_ANCHOR}(?:,? or the (?:business day (before|after)|(next) business day))?")


def _rule(text: str) -> Rule:
    timed = _TIMES.fullmatch(text)
    if timed is None:
        begun = text.split(" ", 1)[0]
        raise ValueError(
            f"schedule {text!r} should begin with times such as '06:00' or '06:00 and 14:00', each "
            f"of two digits, a colon and two digits, and go on with its days; it begins with "
            f"{begun!r}" + _nearest(text, EXAMPLES)
        )
    times = tuple(sorted({time.fromisoformat(one) for one in re.findall(_TIME, timed[1])}))
    found = _days(timed[2])
    if found is None:
        raise ValueError(
            f"schedule {text!r}: {timed[2]!r} names no days; expected words such as "
            "'every day', 'on business days', 'on the last business day of the month' or 'two "
            f"business days before the 26th'{_why_not(timed[2]) or _meant(timed[1], timed[2])}"
        )
    return Rule(text=text, times=times, **found)


def _why_not(days: str) -> str:
    found = re.search(r"the (\d+)(?:st|nd|rd|th)", days)
    if found and not 1 <= int(found[1]) <= _LATEST_DAY:
        return (
            f". Not every month has {found[0]!r}; the 1st to the {_LATEST_DAY}th may be named, and "
            "'the last day of the month'"
        )
    return ""


def _meant(times: str, days: str) -> str:
    """The words with one of them put right, where that makes them clear; else the nearest ones."""
    known = sorted({word for one in EXAMPLES for word in re.findall("[a-z]{2,}", one)} | _ALL)
    every = days.replace("on ", "every ", 1)
    if _days(every):
        return f". Did you mean {f'{times} {every}'!r}?"
    for word in re.findall("[a-z]+", days):
        for close in [] if word in known else get_close_matches(word, known, n=5):
            right = days.replace(word, close, 1)
            if _days(right):
                return f". Did you mean {f'{times} {right}'!r}?"
    # The nearest days, at the times that were written: whoever copies it means no other hour.
    shown = [f"{times} {timed[2]}" for one in EXAMPLES if (timed := _TIMES.fullmatch(one))]
    return _nearest(f"{times} {days}", shown)


_ALL = {
    *_NTH,
    *_NUMBERS,
    *_WEEKDAYS,
    *_FULL,
    "after",
    "month",
    "quarter",
    "year",
    "next",
    "every",
    "last",
}


def _days(text: str) -> dict[str, Any] | None:
    """The fields of a rule besides its text and times; None where the words name no days."""
    if text == "every day":
        return {"kind": "weekdays", "weekdays": tuple(range(7))}
    if text == "on business days":
        return {"kind": "business days"}
    if found := _EVERY.fullmatch(text):
        return _every(found[1])
    if found := _NTH_OF.fullmatch(text):
        return _nth(found)
    if (found := _STEPS.fullmatch(text)) and (anchor := _anchor(found[3], found[4])):
        count = _count(found[1])
        if not 1 <= count <= MOST_DAYS:
            return None
        sign = -1 if found[2] == "before" else 1
        return {"kind": "anchor", "anchor": anchor, "step": sign * count}
    if (found := _ON.fullmatch(text)) and (anchor := _anchor(found[1], found[2])):
        moved = {"before": -1, "after": 1, "next": 1}.get(found[3] or found[4] or "", 0)
        return {"kind": "anchor", "anchor": anchor, "moved": moved}
    return None


def _every(text: str) -> dict[str, Any] | None:
    days: set[int] = set()
    for part in re.split(", ?| and ", text):
        ends = [_WEEKDAYS.index(day[:3]) for day in re.split("-| to ", part)]
        if ends != sorted(ends):
            return None
        days |= set(range(ends[0], ends[-1] + 1))
    return {"kind": "weekdays", "weekdays": tuple(sorted(days))}


def _nth(found: re.Match[str]) -> dict[str, Any] | None:
    place = _NTH.index(found[1]) + 1 if found[1] else 0
    if not place and not found[2]:
        return None
    nth = -max(place, 1) if found[2] else place
    if nth == -1 and found[1]:
        return None  # 'the first last business day'
    return {"kind": "nth", "nth": nth, "period": found[3]}


def _anchor(text: str, number: str | None) -> Anchor | None:
    if number:
        return Anchor(day=int(number)) if 1 <= int(number) <= _LATEST_DAY else None
    if text == "the last day of the month":
        return Anchor(day=-1)
    # What looks like a slip of another rule is no name of a list of dates.
    reserved = (
        text in _ALL or text.rstrip("s") in _FULL or text in ("the", "business", "day", "days")
    )
    return None if reserved else Anchor(dates=text)


def _count(word: str | None) -> int:
    if word is None:
        return 1
    return int(word) if word.isdecimal() else _NUMBERS.index(word) + 1


def _nearest(word: str, known: tuple[str, ...] | list[str]) -> str:
    close = get_close_matches(word, known, n=1)
    return f". Did you mean {close[0]!r}?" if close and close[0] != word else ""
