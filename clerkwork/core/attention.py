"""Whether a process looked for long enough to tell another's silence from its own deafness."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Attention"]


@dataclass(slots=True)
class Attention:
    """Since when a process has heard the store without a gap.

    Signs of life come by the store. While that is away, or the one who listens is frozen, nobody
    is heard of, and all are well; so another's silence counts from the listener's own return on.
    Moments are seconds of a clock that counts sleep, too.
    """

    silence: float
    """Seconds without a sign after which another counts as dead; a gap is half of that."""
    _since: float | None = None
    _last: float = 0.0

    def heard(self, at: float) -> None:
        """The store has answered."""
        if self._since is None or not 0 <= at - self._last <= self.silence / 2:
            self._since = at
        self._last = at

    def cut_off(self) -> None:
        """The store has not answered."""
        self._since = None

    def is_long(self, at: float) -> bool:
        """Whether whoever lives must have been heard of by now."""
        return self._since is not None and at - self._since > self.silence
