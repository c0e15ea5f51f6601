"""The vault of a workspace: its sources, in the order that config/vault.toml declares."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from clerkwork.adapters.http import ask
from clerkwork.adapters.vault import (
    LOCAL,
    Chain,
    EncryptedFile,
    Environment,
    HashicorpVault,
    RobocorpVault,
    Source,
    SystemKeyring,
    Writable,
    default_key_file,
    open_vault,
)
from clerkwork.errors import ConfigError, SecretMissing
from clerkwork.ports import Vault
from clerkwork.workspace import Workspace
from clerkwork.workspace.toml import meant

__all__ = ["key_folder", "made_key", "sources", "vault_file", "vault_of", "writable"]


def key_folder() -> Path:
    """Where keys lie: with the user, never in the workspace."""
    return default_key_file(os.environ).parent


def vault_file(place: Workspace) -> EncryptedFile:
    return EncryptedFile(place.root / "config" / "secrets.vault", default_key_file(os.environ))


def sources(place: Workspace, hide: Callable[[str], object]) -> Mapping[str, Source]:
    """By the names of config/vault.toml, in its order; `hide` is told what is signed in with."""
    return _sources(place, place.config.vault.sources, hide)


def vault_of(place: Workspace, hide: Callable[[str], object]) -> Chain:
    """The workspace's vault; `hide` is told every value before anybody else has it."""
    return open_vault(tuple(sources(place, hide).values()), hide)


def writable(place: Workspace, hide: Callable[[str], object], named: str = "") -> Writable:
    """The source that keeps new secrets, or the one of that name; raises `ConfigError`."""
    found = dict(_writable(sources(place, hide)))
    if named and named not in found:
        raise ConfigError(
            f"no secret can be set in {named!r}. {meant(named, tuple(found))} "
            "config/vault.toml says which sources there are"
        )
    if not found:
        raise ConfigError(
            "config/vault.toml: none of its sources can be written to. Set the secret where they "
            "take it from, or add 'file'"
        )
    return found[named or next(iter(found))]


def made_key(place: Workspace, vault: Vault, name: str) -> bytes:
    """32 bytes of the vault, made when they are first asked for; raises `ConfigError`."""
    try:
        return bytes.fromhex(vault.get(name).value)
    except SecretMissing:
        try:
            keeper = writable(place, lambda _: None)
        except ConfigError as error:
            raise ConfigError(
                f"{error}. What is missing is {name!r}: 64 random hexadecimal digits"
            ) from None
        keeper.write(name, secrets.token_hex(32))
        return bytes.fromhex(vault.get(name).value)


def _writable(there: Mapping[str, Source]) -> Iterator[tuple[str, Writable]]:
    for name, source in there.items():
        if isinstance(source, EncryptedFile | SystemKeyring | HashicorpVault):
            yield name, source


def _sources(
    place: Workspace, names: Sequence[str], hide: Callable[[str], object]
) -> Mapping[str, Source]:
    robocorp = place.config.vault.robocorp
    file = place.root / robocorp.file if robocorp.file else None
    made: dict[str, Callable[[], Source]] = {
        "environment": lambda: Environment(os.environ),
        "file": lambda: vault_file(place),
        "keyring": SystemKeyring,
        "robocorp": lambda: RobocorpVault(file, robocorp.timeout),
        "hashicorp": lambda: _hashicorp(place, hide),
    }
    return {name: made[name]() for name in names}


def _hashicorp(place: Workspace, hide: Callable[[str], object]) -> HashicorpVault:
    plan = place.config.vault
    if plan.hashicorp is None:
        raise ConfigError("config/vault.toml: there is no table [hashicorp]; add it")
    server = plan.hashicorp
    if server.authority:
        server = replace(server, authority=str(place.root / server.authority))
    own = [name for name in plan.sources if name in LOCAL]
    local = open_vault(tuple(_sources(place, own, hide).values()), hide)
    return HashicorpVault(server, ask, lambda name: local.get(name).value, hide)
