"""What of a line is decidable, by the generated book itself and before any matcher has run.

Independent of the matcher: nothing of it is imported here. Each check answers True, False, or
None for a line of which reasonable people might differ; such a line is left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from benchmarks._matching_book import Book, letters_of
from benchmarks._matching_draft import Draft

__all__ = ["MOST", "chance_says", "items_of", "label", "names_one", "one_edit", "readings"]

_FULL = (
    "number",
    "list",
    "short list",
    "range",
    "structured",
    "part",
    "discount",
    "over",
    "month",
    "debtor",
)
MOST = 12
"""Items up to which all sums are tried; the cases make no unnamed payment of more, but hopeless."""
SURE = 1 / 400
"""A sum that chance hits less often than this is one reading; above `HOPELESS` it is none."""
HOPELESS = 1 / 50

Left = Mapping[int, int]
Check = Callable[[Book, Draft, Left], "bool | None"]


def label(
    book: Book, drafts: list[Draft], further: Mapping[str, Check] = MappingProxyType({})
) -> list[Draft]:
    """Label one household's lines; those that nobody could judge are left out.

    Lines that name something are judged with all open, then those that name badly, then those
    that name nothing, each with what the decidable ones before it have left, and also with all
    open: who answers differently is left out. `further` are a style's own checks, which are made
    with those that name badly.
    """
    unit = {c for draft in drafts for c in (draft.customer, *draft.payers) if c >= 0}
    start = {i: book.items[i].open for c in unit for i in book.accounts[c].items}
    left = dict(start)
    checks = {**_CHECKS, **further}
    kept = []
    for draft in sorted(drafts, key=lambda d: (_pass(d, further), d.booked, d.serial)):
        if draft.follows is not None and not draft.follows.decidable:
            continue
        if draft.arguable and draft.check != "number":
            continue
        check = checks.get(draft.check)
        if check is None:
            # Its outcome is known by how it was made.
            draft.outcome = draft.check
            draft.decidable = draft.check != "review"
            kept.append(draft)
            continue
        first, then = check(book, draft, start), check(book, draft, left)
        if first is None or (first != then and draft.check != "part"):
            continue
        draft.decidable = bool(then)
        draft.outcome = "settled" if draft.decidable else "review"
        kept.append(draft)
        if draft.decidable:
            for item, minor, discount in draft.items:
                left[item] -= minor + discount
    return kept


def _pass(draft: Draft, further: Mapping[str, Check]) -> int:
    if draft.check in _FULL:
        return 0
    return 1 if draft.check == "bad" or draft.check in further else 2


def one_edit(a: str, b: str) -> bool:
    """Whether one digit was changed, swapped with its neighbour, left out or put in."""
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    at = next(
        (n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
    )
    if len(a) != len(b):
        long, short = (a, b) if len(a) > len(b) else (b, a)
        return long[at + 1 :] == short[at:]
    if a[at + 1 :] == b[at + 1 :]:
        return True
    return a[at : at + 2] == b[at : at + 2][::-1] and a[at + 2 :] == b[at + 2 :]


def readings(amounts: Iterable[int], target: int) -> int:
    """How many sets of these amounts make the target exactly."""
    counts = {0: 1}
    for amount in amounts:
        new = dict(counts)
        for value, ways in counts.items():
            new[value + amount] = new.get(value + amount, 0) + ways
        counts = new
    return counts.get(target, 0) - (1 if target == 0 else 0)


def chance(amounts: list[int], target: int) -> float:
    """How often a payment of about this size and no meaning would be a sum of these."""
    grain = math.gcd(*amounts)
    sums = {0}
    for amount in amounts:
        sums |= {value + amount for value in sums}
    near = sum(1 for value in sums if abs(value - target) * 20 <= target)
    return near / max(1.0, target / 10 / grain)


def chance_says(amounts: list[int], target: int) -> bool | None:
    """Whether a sum of these is more than chance."""
    often = chance(amounts, target)
    if often < SURE:
        return True
    return False if often > HOPELESS else None


def names_one(book: Book, draft: Draft) -> bool | None:
    """Whether each number written is that item's and no other's."""
    for (item, _, _), typed in zip(draft.items, draft.typed, strict=False):
        real = book.items[item]
        written = re.sub(r"[^0-9]", "", typed.replace("O", "0"))
        hits = {*book.alike(real.digits), *book.alike(written)} - {item}
        letters = letters_of(real.number)
        same = [i for i in hits if letters_of(book.items[i].number) == letters]
        if same:
            return None
        if hits and not letters and not _theirs_alone(book, draft, hits):
            return None
    return True


def _theirs_alone(book: Book, draft: Draft, hits: set[int]) -> bool:
    return draft.customer in draft.payers and not any(
        book.items[i].customer in draft.payers for i in hits
    )


def items_of(book: Book, draft: Draft, left: Left) -> list[int]:
    """Items of the payers in that currency of which something is open."""
    return [
        i
        for payer in draft.payers
        for i in book.accounts[payer].items
        if left.get(i) and book.items[i].currency == draft.currency
    ]


def _number(book: Book, draft: Draft, left: Left) -> bool | None:
    sure = names_one(book, draft)
    if draft.customer in draft.payers or not sure:
        return sure
    return not any(left[i] == draft.amount for i in items_of(book, draft, left))


def _structured(book: Book, draft: Draft, left: Left) -> bool | None:
    """Digits that are two numbers' but for the letters name one only with payer and amount."""
    item = draft.items[0][0]
    for hit in set(book.alike(book.items[item].digits)) - {item}:
        other = book.items[hit]
        if not draft.payers or (other.customer in draft.payers and left[hit] == draft.amount):
            return None
    return _number(book, draft, left)


