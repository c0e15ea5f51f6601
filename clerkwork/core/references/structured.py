"""Structured references with check digits: RF, OGM and the Dutch betalingskenmerk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from operator import mul

from stdnum import iso11649

from clerkwork.core.references.numbering import Numbers

__all__ = [
    "StructuredReference",
    "betalingskenmerk_body",
    "body_items",
    "debtors_of",
    "found_in",
    "qr_body",
    "stands_as_one",
    "structured_readings",
]

_SIGNS = re.compile(r"[\s+*/.\-]")
_TWELVE = re.compile(r"[0-9]{12}")
_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3, 6, 1)


@dataclass(frozen=True, slots=True)
class StructuredReference:
    """One way to read a reference whose check digits are right."""

    kind: str
    """'RF', 'OGM', 'QR' or 'betalingskenmerk'."""
    body: str
    """Digits (RF: also letters) without check digits and leading zeros."""


def betalingskenmerk_body(digits: str) -> str | None:
    """The creditor's own part of a Dutch betalingskenmerk, or None if it is none.

    Source: Betaalvereniging, 'specificaties betalingskenmerk'. 7 digits have no check. 16 digits
    are a check digit and 15. 9 to 14 digits are a check digit, a length digit (the number of
    digits behind it, its tens dropped) that takes part in the check, and 7 to 12 digits. The
    check is modulus 11 with weights 2 4 8 5 10 9 7 3 6 1 from the right, repeating; 11 less the
    rest, where 10 becomes 1 and 11 becomes 0.
    """
    if not digits.isascii() or not digits.isdigit():
        return None
    if len(digits) == 7:
        return digits
    if len(digits) != 16 and not 9 <= len(digits) <= 14:
        return None
    weighed = sum(map(mul, map(int, digits[:0:-1]), _WEIGHTS * 2))
    check = 11 - weighed % 11
    if int(digits[0]) != {10: 1, 11: 0}.get(check, check):
        return None
    if len(digits) == 16:
        return digits[1:]
    body = digits[2:]
    return body if int(digits[1]) == len(body) % 10 else None


def qr_body(digits: str) -> str | None:
    """The creditor's own 26 digits of a Swiss QR reference, or None if it is none.

    Source: Swiss Implementation Guidelines QR-bill, annex B: 27 digits, of which the last is the
    check digit by modulo 10, recursive.
    """
    if len(digits) != 27 or not digits.isascii() or not digits.isdigit() or not int(digits):
        return None
    carry = 0
    for digit in map(int, digits[:26]):
        carry = _RECURSIVE[(carry + digit) % 10]
    return digits[:26] if int(digits[26]) == (10 - carry) % 10 else None


_RECURSIVE = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)


def _is_ogm(digits: str) -> bool:
    """Whether the last two of twelve digits are the rest of the others by 97, 97 for none."""
    return int(digits) > 0 and (int(digits[:10]) % 97 or 97) == int(digits[10:])


def structured_readings(text: str) -> tuple[StructuredReference, ...]:
    """Every way in which a whole field is a structured reference; none if no check digit fits."""
    compact = _SIGNS.sub("", text).upper()
    found = []
    if compact.startswith("RF") and iso11649.is_valid(compact):
        found.append(StructuredReference("RF", compact[4:].lstrip("0")))
    if len(compact) == 12 and _TWELVE.fullmatch(compact) and _is_ogm(compact):
        found.append(StructuredReference("OGM", compact[:10].lstrip("0")))
    if len(compact) == 27 and (body := qr_body(compact)) is not None:
        found.append(StructuredReference("QR", body.lstrip("0")))
    if (body := betalingskenmerk_body(compact)) is not None:
        found.append(StructuredReference("betalingskenmerk", body.lstrip("0")))
    return tuple(found)


# Written in the text the reference must show itself: RF, the signs of an OGM, or sixteen digits.
_WRITTEN = re.compile(
    r"(?<![0-9A-Z])RF[0-9]{2}(?:[ \n]?[0-9A-Z]){1,21}(?![0-9A-Z])"
    r"|(?P<sign>\+\+\+|\*\*\*)\s*[0-9]{3}/?\s*[0-9]{4}/?\s*[0-9]{5}\s*(?P=sign)"
    r"|(?<![0-9/])[0-9]{3}/[0-9]{4}/[0-9]{5}(?![0-9/])"
    r"|(?<![0-9])[0-9]{2}(?:[ \n]?[0-9]{5}){5}(?![0-9])"
    r"|(?<![0-9])[0-9]{4}(?:[ .\n]?[0-9]{4}){3}(?![0-9])"
    # In groups, a betalingskenmerk shorter than sixteen digits.
    r"|(?<![0-9])(?<![0-9] )[0-9]{4} [0-9]{4}(?: [0-9]{4})? [0-9]{1,4}(?![0-9]| [0-9])",
    re.IGNORECASE,
)
_GROUPS = re.compile(r"[0-9]{16}|[0-9]{4}(?:[ .\n][0-9]{4}){3}")
_SHORTEST = 11
_RF_PARTS = re.compile(r"[ \n]")
_SIXTEEN = re.compile(
    r"[0-9](?<![0-9][0-9])[0-9](?:[0-9](?:/[0-9]{4}/|[0-9][ .\n]?[0-9]{4}[ .\n]?[0-9])"
    r"|[ \n]?[0-9]{5}[ \n]?[0-9]{5}[ \n]?[0-9]{5})"
)


def found_in(text: str, lowered: str) -> list[tuple[int, int, tuple[StructuredReference, ...]]]:
    """Start, end and readings of each structured reference in free text."""
    found: list[tuple[int, int, tuple[StructuredReference, ...]]] = []
    marked = "rf" in lowered or "+++" in lowered or "***" in lowered
    if not marked and (len(text) < _SHORTEST or not _SIXTEEN.search(text)):
        return found
    for place in _WRITTEN.finditer(text):
        whole = place[0]
        if whole[:2] in {"RF", "rf", "Rf"}:
            # Words behind it look like its rest: the longest part that checks is the reference.
            breaks = [one.start() for one in _RF_PARTS.finditer(whole)]
            for end in (len(whole), *reversed(breaks)):
                if readings := structured_readings(whole[:end]):
                    found.append((place.start(), place.start() + end, readings))
                    break
        elif readings := structured_readings(whole):
            found.append((place.start(), place.end(), readings))
    return found


def stands_as_one(written: str) -> bool:
    """Whether it is written as a reference, and not as numbers that happen to make one up."""
    return not written[0].isdigit() or "/" in written or _GROUPS.fullmatch(written) is not None


def body_items(
    body: str, numbers: Numbers, payers: frozenset[str] | None = None
) -> tuple[str, ...]:
    """Items whose digits a reference carries: alone, behind their debtor's number, or at any place
    beside it. If there is none, of the `payers` those with which it ends."""
    if not body.isdigit() and (items := numbers.find(body.lower())):
        return items
    key = re.sub(r"[^0-9]", "", body).lstrip("0")
    if not key:
        return ()
    if found := numbers.digits.get(key):
        return found
    behind = []
    for cut in range(2, len(key) - 1):
        for item in numbers.digits.get(key[cut:].lstrip("0"), ()):
            debtor = re.sub(r"[^0-9]", "", numbers.customers[item])
            if debtor.lstrip("0") == key[:cut]:
                behind.append(item)
    if behind:
        return tuple(dict.fromkeys(behind))
    if len(key) < _LEAST_PLACED:
        return ()
    placed = [
        item for debtor in _debtors_in(key, numbers) for item in _placed(key, *debtor, numbers)
    ]
    if not placed:
        own = (n for payer in sorted(payers or ()) for n in numbers.own(payer))
        placed = [n for n in own if len(d := _bare(n)) >= _LEAST_ALONE and key.endswith(d)]
    return tuple(dict.fromkeys(placed))


_LEAST_PLACED = 10
"""Digits of a reference that has room for two numbers."""
_LEAST_DEBTOR, _LEAST_ITEM, _LEAST_ALONE = 4, 3, 5
"""Digits that a debtor's number, an item's beside it, and an item's alone must have."""


