"""Tables known again by their columns: what each holds, and what it stands among."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from clerkwork.adapters.browser.healing import Healer, ReadTable
from clerkwork.adapters.browser.memory import Kept, thing_of, version_of
from clerkwork.adapters.browser.session import wire
from clerkwork.adapters.browser.window import Window
from clerkwork.core.finders import Column, Entry, Finder, Section, Table
from clerkwork.core.healing import Change, Fingerprint, Thing, Verdict, judge_columns

__all__ = ["Doubt", "KnownTable", "know_again", "places"]

_FITS = 0.6
"""Mean likelihood of the columns from which on a table may be the one that was."""
_KNOWN = frozenset({"same", "healed"})
_NOWHERE = ":not(*)"
"""Finds nothing: the cells of a column in doubt."""
_AHEAD = 0.15
"""And so far it has to be ahead of the next table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTable:
    """A table as it is to be read now."""

    table: Table
    frames: tuple[str, ...]
    rows_told: tuple[str, ...]
    """What was read instead of the written rows, for the evidence; empty if nothing."""
    told: tuple[str, ...]
    """And instead of the written columns."""
    proposed: bool = False
    """Whether a person can look at it as a proposal."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a table is not read: columns that are not surely what they were."""

    columns: tuple[str, ...]
    reasons: tuple[str, ...]
    proposed: bool = False
    """Whether a person can look at what is likely as a proposal."""


@dataclass(frozen=True, slots=True)
class _Grid:
    things: tuple[Thing, ...]
    is_ours: bool
    """Whether the written rows are in it."""
    boxes: tuple[tuple[int, ...], ...]
    """Where its columns stand; empty for one that is not to be seen."""


def know_again(
    healer: Healer, window: Window, section: Section, table: Table, finders: object
) -> KnownTable | Doubt | None:
    """How to read a table that changed; None where it is as it was, or was never seen.

    `finders` are the written rows as `healing.js` takes them. What is learnt is kept.
    """
    name = f"{section.name}.columns"
    version = version_of(section, _as_entry(table))
    kept = healer.memory.get(name, version)
    asked = window.ask("grids", {"frames": list(section.frame), "finders": finders})
    if asked.get("at") != "grids":
        return None
    grids = [
        _Grid(
            tuple(thing_of(each) for each in told["things"]),
            bool(told["ours"]),
            tuple(tuple(box or ()) for box in told["boxes"]),
        )
        for told in asked["grids"]
    ]
    page, view = str(asked["page"]), str(asked["view"])
    ours = next((at for at, grid in enumerate(grids) if grid.is_ours), None)
    written = _written_columns(table, grids[ours].things) if ours is not None else None
    if kept is None or kept.columns is None:
        if ours is not None and written is not None:
            is_seen = _see(healer, name, view, is_new=True)
            _learn(healer, name, version, page, grids[ours], written, is_seen=is_seen)
            _read_as_written(healer, section, table, written)
        return None
    if ours is not None and written is not None and _mark(grids[ours].things) in kept.marks:
        is_seen = _see(healer, name, view, is_new=False)
        _learn(healer, name, version, page, grids[ours], written, is_seen=is_seen)
        _read_as_written(healer, section, table, written)
        return None
    return _Search(healer, window, section, table, kept, grids, ours).run(page)


def places(window: Window, told: ReadTable) -> Mapping[str, Sequence[int]]:
    """Where the columns of a table that was read stand now, by key: left, top, width, height."""
    finders = wire(told.rows, {}) if not any(each.needs() for each in told.rows) else []
    asked = window.ask("grids", {"frames": list(told.frames), "finders": finders})
    ours = next((each for each in asked.get("grids", ()) if each["ours"]), None)
    boxes = ours["boxes"] if ours else ()
    found = {key: boxes[at] for key, at in told.columns.items() if at < len(boxes)}
    return {key: box for key, box in found.items() if box}


def _see(healer: Healer, name: str, view: str, *, is_new: bool) -> bool:
    is_wanted = is_new or healer.witness.wants(name)
    if is_wanted:
        healer.witness.see(name, view)
    return is_wanted


