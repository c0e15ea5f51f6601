"""Small books in several ways of numbering, that the independent tests of matching share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import pytest

from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.matching import MatchingRules, match
from clerkwork.core.matching.memory import NOTHING, Memory
from clerkwork.core.matching.model import Match
from clerkwork.core.matching.propose import postings_of
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine

TODAY = date(2026, 3, 20)
OURS = "NL13TEST0123456789"
SAVINGS = "NL86TEST0000000001"
BAKKER, VISSER, STRANGER = "NL02ABNA0123456789", "NL91ABNA0417164300", "BE68539007547034"
SHARED = "DE89370400440532013000"

A, B, C = "10007", "10010", "10013"
DEBTORS = (
    Debtor(number=A, name="Bakkerij Bakker B.V.", ibans=(BAKKER,)),
    Debtor(number=B, name="Kapsalon Visser V.O.F.", ibans=(VISSER,)),
    Debtor(number=C, name="Garage Smit"),
    *(Debtor(number=str(10_100 + n), name=f"Buurman {n} Handel") for n in range(10)),
)


@dataclass(frozen=True)
class Numbering:
    """How one creditor numbers: invoices, the same digits of another year, credit notes."""

    name: str
    invoice: Callable[[int], str]
    earlier: Callable[[int], str]
    """Another number with the same last four digits."""
    credit: Callable[[int], str]
    """A credit note with the digits of the invoice."""

    def __str__(self) -> str:
        return self.name


DASHED = Numbering(
    "dashed",
    lambda n: f"2026-{n:04d}",
    lambda n: f"2025-{n:04d}",
    lambda n: f"C2026-{n:04d}",
)
PREFIXED = Numbering(
    "prefixed",
    lambda n: f"RE{100_000 + n}",
    lambda n: f"RE{110_000 + n}",
    lambda n: f"GS{100_000 + n}",
)
DIGITS = Numbering(
    "digits",
    lambda n: f"{70_010_000 + n}",
    lambda n: f"{70_020_000 + n}",
    lambda n: f"7001{n:04d}C",
)
SLASHED = Numbering(
    "slashed",
    lambda n: f"VF/26/{n:05d}",
    lambda n: f"VF/25/{n:05d}",
    lambda n: f"CN/26/{n:05d}",
)
NUMBERINGS = (DASHED, PREFIXED, DIGITS, SLASHED)
in_each_numbering = pytest.mark.parametrize("by", NUMBERINGS, ids=str)


def eur(cents: int) -> Money:
    return Money(cents, "EUR")


def item(number: str, cents: int, customer: str = A, **more: object) -> OpenItem:
    made = OpenItem(number=number, customer=customer, open=eur(cents), due=date(2026, 2, 20))
    return replace(made, **more)  # type: ignore[arg-type]


def neighbours(by: Numbering) -> tuple[OpenItem, ...]:
    """Open items of other debtors, so that the way of numbering can be learned."""
    return tuple(
        item(by.invoice(700 + 3 * n), 31_337 + 1_009 * n, str(10_100 + n % 10)) for n in range(20)
    )


def line(text: str, cents: int, iban: str = BAKKER, **more: object) -> BankLine:
    made = BankLine(
        account=OURS,
        booked=date(2026, 3, 2),
        valued=date(2026, 3, 2),
        amount=eur(cents),
        payer={BAKKER: "Bakkerij Bakker BV", VISSER: "Kapsalon Visser"}.get(iban, ""),
        payer_iban=iban,
        text=text,
        id=f"{text}/{cents}/{iban}",
    )
    return replace(made, **more)  # type: ignore[arg-type]


def reconciled(
    lines: Iterable[BankLine],
    items: Iterable[OpenItem],
    *,
    debtors: Iterable[Debtor] = DEBTORS,
    paid_from: Mapping[str, Mapping[str, int]] | None = None,
    rules: MatchingRules | None = None,
    memory: Memory = NOTHING,
) -> dict[str, Match]:
    """What each line was found to be, by its id."""
    found = match(
        lines,
        items,
        debtors,
        rules=rules or MatchingRules(),
        paid_from=paid_from or {},
        today=TODAY,
        own_ibans=frozenset({OURS, SAVINGS}),
        memory=memory,
    )
    return {one.line.id: one for one in found}


def decided(a_line: BankLine, items: Iterable[OpenItem], by: Numbering | None = None) -> Match:
    """What one line was found to be, among the neighbours' items if a numbering is given."""
    book = (*items, *(neighbours(by) if by else ()))
    return reconciled([a_line], book)[a_line.id]


def paid(found: Match) -> dict[str, int]:
    return {part.item: part.amount.minor for part in found.allocations}


def on_account(found: Match) -> int:
    (posting,) = postings_of([found])
    return posting.on_account.minor


def told(found: Match) -> str:
    """What came, in one line, for the person who reads a failed test."""
    return f"{found.outcome} by {found.rule!r}: {paid(found)} {found.customer} {found.reasons}"


def assert_settled(found: Match, wanted: Mapping[str, int], customer: str = A) -> None:
    """The line settles just these amounts of just these items of that debtor."""
    assert found.outcome.value == "settled", told(found)
    assert paid(found) == dict(wanted), told(found)
    assert found.customer == customer, told(found)
    assert found.reasons


def assert_asked(found: Match) -> None:
    """A person decides: nothing is booked."""
    assert found.outcome.value == "review", told(found)
    assert found.allocations == (), told(found)
    assert found.reasons


def assert_unapplied(found: Match, customer: str = A) -> None:
    """The debtor is certain and no item is: the money stays on his account."""
    assert found.outcome.value == "unapplied", told(found)
    assert found.allocations == (), told(found)
    assert found.customer == customer, told(found)
    assert found.reasons


def assert_not_booked(found: Match) -> None:
    """Asked or unapplied; settled on nothing."""
    assert found.outcome.value in {"review", "unapplied"}, told(found)
    assert found.allocations == (), told(found)
