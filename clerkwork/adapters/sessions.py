"""Sessions that outlive a run, as encrypted files: one of each user at an address."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from loguru import logger

__all__ = ["SealedSessions"]

_BOUND = b"clerkwork session 1"
_SHORTEST = 12
"""A shorter value of a cookie is a setting, such as 'nl', and no secret."""
_LONGEST = 4_096
"""A longer one is no token, and would make every line of the log slow to look through."""
_MOST = 64


@dataclass(frozen=True, slots=True)
class SealedSessions:
    """Fulfils `clerkwork.ports.KeptSessions` with AES-256-GCM; the files' names show nobody.

    A file is bound to its user and address: moved under another's name, it does not open.
    """

    folder: Path
    key: Callable[[], bytes]
    """32 bytes, out of the vault; asked for when the first session is kept or read."""
    hide: Callable[[str], object]
    """Told every secret of a session before anybody else has it: the log's `Redactor.hide`."""

    def get(self, address: str, user: str) -> str:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        place = self._place(address, user)
        try:
            sealed = place.read_bytes()
        except FileNotFoundError:
            return ""
        except OSError as error:
            return self._forgotten(place, f"cannot be read: {error.strerror}")
        try:
            bound = _BOUND + place.stem.encode()
            text = AESGCM(self.key()).decrypt(sealed[:12], sealed[12:], bound).decode()
        except (InvalidTag, ValueError):
            return self._forgotten(place, "was altered, or sealed with another key")
        self._hide(text)
        return text

    def keep(self, address: str, user: str, session: str) -> None:
        """Written whole or not at all; a session that cannot be kept is told, and not kept."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._hide(session)
        place = self._place(address, user)
        fresh = place.with_suffix(".part")
        nonce = os.urandom(12)
        bound = _BOUND + place.stem.encode()
        sealed = nonce + AESGCM(self.key()).encrypt(nonce, session.encode(), bound)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh.unlink(missing_ok=True)
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(sealed)
            fresh.replace(place)
        except OSError as error:
            with suppress(OSError):
                fresh.unlink()
            logger.warning("{}: the session is not kept: {}", self.folder, error.strerror)

    def drop(self, address: str, user: str) -> None:
        self._place(address, user).unlink(missing_ok=True)

    def _place(self, address: str, user: str) -> Path:
        digest = hashlib.sha256(f"{address.rstrip('/')}|{user}".encode()).hexdigest()[:24]
        return self.folder / f"{digest}.session"

    def _forgotten(self, place: Path, why: str) -> str:
        logger.warning("{}: a kept session {}; the robot signs in afresh", place, why)
        try:
            place.unlink(missing_ok=True)
        except OSError as error:
            logger.warning("{}: it cannot be removed: {}", place, error.strerror)
        return ""

    def _hide(self, session: str) -> None:
        tokens = (one for one in _secrets(session) if _SHORTEST <= len(one) <= _LONGEST)
        for value in islice(tokens, _MOST):
            self.hide(value)


def _secrets(session: str) -> Iterator[str]:
    """Values of cookies and of both storages, whatever a session is made of."""
    try:
        plain: Any = json.loads(session)
    except ValueError:
        return
    yield from _values(plain)


def _values(plain: Any) -> Iterator[str]:
    if isinstance(plain, dict):
        for key, one in plain.items():
            if key == "value" and isinstance(one, str):
                yield one
            elif key == "tab" and isinstance(one, dict):
                for items in one.values():
                    yield from map(str, items.values())
            else:
                yield from _values(one)
    elif isinstance(plain, list):
        for one in plain:
            yield from _values(one)
