"""A bank line under consideration, what is known while it is, and the ways in which it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from clerkwork.core.matching.accounts import compact
from clerkwork.core.matching.confidence import confidence_of
from clerkwork.core.matching.ledger import Ledger
from clerkwork.core.matching.memory import NOTHING, Memory
from clerkwork.core.matching.model import Candidate, Match, Outcome
from clerkwork.core.matching.payer import NOBODY, Payer, narrowed
from clerkwork.core.matching.rules import MatchingRules
from clerkwork.core.matching.wording import ACCOUNT, DEBTOR_NUMBER, who
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine
from clerkwork.core.posting import Allocation
from clerkwork.core.references import Certainty, Remittance

__all__ = ["Case", "Run"]


def _no_lines() -> Iterable[BankLine]:
    return ()


def _no_words() -> frozenset[str]:
    return frozenset()


@dataclass(slots=True, kw_only=True)
class Run:
    """What all lines of one run share: the ledger as it stands, the rules, what was decided."""

    ledger: Ledger
    rules: MatchingRules
    today: date
    own_ibans: frozenset[str]
    memory: Memory = NOTHING
    incoming: Callable[[], Iterable[BankLine]] = _no_lines
    """The run's lines of money that came in; asked only when one of them came back."""
    beside: Callable[[], frozenset[str]] = _no_words
    """Words that payers write beside numbers; asked only where a text names nothing."""
    use: frozenset[str] = field(init=False)
    own: frozenset[str] = field(init=False)
    """The creditor's own accounts."""
    charging: frozenset[str] = field(init=False)
    """Accounts through which the bank takes its charges."""
    set_aside: frozenset[str] = field(init=False)
    """Accounts of which something is declared or decided: a line of theirs is looked at closely."""
    screens_words: bool = field(init=False)
    """Whether words of a text can set a line aside."""
    codes: dict[str, bool] = field(init=False, default_factory=dict)
    """Codes met so far, and whether the rules say anything of them."""
    settled: dict[str, Match] = field(init=False, default_factory=dict)
    """By id of the line; the careful path's only."""
    parts: dict[str, dict[int, str]] = field(init=False, default_factory=dict)
    """Of an item, the amounts that were paid as a part of it, each with its line."""

    def __post_init__(self) -> None:
        rules, memory = self.rules, self.memory
        self.use = frozenset(rules.use)
        self.own = (self.own_ibans | frozenset(map(compact, rules.transfer_ibans))) - {""}
        self.charging = frozenset(map(compact, rules.costs_ibans)) - {""}
        self.set_aside = self.own | self.charging | memory.not_ours_ibans
        self.screens_words = bool(
            rules.costs_words or rules.transfer_words or memory.not_ours_texts
        )


