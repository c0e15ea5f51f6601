"""The port `Outbox` on the store: each message claimed once, with every state it was in."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    bindparam,
    func,
    insert,
    select,
    update,
)

from clerkwork.adapters.store import schema
from clerkwork.adapters.store.database import Database
from clerkwork.adapters.store.gate import Gate
from clerkwork.core.messages import Attachment, Message, MessageState, Settled
from clerkwork.core.money import Money
from clerkwork.ports import Clock

__all__ = ["StoredOutbox"]

_TABLE = schema.messages
_HEAVY = ("text", "html")
_LIGHT = tuple(column for column in _TABLE.c if column.name not in _HEAVY)
_PREPARED, _SENDING = MessageState.PREPARED, MessageState.SENDING
_PRINTED, _HANDING = MessageState.PRINTED, MessageState.HANDING
_MOVES = {
    _PREPARED: {MessageState.STOPPED, MessageState.FAILED},
    _SENDING: {
        _PREPARED,
        _PRINTED,
        MessageState.SENT,
        MessageState.STOPPED,
        MessageState.FAILED,
        MessageState.DOUBTFUL,
    },
    _PRINTED: {MessageState.SENT, MessageState.STOPPED},
    _HANDING: {MessageState.SENT, MessageState.STOPPED},
    MessageState.DOUBTFUL: {MessageState.SENT, MessageState.STOPPED, MessageState.FAILED},
    MessageState.FAILED: {MessageState.STOPPED},
    # It was reported not to have arrived.
    MessageState.SENT: {MessageState.STOPPED, MessageState.FAILED},
}
"""Back to prepared only where it is sure that nothing went out."""


@dataclass(frozen=True, slots=True)
class StoredOutbox:
    """Fulfils `clerkwork.ports.Outbox`, where the methods are described."""

    database: Database
    clock: Clock
    gate: Gate = field(default_factory=Gate)

    def prepare(self, message: Message) -> bool:
        return bool(self.prepare_all([message]))

    def prepare_all(self, messages: Sequence[Message]) -> tuple[Message, ...]:
        at = self.clock.now()
        with self.database.write() as connection:
            known = _rows(connection, [message.key for message in messages])
            new = {message.key: message for message in messages if message.key not in known}
            if not new:
                return ()
            connection.execute(insert(_TABLE), [_values(message) for message in new.values()])
            rows = _rows(connection, list(new))
            files = [row for m in new.values() for row in _attached(rows[m.key].seq, m)]
            if files:
                connection.execute(insert(schema.attachments), files)
            _note(connection, rows, [_as_prepared(message) for message in new.values()], at, "")
            return tuple(new.values())

    def pending(self, *states: MessageState) -> tuple[Message, ...]:
        """By default those that are prepared or were claimed; oldest first."""
        wanted = [state.value for state in states or (_PREPARED, _SENDING)]
        return self._read(_TABLE.c.state.in_(wanted))

    def sending(self, key: str, run: str, *more: str) -> None:
        """Raises `ValueError` unless it is prepared, or claimed before and not in the archive."""
        at = self.clock.now()
        with self.database.write() as connection:
            self.gate.claim(connection, run=run)
            rows = _found(connection, (key, *more))
            for one, row in rows.items():
                if row.state not in (_PREPARED, _SENDING):
                    raise ValueError(f"message {one!r} is {row.state} and cannot be claimed")
            _move(connection, rows, [Settled(key=one, state=_SENDING) for one in rows], at, run)

    def handing(self, job: str, run: str, *keys: str) -> None:
        at = self.clock.now()
        moves = schema.message_moves
        known = select(moves.c.id).where(_of_job(), moves.c.note == job).limit(1)
        with self.database.write() as connection:
            self.gate.claim(connection, run=run)
            if connection.scalar(known) is not None:
                raise ValueError(f"job {job!r} of the print house was claimed before")
            rows = _found(connection, keys)
            for one, row in rows.items():
                if row.state is not _PRINTED:
                    raise ValueError(f"letter {one!r} is {row.state} and cannot be handed over")
            handing = [Settled(key=one, state=_HANDING, note=job) for one in rows]
            _move(connection, rows, handing, at, run)

    def jobs(self) -> frozenset[str]:
        query = select(schema.message_moves.c.note).where(_of_job()).distinct()
        with self.database.read() as connection:
            return frozenset(connection.scalars(query))

    def claimant(self, key: str) -> str:
        moves = schema.message_moves
        query = (
            select(moves.c.run)
            .join(_TABLE, _TABLE.c.seq == moves.c.message)
            .where(_TABLE.c.key == key)
            .where(moves.c.state == _SENDING.value)
            .order_by(moves.c.id.desc())
            .limit(1)
        )
        with self.database.read() as connection:
            return connection.scalar(query) or ""

    def since(self, key: str) -> dt.datetime | None:
        moves = schema.message_moves
        query = (
            select(moves.c.at)
            .join(_TABLE, _TABLE.c.seq == moves.c.message)
            .where(_TABLE.c.key == key)
            .order_by(moves.c.id.desc())
            .limit(1)
        )
        with self.database.read() as connection:
            return connection.scalar(query)

    def settle(
        self, key: str, state: MessageState, *, note: str = "", proof: str = "", run: str = ""
    ) -> None:
        """Raises `ValueError` on a forbidden move, e.g. of a message that was sent already."""
        self.settle_all([Settled(key=key, state=state, note=note, proof=proof)], run)

    def settle_all(self, settled: Sequence[Settled], run: str) -> None:
        at = self.clock.now()
        with self.database.write() as connection:
            self.gate.settle(connection, run=run)
            rows = _found(connection, [one.key for one in settled])
            for one in settled:
                was = rows[one.key].state
                if one.state not in _MOVES.get(was, set()):
                    raise ValueError(f"message {one.key!r} is {was} and cannot become {one.state}")
            _move(connection, rows, settled, at, "")

    def history(self, debtor: str) -> tuple[Message, ...]:
        return self._read(_TABLE.c.debtor == debtor)

    def histories(self, *debtors: str) -> Mapping[str, tuple[Message, ...]]:
        query = select(*_LIGHT).where(_TABLE.c.debtor != "").order_by(_TABLE.c.seq)
        if debtors:
            query = query.where(_TABLE.c.debtor.in_(debtors))
        found: dict[str, list[Message]] = defaultdict(list)
        with self.database.read() as connection:
            rows = connection.execute(query).mappings().all()
            letters = any(row["channel"] == "letter" for row in rows)
            left = _left(connection, debtors) if letters else {}
            for row in rows:
                message = replace(_message(row, []), left=left.get(row["seq"]))
                found[row["debtor"]].append(message)
        return {debtor: tuple(had) for debtor, had in found.items()}

    def all(self) -> tuple[Message, ...]:
        return self._read()

    def named(self, message_id: str) -> Message | None:
        # Said twice, so that the index of those that have one is used.
        found = self._read(_TABLE.c.message_id == message_id, _TABLE.c.message_id != "")
        return found[0] if found else None

    def with_ids(self, *message_ids: str) -> Mapping[str, Message]:
        asked = [one for one in dict.fromkeys(message_ids) if one]
        if not asked:
            return {}
        query = select(*_LIGHT).where(_TABLE.c.message_id.in_(asked))
        with self.database.read() as connection:
            rows = connection.execute(query).mappings()
            return {row["message_id"]: _message(row, []) for row in rows}

    def _read(self, *conditions: ColumnElement[bool]) -> tuple[Message, ...]:
        with self.database.read() as connection:
            files = schema.attachments
            attached: dict[int, list[Attachment]] = defaultdict(list)
            for row in connection.execute(
                select(files)
                .join(_TABLE, _TABLE.c.seq == files.c.message)
                .where(*conditions)
                .order_by(files.c.message, files.c.position)
            ).mappings():
                attached[row["message"]].append(_attachment(row))
            rows = connection.execute(select(_TABLE).where(*conditions).order_by(_TABLE.c.seq))
            return tuple(_message(row, attached[row["seq"]]) for row in rows.mappings())


def _left(connection: Connection, debtors: Sequence[str]) -> dict[int, dt.datetime]:
    """Letters that lay printed → when somebody said that they left the house."""
    moves, lay = schema.message_moves, schema.message_moves.alias("lay")
    printed = select(lay.c.id).where(lay.c.message == _TABLE.c.seq, lay.c.state == _PRINTED.value)
    query = (
        select(_TABLE.c.seq, func.max(moves.c.at))
        .join_from(_TABLE, moves, moves.c.message == _TABLE.c.seq)
        .where(_TABLE.c.debtor != "", _TABLE.c.channel == "letter")
        .where(moves.c.state == MessageState.SENT.value, printed.exists())
        .group_by(_TABLE.c.seq)
    )
    if debtors:
        query = query.where(_TABLE.c.debtor.in_(debtors))
    return {row[0]: row[1] for row in connection.execute(query)}


def _of_job() -> ColumnElement[bool]:
    return schema.message_moves.c.state == _HANDING.value


@dataclass(frozen=True, slots=True)
class _Row:
    seq: int
    state: MessageState
    proof: str


def _rows(connection: Connection, keys: Sequence[str]) -> dict[str, _Row]:
    columns = (_TABLE.c.key, _TABLE.c.seq, _TABLE.c.state, _TABLE.c.proof)
    found = connection.execute(select(*columns).where(_TABLE.c.key.in_(keys)))
    return {row.key: _Row(row.seq, MessageState(row.state), row.proof) for row in found}


def _found(connection: Connection, keys: Sequence[str]) -> dict[str, _Row]:
    """In the order that they are asked in; raises `ValueError` unless all are there."""
    rows = _rows(connection, keys)
    for key in keys:
        if key not in rows:
            raise ValueError(f"there is no message {key!r} in the outbox")
    return {key: rows[key] for key in keys}


def _move(
    connection: Connection,
    rows: Mapping[str, _Row],
    settled: Sequence[Settled],
    at: dt.datetime,
    run: str,
) -> None:
    change = update(_TABLE).where(_TABLE.c.seq == bindparam("which"))
    connection.execute(
        change.values(state=bindparam("now"), note=bindparam("why"), proof=bindparam("proven")),
        [
            {
                "which": rows[one.key].seq,
                "now": one.state.value,
                "why": one.note,
                # What proves that it went stays, whatever becomes known of it later.
                "proven": one.proof or rows[one.key].proof,
            }
            for one in settled
        ],
    )
    _note(connection, rows, settled, at, run)


def _note(
    connection: Connection,
    rows: Mapping[str, _Row],
    settled: Sequence[Settled],
    at: dt.datetime,
    run: str,
) -> None:
    connection.execute(
        insert(schema.message_moves),
        [
            {
                "message": rows[one.key].seq,
                "state": one.state.value,
                "at": at,
                "run": run,
                "note": one.note,
                "proof": one.proof,
            }
            for one in settled
        ],
    )


def _as_prepared(message: Message) -> Settled:
    return Settled(key=message.key, state=message.state, note=message.note, proof=message.proof)


def _values(message: Message) -> dict[str, object]:
    amount = message.amount
    claims = (message.costs, message.interest, message.announced)
    beyond = next((amount for amount in claims if amount is not None), None)
    return {
        "key": message.key,
        "channel": message.channel,
        "recipient": message.to,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "debtor": message.debtor,
        "step": message.step,
        "amount": None if amount is None else amount.minor,
        "currency": None if amount is None else amount.currency,
        "costs": None if message.costs is None else message.costs.minor,
        "interest": None if message.interest is None else message.interest.minor,
        "claimed_in": None if beyond is None else beyond.currency,
        "items": list(message.items),
        "on": message.on,
        "message_id": message.message_id,
        "state": message.state.value,
        "note": message.note,
        "proof": message.proof,
        "journey": message.journey,
        "segment": message.segment,
        "ground": _kept(message),
    }


def _kept(message: Message) -> object:
    """Its ground; of a notice, with the costs that it announced, in minor units."""
    if message.announced is None:
        return list(message.ground)
    return {"why": list(message.ground), "announced": message.announced.minor}


def _attached(seq: int, message: Message) -> list[dict[str, object]]:
    return [
        {
            "message": seq,
            "position": position,
            "name": one.name,
            "media_type": one.media_type,
            "content": one.content,
            "inline": one.inline,
        }
        for position, one in enumerate(message.attachments)
    ]


def _attachment(row: RowMapping) -> Attachment:
    return Attachment(
        name=row["name"],
        media_type=row["media_type"],
        content=row["content"],
        inline=row["inline"],
    )


def _message(row: RowMapping, attachments: list[Attachment]) -> Message:
    minor, costs, interest = row["amount"], row["costs"], row["interest"]
    ground, announced = row["ground"], None
    if isinstance(ground, dict):
        ground, announced = ground["why"], Money(ground["announced"], row["claimed_in"])
    return Message(
        key=row["key"],
        channel=row["channel"],
        to=row["recipient"],
        subject=row["subject"],
        text=row.get("text", ""),
        html=row.get("html", ""),
        attachments=tuple(attachments),
        debtor=row["debtor"],
        step=row["step"],
        amount=None if minor is None else Money(minor, row["currency"]),
        costs=None if costs is None else Money(costs, row["claimed_in"]),
        interest=None if interest is None else Money(interest, row["claimed_in"]),
        items=tuple(row["items"]),
        on=row["on"],
        message_id=row["message_id"],
        state=MessageState(row["state"]),
        note=row["note"],
        proof=row["proof"],
        journey=row["journey"],
        segment=row["segment"],
        ground=tuple(ground),
        announced=announced,
    )
