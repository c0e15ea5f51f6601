"""Returns and stornos: which earlier line they take back, and what is open again by it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from clerkwork.core.matching.accounts import NO_REFERENCE, compact
from clerkwork.core.matching.memory import EarlierLine
from clerkwork.core.matching.model import Match
from clerkwork.core.matching.screening import came_back
from clerkwork.core.matching.verdict import Case, Run
from clerkwork.core.payments import BankLine
from clerkwork.core.references.numbering import canonical

__all__ = ["Returns"]


class Returns:
    """What came in before, by what a return says of it; each line is taken back once."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._gone: set[str] = set()
        self._by_reference: dict[str, list[_Paid]] = defaultdict(list)
        self._by_account: dict[tuple[str, int, str], list[_Paid]] = defaultdict(list)
        for one in run.memory.earlier:
            self._know(_Paid(one, frozenset(map(canonical, one.items)), None))
        for line in run.incoming():
            if line.amount.minor > 0:
                self._know(_Paid(_as_earlier(line), None, line))

    def _know(self, paid: _Paid) -> None:
        line = paid.line
        if line.end_to_end not in NO_REFERENCE:
            self._by_reference[line.end_to_end].append(paid)
        if line.payer_iban:
            key = (compact(line.payer_iban), line.amount_minor, line.currency)
            self._by_account[key].append(paid)

    def decide(self, case: Case) -> Match:
        """What a return takes back; a person's where no single earlier line is meant."""
        why = came_back(case)
        found = self._meant(case)
        if len(found) != 1:
            told = "no earlier line" if not found else f"{len(found)} earlier lines"
            return case.review("return", f"{why}; {told} can be meant")
        (paid,) = found
        line = paid.line
        self._gone.add(line.id)
        match = self._run.settled.pop(line.id, None)
        if match is not None:
            self._run.ledger.give_back(match.allocations)
        items = [a.item for a in match.allocations] if match is not None else list(line.items)
        again = f"; {', '.join(items)} is open again" if items else ""
        customer = match.customer if match is not None else line.customer or case.probable()
        how = self._how(case, paid)
        return case.reopens(line.id, customer, why, f"it takes back the line {how}{again}")

    def _meant(self, case: Case) -> list[_Paid]:
        """Lines that the return can mean: by its end-to-end reference, else by number."""
        line = case.line
        by_reference = [
            paid for paid in self._by_reference.get(line.end_to_end, ()) if self._fits(case, paid)
        ]
        if by_reference:
            return by_reference
        key = (compact(line.payer_iban), -case.minor, case.currency)
        numbers = set(_numbers(case))
        return [
            paid
            for paid in self._by_account.get(key, ())
            if self._fits(case, paid) and (paid.names(numbers) or self._settled(paid, numbers))
        ]

    def _settled(self, paid: _Paid, numbers: set[str]) -> bool:
        """Whether it settled an item of one of these numbers, however that was written."""
        match = self._run.settled.get(paid.line.id)
        return match is not None and any(canonical(a.item) in numbers for a in match.allocations)

    def _fits(self, case: Case, paid: _Paid) -> bool:
        line = paid.line
        if line.id in self._gone or line.id == case.line.id:
            return False
        if (line.amount_minor, line.currency) != (-case.minor, case.currency):
            return False
        return paid.booked is None or paid.booked.booked <= case.line.booked

    def _how(self, case: Case, paid: _Paid) -> str:
        if paid.line.end_to_end == case.line.end_to_end != "":
            return f"with the same end-to-end reference {paid.line.end_to_end}"
        return f"{paid.line.id} of the same account, amount and number"


class _Paid:
    """A line of money that came in, and the numbers that it named or settled."""

    __slots__ = ("booked", "items", "line")

    def __init__(
        self, line: EarlierLine, items: frozenset[str] | None, booked: BankLine | None
    ) -> None:
        self.line = line
        self.items = items
        self.booked = booked

    def names(self, numbers: Iterable[str]) -> bool:
        """Whether any of these numbers, letters and digits only, is this line's."""
        if self.items is not None:
            return not self.items.isdisjoint(numbers)
        line = self.booked
        if line is None:
            return False
        said = canonical(f"{line.text} {line.structured} {line.end_to_end}")
        return any(number in said for number in numbers)


def _numbers(case: Case) -> Iterator[str]:
    said = case.remittance
    for mention in said.mentions:
        if len(mention.items) == 1:
            yield canonical(mention.items[0])
    yield from map(canonical, said.strangers)


def _as_earlier(line: BankLine) -> EarlierLine:
    return EarlierLine(
        id=line.id,
        customer="",
        amount_minor=line.amount.minor,
        currency=line.amount.currency,
        end_to_end=line.end_to_end,
        payer_iban=line.payer_iban,
    )
