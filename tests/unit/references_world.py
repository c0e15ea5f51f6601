"""Six unlike ways of numbering, ways to write a number, and what else stands in a text."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import date

from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine
from clerkwork.core.references import Numbers, Remittance, learn, read_remittance

DEBTOR = "61007"
OTHER = "61010"


@dataclass(frozen=True)
class Scheme:
    """A creditor's way of numbering, with some open items of two debtors."""

    name: str
    numbers: tuple[str, ...]
    learned: Numbers = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        items = [
            OpenItem(number=number, customer=who, open=Money(100, "EUR"), due=date(2026, 3, 1))
            for place, number in enumerate(self.numbers)
            for who in (DEBTOR if place % 2 == 0 else OTHER,)
        ]
        debtors = [Debtor(number=DEBTOR, name="A"), Debtor(number=OTHER, name="B")]
        object.__setattr__(self, "learned", learn(items, debtors))


SCHEMES = (
    Scheme("year and running number", ("2026-0412", "2026-0517", "2025-0391", "2026-1108")),
    Scheme("letters, year, five digits", ("INV-2026-00412", "INV-2026-10517", "CR-2026-00021")),
    Scheme("digits only", ("90001234", "90005517", "90104021", "90004410")),
    Scheme("suffix year", ("VF-NL-000123-26", "VF-NL-004410-26", "VF-BE-000123-26")),
    Scheme("letters inside", ("A1B2-2026", "K9Z4-2026", "Q7M1-2025", "T3X8-2026")),
    Scheme("month inside", ("F26.03.1234", "F26.03.1240", "F25.11.0877", "C26.03.0009")),
    Scheme("customer inside", ("61007/R/0031", "61010/R/0032", "61007/R/0044")),
    Scheme("prefix and blank", ("RE 471100", "RE 471233", "GS 310021", "RE 480090")),
)

FILLERS = (
    "betaling", "dd 12-03-2026", "EUR 125,00", "1.250,00", "tel 020-6234567", "+31 20 6234567",
    "NL91ABNA0417164300", "DE89 3704 0044 0532 0130 00", "1071 XX Amsterdam", "pasvolgnr 004",
    "14:35", "kaart 5300 1234 5678 9017", "Kenmerk: NL67ZZZ911060020000", "danke", "30%",
    "vom 03.02.2026", "du 3 mars", "week 12", "met dank", "transactie XK42", "conform afspraak",
    "machtiging M-77", "20/06", "Pas 3", "SVWZ+", "EREF NOTPROVIDED", "\u00e9ch\u00e9ance",
)  # fmt: skip
"""What texts hold beside numbers."""


def in_full(number: str, rng: random.Random) -> str:
    """The number as people write it who leave nothing out and spell nothing otherwise."""
    ways = [
        number,
        number.lower(),
        number.replace("-", "/"),
        re.sub(r"[-./ ]", "", number),
        re.sub(r"[-./ ]", "-", number),
    ]
    return rng.choice(ways)


def torn(number: str, rng: random.Random) -> str:
    """The number with blanks for its signs, or broken where the bank wrapped the line."""
    if rng.random() < 0.4 and re.search(r"[-./]", number):
        return re.sub(r"[-./]", " ", number)
    places = [
        place
        for place in range(2, len(number) - 1)
        if number[place - 1].isdigit() and number[place].isdigit()
    ]
    place = rng.choice(places) if places else len(number) // 2
    return f"{number[:place]}\n{number[place:]}"


def with_letters(number: str) -> str:
    """Letters for digits, behind the first digit."""
    lead = re.match(r"\D*\d", number)
    assert lead is not None
    return lead[0] + number[lead.end() :].replace("0", "O").replace("1", "l")


def bank_line(text: str, *, structured: str = "", end_to_end: str = "") -> BankLine:
    day = date(2026, 3, 2)
    return BankLine(
        account="NL13TEST0123456789",
        booked=day,
        valued=day,
        amount=Money(100, "EUR"),
        text=text,
        structured=structured,
        end_to_end=end_to_end,
    )


def said(text: str, scheme: Scheme, payers: frozenset[str] | None = frozenset()) -> Remittance:
    return read_remittance(bank_line(text), scheme.learned, payers)
