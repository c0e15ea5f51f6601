"""Lines that plainly pay what they name and nobody else does: they have their turn first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clerkwork.core.matching.decide import phase_of
from clerkwork.core.matching.verdict import Case
from clerkwork.core.references import Certainty

__all__ = ["Namings"]

_SEVERAL = -1


class Namings:
    """Which line names which item, as far as its turn is among the full numbers."""

    def __init__(self) -> None:
        self._line: dict[str, int] = {}
        """Item to the row of the one line that names it."""
        self._paid: dict[int, tuple[str, ...]] = {}
        """Row of a line to the items that it pays plainly, if others do not name them."""

    def add(self, row: int, case: Case) -> None:
        """Hear of a line before any has been decided."""
        if not case.remittance.mentions or phase_of(case):
            return
        line = self._line
        for number in _named(case):
            if line.setdefault(number, row) != row:
                line[number] = _SEVERAL
        if paid := _paid_plainly(case):
            self._paid[row] = paid

    @property
    def numbers(self) -> Iterable[str]:
        """All items that are named."""
        return self._line

    def plain(self) -> frozenset[int]:
        """Rows of the lines that pay plainly what no other line names."""
        line = self._line
        return frozenset(
            row for row, paid in self._paid.items() if all(line[n] == row for n in paid)
        )


def _named(case: Case) -> Iterator[str]:
    said = case.remittance
    for mention in said.mentions:
        yield from mention.items
    for items in said.ranges:
        yield from items


def _paid_plainly(case: Case) -> tuple[str, ...]:
    """The items of one debtor that a line names in full and pays to the cent, or the one that it
    pays less a discount in time; none if it is not so plain."""
    said, ledger = case.remittance, case.ledger
    if said.ranges or case.minor <= 0:
        return ()
    if not all(len(m.items) == 1 and m.certainty is not Certainty.SHORT for m in said.mentions):
        return ()
    numbers = tuple(dict.fromkeys(m.items[0] for m in said.mentions))
    left = ledger.minor
    if not all(left[n] and ledger.currency(n) == case.currency for n in numbers):
        return ()
    if len(numbers) > 1 and len(set(map(ledger.customer, numbers))) > 1:
        return ()
    less = case.sum_of(numbers) - case.minor
    return numbers if not less or _is_discount(case, numbers, less) else ()


def _is_discount(case: Case, numbers: tuple[str, ...], less: int) -> bool:
    minor, until = case.ledger.discounts.get(numbers[0], (0, None))
    return (
        len(numbers) == 1
        and until is not None
        and 0 < less == minor
        and (case.line.valued <= until)
    )
