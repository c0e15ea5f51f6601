"""Why a table is not read: it is empty, not what it was, or its selectors are no selectors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clerkwork.adapters.browser.columns import Doubt, KnownTable
from clerkwork.adapters.browser.locate import Locator
from clerkwork.core.finders import Entry, Finder, Section, Table
from clerkwork.errors import ConfigError, SelectorLost, SelectorStopped

__all__ = ["changed", "is_headed", "not_understood", "nothing_in"]


def is_headed(locator: Locator, section: Section, table: Table) -> bool:
    """Whether a table with all these headings, and no row under them, is on the page."""
    headings = [column.heading for column in table.columns.values() if column.heading]
    if not headings:
        return False
    request = {"frames": list(section.frame), "headings": headings}
    return bool(locator.session.window(section).ask("headed", request).get("empty"))


def nothing_in(locator: Locator, section: Section, table: Table) -> SelectorLost | SelectorStopped:
    """For a table whose headings stand there, and that says by nothing that it is empty."""
    written = " or ".join(finder.written for finder in table.rows)
    declared = [key for key in ("empty", "count", "total") if getattr(table, key)]
    what = f"what {' and '.join(map(repr, declared))} of it say is not there. " if declared else ""
    return _error(
        locator,
        f"{locator.session.portal.name}: there is no row ({written}) under the headings of "
        f"{section.name}; {what}If it may be empty, say in [{section.name}] of "
        f"{locator.session.selectors.source} what the page shows then, as in empty = "
        f'"text=Nothing found", or give it its count or total. Nothing was replaced.',
        f"{section.name}.rows",
    )


def changed(
    locator: Locator, section: Section, table: Table, found: KnownTable | Doubt
) -> SelectorLost | SelectorStopped:
    """For a table that is not surely what it was."""
    hint = "`clerkwork selectors review` shows what is likely. " if found.proposed else ""
    if isinstance(found, KnownTable):
        told = "; ".join((*found.rows_told, *found.told))
    else:
        why = "" if found.proposed else "; ".join(found.reasons[:3])
        told = ": ".join(part for part in (", ".join(found.columns), why) if part)
        if not (found.columns or table.empty):
            hint = "If it may be empty, say what the page shows then, with 'empty'. "
    return _error(
        locator,
        f"{locator.session.portal.name}: the table of {section.name}.columns is not what it was "
        f"({told}). {hint}Look at the picture; mend [{section.name}] in "
        f"{locator.session.selectors.source}, and run again.",
        f"{section.name}.columns",
    )


def not_understood(
    locator: Locator, section: Section, table: Table, values: Mapping[str, str], why: str
) -> ConfigError:
    """For a table with a selector that the browser does not take: which key it is."""
    window = locator.session.window(section)
    source = locator.session.selectors.source
    for key, entry in _selectors(table):
        for finder in entry:
            finders = locator.wired(f"{section.name}.{key}", (finder,), values)
            request = {"frames": list(section.frame), **finders}
            if window.ask("count", request)["at"] == "broken":
                return ConfigError(
                    f"{source}, section [{section.name}], key {key!r}: {finder.written!r} is no "
                    f"selector that the browser understands. See that each bracket and quote in it "
                    f"is closed, and correct it."
                )
    return ConfigError(
        f"{source}, section [{section.name}]: the browser could not read the table by it "
        f"({why[:80]}). Look at its selectors, and correct them."
    )


def _selectors(table: Table) -> Iterator[tuple[str, Entry]]:
    yield "rows", table.rows
    yield "skip", table.skip
    for key, column in table.columns.items():
        if column.css:
            written = f"css={column.css}"
            yield f"columns.{key}", (Finder(kind="css", text=column.css, written=written),)


def _error(locator: Locator, message: str, name: str) -> SelectorLost | SelectorStopped:
    return (SelectorStopped if locator.is_writing else SelectorLost)(message, name)
