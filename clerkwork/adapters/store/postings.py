"""Postings on their way into the ERP: where each stands, and what its keying does to the items."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, RowMapping, func, insert, select, update

from clerkwork.adapters.store import matching, schema
from clerkwork.adapters.store.values import from_receipt
from clerkwork.core.money import Money
from clerkwork.core.posting import Allocation, Posting, PostingState, Receipt, can_move
from clerkwork.ports import PostingRow

__all__ = ["is_keyed_since_fetch", "move", "note_submit", "read_paid_from", "read_postings"]

_FREES = {PostingState.VOID, PostingState.REJECTED}


def move(
    connection: Connection,
    reference: str,
    to: PostingState,
    *,
    run: str,
    note: str,
    receipt: Receipt | None,
    at: dt.datetime,
) -> PostingRow:
    """Move a posting, with what follows from it. Raises `ValueError`."""
    found = _read(connection, reference)
    if not found:
        raise ValueError(f"there is no posting {reference}")
    row = found[0]
    if not can_move(row.state, to):
        raise ValueError(f"posting {reference} is {row.state} and cannot become {to}")
    if receipt is not None and receipt.reference != reference:
        raise ValueError(f"receipt {receipt.number} is of {receipt.reference}, not of {reference}")
    first = to is PostingState.KEYED and not _was_keyed(connection, reference)
    ambiguous = first and _fetched_since_claim(connection, reference)
    _set_state(connection, row, to, run=run, note=note, receipt=receipt, at=at)
    if to in _FREES:
        matching.free(connection, row.posting.line, at)
    elif first:
        for part in row.posting.allocations:
            _lower(connection, row.posting.customer, part, only_if_unchanged=ambiguous)
    elif to is PostingState.REVERSED:
        for part in row.posting.allocations:
            _raise_again(connection, row.posting.customer, part)
        matching.park(connection, row.posting.line, f"posting {reference} was reversed", at)
    return _read(connection, reference)[0]


def _set_state(
    connection: Connection,
    row: PostingRow,
    to: PostingState,
    *,
    run: str,
    note: str,
    receipt: Receipt | None,
    at: dt.datetime,
) -> None:
    table = schema.postings
    reference = row.posting.reference
    done = connection.execute(
        update(table)
        .where(table.c.reference == reference)
        .where(table.c.state == row.state.value)
        .values(
            state=to.value,
            run=run or row.run,
            note=note,
            receipt=receipt.number if receipt else row.receipt,
            at=at,
            submitted=None,
        )
    )
    if done.rowcount != 1:
        raise ValueError(f"posting {reference} was moved by another process meanwhile")
    connection.execute(
        insert(schema.posting_moves).values(
            reference=reference,
            was=row.state.value,
            state=to.value,
            at=at,
            run=run,
            note=note,
            receipt=from_receipt(receipt) if receipt else None,
        )
    )


def note_submit(connection: Connection, reference: str, run: str, at: dt.datetime) -> None:
    """Raises `ValueError` unless the posting is in keying by that run."""
    table = schema.postings
    keying = PostingState.KEYING.value
    done = connection.execute(
        update(table)
        .where(table.c.reference == reference)
        .where(table.c.state == keying)
        .where(table.c.run == run)
        .values(submitted=at)
    )
    if done.rowcount != 1:
        raise ValueError(
            f"posting {reference} is not in keying by run {run}, so it must not be submitted"
        )
    connection.execute(
        insert(schema.posting_moves).values(
            reference=reference, was=keying, state=keying, at=at, note="submitting"
        )
    )


def _was_keyed(connection: Connection, reference: str) -> bool:
    """Whether it was keyed before a reversal that did not go through."""
    moves = schema.posting_moves
    keyed = (
        select(func.count())
        .where(moves.c.reference == reference)
        .where(moves.c.state == PostingState.KEYED.value)
    )
    return bool(connection.scalar(keyed))


def _fetched_since_claim(connection: Connection, reference: str) -> bool:
    """Whether open items were fetched after this posting was claimed.

    Then, after a crash, the portal may have shown them with the receipt in
    them already.
    """
    moves, fetches = schema.posting_moves, schema.fetches
    claim = connection.scalar(
        select(func.max(moves.c.id))
        .where(moves.c.reference == reference)
        .where(moves.c.state == PostingState.KEYING.value)
    )
    newest = connection.scalar(
        select(func.max(fetches.c.last_move)).where(fetches.c.what == "open items")
    )
    return newest is not None and claim is not None and newest >= claim


def _lower(
    connection: Connection, customer: str, part: Allocation, *, only_if_unchanged: bool
) -> None:
    table = schema.items
    change = (
        update(table)
        .where(table.c.number == part.item)
        .where(table.c.customer == customer)
        .where(table.c.currency == part.amount.currency)
        .values(open=table.c.open - part.settles.minor)
    )
    if only_if_unchanged:
        change = change.where(table.c.open == part.open_before.minor)
    connection.execute(change)


def _raise_again(connection: Connection, customer: str, part: Allocation) -> None:
    table = schema.items
    connection.execute(
        update(table)
        .where(table.c.number == part.item)
        .where(table.c.customer == customer)
        .where(table.c.currency == part.amount.currency)
        .values(open=table.c.open + part.settles.minor)
    )


def _read(connection: Connection, *references: str) -> tuple[PostingRow, ...]:
    return _rows(connection, schema.postings.c.reference.in_(references))


def read_postings(
    connection: Connection, *states: PostingState, customer: str = ""
) -> tuple[PostingRow, ...]:
    """In the order in which they were proposed; all when no state is named; of all debtors, or
    of one."""
    table = schema.postings
    stands = [table.c.state.in_([state.value for state in states])] if states else []
    if customer:
        return _rows(connection, table.c.customer == customer, *stands)
    query = select(table).where(*stands).order_by(table.c.turn)
    return _with_parts(connection, connection.execute(query).mappings().all())


def _rows(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[PostingRow, ...]:
    """A few of them, with their allocations alone."""
    table = schema.postings
    query = select(table).where(*conditions).order_by(table.c.turn)
    own = select(table.c.reference).where(*conditions)
    of_these = schema.allocations.c.reference.in_(own)
    return _with_parts(connection, connection.execute(query).mappings().all(), of_these)


def _with_parts(
    connection: Connection, rows: Sequence[RowMapping], *conditions: ColumnElement[bool]
) -> tuple[PostingRow, ...]:
    table = schema.allocations
    query = select(table).where(*conditions).order_by(table.c.reference, table.c.position)
    parts: dict[str, list[Allocation]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        parts[row["reference"]].append(_allocation(row))
    return tuple(_posting_row(row, tuple(parts[row["reference"]])) for row in rows)


def _allocation(row: RowMapping) -> Allocation:
    currency = row["currency"]
    return Allocation(
        item=row["item"],
        amount=Money(row["amount"], currency),
        discount=Money(row["discount"], currency),
        open_before=Money(row["open_before"], currency),
    )


def _posting_row(row: RowMapping, parts: tuple[Allocation, ...]) -> PostingRow:
    return PostingRow(
        posting=Posting(
            reference=row["reference"],
            line=row["line"],
            customer=row["customer"],
            account=row["account"],
            booked=row["booked"],
            amount=Money(row["amount"], row["currency"]),
            allocations=parts,
            memo=row["memo"],
        ),
        state=PostingState(row["state"]),
        rule=row["rule"],
        reasons=tuple(row["reasons"]),
        run=row["run"],
        note=row["note"],
        receipt=row["receipt"],
        at=row["at"],
        submitted=row["submitted"],
    )


def read_paid_from(connection: Connection, customer: str = "") -> Mapping[str, Mapping[str, int]]:
    """Payer's IBAN → debtor → how often money of it was keyed to him; all, or one of them."""
    postings, lines = schema.postings, schema.lines
    query = (
        select(lines.c.payer_iban, postings.c.customer, func.count().label("times"))
        .join_from(postings, lines, postings.c.line == lines.c.id)
        .where(postings.c.state == PostingState.KEYED.value)
        .where(lines.c.payer_iban != "")
        .group_by(lines.c.payer_iban, postings.c.customer)
    )
    if customer:
        query = query.where(postings.c.customer == customer)
    result: dict[str, dict[str, int]] = defaultdict(dict)
    for iban, debtor, times in connection.execute(query):
        result[iban][debtor] = times
    return dict(result)


def is_keyed_since_fetch(connection: Connection) -> bool:
    """Whether a posting was keyed, or taken back, after the open items were last fetched."""
    moves, fetches = schema.posting_moves, schema.fetches
    oldest = connection.scalar(
        select(func.min(fetches.c.last_move)).where(fetches.c.what == "open items")
    )
    newest = connection.scalar(
        select(func.max(moves.c.id)).where(
            moves.c.state.in_([PostingState.KEYED.value, PostingState.REVERSED.value])
        )
    )
    return newest is not None and newest > (oldest or 0)