class Case:
    """A line with what its words name, who it is from, and the run that it is part of."""

    __slots__ = (
        "_alike",
        "_open",
        "currency",
        "ledger",
        "line",
        "minor",
        "payer",
        "remittance",
        "run",
    )

    def __init__(
        self, *, line: BankLine, remittance: Remittance, run: Run, payer: Payer = NOBODY
    ) -> None:
        self.line = line
        self.remittance = remittance
        self.run = run
        self.ledger = run.ledger
        self.payer = narrowed(payer, remittance.debtors) if remittance.debtors else payer
        self.minor = line.amount.minor
        """The line's amount, in minor units of `currency`."""
        self.currency = line.amount.currency
        self._alike: str | None = None
        self._open: tuple[str, list[tuple[str, int]]] | None = None

    def knows(self, customer: str) -> bool:
        """Whether the money comes from that debtor: by his account, number, or his name alone."""
        return customer in self.payer.customers

    def pays(self, customer: str) -> bool:
        """The same, but not by a debtor's number in the text alone: that anybody can write.

        Beside it the debtor's name counts, though it be another debtor's as well.
        """
        if customer not in self.payer.customers:
            return False
        if self.payer.by != DEBTOR_NUMBER:
            return True
        return customer in self.ledger.named(self.line.payer)

    def who(self, customer: str) -> str:
        """Why it is thought to be that debtor's money, in words."""
        payer = self.payer
        if customer not in payer.customers:
            return who(customer, "", others=payer.customers)
        seen = self.ledger.times(self.line.payer_iban, customer) if payer.by == ACCOUNT else 0
        return who(customer, payer.by, seen)

    def probable(self) -> str:
        """The debtor it most probably is from; empty if that is open."""
        if self.payer.one:
            return self.payer.one
        named = {self.ledger.customer(i) for i in self.surely_named()}
        if len(named) == 1:
            return next(iter(named))
        both = named & self.payer.customers
        if len(both) == 1:
            return next(iter(both))
        if self.payer.customers or named:
            return ""
        return self.alike()

    def alike(self) -> str:
        """The debtor whose name is nearly the payer's, and nobody else's is; or empty."""
        if self._alike is None:
            rules, payer = self.run.rules, self.line.payer
            self._alike = payer and self.ledger.similar(
                payer, least=rules.name_alike, margin=rules.name_margin
            )
        return self._alike

    def open_of(self, customer: str) -> list[tuple[str, int]]:
        """The debtor's items in the line's currency, by number, with what is left of each.

        Asked once: nothing is taken off the ledger before the line is decided.
        """
        if self._open is None or self._open[0] != customer:
            self._open = customer, self.ledger.open_of(customer, self.currency)
        return self._open[1]

    def sum_of(self, numbers: Iterable[str]) -> int:
        """Minor units that are left of these items together."""
        return sum(map(self.ledger.minor.__getitem__, numbers))

    def money(self, minor: int) -> Money:
        """Minor units as an amount in the line's currency."""
        return Money(minor, self.currency)

    def settled(
        self,
        rule: str,
        customer: str,
        allocations: Sequence[Allocation],
        *reasons: str,
        certainty: int = 0,
        residual: str = "",
    ) -> Match:
        """Certain, so it is taken off the ledger; a rule that is switched off asks instead."""
        words = (*reasons, self.who(customer), *self._remarks(allocations))
        by = self.payer.by if customer in self.payer.customers else ""
        sure = confidence_of(rule, by, certainty)
        if rule not in self.run.use:
            candidate = Candidate(
                customer=customer,
                allocations=tuple(allocations),
                reasons=(rule, *words),
                confidence=sure,
            )
            return self.review("switched off", f"the rule '{rule}' is not used", [candidate])
        self.ledger.take(allocations)
        self._open = None
        return Match(
            line=self.line,
            outcome=Outcome.SETTLED,
            rule=rule,
            reasons=words,
            customer=customer,
            allocations=_by_item(allocations),
            confidence=sure,
            by=by,
            certainty=certainty,
            residual=residual,
        )

    def _remarks(self, allocations: Sequence[Allocation]) -> list[str]:
        if not self.ledger.disputed:
            return []
        disputed = [a.item for a in allocations if a.item in self.ledger.disputed]
        return [f"{', '.join(disputed)} was disputed, and is paid"] if disputed else []

    def unapplied(self, rule: str, customer: str, *reasons: str) -> Match:
        """The debtor is certain and nothing of his is meant: the money waits on his account."""
        return self._no_posting(Outcome.UNAPPLIED, rule, customer, *reasons, self.who(customer))

    def reopens(self, line: str, customer: str, *reasons: str) -> Match:
        """The return of an earlier line, by its id."""
        return self._no_posting(Outcome.REOPENS, "return", customer, *reasons, reverses=line)

    def set_aside(self, rule: str, reason: str) -> Match:
        """No debtor's money."""
        return self._no_posting(Outcome.NOT_OURS, rule, "", reason)

    def _no_posting(
        self, outcome: Outcome, rule: str, customer: str, *reasons: str, reverses: str = ""
    ) -> Match:
        by = self.payer.by if customer in self.payer.customers else ""
        return Match(
            line=self.line,
            outcome=outcome,
            rule=rule,
            reasons=reasons,
            customer=customer,
            reverses=reverses,
            confidence=confidence_of(rule, by, 0),
            by=by,
        )

    def review(
        self,
        rule: str,
        reason: str,
        candidates: Iterable[Candidate | None] = (),
        *,
        customer: str | None = None,
    ) -> Match:
        """A person decides; the items he may choose are held back from weaker rules."""
        shown = self._shown(candidates)
        self.ledger.held.update(self.surely_named())
        probable = self.probable() if customer is None else customer
        if not probable and len({one.customer for one in shown}) == 1:
            probable = shown[0].customer
        return Match(
            line=self.line,
            outcome=Outcome.REVIEW,
            rule=rule,
            reasons=(reason, *([self._whose(probable)] if probable else [])),
            customer=probable,
            candidates=shown,
        )

    def _whose(self, customer: str) -> str:
        if self.payer.customers or customer != self.alike():
            return self.who(customer)
        return f"the payer's name is like that of debtor {customer}, and like no other's"

    def _shown(self, candidates: Iterable[Candidate | None]) -> tuple[Candidate, ...]:
        """The first few that differ; more are not even made."""
        found: dict[tuple[str, tuple[Allocation, ...]], Candidate] = {}
        for one in candidates:
            if one is not None:
                found.setdefault((one.customer, one.allocations), one)
                if len(found) == self.run.rules.most_candidates:
                    break
        return tuple(found.values())

    def surely_named(self) -> Iterator[str]:
        """Items that the words name and that can be no others."""
        for mention in self.remittance.mentions:
            for item in mention.items if len(mention.items) == 1 else ():
                full = mention.certainty is Certainty.WRITTEN
                if full or self.knows(self.ledger.customer(item)):
                    yield item

    def candidate(self, numbers: Iterable[str], *reasons: str) -> Candidate | None:
        """These items of one debtor, credit notes and oldest first, as far as the money goes."""
        minor = self.ledger.minor
        open_ones = [n for n in numbers if minor[n] and self.ledger.currency(n) == self.currency]
        if len({self.ledger.customer(n) for n in open_ones}) != 1:
            return None
        rest = self.minor
        parts = []
        if len(open_ones) > 1:
            open_ones.sort(key=self._by_age)
        for number in open_ones:
            left = minor[number]
            amount = min(left, rest) if left > 0 else left
            if amount:
                parts.append(self.ledger.allocation(number, amount))
                rest -= amount
        if not parts:
            return None
        words = list(reasons)
        if rest > 0:
            words.append(f"{self.money(rest)} would be left on account")
        return Candidate(
            customer=self.ledger.customer(open_ones[0]),
            allocations=tuple(parts),
            reasons=tuple(words),
        )

    def _by_age(self, number: str) -> tuple[bool, date, str]:
        return self.ledger.minor[number] > 0, self.ledger.items[number].due, number

    def fitting(self) -> Iterator[Candidate | None]:
        """Single items of exactly this amount, wherever they are: the payer's first."""
        # More are never shown, whatever is shown besides.
        most = self.run.rules.most_candidates
        for number in self.ledger.at(self.line.amount, self.payer.customers, most=most):
            yield self.candidate([number], f"{number} is open for exactly {self.line.amount}")


def _by_item(allocations: Sequence[Allocation]) -> tuple[Allocation, ...]:
    if len(allocations) == 1:
        return tuple(allocations)
    return tuple(sorted(allocations, key=_item_of))


def _item_of(allocation: Allocation) -> str:
    return allocation.item
