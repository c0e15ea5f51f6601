"""Our own store of ledger, bank and postings, and what was learnt of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from clerkwork.core.ledger import Debtor, LedgerBalance, OpenItem, Order
from clerkwork.core.matching.model import Match
from clerkwork.core.payments import BankLine, Statement
from clerkwork.core.posting import Posting, PostingState, Receipt
from clerkwork.core.remembered import Remembered

__all__ = [
    "Books",
    "Lessons",
    "PostingRow",
    "StatementReader",
]


class StatementReader(Protocol):
    def __call__(self, path: Path) -> tuple[Statement, ...]:
        """All statements of a file; raises `StatementError` with the place and refuses it whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingRow:
    """A posting with where it stands."""

    posting: Posting
    state: PostingState
    rule: str
    reasons: tuple[str, ...]
    run: str = ""
    """The run that claimed it last."""
    note: str = ""
    receipt: str = ""
    """The portal's own number, once keyed."""
    at: dt.datetime | None = None
    """When it came into this state (UTC)."""
    submitted: dt.datetime | None = None
    """When, in this state of keying, its submit was about to be clicked; None if it never was."""


class Books(Protocol):
    """Our own store of ledger, bank and postings. Every method is one transaction."""

    def replace_debtors(self, source: str, debtors: Iterable[Debtor]) -> int:
        """All of them or, if the iterable raises, none; how many."""

    def replace_open_items(self, source: str, items: Iterable[OpenItem]) -> int: ...

    def replace_orders(self, source: str, orders: Iterable[Order]) -> int: ...

    def note_ledger_balance(self, source: str, balance: LedgerBalance) -> None: ...

    def debtors(self, number: str = "") -> tuple[Debtor, ...]:
        """All of them, or those of one number."""

    def open_items(self, customer: str = "") -> tuple[OpenItem, ...]:
        """Of all debtors, or of one."""

    def orders(self) -> tuple[Order, ...]: ...

    def ledger_balances(self) -> tuple[LedgerBalance, ...]: ...

    def fetched_at(self, what: str) -> dt.datetime | None:
        """When 'open items', 'debtors', 'orders' or 'ledger' were last replaced (UTC); of several
        sources the oldest time, since no part of what is read is older."""

    def fetched_by(self, what: str) -> Mapping[str, dt.datetime]:
        """Source → when it last replaced its own (UTC)."""

    def as_fetched(self) -> tuple[object, ...]:
        """Equal for as long as debtors and open items are what they were: fetched by no one anew,
        and nothing keyed. Quick to read. By a clock that stands, two fetches of as many are one.
        """

    def book_statement(self, statement: Statement) -> int:
        """Book it; how many lines were new. Known lines are recognised.

        Raises `StatementError` if it does not add up, or does not go on where
        the account's last statement ended.
        """

    def book_statements(self, statements: Sequence[Statement]) -> tuple[int, ...]:
        """Book all of them, one after the other, or none; how many lines of each were new."""

    def explain(self, notification: Statement) -> int:
        """Let the transactions of its batches stand for booked lines that nobody settled yet.

        How many lines came of them. What has no line yet waits for it; what is settled
        already is only recorded. The same batch counts once. Raises `StatementError`.
        """

    def last_statement(self, account: str) -> Statement | None:
        """The account's newest statement, without its lines."""

    def statements(self) -> tuple[Statement, ...]:
        """All booked ones, oldest first, with their lines."""

    def unmatched(self, *ibans: str) -> tuple[BankLine, ...]:
        """Lines that have no outcome yet: new ones, and those whose posting was voided.

        All of them, or those that were paid from one of these accounts.
        """

    def record_matches(
        self, matches: Sequence[Match], postings: Sequence[Posting], *, run: str = ""
    ) -> None:
        """Outcomes of lines with their postings, proposed; all or nothing.

        Raises `LeaseLost` where the run that found them does not hold any more what it has to.
        """

    def matches(self, customer: str = "", ibans: Collection[str] = ()) -> tuple[Match, ...]:
        """The latest outcome of each line.

        Of all lines, or of those that may concern one debtor: that are his, that name him as a
        candidate, or that were paid from one of these accounts.
        """

    def paid_from(self, customer: str = "") -> Mapping[str, Mapping[str, int]]:
        """Payer's IBAN → debtor → how often money of it was keyed to him; all, or one of them."""

    def postings(self, *states: PostingState, customer: str = "") -> tuple[PostingRow, ...]:
        """In the order in which they were proposed; all states when none is named.

        Of all debtors, or of one.
        """

    def move(
        self,
        reference: str,
        to: PostingState,
        *,
        run: str = "",
        note: str = "",
        receipt: Receipt | None = None,
    ) -> PostingRow:
        """Move a posting; committed before it returns. Raises `ValueError` on a forbidden move,
        and on one to `KEYING`: that is claimed. A run that lost what it held moves nothing:
        `LeaseLost`; a person has no `run`.

        To `VOID`, `REJECTED`: the line has no outcome any more and is matched anew.
        To `KEYED`: the open items of the ledger are lowered by what was keyed.
        To `REVERSED`: they are raised again, and the line waits for a person.
        """

    def claim(self, reference: str, *, run: str, robot: str) -> PostingRow:
        """Move an approved posting into keying, for one robot of one run; committed.

        Passes the gate, as every claim of a write: raises `WritesStopped` where writes are
        stopped, `LeaseLost` where the run does not hold any more what it has to hold, and
        `ValueError` where the posting is not approved.
        """

    def submitting(self, reference: str, *, run: str, robot: str) -> None:
        """Commit that the submit of a posting in keying is about to be clicked.

        Passes the gate, as `claim` does.
        """

    def keyed_since_fetch(self) -> bool:
        """Whether a posting was keyed after the open items were last fetched."""


class Lessons(Protocol):
    """What people's decisions about bank lines taught."""

    def remember(self, one: Remembered) -> Remembered:
        """Keep it, with its id; what is remembered already is returned as it stands."""

    def all(self) -> tuple[Remembered, ...]:
        """Oldest first, those that were forgotten among them."""

    def forget(self, id: str, *, by: str) -> Remembered:
        """It counts no more; raises `ValueError` if there is none, or it was forgotten already."""