def _read_as_written(
    healer: Healer, section: Section, table: Table, columns: Mapping[str, int]
) -> None:
    healer.tables[section.name] = ReadTable(frames=section.frame, rows=table.rows, columns=columns)


@dataclass(frozen=True, slots=True)
class _Search:
    """A table that is not as it was."""

    healer: Healer
    window: Window
    section: Section
    table: Table
    kept: Kept
    grids: Sequence[_Grid]
    ours: int | None

    def run(self, page: str) -> KnownTable | Doubt | None:
        which = self._which(page)
        if which is None:
            return Doubt((), ("no table, or more than one, has columns like those",))
        verdicts = self._verdicts(which, page)
        sure = {key: one.best for key, one in verdicts.items() if one.outcome in _KNOWN}
        twice = {at for at, count in Counter(sure.values()).items() if count > 1}
        doubtful = tuple(key for key in verdicts if key not in sure or sure[key] in twice)
        if len(doubtful) == len(verdicts):
            reasons = tuple(r for key in doubtful for r in (f"{key}:", *verdicts[key].reasons[:3]))
            made = self._propose(which, verdicts, reasons, doubtful)
            why = made.reasons if isinstance(made, Doubt) else reasons
            return Doubt(doubtful, why, proposed=made.proposed)
        if (
            not doubtful
            and which == self.ours
            and all(one.outcome == "same" for one in verdicts.values())
        ):
            name = f"{self.section.name}.columns"
            _learn(self.healer, name, self.kept.version, page, self.grids[which], sure)
            _read_as_written(self.healer, self.section, self.table, sure)
            return None
        reasons = tuple(
            f"{key}: {', '.join(one.reasons[:3])}"
            for key, one in verdicts.items()
            if one.outcome != "same"
        )
        return self._propose(which, verdicts, reasons, doubtful)

    def _which(self, page: str) -> int | None:
        """The grid whose columns fit best, if it does beyond doubt."""
        if self.ours is not None:
            return self.ours
        fits = []
        for at in range(len(self.grids)):
            verdicts = self._verdicts(at, page)
            sure = sum(one.ranked[0][1] if one.ranked else 0.0 for one in verdicts.values())
            fits.append((sure / len(verdicts), at))
        fits.sort(reverse=True)
        if not fits or fits[0][0] < _FITS:
            return None
        if len(fits) > 1 and fits[0][0] - fits[1][0] < _AHEAD:
            return None
        return fits[0][1]

    def _verdicts(self, which: int, page: str) -> dict[str, Verdict]:
        things = self.grids[which].things
        hits = {}
        for key in self.kept.columns or {}:
            heading = self.table.columns[key].heading
            found = [n for n, thing in enumerate(things) if heading and thing.words == heading]
            hits[key] = found if which == self.ours else []
        return judge_columns(self.kept.print, things, self.kept.columns or {}, hits, page=page)

    def _propose(
        self,
        which: int,
        verdicts: Mapping[str, Verdict],
        reasons: tuple[str, ...],
        doubtful: Collection[str],
    ) -> KnownTable | Doubt:
        """What is sure is read; a column in doubt is not there for whoever asks for it."""
        keys = [key for key in verdicts if verdicts[key].ranked]
        columns = [verdicts[key].best for key in keys]
        told = self.window.ask("spell grid", {"index": which, "columns": columns})
        frames = tuple(str(each) for each in told.get("frames", ()))
        rows = self.table.rows
        if which != self.ours:
            if not told.get("rows") or not all(frames):
                return Doubt(tuple(keys), ("the table cannot be written as a selector",))
            css = str(told["rows"])
            rows = (Finder(kind="css", text=css, written=f"css={css}"),)
        else:
            frames = self.section.frame
        new = dict(self.table.columns)
        changed: list[Change] = []
        for key, text in zip(keys, told["columns"], strict=True):
            column = _column_of(str(text))
            if column != new[key]:
                path = (self.section.name, "columns", key)
                changed.append(Change(path=path, old=_text_of(new[key]), new=str(text)))
                new[key] = column
        place = self._changed_place(rows, frames)
        changes = (*place, *changed)
        if changes:
            about = [str(each.path[-1]) for each in changed] if not place else keys
            boxes = {key: self.grids[which].boxes[verdicts[key].best] for key in about}
            proposal = self.healer.witness.propose(
                f"{self.section.name}.{'columns' if changed else 'rows'}",
                changes,
                used=not doubtful,
                reasons=reasons,
                then=_whole([self.kept.boxes.get(key, ()) for key in about], bool(place)),
                now=_whole([*boxes.values()], bool(place)),
            )
            if proposal.state == "rejected":
                return Doubt(tuple(keys), ("what is like it was rejected before",))
        new.update({key: Column(css=_NOWHERE) for key in doubtful})
        shown = tuple(_told(each) for each in changed if each.path[-1] not in doubtful)
        shown += tuple(f"{key}: in doubt, not read" for key in doubtful)
        healed = {str(each.path[-1]) for each in changed} | ({"rows"} if place else set())
        read = ReadTable(
            frames=frames,
            rows=rows,
            columns={key: one.best for key, one in verdicts.items() if key not in doubtful},
            healed=frozenset(healed),
        )
        self.healer.read_elsewhere(self.section.name, read)
        return KnownTable(
            table=replace(self.table, rows=rows, columns=new),
            frames=frames,
            rows_told=tuple(_told(each) for each in place),
            told=shown,
            proposed=bool(changes),
        )

    def _changed_place(self, rows: Entry, frames: tuple[str, ...]) -> tuple[Change, ...]:
        changes = []
        if frames != self.section.frame:
            was = "/".join(self.section.frame) or None
            path: tuple[str | int, ...] = (self.section.name, "frame")
            changes.append(Change(path=path, old=was, new="/".join(frames)))
        if rows != self.table.rows:
            first = (0,) if len(self.table.rows) > 1 else ()
            path = (self.section.name, "rows", *first)
            changes.append(Change(path=path, old=self.table.rows[0].written, new=rows[0].written))
        return tuple(changes)


