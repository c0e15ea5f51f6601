"""Exact amounts and dates out of cells: as declared, or as the file itself leaves no doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from babel.numbers import is_currency

from clerkwork.adapters.sheets.sheet import Cell, refusal
from clerkwork.core.money import Money, parse_amount
from clerkwork.errors import ConfigError

__all__ = ["Style", "Values", "date_format", "text_of"]

_DAY_FIRST, _MONTH_FIRST = ("day", "month", "year"), ("month", "day", "year")
_LETTERS = {"dd": "%d", "d": "%d", "mm": "%m", "m": "%m", "yyyy": "%Y", "jjjj": "%Y", "yy": "%y"}
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{2}:\d{2}.*)?|(\d{4})(\d\d)(\d\d)")
_PARTED = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4})(?: \d{1,2}:\d{2}.*)?")
_YES = frozenset(("1", "x", "y", "j", "o", "yes", "ja", "oui", "true", "waar", "wahr", "vrai"))
_NO = frozenset(
    ("", "-", "0", "n", "no", "nee", "nein", "non", "false", "onwaar", "falsch", "faux")
)
_DECLARE_DATES = "Say how dates are written: --dates dd-mm-yyyy, or --dates mm/dd/yyyy"
_DECLARE_DECIMAL = "Say which it is: --decimal , or --decimal ."


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a file writes; what is empty must be beyond doubt from the file itself."""

    dates: str = ""
    """A `strptime` format."""
    decimal: str = ""
    """',' or '.'."""
    currency: str = "EUR"
    """Of amounts that name none."""


def date_format(words: str) -> str:
    """'dd-mm-yyyy' as '%d-%m-%Y', which is taken too; raises `ConfigError`."""
    if "%" in words:
        made = words
    else:
        made = re.sub(r"[a-z]+", lambda part: _LETTERS.get(part[0], "?"), words.casefold())
    named = set(re.findall(r"%(.)", made))
    if "?" in made or not (named <= set("dmYybB") and {"d"} < named and len(named) == 3):
        raise ConfigError(f"--dates: {words!r} is no order of a date; expected one as dd-mm-yyyy")
    return made


def text_of(cell: Cell) -> str:
    """A number, name or code as text; Excel's whole numbers without a fraction."""
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, date) else str(cell)