def _list(book: Book, draft: Draft, left: Left) -> bool | None:
    return names_one(book, draft)


def _short_list(book: Book, draft: Draft, left: Left) -> bool | None:
    """The first in full, the others by their ends: each end is of one item alone."""
    own = [book.items[i].digits for i in items_of(book, draft, left)]
    for typed in draft.typed[1:]:
        if sum(digits.endswith(typed) for digits in own) != 1:
            return None
    return names_one(book, draft) if not draft.typed[1:] else _names_first(book, draft)


def _names_first(book: Book, draft: Draft) -> bool | None:
    first = book.items[draft.items[0][0]]
    return True if len(book.alike(first.digits)) == 1 else None


def _part(book: Book, draft: Draft, left: Left) -> bool | None:
    """Less than open; where it is just what another item of his wants, people differ."""
    sure = names_one(book, draft)
    if not sure:
        return sure
    named = draft.items[0][0]
    for i in items_of(book, draft, left):
        item = book.items[i]
        if i != named and draft.amount in (left[i], left[i] - item.discount):
            return None
    return draft.customer in draft.payers


def _discount(book: Book, draft: Draft, left: Left) -> bool | None:
    """In time and exact, which a part payment would hardly be."""
    return draft.customer in draft.payers and names_one(book, draft)


def _over(book: Book, draft: Draft, left: Left) -> bool | None:
    """More than open: with no other item is the amount a sum."""
    sure = names_one(book, draft)
    own = items_of(book, draft, left)
    if not sure or len(own) > MOST:
        return None
    named = draft.items[0][0]
    others = [left[i] for i in own if i != named]
    if draft.customer not in draft.payers:
        return False
    both = readings(others, draft.amount) + readings(others, draft.amount - left[named])
    return both == 0


def _ends(book: Book, item: int, typed: str) -> bool:
    """Whether these are the item's last digits, or its running number before the year."""
    real = book.items[item]
    return real.digits.endswith(typed) or typed in re.findall(r"[0-9]{4,}", real.number)


