"""The port `Books` on the store: each method is one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, Table

from clerkwork.adapters.store import (
    balances,
    bank,
    ledger,
    matching,
    notices,
    paid,
    postings,
    schema,
)
from clerkwork.adapters.store.database import Database
from clerkwork.adapters.store.gate import Gate
from clerkwork.core.ledger import Debtor, LedgerBalance, OpenItem, Order
from clerkwork.core.matching.model import Match
from clerkwork.core.payments import BankLine, Statement
from clerkwork.core.posting import Posting, PostingState, Receipt
from clerkwork.errors import BusinessError
from clerkwork.ports import Clock, PostingRow

__all__ = ["StoredBooks"]

T = TypeVar("T", Debtor, OpenItem, Order)


@dataclass(frozen=True, slots=True)
class StoredBooks:
    """Fulfils `clerkwork.ports.Books`, where the methods are described."""

    database: Database
    clock: Clock
    gate: Gate = field(default_factory=Gate)

    def replace_debtors(self, source: str, debtors: Iterable[Debtor]) -> int:
        return self._replace("debtors", schema.debtors, source, debtors, ledger.debtor_values)

    def replace_open_items(self, source: str, items: Iterable[OpenItem]) -> int:
        today = self.clock.today()

        def note(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
            paid.note_paid(connection, source, rows, today)
            balances.note_balances(connection, source, rows, today)

        return self._replace("open items", schema.items, source, items, ledger.item_values, note)

    def replace_orders(self, source: str, orders: Iterable[Order]) -> int:
        return self._replace("orders", schema.orders, source, orders, ledger.order_values)

    def _replace(
        self,
        what: str,
        table: Table,
        source: str,
        found: Iterable[T],
        values: Callable[[T], dict[str, Any]],
        before: Callable[[Connection, Sequence[Mapping[str, Any]]], None] = lambda *_: None,
    ) -> int:
        # The time is taken first: what is read is as old as the beginning of the reading.
        # And all is read before the transaction: a portal may take minutes, or fail half-way.
        began = self.clock.now()
        with self.database.read() as connection:
            move = ledger.last_move(connection)
        rows = [values(one) for one in found]
        _refuse_doubles(what, source, rows)
        with self.database.write() as connection:
            before(connection, rows)
            ledger.replace_rows(connection, table, source, rows)
            ledger.note_fetch(connection, what, source, began, len(rows), move)
        return len(rows)

    def note_ledger_balance(self, source: str, balance: LedgerBalance) -> None:
        at = self.clock.now()
        with self.database.write() as connection:
            ledger.note_balance(connection, source, balance)
            ledger.note_fetch(connection, "ledger", source, at, 1, ledger.last_move(connection))

    def debtors(self, number: str = "") -> tuple[Debtor, ...]:
        with self.database.read() as connection:
            return ledger.read_debtors(connection, number)

    def open_items(self, customer: str = "") -> tuple[OpenItem, ...]:
        with self.database.read() as connection:
            return ledger.read_items(connection, customer)

    def orders(self) -> tuple[Order, ...]:
        with self.database.read() as connection:
            return ledger.read_orders(connection)

    def ledger_balances(self) -> tuple[LedgerBalance, ...]:
        with self.database.read() as connection:
            return ledger.read_balances(connection)

    def fetched_at(self, what: str) -> dt.datetime | None:
        with self.database.read() as connection:
            return ledger.fetched_at(connection, what)

    def fetched_by(self, what: str) -> Mapping[str, dt.datetime]:
        with self.database.read() as connection:
            return ledger.fetched_by(connection, what)

    def as_fetched(self) -> tuple[object, ...]:
        with self.database.read() as connection:
            return ledger.as_fetched(connection)

    def book_statement(self, statement: Statement) -> int:
        return self.book_statements((statement,))[0]

    def book_statements(self, statements: Sequence[Statement]) -> tuple[int, ...]:
        with self.database.write() as connection:
            at = self.clock.now()
            return tuple(bank.book(connection, statement, at) for statement in statements)

    def explain(self, notification: Statement) -> int:
        with self.database.write() as connection:
            return notices.explain(connection, notification, self.clock.now())

    def last_statement(self, account: str) -> Statement | None:
        with self.database.read() as connection:
            return bank.read_last(connection, account)

    def statements(self) -> tuple[Statement, ...]:
        with self.database.read() as connection:
            return bank.read_statements(connection)

    def unmatched(self, *ibans: str) -> tuple[BankLine, ...]:
        with self.database.read() as connection:
            return matching.read_unmatched(connection, ibans)

    def record_matches(
        self, matches: Sequence[Match], postings: Sequence[Posting], *, run: str = ""
    ) -> None:
        with self.database.write() as connection:
            self.gate.settle(connection, run=run)
            matching.record(connection, matches, postings, self.clock.now())

    def matches(self, customer: str = "", ibans: Collection[str] = ()) -> tuple[Match, ...]:
        with self.database.read() as connection:
            return matching.read_matches(connection, customer, ibans)

    def paid_from(self, customer: str = "") -> Mapping[str, Mapping[str, int]]:
        with self.database.read() as connection:
            return postings.read_paid_from(connection, customer)

    def postings(self, *states: PostingState, customer: str = "") -> tuple[PostingRow, ...]:
        with self.database.read() as connection:
            return postings.read_postings(connection, *states, customer=customer)

    def move(
        self,
        reference: str,
        to: PostingState,
        *,
        run: str = "",
        note: str = "",
        receipt: Receipt | None = None,
    ) -> PostingRow:
        if to is PostingState.KEYING:
            raise ValueError(f"posting {reference} is not moved into keying: it is claimed")
        at = self.clock.now()
        with self.database.write() as connection:
            self.gate.settle(connection, run=run)
            return postings.move(
                connection, reference, to, run=run, note=note, receipt=receipt, at=at
            )

    def claim(self, reference: str, *, run: str, robot: str) -> PostingRow:
        at = self.clock.now()
        with self.database.write() as connection:
            self.gate.claim(connection, run=run, robot=robot)
            return postings.move(
                connection, reference, PostingState.KEYING, run=run, note="", receipt=None, at=at
            )

    def submitting(self, reference: str, *, run: str, robot: str) -> None:
        """Raises `ValueError` unless the posting is in keying by this run."""
        at = self.clock.now()
        with self.database.write() as connection:
            self.gate.claim(connection, run=run, robot=robot)
            postings.note_submit(connection, reference, run, at)

    def keyed_since_fetch(self) -> bool:
        with self.database.read() as connection:
            return postings.is_keyed_since_fetch(connection)


def _refuse_doubles(what: str, source: str, rows: Sequence[Mapping[str, Any]]) -> None:
    seen: set[tuple[str, str]] = set()
    for row in rows:
        key = (row["number"], row["customer"] if what == "open items" else "")
        if key in seen:
            raise BusinessError(
                f"{source} shows {row['number']!r} twice among its {what}; nothing was replaced. "
                "Look at it in the portal."
            )
        seen.add(key)
