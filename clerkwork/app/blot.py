"""Takes secrets out of an error before anybody stores, prints or sends what it says."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["blot"]


def blot(error: BaseException, redact: Callable[[str], str]) -> None:
    """Redact what an error says, its notes, and all that led to it, in place.

    What a group of errors says of itself cannot be altered; what its errors say can.
    """
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        each.args = tuple(_blotted(part, redact) for part in each.args)
        if notes := getattr(each, "__notes__", None):
            each.__notes__ = [redact(note) for note in notes]
        waiting += [each.__cause__, each.__context__]
        if isinstance(each, BaseExceptionGroup):
            waiting += each.exceptions


def _blotted(part: object, redact: Callable[[str], str]) -> object:
    if isinstance(part, str):
        return redact(part)
    return (
        part if isinstance(part, int | float | None) or redact(repr(part)) == repr(part) else "***"
    )
