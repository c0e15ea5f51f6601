"""Secrets in an encrypted file of the workspace, whose key lies outside of it.

The file is encrypted whole with AES-256-GCM under a random key. The key lies
in the user's own config folder, readable by him alone, never in the
workspace: so a workspace that is copied, backed up or shared holds nothing
that can be read, and whoever has the key alone has nothing to read. One key
serves all workspaces of a user. On another machine it is copied there by
hand, or the secrets are set anew.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clerkwork.adapters.vault.names import check_name
from clerkwork.errors import SetupError

__all__ = ["EncryptedFile", "default_key_file"]

_BOUND = b"clerkwork vault 1"


def default_key_file(environ: Mapping[str, str]) -> Path:
    """Where the key lies: CLERKWORK_VAULT_KEY, or vault.key in the user's config folder."""
    if environ.get("CLERKWORK_VAULT_KEY"):
        return Path(environ["CLERKWORK_VAULT_KEY"])
    config = environ.get("XDG_CONFIG_HOME") or environ.get("APPDATA")
    return Path(config or Path.home() / ".config") / "clerkwork" / "vault.key"


@dataclass(frozen=True, slots=True)
class EncryptedFile:
    """The file need not be there yet; it and the key are made when the first secret is set."""

    path: Path
    key_file: Path

    def read(self, name: str) -> str | None:
        return self._load().get(name)

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._load()))

    def where(self, name: str) -> str:
        return f"the encrypted file {self.path}"

    def write(self, name: str, value: str) -> None:
        """Keep a secret; written whole or not at all. Raises `SetupError`."""
        check_name(name)
        if not value:
            raise SetupError(f"The secret {name} is empty; nothing was changed.")
        # Imported here, as below: reading secrets from the environment needs none of it.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from filelock import FileLock

        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.key_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # One lock for all vaults of the key, lest two of them make it at once.
            with FileLock(f"{self.key_file}.lock", fallback_to_soft=False):
                everything = {**self._load(), name: value}
                nonce = os.urandom(12)
                plain = json.dumps(everything, sort_keys=True).encode()
                sealed = AESGCM(self._key(make=True)).encrypt(nonce, plain, _BOUND)
                _write_private(self.path, base64.b64encode(nonce + sealed) + b"\n")
        except OSError as error:
            raise SetupError(
                f"The vault {self.path} cannot be written: {error.strerror}. Check that its "
                f"folder and that of {self.key_file} may be written to; nothing was changed."
            ) from error

    def _load(self) -> dict[str, str]:
        try:
            sealed = base64.b64decode(self.path.read_bytes(), validate=False)
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise SetupError(
                f"The vault {self.path} cannot be read: {error}. Put its last copy back."
            ) from error
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            plain = AESGCM(self._key(make=False)).decrypt(sealed[:12], sealed[12:], _BOUND)
            return {str(name): str(value) for name, value in json.loads(plain).items()}
        except (InvalidTag, ValueError):
            # The cause is left out: it could show what was decrypted.
            raise SetupError(
                f"The vault {self.path} was altered, or was made with another key than "
                f"{self.key_file}. Put the right key there, or move the vault away and set its "
                "secrets anew with `clerkwork vault set`."
            ) from None

    def _key(self, *, make: bool) -> bytes:
        if not self.key_file.exists():
            if not make or self.path.exists():
                raise SetupError(
                    f"The key {self.key_file} of the vault {self.path} is not on this machine. "
                    "Copy it from where the vault was made, or move the vault away and set its "
                    "secrets anew with `clerkwork vault set`."
                )
            _write_private(self.key_file, base64.b64encode(secrets.token_bytes(32)) + b"\n")
        _refuse_open(self.key_file)
        try:
            key = base64.b64decode(self.key_file.read_bytes(), validate=False)
        except (OSError, ValueError) as error:
            raise SetupError(f"The key {self.key_file} cannot be read: {error}.") from error
        if len(key) != 32:
            raise SetupError(f"{self.key_file} is no key of a vault. Put its last copy back.")
        return key


def _refuse_open(path: Path) -> None:
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SetupError(
            f"The key {path} can be read by others on this machine. "
            f"Close it with `chmod 600 {path}`."
        )


def _write_private(path: Path, content: bytes) -> None:
    """For the owner's eyes alone; there whole or not at all, also after a power cut."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
