"""Named elements known again by their fingerprints: learnt, doubted, and found where they moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from clerkwork.adapters.browser.memory import Kept, Memory, thing_of, version_of
from clerkwork.adapters.browser.pictures import Camera
from clerkwork.adapters.browser.session import wire
from clerkwork.adapters.browser.window import Answer, Window
from clerkwork.adapters.browser.witness import Witness
from clerkwork.core.finders import Entry, Finder, Kind, Section
from clerkwork.core.healing import Change, Fingerprint, Verdict, Written, judge
from clerkwork.core.pictures import UNSEEKABLE
from clerkwork.ports import Clock

__all__ = ["Healed", "Healer", "Named", "ReadTable"]

_HIDES = "password"
"""Type of a field that hides what is typed."""
_DOUBTFUL = 0.2
"""A candidate from this likelihood on is shown to the person who is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A name of the selectors file as a robot asks for it."""

    name: str
    section: Section
    entry: Entry
    tried: Entry
    """What of it counts: in writing no fallback does that was never seen to hit the same."""
    values: Mapping[str, str]
    writing: bool
    """Whether a wrong one would do harm: in writing, and where a secret is typed."""
    hidden: bool = False
    """Whether only a field will do that hides what is typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Healed:
    """Where a thing was found instead; used as long as the session lasts."""

    frames: tuple[str, ...]
    finder: Finder
    told: str
    """'as written → as used', for the evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTable:
    """Where a table and its columns are to be found, as it was read."""

    frames: tuple[str, ...]
    rows: Entry
    columns: Mapping[str, int]
    """Number of each column on the page, by key."""
    healed: frozenset[str] = frozenset()
    """Keys of columns that are read elsewhere than written, and 'rows'."""


class Healer:
    """Keeps the fingerprints of one session's portal and judges by them."""

    def __init__(self, portal: str, camera: Camera, memory: Memory, clock: Clock) -> None:
        self._portal = portal
        self._memory = memory
        self._camera = camera
        self._witness = Witness(portal, camera, memory, clock.now)
        self._healed: dict[str, Healed] = {}
        self.tables: dict[str, ReadTable] = {}
        """By section: how its table was read last."""

    def healed(self, name: str) -> Healed | None:
        """What this session found instead of what is written."""
        return self._healed.get(name)

    def knows(self, section: Section, name: str, entry: Entry) -> bool:
        """Whether a fingerprint of it is kept."""
        return self._memory.get(name, version_of(section, entry)) is not None

    def hid(self, section: Section, name: str, entry: Entry) -> bool:
        """Whether it was a field that hides what is typed."""
        kept = self._memory.get(name, version_of(section, entry))
        return kept is not None and kept.print.thing.type == _HIDES

    def guard(self, named: Named, *, trusted: bool) -> dict[str, object]:
        """What `healing.js` needs to see before an act whether the thing is what it was.

        What is `trusted` is taken as it is found, and remembered so.
        """
        kept = self._kept(named)
        return {
            "marks": list(kept.marks) if kept else [],
            "trusted": trusted,
            "inRow": named.entry[0].kind == "row",
            "values": dict(named.values),
            "wanted": self._witness.wants(named.name),
        }

    def learn(self, named: Named, answer: Answer) -> None:
        """Keep how a thing looked that its written selector found."""
        if "print" not in answer:
            return
        told, version = answer["print"], version_of(named.section, named.entry)
        is_new = self._memory.get(named.name, version) is None
        # On a page that is being left there is nothing to be seen of it any more.
        is_seen = (is_new or self._witness.wants(named.name)) and not answer.get("moved")
        if is_seen:
            self._witness.see(named.name, str(told["view"]))
        box = tuple(int(each) for each in told["box"]) if is_seen else ()
        self._memory.keep(
            named.name,
            Kept(
                version=version,
                print=_print_of(told),
                marks=(int(answer["mark"]),),
                box=box,
            ),
        )

    def doubt(self, named: Named, answer: Answer) -> Verdict:
        """Judge what the written selector hits, which is not quite what it was."""
        kept = self._kept(named)
        told = answer["print"]
        if kept is None or told["sort"] != kept.print.sort:
            return Verdict(outcome="lost", reasons=("it is another sort of thing",))
        things = [thing_of(each) for each in told["things"]]
        return judge(
            kept.print,
            things,
            page=str(told["page"]),
            hits=(int(told["at"]),),
            writing=named.writing,
        )

    def search(self, window: Window, named: Named) -> tuple[Healed | None, bool]:
        """Find a thing where its written selector does not, or hits something else.

        A proposal is kept of what comes near, and it is told whether there is one that nobody
        rejected; None where nothing may be used.
        """
        kept = self._kept(named)
        if kept is None:
            return None, False
        row = _row_of(named) if kept.print.sort == "cell" else ""
        if kept.print.sort == "cell" and not row:
            return None, False
        request = {"frames": list(named.section.frame), "guard": {"values": dict(named.values)}}
        asked = window.ask(
            "kin",
            {**request, "finders": _wired(named), "sort": kept.print.sort, "row": row},
        )
        if asked.get("at") in ("broken", "gone"):
            return None, False
        verdict = judge(
            kept.print,
            [thing_of(each) for each in asked["things"]],
            page=str(asked["page"]),
            hits=[int(each) for each in asked["hits"]],
            writing=named.writing,
        )
        raw_row = named.entry[0].text if row else ""
        found: list[Healed | None] = []
        hits = asked["hits"]
        fits = [not named.hidden or each["type"] == _HIDES for each in asked["things"]]
        verdict = replace(verdict, ranked=tuple(one for one in verdict.ranked if fits[one[0]]))
        others = [each for each in verdict.ranked if hits != [each[0]]]
        for index, likelihood in others[:2]:
            if (likelihood >= _DOUBTFUL or len(hits) == 1) and not (
                verdict.outcome == "healed" and found
            ):
                ask = {**request, "index": index, "row": row}
                found.append(self._proposed(window, named, kept, ask, raw_row, verdict))
        usable = verdict.outcome == "healed" and not named.writing
        healed = found[0] if found and usable else None
        if healed is not None:
            self._healed[named.name] = healed
            finders = wire((healed.finder,), named.values)
            self._camera.found_instead(named.name, healed.frames, finders)
        return healed, any(found)

    def read_elsewhere(self, name: str, table: ReadTable) -> None:
        """The table of a section was found elsewhere, or some of its columns were."""
        self.tables[name] = table
        if any(each.kind in UNSEEKABLE or each.needs() for each in table.rows):
            return
        self._camera.found_instead(f"{name}.rows", table.frames, wire(table.rows, {}))

    def flush(self) -> None:
        self._memory.flush()

    @property
    def memory(self) -> Memory:
        return self._memory

    @property
    def witness(self) -> Witness:
        return self._witness

    def _kept(self, named: Named) -> Kept | None:
        return self._memory.get(named.name, version_of(named.section, named.entry))

    def _proposed(
        self,
        window: Window,
        named: Named,
        kept: Kept,
        ask: Mapping[str, object],
        row: str,
        verdict: Verdict,
    ) -> Healed | None:
        """Propose one candidate; None where it cannot be written, or was rejected before."""
        answer = window.ask("spell", ask)
        if not answer.get("finders"):
            return None
        frames = tuple(str(each) for each in answer["frames"])
        finder = _finder_of(_preferred(answer["finders"], named.entry), row)
        changes = _changes(named, finder, frames)
        if not changes or not all(frames):
            return None
        proposal = self._witness.propose(
            named.name,
            changes,
            used=verdict.outcome == "healed" and not named.writing,
            reasons=verdict.reasons,
            then=(kept.box,) if kept.box else (),
            now=(answer["box"],),
        )
        if proposal.state == "rejected":
            return None
        return Healed(frames=frames, finder=finder, told=_told(named, finder, frames))


