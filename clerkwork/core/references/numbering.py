"""How the creditor numbers, learned from the open items themselves, and the indexes made of it."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.references.keys import Keys
from clerkwork.core.references.plain import key_of
from clerkwork.core.references.pool import Pool

__all__ = ["Numbers", "canonical", "learn", "learn_columns", "shape_of"]

_MANY = 50_000
_MOST_POOLS = 4_096
_DIGITS = str.maketrans("012345678", "999999999")
_SIGNS = bytes(code for code in range(128) if not chr(code).isalnum())
_LETTERS = re.compile(r"[^\W\d_]+")
_NO_KEY = re.compile(r"[\W_]")
_NOT_DIGITS = re.compile("[^0-9]")
_MOST_FOUND = 4_096
_SELDOM = 1_000
"""A pattern of which less than one of so many numbers is tells nothing of free digits."""
_FEW = 1_000
"""Numbers by which a series goes on at least, where few of it are open."""


def _nobody(_: str) -> Sequence[str]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The open items' numbers by the ways in which people write them."""

    exact: Mapping[str, tuple[str, ...]]
    """Letters and digits of the number, in lower case, to the numbers that have them."""
    digits: Mapping[str, tuple[str, ...]]
    """Digits without leading zeros, as a structured reference carries them."""
    customers: Mapping[str, str]
    """Number to its debtor."""
    debtors: Mapping[str, str]
    """Numbers of the debtors, by what `canonical` makes of them."""
    patterns: frozenset[str]
    """The numbers in lower case with a nine for each digit: 'inv-9999-99999'; each way once."""
    spans: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Between which values the digits of a pattern's numbers lie: those that are open, and as many
    again three times before and once behind. Of patterns that hardly occur there is none; empty
    where nothing of it is known."""
    bare_debtors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Digits of the debtors' numbers, without zeros in front, to the debtors that have them."""
    own: Callable[[str], Sequence[str]] = _nobody
    """A debtor's open items; asked only where a number is short or wrong."""
    everyone: Sequence[str] = ()
    """All open items, for readings that are not told who pays."""
    shapes: frozenset[str] = field(init=False)
    """Letters and digits of the patterns."""
    longest: int = field(init=False)
    """Letters and digits of the longest number."""
    lengths: frozenset[int] = field(init=False)
    letters: frozenset[str] = field(init=False)
    """The runs of letters that stand in numbers: prefixes, suffixes and what is between."""
    heads: frozenset[str] = field(init=False)
    """The runs of letters that numbers begin with."""
    bare: bool = field(init=False)
    """Whether some numbers begin with a digit."""
    wordy: bool = field(init=False)
    """Whether some numbers have no digit at all."""
    skeletons: Mapping[str, Sequence[int]] = field(init=False)
    """What is left of the shapes without their digits, '' and 'inv', to the shapes' lengths."""
    least_near: int = field(init=False)
    """Letters and digits of the shortest that looks like one of ours."""
    near: frozenset[str] = field(init=False)
    """The shapes, and with one digit more or less; also without their letters."""
    near_lengths: frozenset[int] = field(init=False)
    _pools: dict[frozenset[str] | None, Pool] = field(init=False, default_factory=dict)
    _found: dict[str, tuple[str, ...]] = field(init=False, default_factory=dict)
    """What was looked for of late: each number is, several times over."""

    def __post_init__(self) -> None:
        shapes = frozenset(map(canonical, self.patterns))
        runs = [_LETTERS.findall(pattern) for pattern in (*self.patterns, *shapes)]
        heads = filter(None, map(_LETTERS.match, (*self.patterns, *shapes)))
        digits = {"9" * shape.count("9") for shape in shapes}
        near = {near for shape in shapes | digits for near in _give_or_take(shape) if shape}
        derived = {
            "shapes": shapes,
            "longest": max(map(len, shapes), default=0),
            "lengths": frozenset(map(len, shapes)),
            "letters": frozenset(run for some in runs for run in some),
            "heads": frozenset(head[0] for head in heads),
            "bare": any(shape.startswith("9") for shape in shapes),
            "wordy": any("9" not in shape for shape in shapes),
            "least_near": min((len(shape) for shape in shapes | digits), default=1) - 1,
            "skeletons": _skeletons(shapes),
            "near": frozenset(near),
            "near_lengths": frozenset(map(len, near)),
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    def find(self, key: str) -> tuple[str, ...]:
        """The items whose number has exactly these letters and digits."""
        if len(key) not in self.lengths:
            return ()
        known = self._found.get(key)
        if known is None:
            if len(self._found) >= _MOST_FOUND:
                self._found.clear()
            fits = key.translate(_DIGITS) in self.shapes
            known = self._found[key] = self.exact.get(key, ()) if fits else ()
        return known

    def alike(self, written: str) -> tuple[str, ...]:
        """The items whose digits are these, whatever letters they have; none if these have some."""
        if _LETTERS.search(written):
            return ()
        return self.digits.get(_NOT_DIGITS.sub("", written).lstrip("0"), ())

    def in_series(self, written: str) -> bool:
        """Whether it is written in just the pattern of ours, and not far from those that are open.

        In a book of many numbers of few digits, most digits are in the pattern of one.
        """
        pattern = written.lower().translate(_DIGITS)
        if not self.spans:
            return pattern in self.patterns
        low, high = self.spans.get(pattern, (1, 0))
        return low <= int(_NOT_DIGITS.sub("", written) or 0) <= high

    def near_shape(self, key: str) -> bool:
        """Whether letters and digits look like one of our numbers, give or take one digit."""
        return len(key) in self.near_lengths and key.translate(_DIGITS) in self.near

    def forget(self) -> None:
        """Let go of what is kept for the next question alone."""
        self._pools.clear()
        self._found.clear()

    def pool(self, payers: frozenset[str] | None) -> Pool:
        """The items of these debtors; all items if nobody knows who pays."""
        known = self._pools.get(payers)
        if known is None:
            if len(self._pools) >= _MOST_POOLS:
                self._pools.clear()
            if payers is None:
                numbers = list(self.everyone)
            else:
                numbers = [number for payer in sorted(payers) for number in self.own(payer)]
            known = self._pools[payers] = Pool(numbers, canonical)
        return known


def _skeletons(shapes: Iterable[str]) -> dict[str, Sequence[int]]:
    lengths: dict[str, set[int]] = defaultdict(set)
    for shape in shapes:
        lengths[shape.replace("9", "")].add(len(shape))
    return {skeleton: tuple(sorted(some)) for skeleton, some in lengths.items()}


def _give_or_take(shape: str) -> Iterable[str]:
    """The shape itself, and with one digit more or less in its longest run."""
    yield shape
    runs = list(re.finditer("9+", shape))
    if runs:
        longest = max(runs, key=lambda run: (len(run[0]), run.start()))
        yield f"{shape[: longest.start()]}9{shape[longest.start() :]}"
        if len(longest[0]) > 1:
            yield shape[: longest.start()] + shape[longest.start() + 1 :]


def canonical(text: str) -> str:
    """Letters and digits only, in lower case: 'C2026-031' gives 'c2026031'."""
    if text.isascii():
        # Bytes lose signs and gain lower case many times as fast as a string does.
        return text.encode().translate(None, _SIGNS).lower().decode()
    return _NO_KEY.sub("", unicodedata.normalize("NFKC", text).lower())


def shape_of(key: str) -> str:
    """Shape of letters and digits: 'inv2600123' gives 'inv9999999'."""
    return key.translate(_DIGITS)


def learn(items: Iterable[OpenItem], debtors: Iterable[Debtor]) -> Numbers:
    """The indexes over all open items; nothing in them is particular to one way of numbering."""
    known = tuple(items)
    return learn_columns(
        [item.number for item in known],
        [item.customer for item in known],
        [debtor.number for debtor in debtors],
    )


def learn_columns(
    numbers: Sequence[str], customers: Sequence[str], debtors: Iterable[str]
) -> Numbers:
    """`learn` from columns: each number with its debtor's, and the numbers of all debtors.

    Above some ten thousand items the indexes hold hashes, twelve bytes an entry.
    """
    made = _in_hashes if len(numbers) > _MANY else _in_full
    return made(numbers, customers, sorted(set(debtors)))


def _in_full(numbers: Sequence[str], customers: Sequence[str], debtors: Sequence[str]) -> Numbers:
    exact: dict[str, tuple[str, ...]] = {}
    digits: dict[str, tuple[str, ...]] = {}
    own: dict[str, list[str]] = defaultdict(list)
    for number, customer in zip(numbers, customers, strict=True):
        own[customer].append(number)
        key = canonical(number)
        _add(exact, key, number)
        bare = key if key.isdigit() else re.sub(r"[^0-9]", "", key)
        if bare:
            _add(digits, bare.lstrip("0"), number)
    return Numbers(
        exact=exact,
        digits=digits,
        customers=dict(zip(numbers, customers, strict=True)),
        # Of two that are written alike the first one counts.
        debtors={canonical(debtor): debtor for debtor in reversed(debtors)},
        patterns=frozenset(number.lower().translate(_DIGITS) for number in numbers),
        spans=_spans(_values(numbers), len(numbers)),
        bare_debtors=_bare(debtors),
        own=lambda customer: own.get(customer, ()),
        everyone=numbers,
    )


def _values(numbers: Iterable[str]) -> Iterator[tuple[str, int, int, int]]:
    """Each pattern with the least and the greatest value of its digits, and how often it occurs."""
    values: dict[str, list[int]] = defaultdict(list)
    for number in numbers:
        digits = _NOT_DIGITS.sub("", number)
        values[number.lower().translate(_DIGITS)].append(int(digits or 0))
    for pattern, some in values.items():
        yield pattern, min(some), max(some), len(some)


def _spans(values: Iterable[tuple[str, int, int, int]], count: int) -> dict[str, tuple[int, int]]:
    return {
        pattern: (low - 3 * (high - low) - _FEW, 2 * high - low + _FEW)
        for pattern, low, high, times in values
        if times * _SELDOM >= count
    }


def _bare(debtors: Sequence[str]) -> dict[str, tuple[str, ...]]:
    index: dict[str, tuple[str, ...]] = {}
    for debtor in debtors:
        if digits := _NOT_DIGITS.sub("", debtor).lstrip("0"):
            _add(index, digits, debtor)
    return index


def _add(index: dict[str, tuple[str, ...]], key: str, number: str) -> None:
    known = index.get(key)
    if known is None:
        index[key] = (number,)
    elif number not in known:
        index[key] = tuple(sorted((*known, number)))


def _in_hashes(numbers: Sequence[str], customers: Sequence[str], debtors: Sequence[str]) -> Numbers:
    import polars as pl

    column = pl.Series("number", numbers, dtype=pl.String)
    keys = column.to_frame().select(key_of(pl.col("number"))).to_series()
    if keys.null_count():
        keys = pl.Series([key or canonical(n) for key, n in zip(keys, numbers, strict=True)])
    digits = column.str.replace_all("[^0-9]", "")
    rows = (digits != "").arg_true()
    patterns = column.str.to_lowercase().str.replace_all("[0-9]", "9")
    values = (
        pl.DataFrame({"pattern": patterns, "value": digits.cast(pl.Int64, strict=False)})
        .group_by("pattern")
        .agg(pl.col("value").min().alias("low"), pl.col("value").max().alias("high"), pl.len())
        .with_columns(pl.col("low", "high").fill_null(0))
    )
    places = range(len(numbers))
    return Numbers(
        exact=Keys(keys, places, numbers),
        digits=Keys(digits.gather(rows).str.strip_chars_start("0"), rows, numbers),
        customers=_First(lambda: Keys(numbers, places, customers)),
        debtors=_First(lambda: Keys(map(canonical, debtors), range(len(debtors)), debtors)),
        patterns=frozenset(values["pattern"]),
        spans=_spans(values.iter_rows(), len(numbers)),
        bare_debtors=_Several(lambda: _bare_keys(debtors)),
        own=_Own(numbers, customers),
        everyone=numbers,
    )


def _bare_keys(debtors: Sequence[str]) -> Keys:
    digits = [_NOT_DIGITS.sub("", debtor).lstrip("0") for debtor in debtors]
    rows = [row for row, some in enumerate(digits) if some]
    return Keys((digits[row] for row in rows), rows, debtors)


class _Several(Mapping[str, tuple[str, ...]]):
    """The numbers of each key; its index is made when it is first asked."""

    __slots__ = ("_keys",)

    def __init__(self, keys: Callable[[], Keys]) -> None:
        self._keys = cache(keys)

    def get(self, key: str, default: object = ()) -> tuple[str, ...]:
        """The numbers with that key, sorted; `default` if there is none."""
        return self._keys().get(key, default)

    def __getitem__(self, key: str) -> tuple[str, ...]:
        return self._keys()[key]

    def __len__(self) -> int:
        return len(self._keys())

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys())


class _First(Mapping[str, str]):
    """The first number of each key; its index is made when it is first asked."""

    __slots__ = ("_keys",)

    def __init__(self, keys: Callable[[], Keys]) -> None:
        self._keys = cache(keys)

    def __getitem__(self, number: str) -> str:
        return self._keys()[number][0]

    def __contains__(self, number: object) -> bool:
        return number in self._keys()

    def __len__(self) -> int:
        return len(self._keys())

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys())


class _Own:
    """Asked for a debtor, gives his numbers; sorts all of them at the first question."""

    def __init__(self, numbers: Sequence[str], customers: Sequence[str]) -> None:
        self._numbers, self._customers = numbers, customers
        self._of: Mapping[str, Sequence[str]] | None = None

    def __call__(self, customer: str) -> Sequence[str]:
        if self._of is None:
            of: dict[str, list[str]] = defaultdict(list)
            for number, owner in zip(self._numbers, self._customers, strict=True):
                of[owner].append(number)
            self._of = of
        return self._of.get(customer, ())