def _bare(number: str) -> str:
    return re.sub(r"[^0-9]", "", number).lstrip("0")


def debtors_of(body: str, numbers: Numbers) -> tuple[str, ...]:
    """Debtors whose number is all that a reference carries, but for zeros around it."""
    key = re.sub(r"[^0-9]", "", body).strip("0")
    if len(key) < _LEAST_DEBTOR:
        return ()
    ends = ("0" * more for more in range(4))
    found = (one for end in ends for one in numbers.bare_debtors.get(key + end, ()))
    return tuple(dict.fromkeys(found))


def _debtors_in(key: str, numbers: Numbers) -> Iterator[tuple[str, str, str]]:
    """Debtors whose digits stand in a reference: each with what is before and behind them."""
    size = len(key)
    for begin in range(size - _LEAST_DEBTOR + 1):
        if key[begin] == "0":
            continue
        for end in range(begin + _LEAST_DEBTOR, min(size, begin + _LONGEST_DEBTOR) + 1):
            for debtor in numbers.bare_debtors.get(key[begin:end], ()):
                yield debtor, key[:begin], key[end:]


_LONGEST_DEBTOR = 12


def _placed(key: str, debtor: str, before: str, behind: str, numbers: Numbers) -> Iterator[str]:
    """The debtor's items that stand in the rest of a reference."""
    own = numbers.own(debtor)
    for whole in (True, False):
        found = []
        for item in own:
            digits = _bare(item if whole else _last_run(item))
            if len(digits) < _LEAST_ITEM:
                continue
            if _in_field(behind, digits) or _in_field(before, digits):
                found.append((len(digits), item))
        if found:
            longest = max(found)[0]
            yield from (item for size, item in found if size == longest)
            return


def _last_run(number: str) -> str:
    runs = re.findall("[0-9]+", number)
    return max(runs, key=len) if runs else ""


def _in_field(part: str, digits: str) -> bool:
    """Whether these digits fill a field of a part of a reference, or end one behind zeros."""
    place = part.find(digits)
    while place >= 0:
        end = place + len(digits) == len(part)
        if (not place or part[place - 1] == "0") and (end or len(digits) >= _LEAST_ALONE):
            return True
        place = part.find(digits, place + 1)
    return False
