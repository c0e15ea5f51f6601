"""Which open items a line's words stand for, as far as they can be only one each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clerkwork.core.matching.verdict import Case
from clerkwork.core.matching.wording import said
from clerkwork.core.references import Certainty, Mention

__all__ = ["Chosen", "chosen", "words_of"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The items that the mentions of a line stand for."""

    pairs: tuple[tuple[Mention, str], ...]
    numbers: tuple[str, ...]
    """Each item once, in the order of the text."""
    customers: frozenset[str]
    complete: bool
    """Whether each mention stands for one item."""
    certainty: int
    """That of the weakest mention; 0 if there is none."""

    @property
    def customer(self) -> str:
        """The one debtor of the items; empty if there are none or several."""
        return next(iter(self.customers)) if len(self.customers) == 1 else ""


_NOTHING = Chosen((), (), frozenset(), complete=False, certainty=0)


def chosen(case: Case) -> Chosen:
    """What the line names, by the ledger as it stands."""
    mentions = case.remittance.mentions
    if not mentions:
        return _NOTHING
    customer = case.ledger.customer
    if len(mentions) == 1 and len(mentions[0].items) == 1:
        number = mentions[0].items[0]
        pair = ((mentions[0], number),)
        return Chosen(pair, (number,), frozenset((customer(number),)), True, mentions[0].certainty)
    pairs = [(m, n) for m in mentions if (n := _meant(case, m, alone=len(mentions) == 1))]
    if len(pairs) == len(mentions) and (own := _own_alone(case, pairs)):
        pairs, mentions = own, tuple(mention for mention, _ in own)
    numbers = tuple(dict.fromkeys(number for _, number in pairs))
    return Chosen(
        tuple(pairs),
        numbers,
        frozenset(map(customer, numbers)),
        len(pairs) == len(mentions),
        min((mention.certainty for mention, _ in pairs), default=0),
    )


def _own_alone(case: Case, pairs: list[tuple[Mention, str]]) -> list[tuple[Mention, str]]:
    """The payer's own, where they are the amount, and what else is read stands not so in the text.

    In a large book somebody has nearly any number that digits make when blanks are left out.
    """
    ledger = case.ledger
    own = [(m, n) for m, n in pairs if case.pays(ledger.customer(n))]
    others = [m for m, n in pairs if not case.pays(ledger.customer(n))]
    if not own or not others or not in_full(own):
        return []
    if any(m.certainty is Certainty.WRITTEN for m in others):
        return []
    numbers = list(dict.fromkeys(number for _, number in own))
    whole, left = sum(map(ledger.opened, numbers)), case.sum_of(numbers)
    less = ledger.discounts[numbers[0]][0] if numbers[0] in ledger.discounts else 0
    fits = case.minor in (whole, left) or (len(numbers) == 1 and case.minor == left - less)
    return own if fits else []


def _meant(case: Case, mention: Mention, *, alone: bool) -> str:
    """The one item that a mention stands for; empty if it may be several.

    An invoice and a credit note of the payer that share their digits are told apart by nothing,
    not even by the amount: netted or not, both were meant by somebody. A payment reference is
    printed on invoices alone.
    """
    items = list(mention.items)
    if len(items) == 1:
        return items[0]
    ledger = case.ledger
    own = [i for i in items if case.knows(ledger.customer(i))]
    others = [i for i in items if i not in own]
    if case.minor in map(ledger.opened, others) and case.minor not in map(ledger.opened, own):
        # Somebody else's is of just the amount, and the payer's is not.
        return ""
    items = own
    if len(items) > 1 and alone:
        opened = [ledger.opened(i) for i in items]
        if min(opened) < 0 < max(opened) and mention.by == "text":
            return ""
        # By what was open at first: what another line has settled may be meant again.
        items = [
            i for i, o in zip(items, opened, strict=True) if case.minor in (o, ledger.minor[i])
        ]
    return items[0] if len(items) == 1 else ""


def words_of(case: Case, pairs: Sequence[tuple[Mention, str]]) -> str:
    """The evidence of the numbers in words."""
    parts = [said(number, m.written, m.by, m.how) for m, number in pairs]
    joined = "; ".join(dict.fromkeys(parts))
    return f"{joined}; and what lies between" if case.remittance.ranges else joined


def in_full(pairs: Sequence[tuple[Mention, str]]) -> bool:
    """Whether each number stands there complete and can be no other."""
    return all(m.certainty is not Certainty.SHORT and len(m.items) == 1 for m, _ in pairs)
