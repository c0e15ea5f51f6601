"""The ports about debtors on the store: declarations, promises, paid items, message events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    delete,
    func,
    insert,
    select,
    update,
)

from clerkwork.adapters.store import schema
from clerkwork.adapters.store.columns import spelt
from clerkwork.adapters.store.database import Database, inserted_id, row_typed
from clerkwork.core.declarations import Declaration
from clerkwork.core.ledger import PaidItem
from clerkwork.core.messages import MessageEvent
from clerkwork.core.money import Money
from clerkwork.core.promises import Promise, PromiseState
from clerkwork.ports import Clock

__all__ = [
    "StoredDeclarations",
    "StoredMessageEvents",
    "StoredPaidItems",
    "StoredPayLinks",
    "StoredPromises",
]

_DECLARED, _PROMISED = schema.declarations, schema.promises
_LINKS = schema.pay_links
_PAID, _EVENTS, _MESSAGES = schema.paid_items, schema.message_events, schema.messages


@dataclass(frozen=True, slots=True)
class StoredDeclarations:
    """Fulfils `clerkwork.ports.Declarations`, where the methods are described."""

    database: Database
    clock: Clock

    def declare(self, one: Declaration) -> Declaration:
        at = self.clock.now()
        with self.database.write() as connection:
            standing = (
                select(_DECLARED)
                .where(_DECLARED.c.debtor == one.debtor)
                .where(_DECLARED.c.fact == one.fact)
                .where(_DECLARED.c.withdrawn.is_(None))
            )
            before = [_declaration(row) for row in connection.execute(standing).mappings()]
            for kept in before:
                if kept.value == one.value:
                    return kept
                if one.fact != "need":
                    _withdraw(connection, kept.id, at, one.by)
            done = connection.execute(
                insert(_DECLARED).values(
                    debtor=one.debtor,
                    fact=one.fact,
                    value=one.value,
                    since=one.since,
                    by=one.by,
                    ground=one.ground,
                    at=at,
                )
            )
            return replace(one, id=str(inserted_id(done)), at=at)

    def standing(self, debtor: str = "") -> tuple[Declaration, ...]:
        return self._read(debtor, _DECLARED.c.withdrawn.is_(None))

    def all(self, debtor: str = "") -> tuple[Declaration, ...]:
        return self._read(debtor)

    def _read(self, debtor: str, *conditions: ColumnElement[bool]) -> tuple[Declaration, ...]:
        query = select(_DECLARED).where(*conditions).order_by(_DECLARED.c.id)
        if debtor:
            query = query.where(_DECLARED.c.debtor == debtor)
        with self.database.read() as connection:
            return tuple(_declaration(row) for row in connection.execute(query).mappings())

    def withdraw(self, id: str, *, by: str) -> Declaration:
        at = self.clock.now()
        with self.database.write() as connection:
            found = row_typed(connection, _DECLARED, id)
            if found is None:
                raise ValueError(f"there is no declaration {id!r}")
            one = _declaration(found)
            if one.withdrawn is not None:
                raise ValueError(f"declaration {id} was withdrawn already, by {one.withdrawn_by}")
            _withdraw(connection, one.id, at, by)
            return replace(one, withdrawn=at, withdrawn_by=by)


def _withdraw(connection: Connection, id: str, at: dt.datetime, by: str) -> None:
    change = update(_DECLARED).where(_DECLARED.c.id == int(id))
    connection.execute(change.values(withdrawn=at, withdrawn_by=by))


def _declaration(row: RowMapping) -> Declaration:
    return Declaration(
        id=str(row["id"]),
        debtor=row["debtor"],
        fact=row["fact"],
        value=row["value"],
        since=row["since"],
        by=row["by"],
        ground=row["ground"],
        at=row["at"],
        withdrawn=row["withdrawn"],
        withdrawn_by=row["withdrawn_by"],
    )


@dataclass(frozen=True, slots=True)
class StoredPromises:
    """Fulfils `clerkwork.ports.Promises`, where the methods are described."""

    database: Database
    clock: Clock

    def make(self, promise: Promise) -> Promise:
        return self.make_all(promise)[0]

    def make_all(self, *made: Promise) -> tuple[Promise, ...]:
        with self.database.write() as connection:
            return tuple(_kept(connection, promise) for promise in made)

    def all(self, *states: PromiseState, debtor: str = "") -> tuple[Promise, ...]:
        query = select(_PROMISED).order_by(_PROMISED.c.id)
        if states:
            query = query.where(_PROMISED.c.state.in_([state.value for state in states]))
        if debtor:
            query = query.where(_PROMISED.c.debtor == debtor)
        with self.database.read() as connection:
            return tuple(_promise(row) for row in connection.execute(query).mappings())

    def settle(self, id: str, state: PromiseState, *, note: str = "") -> Promise:
        at = self.clock.now()
        with self.database.write() as connection:
            found = row_typed(connection, _PROMISED, id)
            if found is None:
                raise ValueError(f"there is no promise {id!r}")
            was = _promise(found)
            if was.state is not PromiseState.OPEN:
                raise ValueError(f"promise {id} is {was.state} already")
            connection.execute(
                update(_PROMISED)
                .where(_PROMISED.c.id == int(id))
                .values(state=state.value, settled=at, note=note)
            )
            return replace(was, state=state, settled=at, note=note)


def _kept(connection: Connection, promise: Promise) -> Promise:
    done = connection.execute(
        insert(_PROMISED).values(
            debtor=promise.debtor,
            items=list(promise.items),
            until=promise.until,
            amount=promise.amount.minor,
            owed=promise.owed.minor,
            currency=promise.amount.currency,
            made=promise.made,
            by=promise.by,
            channel=promise.channel,
            state=promise.state.value,
            note=promise.note,
            plan=promise.plan,
        )
    )
    return replace(promise, id=str(inserted_id(done)))


def _promise(row: RowMapping) -> Promise:
    return Promise(
        id=str(row["id"]),
        debtor=row["debtor"],
        items=tuple(row["items"]),
        until=row["until"],
        amount=Money(row["amount"], row["currency"]),
        owed=Money(row["owed"], row["currency"]),
        made=row["made"],
        by=row["by"],
        channel=row["channel"],
        state=PromiseState(row["state"]),
        settled=row["settled"],
        note=row["note"],
        plan=row["plan"],
    )


@dataclass(frozen=True, slots=True)
class StoredPayLinks:
    """Fulfils `clerkwork.ports.PayLinks`, where the methods are described."""

    database: Database
    clock: Clock

    def turn(self, debtor: str) -> int:
        with self.database.read() as connection:
            query = select(_LINKS.c.turn).where(_LINKS.c.debtor == debtor)
            return connection.scalar(query) or 0

    def revoke(self, debtor: str, *, by: str) -> int:
        at = self.clock.now()
        with self.database.write() as connection:
            was = connection.scalar(select(_LINKS.c.turn).where(_LINKS.c.debtor == debtor))
            now = {"turn": (was or 0) + 1, "at": at, "by": by}
            if was is None:
                connection.execute(insert(_LINKS).values(debtor=debtor, **now))
            else:
                change = update(_LINKS).where(_LINKS.c.debtor == debtor)
                connection.execute(change.values(**now))
            return (was or 0) + 1


@dataclass(frozen=True, slots=True)
class StoredPaidItems:
    """Fulfils `clerkwork.ports.PaidItems`, where the methods are described."""

    database: Database

    def all(self, customer: str = "") -> tuple[PaidItem, ...]:
        order = (_PAID.c.on, _PAID.c.due, spelt(_PAID.c.number), spelt(_PAID.c.customer))
        query = select(_PAID).order_by(*order)
        if customer:
            query = query.where(_PAID.c.customer == customer)
        with self.database.read() as connection:
            return tuple(
                PaidItem(
                    source=row["source"],
                    number=row["number"],
                    customer=row["customer"],
                    due=row["due"],
                    on=row["on"],
                    amount=Money(row["amount"], row["currency"]),
                    iban=row["iban"],
                    by_fetch=row["by_fetch"],
                    issued=row["issued"],
                )
                for row in connection.execute(query).mappings()
            )

    def count(self, before: dt.date) -> int:
        with self.database.read() as connection:
            query = select(func.count()).select_from(_PAID).where(_PAID.c.on < before)
            return connection.scalar(query) or 0

    def forget(self, before: dt.date) -> int:
        with self.database.write() as connection:
            return connection.execute(delete(_PAID).where(_PAID.c.on < before)).rowcount


@dataclass(frozen=True, slots=True)
class StoredMessageEvents:
    """Fulfils `clerkwork.ports.MessageEvents`, where the methods are described."""

    database: Database

    def note(self, event: MessageEvent) -> bool:
        report = event.provider or event.at.astimezone(dt.UTC).isoformat(timespec="microseconds")
        with self.database.write() as connection:
            seq = connection.scalar(select(_MESSAGES.c.seq).where(_MESSAGES.c.key == event.message))
            if seq is None:
                raise ValueError(f"there is no message {event.message!r} in the outbox")
            there = (
                select(_EVENTS.c.id)
                .where(_EVENTS.c.message == seq)
                .where(_EVENTS.c.kind == event.kind)
                .where(_EVENTS.c.report == report)
            )
            if connection.scalar(there) is not None:
                return False
            connection.execute(
                insert(_EVENTS).values(
                    message=seq,
                    kind=event.kind,
                    at=event.at,
                    report=report,
                    provider=event.provider,
                )
            )
            return True

    def all(self, message: str = "", kinds: Collection[str] = ()) -> tuple[MessageEvent, ...]:
        query = (
            select(_EVENTS, _MESSAGES.c.key)
            .join_from(_EVENTS, _MESSAGES, _EVENTS.c.message == _MESSAGES.c.seq)
            .order_by(_EVENTS.c.at, _EVENTS.c.id)
        )
        if message:
            query = query.where(_MESSAGES.c.key == message)
        if kinds:
            query = query.where(_EVENTS.c.kind.in_(list(kinds)))
        with self.database.read() as connection:
            return tuple(
                MessageEvent(
                    message=row["key"], kind=row["kind"], at=row["at"], provider=row["provider"]
                )
                for row in connection.execute(query).mappings()
            )

    def count(self, before: dt.date) -> int:
        with self.database.read() as connection:
            query = select(func.count()).select_from(_EVENTS).where(_EVENTS.c.at < _start(before))
            return connection.scalar(query) or 0

    def forget(self, before: dt.date) -> int:
        with self.database.write() as connection:
            return connection.execute(delete(_EVENTS).where(_EVENTS.c.at < _start(before))).rowcount


def _start(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)
