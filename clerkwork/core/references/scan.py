"""Looking for the open items' numbers in one text: as written, torn apart, in lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from clerkwork.core.references.debtors import (
    Perhaps,
    announced_debtors,
    unannounced_debtors,
)
from clerkwork.core.references.lists import completed, go_on, ranges_in
from clerkwork.core.references.numbering import Numbers
from clerkwork.core.references.slips import typed_alike
from clerkwork.core.references.tokens import (
    APART,
    GLUED,
    LOOSE,
    MAY_BE_ELSE,
    TORN,
    WRITTEN,
    Runs,
    is_month,
    masked,
    overlaps,
    valid_day,
)
from clerkwork.core.references.variants import respell
from clerkwork.core.references.words import (
    COUNTING,
    MONEY,
    is_invoice,
    is_other,
)

__all__ = ["Found", "Scan", "typed_alike"]

_PARTS = 8
"""Runs that one number may be torn into."""
_PLAIN = frozenset(("", "-", "/"))
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


@dataclass(slots=True)
class Found:
    """Runs `first` to `last` of the text name one of `items`; `certainty` 3 as written, 1 short."""

    items: tuple[str, ...]
    certainty: int
    first: int
    last: int
    start: int
    end: int
    how: str = ""
    alike: tuple[str, ...] = ()
    """Others' items whose digits are just these."""


