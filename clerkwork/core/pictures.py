"""What no picture of the evidence may show, and how large one may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from clerkwork.core.finders import Entry, PortalSelectors, Section
from clerkwork.core.secrecy import is_password

__all__ = ["UNSEEKABLE", "Covered", "CoveredColumns", "PictureRules", "covered", "shown"]

UNSEEKABLE = ("image", "ocr", "tree")
"""Kinds of selectors that are not looked for each time before a picture."""

How = Literal["whole", "last four", "show"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureRules:
    """`[pictures]` of `config/workspace.toml`: what is covered of the numbers that pages show.

    'whole' covers all of it, 'last four' leaves the last four letters or digits of what stands
    in a text (of what stands in a field all is covered), 'show' covers nothing. Secrets are
    always covered.
    """

    iban: How = "last four"
    """With a right checksum (ISO 13616)."""
    bsn: How = "whole"
    """Nine digits that pass the eleven test."""
    card: How = "last four"
    """13 to 19 digits that pass the Luhn test (ISO/IEC 7812) and begin like a card's."""
    email: How = "whole"
    shown: tuple[str, ...] = ()
    """What is shown all the same, besides the creditor's own accounts and address."""
    longest: int = 4_000
    """Pixels up to which a form or table larger than the window is shown, either way, in parts."""
    longest_table: int = 0
    """Pictures at most of one table or form: of its parts, or of its pages; 0 for no limit."""

    def __post_init__(self) -> None:
        if not 800 <= self.longest <= 20_000:
            raise ValueError(f"longest is {self.longest}; expected 800 to 20000 pixels")
        if self.longest_table < 0:
            raise ValueError(f"longest_table is {self.longest_table}; expected 0 or more pictures")

    def covering(self) -> Mapping[str, How]:
        """Kind of number → how it is covered; none that is shown."""
        kinds: Mapping[str, How] = {
            "iban": self.iban,
            "bsn": self.bsn,
            "card": self.card,
            "email": self.email,
        }
        return {kind: how for kind, how in kinds.items() if how != "show"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """A thing of the selectors file that no picture shows, or one that is shown whole."""

    name: str
    frame: tuple[str, ...]
    entry: Entry
    beside: tuple[Entry, ...] = ()
    """What tells that its section is there, so that it has to be, too; empty where it may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveredColumns:
    """Columns of a table, by heading or css; `others` are the headings that tell the table."""

    name: str
    frame: tuple[str, ...]
    rows: Entry
    columns: Mapping[str, tuple[str, str]]
    """Key → heading and css, of which one is empty."""
    others: tuple[str, ...]


Parts = tuple[tuple[Covered, ...], tuple[CoveredColumns, ...]]


def covered(selectors: PortalSelectors) -> Parts:
    """What a selectors file has covered: `sensitive`, and all fields that take a secret."""
    entries: list[Covered] = []
    tables: list[CoveredColumns] = []
    for section in selectors.sections.values():
        keys = [*section.sensitive, *_secretive(section)]
        _add(section, tuple(dict.fromkeys(keys)), entries, tables)
    return tuple(entries), tuple(tables)


def shown(selectors: PortalSelectors) -> Parts:
    """What a selectors file has shown whole, whatever it looks like: `shown`."""
    entries: list[Covered] = []
    tables: list[CoveredColumns] = []
    for section in selectors.sections.values():
        _add(section, section.shown, entries, tables)
    return tuple(entries), tuple(tables)


def _secretive(section: Section) -> Iterator[str]:
    for key, entry in section.entries.items():
        # What a PIN pad shows of what was pressed.
        is_pad = key == "typed" and "buttons" in section.entries
        takes = key in section.hidden or key in section.visible or is_password(key) or is_pad
        # Those that cannot be looked for take it all the same, and are known by that.
        if takes and _is_seekable(entry):
            yield key


def _is_seekable(entry: Entry) -> bool:
    return all(f.kind not in UNSEEKABLE and not f.needs() for f in entry)


def _beside(section: Section) -> tuple[Entry, ...]:
    """All of a section that is to be seen there and is not sensitive itself."""
    found = [entry for key, entry in section.entries.items() if key not in section.sensitive]
    found += [section.table.rows] if section.table else []
    return tuple(entry for entry in found if _is_seekable(entry))


def _add(
    section: Section,
    keys: tuple[str, ...],
    entries: list[Covered],
    tables: list[CoveredColumns],
) -> None:
    table = section.table
    entries += [
        Covered(
            name=f"{section.name}.{key}",
            frame=section.frame,
            entry=section.entries[key],
            beside=_beside(section) if key in section.sensitive else (),
        )
        for key in keys
        if key in section.entries
    ]
    columns = {
        key: (table.columns[key].heading, table.columns[key].css)
        for key in keys
        if table and key in table.columns
    }
    if table and columns:
        tables.append(
            CoveredColumns(
                name=section.name,
                frame=section.frame,
                rows=table.rows,
                columns=columns,
                others=tuple(
                    column.heading
                    for key, column in table.columns.items()
                    if key not in columns and column.heading
                ),
            )
        )
