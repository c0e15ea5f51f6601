"""What a screen did and saw, as a step of the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clerkwork.errors import SelectorLost, SelectorStopped
from clerkwork.ports import Picture, Seen, StepRecord

__all__ = ["failed", "recorded"]


def failed(error: BaseException) -> str:
    """How a step ended, as the record has it for good: the kind of error, and of what selector.

    What an error says may quote a portal's page, and with it somebody's name: that goes with the
    details, which can be deleted.
    """
    about = error.about if isinstance(error, SelectorLost | SelectorStopped) else ""
    return f"{type(error).__name__}: {about}" if about else type(error).__name__


def recorded(
    seen: Seen,
    *,
    robot: str,
    action: str,
    outcome: str,
    subject: str = "",
    details: Mapping[str, str] | None = None,
    pictures: Sequence[Picture] | None = None,
) -> StepRecord:
    """The step of a robot; what was typed and read may be personal, and goes with the details."""
    typed = {f"typed {name}": text for name, text in seen.typed.items()}
    read = {f"read {name}": text for name, text in seen.read.items()}
    return StepRecord(
        robot=robot,
        action=action,
        outcome=outcome,
        subject=subject,
        credential=f"{robot}.user",
        page=seen.page,
        selectors=seen.selectors,
        totals=seen.totals,
        details={**(details or {}), **typed, **read},
        pictures=seen.pictures if pictures is None else pictures,
    )
