"""What the process of an attempt does: open the workspace, run the task, say how it ended."""

from __future__ import annotations

from pathlib import Path

from loguru import logger

from clerkwork.adapters.engine import Sign
from clerkwork.app.execute import Attempt, execute
from clerkwork.bootstrap.holding import PATIENCE
from clerkwork.bootstrap.office import open_office
from clerkwork.core.errands import DONE, FAILED, outcome_of
from clerkwork.errors import ClerkworkError
from clerkwork.workspace import open_workspace

__all__ = ["PRELOAD", "attempt"]

PRELOAD = ("clerkwork.bootstrap.ready",)
"""Imported once, by the process that those of the attempts are forked from."""


def attempt(root: str, task: str, of: Attempt, sign: Sign) -> str:
    """Run a task as an attempt of an errand; 'outcome' or 'outcome: note'.

    The workspace is read anew each time, so that a changed config or robot needs no restart.
    """
    try:
        place = open_workspace(Path(root))
        chosen = place.task(task)
        with open_office(place, level="INFO", patience=PATIENCE, want="there") as (_, office):
            execute(
                office,
                chosen,
                progress=lambda what, at, end: sign(f"{what} {at}/{end or '?'}"),
                of=of,
            )
    except ClerkworkError as error:
        return f"{outcome_of(error)}: {error}"
    except Exception as error:
        logger.opt(exception=error).error("unforeseen: {}", error)
        return f"{FAILED}: {type(error).__name__}: {error}"
    return DONE
