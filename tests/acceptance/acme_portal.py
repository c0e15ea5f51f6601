"""Acme ERP: a small modern portal, served on loopback by the test that drives it."""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from html import escape
from pathlib import Path
from socket import socket
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

__all__ = ["Acme", "serve_acme"]

_SCHEMA = """
CREATE TABLE items (number TEXT PRIMARY KEY, account TEXT, due TEXT, balance INTEGER);
CREATE TABLE receipts (
    number INTEGER PRIMARY KEY, reference TEXT, account TEXT, day TEXT, cents INTEGER);
CREATE TABLE receipt_lines (receipt INTEGER, item TEXT, cents INTEGER);
"""

_FORM = """
<form method="post" action="/receipt">
<p><label>Account <input name="account" id="account"></label>
<p><label>Date <input type="date" name="day" required></label>
<p><label>Amount <input name="amount" inputmode="decimal"></label>
<p><label>Reference <input name="reference"></label>
<table><thead><tr><th>Doc no.<th>Due<th>Balance<th>Paid</tr></thead><tbody id="of"></tbody></table>
<p><button>Post</button>
</form>
<script>
document.getElementById("account").addEventListener("change", async (event) => {
  const answer = await fetch("/items-of?account=" + encodeURIComponent(event.target.value));
  document.getElementById("of").replaceChildren(...(await answer.json()).map((item) => {
    const row = document.createElement("tr");
    for (const text of [item.number, item.due, item.balance]) {
      row.insertCell().textContent = text;
    }
    const field = document.createElement("input");
    field.name = "paid:" + item.number;
    row.insertCell().append(field);
    return row;
  }));
});
</script>
"""


@dataclass(frozen=True, kw_only=True)
class Acme:
    """The portal: one user, a database of its own, dates dd-mm-yyyy, a decimal comma."""

    database: Path
    user: str = "clerk"
    password: str = "correct horse"
    sessions: set[str] = field(default_factory=set)

    def owe(self, items: Sequence[tuple[str, str, date, int]]) -> None:
        """Number, account, due date and cents of each open item."""
        with closing(sqlite3.connect(self.database)) as acme:
            acme.executescript(_SCHEMA)
            rows = [(number, to, due.isoformat(), cents) for number, to, due, cents in items]
            acme.executemany("INSERT INTO items VALUES (?, ?, ?, ?)", rows)
            acme.commit()

    def ask(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.database)) as acme, acme:
            return acme.execute(query, values).fetchall()

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/", self._home),
                Route("/login", self._log_in, methods=["POST"]),
                Route("/items", self._items),
                Route("/items-of", self._items_of),
                Route("/receipt", self._form, methods=["GET"]),
                Route("/receipt", self._post, methods=["POST"]),
                Route("/receipts", self._receipts),
            ]
        )

    def _knows(self, request: Request) -> bool:
        return request.cookies.get("acme", "") in self.sessions

    async def _home(self, request: Request) -> Response:
        if self._knows(request):
            return _page("Welcome", "<p>Good morning.</p>")
        return HTMLResponse(
            '<!doctype html><title>Acme ERP 7</title><form method="post" action="/login">'
            '<label>User name <input name="user"></label>'
            '<label>Password <input name="password" type="password"></label>'
            "<button>Log in</button></form>"
        )

    async def _log_in(self, request: Request) -> Response:
        sent = await _sent(request)
        answer = RedirectResponse("/", 303)
        if (sent.get("user"), sent.get("password")) == (self.user, self.password):
            session = secrets.token_hex(8)
            self.sessions.add(session)
            answer.set_cookie("acme", session, httponly=True)
        return answer

    async def _items(self, request: Request) -> Response:
        rows = self.ask("SELECT * FROM items WHERE balance <> 0 ORDER BY number")
        told = [(str(n), str(to), _day(due), _euros(cents)) for n, to, due, cents in rows]
        total = sum(int(str(cents)) for *_, cents in rows)
        body = _table("oi", ("Doc no.", "Account", "Due", "Balance"), told)
        return self._for_members(
            request, "Ledger", f'{body}<p>Total <b id="oi-total">{_euros(total)}</b></p>'
        )

    async def _items_of(self, request: Request) -> Response:
        query = "SELECT number, due, balance FROM items WHERE account = ? AND balance <> 0"
        rows = self.ask(query, request.query_params.get("account", ""))
        told = [{"number": n, "due": _day(due), "balance": _euros(c)} for n, due, c in rows]
        return JSONResponse(told if self._knows(request) else [])

    async def _form(self, request: Request) -> Response:
        return self._for_members(request, "Money came in", _FORM)

    async def _post(self, request: Request) -> Response:
        if not self._knows(request):
            return RedirectResponse("/", 303)
        sent = await _sent(request)
        with closing(sqlite3.connect(self.database)) as acme, acme:
            number = acme.execute(
                "INSERT INTO receipts (reference, account, day, cents) VALUES (?, ?, ?, ?)",
                (sent["reference"], sent["account"], sent["day"], _cents(sent["amount"])),
            ).lastrowid
            for name, paid in sent.items():
                kind, _, item = name.partition(":")
                if kind == "paid" and paid:
                    line = (number, item, _cents(paid))
                    acme.execute("INSERT INTO receipt_lines VALUES (?, ?, ?)", line)
                    lower = "UPDATE items SET balance = balance - ? WHERE number = ?"
                    acme.execute(lower, (_cents(paid), item))
        return RedirectResponse("/receipts", 303)

    async def _receipts(self, request: Request) -> Response:
        query = "SELECT reference, number, account, day, cents FROM receipts ORDER BY number"
        rows = [
            (str(reference), f"RC{number}", str(account), _day(day), _euros(cents))
            for reference, number, account, day, cents in self.ask(query)
        ]
        headings = ("Reference", "Receipt", "Account", "Date", "Amount")
        body = _table("receipts", headings, rows) if rows else "<p>Nothing has come in yet.</p>"
        return self._for_members(request, "What came in", body)

    def _for_members(self, request: Request, title: str, body: str) -> Response:
        return _page(title, body) if self._knows(request) else RedirectResponse("/", 303)


@contextmanager
def serve_acme(acme: Acme) -> Iterator[str]:
    """The portal's address, for the time of the block."""
    server = uvicorn.Server(uvicorn.Config(acme.app(), log_level="error"))
    with socket() as listening:
        listening.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            server.should_exit = True
            thread.join()


def _page(title: str, body: str) -> Response:
    return HTMLResponse(
        f"<!doctype html><title>Acme ERP 7</title><nav><a href='/items'>Open items</a> "
        f"<a href='/receipt'>New receipt</a> <a href='/receipts'>Receipts</a></nav>"
        f"<main><h1>{title}</h1>{body}</main>"
    )


def _table(id: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{heading}" for heading in headings)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}" for cell in row) + "</tr>" for row in rows
    )
    return f'<table id="{id}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


async def _sent(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))


def _day(iso: object) -> str:
    return f"{date.fromisoformat(str(iso)):%d-%m-%Y}"


def _euros(cents: object) -> str:
    whole, part = divmod(abs(int(str(cents))), 100)
    sign = "-" if int(str(cents)) < 0 else ""
    return f"{sign}{whole:,}".replace(",", ".") + f",{part:02d}"


def _cents(text: str) -> int:
    whole, _, part = text.replace(".", "").partition(",")
    return int(whole or "0") * 100 + int(part.ljust(2, "0")[:2])
