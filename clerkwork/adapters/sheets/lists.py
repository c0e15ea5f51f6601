"""Open items, debtors and known payers out of a file's rows, each file whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from clerkwork.adapters.sheets.headings import (
    DEBTORS,
    ITEMS,
    KNOWN,
    ColumnMap,
    Fields,
    counter,
    found,
)
from clerkwork.adapters.sheets.sheet import Cell, OpenWorkbook, Row, Sheet, read_sheet, refusal
from clerkwork.adapters.sheets.values import Style, Values, text_of
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.money import Money, total

__all__ = ["ItemList", "read_debtors", "read_items", "read_known"]

_TOTAL = re.compile(r"(?:sub)?(?:totaa?l|total|summe|gesamt\w*|somme|sum)\W*", re.IGNORECASE)
_ACCOUNT = re.compile(r"[A-Z0-9]{5,34}")
_LONGEST = 100
"""Characters of a number; a longer one is no number but text in the wrong column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemList:
    """What a list of open items holds."""

    items: tuple[OpenItem, ...]
    debtors: tuple[Debtor, ...]
    """With the names and IBANs that stand beside the items, if any do."""
    settled: int
    """Rows of which nothing is open, left out."""


@dataclass(frozen=True, slots=True)
class _Table:
    """A sheet with its columns found, row by row."""

    sheet: Sheet
    places: Mapping[str, int]
    values: Values

    def cell(self, row: Row, name: str) -> Cell:
        return row.cells[self.places[name]] if name in self.places else None

    def heading(self, name: str) -> str:
        return self.sheet.headings[self.places[name]]

    def where(self, row: Row, name: str) -> str:
        return f"{row.place}, {self.heading(name)}" if name in self.places else row.place

    def code(self, row: Row, name: str) -> str:
        """A number or code that must be there."""
        text = text_of(self.cell(row, name))
        if not text or len(text) > _LONGEST:
            shown = text or "nothing"
            raise refusal(self.sheet.path, self.where(row, name), shown, f"a {name}")
        return text

    def amount(self, row: Row, name: str, currency: str) -> Money:
        where = self.where(row, name)
        if self.heading(name).casefold().endswith("minor"):
            return self.values.minor(self.cell(row, name), currency, where)
        return self.values.money(self.cell(row, name), currency, where)

    def maybe_amount(self, row: Row, name: str, currency: str) -> Money | None:
        if self.cell(row, name) in (None, ""):
            return None
        return self.amount(row, name, currency)

    def day(self, row: Row, name: str) -> date | None:
        return self.values.day(self.cell(row, name), self.where(row, name))


def _table(
    path: Path,
    fields: Fields,
    open_workbook: OpenWorkbook,
    columns: ColumnMap | None,
    style: Style | None,
) -> _Table:
    declared = (columns or {}).get(fields.name, {})
    sheet = read_sheet(path, counter(fields, declared), open_workbook)
    places = found(sheet, fields, declared)

    def column(*names: str) -> list[Cell]:
        at = [places[name] for name in names if name in places]
        return [row.cells[n] for row in sheet.rows for n in at]

    values = Values.of(
        path,
        style or Style(),
        column("open", "total", "discount"),
        column("due", "issued", "discount_until"),
    )
    return _Table(sheet, places, values)


def read_items(
    path: Path,
    *,
    open_workbook: OpenWorkbook,
    columns: ColumnMap | None = None,
    style: Style | None = None,
) -> ItemList:
    """The open items of a CSV, Excel or JSON file, with the debtors that it names.

    An item that is not due on a day of its own is due when it was issued. A row without a number
    may end the list if its amount is the sum of those above: a control total. Raises
    `BusinessError` with the place and refuses the file whole.
    """
    table = _table(path, ITEMS, open_workbook, columns, style)
    if not {"due", "issued"} & set(table.places):
        raise refusal(
            path,
            table.sheet.place,
            f"the headings {', '.join(filter(None, table.sheet.headings))}",
            "one for the due date (due), or for the invoice's (issued)",
            then="Say which it is: --columns due=HEADING",
        )
    read: list[OpenItem] = []
    places: dict[str, str] = {}
    ended = ""
    for row in table.sheet.rows:
        if ended:
            raise refusal(path, ended, "a row without a number", "a control total at the end only")
        if _is_total(table, row):
            _check_total(table, row, read)
            ended = row.place
            continue
        item = _item(table, row)
        if item.number in places:
            twice = f"{item.number!r} again, as at {places[item.number]}"
            raise refusal(path, row.place, twice, "each number once")
        places[item.number] = row.place
        read.append(item)
    if not read:
        raise refusal(path, table.sheet.place, "headings and no item below", "open items")
    debtors = _once(_item_debtor(table, row) for row in table.sheet.rows[: len(read)])
    items = tuple(item for item in read if item.open)
    return ItemList(items=items, debtors=debtors, settled=len(read) - len(items))


def _is_total(table: _Table, row: Row) -> bool:
    number, customer = (text_of(table.cell(row, name)) for name in ("number", "customer"))
    if number and customer:
        return False
    named = any(isinstance(cell, str) and _TOTAL.fullmatch(cell) for cell in row.cells)
    return named or not (number or customer)


