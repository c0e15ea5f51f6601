"""Secrets in the system's keyring: Windows Credential Locker, macOS Keychain, Secret Service."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clerkwork.adapters.vault.names import check_name
from clerkwork.errors import SetupError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

__all__ = ["SystemKeyring"]

_INDEX = "__names__"
"""No name that a secret can have."""


@dataclass(frozen=True, slots=True)
class SystemKeyring:
    """Where a machine has no keyring, as most servers, it holds nothing.

    A keyring cannot be listed, so the names that were set here are kept in it
    as an entry of their own. One set with `keyring set clerkwork NAME` is read
    as well, but not listed.
    """

    service: str = "clerkwork"
    backend: KeyringBackend | None = None
    """The system's own if None."""

    def read(self, name: str) -> str | None:
        from keyring.errors import KeyringError, NoKeyringError

        try:
            return self._keyring().get_password(self.service, name) or None
        except NoKeyringError:
            return None
        except KeyringError as error:
            raise SetupError(
                f"The system's keyring does not give out {name}: {error}. Unlock it, or set the "
                f"environment variable instead."
            ) from error

    def names(self) -> tuple[str, ...]:
        return tuple(json.loads(self.read(_INDEX) or "[]"))

    def where(self, name: str) -> str:
        return f"the system's keyring ({self.service}, {name})"

    def write(self, name: str, value: str) -> None:
        """Keep a secret; raises `SetupError`."""
        from keyring.errors import KeyringError

        check_name(name)
        if not value:
            raise SetupError(f"The secret {name} is empty; nothing was changed.")
        try:
            self._keyring().set_password(self.service, name, value)
            names = sorted({*self.names(), name})
            self._keyring().set_password(self.service, _INDEX, json.dumps(names))
        except KeyringError as error:
            raise SetupError(
                f"The system's keyring does not take {name}: {error}. "
                "Unlock it, or keep the secret in the encrypted file."
            ) from error

    def _keyring(self) -> KeyringBackend:
        # Slow to import, and asks the desktop's message bus.
        import keyring

        return self.backend or keyring.get_keyring()
