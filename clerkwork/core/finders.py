"""What a selectors file says, as data: sections, their entries, and ways to find them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from clerkwork.errors import ConfigError

__all__ = [
    "PLACEHOLDER",
    "Answer",
    "Busy",
    "Column",
    "DialogRule",
    "Entry",
    "Finder",
    "Interruption",
    "Kind",
    "More",
    "PortalSelectors",
    "Section",
    "Table",
]

Kind = Literal[
    "label",
    "text",
    "contains",
    "role",
    "placeholder",
    "css",
    "xpath",
    "near",
    "title",
    "alt",
    "row",
    "tree",
    "image",
    "ocr",
]
More = Literal["", "scroll", "grows"]
Answer = Literal["accept", "dismiss", "refuse"]

PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
"""What a value is filled into, as `{item}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finder:
    """One way to find an element; `{name}` in its words is filled when it is used."""

    kind: Kind
    text: str
    """The words, the css or xpath, the role, or the text of a row's cell."""
    name: str = ""
    """Accessible name that goes with a role."""
    column: str = ""
    """Heading of the column in a row."""
    css: str = ""
    """What to look for in a row, if no column."""
    path: tuple[str, ...] = ()
    """The branches of a tree above it, outermost first."""
    written: str
    """As it stands in the file."""

    def needs(self) -> frozenset[str]:
        """Names of the placeholders in it."""
        if self.kind in ("css", "xpath"):
            return frozenset()
        if self.kind == "image":
            return frozenset()
        words = " ".join((self.text, self.name, self.column, *self.path))
        return frozenset(PLACEHOLDER.findall(words))

    def filled(self, values: Mapping[str, str]) -> Finder:
        """With its placeholders filled; raises `KeyError` with the name that has no value."""
        if not self.needs():
            return self

        def fill(template: str) -> str:
            return PLACEHOLDER.sub(lambda found: values[found[1]], template)

        return replace(
            self,
            text=fill(self.text),
            name=fill(self.name),
            column=fill(self.column),
            path=tuple(fill(each) for each in self.path),
        )


_BY_WORDS = ("label", "text", "role", "near", "title", "alt", "tree")

Entry = tuple[Finder, ...]
"""Ways to find one thing, in order of preference."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: by its heading, or by what to look for in the row."""

    heading: str = ""
    css: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """How to read all rows of a table over all its pages, and what they must tie to."""

    rows: Entry
    columns: Mapping[str, Column]
    next: Entry = ()
    """Goes to the next page; the last page is where it is absent or disabled."""
    pages: Entry = ()
    """The page numbers; `next`, if there is one, then leads on to more numbers."""
    all: Entry = ()
    """Clicked first, where it is there, to have all rows on one page."""
    more: More = ""
    """'scroll': more rows come when the page is scrolled to its end; 'grows': by themselves."""
    loaded: Entry = ()
    """Shows when there is nothing more to scroll to."""
    total: Entry = ()
    total_of: str = ""
    """Key of the column whose sum must equal the total."""
    count: Entry = ()
    """The last number in its text must equal the number of rows."""
    skip: Entry = ()
    """Rows that are, or hold, one of these are no data."""
    empty: Entry = ()
    """Shows when there are no rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One page or form of a portal."""

    name: str
    entries: Mapping[str, Entry]
    frame: tuple[str, ...] = ()
    """Names of the frame and, before it, of those around it; empty is the page itself."""
    window: str = ""
    """Name of the pop-up window it is in; empty is the main window."""
    table: Table | None = None
    lists: Mapping[str, Entry] = field(default_factory=dict)
    """The options of the drop-downs that are no `<select>`, by their key."""
    hidden: tuple[str, ...] = ()
    """Keys of fields that take a secret only while they hide it, besides passwords."""
    visible: tuple[str, ...] = ()
    """Keys of fields that show a password as it is typed."""
    sensitive: tuple[str, ...] = ()
    """Keys of entries and columns that no picture shows."""
    shown: tuple[str, ...] = ()
    """Keys of entries and columns in which no number is covered for what it looks like."""
    files: tuple[str, ...] = ()
    """What a file that is downloaded here may be, such as 'xml'; empty is anything."""


@dataclass(frozen=True, slots=True)
class DialogRule:
    """What to answer to a dialog that holds a text."""

    text: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Interruption:
    """What may cover a page at any time, and the click that makes it go away."""

    name: str
    when: Entry
    click: Entry


@dataclass(frozen=True, slots=True)
class Busy:
    """What shows while a page is still at work, in one frame or (empty) in any."""

    frame: tuple[str, ...]
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalSelectors:
    """A selectors file, checked."""

    source: str
    """The file, for messages."""
    sections: Mapping[str, Section]
    expired: Entry = ()
    maintenance: Entry = ()
    error: Entry = ()
    refused: Entry = ()
    busy: tuple[Busy, ...] = ()
    images: Mapping[str, bytes] = field(default_factory=dict)
    """The pictures (PNG) that selectors of kind 'image' look for, by file name."""
    dialogs: tuple[DialogRule, ...] = ()
    interruptions: tuple[Interruption, ...] = ()

    def said(self) -> tuple[str, ...]:
        """The words of pages that it goes by, but for those with a value in them."""
        found: dict[str, None] = {}
        for section in self.sections.values():
            for finder in (each for entry in section.entries.values() for each in entry):
                if finder.kind in _BY_WORDS and not finder.needs():
                    found[finder.name if finder.kind == "role" else finder.text] = None
                    found.update(dict.fromkeys(finder.path))
            for column in section.table.columns.values() if section.table else ():
                found.update(dict.fromkeys(column.heading.split(" / ")))
        return tuple(words for words in found if words)

    def section(self, name: str) -> Section:
        """Raises `ConfigError` if the file has no such section."""
        try:
            return self.sections[name]
        except KeyError:
            known = ", ".join(sorted(self.sections)) or "none"
            raise ConfigError(
                f"{self.source}: there is no section [{name}], which the robot asks for. "
                f"Add it, or correct the robot (sections there are: {known})."
            ) from None

    def entry(self, name: str) -> tuple[Section, Entry]:
        """What 'section.name' stands for; raises `ConfigError` if the file does not say."""
        section_name, dot, key = name.partition(".")
        if not dot:
            raise ConfigError(f"{name!r} names no selector: a robot writes 'section.name'.")
        section = self.section(section_name)
        try:
            return section, section.entries[key]
        except KeyError:
            known = ", ".join(sorted(section.entries)) or "none"
            raise ConfigError(
                f"{self.source}: section [{section_name}] has no {key!r}, which the robot asks "
                f"for. Add a line '{key} = \"label=...\"', or correct the robot "
                f"(there are: {known})."
            ) from None
