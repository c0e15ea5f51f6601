"""Finds what was signed of runs and is no leaf of the log: whoever signed it died before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from clerkwork.adapters.evidence.files import content_of, found_in
from clerkwork.adapters.evidence.recovery import Leaf, leaf_of
from clerkwork.core.evidence import Verdict, digest
from clerkwork.core.evidence.deletion import DELETED, is_note
from clerkwork.core.evidence.log import RunLeaves
from clerkwork.core.evidence.parse import plain_fields
from clerkwork.core.evidence.removal import REMOVAL, removal_of
from clerkwork.errors import EvidenceError

__all__ = ["unlogged"]


def unlogged(
    folder: Path, said_of: Callable[[str], RunLeaves], examine: Callable[[str], Verdict]
) -> Iterator[Leaf]:
    """Leaves for what of each run was signed and is none yet, where the run holds.

    Nothing goes before its leaf is there. So one of a run of which anything is gone, or amiss, was
    not left by a crash: it stays as it is, and a check goes on to tell of it.
    """
    for path in sorted(folder.iterdir()):
        if path.is_dir() and (said := said_of(path.name)).removed is None:
            try:
                lacking = tuple(_lacking(path, said))
                holds = bool(lacking) and not examine(path.name).broken
            except EvidenceError:
                continue  # What cannot be read holds for nothing, and a check says so.
            yield from lacking if holds else ()


def _lacking(folder: Path, said: RunLeaves) -> Iterator[Leaf]:
    known = {leaf["record"] for leaf in (*said.found, *said.deleted)}
    for found in found_in(folder).values():
        if digest(found) not in known:
            yield from leaf_of(found)
    header = digest(content_of(folder / "run.json") or b"")
    for line in (content_of(folder / DELETED) or b"").split(b"\n")[:-1]:
        note, record = plain_fields(line) or {}, digest(line)
        # One of before does not say of which run of this name it is.
        if is_note(note) and note.get("header") == header and record not in known:
            leaf = {"run": folder.name, "what": note["what"], "record": record, "why": note["why"]}
            yield "deleted", leaf
    removal = content_of(folder / REMOVAL)
    if removal is not None and (fields := removal_of(removal)) is not None:
        yield "removed", {"run": folder.name, "record": digest(removal), "why": fields["why"]}
