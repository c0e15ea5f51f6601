"""Matching the bank's lines with the open items, in one pass over each."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.matching.decide import Turns, phase_of
from clerkwork.core.matching.ledger import Ledger
from clerkwork.core.matching.memory import NOTHING, Memory
from clerkwork.core.matching.model import Match
from clerkwork.core.matching.packed import Packed
from clerkwork.core.matching.payer import Payer, payer_of
from clerkwork.core.matching.rules import MatchingRules
from clerkwork.core.matching.screening import nothing_to_screen
from clerkwork.core.matching.tables import NOBODY, Tables, in_order, lines_at, tables_of
from clerkwork.core.matching.verdict import Case, Run
from clerkwork.core.matching.verdicts import Verdicts
from clerkwork.core.payments import BankLine
from clerkwork.core.references import Numbers, Remittance, learn_columns, read_remittance

if TYPE_CHECKING:
    import numpy as np

    from clerkwork.core.matching.plain import Plain

__all__ = ["match", "match_tables"]

_AT_ONCE = 1_000


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
    that plainly pay what they name and nobody else does go first, then those that name a number
    in full, then those that name one badly, then those that name nothing, each by booking date: so
    the order of lines and items changes nothing. No item is consumed beyond what is open of it.
    Raises `ValueError` if an item's number occurs twice.
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
    in_bulk: bool = True,
) -> Verdicts:
    """The same for tables, where lines and items are more than objects are worth making of.

    Plain lines are settled `in_bulk`, or else one by one with the same result.
    """
    with _all_kept():
        run = Run(
            ledger=Ledger(tables, rules),
            rules=rules,
            today=today,
            own_ibans=own_ibans,
            memory=memory,
            incoming=lambda: _may_come_back(tables),
        )
        reader = _Reader(tables, _learnt(run.ledger, tables), run)
        plain, others = _parted(reader, run)
        if in_bulk:
            run.ledger.settle(plain.items["item"].to_numpy())
            return Verdicts(reader, plain, list(_in_turns(reader, others)))
        rows = plain.lines["row"].to_numpy()
        first = list(_in_turns(reader, [reader.waiting(*one) for one in reader.numbered(rows)]))
        every = plain.without(plain.items["item"])
        return Verdicts(reader, every, [*first, *_in_turns(reader, others)])


def _learnt(ledger: Ledger, tables: Tables) -> Numbers:
    """How the items are numbered; what the ledger knows anyway is asked of it."""
    debtors = tables.debtors["number"].to_list()
    numbers = learn_columns(ledger.numbers, ledger.customers, debtors)
    return replace(numbers, customers=ledger.owners, own=ledger.own)


@contextmanager
def _all_kept() -> Iterator[None]:
    """Nothing that matching makes can be dropped before its end: looking for it costs a quarter."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _in_turns(reader: _Reader, lines: list[_Waiting]) -> Iterator[Packed]:
    """The lines decided one after the other, put away by the thousand; `lines` is emptied."""
    run = reader.run
    back = frozenset(line.id for line in _may_come_back(reader.tables))
    made = _decided(reader, lines)
    while some := list(islice(made, _AT_ONCE)):
        yield Packed([match for _, match in some], [row for row, _ in some])
        run.settled = {line: match for line, match in run.settled.items() if line in back}


def _decided(reader: _Reader, lines: list[_Waiting]) -> Iterator[tuple[int, Match]]:
    turns = Turns(reader.run)
    phases: tuple[dict[int, _Waiting], ...] = ({}, {}, {})
    screened: dict[int, _Waiting] = {}
    while lines:
        one = lines.pop()
        (phases[one.phase] if one.phase >= 0 else screened)[one.row] = one
    for row, case in _cases_in_order(reader, screened):
        match = turns.screened(case)
        if match is None:
            phases[phase_of(case)][row] = reader.waiting(row, case)
        else:
            yield row, match
    for phase, some in enumerate(phases):
        for row, case in _cases_in_order(reader, some):
            yield row, turns.decided(phase, case)


