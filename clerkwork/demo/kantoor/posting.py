"""What Kantoor ERP writes: receipts, reversals, decisions and blocks, all in its audit log."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from clerkwork.demo.kantoor.database import (
    DEBTORS_LEDGER,
    DISCOUNT_LEDGER,
    open_database,
    writing,
)
from clerkwork.demo.kantoor.formats import amount

__all__ = [
    "Paid",
    "Receipt",
    "Refused",
    "block_debtor",
    "book_receipt",
    "decide_order",
    "first_open_day",
    "key_by_hand",
    "open_now",
    "reverse_receipt",
]

FIRST_RECEIPT = 10001
DECISIONS = ("vrijgegeven", "geblokkeerd")


class Refused(Exception):
    """The ERP does not book this; the message is what its alert says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    item: str
    cents: int
    """Below zero for a credit note."""
    discount: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    debtor: str
    day: date
    ledger: str
    cents: int
    """What is more than the sum of `lines` stays on account."""
    reference: str
    description: str
    lines: tuple[Paid, ...]

    @property
    def unallocated(self) -> int:
        return self.cents - sum(line.cents for line in self.lines)


def first_open_day(today: date) -> date:
    """The first day of the month before: all before it is closed."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def open_now(connection: sqlite3.Connection, debtor: str) -> dict[str, int]:
    """The open amount of each open item of `debtor`, by item."""
    rows = connection.execute(
        "SELECT number, open FROM items WHERE debtor = ? AND open <> 0 ORDER BY number", (debtor,)
    )
    return {row["number"]: row["open"] for row in rows}


def book_receipt(
    connection: sqlite3.Connection,
    receipt: Receipt,
    *,
    shown: Mapping[str, int],
    user: str,
    at: datetime,
    today: date,
) -> str:
    """Book `receipt` and return its number. Raises Refused.

    `shown` are the open amounts as the form showed them. As in the systems this
    one is modelled on, nothing looks whether they have changed since: what is
    booked twice leaves a negative open amount.
    """
    with writing(connection):
        _check(connection, receipt, shown, today)
        last = connection.execute("SELECT coalesce(max(id), 0) FROM receipts").fetchone()[0]
        number = f"ON{FIRST_RECEIPT + last}"
        _insert_receipt(connection, number, receipt, user, at)
        text = f"Ontvangst {receipt.debtor} {receipt.description}".strip()
        _enter(connection, number, text, receipt, user, at, receipt.day, sign=1)
        _log(connection, at, user, "ontvangst", {"nummer": number, **_plain(receipt)})
    return number


def reverse_receipt(
    connection: sqlite3.Connection, number: str, *, user: str, at: datetime, today: date
) -> None:
    """Reverse receipt `number` on `today` and reopen its items. Raises Refused."""
    with writing(connection):
        row = connection.execute("SELECT * FROM receipts WHERE number = ?", (number,)).fetchone()
        if row is None:
            raise Refused("Onbekende ontvangst")
        if row["reversed_at"]:
            raise Refused("Ontvangst is al gestorneerd")
        connection.execute(
            "UPDATE receipts SET reversed_by = ?, reversed_at = ? WHERE number = ?",
            (user, at.isoformat(), number),
        )
        receipt = _stored(connection, row)
        _enter(connection, number, f"Storno {number}", receipt, user, at, today, sign=-1)
        _log(connection, at, user, "storno", {"nummer": number})


def decide_order(
    connection: sqlite3.Connection,
    number: str,
    *,
    state: str,
    reason: str,
    user: str,
    at: datetime,
) -> None:
    """Release ('vrijgegeven') or hold ('geblokkeerd') a waiting order. Raises Refused."""
    if state not in DECISIONS:
        raise Refused("Onbekende actie")
    if state == "geblokkeerd" and not reason:
        raise Refused("Reden is verplicht")
    with writing(connection):
        changed = connection.execute(
            "UPDATE orders SET state = ?, reason = ?, decided_by = ?, decided_at = ?"
            " WHERE number = ? AND state = 'wacht'",
            (state, reason, user, at.isoformat(), number),
        )
        if changed.rowcount == 0:
            raise Refused("Order is al afgehandeld")
        _log(connection, at, user, "order", {"nummer": number, "status": state, "reden": reason})


def block_debtor(
    connection: sqlite3.Connection,
    number: str,
    *,
    block: str,
    reason: str,
    user: str,
    at: datetime,
) -> None:
    """Set the block of a debtor who has none. Raises Refused."""
    if not block:
        raise Refused("Onbekende actie")
    if not reason:
        raise Refused("Reden is verplicht")
    with writing(connection):
        changed = connection.execute(
            "UPDATE debtors SET block = ?, block_reason = ? WHERE number = ? AND block = ''",
            (block, reason, number),
        )
        if changed.rowcount == 0:
            raise Refused("Debiteur is al geblokkeerd")
        detail = {"nummer": number, "blokkade": block, "reden": reason}
        _log(connection, at, user, "blokkade", detail)


def key_by_hand(
    database: Path, receipt: Receipt, *, at: datetime, today: date, user: str = "j.jansen"
) -> str:
    """Book `receipt` as a colleague at the next desk would, and return its number. Raises Refused.

    `at` is an instant in UTC, `today` the creditor's day.
    """
    with closing(open_database(database)) as connection:
        shown = open_now(connection, receipt.debtor)
        return book_receipt(connection, receipt, shown=shown, user=user, at=at, today=today)


def _check(
    connection: sqlite3.Connection, receipt: Receipt, shown: Mapping[str, int], today: date
) -> None:
    if not _exists(connection, "SELECT 1 FROM debtors WHERE number = ?", receipt.debtor):
        raise Refused("Onbekende debiteur")
    bank = "SELECT 1 FROM ledger_accounts WHERE number = ? AND kind = 'bank'"
    if not _exists(connection, bank, receipt.ledger):
        raise Refused("Onbekend dagboek")
    if receipt.day < first_open_day(today):
        raise Refused("Periode is afgesloten")
    if receipt.cents < 0 or not (receipt.cents or receipt.lines):
        raise Refused("Ongeldig bedrag")
    own = {
        row["number"]
        for row in connection.execute(
            "SELECT number FROM items WHERE debtor = ?", (receipt.debtor,)
        )
    }
    for line in receipt.lines:
        if line.item not in own or not shown.get(line.item):
            raise Refused("Post is al afgeboekt")
        _check_line(line, shown[line.item])
    if receipt.unallocated < 0:
        raise Refused("Bedrag sluit niet aan")


def _check_line(line: Paid, shown: int) -> None:
    settled = line.cents + line.discount
    if settled == 0:
        raise Refused(f"Betaald ontbreekt bij post {line.item}")
    if settled * shown < 0 or abs(settled) > abs(shown) or line.discount * shown < 0:
        raise Refused(f"Betaald is meer dan openstaand bij post {line.item} ({amount(shown)})")


def _exists(connection: sqlite3.Connection, query: str, key: str) -> bool:
    return connection.execute(query, (key,)).fetchone() is not None


def _insert_receipt(
    connection: sqlite3.Connection, number: str, receipt: Receipt, user: str, at: datetime
) -> None:
    connection.execute(
        "INSERT INTO receipts (number, day, debtor, ledger, cents, unallocated, reference,"
        " description, keyed_by, keyed_at) VALUES (:number, :day, :debtor, :ledger, :cents,"
        " :unallocated, :reference, :description, :user, :at)",
        {
            "number": number,
            "day": receipt.day.isoformat(),
            "debtor": receipt.debtor,
            "ledger": receipt.ledger,
            "cents": receipt.cents,
            "unallocated": receipt.unallocated,
            "reference": receipt.reference,
            "description": receipt.description,
            "user": user,
            "at": at.isoformat(),
        },
    )
    connection.executemany(
        "INSERT INTO receipt_lines VALUES (?,?,?,?)",
        [(number, line.item, line.cents, line.discount) for line in receipt.lines],
    )


def _enter(
    connection: sqlite3.Connection,
    number: str,
    text: str,
    receipt: Receipt,
    user: str,
    at: datetime,
    day: date,
    *,
    sign: int,
) -> None:
    """Bring the items and the ledger in line with `receipt`; `sign` -1 takes it back."""
    connection.executemany(
        "UPDATE items SET open = open - ? WHERE number = ?",
        [(sign * (line.cents + line.discount), line.item) for line in receipt.lines],
    )
    discount = sum(line.discount for line in receipt.lines)
    sides = (
        (receipt.ledger, receipt.cents),
        (DISCOUNT_LEDGER, discount),
        (DEBTORS_LEDGER, -receipt.cents - discount),
    )
    on, when = day.isoformat(), at.isoformat()
    connection.executemany(
        "INSERT INTO ledger_entries (account, day, document, text, reference, cents, keyed_by,"
        " keyed_at) VALUES (?,?,?,?,?,?,?,?)",
        [
            (account, on, number, text, receipt.reference, sign * cents, user, when)
            for account, cents in sides
            if cents
        ],
    )


def _stored(connection: sqlite3.Connection, row: sqlite3.Row) -> Receipt:
    lines: Iterable[sqlite3.Row] = connection.execute(
        "SELECT item, paid, discount FROM receipt_lines WHERE receipt = ?", (row["number"],)
    )
    return Receipt(
        debtor=row["debtor"],
        day=date.fromisoformat(row["day"]),
        ledger=row["ledger"],
        cents=row["cents"],
        reference=row["reference"],
        description=row["description"],
        lines=tuple(Paid(item=i["item"], cents=i["paid"], discount=i["discount"]) for i in lines),
    )


def _plain(receipt: Receipt) -> dict[str, object]:
    return {**asdict(receipt), "day": receipt.day.isoformat()}


def _log(
    connection: sqlite3.Connection, at: datetime, user: str, action: str, detail: object
) -> None:
    connection.execute(
        "INSERT INTO writes (at, keyed_by, action, detail) VALUES (?,?,?,?)",
        (at.isoformat(), user, action, json.dumps(detail, ensure_ascii=False)),
    )
