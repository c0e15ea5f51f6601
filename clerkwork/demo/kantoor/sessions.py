"""Kantoor ERP's sessions: one a user, fifteen idle minutes, its own field names."""

from __future__ import annotations

import secrets
import zlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

__all__ = ["IDLE", "Names", "Session", "Sessions"]

IDLE = timedelta(minutes=15)


class Names:
    """Generated names for the fields of a form, f_8a31, the same for the same seed."""

    def __init__(self, seed: str) -> None:
        self._at = zlib.crc32(seed.encode()) & 0xFFFF
        self._names: dict[str, str] = {}
        self._meanings: dict[str, str] = {}

    def __call__(self, meaning: str) -> str:
        name = self._names.get(meaning)
        if name is None:
            # An odd step walks through all 65,536 names before it meets one again.
            self._at = (self._at + 0x9E37) & 0xFFFF
            name = self._names[meaning] = f"f_{self._at:04x}"
            self._meanings[name] = meaning
        return name

    def meaning(self, name: str) -> str:
        """What `name` stands for; the name itself when it was never given out."""
        return self._meanings.get(name, name)


@dataclass(slots=True)
class Session:
    id: str
    user: str
    seen: datetime
    names: Names = field(repr=False)


class Sessions:
    """The sessions of one portal, in memory: a restart ends them all."""

    def __init__(self) -> None:
        self._of_user: dict[str, Session] = {}
        self._given = 0

    def begin(self, user: str, now: datetime) -> Session:
        """A new session for `user`; an earlier one of the same user silently ends."""
        self._given += 1
        names = Names(f"{user} {self._given}")
        session = Session(id=secrets.token_hex(8), user=user, seen=now, names=names)
        self._of_user[user] = session
        return session

    def find(self, id: str, now: datetime) -> Session | None:
        """The live session of that id, its idle time begun anew."""
        for session in self._of_user.values():
            if session.id == id and now - session.seen < IDLE:
                session.seen = now
                return session
        return None

    def end(self, session: Session) -> None:
        if self._of_user.get(session.user) is session:
            del self._of_user[session.user]
