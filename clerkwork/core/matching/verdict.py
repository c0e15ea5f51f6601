"""A bank line under consideration, and the two ways in which it ends: settled or reviewed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from clerkwork.core.matching.ledger import Ledger
from clerkwork.core.matching.model import Candidate, Match, Outcome
from clerkwork.core.matching.rules import MatchingRules
from clerkwork.core.money import Money, total
from clerkwork.core.payments import BankLine
from clerkwork.core.posting import Allocation
from clerkwork.core.references import Certainty, Remittance

__all__ = ["Case"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A line with what its words name, who it is from, and the ledger as it stands."""

    line: BankLine
    remittance: Remittance
    ledger: Ledger
    rules: MatchingRules
    by_iban: frozenset[str]
    by_name: frozenset[str]

    def knows(self, customer: str) -> bool:
        """Whether the money comes from that debtor: by his IBAN, or by a name that only he has."""
        return customer in self.by_iban or (not self.by_iban and self.by_name == {customer})

    def who(self, customer: str) -> str:
        """Why it is thought to be that debtor's money, in words."""
        if customer in self.by_iban:
            return f"the payer's IBAN is that of debtor {customer}"
        if self.knows(customer):
            return f"the payer's name is that of debtor {customer}"
        if self.by_iban:
            return f"the payer's IBAN is that of debtor {', '.join(sorted(self.by_iban))}"
        return "the payer's IBAN is not known"

    def probable(self) -> str:
        """The debtor it most probably is from; empty if that is open."""
        named = {self.ledger.customer(i) for i in self._surely_named()}
        for customers in (self.by_iban, self.by_name, named, set(self.remittance.debtors)):
            if len(customers) == 1:
                return next(iter(customers))
        both = named & self.by_iban
        return next(iter(both)) if len(both) == 1 else ""

    def left(self, numbers: Iterable[str]) -> Money:
        """What is left of these items together."""
        return total((self.ledger.left[n] for n in numbers), self.line.amount.currency)

    def settled(
        self, rule: str, customer: str, allocations: Sequence[Allocation], *reasons: str
    ) -> Match:
        """Certain, so it is taken off the ledger; a rule that is switched off asks instead."""
        words = (*reasons, self.who(customer), *self._remarks(allocations))
        if rule not in self.rules.use:
            candidate = Candidate(
                customer=customer, allocations=tuple(allocations), reasons=(rule, *words)
            )
            return self.review("switched off", f"the rule '{rule}' is not used", [candidate])
        self.ledger.take(allocations)
        return Match(
            line=self.line,
            outcome=Outcome.SETTLED,
            rule=rule,
            reasons=words,
            customer=customer,
            allocations=tuple(sorted(allocations, key=lambda one: one.item)),
        )

    def _remarks(self, allocations: Sequence[Allocation]) -> list[str]:
        disputed = [a.item for a in allocations if self.ledger.items[a.item].disputed]
        return [f"{', '.join(disputed)} was disputed, and is paid"] if disputed else []

    def review(
        self,
        rule: str,
        reason: str,
        candidates: Sequence[Candidate] = (),
        *,
        customer: str | None = None,
    ) -> Match:
        """A person decides; the items he may choose are held back from weaker rules."""
        shown = tuple(candidates[: self.rules.most_candidates])
        self.ledger.held.update(self._surely_named())
        probable = self.probable() if customer is None else customer
        if not probable and len({one.customer for one in shown}) == 1:
            probable = shown[0].customer
        return Match(
            line=self.line,
            outcome=Outcome.REVIEW,
            rule=rule,
            reasons=(reason, *([self.who(probable)] if probable else [])),
            customer=probable,
            candidates=shown,
        )

    def _surely_named(self) -> Iterator[str]:
        for mention in self.remittance.mentions:
            for item in mention.items if len(mention.items) == 1 else ():
                full = mention.certainty is Certainty.WRITTEN
                if full or self.knows(self.ledger.customer(item)):
                    yield item

    def candidate(self, numbers: Sequence[str], *reasons: str) -> Candidate | None:
        """These items of one debtor, credit notes and oldest first, as far as the money goes."""
        open_ones = [n for n in numbers if self.ledger.left[n]]
        if len({self.ledger.customer(n) for n in open_ones}) != 1:
            return None
        rest = self.line.amount
        parts = []
        for number in sorted(open_ones, key=self._by_age):
            left = self.ledger.left[number]
            amount = min(left, rest) if left.minor > 0 else left
            if amount:
                parts.append(self.ledger.part(number, amount))
                rest -= amount
        if not parts:
            return None
        words = list(reasons)
        if rest.minor > 0:
            words.append(f"{rest} would be left on account")
        return Candidate(
            customer=self.ledger.customer(open_ones[0]),
            allocations=tuple(parts),
            reasons=tuple(words),
        )

    def _by_age(self, number: str) -> tuple[bool, date, str]:
        return self.ledger.left[number].minor > 0, self.ledger.items[number].due, number

    def fitting(self) -> list[Candidate]:
        """Single items of exactly this amount, wherever they are: the payer's first."""
        own = [n for n in self.ledger.at(self.line.amount) if self.knows(self.ledger.customer(n))]
        others = [n for n in self.ledger.at(self.line.amount) if n not in own]
        made = (
            self.candidate([n], f"{n} is open for exactly {self.line.amount}")
            for n in [*own, *others]
        )
        return [one for one in made if one is not None]
