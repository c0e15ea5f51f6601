"""What is remembered of a portal's pages from run to run: fingerprints, and their pictures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from clerkwork.adapters.browser.proposals import Proposals, write_whole
from clerkwork.core.finders import Entry, Section
from clerkwork.core.healing import Fingerprint, Thing

__all__ = ["Kept", "Memory", "thing_of", "version_of"]

_FORM = 1
"""Of the file; one of another form is begun anew."""
_MARKS = 6
"""States of a page that count as known, such as a form with and without its items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A fingerprint with what is needed to see at a glance that nothing changed."""

    version: str
    """Of the selector it was taken with: a changed one begins anew."""
    print: Fingerprint
    marks: tuple[int, ...]
    box: tuple[int, ...] = ()
    """Where it stood in the picture of then."""
    columns: Mapping[str, int] | None = None
    """Of a table: which column was which."""
    boxes: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """Of a table: where each column stood in the picture of then."""


def version_of(section: Section, entry: Entry) -> str:
    """Changes with the selector, and with where it is looked for."""
    told = json.dumps([section.frame, section.window, [finder.written for finder in entry]])
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def thing_of(data: Mapping[str, Any]) -> Thing:
    """A thing as `likeness.js` describes it."""
    return Thing(
        sort=data["sort"],
        tag=str(data["tag"]),
        type=str(data["type"]),
        words=str(data["words"]),
        beside=str(data["beside"]),
        hints={str(name): str(value) for name, value in data["hints"].items()},
        shape={str(kind): int(count) for kind, count in data["shape"].items()},
        values=frozenset(int(value) for value in data["values"]),
    )


class Memory:
    """Fingerprints of one portal, read when first asked for and written when a session ends."""

    def __init__(self, folder: Path, portal: str) -> None:
        self.folder = folder
        self.portal = portal
        self.proposals = Proposals(folder / "proposals")
        self._file = folder / f"{portal}.json"
        self._kept: dict[str, Kept] | None = None
        self._changed: set[str] = set()

    def get(self, name: str, version: str) -> Kept | None:
        """None where nothing was kept, or of a selector that was changed since."""
        kept = self._all().get(name)
        return kept if kept is not None and kept.version == version else None

    def keep(self, name: str, kept: Kept) -> None:
        before = self.get(name, kept.version)
        if before is not None:
            marks = (*kept.marks, *(each for each in before.marks if each not in kept.marks))
            kept = Kept(
                version=kept.version,
                print=kept.print,
                marks=marks[:_MARKS],
                box=kept.box or before.box,
                columns=kept.columns,
                boxes=kept.boxes or before.boxes,
            )
        self._all()[name] = kept
        self._changed.add(name)

    def picture(self, name: str) -> Path:
        """Where a picture of a thing's page lies, from when its selector worked."""
        return self.folder / self.portal / f"{name}.jpg"

    def flush(self) -> None:
        """Write what changed; what others wrote meanwhile stays."""
        if not self._changed:
            return
        ours = {name: self._all()[name] for name in self._changed}
        both = {**_read(self._file), **ours}
        write_whole(self._file, _dumped(both))
        self._kept = both
        self._changed.clear()

    def _all(self) -> dict[str, Kept]:
        if self._kept is None:
            self._kept = _read(self._file)
        return self._kept


def _dumped(all_kept: Mapping[str, Kept]) -> bytes:
    """Things that stand on one page are written once."""
    groups: dict[str, object] = {}
    entries = {}
    for name, kept in sorted(all_kept.items()):
        things = [_plain(thing) for thing in kept.print.things]
        text = json.dumps(things, sort_keys=True)
        group = hashlib.sha256(text.encode()).hexdigest()[:12]
        groups[group] = things
        entries[name] = {
            "version": kept.version,
            "sort": kept.print.sort,
            "page": kept.print.page,
            "things": group,
            "at": kept.print.at,
            "marks": kept.marks,
            "box": kept.box,
            "columns": kept.columns,
            "boxes": kept.boxes,
        }
    whole = {"form": _FORM, "entries": entries, "groups": groups}
    return json.dumps(whole, ensure_ascii=False).encode()


def _plain(thing: Thing) -> dict[str, object]:
    return {**asdict(thing), "values": sorted(thing.values)}


def _read(path: Path) -> dict[str, Kept]:
    """Nothing where there is no file, or one that cannot be read: fingerprints come again."""
    try:
        data = json.loads(path.read_bytes())
        if data["form"] != _FORM:
            return {}
        groups = {key: tuple(map(thing_of, each)) for key, each in data["groups"].items()}
        return {name: _kept(each, groups) for name, each in data["entries"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _kept(data: Mapping[str, Any], groups: Mapping[str, Sequence[Thing]]) -> Kept:
    things = tuple(groups[data["things"]])
    if not 0 <= data["at"] < len(things):
        raise ValueError(data["at"])
    return Kept(
        version=data["version"],
        print=Fingerprint(sort=data["sort"], page=data["page"], things=things, at=data["at"]),
        marks=tuple(int(mark) for mark in data["marks"]),
        box=tuple(int(each) for each in data["box"]),
        columns=data["columns"],
        boxes=data.get("boxes", {}),
    )
