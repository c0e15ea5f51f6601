"""Kantoor ERP's pages for receipts: the form that books one, finding them again, reversing."""

from __future__ import annotations

import sqlite3

from starlette.responses import Response

from clerkwork.demo.kantoor.formats import amount, day, read_amount, read_day
from clerkwork.demo.kantoor.posting import (
    Paid,
    Receipt,
    Refused,
    book_receipt,
    reverse_receipt,
)
from clerkwork.demo.kantoor.view import Table
from clerkwork.demo.kantoor.visit import Visit

__all__ = ["blank_form", "book", "find", "reversal", "reverse", "wipe"]

LONGEST_REFERENCE = 35
LONGEST_DESCRIPTION = 60

_HEADINGS = (
    "Ontvangstnr",
    "Datum",
    "Debiteur",
    "Bedrag",
    "Kenmerk",
    "Dagboek",
    "Stuknr",
    "Betaald",
    "Korting",
    "Op rekening",
    "Status",
)
_AMOUNTS = frozenset({"Bedrag", "Betaald", "Korting", "Op rekening"})
_FOUND = (
    "SELECT receipts.*, item, paid, discount FROM receipts LEFT JOIN receipt_lines"
    " ON receipt_lines.receipt = receipts.number WHERE "
)


def blank_form(visit: Visit) -> Response:
    return _form(visit, {})


def wipe(visit: Visit) -> Response:
    """The postback when the debtor changes: fresh open items, reference and description gone."""
    kept = {**_read_back(visit), "kenmerk": "", "omschrijving": ""}
    unknown = kept["debiteur"] and _debtor(visit, kept["debiteur"]) is None
    return _form(visit, kept, "Onbekende debiteur" if unknown else "")


def book(visit: Visit) -> Response:
    """Book, and show an empty form again, as if nothing had happened."""
    if "boeken" in visit.fields:
        # The hidden button of the same name: it clears the form and books nothing.
        return _form(visit, {})
    try:
        receipt, shown = _typed(visit)
        book_receipt(
            visit.connection,
            receipt,
            shown=shown,
            user=visit.session.user,
            at=visit.now,
            today=visit.today,
        )
    except Refused as refused:
        return _form(visit, _read_back(visit), str(refused))
    return _form(visit, {})


def find(visit: Visit) -> Response:
    reference = visit.field("kenmerk")
    rows = visit.connection.execute(
        _FOUND + "reference = ? ORDER BY receipts.id, receipt_lines.rowid", (reference,)
    ).fetchall()
    return visit.page(
        "ontvangsten.html",
        reference=reference,
        asked="kenmerk" in visit.fields,
        table=_receipt_table(rows),
    )


def reversal(visit: Visit, message: str = "") -> Response:
    number = visit.field("ontvangstnr")
    rows = visit.connection.execute(_FOUND + "receipts.number = ?", (number,)).fetchall()
    return visit.page("storno.html", number=number, table=_receipt_table(rows), message=message)


def reverse(visit: Visit) -> Response:
    number = visit.field("ontvangst")
    try:
        reverse_receipt(
            visit.connection,
            number,
            user=visit.session.user,
            at=visit.now,
            today=visit.today,
        )
    except Refused as refused:
        return reversal(visit, str(refused))
    return reversal(visit)


def _typed(visit: Visit) -> tuple[Receipt, dict[str, int]]:
    """The receipt as the ERP reads what was typed, with the open amounts its form showed."""
    cents = read_amount(visit.field("bedrag"))
    if cents is None:
        raise Refused("Ongeldig bedrag")
    lines: list[Paid] = []
    shown: dict[str, int] = {}
    for meaning in visit.fields:
        kind, _, item = meaning.partition(":")
        # Only ticked rows count, whatever stands in the others.
        if kind != "vink":
            continue
        paid = read_amount(visit.field(f"betaald:{item}") or "0")
        discount = read_amount(visit.field(f"korting:{item}") or "0")
        if paid is None or discount is None:
            raise Refused(f"Ongeldig bedrag bij post {item}")
        lines.append(Paid(item=item, cents=paid, discount=discount))
        shown[item] = read_amount(visit.field(f"open:{item}")) or 0
    receipt = Receipt(
        debtor=visit.field("debiteur"),
        day=read_day(visit.field("datum"), visit.today),
        ledger=visit.field("dagboek"),
        cents=cents,
        reference=visit.field("kenmerk")[:LONGEST_REFERENCE],
        description=visit.field("omschrijving")[:LONGEST_DESCRIPTION],
        lines=tuple(lines),
    )
    return receipt, shown


def _read_back(visit: Visit) -> dict[str, str]:
    """The head of the form as it was understood; a misread amount or date shows here only."""
    cents = read_amount(visit.field("bedrag"))
    return {
        "debiteur": visit.field("debiteur"),
        "datum": day(read_day(visit.field("datum"), visit.today)),
        "dagboek": visit.field("dagboek"),
        "bedrag": "" if cents is None else amount(cents),
        "kenmerk": visit.field("kenmerk"),
        "omschrijving": visit.field("omschrijving"),
    }


def _form(visit: Visit, head: dict[str, str], message: str = "") -> Response:
    empty = dict.fromkeys(("debiteur", "dagboek", "bedrag", "kenmerk", "omschrijving"), "")
    head = {**empty, "datum": day(visit.today), **head}
    debtor = _debtor(visit, head["debiteur"])
    items = visit.connection.execute(
        "SELECT * FROM items WHERE debtor = ? AND open <> 0 ORDER BY due, number",
        (head["debiteur"],),
    ).fetchall()
    ledgers = visit.connection.execute(
        "SELECT number, name FROM ledger_accounts WHERE kind = 'bank' ORDER BY number"
    ).fetchall()
    return visit.page(
        "ontvangst.html",
        head=head,
        debtor=debtor,
        items=items,
        ledgers=ledgers,
        message=message,
    )


def _debtor(visit: Visit, number: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = visit.connection.execute(
        "SELECT * FROM debtors WHERE number = ?", (number,)
    ).fetchone()
    return row


def _receipt_table(rows: list[sqlite3.Row]) -> Table:
    return Table(_HEADINGS, [_receipt_row(row) for row in rows], _AMOUNTS)


def _receipt_row(row: sqlite3.Row) -> tuple[str, ...]:
    """One row a line of the receipt; its head is repeated on each."""
    return (
        row["number"],
        day(row["day"]),
        row["debtor"],
        amount(row["cents"]),
        row["reference"],
        row["ledger"],
        row["item"] or "",
        "" if row["item"] is None else amount(row["paid"]),
        amount(row["discount"]) if row["discount"] else "",
        amount(row["unallocated"]) if row["unallocated"] else "",
        "gestorneerd" if row["reversed_at"] else "",
    )
