"""Reading a bank line's own words for what it pays."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial

from babel import Locale

from clerkwork.core.payments import BankLine
from clerkwork.core.references.leftovers import (
    Typed,
    Typo,
    cut_off,
    is_ours,
    look_for_short,
    others_numbers,
    shortened,
    slips,
    strangers,
)
from clerkwork.core.references.numbering import Numbers, canonical
from clerkwork.core.references.own_first import own_first
from clerkwork.core.references.periods import Period, periods
from clerkwork.core.references.remittance import Certainty, Later, Mention, Remittance
from clerkwork.core.references.scan import Found, Scan
from clerkwork.core.references.structured import (
    StructuredReference,
    body_items,
    debtors_of,
    found_in,
    stands_as_one,
    structured_readings,
)
from clerkwork.core.references.tokens import overlaps
from clerkwork.core.references.words import CREDITS, LIST, MONTHS, QUARTERS

__all__ = ["other_currencies", "read_remittance"]

_LONGEST_TEXT = 4_000
"""Signs of a text that are read: hostile ones do not cost more time than that."""
_FOREIGN = re.compile(r"\b([A-Z]{3})\s?[0-9][0-9.,']*|[0-9][0-9.,']*\s?([A-Z]{3})\b")
_CURRENCIES = frozenset(Locale("en").currencies)
_DIGIT = re.compile("[0-9]")
_PERIOD_WORDS = frozenset({*MONTHS, *QUARTERS})
_SPECIAL = _PERIOD_WORDS | CREDITS | {currency.lower() for currency in _CURRENCIES}
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MONTH_LAST = re.compile(r"20[0-9]{2}[-/.][0-9]{1,2}(?![0-9])")
_MONTH_FIRST = re.compile(r"[0-9](?<![0-9][-/.][0-9])(?<![0-9][-/.][0-9]{2})[-/.]20[0-9]{2}")


_CERTAINTIES = (Certainty.SHORT, Certainty.SHORT, Certainty.SPACED, Certainty.WRITTEN)
_NOTHING = Remittance()
_NOBODY: frozenset[str] = frozenset()
_NO_DEBTORS: tuple[str, ...] = ()
_LONG = frozenset((16, 27))
"""Digits of a betalingskenmerk of the longest kind, and of a Swiss QR reference."""


def read_remittance(
    line: BankLine,
    numbers: Numbers,
    payers: frozenset[str] | None = None,
    *,
    whole: bool = True,
) -> Remittance:
    """What a line's text, structured and end-to-end reference name, by the learned numbers.

    `payers` are the debtors who may have paid: by their IBAN or name, empty if nobody knows. Short
    numbers and slips are looked for among their items alone. None looks among all items, which
    suits a few thousand. `whole` is false where it is known that the text has no complete number
    in any spelling, nor a debtor's, nor a reference with check digits.
    """
    text = line.text
    if not text.isascii() or len(text) > _LONGEST_TEXT or not text.isprintable():
        text = _visible(text)
    if not _DIGIT.search(text) and not numbers.wordy:
        return _without_digits(line, text, numbers, payers)
    structured: list[Mention] = []
    spoiled, said = "", _NO_DEBTORS
    if line.structured:
        structured, spoiled, said = _structured(line.structured, numbers, payers)
    scan, marked = _scanned(text, structured, numbers, payers, whole=whole)
    in_text, orders = _mentions(scan) if scan.found else ([], ())
    if line.end_to_end:
        in_text += _end_to_end(line, numbers)
    mentions = _unique([*marked, *in_text])
    words = scan.runs.words
    special = not _SPECIAL.isdisjoint(words)
    dated = (special and not _PERIOD_WORDS.isdisjoint(words)) or (
        "20" in text and (_MONTH_LAST.search(text) or _MONTH_FIRST.search(text))
    )
    later: Callable[[], Later] | None = None
    if scan.left() or scan.found:
        later = _leftovers(scan, payers)
        if later is not None and not mentions and not spoiled:
            # Whether such a line names anything is asked at once.
            found = later()
            later = (lambda: found) if found[0] or found[1] else None
    return Remittance(
        mentions,
        tuple(scan.ranges),
        orders=orders,
        debtors=tuple(dict.fromkeys((*scan.debtors(), *said))) if said else scan.debtors(),
        foreign=_foreign(scan, line.amount.currency) if special else "",
        spoiled=spoiled,
        periods=periods(scan) if dated else (),
        credits=special and not CREDITS.isdisjoint(words),
        later=later,
    )


def _scanned(
    text: str,
    structured: Sequence[Mention],
    numbers: Numbers,
    payers: frozenset[str] | None,
    *,
    whole: bool,
) -> tuple[Scan, list[Mention]]:
    """The text looked through, and its structured references behind those of the field."""
    lowered = _lowered(text)
    mentions, taken = list(structured), []
    for start, end, readings in found_in(text, lowered) if whole else ():
        mention = _by_readings(readings, text[start:end], numbers, (start, end), payers)
        if mention:
            mentions.append(mention)
        if mention or stands_as_one(text[start:end]):
            taken.append((start, end))
    scan = Scan(text, lowered, numbers, taken, whole=whole)
    if scan.found and payers:
        own_first(scan, payers)
    if scan.left():
        mentions += _bare(scan, payers) if whole else ()
        if not scan.found and not mentions and payers != _NOBODY:
            look_for_short(scan, numbers.pool(payers))
    return scan, mentions


def _leftovers(scan: Scan, payers: frozenset[str] | None) -> Callable[[], Later] | None:
    """Looks for strangers, and the payers' items one slip from them or from others' numbers.

    None if there can be none. It keeps of the scan only what it needs.
    """
    ours: tuple[str, ...] = ()
    # Kept for as long as the line waits: nothing is kept in tuples that are there but once.
    typed: tuple[Typed, ...] = ()
    ending: tuple[Typo, ...] = ()
    if scan.left():
        strange = strangers(scan)
        if strange:
            ours = tuple(dict.fromkeys(one.written for one in strange if is_ours(scan, one)))
        if payers != _NOBODY:
            typed = tuple((one.written, one.key) for one in strange)
            ending = tuple(cut_off(scan, payers))
    others = tuple(others_numbers(scan, payers)) if payers and scan.found else ()
    if not (ours or typed or ending or others):
        return None
    return partial(_later, scan.numbers, payers, ours, typed, ending, others)


def _later(
    numbers: Numbers,
    payers: frozenset[str] | None,
    ours: tuple[str, ...],
    typed: Sequence[Typed],
    ending: Sequence[Typo],
    others: Sequence[Typed],
) -> Later:
    if not typed and not others:
        return ours, tuple(replace(one, alike=numbers.alike(one.written)) for one in ending)
    pool = numbers.pool(payers)
    typos = (*slips(pool, typed), *ending, *slips(pool, others), *shortened(pool, others))
    return ours, tuple(replace(typo, alike=numbers.alike(typo.written)) for typo in typos)


def _without_digits(
    line: BankLine, text: str, numbers: Numbers, payers: frozenset[str] | None
) -> Remittance:
    """What the other fields name; of the text only months and credit notes."""
    words = re.findall(r"[^\W\d_]+", _lowered(text)) if text else []
    named = tuple(dict.fromkeys(Period(0, MONTHS[word]) for word in words if word in MONTHS))
    credits = not CREDITS.isdisjoint(words)
    if not line.structured and not line.end_to_end:
        return Remittance(periods=named, credits=credits) if named or credits else _NOTHING
    mentions, spoiled, said = _structured(line.structured, numbers, payers)
    return Remittance(
        mentions=_unique([*mentions, *_end_to_end(line, numbers)]),
        debtors=said,
        spoiled=spoiled,
        periods=named,
        credits=credits,
    )


def _visible(text: str) -> str:
    """The text as people see it: without signs that take no place, in their common forms."""
    whole = unicodedata.normalize("NFKC", text[:_LONGEST_TEXT])[:_LONGEST_TEXT]
    if whole.isascii():
        return _CONTROLS.sub("", whole)
    return "".join(
        sign for sign in whole if sign in "\n\r\t" or unicodedata.category(sign) not in {"Cc", "Cf"}
    )


def _lowered(text: str) -> str:
    """Lower case, sign by sign, so that places stay what they are."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := sign.lower()) == 1 else sign for sign in text)


