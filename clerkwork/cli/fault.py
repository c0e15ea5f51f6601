"""What to say of an exception that nobody foresaw: a fault in a robot, a task or Clerkwork."""

from __future__ import annotations

import traceback
from pathlib import Path

__all__ = ["told"]

_ENGINE = Path(__file__).parent.parent


def told(error: Exception) -> str:
    """Where it happened and what to do; the log has it whole."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).parent.name in ("robots", "tasks")]
    engine = [frame for frame in frames if Path(frame.filename).is_relative_to(_ENGINE)]
    what = f"{type(error).__name__}: {error}"
    if own:
        file = Path(own[-1].filename)
        place = f"{file.parent.name}/{file.name}, line {own[-1].lineno}"
        return f"{place}: {what}. Correct it there; output/log/clerkwork.log tells how it came"
    place = f"{Path(engine[-1].filename).name}, line {engine[-1].lineno}" if engine else "?"
    return (
        f"a fault in Clerkwork itself ({place}): {what}. What was done is kept; report it with "
        "output/log/clerkwork.log, which tells how it came"
    )
