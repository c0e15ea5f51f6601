"""What a debtor declared of himself, with who noted it and why: laid over what the ERP says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from clerkwork.core.journeys import CHANNELS, UNTOLD, mail_address, mobile_number
from clerkwork.core.ledger import Debtor

__all__ = ["FACTS", "NEEDS", "Declaration", "checked", "laid_over"]

FACTS = ("age", "email", "language", "mobile", "need", "occupation", "preferred")
"""What can be declared. Of needs there may be several; of the others the newest counts."""

NEEDS = (
    "more time",
    "no calls",
    UNTOLD,
    "no mail",
    "no sms",
    "no whatsapp",
    "paper",
    "plain language",
)

_AGE = re.compile(r"\d{1,3}-\d{1,3}|\d{1,3}\+")
_LANGUAGE = re.compile(r"[a-z]{2}")
_LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """One fact that a debtor declared; withdrawn, it stays as history and counts no more."""

    debtor: str
    fact: str
    """One of `FACTS`."""
    value: str
    since: date
    """From when on it holds, as he said."""
    by: str
    """Who noted it."""
    ground: str
    """How he declared it, and what it is used for (GDPR, art. 5 and 6)."""
    id: str = ""
    """Given by the store."""
    at: datetime | None = None
    """When it was noted (UTC)."""
    withdrawn: datetime | None = None
    withdrawn_by: str = ""


def checked(fact: str, value: str) -> str:
    """The value as it is kept; raises `ValueError` with what was expected."""
    bare = " ".join(value.split())
    if fact not in FACTS:
        raise ValueError(f"{fact!r} cannot be declared; known are {', '.join(FACTS)}")
    if not bare or len(bare) > _LONGEST:
        raise ValueError(f"{fact} is {bare!r}; expected 1 to {_LONGEST} characters")
    if fact == "mobile":
        bare = mobile_number(bare)
    elif fact == "email":
        bare = mail_address(bare)
    fits, expected = {
        "age": (bool(_AGE.fullmatch(bare)), "a band such as 18-26 or 67+"),
        "email": (bool(bare), "one plain mail address such as ann@example.com"),
        "language": (bool(_LANGUAGE.fullmatch(bare)), "two small letters such as nl"),
        "mobile": (bool(bare), "a number with its country, such as +31612345678"),
        "need": (bare in NEEDS, f"one of {', '.join(NEEDS)}"),
        "preferred": (bare in CHANNELS, f"one of {', '.join(sorted(CHANNELS))}"),
        "occupation": (True, ""),
    }[fact]
    if not fits:
        raise ValueError(f"{fact} is {value!r}; expected {expected}")
    return bare


def laid_over(debtor: Debtor, declared: Iterable[Declaration]) -> Debtor:
    """The debtor as the ERP has him, with what he declared; oldest first, the last one counts."""
    needs = list(debtor.needs)
    for one in declared:
        if one.withdrawn is not None or one.debtor != debtor.number:
            continue
        if one.fact == "need":
            needs.append(one.value)
        else:
            debtor = _with(debtor, one.fact, one.value)
    return replace(debtor, needs=tuple(dict.fromkeys(needs)))


def _with(debtor: Debtor, fact: str, value: str) -> Debtor:
    match fact:
        case "age":
            return replace(debtor, age=value)
        case "email":
            return replace(debtor, email=value)
        case "language":
            return replace(debtor, language=value)
        case "mobile":
            return replace(debtor, mobile=value)
        case "occupation":
            return replace(debtor, occupation=value)
        case "preferred":
            return replace(debtor, preferred=value)
    raise ValueError(f"{fact!r} cannot be laid over a debtor")