def _mentions(scan: Scan) -> tuple[list[Mention], tuple[str, ...]]:
    """Mentions, and what is said to be another thing's number: each, and the list behind it."""
    mentions, orders = [], []
    before: Found | None = None
    for found in scan.found:
        goes_on = before and LIST.fullmatch(scan.lowered[before.end : found.start])
        if goes_on or scan.is_other(found):
            orders.append(scan.text[found.start : found.end])
            before = found
            continue
        before = None
        mentions.append(
            Mention(
                items=found.items,
                certainty=_CERTAINTIES[found.certainty],
                written=_written(scan, found),
                place=(found.start, found.end),
                how=found.how,
                alike=found.alike,
            )
        )
    return mentions, tuple(orders)


def _written(scan: Scan, found: Found) -> str:
    written = " ".join(scan.text[found.start : found.end].split())
    # The number itself is there already.
    return found.items[0] if found.items[0] == written else written


def _bare(scan: Scan, payers: frozenset[str] | None) -> Iterator[Mention]:
    """Digits in the text that carry an item's, with the right check digits."""
    words = scan.runs.words
    for place in scan.places:
        word = words[place]
        if not (9 <= len(word) <= 14 or len(word) in _LONG) or scan.used[place]:
            continue
        if scan.hidden(place, place):
            continue
        span = scan.place(place, place)
        readings = structured_readings(word)
        if mention := _by_readings(readings, word, scan.numbers, span, payers):
            scan.used[place] = True
            yield mention


