"""Execute a task as a run: journal, leases, evidence and an ending, whatever happens."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from textwrap import shorten

from loguru import logger

from clerkwork.app.ask import about, ask
from clerkwork.app.blot import blot
from clerkwork.app.office import Office
from clerkwork.app.run import Run, new_run_id, refuse_stopped
from clerkwork.app.task import Task
from clerkwork.core.errands import DONE, FAILED, HELD, STOPPED, outcome_of, slot_of
from clerkwork.core.figures import Figure
from clerkwork.core.queue import WorkItem, trouble_key
from clerkwork.errors import ClerkworkError, ControlTotalError
from clerkwork.ports import Progress, Queue

__all__ = ["DIED", "Attempt", "execute"]

DIED = "it died before it could end"
"""What the journal says of a run whose process ended without a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What a run of the engine is: the how manieth attempt of which errand, by which worker."""

    errand: str
    number: int
    worker: str
    last: bool
    """Whether none follows, should this one fail."""


def execute(
    office: Office,
    task: Task,
    *,
    progress: Progress,
    dry: bool = False,
    of: Attempt | None = None,
) -> Run:
    """Run a task to its end; the run, with its figures.

    A failure ends the run as 'stopped' (business: a person's) or 'failed', leaves a work
    item that says what to do, and is raised again for whoever started the run. What will
    be tried again leaves none yet. Not begun at all: `TaskStopped`,
    and `SetupError` or `HeldElsewhere` while the same task runs already.
    """
    if not dry:
        refuse_stopped(office, task)
    run_id = new_run_id(office, task.name)
    about = {"run": run_id, "task": task.name}
    if of is not None:
        about |= {"worker": of.worker, "errand": of.errand, "attempt": str(of.number)}
    with logger.contextualize(**about), office.span("run", about), ExitStack() as held:
        held.enter_context(office.at_work())
        # Its own lease tells everybody that it lives; whoever finds it over may settle its rest.
        held.enter_context(office.holding.hold(f"run {run_id}", f"run {run_id}"))
        if not task.overlap:
            held.enter_context(office.holding.hold(f"task {task.name}", f"Task {task.name}"))
        _bury(office, run_id)
        versions = office.versions()
        trail = office.evidence.begin(run_id, task.name, _standing(office, of), versions)
        _begin(office, run_id, task, of)
        run = Run(office, id=run_id, trail=trail, progress=progress, dry=dry, versions=versions)
        outcome, note, trouble = FAILED, "ended from outside", None
        try:
            run.do(task)
            outcome, note = DONE, ""
        except Exception as error:
            blot(error, office.redact)
            outcome = _outcome(error)
            if isinstance(error, ControlTotalError):
                run.count(Figure.TOTALS_OFF)
            foreseen = isinstance(error, ClerkworkError)
            note = str(error) if foreseen else f"{type(error).__name__}: {error}"
            # Whoever started the run tells it; here it goes into the log file alone.
            logger.info("{} {}: {}", task.name, outcome, note)
            again = of is not None and (outcome == HELD or (outcome == FAILED and not of.last))
            trouble = None if dry or again else _trouble(office, run, task, outcome, note)
            raise
        finally:
            try:
                _end(run, outcome, note, trouble)
            except ClerkworkError as error:
                if outcome == DONE:
                    raise
                # What ended the run is the one to tell: a full disk fails its report as well.
                logger.info("{}: {}", run.id, error)
        return run


def _standing(office: Office, of: Attempt | None) -> dict[str, str]:
    """Of what it is a run, for the evidence."""
    about = {"operator": office.operator}
    if of is not None:
        about |= {"worker": of.worker, "errand": of.errand, "attempt": str(of.number)}
        about["slot"] = slot_of(of.errand)
    return {name: text for name, text in about.items() if text}


def _outcome(error: Exception) -> str:
    """In the journal, which does not tell why a run failed apart."""
    outcome = outcome_of(error)
    return outcome if outcome in (STOPPED, HELD) else FAILED


def _begin(office: Office, run: str, task: Task, of: Attempt | None) -> None:
    now = office.clock.now()
    if of is None:
        office.runs.begin(run, task.name, now)
    else:
        office.runs.begin(
            run, task.name, now, errand=of.errand, worker=of.worker, attempt=of.number
        )


def _bury(office: Office, own: str) -> None:
    """Say of runs that died without a word that they failed; one that is at work is left alone."""
    for row in office.runs.running():
        if row.run != own and office.holding.is_over(row.run):
            office.runs.end(row.run, office.clock.now(), FAILED, row.figures, DIED)
    # What nothing signs is signed as it is found now: a cut that comes later shows.
    for run in office.evidence.left_open():
        if run != own and office.holding.is_over(run):
            office.evidence.recover(run, own)


def _end(run: Run, outcome: str, note: str, trouble: WorkItem | None) -> None:
    """Each of these is done even if one before it fails."""
    office, figures = run.office, dict(run.figures)
    with ExitStack() as steps:
        steps.callback(office.report, run.id)
        steps.callback(office.runs.end, run.id, office.clock.now(), outcome, figures, note)
        steps.callback(run.trail.close, outcome, figures)
        if trouble is not None:
            steps.callback(_tell, office.queue, trouble)
        steps.callback(run.close, keep=outcome == DONE)


def _tell(queue: Queue, trouble: WorkItem) -> None:
    """Ask a person, unless the same is asked already; what fails again and again is one cause."""
    same = (
        item
        for item in queue.open()
        if item.kind == "trouble"
        and about(item) == about(trouble)
        and item.facts.get("What happened") == trouble.facts["What happened"]
    )
    if next(same, None) is None:
        ask(queue, trouble)


def _trouble(office: Office, run: Run, task: Task, outcome: str, what: str) -> WorkItem:
    failed = outcome == FAILED
    return WorkItem(
        id="",
        key=trouble_key(task.name, "failed") if failed else trouble_key(task.name, run.id),
        kind="trouble",
        title=f"{task.name} stopped: {_short(what)}",
        created=office.clock.now(),
        facts={"What happened": what, "Run": run.id},
        choices=(("seen", "I have seen to it"),),
        evidence=run.id,
    )


def _short(what: str) -> str:
    """Up to the end of the first sentence, or as much as fits a list."""
    return shorten(what.partition(". ")[0], 80, placeholder=" ...")
