"""An experiment as the back office declares it: in which segment, what its arms change."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from clerkwork.core.experiments.size import LEAST_POWER, MOST_LOOKS, look_sizes
from clerkwork.core.journeys.journey import Journey, Step

__all__ = ["METHODS", "Arm", "Experiment", "Experiments", "varied"]

METHODS = ("compare", "bandit")
_MOST_ARMS = 5
_LONGEST = 92
"""Days after which a payment is no answer to one message any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One way of doing the steps of an experiment; what is left out is as the journey has it."""

    name: str
    tone: str = ""
    channels: tuple[str, ...] = ()
    after: int | None = None
    """Days past the due date, as `Step.after`."""
    gap: int | None = None
    """Least days since the previous contact."""
    offers: tuple[str, ...] | None = None
    """Ways to pay beside the transfer, as `Step.offers`; an empty list is the transfer alone."""

    @property
    def changes(self) -> dict[str, Any]:
        """What differs from the journey, by the names of `Step`."""
        said = {
            "tone": self.tone or None,
            "channels": self.channels or None,
            "after": self.after,
            "gap": self.gap,
            "offers": self.offers,
        }
        return {name: value for name, value in said.items() if value is not None}

    @property
    def words(self) -> str:
        """What differs, for people."""
        said = {
            "tone": f"tone {self.tone}",
            "channels": f"by {', '.join(self.channels)}",
            "after": f"on day {self.after}",
            "gap": f"{self.gap} days after the contact before",
            "offers": f"offers {', '.join(self.offers or ()) or 'a transfer alone'}",
        }
        return "; ".join(said[name] for name in self.changes) or "as the journey has it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """Some steps of a segment's journey, done in two ways or more, by lot.

    Whoever comes in is counted in his arm from the day on which the first of its arms would
    write to him, whatever becomes of that: paid within `days`, or not.
    """

    name: str
    segment: str
    steps: tuple[str, ...]
    """Those that the arms change; whoever is due for the first of them comes in."""
    arms: tuple[Arm, ...]
    """The first is the control: the journey as it is."""
    question: str
    """What is asked, and why, in words; said before anything is known."""
    expected: float
    """Share of the control that is expected to pay within `days`."""
    difference: float
    """The least difference worth finding, as a share: 0.05 is five of a hundred."""
    days: int = 14
    power: float = LEAST_POWER
    """How often a difference as large as that is found."""
    looks: int = 3
    """How often it is looked at what came of it; between looks nothing is told."""
    method: str = "compare"
    """'compare' tells which is better, with an interval; 'bandit' sends more and more of those who
    come in to what did best so far."""
    control: float = 0.2
    """The least share of the control, of a bandit."""

    def __post_init__(self) -> None:
        for wrong in (*self._unnamed(), *self._unfit_arms(), *self._unfit_design()):
            raise ValueError(wrong)

    def _unnamed(self) -> Sequence[str]:
        names = [arm.name for arm in self.arms]
        return [
            *(() if self.name.strip() else ["name must not be empty"]),
            *(() if self.question.strip() else ["question must say what is asked, and why"]),
            *(
                ()
                if self.steps and len(set(self.steps)) == len(self.steps)
                else ["steps names at least one step, and each once"]
            ),
            *(
                ()
                if all(name.strip() for name in names) and len(set(names)) == len(names)
                else ["each arm has a name of its own"]
            ),
        ]

    def _unfit_arms(self) -> Sequence[str]:
        found = []
        if self.method not in METHODS:
            found.append(f"method is {self.method!r}; expected one of {', '.join(METHODS)}")
        elif self.method == "compare" and len(self.arms) != 2:
            found.append(
                f"it compares the control with one other arm; here are {len(self.arms)}. Ask one "
                "question after another, or take method = 'bandit'"
            )
        elif not 2 <= len(self.arms) <= _MOST_ARMS:
            found.append(f"it has {len(self.arms)} arms; expected 2 to {_MOST_ARMS}")
        for number, arm in enumerate(self.arms):
            if number == 0 and arm.changes:
                found.append(
                    f"the first arm is the control, the journey as it is; {arm.name!r} changes it"
                )
            if number and not arm.changes:
                found.append(
                    f"arm {arm.name!r} changes nothing; give it a tone, channels, after, gap or "
                    "offers"
                )
            if arm.after is not None and len(self.steps) > 1:
                found.append(
                    f"arm {arm.name!r} has an `after`, and {len(self.steps)} steps cannot come on "
                    "the same day; take one step"
                )
        return found

    def _unfit_design(self) -> Sequence[str]:
        found = []
        if not 0 < self.expected < 1:
            found.append(f"expected is {self.expected}; expected a share above 0 and below 1")
        elif not self.difference > 0 or not self._sides:
            found.append(
                f"difference is {self.difference}; expected a share above 0 that, added to "
                f"{self.expected} or taken from it, is a share still"
            )
        if not LEAST_POWER <= self.power <= 0.99:
            found.append(f"power is {self.power}; expected {LEAST_POWER} to 0.99")
        if not 1 <= self.looks <= MOST_LOOKS:
            found.append(f"looks is {self.looks}; expected 1 to {MOST_LOOKS}")
        if not 1 <= self.days <= _LONGEST:
            found.append(f"days is {self.days}; expected 1 to {_LONGEST}")
        if not 0 < self.control < 1:
            found.append(f"control is {self.control}; expected a share above 0 and below 1")
        return found

    @property
    def _sides(self) -> tuple[float, ...]:
        found = (self.expected + self.difference, self.expected - self.difference)
        return tuple(other for other in found if 0 < other < 1)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Debtors of each arm whose outcome is known at each look; of a bandit none."""
        if self.method == "bandit":
            return ()
        # Whether it turns out better or worse: as many as the harder of both needs.
        return max(look_sizes(self.expected, it, self.power, self.looks) for it in self._sides)

    def arm(self, name: str) -> Arm | None:
        return next((arm for arm in self.arms if arm.name == name), None)

    @property
    def design(self) -> str:
        """All that its result hangs on, in one line: once it began, none of it may change."""
        told = {
            "segment": self.segment,
            "steps": self.steps,
            "arms": [{"name": arm.name, **arm.changes} for arm in self.arms],
            "days": self.days,
            "expected": self.expected,
            "difference": self.difference,
            "power": self.power,
            "looks": self.looks,
            "method": self.method,
            "control": self.control,
        }
        return json.dumps(told, sort_keys=True, ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiments:
    """As `config/experiments.toml` says; of several that a debtor could come into, the first."""

    experiments: tuple[Experiment, ...] = ()

    def __post_init__(self) -> None:
        names = [one.name for one in self.experiments]
        if len(set(names)) != len(names):
            raise ValueError("each experiment has a name of its own")


def varied(journey: Journey, steps: Collection[str], arm: Arm) -> Journey:
    """The journey as an arm has it, under the same name, its steps under theirs.

    Raises `ValueError` where it would be no journey: steps out of order, a reminder that becomes
    a notice before the due date, or a step that it does not have.
    """
    known = {step.name: step for step in journey.steps}
    for name in steps:
        if name not in known:
            raise ValueError(f"journey {journey.name!r} has no step {name!r}")
        if arm.after is not None and (known[name].after > 0) != (arm.after > 0):
            raise ValueError(f"{name} stays on its side of the due date; after is {arm.after}")
    return replace(
        journey,
        steps=tuple(
            _changed(step, arm.changes) if step.name in steps else step for step in known.values()
        ),
    )


def _changed(step: Step, changes: Mapping[str, Any]) -> Step:
    return replace(step, **changes)
