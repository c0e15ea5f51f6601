"""Kantoor ERP's ledger card: opening balance, entries, closing balance on the last page."""

from __future__ import annotations

import sqlite3

from starlette.responses import Response

from clerkwork.demo.kantoor.debtors import PAGE, page_number
from clerkwork.demo.kantoor.formats import amount, day, read_day
from clerkwork.demo.kantoor.view import Table
from clerkwork.demo.kantoor.visit import Visit

__all__ = ["ledger_card"]

_HEADINGS = (
    "Datum",
    "Ontvangstnr",
    "Omschrijving",
    "Kenmerk",
    "Debet",
    "Credit",
    "Gebruiker",
)


def ledger_card(visit: Visit) -> Response:
    accounts = visit.connection.execute("SELECT * FROM ledger_accounts ORDER BY number").fetchall()
    account = next((a for a in accounts if a["number"] == visit.field("rekening")), None)
    since = read_day(visit.field("vanaf"), visit.today)
    values: dict[str, object] = {"accounts": accounts, "account": account, "since": since}
    if account is not None:
        values |= _card(visit, account, since.isoformat())
    return visit.page("grootboek.html", **values)


def _card(visit: Visit, account: sqlite3.Row, since: str) -> dict[str, object]:
    number = account["number"]
    before, after, count = visit.connection.execute(
        "SELECT coalesce(sum(cents) FILTER (WHERE day < ?1), 0), coalesce(sum(cents), 0),"
        " count(*) FILTER (WHERE day >= ?1) FROM ledger_entries WHERE account = ?2",
        (since, number),
    ).fetchone()
    last = max(1, -(-count // PAGE))
    page = min(page_number(visit), last)
    rows = visit.connection.execute(
        "SELECT * FROM ledger_entries WHERE account = ? AND day >= ? ORDER BY day, id"
        " LIMIT ? OFFSET ?",
        (number, since, PAGE, (page - 1) * PAGE),
    )
    return {
        "table": Table(_HEADINGS, [_row(row) for row in rows], frozenset({"Debet", "Credit"})),
        "opening": amount(account["opening"] + before),
        "closing": amount(account["opening"] + after),
        "number": page,
        "last": last,
    }


def _row(row: sqlite3.Row) -> tuple[str, ...]:
    cents = row["cents"]
    return (
        day(row["day"]),
        row["document"],
        row["text"],
        row["reference"],
        amount(cents) if cents > 0 else "",
        amount(-cents) if cents < 0 else "",
        row["keyed_by"],
    )
