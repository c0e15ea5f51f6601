"""Looking for the open items' numbers in one text: as written, torn apart, in lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import gt

from clerkwork.core.references.numbering import Numbers, canonical
from clerkwork.core.references.slips import typed_alike
from clerkwork.core.references.tokens import (
    APART,
    GLUED,
    LOOSE,
    TORN,
    WRITTEN,
    Runs,
    is_month,
    masked,
    overlaps,
    valid_day,
)
from clerkwork.core.references.variants import respelt, restored
from clerkwork.core.references.words import (
    COUNTING,
    LIST,
    MONEY,
    RANGE,
    is_debtor,
    is_invoice,
    is_other,
)

__all__ = ["Found", "Scan", "typed_alike"]

_PARTS = 8
"""Runs that one number may be torn into."""
_LONGEST_RANGE = 500
_LONGEST_JOINT = 12
"""Signs between two numbers of a list, blanks and 'en nr.' included."""
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


class Scan:
    """One text, looked through once; what was found is in `found`, in the order of the text."""

    def __init__(
        self, text: str, lowered: str, numbers: Numbers, taken: Sequence[tuple[int, int]]
    ) -> None:
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
        self.full = False
        """Whether a number stands there as on the invoice."""
        self._masks: list[tuple[int, int]] | None = None
        self._debtors: list[str] = []
        self.ranges: list[tuple[str, ...]] = []
        self.found: list[Found] = []
        self._look_for_debtors(named=True)
        self._look(WRITTEN)
        if self.left():
            if self._is_torn():
                self._look(TORN)
            if self.left():
                self._respell()
                self._look_for_debtors(named=False)
        if self.found:
            self.found.sort(key=lambda one: one.start)
            self._go_on()
            self._look_for_ranges()

    def left(self) -> bool:
        """Whether there are digits of which nothing was made."""
        return any(map(gt, self.runs.digits, self.used))

    def _is_torn(self) -> bool:
        """Whether some digits stand so that a blank or break may run through a number."""
        runs = self.runs
        return TORN in runs.joins or any(
            join == LOOSE and digits and runs.digits[place - 1]
            for place, (join, digits) in enumerate(zip(runs.joins, runs.digits, strict=False))
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
        return 0 < place < len(self.used) and not self.used[place] and self._join(place) <= loosest

    def take(
        self, items: tuple[str, ...], certainty: int, first: int, last: int, how: str = ""
    ) -> None:
        for place in range(first, last + 1):
            self.used[place] = True
        start, end = self.place(first, last)
        self.found.append(Found(items, certainty, first, last, start, end, how))

    def is_other(self, found: Found) -> bool:
        """Whether the words right before it say that it is another thing's number."""
        word = self._word_before(found.first)
        return word != "" and is_other(word)

    def _word_before(self, first: int) -> str:
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
                return word
        return ""

    def _join(self, place: int) -> int:
        """How a run stands to the one before: `WRITTEN`, `LOOSE`, `TORN` or `APART`."""
        runs = self.runs
        join = runs.joins[place]
        if join == LOOSE and not (runs.digits[place] and runs.digits[place - 1]):
            # 'F 20260412' is how people write a prefix; '2026 0412' is only probably one number.
            return WRITTEN
        return join

    def _look(self, loosest: int) -> None:
        """Find complete numbers whose parts stand no further apart than `loosest`."""
        runs, used, numbers = self.runs, self.used, self.numbers
        heads, bare = numbers.heads, numbers.bare
        first, size = 0, len(used)
        while first < size:
            start = bare if runs.digits[first] else runs.words[first] in heads
            if not start or used[first]:
                first += 1
                continue
            last = self._longest_from(first, loosest)
            if last < 0:
                first += 1
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
            first = last + 1

    def _torn(self, first: int, last: int) -> str:
        joins = {self._join(place) for place in range(first + 1, last + 1)}
        return "torn over a line break" if TORN in joins else "with blanks between"

    def _over_a_break(self, first: int, last: int, key: str) -> tuple[str, ...]:
        """What else it would be if the bank's line break stood inside the number."""
        runs = self.runs
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
        best, key, last = -1, words[first], first
        while True:
            if len(key) in lengths and numbers.find(key) and self._allowed(first, last, loosest):
                best = last
            last += 1
            if last == len(used) or last - first >= _PARTS or used[last]:
                return best
            if self._join(last) > loosest:
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
        if loosest != WRITTEN or any(s < start or e > end for s, e in places):
            return False
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
        alone = not first or (before[-1:] in {" ", "\n", ":"} and not runs.digits[first - 1])
        return (
            alone
            and (last + 1 == len(self.used) or after[:1] in {" ", "\n"})
            and (last + 1 == len(self.used) or not runs.digits[last + 1])
        )

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
            return literal or not (key[:2] == "20" and valid_day(key[:4], key[4:6], key[6:]))
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
        if len(self.used) == last + 1 - first or is_invoice(self._word_before(first)):
            return ""
        return "which may be a date, an amount or an address"

    def _may_be_money(self, first: int, last: int) -> str:
        runs = self.runs
        if not all(runs.digits[first : last + 1]):
            return ""
        before = first > 0 and runs.words[first - 1] in MONEY
        after = last + 1 < len(self.used) and runs.words[last + 1] in MONEY
        return "which may be an amount" if before or after else ""

    def _goes_on(self, first: int, last: int) -> bool:
        """Whether the next digits are a number of their own, or go on with a list ('0412/13')."""
        if self._longest_from(last + 1, WRITTEN) >= 0:
            return True
        word = self.runs.words[last + 1]
        key = self.key(first, last)
        return len(word) >= 2 and bool(_completed(self.numbers, key, word))

    def _look_for_debtors(self, *, named: bool) -> None:
        """Debtors' numbers behind a word that says so; else long ones of which nothing was made."""
        known, runs, used = self.numbers.debtors, self.runs, self.used
        for place, digits in enumerate(runs.digits):
            if not digits or used[place]:
                continue
            first, key = place, runs.words[place]
            if key not in known:
                if not place or runs.digits[place - 1] or runs.joins[place] > WRITTEN:
                    continue
                first, key = place - 1, runs.words[place - 1] + key
                if key not in known:
                    continue
            if named and is_debtor(self._word_before(first)):
                self._debtors.append(key)
                used[first : place + 1] = [True] * (place + 1 - first)
            elif not named and len(key) >= 5 and not self.hidden(first, place):
                self._debtors.append(key)

    def _respell(self) -> None:
        """Numbers with letters for digits, or with zeros in front too many or too few."""
        for first in range(len(self.used)):
            if self.used[first]:
                continue
            for last in self._chain(first):
                if self.full and not self._is_beside(first, last):
                    continue
                words = self.runs.words[first : last + 1]
                items, how, sure = respelt(self.numbers, words), "with a letter for a digit", True
                if not items:
                    items, sure = restored(self.numbers, words)
                    how = "with other zeros in front"
                if items and not self.hidden(first, last):
                    self.take(items, 2 if sure else 1, first, last, how)
                    break

    def _is_beside(self, first: int, last: int) -> bool:
        """Whether these runs stand in a list or range with a number that was found."""
        start, end = self.place(first, last)
        return any(
            LIST.fullmatch(between) or RANGE.fullmatch(between)
            for one in self.found
            if start - _LONGEST_JOINT <= one.end <= start
            or end <= one.start <= end + _LONGEST_JOINT
            for between in (self.lowered[min(one.end, end) : max(one.start, start)],)
        )

    def _chain(self, first: int) -> list[int]:
        """Ends of what may be one number from here, the longest first."""
        runs, numbers = self.runs, self.numbers
        digits = runs.digits[first]
        # 'O26' and 'I2345' begin with a letter that stands for a digit.
        spelt = not digits and runs.words[first][0] in "oil"
        if not digits and not spelt and runs.words[first] not in numbers.heads:
            return []
        rest = first and not self.used[first - 1] and runs.joins[first] <= WRITTEN
        if rest and digits and runs.digits[first - 1]:
            return []
        ends, seen = [], digits
        if digits:
            ends.append(first)
        last = first + 1
        while last < len(self.used) and last - first < _PARTS and self.free(last, TORN):
            join = runs.joins[last]
            if join == LOOSE and (last != first + 1 or digits or spelt):
                break
            seen = seen or runs.digits[last]
            if seen:
                ends.append(last)
            last += 1
        return ends[:-6:-1]

    def _go_on(self) -> None:
        """'2026-0412, 0413' and '2026-0412/13': the rest of a list leaves out what is the same."""
        for one in list(self.found):
            if one.certainty < 2:
                continue
            lead = one
            while lead.last + 1 < len(self.used):
                follower = self._follower(lead)
                if follower is None:
                    break
                for place in range(follower.first, follower.last + 1):
                    self.used[place] = True
                if follower.items:
                    self.found.append(follower)
                lead = follower
        self.found.sort(key=lambda one: one.start)

    def _follower(self, lead: Found) -> Found | None:
        """The next number of a list or range, shortened; without items where it is not open."""
        runs = self.runs
        place = lead.last + 1
        while place < len(self.used) and not runs.digits[place]:
            place += 1
        if place >= len(self.used) or self.used[place] or not lead.items:
            return None
        between = self.lowered[lead.end : runs.starts[place]]
        in_range = RANGE.fullmatch(between) is not None
        if not in_range and not LIST.fullmatch(between):
            return None
        last = place
        while self.free(last + 1, WRITTEN) and self.runs.gaps[last + 1] == "-":
            last += 1
        base = canonical(lead.items[0])
        for end in range(last, place - 1, -1):
            written = self.key(place, end)
            if len(written) < 2 or self.hidden(place, end):
                continue
            items, certainty = self._shortened(lead.items[0], base, written)
            if items and items[0] not in lead.items:
                start, stop = self.place(place, end)
                how = "shortened after a full number"
                return Found(items, certainty, place, end, start, stop, how)
        return None

    def _shortened(self, lead: str, base: str, written: str) -> tuple[tuple[str, ...], int]:
        """Items that the last digits stand for behind a full number: those of its debtor first."""
        completed = _completed(self.numbers, base, written)
        payer = self.numbers.customers[lead]
        own = self.numbers.pool(frozenset((payer,))).short([written], "")
        both = tuple(item for item in completed if item in own)
        if both or not own:
            return both or completed, 2
        return own, 2 if len(own) == 1 and len(written) > 2 else 1

    def _look_for_ranges(self) -> None:
        """The open items from one number to another, wherever the text says so."""
        for before, after in zip(self.found, self.found[1:], strict=False):
            if before.certainty < 2 and after.certainty < 2:
                continue
            between = self.lowered[before.end : after.start]
            if between != "-" and not RANGE.fullmatch(between):
                continue
            if len(before.items) == len(after.items) == 1:
                self._between(before.items[0], after.items[0])

    def _between(self, first: str, last: str) -> None:
        low, high = canonical(first), canonical(last)
        for run in re.finditer(r"[0-9]+", low):
            start, end = run.span()
            other = high[start:end]
            if low[:start] != high[:start] or low[end:] != high[end:] or not other.isdigit():
                continue
            numbers = range(int(run[0]), int(other) + 1)
            if 1 < len(numbers) <= _LONGEST_RANGE:
                keys = (f"{low[:start]}{n:0{end - start}d}{low[end:]}" for n in numbers)
                self.ranges.append(tuple(item for key in keys for item in self.numbers.find(key)))
                return


def _completed(numbers: Numbers, base: str, written: str) -> tuple[str, ...]:
    """The items that share all with `base` but the last digits of one of its runs."""
    runs = list(re.finditer(r"[0-9]+", base))
    for run in reversed(runs):
        if len(written) < len(run[0]) or (run is runs[-1] and len(written) == len(run[0])):
            key = base[: run.end() - len(written)] + written + base[run.end() :]
            if items := numbers.find(key):
                return items
    return ()


def _common(key: str) -> bool:
    """Whether letters and digits are so few, or so like a year, that they stand in any text."""
    return len(key) < 4 or _YEAR.fullmatch(key) is not None
