"""What `config/experiments.toml` must be beyond its shape: the journey of each arm is one, too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from clerkwork.core.experiments import Arm, Experiment, varied
from clerkwork.core.journeys import Journey, Journeys
from clerkwork.workspace.checks_journeys import journey_problems
from clerkwork.workspace.toml import meant, named

if TYPE_CHECKING:
    from clerkwork.workspace.config import Config

__all__ = ["experiment_problems"]

Problem = tuple[str, Sequence[str | int], str]

_FILE = "experiments.toml"


def experiment_problems(config: Config) -> Iterator[Problem]:
    """File in `config/`, path of the key, and what is wrong with it."""
    segments = {segment.name: segment for segment in config.segments.segments}
    journeys = {journey.name: journey for journey in config.journeys}
    for number, experiment in enumerate(config.experiments.experiments):
        at = ("experiments", number)
        segment = segments.get(experiment.segment)
        if segment is None:
            wrong = f"{experiment.segment!r}, which config/segments.toml lacks. "
            yield _FILE, (*at, "segment"), wrong + meant(experiment.segment, [*segments])
            continue
        journey = journeys[segment.journey]
        known = [step.name for step in journey.steps]
        for nth, step in enumerate(experiment.steps):
            if step not in known:
                wrong = f"{step!r}, which journey {journey.name!r} of this segment lacks. "
                yield _FILE, (*at, "steps", nth), wrong + meant(step, known)
                return
        for nth, arm in enumerate(experiment.arms):
            for wrong in _unfit(config, journey, experiment, arm):
                yield _FILE, (*at, "arms", nth, "name"), f"{arm.name!r}, {wrong}"


def _unfit(config: Config, journey: Journey, experiment: Experiment, arm: Arm) -> Iterator[str]:
    """An arm lessens nothing that is asked of the journey without it."""
    why = f"whose journey {journey.name!r} would not hold: "
    try:
        other = varied(journey, experiment.steps, arm)
        Journeys(calendar=config.calendar, journeys=(other,), paydays=config.paydays)
    except ValueError as error:
        yield f"{why}{error}"
        return
    for _, path, wrong in journey_problems(replace(config, journeys=(other,))):
        # Of its own journey, that is: the first of the journeys is the only one here.
        yield f"{why}{named(path[2:])} is {wrong}"
