"""Signs what a run that died has left, as it was found, and again if it woke since."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from clerkwork.adapters.evidence.disk import put_new, read_if_there, sync
from clerkwork.adapters.evidence.keys import Signer
from clerkwork.core.evidence import FORMAT, canonical, digest, signed_part, stamp
from clerkwork.core.evidence.found import found_name, found_number
from clerkwork.core.evidence.parse import (
    Line,
    anchor_lines,
    checkpoint_of,
    plain_fields,
    step_lines,
)

__all__ = ["Leaf", "found_files", "found_leaves", "leaf_of", "newly_found"]

Leaf = tuple[str, Mapping[str, object]]
"""Its kind, and what it holds."""


def found_files(folder: Path) -> dict[str, bytes]:
    """What was signed of a run each time it was found, by the file's name. Raises `OSError`."""
    named = [path.name for path in folder.glob("found*.json") if found_number(path.name)]
    return {
        name: content
        for name in sorted(named, key=found_number)
        if (content := read_if_there(folder / name)) is not None
    }


def found_leaves(
    folder: Path, run: str, by: str, at: datetime, signer: Signer, known: Collection[str] = ()
) -> Iterator[Leaf]:
    """Leaves that say how a run's evidence was found; `known` are records the log holds already.

    One that died behind its checkpoint ended after all. What a dead process left half written
    is not counted, and stays as it is. Where nothing came since it was found last, nothing is
    signed again. Raises `OSError`.
    """
    if (ended := _ended(folder, run)) is not None:
        yield ended
        return
    for content in found_files(folder).values():
        # Whoever found it before may have died before he could say so in the log.
        if digest(content) not in known:
            yield from leaf_of(content)
    yield from newly_found(folder, run, by, at, signer)


def newly_found(folder: Path, run: str, by: str, at: datetime, signer: Signer) -> Iterator[Leaf]:
    """Leaves for what came since the run was found last, which is signed. Raises `OSError`."""
    # One that is not dead may add a step between the look and the signature: so look again.
    while content := _sign_what_came(folder, run, by, at, signer):
        yield from leaf_of(content)


def _ended(folder: Path, run: str) -> Leaf | None:
    checkpoint = read_if_there(folder / "checkpoint.json")
    ended = checkpoint_of(checkpoint)
    if checkpoint is None or ended is None:
        return None
    steps = _whole(folder)
    before = steps[ended["steps"] - 2].sha256 if 1 < ended["steps"] <= len(steps) else ""
    leaf = {"run": run, "outcome": ended["outcome"], "checkpoint": digest(checkpoint)}
    return "ended", {**leaf, "steps": ended["steps"], "before": before}


def _sign_what_came(folder: Path, run: str, by: str, at: datetime, signer: Signer) -> bytes:
    """Keep it beside the run, for whoever has the run alone; empty if nothing came."""
    kept = found_files(folder)
    steps = _whole(folder)
    if kept and len(steps) <= max(_steps_in(content) for content in kept.values()):
        return b""
    head = steps[-1].sha256 if steps else digest(read_if_there(folder / "run.json") or b"")
    anchors = anchor_lines(read_if_there(folder / "anchors.jsonl"))
    anchored = max((line.fields["step"] for line in anchors if line.fields), default=0)
    leaf = {"run": run, "steps": len(steps), "head": head, "anchored": anchored, "by": by}
    fields = {"format": FORMAT, "at": stamp(at), **leaf, "key": signer.id}
    content = canonical({**fields, "signature": signer.sign(signed_part("found", fields))})
    path = folder / found_name(max(map(found_number, kept), default=0) + 1)
    if not put_new(path, content):
        # Somebody else was here at the same moment, and says so in the log himself.
        return _sign_what_came(folder, run, by, at, signer)
    sync(folder)
    return content


def _whole(folder: Path) -> Sequence[Line]:
    """The steps up to the first that is none."""
    steps = step_lines(read_if_there(folder / "steps.jsonl"))
    for place, line in enumerate(steps):
        if line.fields.get("step") != place + 1:
            return steps[:place]
    return steps


def _steps_in(found: bytes) -> int:
    steps = (plain_fields(found) or {}).get("steps")
    return steps if isinstance(steps, int) else 0


def leaf_of(found: bytes) -> Iterator[Leaf]:
    """The leaf for what was signed of a run as it was found; none for anything else."""
    said = plain_fields(found) or {}
    names = ("run", "steps", "head", "anchored", "by")
    if said.keys() >= {*names}:
        yield "found", {**{name: said[name] for name in names}, "record": digest(found)}
