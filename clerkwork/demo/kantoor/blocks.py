"""Kantoor ERP's page that blocks a debtor: looking one up, and setting his block."""

from __future__ import annotations

import sqlite3

from starlette.responses import Response

from clerkwork.demo.kantoor.debtors import BLOCKS
from clerkwork.demo.kantoor.posting import Refused, block_debtor
from clerkwork.demo.kantoor.view import Table
from clerkwork.demo.kantoor.visit import Visit

__all__ = ["block", "set_block"]

LONGEST_REASON = 60
_HEADINGS = ("Nummer", "Naam", "Plaats", "Blokkade", "Reden blokkade")


def block(visit: Visit, message: str = "") -> Response:
    number = visit.field("debnr")
    row: sqlite3.Row | None = visit.connection.execute(
        "SELECT * FROM debtors WHERE number = ?", (number,)
    ).fetchone()
    rows = [] if row is None else [_row(row)]
    return visit.page(
        "blokkade.html",
        number=number,
        asked="debnr" in visit.fields,
        table=Table(_HEADINGS, rows),
        kinds=[name for name in BLOCKS.values() if name],
        message=message,
    )


def set_block(visit: Visit) -> Response:
    """Set it and show the empty page again, as if nothing had happened."""
    kinds = {shown: name for name, shown in BLOCKS.items()}
    try:
        block_debtor(
            visit.connection,
            visit.field("debnr"),
            block=kinds.get(visit.field("soort"), ""),
            reason=visit.field("blokreden")[:LONGEST_REASON],
            user=visit.session.user,
            at=visit.now,
        )
    except Refused as refused:
        return block(visit, str(refused))
    return visit.page(
        "blokkade.html",
        number="",
        asked=False,
        table=Table(_HEADINGS, []),
        kinds=[],
        message="",
    )


def _row(row: sqlite3.Row) -> tuple[str, ...]:
    return (
        row["number"],
        row["name"],
        row["city"],
        BLOCKS.get(row["block"], row["block"]),
        row["block_reason"],
    )