def _told(change: Change) -> str:
    return f"{change.path[-1]}: {change.old} → {change.new}"


def _whole(boxes: Sequence[Sequence[int]], is_one: bool) -> Sequence[Sequence[int]]:
    """Those that are to be seen; as one box around all of them where all of it moved."""
    there = [box for box in boxes if len(box) == 4]
    if not there or not is_one:
        return there
    left, top = (min(box[i] for box in there) for i in (0, 1))
    right, bottom = (max(box[i] + box[i + 2] for box in there) for i in (0, 1))
    return [(left, top, right - left, bottom - top)]


def _learn(
    healer: Healer,
    name: str,
    version: str,
    page: str,
    grid: _Grid,
    columns: Mapping[str, int],
    *,
    is_seen: bool = False,
) -> None:
    print = Fingerprint(sort="cell", page=page, things=grid.things, at=0)
    boxes = {key: grid.boxes[at] for key, at in columns.items()} if is_seen else {}
    kept = Kept(
        version=version,
        print=print,
        marks=(_mark(grid.things),),
        columns=dict(columns),
        boxes=boxes,
    )
    healer.memory.keep(name, kept)


def _written_columns(table: Table, things: Sequence[Thing]) -> dict[str, int] | None:
    """Which column is which as the file says; None where it does not say of each, or is wrong."""
    found = {}
    for key, column in table.columns.items():
        hits = [at for at, thing in enumerate(things) if thing.words == column.heading]
        if not column.heading or len(hits) != 1:
            return None
        found[key] = hits[0]
    return found


def _mark(things: Sequence[Thing]) -> int:
    told = json.dumps([[thing.words, thing.type] for thing in things])
    return int(hashlib.sha256(told.encode()).hexdigest()[:8], 16)


def _as_entry(table: Table) -> Entry:
    """The table's selectors as one, to tell when a person changed them."""
    headings = [f"{key}={_text_of(column)}" for key, column in sorted(table.columns.items())]
    return (*table.rows, *(Finder(kind="text", text="", written=each) for each in headings))


def _column_of(text: str) -> Column:
    css = text.removeprefix("css=")
    return Column(css=css) if css != text else Column(heading=text)


def _text_of(column: Column) -> str:
    return f"css={column.css}" if column.css else column.heading
