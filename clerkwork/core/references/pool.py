"""Numbers among a payer's own items: by their last digits, by one slip, or with the end cut off."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, islice
from operator import ne

from clerkwork.core.references.slips import cut_off, slip_of

__all__ = ["Pool"]

_SHORTEST = 3
"""Digits that a number without its prefix must have to be looked at."""
_SMALL = 400
"""Items that are looked through one by one; more of them get an index."""
_MOST_APART = 6
"""Signs that a number may have more than what is typed of it with a slip."""
_LONG = 8
"""Digits of which one slip leaves the first three or the last three as they are."""
_MOST_CHANGED = 2
"""Digits that one slip changes in their places: two that are swapped."""
_RUN = re.compile(r"[0-9]+")
_NO_DIGITS = bytes(sorted(set(range(128)) - set(b"0123456789\n")))

_Entry = tuple[str, str, tuple[str, ...], str]
"""A number, its letters and digits, its runs of digits, and those as one."""


class Pool:
    """Some debtors' items. Made where it is asked for; its indexes on the first question.

    Most pools are asked once, and of their items one or none is like what is typed. So of each
    the digits are looked at first, and the rest only where those may fit.
    """

    def __init__(self, numbers: Sequence[str], canonical: Callable[[str], str]) -> None:
        self._numbers = sorted(numbers)
        self._canonical = canonical
        self._digits = _digits_of(self._numbers)
        """Of each number the digits, one a line: what is nowhere in them, no number has."""
        self._plain = all(map(str.isascii, self._numbers))
        self._lines: list[str] | None = None
        self._made: list[_Entry] | None = None
        self._tails: dict[str, list[_Entry]] | None = None
        self._heads: dict[str, list[_Entry]] | None = None
        self._sorted: list[tuple[str, str]] | None = None
        self._keys = ""
        self._whole: dict[str, list[str]] | None = None

    def _each(self) -> Iterable[tuple[str, str]]:
        """Each number with its digits."""
        if self._lines is None:
            self._lines = self._digits.split("\n") if self._numbers else []
        return zip(self._numbers, self._lines, strict=True)

    def _entries(self) -> list[_Entry]:
        if self._made is None:
            self._made = [self._entry(number, digits) for number, digits in self._each()]
        return self._made

    def _entry(self, number: str, digits: str) -> _Entry:
        return number, self._canonical(number), tuple(_RUN.findall(number)), digits

    def short(self, runs: Sequence[str], head: str) -> tuple[str, ...]:
        """Items that these runs of digits stand for, where prefix, year or zeros are left out.

        Of those the ones that begin with the letters `head`, if any does.
        """
        key = "".join(runs)
        bare = key.lstrip("0")
        if len(bare) < _SHORTEST and len(key) < _SHORTEST:
            return ()
        tail, several = key[-_SHORTEST:], len(runs) > 1
        plain = [run.lstrip("0") for run in runs] if several else []
        if tail not in self._digits and not (several and all(run in self._digits for run in plain)):
            return ()
        fitting = [
            entry
            for entry in self._like(tail, plain)
            if (tail in entry[3] and _ends(entry[2], key, bare))
            or (several and _follow(entry[2], plain))
        ]
        if head and (headed := [entry for entry in fitting if entry[1].startswith(head)]):
            fitting = headed
        return tuple(entry[0] for entry in fitting)

    def whole(self, key: str) -> tuple[str, ...]:
        """Items whose number has exactly these letters and digits."""
        if self._whole is None:
            self._whole = {}
            for number in self._numbers:
                self._whole.setdefault(self._canonical(number), []).append(number)
        return tuple(self._whole.get(key, ()))

    def slips(self, key: str) -> dict[str, tuple[str, ...]]:
        """Items one slip away from what is typed, by the slip in words."""
        found: dict[str, list[str]] = {}
        typed, plain = "".join(_RUN.findall(key)), self._plain and key.isascii()
        size = len(typed)
        for number, digits in self._near(typed, plain=plain):
            # A slip is one of the digits, wherever else the numbers are alike.
            if plain:
                apart = len(digits) - size
                if not -1 <= apart <= 1:
                    continue
                if size >= _LONG and digits[:3] != typed[:3] and digits[-3:] != typed[-3:]:
                    continue
                if apart == 0 and sum(map(ne, digits, typed)) > _MOST_CHANGED:
                    continue
            if abs(len(self._canonical(number)) - len(key)) > _MOST_APART:
                continue
            if how := slip_of(key, number):
                found.setdefault(how, []).append(number)
        return {how: tuple(numbers) for how, numbers in found.items()}

    def cut(self, key: str) -> tuple[str, ...]:
        """Items that begin with what is typed, and have few signs more."""
        if len(self._numbers) <= _SMALL:
            begin = "".join(_RUN.findall(key)) if self._plain and key.isascii() else ""
            if begin not in self._digits:
                return ()
            return tuple(
                number
                for number, digits in self._each()
                if digits.startswith(begin) and cut_off(key, self._canonical(number))
            )
        if self._sorted is None:
            self._sorted = sorted((self._canonical(number), number) for number in self._numbers)
            self._keys = "\n".join(["", *(own for own, _ in self._sorted)])
        if f"\n{key}" not in self._keys:
            return ()
        found = []
        for own, number in islice(self._sorted, bisect_left(self._sorted, (key, "")), None):
            if not own.startswith(key):
                break
            if cut_off(key, own):
                found.append(number)
        return tuple(sorted(found))

    def spelt_in_digits(self, runs: Sequence[str]) -> tuple[str, ...]:
        """Items whose runs of digits are just these, with letters between them."""
        whole = "".join(runs)
        if whole not in self._digits:
            return ()
        return tuple(
            number
            for number, digits in self._each()
            if digits == whole and _RUN.findall(number) == list(runs)
        )

    def _like(self, tail: str, plain: Sequence[str]) -> Iterable[_Entry]:
        """Entries of which some part may end with the digits `tail`, or that may have all of the
        runs `plain`."""
        if len(self._numbers) <= _SMALL:
            return (
                self._entry(number, digits)
                for number, digits in self._each()
                if tail in digits or (plain and all(run in digits for run in plain))
            )
        if self._tails is None:
            self._tails = _index(self._entries(), _tails_of)
        return self._tails.get(tail, ())

    def _near(self, digits: str, *, plain: bool) -> Iterable[tuple[str, str]]:
        """Numbers, each with its digits, that share the last ones or all but those."""
        if len(self._numbers) <= _SMALL:
            if not plain:
                return self._each()
            head, tails = digits[: -_SHORTEST - 1], (digits[-_SHORTEST:], _swapped(digits))
            return (
                one for one in self._each() if one[1].endswith(tails) or one[1].startswith(head)
            )
        if self._tails is None:
            self._tails = _index(self._entries(), _tails_of)
        if self._heads is None:
            self._heads = _index(self._entries(), lambda runs: {"".join(runs)[:-_SHORTEST]})
        near = {entry[0]: entry[3] for entry in self._tails.get(digits[-_SHORTEST:], ())}
        if len(digits) > _SHORTEST:
            last = _swapped(digits)
            near.update((entry[0], entry[3]) for entry in self._tails.get(last, ()))
        for cut in (2, 3, 4):
            near.update((entry[0], entry[3]) for entry in self._heads.get(digits[:-cut], ()))
        return near.items()


def _swapped(digits: str) -> str:
    """The last ones, if two are swapped of which one is among them."""
    return digits[-_SHORTEST - 1 : -_SHORTEST] + digits[1 - _SHORTEST :]


def _digits_of(numbers: Sequence[str]) -> str:
    lines = "\n".join(numbers)
    if lines.isascii() and lines.count("\n") < max(1, len(numbers)):
        return lines.encode().translate(None, _NO_DIGITS).decode()
    return "\n".join("".join(_RUN.findall(number)) for number in numbers)


def _index(
    entries: Sequence[_Entry], keys_of: Callable[[tuple[str, ...]], set[str]]
) -> dict[str, list[_Entry]]:
    index: dict[str, list[_Entry]] = defaultdict(list)
    for entry in entries:
        for key in keys_of(entry[2]):
            index[key].append(entry)
    return dict(index)


def _tails_of(runs: tuple[str, ...]) -> set[str]:
    return {digits[-_SHORTEST:] for digits in accumulate(runs)}


def _ends(runs: tuple[str, ...], key: str, bare: str) -> bool:
    """Whether the digits up to the end of some run end with those that are written."""
    for digits in accumulate(runs):
        if digits.endswith(key) or (len(bare) >= _SHORTEST and digits.endswith(bare)):
            return True
    return False


def _follow(runs: tuple[str, ...], plain: Sequence[str]) -> bool:
    """Whether these stand among the runs one after the other, zeros in front aside."""
    own = [run.lstrip("0") for run in runs]
    size = len(plain)
    return any(own[i : i + size] == plain for i in range(len(own) - size + 1))
