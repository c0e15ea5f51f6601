"""Structured references with check digits: RF, OGM and the Dutch betalingskenmerk."""

from __future__ import annotations

import re
from dataclasses import dataclass
from operator import mul

from stdnum import iso11649

from clerkwork.core.references.numbering import Numbers

__all__ = [
    "StructuredReference",
    "betalingskenmerk_body",
    "body_items",
    "found_in",
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
    """'RF', 'OGM' or 'betalingskenmerk'."""
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
    body = betalingskenmerk_body(compact)
    if body is not None:
        found.append(StructuredReference("betalingskenmerk", body.lstrip("0")))
    return tuple(found)


# Written in the text the reference must show itself: RF, the signs of an OGM, or sixteen digits.
_WRITTEN = re.compile(
    r"(?<![0-9A-Z])RF[0-9]{2}(?:[ \n]?[0-9A-Z]){1,21}(?![0-9A-Z])"
    r"|(?P<sign>\+\+\+|\*\*\*)\s*[0-9]{3}/?\s*[0-9]{4}/?\s*[0-9]{5}\s*(?P=sign)"
    r"|(?<![0-9/])[0-9]{3}/[0-9]{4}/[0-9]{5}(?![0-9/])"
    r"|(?<![0-9])[0-9]{4}(?:[ .\n]?[0-9]{4}){3}(?![0-9])",
    re.IGNORECASE,
)
_GROUPS = re.compile(r"[0-9]{16}|[0-9]{4}(?:[ .\n][0-9]{4}){3}")
_SHORTEST = 14
_RF_PARTS = re.compile(r"[ \n]")
_SIXTEEN = re.compile(
    r"[0-9](?<![0-9][0-9])[0-9]{2}(?:/[0-9]{4}/|[0-9][ .\n]?[0-9]{4}[ .\n]?[0-9]{4})"
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


def body_items(body: str, numbers: Numbers) -> tuple[str, ...]:
    """Items whose digits a reference carries, alone or behind their debtor's number."""
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
    return tuple(dict.fromkeys(behind))
