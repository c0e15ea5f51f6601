"""Kantoor ERP's pages of debtors and open items, and the pop-up that looks a debtor up."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from starlette.responses import Response

from clerkwork.demo.kantoor.formats import amount, day
from clerkwork.demo.kantoor.view import Table
from clerkwork.demo.kantoor.visit import Visit

__all__ = ["PAGE", "debtor_list", "find_item", "look_up", "open_items", "page_number"]

PAGE = 25

KINDS = {"business": "zakelijk", "consumer": "particulier"}
BLOCKS = {
    "": "",
    "promised": "toezegging",
    "blocked": "geblokkeerd",
    "deceased": "overleden",
    "insolvent": "faillissement",
    "direct debit": "incasso",
}

_ITEM_HEADINGS = (
    "Stuknr",
    "Debiteur",
    "Naam",
    "Datum",
    "Vervaldatum",
    "Totaal",
    "Openstaand",
    "Betalingskorting",
    "Korting t/m",
    "Status",
)
_DEBTOR_HEADINGS = (
    "Nummer",
    "Naam",
    "Soort",
    "Straat",
    "Postcode",
    "Plaats",
    "Land",
    "Taal",
    "E-mail",
    "IBAN",
    "Kredietlimiet",
    "Betaaltermijn",
    "Post",
    "Blokkade",
)
_AMOUNTS = frozenset({"Totaal", "Openstaand", "Betalingskorting", "Kredietlimiet"})
_ITEMS = "SELECT items.*, debtors.name FROM items JOIN debtors ON debtors.number = items.debtor "


def page_number(visit: Visit) -> int:
    """The page asked for, from 1."""
    text = visit.field("p")
    return max(1, int(text)) if text.isdecimal() and len(text) < 6 else 1


def open_items(visit: Visit) -> Response:
    count, total = visit.connection.execute(
        "SELECT count(*), coalesce(sum(open), 0) FROM items WHERE open <> 0"
    ).fetchone()
    query = _ITEMS + "WHERE open <> 0 ORDER BY items.number"
    return _list(visit, query, count, _item_row, _ITEM_HEADINGS, "posten.asp", total=total)


def debtor_list(visit: Visit) -> Response:
    count = visit.connection.execute("SELECT count(*) FROM debtors").fetchone()[0]
    query = "SELECT * FROM debtors ORDER BY number"
    return _list(visit, query, count, _debtor_row, _DEBTOR_HEADINGS, "debiteuren.asp")


def find_item(visit: Visit) -> Response:
    number = visit.field("stuknr")
    rows = visit.connection.execute(_ITEMS + "WHERE items.number = ?", (number,)).fetchall()
    table = Table(_ITEM_HEADINGS, [_item_row(row) for row in rows], _AMOUNTS)
    return visit.page("post.html", number=number, table=table)


def look_up(visit: Visit) -> Response:
    """The pop-up: debtors whose number or name holds the text."""
    text = visit.field("zoek")
    found = visit.connection.execute(
        "SELECT number, name, city FROM debtors WHERE instr(lower(name), lower(?1))"
        " OR instr(number, ?1) ORDER BY number LIMIT ?2",
        (text, PAGE + 1),
    ).fetchall()
    return visit.page("zoekdeb.html", text=text, found=found[:PAGE], more=len(found) > PAGE)


def _list(
    visit: Visit,
    query: str,
    count: int,
    to_row: Callable[[sqlite3.Row], tuple[str, ...]],
    headings: tuple[str, ...],
    address: str,
    total: int | None = None,
) -> Response:
    last = max(1, -(-count // PAGE))
    number = min(page_number(visit), last)
    rows = visit.connection.execute(f"{query} LIMIT {PAGE} OFFSET {(number - 1) * PAGE}")
    table = Table(headings, [to_row(row) for row in rows], _AMOUNTS)
    return visit.page(
        "lijst.html",
        title="Debiteurenlijst" if total is None else "Openstaande posten",
        table=table,
        address=address,
        number=number,
        last=last,
        count=count if total is None else None,
        total=total,
    )


def _item_row(row: sqlite3.Row) -> tuple[str, ...]:
    return (
        row["number"],
        row["debtor"],
        row["name"],
        day(row["issued"]),
        day(row["due"]),
        amount(row["total"]),
        amount(row["open"]),
        amount(row["discount"]) if row["discount"] else "",
        day(row["discount_until"]),
        "betwist" if row["disputed"] else "",
    )


def _debtor_row(row: sqlite3.Row) -> tuple[str, ...]:
    return (
        row["number"],
        row["name"],
        KINDS.get(row["kind"], row["kind"]),
        row["street"],
        row["postcode"],
        row["city"],
        row["country"],
        row["language"],
        row["email"],
        row["iban"],
        amount(row["credit_limit"]),
        str(row["terms"]),
        "ja" if row["paper"] else "nee",
        BLOCKS.get(row["block"], row["block"]),
    )
