"""What was fetched from the ERP: debtors, open items, orders and ledger balances."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, delete, func, insert, select

from clerkwork.adapters.store import schema
from clerkwork.adapters.store.columns import spelt
from clerkwork.core.ledger import Debtor, LedgerBalance, OpenItem, Order
from clerkwork.core.money import Money

__all__ = [
    "as_fetched",
    "debtor_values",
    "fetched_at",
    "fetched_by",
    "item_values",
    "last_move",
    "note_balance",
    "note_fetch",
    "order_values",
    "read_balances",
    "read_debtors",
    "read_items",
    "read_orders",
    "replace_rows",
]

Values = dict[str, Any]


def replace_rows(
    connection: Connection, table: Table, source: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Put these rows in the place of all that this source gave before."""
    connection.execute(delete(table).where(table.c.source == source))
    if rows:
        numbered = [
            {"source": source, "position": position, **row} for position, row in enumerate(rows)
        ]
        connection.execute(insert(table), numbered)


def last_move(connection: Connection) -> int:
    """The newest move of a posting, as a time that also passes when the clock stands."""
    return connection.scalar(select(func.max(schema.posting_moves.c.id))) or 0


def note_fetch(
    connection: Connection, what: str, source: str, at: dt.datetime, count: int, move: int
) -> None:
    fetches = schema.fetches
    connection.execute(
        delete(fetches).where(fetches.c.what == what).where(fetches.c.source == source)
    )
    connection.execute(
        insert(fetches).values(what=what, source=source, at=at, count=count, last_move=move)
    )


def fetched_at(connection: Connection, what: str) -> dt.datetime | None:
    """The oldest over the sources: no part of what is read is older than this."""
    return min(fetched_by(connection, what).values(), default=None)


def fetched_by(connection: Connection, what: str) -> dict[str, dt.datetime]:
    fetches = schema.fetches
    query = (
        select(fetches.c.source, fetches.c.at)
        .where(fetches.c.what == what)
        .order_by(spelt(fetches.c.source))
    )
    return {row.source: row.at for row in connection.execute(query)}


def as_fetched(connection: Connection) -> tuple[object, ...]:
    """The fetches of debtors and open items, and the newest move of a posting, which may have
    changed an item since.
    """
    fetches = schema.fetches
    rows = connection.execute(
        select(fetches)
        .where(fetches.c.what.in_(("debtors", "open items")))
        .order_by(fetches.c.what, spelt(fetches.c.source))
    )
    return (*(tuple(row) for row in rows), last_move(connection))


def note_balance(connection: Connection, source: str, balance: LedgerBalance) -> None:
    balances = schema.balances
    connection.execute(
        delete(balances)
        .where(balances.c.source == source)
        .where(balances.c.ledger == balance.ledger)
    )
    connection.execute(
        insert(balances).values(
            source=source,
            ledger=balance.ledger,
            balance=balance.balance.minor,
            currency=balance.balance.currency,
        )
    )


def debtor_values(debtor: Debtor) -> Values:
    limit = debtor.credit_limit
    return {
        "number": debtor.number,
        "name": debtor.name,
        "kind": debtor.kind,
        "address": list(debtor.address),
        "country": debtor.country,
        "language": debtor.language,
        "email": debtor.email,
        "ibans": list(debtor.ibans),
        "credit_limit": None if limit is None else limit.minor,
        "currency": None if limit is None else limit.currency,
        "terms": debtor.terms,
        "paper": debtor.paper,
        "block": debtor.block,
        "mobile": debtor.mobile,
        "preferred": debtor.preferred,
        "age": debtor.age,
        "occupation": debtor.occupation,
        "needs": list(debtor.needs),
    }


def item_values(item: OpenItem) -> Values:
    """Raises `ValueError` if its amounts are of different currencies."""
    currency = item.open.currency
    for other in (item.total, item.discount):
        if other is not None and other.currency != currency:
            raise ValueError(f"open item {item.number}: {other} is not in {currency} like the rest")
    return {
        "number": item.number,
        "customer": item.customer,
        "open": item.open.minor,
        "currency": currency,
        "due": item.due,
        "issued": item.issued,
        "total": None if item.total is None else item.total.minor,
        "discount": None if item.discount is None else item.discount.minor,
        "discount_until": item.discount_until,
        "disputed": item.disputed,
    }


def order_values(order: Order) -> Values:
    return {
        "number": order.number,
        "customer": order.customer,
        "amount": order.amount.minor,
        "currency": order.amount.currency,
        "placed": order.placed,
        "description": order.description,
    }


def _rows(connection: Connection, table: Table, **only: str) -> Sequence[RowMapping]:
    order = (spelt(table.c.source), table.c.position)
    query = select(table).order_by(*order)
    for column, value in only.items():
        if value:
            query = query.where(table.c[column] == value)
    return connection.execute(query).mappings().all()


def read_debtors(connection: Connection, number: str = "") -> tuple[Debtor, ...]:
    return tuple(
        Debtor(
            number=row["number"],
            name=row["name"],
            kind=row["kind"],
            address=tuple(row["address"]),
            country=row["country"],
            language=row["language"],
            email=row["email"],
            ibans=tuple(row["ibans"]),
            credit_limit=_maybe(row["credit_limit"], row["currency"]),
            terms=row["terms"],
            paper=row["paper"],
            block=row["block"],
            mobile=row["mobile"],
            preferred=row["preferred"],
            age=row["age"],
            occupation=row["occupation"],
            needs=tuple(row["needs"]),
        )
        for row in _rows(connection, schema.debtors, number=number)
    )


def read_items(connection: Connection, customer: str = "") -> tuple[OpenItem, ...]:
    """Those that are still open; what was keyed to zero waits for the next fetch."""
    return tuple(
        OpenItem(
            number=row["number"],
            customer=row["customer"],
            open=Money(row["open"], row["currency"]),
            due=row["due"],
            issued=row["issued"],
            total=_maybe(row["total"], row["currency"]),
            discount=_maybe(row["discount"], row["currency"]),
            discount_until=row["discount_until"],
            disputed=row["disputed"],
        )
        for row in _rows(connection, schema.items, customer=customer)
        if row["open"] != 0
    )


def read_orders(connection: Connection) -> tuple[Order, ...]:
    return tuple(
        Order(
            number=row["number"],
            customer=row["customer"],
            amount=Money(row["amount"], row["currency"]),
            placed=row["placed"],
            description=row["description"],
        )
        for row in _rows(connection, schema.orders)
    )


def read_balances(connection: Connection) -> tuple[LedgerBalance, ...]:
    balances = schema.balances
    rows = connection.execute(
        select(balances).order_by(spelt(balances.c.source), spelt(balances.c.ledger))
    )
    return tuple(
        LedgerBalance(ledger=row["ledger"], balance=Money(row["balance"], row["currency"]))
        for row in rows.mappings()
    )


def _maybe(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money(minor, currency)
