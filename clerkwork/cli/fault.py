"""What to tell of a failure, foreseen or not."""

from __future__ import annotations

import traceback
from pathlib import Path

from clerkwork.errors import ClerkworkError

__all__ = ["told"]

_ENGINE = Path(__file__).parent.parent


def told(error: BaseException) -> str:
    """The message of a failure of ours; of any other, where it happened and what to do."""
    if isinstance(error, ClerkworkError):
        return str(error)
    if isinstance(error, OSError):
        at = f"{error.filename}: " if error.filename else ""
        return f"{at}{error.strerror or error}. What was done is kept; mend that and start again"
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