def _structured(
    field: str, numbers: Numbers, payers: frozenset[str] | None
) -> tuple[list[Mention], str, tuple[str, ...]]:
    """Mentions of the structured field; what is none of ours comes back as spoiled; and debtors of
    whom it has the number alone."""
    mentions: list[Mention] = []
    debtors: list[str] = []
    spoiled = []
    for part in (part.strip() for part in field.split(",")):
        if not part:
            continue
        readings = structured_readings(part)
        mention = _by_readings(readings, part, numbers, (0, 0), payers)
        if mention is None and (items := _named_in(part, numbers)):
            mention = Mention(
                items=items,
                certainty=Certainty.WRITTEN,
                written=part,
                by="structured reference",
            )
        if mention is not None:
            mentions.append(mention)
        elif said := [debtor for one in readings for debtor in debtors_of(one.body, numbers)]:
            debtors += said
        else:
            spoiled.append(part)
    return mentions, ", ".join(spoiled), tuple(dict.fromkeys(debtors))


def _named_in(part: str, numbers: Numbers) -> tuple[str, ...]:
    """The items of a structured field that holds the number itself, with a word at most."""
    if items := numbers.find(canonical(part)):
        return items
    text = _visible(part)
    scan = Scan(text, _lowered(text), numbers, ())
    clear = len(scan.found) == 1 and scan.found[0].certainty == Certainty.WRITTEN
    return scan.found[0].items if clear and not scan.left() else ()


def _by_readings(
    readings: tuple[StructuredReference, ...],
    written: str,
    numbers: Numbers,
    place: tuple[int, int],
    payers: frozenset[str] | None,
) -> Mention | None:
    items = {item for one in readings for item in body_items(one.body, numbers, payers)}
    if not items:
        return None
    return Mention(
        items=tuple(sorted(items)),
        certainty=Certainty.WRITTEN,
        written=" ".join(written.split()),
        by="structured reference",
        place=place,
    )


def _end_to_end(line: BankLine, numbers: Numbers) -> Iterator[Mention]:
    """The payer's own reference names an item only if it is nothing but its number."""
    if not line.end_to_end:
        return
    if items := numbers.find(canonical(line.end_to_end)):
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
    if len(mentions) < 2:
        return tuple(mentions)
    best: dict[tuple[str, ...], Mention] = {}
    for mention in mentions:
        known = best.get(mention.items)
        if known is None or known.certainty < mention.certainty:
            best[mention.items] = mention
    return tuple(best.values())


@lru_cache(maxsize=256)
def other_currencies(own: str) -> frozenset[str]:
    """The codes of all currencies but one, in lower case."""
    return frozenset(currency.lower() for currency in _CURRENCIES if currency != own)


def _foreign(scan: Scan, own: str) -> str:
    """The first amount in another currency that is no part of a number of ours."""
    if other_currencies(own).isdisjoint(scan.runs.words):
        return ""
    ours = [(found.start, found.end) for found in scan.found]
    for found in _FOREIGN.finditer(scan.text):
        currency = found[1] or found[2]
        if currency in _CURRENCIES and currency != own and not overlaps(ours, *found.span()):
            return found[0].strip()
    return ""
