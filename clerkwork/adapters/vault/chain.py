"""The vault that asks one source of secrets after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from clerkwork.adapters.vault.names import check_name
from clerkwork.errors import SecretMissing
from clerkwork.ports import Secret

__all__ = ["Chain", "Source", "Writable", "open_vault"]


class Source(Protocol):
    """One place where secrets may lie."""

    def read(self, name: str) -> str | None:
        """None if it is not here; raises `SetupError` if this place cannot be read."""

    def names(self) -> tuple[str, ...]:
        """What is here, as far as it can tell; never a value."""

    def where(self, name: str) -> str:
        """Where this one would have to be, in words."""


class Writable(Source, Protocol):
    def write(self, name: str, value: str) -> None:
        """Keep it; raises `SetupError`."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Fulfils `clerkwork.ports.Vault`."""

    sources: tuple[Source, ...]
    hide: Callable[[str], object] = field(repr=False)

    def get(self, name: str) -> Secret:
        """Of the first source that has it, registered for redaction before it is returned."""
        check_name(name)
        for source in self.sources:
            value = source.read(name)
            if value is not None:
                self.hide(value)
                return Secret(name, value)
        looked = "; ".join(source.where(name) for source in self.sources) or "nowhere"
        raise SecretMissing(
            f"The secret {name} is missing (looked in: {looked}). "
            f"Set it with `clerkwork vault set {name}`.",
            name,
        )

    def names(self) -> tuple[str, ...]:
        """Names of all secrets that can be listed, in order; never their values."""
        return tuple(sorted({name for source in self.sources for name in source.names()}))


def open_vault(sources: Sequence[Source], hide: Callable[[str], object]) -> Chain:
    """A vault over these sources, the first that has a secret wins.

    `hide` is told every value that is read, before anybody else has it: the
    log's `Redactor.hide`.
    """
    return Chain(tuple(sources), hide)
