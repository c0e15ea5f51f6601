"""Kantoor ERP's pages for orders that wait for credit: list, decision, looking one up."""

from __future__ import annotations

import sqlite3

from starlette.responses import Response

from clerkwork.demo.kantoor.formats import amount, day
from clerkwork.demo.kantoor.posting import Refused, decide_order
from clerkwork.demo.kantoor.view import Table
from clerkwork.demo.kantoor.visit import Visit

__all__ = ["decide", "find_order", "order", "waiting_orders"]

LONGEST_REASON = 100

_WAITING = ("Ordernr", "Debiteur", "Naam", "Datum", "Bedrag", "Omschrijving")
_STATE = (*_WAITING, "Status", "Door", "Reden")
_ORDERS = "SELECT orders.*, name, credit_limit FROM orders JOIN debtors ON debtors.number = debtor "


def waiting_orders(visit: Visit, message: str = "") -> Response:
    rows = visit.connection.execute(_ORDERS + "WHERE state = 'wacht' ORDER BY orders.number")
    table = Table(_WAITING, [_row(row) for row in rows], frozenset({"Bedrag"}))
    return visit.page("orders.html", table=table, message=message)


def order(visit: Visit, message: str = "") -> Response:
    row = _order(visit, visit.field("nr"))
    if row is None:
        return waiting_orders(visit, "Onbekende order")
    owed = visit.connection.execute(
        "SELECT coalesce(sum(open), 0) FROM items WHERE debtor = ?", (row["debtor"],)
    ).fetchone()[0]
    return visit.page("order.html", order=row, owed=owed, message=message)


def decide(visit: Visit) -> Response:
    """Decide and go back to the list, without a word."""
    try:
        decide_order(
            visit.connection,
            visit.field("nr"),
            state=visit.field("besluit"),
            reason=visit.field("reden")[:LONGEST_REASON],
            user=visit.session.user,
            at=visit.now,
        )
    except Refused as refused:
        return order(visit, str(refused))
    return waiting_orders(visit)


def find_order(visit: Visit) -> Response:
    number = visit.field("ordernr")
    row = _order(visit, number)
    rows = [] if row is None else [_state_row(row)]
    return visit.page(
        "orderzoek.html", number=number, table=Table(_STATE, rows, frozenset({"Bedrag"}))
    )


def _order(visit: Visit, number: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = visit.connection.execute(
        _ORDERS + "WHERE orders.number = ?", (number,)
    ).fetchone()
    return row


def _row(row: sqlite3.Row) -> tuple[str, ...]:
    return (
        row["number"],
        row["debtor"],
        row["name"],
        day(row["placed"]),
        amount(row["cents"]),
        row["description"],
    )


def _state_row(row: sqlite3.Row) -> tuple[str, ...]:
    return (*_row(row), row["state"], row["decided_by"] or "", row["reason"])
