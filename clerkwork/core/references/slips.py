"""Slips of typing: one digit changed, swapped, left out or added, or the end cut off."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["LEAST_LEFT", "cut_off", "slip_of", "typed_alike"]

_RUN = re.compile(r"\d+")
_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"\D")
_SIGNS = re.compile(r"[\W_]")
_YEARS = 9
"""Years apart in which another series of the same numbering may be quoted."""
_MOST_CUT = 4
_MANY = 5
LEAST_LEFT = 4
"""Signs that must be left of a number whose end is cut off."""


def typed_alike(typed: str, number: str) -> bool:
    """Whether one digit of the running number was changed, swapped, dropped or added."""
    return bool(slip_of(_SIGNS.sub("", typed).lower(), number))


def slip_of(key: str, number: str) -> str:
    """What one slip makes `key` (letters and digits, lower case) of the number; '' if none does.

    The running number is the longest run of digits, the last of such, less a year that leads it.
    What stands around it must be right, for another year is another series: except a year that is
    none, a digit changed or two swapped ('2062-0412'), left out or added ('206-0412').
    Letters before it may be missing altogether.
    """
    for before, running, after in _around(number):
        middle = len(key) - len(after)
        if len(before) < middle and key.startswith(before) and key.endswith(after):
            how = _one_slip(key[len(before) : middle], running)
            if how:
                return how
        if len(key) == len(before) + len(running) + len(after):
            how = _slip_beside(key, before, running, after)
            if how:
                return how
        if how := _digit_beside(key, before, running, after):
            return how
    return ""


def _digit_beside(key: str, before: str, running: str, after: str) -> str:
    """A digit too few or too many beside the running number: '206-0412' is of no other year."""
    if abs(len(key) - len(before) - len(running) - len(after)) != 1:
        return ""
    if before and key.endswith(running + after):
        typed, right = key[: len(key) - len(running) - len(after)], before
    elif after and key.startswith(before + running):
        typed, right = key[len(before) + len(running) :], after
    else:
        return ""
    if _DIGIT.sub("", typed) != _DIGIT.sub("", right):
        return ""
    return _one_slip(_LETTERS.sub("", typed), _LETTERS.sub("", right))


def _slip_beside(key: str, before: str, running: str, after: str) -> str:
    """A slip in the digits before or after the running number that makes no other series."""
    end = len(before) + len(running)
    if key[len(before) : end] != running:
        return ""
    if key[end:] == after:
        typed, right = key[: len(before)], before
    elif key.startswith(before):
        typed, right = key[end:], after
    else:
        return ""
    if typed == right:
        return ""
    one, two = _LETTERS.sub("", typed), _LETTERS.sub("", right)
    same_letters = _DIGIT.sub("9", typed) == _DIGIT.sub("9", right)
    far = same_letters and one != "" and abs(int(one) - int(two)) > _YEARS
    # One digit behind many is a check digit, and no year.
    far = far or (same_letters and len(two) == 1 and right == after and len(running) >= _MANY)
    return _one_slip(one, two) if far else ""


@lru_cache(maxsize=65_536)
def _around(number: str) -> tuple[tuple[str, str, str], ...]:
    """What stands before the running number, itself, and after; with and without its letters."""
    runs = list(_RUN.finditer(number))
    if not runs:
        return ()
    running = max(runs, key=lambda run: (len(run[0]), run.start()))
    begin = running.start()
    if len(running[0]) >= 7 and running[0][:2] in {"19", "20"}:
        begin += 4
    before = _SIGNS.sub("", number[:begin]).lower()
    after = _SIGNS.sub("", number[running.end() :]).lower()
    middle = number[begin : running.end()]
    digits = _LETTERS.sub("", before)
    whole = (before, middle, after)
    if digits == before or len(digits) + len(middle) < 6:
        return (whole,)
    return whole, (digits, middle, after)


def _one_slip(typed: str, right: str) -> str:
    if typed == right or not typed.isdigit():
        return ""
    if len(typed) == len(right):
        places = [i for i, (a, b) in enumerate(zip(typed, right, strict=True)) if a != b]
        if len(places) == 1:
            return "with one digit changed"
        if len(places) == 2 and places[1] == places[0] + 1:
            one, two = places
            swapped = typed[one] == right[two] and typed[two] == right[one]
            return "with two digits swapped" if swapped else ""
        return ""
    short, long = sorted((typed, right), key=len)
    if len(long) - len(short) != 1:
        return ""
    if not any(long[:i] + long[i + 1 :] == short for i in range(len(long))):
        return ""
    return "with a digit left out" if short is typed else "with a digit too many"


def cut_off(key: str, number_key: str) -> bool:
    """Whether what is typed is the number without its last signs, but with most of it."""
    missing = len(number_key) - len(key)
    enough = len(key) >= max(LEAST_LEFT, missing + 2)
    return 0 < missing <= _MOST_CUT and enough and number_key.startswith(key)
