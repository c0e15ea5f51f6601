"""What a session did and saw since it was asked last, for the evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from clerkwork.core.evidence import SelectorUse
from clerkwork.core.finders import PortalSelectors

__all__ = ["Noted", "page_of"]

_MOST = 200
"""Values of one step that are noted one by one; what a loop reads may not fill the disk."""
_LONGEST = 500
"""Characters of one value."""
_LONG_PART = re.compile(r"(?=[^/]*\d)(?=[^/]*[A-Za-z])[A-Za-z0-9_~.=-]{24,}")
"""A part of an address that may be a session or a token: long, of letters and digits."""


class Noted:
    """Selectors used, values typed and read, and totals; each once, in order."""

    def __init__(self, selectors: PortalSelectors) -> None:
        self._selectors = selectors
        self._used: dict[SelectorUse, None] = {}
        self._typed: dict[str, str] = {}
        self._read: dict[str, str] = {}
        self._totals: dict[str, str] = {}

    def used(self, name: str, which: int = 0) -> None:
        """Note a name as used, with the number of the way of finding it that hit."""
        ways = self._ways(name)
        later = ways[which] if 0 < which < len(ways) else ""
        self._used[SelectorUse(name=name, written=ways[0] if ways else "", used=later)] = None

    def healed(self, name: str, told: str) -> None:
        """Note that something else was used than is written: 'written → used'."""
        ways = self._ways(name)
        written = ways[0] if ways else ""
        self._used[SelectorUse(name=name, written=written, used=told, healed=True)] = None

    def typed(self, name: str, values: Mapping[str, str], text: str) -> None:
        """Note what was entered, in the portal's format; of a secret only its name."""
        _keep(self._typed, name, values, text)

    def read(self, name: str, values: Mapping[str, str], text: str) -> None:
        """Note what was read."""
        _keep(self._read, name, values, text)

    def tied(self, name: str, told: str) -> None:
        """Note what was checked against the portal's own figures."""
        self._totals[name] = told

    def drain(self) -> tuple[SelectorUse, ...]:
        """Selectors used since the last call."""
        used = tuple(self._used)
        self._used.clear()
        return used

    def drain_values(self) -> tuple[Mapping[str, str], Mapping[str, str], Mapping[str, str]]:
        """What was typed, read and tied out since the last call."""
        told = self._typed, self._read, self._totals
        self._typed, self._read, self._totals = {}, {}, {}
        return told

    def _ways(self, name: str) -> tuple[str, ...]:
        """As the selectors file has them; none for what is no entry of its own, such as columns."""
        section, _, key = name.partition(".")
        found = self._selectors.sections.get(section)
        entry = found.entries.get(key, ()) if found is not None else ()
        return tuple(finder.written for finder in entry)


def page_of(address: str) -> str:
    """A page's address as the evidence may have it: no query, no fragment, no user, no tokens."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https"):
        return f"{parts.scheme}:" if parts.scheme else ""
    host = parts.netloc.rpartition("@")[2]
    path = re.sub(r";[^/]*", "", parts.path)
    return f"{parts.scheme}://{host}{_LONG_PART.sub('…', path)}"


def _keep(into: dict[str, str], name: str, values: Mapping[str, str], text: str) -> None:
    key = " ".join([name, *(f"{each}={value}" for each, value in sorted(values.items()))])
    if key in into or len(into) < _MOST:
        into[key] = text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
    else:
        into["…"] = f"more than {_MOST} values, of which the first are told"
