"""A back office whose open items were fetched every Monday for two months, for its reports."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from workspaces import fresh

from clerkwork import bootstrap
from clerkwork.adapters.clock import anchor
from clerkwork.app.office import Office
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.messages import Message, MessageState
from clerkwork.core.money import Money
from clerkwork.core.payments import Statement
from clerkwork.core.promises import Promise, PromiseState

TODAY = dt.date(2026, 3, 3)
DAY = dt.timedelta(days=1)
MONDAYS = [dt.date(2026, 1, 5) + 7 * n * DAY for n in range(9)]
FORMULA = "=cmd|' /C calc'!A0"
TAG = "<script>alert(1)</script>"


@dataclass(frozen=True)
class Bill:
    """An invoice, and when it was paid, if it was."""

    number: str
    customer: str
    euros: int
    issued: dt.date
    due: dt.date
    paid: dt.date | None = None

    def item(self) -> OpenItem:
        return OpenItem(
            number=self.number, customer=self.customer, open=Money(self.euros * 100, "EUR"),
            due=self.due, issued=self.issued, total=Money(self.euros * 100, "EUR"),
        )  # fmt: skip


def bills(hostile: bool = False) -> list[Bill]:
    found = []
    for n in range(13):
        issued = dt.date(2025, 12, 1) + 7 * n * DAY
        due = issued + 14 * DAY
        found.append(Bill(f"2026-1{n:02}", "10001", 1000, issued, due, due + (4 + n % 3) * DAY))
    for n in range(6):
        issued = dt.date(2025, 12, 3) + 14 * n * DAY
        due = issued + 14 * DAY
        found.append(Bill(f"2026-2{n:02}", "10002", 200, issued, due, due + (16 + 2 * n) * DAY))
    found += [
        Bill("2026-301", "10003", 5000, dt.date(2026, 2, 10), dt.date(2026, 3, 12)),
        Bill("2025-901", "10003", 800, dt.date(2025, 11, 20), dt.date(2025, 12, 4)),
    ]
    if hostile:
        for number in (FORMULA, TAG):
            found.append(Bill(number, number, 10, dt.date(2026, 2, 10), dt.date(2026, 2, 24)))
    return found


def report_office(folder: Path, *, hostile: bool = False) -> Path:
    """Two months of fetches, a few contacts and promises; it is Tuesday at nine."""
    root = fresh(folder)
    all_bills = bills(hostile)
    debtors = [
        Debtor(number="10001", name="De Vries BV", email="ap@devries.example"),
        Debtor(number="10002", name="Noor Jansen", kind="consumer", email="noor@home.example"),
        Debtor(number="10003", name="Hollander BV", email="ap@hollander.example"),
        *(Debtor(number=text, name=text) for text in ((FORMULA, TAG) if hostile else ())),
    ]
    clock = root / "output" / "demo" / "clock.json"
    anchor(clock, at(MONDAYS[0]), running=False)
    with bootstrap.open_office(root) as (_, office):
        for day in (*MONDAYS, TODAY):
            anchor(clock, at(day), running=False)
            there = [b for b in all_bills if b.issued <= day and not (b.paid and b.paid <= day)]
            office.books.replace_open_items("kantoor_erp", [bill.item() for bill in there])
        office.books.replace_debtors("kantoor_erp", debtors)
        contacts(office)
    return root


def contacts(office: Office) -> None:
    for account in office.accounts.values():
        zero, day = Money(0, account.currency), TODAY - DAY
        office.books.book_statement(
            Statement(
                account=account.iban, number="1", opened=day, closed=day, opening=zero,
                closing=zero, lines=(), source="test",
            )
        )  # fmt: skip
    for n, (channel, days, number) in enumerate(
        [("mail", 40, "2026-201"), ("mail", 25, "2026-202"), ("letter", 12, "2026-203")]
    ):
        office.outbox.prepare(
            Message(
                key=f"10002/{n}", channel=channel, to="noor@home.example", subject="Herinnering",
                text="", html="", debtor="10002", step="friendly reminder", items=(number,),
                on=TODAY - days * DAY, message_id=f"<{n}@firm.example>", journey="consumer",
                segment="everybody else", state=MessageState.SENT,
            )
        )  # fmt: skip
    for until, state in ((10, PromiseState.KEPT), (5, PromiseState.BROKEN)):
        made = office.promises.make(
            Promise(
                debtor="10002", items=("2026-203",), until=TODAY - until * DAY,
                amount=Money(20000, "EUR"), owed=Money(20000, "EUR"),
                made=at(TODAY - 20 * DAY), by="ann", channel="call",
            )
        )  # fmt: skip
        office.promises.settle(made.id, state)


def at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(8), tzinfo=dt.UTC)
