"""The vault: secrets from the environment, an encrypted file or the system's keyring."""

from __future__ import annotations

from clerkwork.adapters.vault.chain import Source, Writable, open_vault
from clerkwork.adapters.vault.environment import Environment
from clerkwork.adapters.vault.file import EncryptedFile, default_key_file
from clerkwork.adapters.vault.names import check_name, variable
from clerkwork.adapters.vault.system import SystemKeyring

__all__ = [
    "EncryptedFile",
    "Environment",
    "Source",
    "SystemKeyring",
    "Writable",
    "check_name",
    "default_key_file",
    "open_vault",
    "variable",
]
