"""Amounts that are explained by items which are not named: credit notes, a list's lost end."""

from __future__ import annotations

import re
from itertools import combinations
from math import gcd

from clerkwork.core.matching.chosen import Chosen, words_of
from clerkwork.core.matching.model import Match
from clerkwork.core.matching.sums import by_chance, subsets
from clerkwork.core.matching.verdict import Case
from clerkwork.core.references import Certainty
from clerkwork.core.references.breaks_off import list_that_breaks_off
from clerkwork.core.references.numbering import canonical

__all__ = ["cut_list", "set_off"]

_MOST_CREDITS = 8
_MOST_WAYS = 8
_NO_DIGIT = re.compile(r"\D+")


def set_off(case: Case, named: Chosen) -> Match | str:
    """Invoices named in full, less credit notes of the debtor that are the only ones to make up
    what is lacking."""
    if doubt := _doubt(case, named):
        return doubt
    numbers, customer = named.numbers, named.customer
    whole = case.sum_of(numbers)
    lacking = whole - case.minor
    if lacking <= 0:
        return "not less came than is open of what is named"
    credits = [n for n, left in case.open_of(customer) if left < 0 and n not in numbers]
    if not credits or len(credits) > _MOST_CREDITS:
        return "no credit note of the debtor is open" if not credits else "too many credit notes"
    ways = [
        some
        for size in range(1, len(credits) + 1)
        for some in combinations(credits, size)
        if case.sum_of(some) == -lacking
    ]
    if len(ways) != 1:
        return f"{len(ways) or 'no'} choices of credit notes make up the {case.money(lacking)}"
    if not case.ledger.held.isdisjoint(ways[0]):
        return f"{', '.join(ways[0])} may belong to another line that waits for a person"
    if _also_discounts(case, numbers, lacking) or _also_others(case, named):
        return "the amount can be read in another way"
    # Round amounts differ by round amounts: chance makes those more often.
    often = (2 ** len(credits) - 1) * gcd(whole, case.minor) / whole
    if not case.remittance.credits and often * case.run.rules.coincidence > 1:
        return "credit notes may make up what is lacking by chance"
    together = ", ".join(ways[0])
    ledger = case.ledger
    return case.settled(
        "credit note set off",
        customer,
        [ledger.allocation(n, ledger.minor[n]) for n in (*numbers, *ways[0])],
        words_of(case, named.pairs),
        f"{together} is all that makes up the {case.money(lacking)} that is lacking",
        certainty=named.certainty,
    )


def _doubt(case: Case, named: Chosen, begun: str = "") -> str:
    """Why items that are not named must not be guessed; empty if nothing speaks against it.

    The beginning of a number at the end of the text does not.
    """
    said, ledger = case.remittance, case.ledger
    if not named.complete or not named.customer or named.certainty <= Certainty.SHORT:
        return "what is named is not complete"
    if not case.pays(named.customer) or not case.payer.is_only(named.customer):
        return "the payer is not its debtor alone"
    strange = [one for one in said.strangers if not begun or canonical(one) != canonical(begun)]
    if said.ranges or said.foreign or said.spoiled or strange:
        return "the text says more than the numbers"
    if any(ledger.minor[n] != ledger.opened(n) or ledger.minor[n] <= 0 for n in named.numbers):
        return "a part of what is named is settled already"
    if any(ledger.currency(n) != case.currency for n in named.numbers):
        return "what is named is open in another currency"
    return ""


def _also_discounts(case: Case, numbers: tuple[str, ...], lacking: int) -> bool:
    """Whether discounts, in time or late, lack just as much."""
    discounts = case.ledger.discounts
    off = [discounts[n][0] for n in numbers if n in discounts]
    return any(lacking == sum(off[:size]) for size in range(1, len(off) + 1)) or lacking in off


def _also_others(case: Case, named: Chosen) -> bool:
    """Whether another item of the debtor is open for just what came."""
    own = case.open_of(named.customer)
    return any(left == case.minor and n not in named.numbers for n, left in own)


def cut_list(case: Case, named: Chosen) -> Match | str:
    """A list that breaks off at the end of the text, where only one choice of the debtor's other
    items makes the rest of the amount."""
    found = list_that_breaks_off(case.line.text, case.remittance.mentions)
    if found is None:
        return "no list of the text breaks off"
    whole, begun = found
    pairs = tuple((m, n) for m, n in named.pairs if m in whole)
    numbers = tuple(dict.fromkeys(n for _, n in pairs))
    least = min((m.certainty for m in whole), default=0)
    customers = frozenset(map(case.ledger.customer, numbers))
    base = Chosen(pairs, numbers, customers, len(pairs) == len(whole), least)
    if doubt := _doubt(case, base, begun):
        return doubt
    rest = case.minor - case.sum_of(numbers)
    if rest <= 0:
        return "not more came than is open of what is named"
    others = [(n, left) for n, left in case.open_of(base.customer) if left > 0]
    others = [(n, left) for n, left in others if n not in numbers]
    way = _only_way(case, others, rest, begun)
    if isinstance(way, str):
        return way
    if not case.ledger.held.isdisjoint(way):
        return f"{', '.join(way)} may belong to another line that waits for a person"
    ledger = case.ledger
    return case.settled(
        "cut list",
        base.customer,
        [ledger.allocation(n, ledger.minor[n]) for n in (*numbers, *way)],
        words_of(case, pairs),
        f"the list breaks off{f' at {begun!r}' if begun else ''}, and of the debtor's other items"
        f" only {', '.join(way)} make the rest of {case.money(rest)}",
        certainty=least,
    )


def _only_way(
    case: Case, others: list[tuple[str, int]], rest: int, begun: str
) -> tuple[str, ...] | str:
    """The only choice of other items that makes the rest, one of which begins as is written."""
    beginning = {n for n, _ in others if _begins(n, begun)}
    if not beginning:
        return "no other item of the debtor begins so"
    if len(others) > case.run.rules.most_items:
        return "too many other items are open to be sure"
    amounts = [left for _, left in others]
    places = subsets(amounts, rest, limit=_MOST_WAYS)
    if len(places) == _MOST_WAYS:
        return "the rest can be read in many ways"
    ways = [tuple(others[place][0] for place in one) for one in places]
    fitting = [way for way in ways if not beginning.isdisjoint(way)]
    if len(fitting) != 1:
        return f"{len(fitting) or 'no'} choices of other items make the rest of {case.money(rest)}"
    (way,) = fitting
    # The beginning tells something only where others begin otherwise.
    alone = len(beginning) < len(others) and len(way) == 1 == len(ways)
    often = by_chance(amounts, rest) * len(beginning) / len(others)
    if not alone and len(way) < len(others) and often * case.run.rules.coincidence > 1:
        return "other items may make the rest by chance"
    return way


def _begins(number: str, begun: str) -> bool:
    key = canonical(begun)
    whole = canonical(number)
    return whole.startswith(key) or (key.isdigit() and _NO_DIGIT.sub("", whole).startswith(key))
