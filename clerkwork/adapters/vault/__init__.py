"""The vault: secrets from the environment, a file, the keyring, Robocorp's or HashiCorp's vault."""

from __future__ import annotations

from clerkwork.adapters.vault.chain import Chain, Source, Writable, open_vault
from clerkwork.adapters.vault.environment import Environment
from clerkwork.adapters.vault.file import EncryptedFile, default_key_file
from clerkwork.adapters.vault.hashicorp import HashicorpServer, HashicorpVault
from clerkwork.adapters.vault.names import check_name, is_name, variable
from clerkwork.adapters.vault.plan import LOCAL, SOURCES, RobocorpPlace, VaultPlan
from clerkwork.adapters.vault.robocorp import RobocorpVault
from clerkwork.adapters.vault.system import SystemKeyring

__all__ = [
    "LOCAL",
    "SOURCES",
    "Chain",
    "EncryptedFile",
    "Environment",
    "HashicorpServer",
    "HashicorpVault",
    "RobocorpPlace",
    "RobocorpVault",
    "Source",
    "SystemKeyring",
    "VaultPlan",
    "Writable",
    "check_name",
    "default_key_file",
    "is_name",
    "open_vault",
    "variable",
]
