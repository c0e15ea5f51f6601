"""Checks what lies in a run's folder: its records, or what stays of them after a removal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from clerkwork.adapters.evidence.files import content_of, run_files, strays_in
from clerkwork.adapters.evidence.removal import leftovers
from clerkwork.core.evidence import Verdict
from clerkwork.core.evidence.check import check
from clerkwork.core.evidence.finding import Signed
from clerkwork.core.evidence.log import RunLeaves
from clerkwork.core.evidence.removal import REMOVAL, check_removed
from clerkwork.core.evidence.strays import stray_files

__all__ = ["check_folder"]


def check_folder(folder: Path, run: str, said: RunLeaves | None, signed: Signed) -> Verdict:
    """All that is wrong with a run's evidence; `said` is what the log says of the run.

    Nothing goes before the log says that it was removed. Until then a record of a removal excuses
    nothing: all of it has to be there, and to hold. Raises `EvidenceError` for what cannot be read.
    """
    verdict = _checked(folder, run, said, signed)
    strays = stray_files(strays_in(folder))
    return replace(verdict, findings=(*verdict.findings, *strays))


def _checked(folder: Path, run: str, said: RunLeaves | None, signed: Signed) -> Verdict:
    removal = content_of(folder / REMOVAL)
    if removal is None:
        return check(run, run_files(folder), signed, said)
    gone = check_removed(
        run,
        removal=removal,
        header=content_of(folder / "run.json"),
        checkpoint=content_of(folder / "checkpoint.json"),
        left=leftovers(folder),
        signed=signed,
        leaves=said,
    )
    logged = said is None or said.begun is None or said.removed is not None
    if logged or not (folder / "steps.jsonl").exists():
        return gone
    there = check(run, run_files(folder), signed, said)
    return replace(there, findings=(*there.findings, *gone.findings))
