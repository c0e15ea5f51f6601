"""Invoices that were open and are not any more, found when a source's open items are replaced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select

from clerkwork.adapters.store import schema
from clerkwork.core.posting import PostingState

__all__ = ["note_paid"]

_TOGETHER = 500
_TABLE = schema.paid_items

Key = tuple[str, str]
"""An item's number and its debtor's."""


def note_paid(
    connection: Connection, source: str, rows: Sequence[Mapping[str, Any]], today: dt.date
) -> None:
    """Note what a source showed as open and, in these rows, does not any more.

    What is open again, as after a direct debit that came back, is not paid after all.
    """
    items = schema.items
    had = {
        (row["number"], row["customer"]): row
        for row in connection.execute(select(items).where(items.c.source == source)).mappings()
    }
    there = {(row["number"], row["customer"]) for row in rows if row["open"] != 0}
    _open_again(connection, source, there - {key for key, row in had.items() if row["open"]})
    gone = {key: row for key, row in had.items() if key not in there}
    if not gone:
        return
    known = {key for key, _ in _noted(connection, source, gone)}
    keyed = _keyed(connection, gone)
    fresh = [
        values
        for key, row in gone.items()
        if key not in known and (values := _values(row, keyed.get(key, ()), today))
    ]
    if fresh:
        connection.execute(insert(_TABLE), fresh)


def _open_again(connection: Connection, source: str, appeared: Collection[Key]) -> None:
    anything = select(_TABLE.c.source).where(_TABLE.c.source == source).limit(1)
    if not appeared or connection.scalar(anything) is None:
        return
    for (number, customer), _ in list(_noted(connection, source, appeared)):
        connection.execute(
            delete(_TABLE)
            .where(_TABLE.c.source == source)
            .where(_TABLE.c.number == number)
            .where(_TABLE.c.customer == customer)
        )


def _portions(keys: Collection[Key]) -> Iterator[list[str]]:
    """The items' numbers, no more at once than any database takes in one question."""
    numbers = sorted({number for number, _ in keys})
    for at in range(0, len(numbers), _TOGETHER):
        yield numbers[at : at + _TOGETHER]


def _noted(
    connection: Connection, source: str, keys: Collection[Key]
) -> Iterator[tuple[Key, RowMapping]]:
    for some in _portions(keys):
        query = select(_TABLE).where(_TABLE.c.source == source).where(_TABLE.c.number.in_(some))
        for row in connection.execute(query).mappings():
            key = (row["number"], row["customer"])
            if key in keys:
                yield key, row


def _keyed(connection: Connection, keys: Collection[Key]) -> dict[Key, list[RowMapping]]:
    """What was keyed for each item, oldest first."""
    parts, postings, lines = schema.allocations, schema.postings, schema.lines
    found: dict[Key, list[RowMapping]] = {}
    for some in _portions(keys):
        query = (
            select(
                parts.c.item,
                parts.c.amount,
                parts.c.discount,
                parts.c.currency,
                postings.c.customer,
                postings.c.booked,
                lines.c.payer_iban,
            )
            .join_from(parts, postings, parts.c.reference == postings.c.reference)
            .join(lines, postings.c.line == lines.c.id)
            .where(postings.c.state == PostingState.KEYED.value)
            .where(parts.c.item.in_(some))
            .order_by(postings.c.booked, postings.c.turn)
        )
        for row in connection.execute(query).mappings():
            found.setdefault((row["item"], row["customer"]), []).append(row)
    return found


def _values(
    row: RowMapping, keyed: Sequence[RowMapping], today: dt.date
) -> dict[str, object] | None:
    """None for a credit note, and for what nothing says was ever a claim."""
    settled = sum(
        one["amount"] + one["discount"] for one in keyed if one["currency"] == row["currency"]
    )
    amount = row["total"] if row["total"] is not None else row["open"] + settled
    if amount <= 0:
        return None
    last = keyed[-1] if keyed else None
    return {
        "source": row["source"],
        "number": row["number"],
        "customer": row["customer"],
        "due": row["due"],
        "on": last["booked"] if last else today,
        "amount": amount,
        "currency": row["currency"],
        "iban": last["payer_iban"] if last else "",
        "by_fetch": last is None,
        "issued": row["issued"],
    }
