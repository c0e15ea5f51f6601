"""Locks of this machine, which the operating system releases when their holder dies."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from clerkwork.errors import SetupError

__all__ = ["Lock", "alone_in", "at_work_in", "credential_lock", "login_name", "machine_folder"]

_MOMENT = 5.0
"""Seconds in which runs that begin together come past each other."""


@dataclass(slots=True)
class Lock:
    """Held inside a `with` block; raises `SetupError` naming the holder if another has it.

    It is a lock on an open file, so that nothing is left to clean up after a
    crash. The holder's name stands beside it, in `<file>.holder`, for people.
    """

    path: Path
    holder: str
    """Who wants it, e.g. 'run 20260303-090000-daily_round-1f3a'."""
    what: str
    """What it guards, e.g. 'the login of a portal'."""
    store: str = ""
    """Whose users share it: a holder of the same one is not waited for, nor refused."""
    patience: float = 0.0
    """Seconds to wait for it."""
    _file: FileLock = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._file = FileLock(self.path, fallback_to_soft=False)

    def __enter__(self) -> Lock:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file.acquire(timeout=self.patience)
            note = {"holder": self.holder, "process": os.getpid(), "store": self.store}
            self._note().write_text(json.dumps(note))
        except Timeout:
            if self.store and self._read().get("store") == self.store:
                # Whom the store took it from is frozen, and keeps the file until he wakes or dies.
                return self
            raise SetupError(
                f"{self.what} is in use by {self.held_by()}. Let that end, then start again."
            ) from None
        except OSError as error:
            self._file.release()
            raise SetupError(
                f"The lock {self.path} cannot be taken: {error.strerror}. Check that the folder "
                "may be written to and that the disk is not full."
            ) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file.is_locked:
            self._note().unlink(missing_ok=True)
            self._file.release()

    def held_by(self) -> str:
        """The holder as it named itself, with its process, in words."""
        data = self._read()
        if "holder" not in data or "process" not in data:
            return "another process"
        return f"{data['holder']} (process {data['process']})"

    def _read(self) -> Mapping[str, object]:
        try:
            data = json.loads(self._note().read_text())
        except (OSError, ValueError):
            return {}
        return data if isinstance(data, dict) else {}

    def _note(self) -> Path:
        return self.path.with_name(f"{self.path.name}.holder")


@contextmanager
def at_work_in(output: Path, holder: str) -> Iterator[None]:
    """One of several runs in the workspace whose output folder this is.

    Raises `SetupError` while somebody is alone in it.
    """
    with _door(output, holder, _MOMENT):
        path = output / "at-work" / f"{os.getpid()}-{secrets.token_hex(4)}.lock"
        own = Lock(path, holder, "This workspace").__enter__()
    try:
        yield
    finally:
        own.__exit__(None, None, None)
        path.unlink(missing_ok=True)


@contextmanager
def alone_in(output: Path, holder: str) -> Iterator[None]:
    """Nobody else is at work in the workspace whose output folder this is, nor begins to be.

    Raises `SetupError` naming a run that is.
    """
    with _door(output, holder, 0.0):
        for path in sorted((output / "at-work").glob("*.lock")):
            with Lock(path, holder, "This workspace"):
                pass
            # Whoever held it is dead.
            path.unlink(missing_ok=True)
        yield


def _door(output: Path, holder: str, patience: float) -> Lock:
    return Lock(output / "run.lock", holder, "This workspace", patience=patience)


def login_name(address: str, user: str) -> str:
    """A user at a portal's address, in a word that shows neither of them."""
    return hashlib.sha256(f"{address.rstrip('/')}|{user}".encode()).hexdigest()[:24]


def credential_lock(
    folder: Path, address: str, user: str, holder: str, store: str, patience: float = 0.0
) -> Lock:
    """One session at a time of a user at a portal's address, over all stores of this machine.

    Within one `store` a lease decides that.
    """
    path = folder / f"session-{login_name(address, user)}.lock"
    return Lock(path, holder, f"The login of {address}", store, patience)


def machine_folder(environ: Mapping[str, str]) -> Path:
    """Where locks lie that all workspaces of this user on this machine share."""
    if environ.get("LOCALAPPDATA"):
        return Path(environ["LOCALAPPDATA"]) / "clerkwork" / "locks"
    state = environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(state) / "clerkwork" / "locks"
