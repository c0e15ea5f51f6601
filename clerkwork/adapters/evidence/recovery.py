"""Signs what a run that died has left, as it was found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from clerkwork.adapters.evidence.disk import put_whole, read_if_there
from clerkwork.adapters.evidence.keys import Signer
from clerkwork.core.evidence import FORMAT, canonical, digest, signed_part, stamp
from clerkwork.core.evidence.parse import anchor_lines, checkpoint_of, plain_fields, step_lines

__all__ = ["FOUND", "found_leaf"]

FOUND = "found.json"


def found_leaf(
    folder: Path, run: str, by: str, at: datetime, signer: Signer
) -> tuple[str, Mapping[str, object]]:
    """Kind and content of the leaf that says how a run's evidence was found.

    One that died behind its checkpoint ended after all. What a dead process left half written
    is not counted, and stays as it is. Raises `OSError`.
    """
    steps = step_lines(read_if_there(folder / "steps.jsonl"))
    whole = 0
    for whole, line in enumerate(steps, start=1):
        if line.fields.get("step") != whole:
            whole -= 1
            break
    checkpoint = read_if_there(folder / "checkpoint.json")
    ended = checkpoint_of(checkpoint)
    if checkpoint is not None and ended is not None:
        before = steps[ended["steps"] - 2].sha256 if 1 < ended["steps"] <= whole else ""
        return "ended", {
            "run": run,
            "outcome": ended["outcome"],
            "checkpoint": digest(checkpoint),
            "steps": ended["steps"],
            "before": before,
        }
    header = read_if_there(folder / "run.json")
    head = steps[whole - 1].sha256 if whole else digest(header or b"")
    anchors = anchor_lines(read_if_there(folder / "anchors.jsonl"))
    anchored = max((line.fields["step"] for line in anchors if line.fields), default=0)
    leaf = {"run": run, "steps": whole, "head": head, "anchored": anchored, "by": by}
    kept = read_if_there(folder / FOUND) or _sign(folder, leaf, at, signer)
    if (said := plain_fields(kept)) is not None:
        # Whoever found it before died before he could say so in the log.
        leaf = {name: said.get(name, value) for name, value in leaf.items()}
    return "found", {**leaf, "record": digest(kept)}


def _sign(folder: Path, leaf: Mapping[str, object], at: datetime, signer: Signer) -> bytes:
    """Keep it beside the run as well, for whoever has the run alone."""
    fields = {"format": FORMAT, "at": stamp(at), **leaf, "key": signer.id}
    kept = canonical({**fields, "signature": signer.sign(signed_part("found", fields))})
    put_whole(folder / FOUND, kept)
    return kept
