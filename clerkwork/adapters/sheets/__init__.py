"""Open items, debtors and known payers out of CSV, Excel and JSON; what was matched into CSV."""

from __future__ import annotations

from clerkwork.adapters.sheets.headings import ColumnMap, parse_columns
from clerkwork.adapters.sheets.lists import ItemList, read_debtors, read_items, read_known
from clerkwork.adapters.sheets.outcome import write_outcome
from clerkwork.adapters.sheets.sheet import OpenWorkbook
from clerkwork.adapters.sheets.values import Style, date_format

__all__ = [
    "ColumnMap",
    "ItemList",
    "OpenWorkbook",
    "Style",
    "date_format",
    "parse_columns",
    "read_debtors",
    "read_items",
    "read_known",
    "write_outcome",
]
