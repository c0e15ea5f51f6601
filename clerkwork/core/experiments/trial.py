"""An experiment that began: as what it was declared then, its looks, and whether it was stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clerkwork.core.experiments.experiment import Experiment
from clerkwork.core.experiments.looks import GOES_ON, Look

__all__ = ["Trial", "state_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is kept of one experiment beside who is in it."""

    name: str
    design: str
    """`Experiment.design` of when it began."""
    begun: datetime
    """UTC."""
    looks: tuple[Look, ...] = ()
    stopped: datetime | None = None
    """UTC; None unless a person ended it."""
    stopped_by: str = ""
    note: str = ""

    @property
    def verdict(self) -> str:
        """That of its last look; empty before the first."""
        return self.looks[-1].verdict if self.looks else ""


def state_of(experiment: Experiment | None, trial: Trial | None) -> str:
    """Where it stands: 'not begun', 'running', 'changed', 'stopped', 'removed', or its verdict.

    Only into one that is not begun or running does anybody come. Whoever changes what its result
    hangs on after he saw some of it may find what he likes: so it waits until that is put back.
    """
    if trial is not None and trial.stopped is not None:
        return "stopped"
    if trial is not None and trial.verdict not in ("", GOES_ON):
        return trial.verdict
    if experiment is None:
        return "removed"
    if trial is None:
        return "not begun"
    return "running" if trial.design == experiment.design else "changed"
