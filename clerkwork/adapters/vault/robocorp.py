"""Secrets in Robocorp's vault: that of the Control Room, or a file of the same shape.

Read through rpaframework, so that whatever adapter a Control Room user has declared in
RPA_SECRET_MANAGER works here as well. 'polder_bank.pin' is the key `pin` of `polder_bank`.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

from clerkwork.adapters.vault.names import is_name
from clerkwork.errors import SetupError

__all__ = ["RobocorpVault"]

T = TypeVar("T")

_OWN_FILE = "RPA.Robocorp.Vault.FileSecrets"
_LARGEST = 1_000_000
"""Bytes of a vault file."""


@dataclass(frozen=True, slots=True)
class RobocorpVault:
    """Asked anew for each secret, so that one that is changed there counts at once.

    It can only be read: the Control Room, or whoever keeps the file, sets its secrets.
    """

    file: Path | None = None
    """A vault file, JSON or YAML; None for the Control Room, or what the environment names."""
    timeout: float = 20.0
    """Seconds that the Control Room may take; the library itself would wait for ever."""
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    def read(self, name: str) -> str | None:
        robot, _, key = name.partition(".")
        value = self._secrets(robot).get(key or "value")
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise SetupError(f"{self.where(name)}: its value is no text. Put it in quotes there.")
        return value

    def names(self) -> tuple[str, ...]:
        """Of a file; the Control Room does not list what it holds."""
        path = self._path()
        if path is None:
            return ()
        found = self._of_file(path, dict)
        keys = (f"{robot}.{key}" for robot, secret in found.items() for key in secret or {})
        return tuple(sorted(name for name in keys if is_name(name)))

    def where(self, name: str) -> str:
        robot, _, key = name.partition(".")
        place = f"the file {path}" if (path := self._path()) else "the Control Room"
        return f"Robocorp's vault ({place}, secret {robot}, key {key or 'value'})"

    def _path(self) -> Path | None:
        """As the library has it, RPA_SECRET_FILE comes before what was declared."""
        if self.file is None and self.environ.get("RPA_SECRET_MANAGER") != _OWN_FILE:
            return None
        named = self.environ.get("RPA_SECRET_FILE")
        return Path(named) if named else self.file

    def _secrets(self, robot: str) -> Mapping[str, object]:
        path = self._path()
        if path is not None:
            # The library's adapter says 'undefined' of any file it cannot make sense of.
            return self._of_file(path, lambda found: dict(found.get(robot) or {}))
        # The library reads these from the environment itself.
        if not self.environ.get("RPA_SECRET_MANAGER"):
            needed = ("RC_API_SECRET_HOST", "RC_API_SECRET_TOKEN", "RC_WORKSPACE_ID")
            lacking = [each for each in needed if not self.environ.get(each)]
            if lacking:
                raise SetupError(
                    f"Robocorp's vault: {', '.join(lacking)} are not in the environment. The "
                    "Control Room sets them for its own runs; elsewhere set them, or give `file` "
                    "under [robocorp] in config/vault.toml."
                )
        library = _library()
        return _within(self.timeout, lambda: _asked(library, robot))

    def _of_file(self, path: Path, take: Callable[[Mapping[str, Mapping[str, object]]], T]) -> T:
        try:
            size = path.stat().st_size
            with path.open("rb"):
                pass
        except OSError as error:
            raise SetupError(
                f"Robocorp's vault: the file {path} cannot be read: {error.strerror}. Put it "
                "there, or correct `file` under [robocorp] in config/vault.toml."
            ) from None
        if size > _LARGEST:
            raise SetupError(
                f"Robocorp's vault: the file {path} is larger than {_LARGEST:,} bytes. Put the "
                "right file there."
            )
        shape = SetupError(
            f"Robocorp's vault: the file {path} is not one of secrets by name, each with its "
            "keys, in JSON or YAML (.json, .yaml). Correct it."
        )
        try:
            found = _library().FileSecrets(secret_file=str(path)).data
            if not found or not all(isinstance(one, dict) for one in found.values()):
                raise shape
            return take(found)
        except SetupError:
            raise
        except Exception:
            # The cause is left out: YAML's messages repeat the line that they stumble over.
            raise shape from None


def _library() -> Any:
    """Takes a second or more to import."""
    with warnings.catch_warnings():
        # Of what the library itself imports.
        warnings.simplefilter("ignore", DeprecationWarning)
        from RPA.Robocorp import Vault
    return Vault


def _asked(library: Any, robot: str) -> Mapping[str, object]:
    try:
        return dict(library.Vault().get_secret(robot))
    except Exception as error:
        told = error.__cause__ or error
        status = getattr(getattr(told, "response", None), "status_code", None)
        if status == 404 or isinstance(error, KeyError):
            return {}
        # The message is left out: it may show the address with what it was asked, or what it read.
        why = f"it answered {status}" if status else type(told).__name__
        raise SetupError(
            f"Robocorp's vault does not give out {robot}: {why}. Check RC_API_SECRET_HOST, "
            "RC_API_SECRET_TOKEN and RC_WORKSPACE_ID, and what the Control Room shows."
        ) from None


def _within(seconds: float, work: Callable[[], T]) -> T:
    """The answer of something that knows no time limit; its thread ends with this process."""
    answer: Future[T] = Future()

    def do() -> None:
        try:
            answer.set_result(work())
        except BaseException as error:
            answer.set_exception(error)

    Thread(target=do, daemon=True, name="robocorp-vault").start()
    try:
        return answer.result(seconds)
    except TimeoutError:
        raise SetupError(
            f"Robocorp's vault did not answer within {seconds:g} s. See that the Control Room can "
            "be reached from this machine."
        ) from None
