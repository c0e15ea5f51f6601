"""Matching the bank's lines with the open items, in one pass over each."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, partial
from itertools import chain, islice, starmap
from typing import TYPE_CHECKING

from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.matching.accounts import NO_REFERENCE
from clerkwork.core.matching.decide import Heard, Turns, phase_of
from clerkwork.core.matching.ledger import Ledger
from clerkwork.core.matching.memory import NOTHING, Memory
from clerkwork.core.matching.model import Match
from clerkwork.core.matching.packed import Packed
from clerkwork.core.matching.payer import Payer, payer_of
from clerkwork.core.matching.plainly import Namings
from clerkwork.core.matching.rules import MatchingRules
from clerkwork.core.matching.screening import nothing_to_screen
from clerkwork.core.matching.tables import NOBODY, Tables, in_order, lines_at, tables_of
from clerkwork.core.matching.understood import words_beside_numbers
from clerkwork.core.matching.verdict import Case, Run
from clerkwork.core.matching.verdicts import Verdicts
from clerkwork.core.matching.wording import ACCOUNT
from clerkwork.core.payments import BankLine
from clerkwork.core.references import Certainty, Numbers, Remittance, learn_columns, read_remittance

if TYPE_CHECKING:
    import numpy as np

    from clerkwork.core.matching.plain import Plain, Wanted
    from clerkwork.core.matching.plain_clear import Clear

__all__ = ["match", "match_tables"]

_AT_ONCE = 1_000
_MANY = 400
"""Lines from which on looking at all of them in bulk saves more than it costs."""
_KEPT = 200_000
"""Up to so many lines, each that waits is kept; of more it is made again when it has its turn."""
_Decided = tuple[int, Match]
"""A line's row in the table of lines, and what it was found to be."""


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
    in_bulk: bool | None = None,
    heard: Heard | None = None,
) -> Verdicts:
    """The same for tables, where lines and items are more than objects are worth making of.

    Plain lines are settled `in_bulk`, or else one by one with the same result: some hundred lines
    are not worth the bulk. `heard` is told what each rule says of each line, all one by one.
    """
    if in_bulk is None:
        in_bulk = tables.lines.height >= _MANY
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
        plain, lines, first = _parted(reader, in_bulk=in_bulk and heard is None)
        run.ledger.settle(plain.items["item"].to_numpy())
        run.beside = _beside(tables, plain, lines)
        plainly, others = _in_turns(reader, lines, first, heard)
        reader.kept.clear()
        reader.numbers.forget()
        run.ledger.forget()
        return Verdicts(reader, plain, plainly, others)


def _beside(tables: Tables, plain: Plain, others: list[_Waiting]) -> Callable[[], frozenset[str]]:
    """What learns the words beside numbers, once and when it is asked."""
    import numpy as np

    named = [one.row for one in others if _names_in_full(one.remittance)]
    rows = np.concatenate((np.array(named, np.int64), plain.lines["row"].to_numpy()))
    texts = tables.lines.select("text", "payer_iban")
    return cache(lambda: words_beside_numbers(texts[rows]))


def _names_in_full(said: Remittance) -> bool:
    return any(one.certainty is Certainty.WRITTEN for one in said.mentions)


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


def _in_turns(
    reader: _Reader, lines: list[_Waiting], first: frozenset[int], heard: Heard | None
) -> tuple[list[Packed], list[Packed]]:
    """The lines decided one after the other: those in the rows `first`, and then all others.

    `lines` is emptied.
    """
    turns = Turns(reader.run, heard)
    phases: tuple[dict[int, _Waiting], ...] = ({}, {}, {}, {})
    screened: dict[int, _Waiting] = {}
    while lines:
        one = lines.pop()
        place = 0 if one.row in first else one.phase + 1
        # Who listens wants to hear of screening too where there is nothing to screen.
        (phases[place] if one.phase >= 0 and not heard else screened)[one.row] = one
    packed = partial(_packed, reader.run, frozenset(x.id for x in _may_come_back(reader.tables)))

    def aside() -> Iterator[_Decided]:
        for row, case in _cases_in_order(reader, screened):
            match = turns.screened(case)
            if match is None:
                phases[0 if row in first else phase_of(case) + 1][row] = reader.waiting(row, case)
            else:
                yield row, match

    def in_turn(phase: int, some: dict[int, _Waiting]) -> Iterator[_Decided]:
        for row, case in _cases_in_order(reader, some):
            yield row, turns.decided(phase, case)

    set_aside = list(packed(aside()))
    plain = list(packed(in_turn(0, phases[0])))
    rest = chain.from_iterable(starmap(in_turn, enumerate(phases[1:])))
    return plain, [*set_aside, *packed(rest)]


def _packed(run: Run, back: frozenset[str], made: Iterator[_Decided]) -> Iterator[Packed]:
    """What was decided, put away by the thousand."""
    while some := list(islice(made, _AT_ONCE)):
        yield Packed([match for _, match in some], [row for row, _ in some])
        for _, match in some:
            if match.line.id not in back:
                run.settled.pop(match.line.id, None)


