"""Batches that the bank explains, and how their transactions come to stand for them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, exists, func, insert, select, update

from clerkwork.adapters.store import schema
from clerkwork.adapters.store.bank_rows import (
    APPLIED,
    as_booked,
    bank_line,
    explained,
    insert_lines,
)
from clerkwork.adapters.store.columns import spelt
from clerkwork.core.matching.model import Outcome
from clerkwork.core.money import Money, total
from clerkwork.core.payments import BankLine, Batch, Statement, identified
from clerkwork.errors import StatementError

__all__ = ["explain", "explain_booked"]

_WAITING, _RECORDED = "waiting", "recorded"
_NOTICES = schema.notices


def explain(connection: Connection, statement: Statement, at: dt.datetime) -> int:
    """Keep the batches of a notification; how many lines now stand for batches they replace.

    A batch is replaced where one booked line has its amount and day, the bank's reference does
    not contradict, and nobody settled it yet. Else it is kept: until its line comes, or for the
    record. The same batch counts once, however often it is told. Raises `StatementError`.
    """
    fresh = []
    for batch in statement.batches:
        parts = statement.lines[batch.first : batch.first + batch.count]
        id = _identity(batch, parts)
        if connection.scalar(select(_NOTICES.c.id).where(_NOTICES.c.id == id)) is None:
            connection.execute(insert(_NOTICES).values(_notice(id, batch, parts, statement, at)))
            fresh.append(id)
    return sum(_apply(connection, _read(connection, id), at) for id in fresh)


def explain_booked(connection: Connection, account: str, at: dt.datetime) -> int:
    """Try the batches of an account that wait for their lines; how many lines came of them."""
    waiting = connection.scalars(
        select(_NOTICES.c.id)
        .where(_NOTICES.c.account == account, _NOTICES.c.state == _WAITING)
        .order_by(_NOTICES.c.booked, spelt(_NOTICES.c.id))
    ).all()
    return sum(_apply(connection, _read(connection, id), at) for id in waiting)


def _identity(batch: Batch, parts: Sequence[BankLine]) -> str:
    said = "|".join((batch.whole.id, *(part.id for part in parts)))
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def _notice(
    id: str, batch: Batch, parts: Sequence[BankLine], statement: Statement, at: dt.datetime
) -> dict[str, Any]:
    whole = batch.whole
    moved = total((part.amount for part in parts), whole.amount.currency)
    if moved != whole.amount or len(parts) != batch.count or whole.account != statement.account:
        raise StatementError(
            f"{statement.source}: the batch of {whole.booked} over {whole.amount} has parts of "
            f"{moved} in all; nothing of it was kept. Ask the bank."
        )
    return {
        "id": id,
        "account": whole.account,
        "booked": whole.booked,
        "amount": whole.amount.minor,
        "currency": whole.amount.currency,
        "bank_ref": whole.bank_ref,
        "parts": [_told(part) for part in parts],
        "state": _WAITING,
        "line": None,
        "source": statement.source,
        "at": at,
    }


_TEXTS = ("payer", "payer_iban", "text", "structured", "end_to_end", "bank_ref", "code", "raw")


def _told(part: BankLine) -> dict[str, Any]:
    texts = {name: getattr(part, name) for name in _TEXTS}
    return {
        "id": part.id,
        "valued": part.valued.isoformat(),
        "amount": part.amount.minor,
        **{name: text for name, text in texts.items() if text},
    }


def _parts(notice: RowMapping) -> tuple[BankLine, ...]:
    return tuple(
        BankLine(
            account=notice["account"],
            booked=notice["booked"],
            valued=dt.date.fromisoformat(told["valued"]),
            amount=Money(told["amount"], notice["currency"]),
            id=told["id"],
            **{name: told.get(name, "") for name in _TEXTS},
        )
        for told in notice["parts"]
    )


def _read(connection: Connection, id: str) -> RowMapping:
    return connection.execute(select(_NOTICES).where(_NOTICES.c.id == id)).mappings().one()


def _apply(connection: Connection, notice: RowMapping, at: dt.datetime) -> int:
    parts = _parts(notice)
    if _are_booked(connection, parts):
        _settle(connection, notice, _RECORDED, None)
        return 0
    line = _line_of(connection, notice)
    if line is None:
        return 0
    if not _is_free(connection, line["id"]):
        _settle(connection, notice, _RECORDED, line["id"])
        return 0
    _replace(connection, line, parts, at)
    _settle(connection, notice, APPLIED, line["id"])
    return len(parts)


def _are_booked(connection: Connection, parts: Sequence[BankLine]) -> bool:
    """Whether the statement had the transactions itself."""
    ids = {part.id for part in parts}
    found = (
        connection.scalar(
            select(func.count()).select_from(schema.lines).where(schema.lines.c.id.in_(some))
        )
        for some in _chunks(sorted(ids))
    )
    return sum(count or 0 for count in found) == len(ids)


def _chunks(ids: list[str]) -> list[list[str]]:
    return [ids[start : start + 500] for start in range(0, len(ids), 500)]


def _line_of(connection: Connection, notice: RowMapping) -> RowMapping | None:
    """The one line that it explains: a reference that both have decides, else only one may fit."""
    table = schema.lines
    fitting = (
        connection.execute(
            select(table).where(
                table.c.account == notice["account"],
                table.c.booked == notice["booked"],
                table.c.amount == notice["amount"],
                table.c.currency == notice["currency"],
                as_booked(),
                ~explained(),
            )
        )
        .mappings()
        .all()
    )
    ref = notice["bank_ref"]
    named = [row for row in fitting if ref and row["bank_ref"] == ref]
    found = named or [row for row in fitting if not (ref and row["bank_ref"])]
    return found[0] if len(found) == 1 else None


def _is_free(connection: Connection, line: str) -> bool:
    """Whether it has no outcome, or only waits for a person, and no posting that may still live."""
    matches, postings = schema.matches, schema.postings
    settled = (
        exists()
        .where(matches.c.line == line)
        .where(matches.c.until.is_(None))
        .where(matches.c.outcome != Outcome.REVIEW.value)
    )
    posted = exists().where(postings.c.line == line)
    return not connection.scalar(select(settled | posted))


def _replace(
    connection: Connection, line: RowMapping, parts: Sequence[BankLine], at: dt.datetime
) -> None:
    """The parts take the line's place in its statement; what was asked about it is moot."""
    table, matches = schema.lines, schema.matches
    own = _told_apart(connection, line, parts)
    last = connection.scalar(
        select(func.max(table.c.position)).where(table.c.statement == line["statement"])
    )
    insert_lines(connection, own, line["statement"], (last or 0) + 1)
    connection.execute(
        insert(schema.line_parts), [{"part": part.id, "line": line["id"]} for part in own]
    )
    connection.execute(
        update(matches)
        .where(matches.c.line == line["id"])
        .where(matches.c.until.is_(None))
        .values(until=at)
    )


def _told_apart(
    connection: Connection, line: RowMapping, parts: Sequence[BankLine]
) -> tuple[BankLine, ...]:
    """The parts with ids that no other line has: equal texts and amounts may be on that day."""
    table = schema.lines
    taken = {
        id
        for some in _chunks([part.id for part in parts])
        for id in connection.scalars(select(table.c.id).where(table.c.id.in_(some)))
    }
    if not taken:
        return tuple(parts)
    rows = connection.execute(
        select(table).where(table.c.account == line["account"], table.c.booked == line["booked"])
    ).mappings()
    before = [bank_line(row) for row in rows]
    return identified((*before, *parts))[len(before) :]


def _settle(connection: Connection, notice: RowMapping, state: str, line: str | None) -> None:
    connection.execute(
        update(_NOTICES).where(_NOTICES.c.id == notice["id"]).values(state=state, line=line)
    )