class Scan:
    """One text, looked through once; what was found is in `found`, in the order of the text."""

    def __init__(
        self,
        text: str,
        lowered: str,
        numbers: Numbers,
        taken: Sequence[tuple[int, int]],
        *,
        whole: bool = True,
    ) -> None:
        """`whole` is false where it is known that no complete number stands there in any spelling,
        nor a debtor's."""
        self.text, self.lowered, self.numbers = text, lowered, numbers
        self.runs = runs = Runs(lowered)
        if "\n" in text:
            runs.mend(numbers.letters)
        self.used = [False] * len(runs.words)
        if taken:
            self.used = [
                any(start < e and s < end for start, end in taken)
                for s, e in zip(runs.starts, runs.ends, strict=True)
            ]
        self.places = [place for place, digits in enumerate(runs.digits) if digits]
        """The runs of digits."""
        self.full = False
        """Whether a number stands there as on the invoice."""
        self._masks: list[tuple[int, int]] | None = None
        self._debtors: list[str] = []
        self._perhaps: list[Perhaps] = []
        self.ranges: list[tuple[str, ...]] = []
        self.found: list[Found] = []
        if whole:
            self._look_through()

    def _look_through(self) -> None:
        self._debtors, self._perhaps = announced_debtors(self)
        starts = self._starts()
        self._look(starts, WRITTEN)
        if self.left():
            if self._is_torn():
                self._look(starts, TORN)
            if self.left():
                respell(self)
                self._debtors += unannounced_debtors(self, self._perhaps)
        if self.found:
            self.found.sort(key=_start_of)
            go_on(self)
            if len(self.found) > 1:
                self.ranges = list(ranges_in(self))

    def left(self) -> bool:
        """Whether there are digits of which nothing was made."""
        return not all(map(self.used.__getitem__, self.places))

    def _is_torn(self) -> bool:
        """Whether some digits stand so that a blank or break may run through a number."""
        digits, joins = self.runs.digits, self.runs.joins
        if TORN in joins:
            return True
        return LOOSE in joins and any(
            place and joins[place] == LOOSE and digits[place - 1] for place in self.places
        )

    def debtors(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._debtors))

    def masks(self) -> list[tuple[int, int]]:
        """Places of dates, amounts and the like; made on the first question."""
        if self._masks is None:
            self._masks = masked(self.text)
        return self._masks

    def key(self, first: int, last: int) -> str:
        return "".join(self.runs.words[first : last + 1])

    def place(self, first: int, last: int) -> tuple[int, int]:
        return self.runs.starts[first], self.runs.ends[last]

    def hidden(self, first: int, last: int) -> bool:
        """Whether these runs have a part in a date, an amount, an account and the like."""
        return overlaps(self.masks(), *self._digits(first, last))

    def _digits(self, first: int, last: int) -> tuple[int, int]:
        """The place of these runs from the first digit on: '2026 RE' is no postcode of 'RE 17'."""
        runs = self.runs
        while first < last and not runs.digits[first] and runs.joins[first + 1] != GLUED:
            first += 1
        return runs.starts[first], runs.ends[last]

    def free(self, place: int, loosest: int) -> bool:
        """Whether the run is unused, and goes on from the one before it."""
        used = self.used
        return 0 < place < len(used) and not used[place] and self.join(place) <= loosest

    def chain(self, first: int, loosest: int = LOOSE) -> int:
        """Where the groups of digits begin of which these are a part: '177 099 720', '972/3254'.

        What is a telephone's number and the like goes on with none.
        """
        runs, used = self.runs, self.used
        while (
            first
            and runs.digits[first]
            and runs.digits[first - 1]
            and not used[first - 1]
            and runs.joins[first] <= loosest
            and (runs.joins[first] <= WRITTEN or not self.hidden(first - 1, first - 1))
        ):
            first -= 1
        return first

    def take(
        self, items: tuple[str, ...], certainty: int, first: int, last: int, how: str = ""
    ) -> None:
        for place in range(first, last + 1):
            self.used[place] = True
        start, end = self.place(first, last)
        self.found.append(Found(items, certainty, first, last, start, end, how))

    def drop(self, found: Found) -> None:
        """It was none after all."""
        for place in range(found.first, found.last + 1):
            self.used[place] = False
        self.found = [one for one in self.found if one is not found]

    def is_other(self, found: Found) -> bool:
        """Whether the words right before it say that it is another thing's number."""
        word = self.word_before(self.chain(found.first, WRITTEN))
        return word != "" and is_other(word)

    def word_before(self, first: int) -> str:
        """The word that announces a number: 'order' of 'order no. 17'; '' if there is none near."""
        words, gaps = self.runs.words, self.runs.gaps
        place = first
        while place > 0 and first - place < 3 and len(gaps[place]) <= 4:
            place -= 1
            word = words[place]
            if self.runs.digits[place] or self.used[place]:
                return ""
            if word not in COUNTING:
                if word == "o" and place and words[place - 1] == "p":
                    return "po"
                if word == "k" and first - place > 1:
                    return "knr"
                return word
        return ""

    def join(self, place: int) -> int:
        """How a run stands to the one before: `WRITTEN`, `LOOSE`, `TORN` or `APART`."""
        runs = self.runs
        join = runs.joins[place]
        if join == LOOSE and not (runs.digits[place] and runs.digits[place - 1]):
            # 'F 20260412' is how people write a prefix; '2026 0412' is only probably one number.
            return WRITTEN
        return join

    def _starts(self) -> list[int]:
        """Runs with which a number may begin."""
        heads, words = self.numbers.heads, self.runs.words
        if not self.numbers.bare:
            return [place for place, word in enumerate(words) if word in heads]
        if heads.isdisjoint(words):
            return self.places
        digits = self.runs.digits
        return [place for place, word in enumerate(words) if digits[place] or word in heads]

    def _look(self, starts: Sequence[int], loosest: int) -> None:
        """Find complete numbers whose parts stand no further apart than `loosest`."""
        used, numbers = self.used, self.numbers
        for first in starts:
            if used[first]:
                continue
            last = self._longest_from(first, loosest)
            if last < 0:
                continue
            key = self.key(first, last)
            over = self._over_a_break(first, last, key)
            certainty, how = (1 if _common(key) else 2), ""
            if certainty == 2 and loosest == WRITTEN and not over and self._clear(first, last, key):
                certainty, self.full = 3, True
                if doubt := self._may_be_else(first, last, key):
                    certainty, how = 2, doubt
            elif loosest == TORN:
                how = self._torn(first, last)
            items = dict.fromkeys((*numbers.find(key), *over))
            self.take(tuple(items), certainty, first, last, how)

    def _torn(self, first: int, last: int) -> str:
        joins = {self.join(place) for place in range(first + 1, last + 1)}
        return "torn over a line break" if TORN in joins else "with blanks between"

    def _over_a_break(self, first: int, last: int, key: str) -> tuple[str, ...]:
        """What else it would be if the bank's line break stood inside the number."""
        runs = self.runs
        if "\n" not in runs.gaps:
            return ()
        after: tuple[str, ...] = ()
        before: tuple[str, ...] = ()
        if last + 1 < len(self.used) and runs.gaps[last + 1] == "\n" and not self.used[last + 1]:
            after = self.numbers.find(key + runs.words[last + 1])
        if first and runs.gaps[first] == "\n" and not self.used[first - 1]:
            before = self.numbers.find(runs.words[first - 1] + key)
        return (*after, *before)

    def _longest_from(self, first: int, loosest: int) -> int:
        """The last run of the longest number that starts at `first`; -1 if none does."""
        runs, used, numbers = self.runs, self.used, self.numbers
        words, digits, lengths = runs.words, runs.digits, numbers.lengths
        joins, end = runs.joins, min(len(used), first + _PARTS)
        best, key, last = -1, words[first], first
        while True:
            if len(key) in lengths and numbers.find(key) and self._allowed(first, last, loosest):
                best = last
            last += 1
            if last == end or used[last]:
                return best
            join = joins[last]
            if join > loosest and (join != LOOSE or (digits[last] and digits[last - 1])):
                return best
            word = words[last]
            if not digits[last] and word not in numbers.letters:
                return best
            key += word
            if len(key) > numbers.longest:
                return best

    def _allowed(self, first: int, last: int, loosest: int) -> bool:
        """A number is not made of pieces of dates and amounts, unless it stands there literally."""
        if self._safe(first, last):
            return True
        start, end = self._digits(first, last)
        places = [(s, e) for s, e in self.masks() if s < end and start < e]
        if not places:
            return True
        if any(s < start or e > end for s, e in places):
            return False
        if loosest != WRITTEN:
            # 'F26.03.12' before a line break is the day only for whoever does not read on.
            joins = self.runs.joins[first + 1 : last + 1]
            return TORN in joins or not self.runs.digits[first]
        written = self.lowered[self.runs.starts[first] : end]
        return any(written == item.lower() for item in self.numbers.find(self.key(first, last)))

    def _safe(self, first: int, last: int) -> bool:
        """Whether it cannot be part of a date or amount: a long run ends it, blanks around it."""
        runs = self.runs
        if len(runs.words[last]) < 5 or len(runs.words[last]) in {10, 14, 16}:
            return False
        if first != last and runs.digits[first]:
            two = last == first + 1 and runs.gaps[last] in _PLAIN
            if not two or runs.words[first][0] == "0":
                return False
        before, after = runs.gaps[first], runs.gaps[last + 1]
        if first and (runs.digits[first - 1] or before[-1:] not in {" ", "\n", ":"}):
            return False
        if last + 1 == len(self.used) or after[:2] in {", ", ",\n"}:
            return True
        return after[:1] in {" ", "\n"} and not runs.digits[last + 1]

    def _clear(self, first: int, last: int, key: str) -> bool:
        """Whether a number stands free, and is no date that only looks like it."""
        runs, used = self.runs, self.used
        before = runs.joins[first] if first and not used[first - 1] else APART
        if before == GLUED or (before == WRITTEN and runs.digits[first - 1]):
            return False
        if last + 1 < len(used) and runs.joins[last + 1] <= WRITTEN:
            if runs.joins[last + 1] == GLUED:
                return False
            if runs.digits[last + 1] and not self._goes_on(first, last):
                return False
        if first == last and len(key) == 8 and key.isdigit():
            literal = any(item.isdigit() for item in self.numbers.find(key))
            announced = is_invoice(self.word_before(first))
            return (
                literal
                or announced
                or not (key[:2] == "20" and valid_day(key[:4], key[4:6], key[6:]))
            )
        return True

    def _may_be_else(self, first: int, last: int, key: str) -> str:
        """What else a number may be that nothing announces: a date, an amount, a postcode."""
        words = self.runs.words
        dated = first == last and len(key) == 8 and key.isdigit() and key[:2] == "20"
        if dated and not valid_day(key[:4], key[4:6], key[6:]):
            dated = False
        monthly = last == first + 1 and is_month(words[first], words[last])
        if not (dated or monthly or (not self._safe(first, last) and self.hidden(first, last))):
            return self._may_be_money(first, last)
        if len(self.used) == last + 1 - first or is_invoice(self.word_before(first)):
            return ""
        return f"{MAY_BE_ELSE}a date, an amount or an address"

    def _may_be_money(self, first: int, last: int) -> str:
        runs = self.runs
        if not all(runs.digits[first : last + 1]):
            return ""
        before = first > 0 and runs.words[first - 1] in MONEY
        after = last + 1 < len(self.used) and runs.words[last + 1] in MONEY
        return f"{MAY_BE_ELSE}an amount" if before or after else ""

    def _goes_on(self, first: int, last: int) -> bool:
        """Whether the next digits are a number of their own, or go on with a list ('0412/13')."""
        if self._longest_from(last + 1, WRITTEN) >= 0:
            return True
        word = self.runs.words[last + 1]
        key = self.key(first, last)
        return len(word) >= 2 and bool(completed(self.numbers, key, word))


def _start_of(found: Found) -> int:
    return found.start


def _common(key: str) -> bool:
    """Whether letters and digits are so few, or so like a year, that they stand in any text."""
    return len(key) < 4 or _YEAR.fullmatch(key) is not None
