"""What fails again and again: told once a cause, then counted, and told once when it is over."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["EVERY", "Complaint"]

EVERY = 60.0
"""Seconds in which what goes on failing is told once at most."""


@dataclass(slots=True)
class Complaint:
    """What is said of one thing that is tried over and over.

    Moments are seconds of any clock that never goes back.
    """

    _causes: set[str] = field(default_factory=set)
    _times: int = 0
    _began: float = 0.0
    _said: float = 0.0

    def failed(self, cause: str, at: float) -> str:
        """What to say of a failure; empty where enough was said of it."""
        if not self._times:
            self._began = at
        self._times += 1
        if cause not in self._causes:
            self._causes.add(cause)
            self._said = at
            return cause
        if at - self._said < EVERY:
            return ""
        self._said = at
        return f"{cause} It has failed {self._times} times in {at - self._began:.0f} s."

    def over(self, at: float) -> str:
        """What to say now that it works; empty where nothing was said before."""
        if not self._times:
            return ""
        told = f"it works again, after {self._times} failures in {at - self._began:.0f} s"
        self._causes.clear()
        self._times = 0
        return told