def _cases_in_order(reader: _Reader, lines: dict[int, _Waiting]) -> Iterator[tuple[int, Case]]:
    """The lines' cases by booking date and id, returns last; `lines` is emptied."""
    import numpy as np

    rows = in_order(reader.tables, np.fromiter(lines, np.int64, len(lines)))
    kept, every = reader.kept, rows.tolist()
    made = map(kept.__getitem__, every) if kept else lines_at(reader.tables, rows)
    for row, line in zip(every, made, strict=True):
        one = lines.pop(row)
        payer = one.payer
        if isinstance(payer, str):
            payer = Payer(frozenset((payer,)), ACCOUNT)
        yield row, Case(line=line, remittance=one.remittance, run=reader.run, payer=payer)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What is kept of a line that waits for its turn."""

    row: int
    """In the table of lines."""
    phase: int
    """As of `phase_of`; -1 if screening has a word to say first."""
    payer: Payer | str
    """Where many wait, of one who is known by his account the number only: a set is 200 bytes."""
    remittance: Remittance


@dataclass(frozen=True, slots=True)
class _Reader:
    """Makes cases of the rows of lines."""

    tables: Tables
    numbers: Numbers
    run: Run
    kept: dict[int, BankLine] = field(default_factory=dict)
    """Lines that wait for their turn, by row."""

    def cases(self, rows: np.ndarray) -> list[Case]:
        """Who pays and what he names, line by line."""
        return [case for _, case in self.numbered(rows)]

    def numbered(self, rows: np.ndarray, clear: Clear | None = None) -> Iterator[tuple[int, Case]]:
        """The same with their rows, one after the other; what is `clear` is not read again."""
        for row, line in zip(rows.tolist(), lines_at(self.tables, rows), strict=True):
            yield row, self._case(row, line, clear)

    def wanted(self) -> Wanted:
        """What plain lines are looked for with."""
        from clerkwork.core.matching.plain import Wanted

        run = self.run
        return Wanted(
            tables=self.tables,
            numbers=self.numbers,
            rules=run.rules,
            memory=run.memory,
            own_ibans=run.own_ibans,
            today=run.today,
            ledger=run.ledger,
        )

    def waiting(self, row: int, case: Case) -> _Waiting:
        """What is to be kept of a case."""
        phase = phase_of(case) if nothing_to_screen(case) else -1
        if self.tables.lines.height <= _KEPT:
            self.kept[row] = case.line
        elif case.payer.by == ACCOUNT and case.payer.one and not case.payer.said:
            return _Waiting(row, phase, case.payer.one, case.remittance)
        return _Waiting(row, phase, case.payer, case.remittance)

    def _case(self, row: int, line: BankLine, clear: Clear | None) -> Case:
        payer = payer_of(line, self.run.ledger, self.run.memory)
        if clear is None:
            remittance = read_remittance(line, self.numbers, payer.customers)
        else:
            remittance = clear.read(row, line, self.numbers, payer.customers)
        return Case(line=line, remittance=remittance, run=self.run, payer=payer)


def _parted(reader: _Reader, *, in_bulk: bool) -> tuple[Plain, list[_Waiting], frozenset[int]]:
    """The plain lines that are settled in bulk; what waits of all others; and the rows of those
    of them that are as plain, and have their turn first."""
    import numpy as np

    from clerkwork.core.matching.plain import Plain, plain_lines

    plain, clear = plain_lines(reader.wanted()) if in_bulk else (Plain.none(), None)
    found = plain.lines["row"].to_numpy()
    rows = np.setdiff1d(np.arange(reader.tables.lines.height), found, assume_unique=True)
    others: list[_Waiting] = []
    namings = Namings()

    def read(some: np.ndarray) -> None:
        for row, case in reader.numbered(some, clear):
            others.append(reader.waiting(row, case))
            namings.add(row, case)

    read(rows)
    alone = plain.without(map(reader.run.ledger.row_of, namings.numbers))
    read(np.setdiff1d(found, alone.lines["row"].to_numpy(), assume_unique=True))
    return alone.in_order(reader.tables), others, namings.plain()


def _may_come_back(tables: Tables) -> Iterator[BankLine]:
    """Lines of money in that a line of money out may take back, in their order."""
    import polars as pl

    iban = pl.col("payer_iban").str.replace_all(r"\s", "").str.to_uppercase()
    lines = tables.lines.lazy().with_row_index("row").with_columns(iban.alias("iban"))
    back = lines.filter(pl.col("amount_minor") < 0).with_columns(-pl.col("amount_minor"))
    came = lines.filter(pl.col("amount_minor") > 0)
    referred = came.filter(~pl.col("end_to_end").is_in(NO_REFERENCE)).join(
        back, on=["end_to_end", "amount_minor"], how="semi"
    )
    paid = came.filter(pl.col("iban") != "").join(back, on=["iban", "amount_minor"], how="semi")
    rows = pl.concat([referred, paid]).select("row").unique().collect()
    return lines_at(tables, in_order(tables, rows["row"].to_numpy()))