@dataclass(frozen=True, slots=True)
class Values:
    """Reads the cells of one file; what one cell leaves open, the others may settle."""

    path: Path
    style: Style
    order: tuple[str, str, str] | None
    """Order of dates in figures; None where no cell says."""
    decimal: str
    """Decimal sign; empty where no cell says."""

    @classmethod
    def of(cls, path: Path, style: Style, amounts: Iterable[Cell], dates: Iterable[Cell]) -> Values:
        """Learns from all amounts and dates of a file how it writes them."""
        return cls(path, style, _order(dates), style.decimal or _decimal(amounts))

    def money(self, cell: Cell, currency: str, place: str) -> Money:
        """An amount; raises `BusinessError` if it is none, not exact, or doubtful."""
        try:
            if isinstance(cell, bool | date) or cell in (None, ""):
                raise ValueError(f"{text_of(cell)!r} is no amount")
            if isinstance(cell, int | Decimal):
                return Money.of(cell, currency)
            return self._parsed(str(cell), currency, place)
        except (ValueError, ArithmeticError) as error:
            raise refusal(self.path, place, str(error), f"an exact amount in {currency}") from error

    def _parsed(self, text: str, currency: str, place: str) -> Money:
        bare = text.strip()
        if bare.startswith("(") and bare.endswith(")"):
            bare = f"-{bare[1:-1].strip()}"
        decimal = self.decimal
        if not decimal and "." not in bare and "," not in bare:
            decimal = "."
        if not decimal:
            raise refusal(
                self.path,
                place,
                f"{text!r}, which may be a thousand times as much",
                "an amount beyond doubt",
                then=_DECLARE_DECIMAL,
            )
        return parse_amount(bare, currency, decimal=decimal)

    def minor(self, cell: Cell, currency: str, place: str) -> Money:
        """An amount that stands there in minor units."""
        text = text_of(cell)
        if not re.fullmatch(r"-?\d{1,18}", text):
            raise refusal(self.path, place, f"{text!r}", "a whole number of minor units")
        return Money(int(text), currency)

    def day(self, cell: Cell, place: str) -> date | None:
        """A date, None for an empty cell; raises `BusinessError` if it is none, or doubtful."""
        if isinstance(cell, date):
            return cell
        text = text_of(cell)
        if not text:
            return None
        try:
            return self._day(text, place)
        except ValueError as error:
            raise refusal(
                self.path, place, f"{text!r} is no date", "one of the calendar", then=_DECLARE_DATES
            ) from error

    def _day(self, text: str, place: str) -> date:
        if self.style.dates:
            # A date of a list has no time and no zone.
            return datetime.strptime(text, self.style.dates).date()  # noqa: DTZ007
        if found := _ISO.fullmatch(text):
            year, month, day = (int(part) for part in found.groups() if part)
            return date(year, month, day)
        parted = _PARTED.fullmatch(text)
        if parted is None:
            raise ValueError(text)
        first, second, year = int(parted[1]), int(parted[3]), int(parted[4])
        order = _DAY_FIRST if parted[2] == "." or first == second else self.order
        if order is None:
            raise refusal(
                self.path,
                place,
                f"{text!r}, in which day and month may be either",
                "a date beyond doubt",
                then=_DECLARE_DATES,
            )
        return date(year, second, first) if order is _DAY_FIRST else date(year, first, second)

    def currency(self, cell: Cell, place: str) -> str:
        """ISO 4217; the style's own for an empty cell."""
        text = text_of(cell).upper() or self.style.currency
        text = {"€": "EUR", "£": "GBP"}.get(text, text)
        if not _is_currency(text):
            raise refusal(self.path, place, f"{text!r}", "a currency such as EUR")
        return text

    def yes(self, cell: Cell, place: str) -> bool:
        """Whether a cell says yes; empty is no."""
        if isinstance(cell, bool):
            return cell
        text = text_of(cell).casefold()
        if text not in _YES | _NO:
            raise refusal(self.path, place, f"{text!r}", "yes or no, or nothing")
        return text in _YES

    def count(self, cell: Cell, place: str) -> int:
        """A number of times."""
        text = text_of(cell)
        if not re.fullmatch(r"\d{1,9}", text):
            raise refusal(self.path, place, f"{text!r}", "a number of times")
        return int(text)


@lru_cache(maxsize=64)
def _is_currency(text: str) -> bool:
    return bool(re.fullmatch("[A-Z]{3}", text)) and is_currency(text, "en")


def _order(dates: Iterable[Cell]) -> tuple[str, str, str] | None:
    """The one order that some date of the file can only be read in, if none contradicts it."""
    orders = set()
    for cell in dates:
        parted = _PARTED.fullmatch(cell) if isinstance(cell, str) else None
        if parted is not None:
            first, second = int(parted[1]), int(parted[3])
            orders |= {_DAY_FIRST} if first > 12 >= second else set()
            orders |= {_MONTH_FIRST} if second > 12 >= first else set()
    return orders.pop() if len(orders) == 1 else None


def _decimal(amounts: Iterable[Cell]) -> str:
    """The one decimal sign that some amount of the file can only have, if none contradicts it."""
    signs = set()
    for cell in amounts:
        figures = re.sub(r"[^\d.,]", "", cell) if isinstance(cell, str) else ""
        points, commas = figures.count("."), figures.count(",")
        if points and commas:
            signs.add("." if figures.rindex(".") > figures.rindex(",") else ",")
        elif points + commas > 1:
            signs.add("," if points else ".")
        elif points + commas == 1:
            sign = "." if points else ","
            # Three figures behind the only sign may be thousands, unless a zero leads.
            whole, _, fraction = figures.partition(sign)
            if len(fraction) != 3 or whole in ("", "0"):
                signs.add(sign)
    return signs.pop() if len(signs) == 1 else ""
