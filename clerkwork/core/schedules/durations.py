"""Spans of time as people write them: '90 s', '15 min', '2 h'."""

from __future__ import annotations

import re
from datetime import timedelta

__all__ = ["duration", "said_duration"]

_SPAN = re.compile(r"(\d{1,6}) ?(s|min|h|d)")
_UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days"}


def duration(text: str) -> timedelta:
    """The span that is written; raises `ValueError` with what was expected."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r}; expected a number and a unit, such as '90 s', '15 min', '2 h'")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def said_duration(span: timedelta) -> str:
    """A span in the largest unit that says it whole, e.g. '90 min'."""
    seconds = round(span.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
