"""Audit: check a run's evidence, and hold it against what the journal says of the run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from clerkwork.app.execute import DIED
from clerkwork.core.evidence import Finding, Kind, RunEvidence, Verdict
from clerkwork.ports import EvidenceArchive, EvidenceStore, RunRow, Runs

__all__ = ["verify_in_log", "verify_row", "verify_run"]


_LOOKS = 5
"""At evidence that is being written: files that are read one after the other may not agree."""


def verify_run(
    evidence: EvidenceStore,
    run: str,
    runs: Runs | None = None,
    at_work: Callable[[str], bool] = lambda _: False,
) -> Verdict:
    """All that a check finds of a run, named by its id or, with the journal, as `Runs.find` does.

    A run that the journal says came to its end has a checkpoint: with one
    missing it did not crash, so the warning becomes a finding. Figures and
    outcome of the journal must be those of the checkpoint. `at_work` tells of a run that the
    journal calls running whether it lives: then its end is only not signed yet. Raises
    `EvidenceError` if there is no evidence of it.
    """
    row = runs.find(run) if runs is not None else None
    return verify_row(evidence, row.run if row is not None else run, row, at_work)


def verify_in_log(evidence: EvidenceArchive, verdict: Verdict) -> Verdict:
    """The verdict, with the proof that the run is in the signed log of all runs, or its want."""
    held = evidence.hold_in_log(verdict.run)
    if isinstance(held, Finding):
        return replace(verdict, findings=(*verdict.findings, held))
    return replace(verdict, in_log=held)


def verify_row(
    evidence: EvidenceStore, name: str, row: RunRow | None, at_work: Callable[[str], bool]
) -> Verdict:
    """The same of a run by its whole name, with what the journal says of it, if anything."""
    verdict = evidence.examine(name)
    if any(one.kind is Kind.MISSING_RUN for one in verdict.findings):
        return verdict
    if row is not None and row.outcome == "running" and at_work(name):
        return _under_way(evidence, name, verdict)
    if row is None or row.outcome == "running":
        return verdict
    told = _against_journal(row, evidence.read(name))
    return replace(verdict, findings=(*verdict.findings, *told))


def _under_way(evidence: EvidenceStore, run: str, verdict: Verdict) -> Verdict:
    for _ in range(_LOOKS - 1):
        if not verdict.broken:
            break
        verdict = evidence.examine(run)
    if verdict.broken or not verdict.warnings:
        return verdict
    note = "The run is under way: what it has left so far holds, and its end is signed when it ends"
    return replace(verdict, under_way=True, findings=(), notes=(*verdict.notes, note))


def _against_journal(row: RunRow, evidence: RunEvidence) -> tuple[Finding, ...]:
    if not evidence.outcome:
        # A run that died is called failed by the next one, without figures.
        if row.outcome == "failed":
            return ()
        words = f"checkpoint.json was taken away: the journal says that the run is {row.outcome}"
        return (Finding(kind=Kind.MISSING_FILE, words=words, file="checkpoint.json"),)
    if row.outcome == "failed" and row.note.startswith(DIED):
        # Killed between its checkpoint and the journal, or taken for dead before it woke to write
        # that: somebody else wrote the journal, and knew less than the run itself.
        return ()
    told = []
    if row.outcome != evidence.outcome:
        told.append(f"the journal says {row.outcome}, the checkpoint {evidence.outcome}")
    if dict(row.figures) != dict(evidence.figures):
        told.append("the journal's figures are not those of the checkpoint")
    return tuple(
        Finding(kind=Kind.CONTRADICTION, words=words, file="checkpoint.json") for words in told
    )
