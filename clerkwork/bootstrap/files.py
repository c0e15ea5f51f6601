"""Reconcile files alone: the readers meet the use case, with no workspace and no store."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from clerkwork.adapters.clock import SystemClock
from clerkwork.adapters.sheets import (
    ColumnMap,
    Style,
    date_format,
    parse_columns,
    read_debtors,
    read_items,
    read_known,
    write_outcome,
)
from clerkwork.adapters.statements.columns import POLDER_BANK, Columns
from clerkwork.adapters.statements.excel_rows import visible_rows
from clerkwork.adapters.statements.reading import read_statements
from clerkwork.app.trial import Trial, try_files, try_store
from clerkwork.bootstrap.office import open_office
from clerkwork.core.ledger import Debtor
from clerkwork.core.matching import MatchingRules
from clerkwork.core.payments import Statement
from clerkwork.errors import BusinessError, ConfigError
from clerkwork.ports import Progress
from clerkwork.workspace.starter import carried
from clerkwork.workspace.toml import read_table

__all__ = [
    "ListStyle",
    "Sources",
    "list_style",
    "try_in_workspace",
    "try_sources",
    "write_trial",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The files to reconcile, and how they are to be read."""

    statements: Sequence[Path]
    items: Path
    debtors: Path | None = None
    known: Path | None = None
    rules: Path | None = None
    layouts: Path | None = None
    """How banks lay out their tables, as `config/statements.toml`; else those that come along."""
    own: tuple[str, ...] = ()
    """Further accounts of ours, besides those that the statements are of."""
    lists: ListStyle = field(default_factory=lambda: list_style("", "", "", "EUR"))


@dataclass(frozen=True, slots=True)
class ListStyle:
    """How the lists of items, debtors and payers are laid out."""

    columns: ColumnMap
    values: Style


def list_style(columns: str, dates: str, decimal: str, currency: str) -> ListStyle:
    """From what was typed: 'number=Factuur', 'dd-mm-yyyy', ',' and 'EUR'; raises `ConfigError`."""
    if decimal not in ("", ",", "."):
        raise ConfigError(f"--decimal {decimal!r}: expected , or .")
    if not re.fullmatch("[A-Z]{3}", currency):
        raise ConfigError(f"--currency {currency!r}: expected three capitals, such as EUR")
    order = date_format(dates) if dates else ""
    return ListStyle(parse_columns(columns), Style(dates=order, decimal=decimal, currency=currency))


def try_sources(sources: Sources, today: date | None, progress: Progress) -> Trial:
    """Read everything, then match; without `today` as of this machine's date.

    Raises `ClerkworkError` for the first file that is refused."""
    rules, layouts = MatchingRules(), sources.layouts or carried("statements.toml")
    tables: Mapping[str, Columns] = read_table(layouts, str(layouts), dict[str, Columns])
    if sources.rules is not None:
        rules = read_table(sources.rules, str(sources.rules), MatchingRules)
    columns, style = sources.lists.columns, sources.lists.values
    progress(f"Reading {sources.items.name}", 0, None)
    read = read_items(sources.items, open_workbook=visible_rows, columns=columns, style=style)
    debtors: Mapping[str, Debtor] = {one.number: one for one in read.debtors}
    if sources.debtors is not None:
        own = read_debtors(
            sources.debtors, open_workbook=visible_rows, columns=columns, style=style
        )
        debtors = {**debtors, **{one.number: one for one in own}}
    paid_from: Mapping[str, Mapping[str, int]] = {}
    if sources.known is not None:
        paid_from = read_known(
            sources.known,
            open_workbook=visible_rows,
            columns=columns,
            style=style,
            times=rules.times_paid,
        )
    statements: list[Statement] = []
    for number, path in enumerate(sources.statements):
        progress(f"Reading {path.name}", number, len(sources.statements))
        statements += read_statements(path, columns=(*tables.values(), POLDER_BANK))
    lines = sum(len(one.lines) for one in statements)
    progress(f"Matching {lines} lines with {len(read.items)} open items", 0, None)
    try:
        return try_files(
            statements,
            read.items,
            debtors.values(),
            rules=rules,
            today=today or SystemClock(ZoneInfo("UTC")).now().astimezone().date(),
            paid_from=paid_from,
            own_ibans=frozenset("".join(iban.split()).upper() for iban in sources.own),
        )
    except ValueError as error:
        raise BusinessError(f"{sources.items.name}: {error}. Correct it there") from error


def try_in_workspace(folder: Path | None) -> Trial:
    """What the next run would make of the lines of a workspace's store; nothing is changed."""
    with open_office(folder, dry=True, want="look") as (_, office):
        return try_store(office)


def write_trial(trial: Trial, path: Path, sources: Sources | None) -> None:
    """Write a trial as CSV, whole or not at all, and never over a file that it was read from.

    Raises `ConfigError`, `OSError`.
    """
    read: list[Path | None] = []
    if sources is not None:
        read = [*sources.statements, sources.items, sources.debtors, sources.known]
        read += [sources.rules, sources.layouts]
    if path.exists() and any(one is not None and path.samefile(one) for one in read):
        raise ConfigError(f"--out {path} is one of the files that are read: name another")
    write_outcome(path, trial.matches, trial.previews, trial.names)
