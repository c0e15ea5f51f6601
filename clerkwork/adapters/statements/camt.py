"""CAMT.052, .053 and .054 (ISO 20022, bank to customer) of any version, streamed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from clerkwork.adapters.statements.camt_controls import (
    Balance,
    Tally,
    balances_of,
    held_against,
    period_of,
)
from clerkwork.adapters.statements.camt_fields import camt_tree
from clerkwork.adapters.statements.camt_lines import Wrong, is_booked, lines_of, signed
from clerkwork.adapters.statements.checks import BALANCED, NO_CONTROLS, account_of, clean, refusal
from clerkwork.adapters.statements.nodes import Found
from clerkwork.adapters.statements.packed import PackedLines
from clerkwork.adapters.statements.scan import Scan
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine, Batch, Identities, Kind, Statement
from clerkwork.errors import StatementError

__all__ = ["read_camt"]

_LARGEST = 2 * 1024 * 1024 * 1024
_PACKED_FROM = 32 * 1024 * 1024


def read_camt(path: Path) -> tuple[Statement, ...]:
    """The statements, previews or notifications of a file, each line with its id.

    Raises `StatementError` and refuses the file whole. Memory stays far below the size of a
    large file: from 32 MB on lines are held packed.
    """
    size = path.stat().st_size
    if size > _LARGEST:
        raise refusal(path, "whole file", f"{size:,} bytes", f"at most {_LARGEST:,}")
    return _File(path, packed=size >= _PACKED_FROM).read()


class _File:
    """One file while it is read: what is known of the statement under way."""

    def __init__(self, path: Path, *, packed: bool) -> None:
        self._path = path
        self._packed = packed
        self._top = camt_tree(entry=self._entry, statement=self._statement)
        self._scan = Scan(path, self._top)
        self._ids = Identities()
        self._statements: list[Statement] = []
        self._begin()

    def read(self) -> tuple[Statement, ...]:
        self._scan.read()
        if not self._statements:
            root = next(iter(self._top), "").rpartition(":")[2]
            found = f"<{root}> without a statement"
            raise refusal(self._path, "whole file", found, "a CAMT.052, .053 or .054")
        return tuple(self._statements)

    def _begin(self) -> None:
        self._lines: list[BankLine] | PackedLines = PackedLines() if self._packed else []
        self._batches: list[Batch] = []
        self._booked, self._unbooked = Tally(), Tally()
        self._entries = 0
        self._account = ""
        self._days: tuple[date, date] | None = None

    def _entry(self, entry: Found, around: Found) -> None:
        self._entries += 1
        try:
            amount = signed(entry, "Ntry")
            if not is_booked(entry):
                self._unbooked.add(amount)
                return
            self._booked.add(amount)
            account = self._account or self._account_of(around)
            lines, whole = lines_of(entry, amount, account, self._ids)
        except Wrong as wrong:
            raise self._refusal(wrong) from None
        if whole:
            self._batches.append(Batch(whole=whole, first=len(self._lines), count=len(lines)))
        self._lines.extend(lines)
        booked = lines[0].booked
        first, last = self._days or (booked, booked)
        self._days = (min(first, booked), max(last, booked))

    def _account_of(self, around: Found) -> str:
        self._account = account_of(clean(around.get("account", "")))
        if not self._account:
            expected = "Acct with an IBAN or another identification, before the entries"
            raise Wrong("no account", expected)
        return self._account

    def _statement(self, kind: Kind, found: Found) -> None:
        try:
            statement = self._complete(kind, found)
        except Wrong as wrong:
            raise self._refusal(wrong) from None
        self._statements.append(statement)
        self._begin()

    def _complete(self, kind: Kind, found: Found) -> Statement:
        account = self._account or self._account_of(found)
        number = next(
            (clean(found[name]) for name in ("electronic", "legal", "id") if name in found), ""
        )
        place = f"statement {number or len(self._statements) + 1}"
        balances = balances_of(found, kind)
        currency = self._currency(found, balances, place)
        moved = Money(self._booked.credit - self._booked.debit, currency)
        if balances and balances[0].amount + moved != balances[1].amount:
            if kind is Kind.STATEMENT:
                raise self._apart(place, balances)
            balances = None
        controls: tuple[str, ...] = (BALANCED,) if balances else ()
        controls += held_against(found, currency, self._booked, self._unbooked)
        if balances:
            (opened, closed) = (one.day for one in balances)
            opening, closing = (one.amount for one in balances)
        else:
            opened, closed = period_of(found, self._days)
            opening, closing = Money(0, currency), moved
        return Statement(
            account=account,
            number=number,
            opened=opened,
            closed=closed,
            opening=opening,
            closing=closing,
            lines=self._lines if isinstance(self._lines, PackedLines) else tuple(self._lines),
            source=self._path.name,
            kind=kind,
            controls=controls or NO_CONTROLS,
            batches=tuple(self._batches),
            unbooked=self._unbooked.credits + self._unbooked.debits,
        )

    def _currency(self, found: Found, balances: tuple[Balance, Balance] | None, place: str) -> str:
        currencies = {one.amount.currency for one in balances or ()} | self._booked.currencies
        if len(currencies) > 1:
            told = "amounts in " + " and ".join(sorted(currencies))
            raise refusal(self._path, place, told, "one currency in a statement")
        return next(iter(currencies), "") or clean(found.get("currency", "")) or "XXX"

    def _apart(self, place: str, balances: tuple[Balance, Balance]) -> StatementError:
        opening, closing = (one.amount for one in balances)
        moved = Money(self._booked.credit - self._booked.debit, opening.currency)
        found = (
            f"{opening} and {len(self._lines)} lines do not make {closing}: "
            f"the difference is {closing - (opening + moved)}"
        )
        return refusal(self._path, place, found, BALANCED)

    def _refusal(self, wrong: Wrong) -> StatementError:
        place = f"{self._scan.place}, statement {len(self._statements) + 1}"
        if self._entries:
            place += f", entry {self._entries}"
        return refusal(self._path, place, wrong.found, wrong.expected)