def _bad(book: Book, draft: Draft, left: Left) -> bool | None:
    """A number that is not quite one: the payer, the amount and what is near leave one item."""
    if not draft.payers:
        return False
    item = draft.items[0][0]
    typed = re.sub(r"[^0-9]", "", draft.typed[0])
    own = items_of(book, draft, left)
    equal = [i for i in own if left[i] == draft.amount]
    near = [i for i in equal if one_edit(typed, book.items[i].digits) or _ends(book, i, typed)]
    if near != [item]:
        return False
    ending = [i for i in own if _ends(book, i, typed)]
    if len(ending) > 1:
        # Of an invoice and a credit note with the same digits a person decides; of others too,
        # unless he lets the amount decide.
        alike = any(book.items[i].serial == book.items[item].serial for i in ending if i != item)
        return False if alike else None
    for hit in book.alike(typed):
        other = book.items[hit]
        if hit == item or letters_of(draft.typed[0]) not in ("", letters_of(other.number)):
            continue
        if other.customer in draft.payers:
            return False
        if other.open == draft.amount or equal != [item]:
            # All digits of his own number, too: whether that is enough, people differ.
            return None if typed == book.items[item].digits else False
    return True


def _alone(book: Book, draft: Draft, left: Left) -> bool | None:
    """The amount is one reading only: one item, and no sum, discount or other item."""
    if len(draft.payers) != 1:
        return False
    own = items_of(book, draft, left)
    if len(own) > MOST:
        return None
    amounts = [left[i] for i in own]
    lessened = (left[i] - book.items[i].discount for i in own if book.items[i].discount)
    return readings(amounts, draft.amount) == 1 and draft.amount not in lessened


def _name(book: Book, draft: Draft, left: Left) -> bool | None:
    """One debtor of that name, one reading of his; an amount that others owe too is arguable."""
    sure = _alone(book, draft, left)
    return None if sure and book.by_amount[draft.amount, draft.currency] > 1 else sure


def _sum(book: Book, draft: Draft, left: Left) -> bool | None:
    """One reading, and one that chance would hardly make."""
    sure = _alone(book, draft, left)
    if not sure:
        return sure
    if len(draft.items) == len(items_of(book, draft, left)):
        # All that he owes.
        return True
    return chance_says([left[i] for i in items_of(book, draft, left)], draft.amount)


def _month(book: Book, draft: Draft, left: Left) -> bool | None:
    """Of several items of that amount, one belongs to the month."""
    if len(draft.payers) != 1:
        return False
    equal = [i for i in items_of(book, draft, left) if left[i] == draft.amount]
    months = ("issued", "due")
    fitting = {
        name: [
            i
            for i in equal
            if (when := getattr(book.items[i], name)) and (when.year, when.month) == draft.period
        ]
        for name in months
    }
    return True if all(found == [draft.items[0][0]] for found in fitting.values()) else None


def _no_month(book: Book, draft: Draft, left: Left) -> bool | None:
    """Without a month: not decidable, if there are two of them."""
    equal = [i for i in items_of(book, draft, left) if left[i] == draft.amount]
    return False if len(equal) > 1 else None


def _debtor(book: Book, draft: Draft, left: Left) -> bool | None:
    digits = re.sub(r"[^0-9]", "", book.accounts[draft.customer].number)
    own = [book.items[i].digits for i in book.accounts[draft.customer].items]
    if book.alike(digits) or any(one.endswith(digits) for one in own):
        return None
    return True if _alone(book, draft, left) else None


def _hopeless(book: Book, draft: Draft, left: Left) -> bool | None:
    """A sum among so many items that others make it too."""
    return False if len(items_of(book, draft, left)) >= 24 else None


_CHECKS: dict[str, Check] = {
    "number": _number,
    "structured": _structured,
    "list": _list,
    "range": _list,
    "short list": _short_list,
    "part": _part,
    "discount": _discount,
    "over": _over,
    "bad": _bad,
    "alone": _alone,
    "name": _name,
    "sum": _sum,
    "month": _month,
    "no month": _no_month,
    "debtor": _debtor,
    "hopeless": _hopeless,
}
