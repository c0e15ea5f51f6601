"""Who is signing in or signed in, and for how long still."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from clerkwork.demo.polder.pinpad import PinPad

__all__ = ["IDLE_SECONDS", "WARNING_SECONDS", "Session", "Sessions"]

IDLE_SECONDS = 300
WARNING_SECONDS = 60


@dataclass(slots=True)
class Session:
    user: str
    seen: datetime
    stage: str = "pin"
    """'pin', 'code', then 'in'."""
    pad: PinPad | None = None
    wrong_codes: int = 0


class Sessions:
    """Sessions by their secret token; five idle minutes of the demo's clock end one."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._sessions: dict[str, Session] = {}

    def __iter__(self) -> Iterator[Session]:
        """Those begun and not ended, oldest first."""
        return iter(self._sessions.values())

    def begin(self, user: str) -> tuple[str, Session]:
        token = secrets.token_urlsafe(24)
        self._sessions[token] = Session(user, self._clock())
        return token, self._sessions[token]

    def find(self, token: str) -> Session | None:
        """The session, unless it has ended; looking does not prolong it."""
        session = self._sessions.get(token)
        if session is not None and self.seconds_left(session) <= 0:
            self.end(token)
            return None
        return session

    def prolong(self, session: Session) -> None:
        session.seen = self._clock()

    def seconds_left(self, session: Session) -> int:
        return IDLE_SECONDS - int((self._clock() - session.seen).total_seconds())

    def end(self, token: str) -> None:
        self._sessions.pop(token, None)
