"""Verify: check the evidence of all runs, the log in which they hang, and copies of its heads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from clerkwork.app.audit import verify_row
from clerkwork.core.evidence import Finding, Kind, Verdict
from clerkwork.core.evidence.copied import is_of_another
from clerkwork.core.evidence.log import LogRead
from clerkwork.ports import EvidenceArchive, Progress, RunRow, Runs

__all__ = ["Audited", "verify_all"]

_GOOD = ("sound", "removed", "recovered", "under way")


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What a check of everything found."""

    log: LogRead
    verdicts: tuple[Verdict, ...]
    copies: int
    """Tree heads kept elsewhere that were compared."""
    of_others: int = 0
    """Those that lay among them and are of other logs: they say nothing of this one."""

    @property
    def sound(self) -> bool:
        """Whether there is nothing that somebody has to look at, by keys that are trusted."""
        whole = not self.log.findings and not self.log.untrusted
        return whole and all(one.state in _GOOD for one in self.verdicts)


def verify_all(
    evidence: EvidenceArchive,
    runs: Runs,
    *,
    at_work: Callable[[str], bool],
    copies: Iterable[tuple[str, bytes]],
    progress: Progress,
    all_here: bool,
) -> Audited:
    """Check every run that is here, that the log says was here, or, if `all_here`, that was run.

    `copies` are tree heads, each with where it is kept. Raises `EvidenceError` for what cannot be
    read at all.
    """
    kept = tuple(copies)
    progress("Checking the log of runs", 0, None)
    # Asked for before the evidence, which is begun before the journal is.
    rows = {row.run: row for row in runs.all()}
    log = evidence.examine_log(kept)
    names = evidence.known()
    verdicts = []
    for number, name in enumerate(names):
        progress(f"Checking {name}", number, len(names))
        row = rows.get(name) or _began_since(runs, name)
        verdicts.append(verify_row(evidence, name, row, at_work))
    if all_here:
        verdicts += (_gone(run) for run in rows if run not in names)
    named = (replace(one, findings=_of(one)) for one in verdicts)
    of_others = sum(is_of_another(log, content) for _, content in kept)
    return Audited(
        log=log, verdicts=tuple(named), copies=len(kept) - of_others, of_others=of_others
    )


def _began_since(runs: Runs, name: str) -> RunRow | None:
    try:
        row = runs.find(name)
    except ValueError:
        return None
    return row if row is not None and row.run == name else None


def _gone(run: str) -> Verdict:
    words = f"{run}: there is no evidence of it; the journal says that it was run"
    return Verdict(
        run=run, findings=(Finding(kind=Kind.MISSING_RUN, words=words, file=run, run=run),)
    )


def _of(verdict: Verdict) -> tuple[Finding, ...]:
    return tuple(replace(one, run=verdict.run) for one in verdict.findings)
