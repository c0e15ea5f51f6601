"""A paged list of open items on the loopback: what the benchmark of extraction reads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

__all__ = ["COLUMNS", "ROWS_A_PAGE", "Checksum", "PagedPortal", "checksum", "page", "serving"]

ROWS_A_PAGE = 100
COLUMNS = (
    "Stuknr",
    "Debiteur",
    "Datum",
    "Vervaldatum",
    "Totaal",
    "Openstaand",
    "Betalingskorting",
    "Status",
)
_FIRST = date(2026, 1, 5)
_STYLE = """body{font:13px Arial} table.list{border-collapse:collapse}
.list td,.list th{border:1px solid #999;padding:2px 6px} .list tr:nth-child(even){background:#eef}
td.amount{text-align:right}"""


@dataclass(frozen=True, slots=True)
class Checksum:
    """By which it is told that all rows were read, and read right."""

    rows: int
    open: int
    """Sum of what is open, in cents."""
    due: int
    """Sum of the due dates' ordinals."""


@dataclass(slots=True)
class PagedPortal:
    """The portal as it stands now; `pages` may be set between two readings."""

    address: str = ""
    pages: int = 1
    asked: Callable[[int], None] = lambda _: None
    """Told the number of each page before it is sent."""


@dataclass(frozen=True, slots=True)
class _Item:
    number: str
    debtor: str
    issued: date
    due: date
    total: int
    open: int
    discount: int
    state: str


def _item(at: int) -> _Item:
    issued = _FIRST + timedelta(days=at * 7 % 300)
    total = 1_250 + at * 7_919 % 1_875_000
    paid = total // 3 if at % 11 == 0 else 0
    return _Item(
        number=f"2026{at:06}",
        debtor=str(10_000 + at * 31 % 997),
        issued=issued,
        due=issued + timedelta(days=(14, 30, 60)[at % 3]),
        total=total,
        open=-total if at % 17 == 0 else total - paid,
        discount=total // 50 if at % 5 == 0 else 0,
        state="betwist" if at % 41 == 0 else "",
    )


@lru_cache(maxsize=64)
def checksum(pages: int) -> Checksum:
    """Of all rows of so many pages."""
    items = [_item(at) for at in range(pages * ROWS_A_PAGE)]
    due = sum(item.due.toordinal() for item in items)
    return Checksum(len(items), sum(item.open for item in items), due)


def page(number: int, pages: int) -> str:
    """A page of the list, from 1, as a browser is sent it."""
    start = (number - 1) * ROWS_A_PAGE
    rows = "\n".join(_row(_item(at)) for at in range(start, start + ROWS_A_PAGE))
    heads = "".join(f"<th>{words}</th>" for words in COLUMNS)
    following = f"<a href='/items?page={number + 1}'>Volgende</a>" if number < pages else ""
    told = checksum(pages)
    return (
        f"<!doctype html><html lang=nl><head><meta charset=utf-8><title>Openstaande posten</title>"
        f"<style>{_STYLE}</style></head><body><h1>Lijst van posten</h1>"
        f"<table class=list><thead><tr>{heads}</tr></thead><tbody>\n{rows}\n</tbody></table>"
        f"<p>Totaal openstaand <b id=total>{_amount(told.open)}</b></p>"
        f"<p id=count>{told.rows} posten</p><p>Pagina {number} van {pages} {following}</p>"
        f"<p><a href='/'>Menu</a> <a href='/items?page=1'>Openstaande posten</a></p></body></html>"
    )


def _row(item: _Item) -> str:
    return (
        f"<tr><td>{item.number}</td><td>{item.debtor}</td><td>{item.issued:%d-%m-%Y}</td>"
        f"<td>{item.due:%d-%m-%Y}</td><td class=amount>{_amount(item.total)}</td>"
        f"<td class=amount>{_amount(item.open)}</td>"
        f"<td class=amount>{_amount(item.discount) if item.discount else ''}</td>"
        f"<td>{item.state}</td></tr>"
    )


def _amount(cents: int) -> str:
    return f"{cents / 100:,.2f}".translate({ord(","): ".", ord("."): ","})


_MENU = (
    "<!doctype html><html lang=nl><head><meta charset=utf-8><title>Menu</title></head><body>"
    "<h1>Menu</h1><a href='/items?page=1'>Openstaande posten</a></body></html>"
)


@contextmanager
def serving() -> Iterator[PagedPortal]:
    """The portal, on a free port for the time of the block."""
    portal = PagedPortal()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            status, text = 200, _MENU
            if asked.path == "/items":
                number = int(parse_qs(asked.query)["page"][0])
                portal.asked(number)
                text = page(number, portal.pages)
            elif asked.path != "/":
                status, text = 404, ""
            content = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Silent: the benchmark prints figures alone."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    portal.address = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield portal
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