def _print_of(told: Mapping[str, Any]) -> Fingerprint:
    things = tuple(thing_of(each) for each in told["things"])
    return Fingerprint(sort=told["sort"], page=str(told["page"]), things=things, at=told["at"])


def _wired(named: Named) -> list[dict[str, object]]:
    return wire(named.tried, named.values)


def _row_of(named: Named) -> str:
    """The text that tells the row; empty where the selector does not say."""
    first = named.entry[0]
    return first.filled(named.values).text if first.kind in ("row", "text") else ""


def _preferred(found: Sequence[Mapping[str, str]], entry: Entry) -> Mapping[str, str]:
    """Written as it was written before, if that is possible; else the best way there is."""
    kinds = {finder.kind for finder in entry}
    return next((each for each in found if each["kind"] in kinds - {"css", "xpath"}), found[0])


def _finder_of(told: Mapping[str, str], row: str) -> Finder:
    kind = cast(Kind, told["kind"])
    text = row or told["text"]
    finder = Finder(
        kind=kind, text=text, name=told["name"], column=told["column"], css=told["css"], written=""
    )
    written = _written(finder)
    shown = written if isinstance(written, str) else str(written)
    return Finder(
        kind=kind,
        text=text,
        name=finder.name,
        column=finder.column,
        css=finder.css,
        written=shown,
    )


def _written(finder: Finder) -> Written:
    """As a selectors file has it."""
    if finder.kind == "row":
        part = {"column": finder.column} if finder.column else {"css": finder.css}
        return {"row": finder.text, **part}
    if finder.kind == "role":
        quote = '"' if "'" in finder.name else "'"
        return f"role={finder.text}[name={quote}{finder.name}{quote}]"
    return f"{finder.kind}={finder.text}"


def _changes(named: Named, finder: Finder, frames: tuple[str, ...]) -> tuple[Change, ...]:
    section, _, key = named.name.partition(".")
    path: tuple[str | int, ...] = (section, key)
    old = named.entry[0]
    changes = []
    if frames != named.section.frame:
        was = "/".join(named.section.frame) or None
        changes.append(Change(path=(section, "frame"), old=was, new="/".join(frames)))
    if (old.kind, old.text, old.name, old.column, old.css) != (
        finder.kind,
        finder.text,
        finder.name,
        finder.column,
        finder.css,
    ):
        path = (*path, 0) if len(named.entry) > 1 else path
        kept = _written(old) if old.kind == "row" else old.written
        changes.append(Change(path=path, old=kept, new=_written(finder)))
    return tuple(changes)


def _told(named: Named, finder: Finder, frames: tuple[str, ...]) -> str:
    moved = f" in frame {'/'.join(frames)}" if frames != named.section.frame else ""
    return f"{named.entry[0].written} → {finder.written}{moved}"
