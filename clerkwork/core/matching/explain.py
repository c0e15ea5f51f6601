"""Why a line was found to be what it is, and why not something else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.matching.matcher import match_tables
from clerkwork.core.matching.memory import NOTHING, Memory
from clerkwork.core.matching.model import Match, WhyNot
from clerkwork.core.matching.rules import MatchingRules
from clerkwork.core.matching.tables import NOBODY, tables_of
from clerkwork.core.matching.verdict import Case
from clerkwork.core.matching.wording import said
from clerkwork.core.payments import BankLine
from clerkwork.core.references import Remittance

__all__ = ["Answer", "Explanation", "Other", "explain"]

_MOST_OTHERS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one rule said of the line."""

    rule: str
    decided: bool
    """Whether its answer is the outcome; each rule before it had none."""
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """An item that was not taken, and why."""

    item: str
    customer: str
    why_not: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One line's way through the rules."""

    match: Match
    read: tuple[str, ...]
    """What was read in its words; empty if they name nothing."""
    payer: tuple[str, ...]
    """Who the payer is taken to be, and why."""
    answers: tuple[Answer, ...]
    """Each rule that was asked, in turn; the last one decided."""
    others: tuple[Other, ...]
    """Items that are named, or open for just the amount, and were not settled."""


def explain(
    line: str,
    lines: Iterable[BankLine],
    items: Iterable[OpenItem],
    debtors: Iterable[Debtor],
    *,
    rules: MatchingRules,
    paid_from: Mapping[str, Mapping[str, int]] = NOBODY,
    today: date,
    own_ibans: frozenset[str],
    memory: Memory = NOTHING,
) -> Explanation:
    """Match all lines as `match` does, and tell of the one with that id what each rule said.

    Raises `KeyError` if there is no such line, `ValueError` if an item's number occurs twice.
    """
    watch = _Watch(line)
    tables = tables_of(lines, items, debtors, paid_from)
    found = match_tables(
        tables,
        rules=rules,
        today=today,
        own_ibans=own_ibans,
        memory=memory,
        heard=watch.hear,
    )
    match = next((one for one in found if one.line.id == line), None)
    if match is None or watch.case is None:
        raise KeyError(line)
    return Explanation(
        match=match,
        read=tuple(_read(watch.case.remittance)),
        payer=tuple(_payers(watch.case)),
        answers=tuple(watch.answers),
        others=watch.others(match),
    )


class _Watch:
    """Hears the rules, and remembers what they said of one line."""

    def __init__(self, line: str) -> None:
        self._line = line
        self._before: list[tuple[str, str, str]] = []
        self.answers: list[Answer] = []
        self.case: Case | None = None

    def hear(self, case: Case, rule: str, answer: Match | WhyNot) -> None:
        if case.line.id != self._line:
            return
        self.case = case
        if not isinstance(answer, Match):
            words = answer if isinstance(answer, str) else answer()
            self.answers.append(Answer(rule=rule, decided=False, words=words))
            # Before any rule takes from the ledger: as it stood when the line had its turn.
            self._before = list(_considered(case))
            return
        told = f"{answer.outcome}, by the rule '{answer.rule}'"
        self.answers.append(Answer(rule=rule, decided=True, words=told))

    def others(self, match: Match) -> tuple[Other, ...]:
        taken = {part.item for part in match.allocations}
        left = (one for one in self._before if one[0] not in taken)
        return tuple(
            Other(item=item, customer=customer, why_not=why) for item, customer, why in left
        )[:_MOST_OTHERS]


def _considered(case: Case) -> Iterator[tuple[str, str, str]]:
    """Items that a person might think of, and what speaks against each."""
    ledger = case.ledger
    named = dict.fromkeys(n for m in case.remittance.mentions for n in m.items)
    slips = dict.fromkeys(n for typo in case.remittance.typos for n in typo.items)
    fitting = dict.fromkeys(ledger.at(case.line.amount, case.payer.customers)[:_MOST_OTHERS])
    for number in list({**named, **slips, **fitting})[: 4 * _MOST_OTHERS]:
        left, customer = ledger.minor[number], ledger.customer(number)
        against = []
        if number not in named:
            against.append("one slip from what is typed" if number in slips else "not named")
        if not left:
            against.append("another line has settled it")
        elif ledger.currency(number) != case.currency:
            against.append(f"open in {ledger.currency(number)}")
        elif left != case.minor:
            against.append(f"open for {case.money(left)}, not {case.line.amount}")
        if not case.knows(customer):
            against.append(f"of debtor {customer}, who is not the payer")
        if number in ledger.held:
            against.append("may belong to another line that waits for a person")
        yield number, customer, "; ".join(against) or "others fit as well"


def _read(words: Remittance) -> Iterator[str]:
    for mention in words.mentions:
        for number in mention.items[:5]:
            yield said(number, mention.written, mention.by, mention.how)
    for numbers in words.ranges:
        yield f"a range over {', '.join(numbers)}"
    for typo in words.typos:
        yield f"'{typo.written}' is {', '.join(typo.items[:5])} {typo.how}"
    for period in words.periods:
        year = f" {period.year}" if period.year else ""
        yield f"the period of {period.months} month(s) from month {period.month}{year} on"
    for name, values in (
        ("debtor number", words.debtors),
        ("number like one of ours, which is not open", words.strangers),
        ("number of an order or the like", words.orders),
    ):
        yield from (f"{name} {value}" for value in values)
    if words.credits:
        yield "a word for a credit note"
    if words.foreign:
        yield f"an amount in another currency: {words.foreign}"
    if words.spoiled:
        yield f"a payment reference that is none of ours: {words.spoiled}"


def _payers(case: Case) -> Iterator[str]:
    for customer in sorted(case.payer.customers):
        yield case.who(customer)
    if not case.payer.customers:
        yield "the payer's IBAN is not known, nor is his name one debtor's alone"
        if alike := case.alike():
            yield f"the name is like that of debtor {alike}, which settles nothing"
