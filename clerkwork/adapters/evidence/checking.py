"""Checks what lies on the disk: a run's folder, or what stays of it, and the log of all runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from clerkwork.adapters.evidence.files import content_of, run_files, strays_in
from clerkwork.adapters.evidence.removal import leftovers
from clerkwork.adapters.evidence.witness import witnesses
from clerkwork.core.evidence import Verdict
from clerkwork.core.evidence.check import check
from clerkwork.core.evidence.copied import against_copy
from clerkwork.core.evidence.finding import Signed
from clerkwork.core.evidence.log import HEADS, LEAVES, LogRead, RunLeaves, check_log
from clerkwork.core.evidence.removal import REMOVAL, check_removed
from clerkwork.core.evidence.rotations import replaced
from clerkwork.core.evidence.stamps import STAMPS, ReadToken, check_stamps
from clerkwork.core.evidence.strays import stray_files
from clerkwork.core.evidence.witness import against_witnesses

__all__ = ["check_folder", "check_whole_log"]


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


def check_whole_log(
    folder: Path,
    contents: Callable[[], tuple[bytes | None, bytes | None]],
    copies: Iterable[tuple[str, bytes]],
    signed: Signed,
    times: ReadToken,
) -> LogRead:
    """All that is wrong with the log of a folder, whose leaves and tree heads are its `contents`.

    `copies` are tree heads kept elsewhere, each with where. Raises `EvidenceError`.
    """
    # Before the log, which only grows: a run that begins meanwhile finds more of it.
    said = list(witnesses(folder))
    log = check_log(*contents(), signed)
    told = [against_copy(log, content, where, signed) for where, content in copies]
    stamps, amiss = check_stamps(
        content_of(folder / STAMPS),
        log.heads,
        signed,
        times,
        whole=not any(one.file == HEADS for one in log.findings),
        gone=replaced(log.leaves),
    )
    lost = against_witnesses(log, said, gone=not (folder / LEAVES).exists())
    findings = (*log.findings, *amiss, *(one for one in told if one), *lost)
    return replace(log, stamps=stamps, findings=findings)
