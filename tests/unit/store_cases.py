"""Bank lines, statements and postings that the tests of the store share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Integer,
    LargeBinary,
    delete,
    insert,
    select,
)

from clerkwork.adapters.store import Store
from clerkwork.adapters.store.columns import Instant
from clerkwork.adapters.store.schema import metadata
from clerkwork.core.approvals import Approval, approval_id
from clerkwork.core.ledger import OpenItem, Order
from clerkwork.core.matching.model import Match, Outcome
from clerkwork.core.messages import Attachment, Message, message_id
from clerkwork.core.money import Money, total
from clerkwork.core.payments import BankLine, Statement, identified
from clerkwork.core.posting import Allocation, Posting, PostingState, make_posting
from clerkwork.ports import Clock
from clerkwork.testing import MORNING

ACCOUNT = "NL91ABNA0417164300"
PAYER = "NL02RABO0123456789"
HOUR = dt.timedelta(hours=1)
MONDAY = dt.date(2026, 3, 2)


Open = Callable[[Clock | None, Clock | None, Mapping[str, int] | None], Store]
"""A clock and the database's own clock → an empty store."""


@dataclass
class Stores:
    """Opens empty stores on one kind of database."""

    open: Open
    opened: list[Store] = field(default_factory=list)

    def __call__(
        self,
        clock: Clock | None = None,
        ticks: Clock | None = None,
        held: Mapping[str, int] | None = None,
    ) -> Store:
        """An empty store; `ticks` stands for the database's own clock, `held` for what is held."""
        store = self.open(clock, ticks, held)
        self.opened.append(store)
        return store


def emptied(store: Store) -> Store:
    """The same store without a row: faster than another one, for the many examples of a test."""
    with store.database.write() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))
    return store


def go(store: Store, reference: str, *states: PostingState, run: str = "run-1") -> None:
    """Bring a posting from state to state, as a run does: into keying it is claimed."""
    for state in states:
        if state is PostingState.KEYING:
            store.books.claim(reference, run=run, robot="kantoor")
        else:
            store.books.move(reference, state, run=run)


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def day(number: int) -> dt.date:
    return MONDAY + dt.timedelta(days=number)


def line(minor: int, on: int = 0, text: str = "invoice", ref: str = "") -> BankLine:
    """A line of so many cents on the `on`-th day."""
    return BankLine(
        account=ACCOUNT,
        booked=day(on),
        valued=day(on),
        amount=eur(minor),
        payer="De Vries BV",
        payer_iban=PAYER,
        text=text,
        bank_ref=ref,
    )


def statement(
    lines: Sequence[BankLine],
    *,
    opening: int = 0,
    opened: int = 0,
    closed: int | None = None,
    number: str = "",
) -> Statement:
    """A sound statement of these lines; `opened` and `closed` count days."""
    last = max((one.booked for one in lines), default=day(opened))
    moved = total((one.amount for one in lines), "EUR")
    return Statement(
        account=ACCOUNT,
        number=number,
        opened=day(opened),
        closed=last if closed is None else day(closed),
        opening=eur(opening),
        closing=eur(opening) + moved,
        lines=identified(lines),
        source="march.xml",
    )


def item(number: str, minor: int, customer: str = "10001") -> OpenItem:
    return OpenItem(number=number, customer=customer, open=eur(minor), due=day(30))


def allocation(number: str, minor: int, before: int, discount: int = 0) -> Allocation:
    return Allocation(
        item=number, amount=eur(minor), discount=eur(discount), open_before=eur(before)
    )


def settled(found: BankLine, *parts: Allocation, customer: str = "10001") -> tuple[Match, Posting]:
    """A match that is certain, and its posting."""
    match = Match(
        line=found,
        outcome=Outcome.SETTLED,
        rule="reference",
        reasons=("the reference is the invoice's",),
        customer=customer,
        allocations=parts,
    )
    posting = make_posting(
        line=found.id,
        customer=customer,
        account=found.account,
        booked=found.booked,
        amount=found.amount,
        allocations=parts,
    )
    return match, posting


def doubtful(found: BankLine) -> Match:
    return Match(line=found, outcome=Outcome.REVIEW, rule="amount alone", reasons=("two fit",))


def one_of_everything(store: Store) -> None:
    """Two rows in each table, in each column something that a careless copy would lose."""
    with store.database.write() as connection:
        for table in metadata.sorted_tables:
            for number in (1, 2):
                row = {column.name: sample(column, number) for column in table.columns}
                connection.execute(insert(table).values(row))


def sample(column: Column[Any], number: int) -> object:
    """What is hard to keep in a column; `number` tells rows apart."""
    for key in column.foreign_keys:
        return sample(key.column, number)
    kind = column.type
    if isinstance(kind, Boolean):
        return number == 1
    if isinstance(kind, BigInteger):
        return -(2**60) - number
    if isinstance(kind, Integer):
        return 40 + number
    if isinstance(kind, Float):
        return 0.1 + number
    if isinstance(kind, JSON):
        return {"é": [number, None, "\x00\ud83d"]}
    if isinstance(kind, LargeBinary):
        return bytes(range(256)) * number
    if isinstance(kind, Date):
        return day(number)
    if isinstance(kind, Instant):
        return dt.datetime(2026, 3, 29, 1, 30, number, 123456, tzinfo=dt.UTC)
    room = getattr(kind, "length", None) or 200
    return f"{number} 漢 {column.name} '%s\\n\" {'x' * 200}"[:room]


def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables."""
    with store.database.read() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }


def reminder(key: str = "10001/standard/1/1/mail/1", debtor: str = "10001") -> Message:
    return Message(
        key=key,
        channel="mail",
        to="ap@example.test",
        subject="Invoice 2026-1",
        text="Dear Sir,",
        html="<p>Dear Sir,",
        attachments=(
            Attachment(name="qr.png", media_type="image/png", content=b"\x00\xff", inline="qr"),
            Attachment(name="a.pdf", media_type="application/pdf", content=b"%PDF"),
        ),
        debtor=debtor,
        step="1",
        amount=Money(12_500, "EUR"),
        items=("2026-1", "2026-2"),
        on=MORNING.date(),
        message_id=message_id(key, "example.test"),
    )


def order(amount: int = 90_000) -> Order:
    return Order(number="O-1", customer="10001", amount=Money(amount, "EUR"), placed=MORNING.date())


def approval(amount: int = 90_000, round: int = 1, asked: dt.datetime = MORNING) -> Approval:
    return Approval(
        id=approval_id(order(amount), round),
        order=order(amount),
        reasons=("over the limit",),
        facts=(("Limit", "500.00 EUR"), ("Open", "0.00 EUR")),
        approver="chef@example.test",
        asked=asked,
        expires=asked + HOUR,
    )
