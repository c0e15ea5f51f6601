"""Reading a bank line's own words for what it pays."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from babel import Locale

from clerkwork.core.payments import BankLine
from clerkwork.core.references.numbering import Numbers, canonical
from clerkwork.core.references.scan import Found, Scan
from clerkwork.core.references.structured import found_in, structured_readings

__all__ = ["Certainty", "Mention", "Remittance", "read_remittance"]

_LONGEST_TEXT = 4_000
"""Signs of a text that are read: hostile ones do not cost more time than that."""
_ORDER = re.compile(
    r"(?:bestelling|bestel|order|purchase order|p\.?o\.?|commande|bestellung|auftrag|offerte|quote"
    r"|devis|angebot)s?\s?(?:nummer|number|nr|no|n\u00b0)?[\s.:#]*$"
)
_CURRENCIES = frozenset(Locale("en").currencies)
_FOREIGN = re.compile(r"\b([A-Z]{3})\s?[0-9][0-9.,']*|[0-9][0-9.,']*\s?([A-Z]{3})\b")


class Certainty(IntEnum):
    """How sure it is that a number was meant."""

    SHORT = 1
    """Prefix, year or leading zeros are missing."""
    SPACED = 2
    """Complete, but torn apart by blanks or a line break, or glued to something else."""
    WRITTEN = 3
    """As on the invoice, or with other signs between its parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One place that names an open item."""

    items: tuple[str, ...]
    """The numbers it may stand for; more than one where it is short or can be read in two ways."""
    certainty: Certainty
    written: str
    by: str = "text"
    """'text', 'structured reference' or 'end-to-end reference'."""
    place: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remittance:
    """What a payer's words name."""

    mentions: tuple[Mention, ...] = ()
    ranges: tuple[tuple[str, ...], ...] = ()
    """The open items of each 'from to', both ends included."""
    strangers: tuple[str, ...] = ()
    """Numbers that look like ours, but no open item has them."""
    orders: tuple[str, ...] = ()
    """Numbers that are said to be those of an order."""
    debtors: tuple[str, ...] = ()
    """Debtor numbers in the text."""
    foreign: str = ""
    """An amount in another currency, e.g. 'USD 120.00'."""
    spoiled: str = ""
    """A structured reference whose check digits are wrong or that no open item has."""


def read_remittance(line: BankLine, numbers: Numbers) -> Remittance:
    """What a line's text, structured and end-to-end reference name, by the learned numbers."""
    text = unicodedata.normalize("NFKC", line.text[:_LONGEST_TEXT])
    structured, spoiled = _structured(line.structured, numbers)
    hidden = list(found_in(text))
    in_text = [
        mention
        for start, end, readings in hidden
        if (mention := _by_readings(readings, text[start:end], numbers, (start, end)))
    ]
    scan = Scan(text, numbers, [(start, end) for start, end, _ in hidden])
    mentions, orders = _mentions(text, scan)
    ranges = tuple(scan.ranges())
    return Remittance(
        mentions=_unique([*structured, *in_text, *mentions, *_end_to_end(line, numbers)]),
        ranges=ranges,
        strangers=scan.strangers(),
        orders=tuple(orders),
        debtors=scan.debtors(),
        foreign=_foreign(text, line.amount.currency),
        spoiled=spoiled,
    )


def _mentions(text: str, scan: Scan) -> tuple[list[Mention], list[str]]:
    mentions, orders = [], []
    for found in scan.found:
        if _ORDER.search(text[max(0, found.start - 40) : found.start].casefold()):
            orders.append(text[found.start : found.end])
        else:
            mentions.append(_mention(text, found))
    return mentions, orders


def _mention(text: str, found: Found) -> Mention:
    return Mention(
        items=found.items,
        certainty=Certainty(found.certainty),
        written=" ".join(text[found.start : found.end].split()),
        place=(found.start, found.end),
    )


def _structured(field: str, numbers: Numbers) -> tuple[list[Mention], str]:
    """Mentions of the structured field; what is none of ours comes back as spoiled."""
    mentions, spoiled = [], []
    for part in (part.strip() for part in field.split(",")):
        if not part:
            continue
        mention = _by_readings(structured_readings(part), part, numbers, (0, 0))
        if mention is None and (items := numbers.exact.get(canonical(part))):
            mention = Mention(
                items=items,
                certainty=Certainty.WRITTEN,
                written=part,
                by="structured reference",
            )
        if mention is None:
            spoiled.append(part)
        else:
            mentions.append(mention)
    return mentions, ", ".join(spoiled)


def _by_readings(
    readings: tuple[object, ...], written: str, numbers: Numbers, place: tuple[int, int]
) -> Mention | None:
    items = {item for one in readings for item in _items_of(getattr(one, "body", ""), numbers)}
    if not items:
        return None
    return Mention(
        items=tuple(sorted(items)),
        certainty=Certainty.WRITTEN,
        written=" ".join(written.split()),
        by="structured reference",
        place=place,
    )


def _items_of(body: str, numbers: Numbers) -> tuple[str, ...]:
    """Items whose digits a reference carries, alone or behind their debtor's number."""
    key = re.sub(r"\D", "", body).lstrip("0")
    if found := numbers.digits.get(key):
        return found
    behind = []
    for cut in range(1, len(key)):
        debtor = key[:cut]
        if debtor in numbers.debtors:
            for item in numbers.digits.get(key[cut:].lstrip("0"), ()):
                if numbers.customers[item] == debtor:
                    behind.append(item)
    return tuple(behind)


def _end_to_end(line: BankLine, numbers: Numbers) -> Iterator[Mention]:
    """The payer's own reference names an item only if it is nothing but its number."""
    if items := numbers.exact.get(canonical(line.end_to_end)):
        # Many systems put a date there, which may happen to be a number without its signs.
        bare = line.end_to_end.isdigit() and not any(item.isdigit() for item in items)
        yield Mention(
            items=items,
            certainty=Certainty.SPACED if bare else Certainty.WRITTEN,
            written=line.end_to_end,
            by="end-to-end reference",
        )


def _unique(mentions: list[Mention]) -> tuple[Mention, ...]:
    """Each set of items once, at its best certainty, in the order of the first."""
    best: dict[tuple[str, ...], Mention] = {}
    for mention in mentions:
        known = best.get(mention.items)
        if known is None or known.certainty < mention.certainty:
            best[mention.items] = mention
    return tuple(best.values())


def _foreign(text: str, own: str) -> str:
    for found in _FOREIGN.finditer(text):
        currency = found[1] or found[2]
        if currency in _CURRENCIES and currency != own:
            return found[0].strip()
    return ""
