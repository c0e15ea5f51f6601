"""How far the reading of replies goes, as the back office set it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ReplyRules"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyRules:
    """What `[inbox]` in `config/channels.toml` says of replies."""

    days: int = 30
    """How far back it is looked when a folder is read first."""
    most: int = 500
    """Mails in one run."""
    promise_days: int = 31
    """A promise by a day within so many is noted by itself; 0: none is."""
