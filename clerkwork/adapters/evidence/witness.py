"""Asks each run's folder what the run says of the log before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clerkwork.adapters.evidence.disk import read_if_there
from clerkwork.core.evidence.witness import Witness, witness_of

__all__ = ["witnesses"]

_LONGEST = 1 << 22
"""Bytes of a first step that are read; none is so long."""


def witnesses(folder: Path) -> Iterator[Witness]:
    """What all runs in a folder of evidence say, as far as that can be believed of each."""
    for run in sorted(folder.iterdir()) if folder.is_dir() else ():
        try:
            if not run.is_dir() or (header := read_if_there(run / "run.json")) is None:
                continue
            checkpoint = read_if_there(run / "checkpoint.json")
            said = witness_of(run.name, header, _first_step(run), checkpoint)
        except OSError:
            # What cannot be read is told where the run itself is checked.
            continue
        if said is not None:
            yield said


def _first_step(run: Path) -> bytes:
    try:
        with (run / "steps.jsonl").open("rb") as file:
            return file.readline(_LONGEST).removesuffix(b"\n")
    except FileNotFoundError:
        return b""