def _check_total(table: _Table, row: Row, read: list[OpenItem]) -> None:
    currencies = {item.open.currency for item in read}
    if len(currencies) != 1:
        found = "a total of amounts in several currencies, or of none"
        raise refusal(table.sheet.path, row.place, found, "one currency, or no total")
    currency = currencies.pop()
    shown = table.amount(row, "open", currency)
    summed = total((item.open for item in read), currency)
    if shown != summed:
        found = f"a row without number that says {shown}; the rows above make {summed}"
        raise refusal(
            table.sheet.path, row.place, found, "a number, or the total of the rows above"
        )


def _item(table: _Table, row: Row) -> OpenItem:
    number, customer = table.code(row, "number"), table.code(row, "customer")
    currency = table.values.currency(table.cell(row, "currency"), table.where(row, "currency"))
    issued = table.day(row, "issued")
    due = table.day(row, "due") or issued
    if due is None:
        name = "due" if "due" in table.places else "issued"
        raise refusal(table.sheet.path, table.where(row, name), "nothing", "a date")
    return OpenItem(
        number=number,
        customer=customer,
        open=table.amount(row, "open", currency),
        due=due,
        issued=issued,
        total=table.maybe_amount(row, "total", currency),
        discount=table.maybe_amount(row, "discount", currency),
        discount_until=table.day(row, "discount_until"),
        disputed=table.values.yes(table.cell(row, "disputed"), table.where(row, "disputed")),
    )


def _item_debtor(table: _Table, row: Row) -> Debtor:
    number, name = table.code(row, "customer"), text_of(table.cell(row, "name"))
    return Debtor(number=number, name=name, ibans=_accounts(table, row))


def _once(rows: Iterable[Debtor]) -> tuple[Debtor, ...]:
    """Each debtor once, with all IBANs beside him; one of two names has none to go by."""
    result: dict[str, Debtor] = {}
    for one in rows:
        before = result.setdefault(one.number, one)
        if (before.name, before.ibans) == (one.name, one.ibans):
            continue
        ibans = dict.fromkeys((*before.ibans, *one.ibans))
        names = {before.name, one.name} - {""}
        name = names.pop() if len(names) == 1 else ""
        result[one.number] = Debtor(number=one.number, name=name, ibans=tuple(ibans))
    return tuple(result.values())


def read_debtors(
    path: Path,
    *,
    open_workbook: OpenWorkbook,
    columns: ColumnMap | None = None,
    style: Style | None = None,
) -> tuple[Debtor, ...]:
    """Debtors with number, name and IBANs, each once; raises `BusinessError` with the place."""
    table = _table(path, DEBTORS, open_workbook, columns, style)
    seen: dict[str, str] = {}
    result = []
    for row in table.sheet.rows:
        number = table.code(row, "number")
        if number in seen:
            twice = f"debtor {number!r} again, as at {seen[number]}"
            raise refusal(path, row.place, twice, "each debtor once")
        seen[number] = row.place
        name = text_of(table.cell(row, "name"))
        result.append(Debtor(number=number, name=name, ibans=_accounts(table, row)))
    return tuple(result)


def read_known(
    path: Path,
    *,
    open_workbook: OpenWorkbook,
    columns: ColumnMap | None = None,
    style: Style | None = None,
    times: int,
) -> Mapping[str, Mapping[str, int]]:
    """Payer's IBAN to debtor to how often it paid for him; `times` where the file does not say."""
    table = _table(path, KNOWN, open_workbook, columns, style)
    result: dict[str, dict[str, int]] = {}
    for row in table.sheet.rows:
        ibans = _accounts(table, row)
        if len(ibans) != 1:
            shown = f"{len(ibans)} accounts"
            raise refusal(path, table.where(row, "iban"), shown, "one account")
        often = times
        if "times" in table.places:
            often = table.values.count(table.cell(row, "times"), table.where(row, "times"))
        debtors = result.setdefault(ibans[0], {})
        customer = table.code(row, "customer")
        debtors[customer] = debtors.get(customer, 0) + often
    return result


def _accounts(table: _Table, row: Row) -> tuple[str, ...]:
    """IBANs without blanks, between commas, semicolons or blanks; other accounts as they are."""
    text = text_of(table.cell(row, "iban")).upper()
    if not text:
        return ()
    result: dict[str, None] = {}
    for part in filter(None, (p.strip() for p in re.split(r"[,;|/]", text))):
        for one in _in_blanks(part):
            if not _ACCOUNT.fullmatch(one):
                shown = f"{one!r}"
                raise refusal(table.sheet.path, table.where(row, "iban"), shown, "an account")
            result[one] = None
    return tuple(result)


def _in_blanks(text: str) -> list[str]:
    """The accounts of a text: the blanks inside a printed IBAN part nothing."""
    accounts: list[str] = []
    for word in text.split():
        begins = re.match(r"[A-Z]{2}\d{2}", word)
        grouped = accounts and not begins and re.fullmatch(r"[A-Z0-9]{1,4}", word)
        if grouped and len(accounts[-1]) % 4 == 0 and re.match(r"[A-Z]{2}\d{2}", accounts[-1]):
            accounts[-1] += word
        else:
            accounts.append(word)
    return accounts
