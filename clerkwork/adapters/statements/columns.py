"""How a bank lays out its CSV or Excel statements: which heading is what, declared by its owner."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from stdnum import iban

__all__ = ["POLDER_BANK", "Columns", "header_row"]

_PREAMBLE = 60
"""Rows among which the headings stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Headings of a bank's table and how it writes. What a bank does not have is ''.

    An amount is in one column, with its sign or with `direction` beside it, or in two. The
    controls are `balance`, `before`, or both labels; with none of them the file has no control.
    """

    account: str = ""
    """Our own account; where no column has it, `iban` says whose file it is."""
    iban: str = ""
    statement: str = ""
    """The bank's number of the statement."""
    currency: str = ""
    money: str = "EUR"
    """The currency, where no column has it."""
    booked: str
    valued: str = ""
    amount: str = ""
    debit: str = ""
    """Column of money going out, without a sign, where `credit` is that of money coming in."""
    credit: str = ""
    direction: str = ""
    """Column that says which way an amount without a sign goes, in the words of `out`, `into`."""
    out: tuple[str, ...] = ()
    into: tuple[str, ...] = ()
    balance: str = ""
    """Balance after the line."""
    before: str = ""
    """Balance before the line."""
    opening_label: str = ""
    """Words in a cell above or below the table, behind which the opening balance stands."""
    closing_label: str = ""
    state: str = ""
    """Column that says whether a line is booked, in the words of `final`; others are left out."""
    final: tuple[str, ...] = ()
    payer: str = ""
    payer_iban: str = ""
    text: tuple[str, ...] = ()
    """One column, or several that go on from one to the next."""
    structured: str = ""
    end_to_end: str = ""
    bank_ref: str = ""
    code: str = ""
    sheet: str = ""
    """Name of the sheet in an Excel file; the first one where it is ''."""
    delimiter: str = ";"
    decimal: str = ","
    dates: str = "%d-%m-%Y"

    def __post_init__(self) -> None:
        for wrong, told in (
            (not self.booked, "booked is empty; expected the heading of the booking date"),
            (
                bool(self.amount) == bool(self.debit or self.credit)
                or bool(self.debit) != bool(self.credit),
                "expected amount, or debit and credit together",
            ),
            (
                bool(self.account) == bool(self.iban),
                "expected either account (a heading) or iban (your account)",
            ),
            (bool(self.iban) and not iban.is_valid(self.iban), f"iban {self.iban!r} is no IBAN"),
            (
                bool(self.direction) != bool(self.out and self.into),
                "expected direction, out and into together",
            ),
            (bool(self.state) != bool(self.final), "expected state and final together"),
            (self.decimal not in (",", "."), f"decimal is {self.decimal!r}; expected ',' or '.'"),
            (len(self.delimiter) != 1, f"delimiter is {self.delimiter!r}; expected one sign"),
            (not _is_date_format(self.dates), f"dates is {self.dates!r}; expected as '%d-%m-%Y'"),
        ):
            if wrong:
                raise ValueError(told)

    def headings(self) -> tuple[str, ...]:
        """Every heading that the file must have."""
        named = (
            *(self.account, self.statement, self.currency, self.booked, self.valued),
            *(self.amount, self.debit, self.credit, self.direction, self.balance, self.before),
            *(self.state, self.payer, self.payer_iban, *self.text, self.structured),
            *(self.end_to_end, self.bank_ref, self.code),
        )
        return tuple(dict.fromkeys(heading for heading in named if heading))

    def recognises(self, start: bytes) -> bool:
        """Whether the beginning of a text file has the columns that money needs."""
        for line in start.decode("utf-8", errors="replace").splitlines()[:_PREAMBLE]:
            row = next(csv.reader([line], delimiter=self.delimiter), [])
            if self.fits(row):
                return True
        return False

    def fits(self, row: Sequence[object]) -> bool:
        """Whether a row is one of headings, with those that money needs."""
        needed = {self.account, self.booked, self.amount, self.debit, self.credit} - {""}
        return needed <= {cell.strip("\ufeff \t") for cell in row if isinstance(cell, str)}


def header_row(rows: Sequence[Sequence[object]], columns: Columns) -> int:
    """The place of the headings among the first rows; -1 where there are none."""
    return next((n for n, row in enumerate(rows[:_PREAMBLE]) if columns.fits(row)), -1)


def _is_date_format(dates: str) -> bool:
    day = date(2026, 11, 28)
    try:
        return datetime.strptime(day.strftime(dates), dates).date() == day  # noqa: DTZ007
    except ValueError:
        return False


POLDER_BANK = Columns(
    account="Rekening",
    statement="Afschrift",
    currency="Munt",
    booked="Boekdatum",
    valued="Valutadatum",
    amount="Bedrag",
    balance="Saldo na mutatie",
    payer="Naam tegenpartij",
    payer_iban="Tegenrekening",
    text=("Omschrijving",),
    structured="Betalingskenmerk",
    end_to_end="Kenmerk opdracht",
    bank_ref="Bankreferentie",
    code="Code",
)
"""The demo's bank, which is the one that needs no declaration."""
