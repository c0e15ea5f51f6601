"""Secrets in environment variables, for containers and continuous integration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from clerkwork.adapters.vault.names import name_of, variable

__all__ = ["Environment"]


@dataclass(frozen=True, slots=True)
class Environment:
    """'polder_bank.pin' is read from CLERKWORK_SECRET_POLDER_BANK__PIN; an empty one counts not."""

    environ: Mapping[str, str] = field(repr=False)

    def read(self, name: str) -> str | None:
        return self.environ.get(variable(name)) or None

    def names(self) -> tuple[str, ...]:
        named = (name_of(key) for key, value in self.environ.items() if value)
        return tuple(sorted(name for name in named if name))

    def where(self, name: str) -> str:
        return f"the environment variable {variable(name)}"
