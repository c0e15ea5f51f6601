"""Matching the bank's lines with the open items, in one pass over each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.matching.decide import decide
from clerkwork.core.matching.ledger import Ledger
from clerkwork.core.matching.memory import NOTHING, Memory
from clerkwork.core.matching.model import Match
from clerkwork.core.matching.payer import payer_of
from clerkwork.core.matching.rules import MatchingRules
from clerkwork.core.matching.tables import NOBODY, Tables, lines_at, tables_of
from clerkwork.core.matching.verdict import Case, Run
from clerkwork.core.matching.verdicts import Verdicts
from clerkwork.core.payments import BankLine
from clerkwork.core.references import learn, read_remittance

__all__ = ["match", "match_tables"]


def match(
    lines: Iterable[BankLine],
    items: Iterable[OpenItem],
    debtors: Iterable[Debtor],
    *,
    rules: MatchingRules,
    paid_from: Mapping[str, Mapping[str, int]] = NOBODY,
    today: date,
    own_ibans: frozenset[str],
    memory: Memory = NOTHING,
) -> tuple[Match, ...]:
    """What each line pays: one match a line, in the order in which they are to be keyed.

    `paid_from` says how often an IBAN paid for a debtor. `today` is the creditor's date. Lines
    that name a number in full go first, then those that name one badly, then those that name
    nothing, each by booking date: so the order of lines and items changes nothing. No item is
    consumed beyond what is open of it. Raises `ValueError` if an item's number occurs twice.
    """
    tables = tables_of(lines, items, debtors, paid_from)
    return tuple(match_tables(tables, rules=rules, today=today, own_ibans=own_ibans, memory=memory))


def match_tables(
    tables: Tables,
    *,
    rules: MatchingRules,
    today: date,
    own_ibans: frozenset[str],
    memory: Memory = NOTHING,
) -> Verdicts:
    """The same for tables, where lines and items are more than objects are worth making of."""
    ledger = Ledger(tables, rules)
    numbers = learn(map(ledger.items.__getitem__, ledger.items), _debtors(tables))
    run = Run(
        ledger=ledger,
        rules=rules,
        today=today,
        own_ibans=own_ibans,
        memory=memory,
        incoming=lambda: _in_order(tables),
    )
    cases = []
    for line in _in_order(tables):
        payer = payer_of(line, ledger, memory)
        remittance = read_remittance(line, numbers, payer.customers)
        cases.append(Case(line=line, remittance=remittance, run=run, payer=payer))
    return Verdicts(decide(run, cases))


def _in_order(tables: Tables) -> Iterator[BankLine]:
    order = tables.lines.select("booked", "id", "amount_minor", "text").with_row_index("row")
    rows = order.sort("booked", "id", "amount_minor", "text")["row"].to_numpy()
    return lines_at(tables, rows)


def _debtors(tables: Tables) -> Iterator[Debtor]:
    for number, name in zip(tables.debtors["number"], tables.debtors["name"], strict=True):
        yield Debtor(number=number, name=name)
