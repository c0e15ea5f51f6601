"""Locks of this machine, which the operating system releases when their holder dies."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from clerkwork.errors import SetupError

__all__ = ["Lock", "credential_lock", "machine_folder", "run_lock"]


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
    """What it guards, e.g. 'this workspace'."""
    patience: float = 0.0
    """Seconds to wait for it."""
    _file: FileLock = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._file = FileLock(self.path, fallback_to_soft=False)

    def __enter__(self) -> Lock:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file.acquire(timeout=self.patience)
            self._note().write_text(json.dumps({"holder": self.holder, "process": os.getpid()}))
        except Timeout:
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
        self._note().unlink(missing_ok=True)
        self._file.release()

    def held_by(self) -> str:
        """The holder as it named itself, with its process, in words."""
        try:
            data = json.loads(self._note().read_text())
            return f"{data['holder']} (process {data['process']})"
        except (OSError, ValueError, TypeError, KeyError):
            return "another process"

    def _note(self) -> Path:
        return self.path.with_name(f"{self.path.name}.holder")


def run_lock(output: Path, holder: str, patience: float = 0.0) -> Lock:
    """One run at a time in the workspace whose output folder this is."""
    return Lock(output / "run.lock", holder, "This workspace", patience)


def credential_lock(
    folder: Path, address: str, user: str, holder: str, patience: float = 0.0
) -> Lock:
    """One session at a time of a user at a portal's address, over all workspaces of `folder`.

    The file's name shows neither of them.
    """
    digest = hashlib.sha256(f"{address.rstrip('/')}|{user}".encode()).hexdigest()[:24]
    return Lock(folder / f"session-{digest}.lock", holder, f"The login of {address}", patience)


def machine_folder(environ: Mapping[str, str]) -> Path:
    """Where locks lie that all workspaces of this user on this machine share."""
    if environ.get("LOCALAPPDATA"):
        return Path(environ["LOCALAPPDATA"]) / "clerkwork" / "locks"
    state = environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(state) / "clerkwork" / "locks"
