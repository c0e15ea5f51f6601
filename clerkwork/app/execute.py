"""Execute a task as a run: journal, lock, evidence and an ending, whatever happens."""

from __future__ import annotations

from loguru import logger

from clerkwork.app.office import Office
from clerkwork.app.run import Run, new_run_id
from clerkwork.app.task import Task
from clerkwork.core.queue import WorkItem
from clerkwork.errors import BusinessError, ClerkworkError
from clerkwork.ports import Progress

__all__ = ["execute"]


def execute(office: Office, task: Task, *, progress: Progress, dry: bool = False) -> Run:
    """Run a task to its end; the run, with its figures.

    A failure ends the run as 'stopped' (business: a person's) or 'failed', leaves a work
    item that says what to do, and is raised again for whoever started the run.
    """
    with office.lock("run"):
        run_id = new_run_id(office, task.name)
        trail = office.evidence.begin(run_id, task.name)
        office.runs.begin(run_id, task.name, office.clock.now())
        run = Run(office, id=run_id, trail=trail, progress=progress, dry=dry)
        outcome, note = "failed", "ended from outside"
        try:
            run.do(task)
            outcome, note = "done", ""
        except ClerkworkError as error:
            outcome = "stopped" if isinstance(error, BusinessError) else "failed"
            note = str(error)
            # Whoever started the run tells it; here it goes into the log file alone.
            logger.info("{} {}: {}", task.name, outcome, error)
            if not dry:
                office.queue.put(_trouble(office, run, task, error))
            raise
        finally:
            run.close()
            trail.close(outcome, dict(run.figures))
            office.runs.end(run_id, office.clock.now(), outcome, dict(run.figures), note)
            office.report(run_id)
        return run


def _trouble(office: Office, run: Run, task: Task, error: ClerkworkError) -> WorkItem:
    return WorkItem(
        id="",
        key=f"trouble/{run.id}",
        kind="trouble",
        title=f"{task.name} stopped: {type(error).__name__}",
        created=office.clock.now(),
        facts={"What happened": str(error), "Run": run.id},
        choices=(("seen", "I have seen to it"),),
        evidence=run.id,
    )
