"""Which sources a vault asks, in which order: `config/vault.toml`."""

from __future__ import annotations

from dataclasses import dataclass

from clerkwork.adapters.vault.hashicorp import HashicorpServer

__all__ = ["LOCAL", "SOURCES", "RobocorpPlace", "VaultPlan"]

LOCAL = ("environment", "file", "keyring")
"""Sources on this machine, of which those elsewhere take what they sign in with."""
SOURCES = (*LOCAL, "robocorp", "hashicorp")


@dataclass(frozen=True, slots=True, kw_only=True)
class RobocorpPlace:
    """Where Robocorp's vault is."""

    file: str = ""
    """A vault file, JSON or YAML, of the workspace; empty for the Control Room."""
    timeout: float = 20.0
    """Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultPlan:
    """The first source that has a secret wins; the first that can be written to keeps a new one."""

    sources: tuple[str, ...] = LOCAL
    hashicorp: HashicorpServer | None = None
    robocorp: RobocorpPlace = RobocorpPlace()
