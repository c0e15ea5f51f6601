"""A small Kantoor ERP for the tests, and a desk at it that speaks plain HTTP."""

from __future__ import annotations

import re
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import lxml.html
import uvicorn
from starlette.applications import Starlette

from clerkwork.demo.book import Account, Book, Debtor, Item, Line, Order, Truth
from clerkwork.demo.faults import Faults
from clerkwork.demo.kantoor import Paid, Receipt, create_database, key_by_hand, make_app

TODAY = date(2026, 3, 31)
USERS = {"robot": "geheim", "j.jansen": "ook geheim"}
BANK = "1100"
OVER = "Uw sessie is verlopen"


def debtor(number: str, name: str) -> Debtor:
    return Debtor(
        number=number,
        name=name,
        kind="business",
        country="NL",
        language="nl",
        street="Kade 1",
        postcode="1011 AB",
        city="Amsterdam",
        email="",
        iban="",
        credit_limit=500000,
        terms=30,
        paper=False,
    )


def item(number: str, of: str, cents: int) -> Item:
    issued = date(2026, 2, 1)
    due = issued + timedelta(30)
    return Item(number=number, debtor=of, issued=issued, due=due, total=cents, open=cents)


def a_book() -> Book:
    """30 debtors and 62 open items; 10001 owes 100,00 and 1.250,00, less a credit note of 50,00."""
    named = (debtor("10001", "Bakkerij Café Noir"), debtor("10002", "<script>alert(1)</script>"))
    others = tuple(debtor(str(10003 + i), f"Klant {i}") for i in range(28))
    owed = (
        item("20260001", "10001", 10000),
        item("20260002", "10001", 125000),
        item("C0000001", "10001", -5000),
        item("20260003", "10002", 7500),
    )
    rest = tuple(item(f"2026{100 + i:04}", str(10003 + i % 28), 1000 + i) for i in range(58))
    account = Account(
        iban="NL02POLD0123456789", bic="POLDNL2A", name="Polder", ledger=BANK, opening=100000
    )
    line = Line(
        account=account.iban,
        booked=TODAY,
        valued=TODAY,
        cents=10000,
        name="Café Noir",
        iban="",
        text="20260001",
        structured="",
        end_to_end="",
        bank_ref="B1",
        code="sepa-ct",
        truth=Truth(case="secret-truth"),
    )
    order = Order(
        number="V-501",
        debtor="10001",
        placed=TODAY,
        cents=99900,
        description="Deegkuip",
        expected="secret-release",
    )
    return Book(
        today=TODAY,
        accounts=(account,),
        debtors=named + others,
        items=owed + rest,
        lines=(line,),
        orders=(order,),
    )


@dataclass(slots=True)
class DeskClock:
    now: datetime = datetime(2026, 3, 31, 7, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class Demo:
    database: Path
    clock: DeskClock
    faults: Faults = field(default_factory=Faults)
    address: str = ""

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(query, values).fetchall()

    def value(self, query: str, *values: object) -> Any:
        return self.ask(query, *values)[0][0]

    def open(self, number: str) -> int:
        cents: int = self.value("SELECT open FROM items WHERE number = ?", number)
        return cents


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    # Without the protocol spelled out asyncio leaves Nagle's delay on: 40 ms a page.
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    # Listening before anybody calls: a browser that is there first waits, and is not refused.
    listener.listen(128)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@contextmanager
def a_demo(folder: Path, *, hiccup_every: int = 0) -> Iterator[Demo]:
    demo = Demo(folder / "kantoor.db", DeskClock())
    create_database(demo.database, a_book())
    app = make_app(demo.database, demo.clock, demo.faults, USERS, hiccup_every=hiccup_every)
    with served(app) as demo.address:
        try:
            yield demo
        finally:
            demo.faults.release()


@contextmanager
def signed_in(demo: Demo, user: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=demo.address, follow_redirects=True) as client:
        answer = sign_in(client, user, USERS[user])
        assert "frameset" in answer.text
        yield client


def sign_in(client: httpx.Client, user: str, word: str) -> httpx.Response:
    page = tree(client.get("/"))
    inputs = {i.get("type"): i.get("name") for i in page.iter("input") if i.get("name")}
    ticket = page.xpath("//input[@type='hidden']")[0].get("value")
    fields = {"t": ticket, inputs["text"]: user, inputs["password"]: word}
    return client.post("/aanmelden.asp", data=fields)


def tree(answer: httpx.Response) -> lxml.html.HtmlElement:
    assert answer.headers["content-type"] == "text/html; charset=windows-1252"
    return lxml.html.fromstring(answer.content.decode("cp1252"))


def table(answer: httpx.Response) -> list[dict[str, str]]:
    """The page's rows by heading; a row that spans columns is left out."""
    for found in tree(answer).xpath("//table[@border='1']"):
        lines = [[c.text_content().strip() for c in r.xpath("td")] for r in found.xpath("tr")]
        return [dict(zip(lines[0], r, strict=True)) for r in lines[1:] if len(r) == len(lines[0])]
    return []


def form(desk: httpx.Client, number: str = "10001") -> lxml.html.FormElement:
    """The form for a receipt after its postback for the debtor."""
    page = tree(desk.get("/ontvangst.asp"))
    page.forms[0].fields[field_beside(page, "Debiteur")] = number
    return tree(desk.post("/ontvangst.asp", data=dict(page.forms[0].fields))).forms[0]


def field_beside(page: lxml.html.HtmlElement, label: str) -> str:
    name: str = page.xpath(f"//td[normalize-space()='{label}']/following-sibling::td//@name")[0]
    return name


def submit(
    desk: httpx.Client,
    filled: lxml.html.FormElement,
    head: dict[str, str],
    paid: dict[str, tuple[str, str]],
) -> httpx.Response:
    """Type into the form, as the page's JavaScript would send it: `paid` is (Betaald, Korting)."""
    sent = {k: v for k, v in filled.form_values() if k != "boeken"}
    for label, text in head.items():
        sent[field_beside(filled, label)] = text
    for number, texts in paid.items():
        row = filled.xpath(f".//tr[td[normalize-space()='{number}']]")[0]
        tick, *fields = [i.get("name") for i in row.iter("input") if i.get("type") != "hidden"]
        sent |= {tick: "1", **dict(zip(fields, texts, strict=True))}
    return desk.post("/ontvangst_boek.asp", data=sent)


def alert(answer: httpx.Response) -> str:
    found = re.search(r'alert\("(.*?)"\)', answer.content.decode("cp1252"))
    return found[1] if found else ""


def by_hand(demo: Demo, reference: str = "met de hand", day: date = TODAY) -> str:
    receipt = Receipt(
        debtor="10001",
        day=day,
        ledger=BANK,
        cents=10000,
        reference=reference,
        description="",
        lines=(Paid(item="20260001", cents=10000),),
    )
    return key_by_hand(demo.database, receipt, at=demo.clock(), today=TODAY)


RECEIPT = {"Bedrag": "1.300,00", "Datum": "31-03-2026", "Kenmerk": "CW-1"}
LINES = {
    "20260001": ("98,00", "2,00"),
    "20260002": ("1.250,00", ""),
    "C0000001": ("50,00-", ""),
}
