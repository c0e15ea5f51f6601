"""What the bank keeps of an account: its entries, and a day of them as a statement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from clerkwork.demo.book import Account, Book
from clerkwork.demo.polder.calendar import ordinal, statement_days

__all__ = ["Entry", "Statement", "entries_of", "statements_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A booked line; cents above zero are money in."""

    booked: date
    valued: date
    cents: int
    balance: int
    """Of the account, in cents, after this entry."""
    name: str
    iban: str
    text: str
    structured: str
    end_to_end: str
    bank_ref: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One account, one booking day; opening + entries = closing, in euro cents."""

    iban: str
    bic: str
    name: str
    day: date
    number: int
    opening: int
    closing: int
    entries: tuple[Entry, ...]


def entries_of(book: Book, account: Account) -> Iterator[Entry]:
    """The account's lines in booking order, with the running balance and without the truth."""
    balance = account.opening
    for line in book.lines:
        if line.account != account.iban:
            continue
        balance += line.cents
        yield Entry(
            booked=line.booked,
            valued=line.valued,
            cents=line.cents,
            balance=balance,
            name=line.name,
            iban=line.iban,
            text=line.text,
            structured=line.structured,
            end_to_end=line.end_to_end,
            bank_ref=line.bank_ref,
            code=line.code,
        )


def daily(
    *, iban: str, bic: str, name: str, opening: int, entries: tuple[Entry, ...], days: list[date]
) -> Iterator[Statement]:
    """A statement for each of `days`, also where nothing moved; `opening` is before all entries."""
    for day in days:
        before = [entry for entry in entries if entry.booked < day]
        today = tuple(entry for entry in entries if entry.booked == day)
        start = before[-1].balance if before else opening
        yield Statement(
            iban=iban,
            bic=bic,
            name=name,
            day=day,
            number=ordinal(day),
            opening=start,
            closing=today[-1].balance if today else start,
            entries=today,
        )


def statements_of(book: Book) -> tuple[Statement, ...]:
    """Every statement that is out on the book's own day: by account, then by day."""
    first = min(line.booked for line in book.lines)
    days = list(statement_days(first, book.today, book.today))
    return tuple(
        statement
        for account in book.accounts
        for statement in daily(
            iban=account.iban,
            bic=account.bic,
            name=account.name,
            opening=account.opening,
            entries=tuple(entries_of(book, account)),
            days=days,
        )
    )
