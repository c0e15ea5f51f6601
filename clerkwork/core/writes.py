"""Writes, as the steps of a run's evidence tell them: what was there before, and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from clerkwork.core.evidence import RunEvidence, Step, StepPicture

__all__ = ["ABOUT", "ERROR", "Write", "writes_of"]

ABOUT = "about"
"""What the detail of a step is called that holds a text which may be no number."""
ERROR = "error"
"""What the detail of a step is called that holds an error's own words."""

_FILL, _SUBMIT, _FIND, _SEND = "fill ", "submit ", "find ", "send"


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One entry in a portal, or one message; the step numbers are those of its run."""

    run: str
    step: int
    """The submit, or the sending."""
    at: datetime
    """UTC."""
    robot: str
    what: str
    """'receipt', 'decision' or what else the robot's verbs name; 'message'."""
    subject: str
    """A posting's reference, an order's number, a message's key."""
    outcome: str
    """'ok', or the kind of error, with what it said as far as the details are there."""
    credential: str = ""
    page: str = ""
    before: StepPicture | None = None
    """The form as it was before its submit."""
    after: StepPicture | None = None
    """What the portal showed of it afterwards; None if it was not looked for again."""
    after_step: int = 0
    seen_again: bool = False
    """Whether it was looked for after its submit, without an error."""
    facts: Mapping[str, str] | None = field(default_factory=dict)
    """What the steps say was entered and shown, or sent; None if their details were deleted."""


def writes_of(evidence: RunEvidence) -> Iterator[Write]:
    """Every submit and every sending of a run, in order.

    A robot keys by three verbs of a kind, `find_…`, `fill_…` and `submit_…`: the form before the
    submit is the one that was filled last, and what came of it is what is found next.
    """
    steps = evidence.steps
    for at, step in enumerate(steps):
        if step.action.startswith(_SUBMIT):
            yield _entry(evidence.run, steps, at)
        elif step.action == _SEND:
            yield _write(evidence.run, step, "message", step.subject, step)


def _entry(run: str, steps: Sequence[Step], at: int) -> Write:
    step = steps[at]
    kind = step.action.removeprefix(_SUBMIT)
    filled = next(
        (s for s in reversed(steps[:at]) if s.robot == step.robot and s.action == _FILL + kind),
        None,
    )
    subject = _subject(filled if filled is not None else step)
    later = next(
        (
            s
            for s in steps[at + 1 :]
            if s.robot == step.robot and s.action.startswith(_FIND) and _subject(s) == subject
        ),
        None,
    )
    return _write(run, step, kind, subject, filled, later)


def _subject(step: Step) -> str:
    """Records of before hold no number without a digit, or of several words; their details do."""
    return step.subject or dict(step.details or ()).get(ABOUT, "")


def _write(
    run: str,
    step: Step,
    what: str,
    subject: str,
    before: Step | None,
    after: Step | None = None,
) -> Write:
    return Write(
        run=run,
        step=step.number,
        at=step.at,
        robot=step.robot,
        what=what,
        subject=subject,
        outcome=_outcome(step),
        credential=step.credential,
        page=step.page,
        before=_last_picture(before),
        after=_last_picture(after),
        after_step=after.number if after is not None else 0,
        seen_again=after is not None and after.outcome == "ok",
        facts=_facts(before, after),
    )


def _outcome(step: Step) -> str:
    said = dict(step.details or ()).get(ERROR, "")
    return f"{step.outcome}: {said}" if said else step.outcome


def _facts(*steps: Step | None) -> Mapping[str, str] | None:
    there = [step for step in steps if step is not None]
    if any(step.details is None for step in there):
        return None
    return {name: text for step in there for name, text in step.details or ()}


def _last_picture(step: Step | None) -> StepPicture | None:
    shown = [picture for picture in step.pictures if picture.file] if step is not None else []
    return shown[-1] if shown else None