def _cases_in_order(reader: _Reader, lines: dict[int, _Waiting]) -> Iterator[tuple[int, Case]]:
    """The lines' cases by booking date and id, returns last; `lines` is emptied."""
    import numpy as np

    rows = in_order(reader.tables, np.fromiter(lines, np.int64, len(lines)))
    for row, line in zip(rows.tolist(), lines_at(reader.tables, rows), strict=True):
        one = lines.pop(row)
        yield row, Case(line=line, remittance=one.remittance, run=reader.run, payer=one.payer)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What is kept of a line that waits for its turn."""

    row: int
    """In the table of lines."""
    phase: int
    """As of `phase_of`; -1 if screening has a word to say first."""
    payer: Payer
    remittance: Remittance


@dataclass(frozen=True, slots=True)
class _Reader:
    """Makes cases of the rows of lines."""

    tables: Tables
    numbers: Numbers
    run: Run

    def cases(self, rows: np.ndarray) -> list[Case]:
        """Who pays and what he names, line by line."""
        return [self._case(line) for line in lines_at(self.tables, rows)]

    def numbered(self, rows: np.ndarray) -> Iterator[tuple[int, Case]]:
        """The same with their rows, one after the other."""
        lines = lines_at(self.tables, rows)
        return zip(rows.tolist(), map(self._case, lines), strict=True)

    def waiting(self, row: int, case: Case) -> _Waiting:
        """What is to be kept of a case."""
        phase = phase_of(case) if nothing_to_screen(case) else -1
        return _Waiting(row, phase, case.payer, case.remittance)

    def _case(self, line: BankLine) -> Case:
        payer = payer_of(line, self.run.ledger, self.run.memory)
        remittance = read_remittance(line, self.numbers, payer.customers)
        return Case(line=line, remittance=remittance, run=self.run, payer=payer)


def _parted(reader: _Reader, run: Run) -> tuple[Plain, list[_Waiting]]:
    """The plain lines, and what waits of all others; no item of a plain one is named by those."""
    import numpy as np

    from clerkwork.core.matching.plain import Wanted, plain_lines

    plain = plain_lines(
        Wanted(
            tables=reader.tables,
            numbers=reader.numbers,
            rules=run.rules,
            memory=run.memory,
            own_ibans=run.own_ibans,
            today=run.today,
            ledger=run.ledger,
        )
    )
    rows = np.arange(reader.tables.lines.height)
    found = plain.lines["row"].to_numpy()
    others: list[_Waiting] = []
    named: set[str] = set()
    for row, case in reader.numbered(np.setdiff1d(rows, found, assume_unique=True)):
        others.append(reader.waiting(row, case))
        named.update(_named_in_full(case))
    alone = plain.without(map(run.ledger.row_of, named))
    back = np.setdiff1d(found, alone.lines["row"].to_numpy(), assume_unique=True)
    others += [reader.waiting(*one) for one in reader.numbered(back)]
    return alone.in_order(reader.tables), others


def _named_in_full(case: Case) -> Iterator[str]:
    """Items that a line names which has its turn among the full numbers."""
    said = case.remittance
    if said.mentions and phase_of(case) == 0:
        for mention in said.mentions:
            yield from mention.items
        for items in said.ranges:
            yield from items


def _may_come_back(tables: Tables) -> Iterator[BankLine]:
    """Lines of money in that a line of money out may take back, in their order."""
    import polars as pl

    iban = pl.col("payer_iban").str.replace_all(r"\s", "").str.to_uppercase()
    lines = tables.lines.lazy().with_row_index("row").with_columns(iban.alias("iban"))
    back = lines.filter(pl.col("amount_minor") < 0).with_columns(-pl.col("amount_minor"))
    came = lines.filter(pl.col("amount_minor") > 0)
    referred = came.filter(pl.col("end_to_end") != "").join(
        back, on=["end_to_end", "amount_minor"], how="semi"
    )
    paid = came.filter(pl.col("iban") != "").join(back, on=["iban", "amount_minor"], how="semi")
    rows = pl.concat([referred, paid]).select("row").unique().collect()
    return lines_at(tables, in_order(tables, rows["row"].to_numpy()))
