"""Polder Bank inside: accounts, transactions, statements to download."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from starlette.responses import JSONResponse, Response

from clerkwork.demo.polder.database import accounts, entries_before, statements_between
from clerkwork.demo.polder.entries import Statement
from clerkwork.demo.polder.statements import (
    statement_camt053,
    statement_csv,
    statement_mt940,
)
from clerkwork.demo.polder.visit import Visit
from clerkwork.demo.polder.wording import amount, day

__all__ = ["account_page", "export", "more", "overview"]

PAGE = 20
_NEWEST = 2**62
_LONGEST = 366
_FORMATS: dict[str, tuple[Callable[[Sequence[Statement]], bytes], str, str]] = {
    "camt053": (statement_camt053, "xml", "application/xml"),
    "mt940": (statement_mt940, "sta", "text/plain"),
    "csv": (statement_csv, "csv", "text/csv"),
}
FORMATS = {"camt053": "CAMT.053", "mt940": "MT940", "csv": "CSV"}


def overview(visit: Visit) -> Response:
    return _accounts(visit)


def _accounts(visit: Visit, notice: str = "", *, status: int = 200) -> Response:
    found = accounts(visit.bank.connection, visit.bank.today())
    values = {
        "accounts": found,
        "total": sum(row["balance"] for row in found),
        "notice": notice,
        **_dialog(visit, found, None),
    }
    return visit.page("accounts.html", values, status=status)


def account_page(visit: Visit) -> Response:
    found = accounts(visit.bank.connection, visit.bank.today())
    row = next((one for one in found if one["id"] == visit.request.path_params["number"]), None)
    if row is None:
        return visit.page("missing.html", status=404)
    return visit.page("account.html", {"account": row, **_dialog(visit, found, row["id"])})


def _dialog(visit: Visit, found: Sequence[object], chosen: int | None) -> dict[str, object]:
    return {
        "choices": found,
        "chosen": chosen,
        "formats": FORMATS,
        "today": visit.bank.today().isoformat(),
    }


def more(visit: Visit) -> Response:
    """The next twenty transactions below `before`, newest first, as texts to show."""
    try:
        before = int(visit.request.query_params.get("before", _NEWEST))
    except ValueError:
        return JSONResponse({"error": "before is not a number"}, 400)
    number = visit.request.path_params["number"]
    rows = entries_before(
        visit.bank.connection, number, min(before, _NEWEST), visit.bank.today(), PAGE
    )
    shown = [
        {
            "day": day(visit.language, date.fromisoformat(row["booked"])),
            "name": row["name"] or row["text"],
            "iban": row["iban"],
            "text": row["text"] or row["structured"],
            "cents": amount(visit.language, row["cents"]),
            "balance": amount(visit.language, row["balance"]),
            "out": row["cents"] < 0,
        }
        for row in rows
    ]
    following = rows[-1]["id"] if len(rows) == PAGE else None
    return JSONResponse({"rows": shown, "before": following}, headers={"Cache-Control": "no-store"})


def export(visit: Visit) -> Response:
    """All statements of the range in one file, or a page that says why there is none."""
    query = visit.request.query_params
    today = visit.bank.today()
    found = accounts(visit.bank.connection, today)
    wanted = [row["id"] for row in found if query.get("account") in ("all", str(row["id"]))]
    try:
        first, last = (date.fromisoformat(query.get(name, "")) for name in ("from", "to"))
        render, ending, media = _FORMATS[query.get("format", "")]
    except (ValueError, KeyError):
        return _accounts(visit, visit.say("bad period"), status=422)
    if not wanted or last < first or (last - first).days > _LONGEST:
        return _accounts(visit, visit.say("bad period"), status=422)
    statements = statements_between(visit.bank.connection, wanted, first, last, today)
    if not statements:
        return _accounts(visit, visit.say("no statements"), status=404)
    account = statements[0].iban if len(wanted) == 1 else "PLDR"
    name = f"{account}_{first:%Y%m%d}_{last:%Y%m%d}.{ending}"
    return Response(
        render(statements),
        media_type=media,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )
