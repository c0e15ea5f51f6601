"""What `config/vault.toml` must be beyond its shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from clerkwork.adapters.vault.names import is_name
from clerkwork.adapters.vault.plan import LOCAL, SOURCES, VaultPlan
from clerkwork.workspace.toml import meant

__all__ = ["secret_name_wrong", "server_wrong", "vault_problems"]

_HERE = ("127.0.0.1", "::1", "localhost")

Problem = tuple[str, Sequence[str | int], str]


def vault_problems(plan: VaultPlan, root: Path) -> Iterator[Problem]:
    """File in `config/`, path of the key, and what is wrong with it."""
    file, server = "vault.toml", plan.hashicorp
    for number, source in enumerate(plan.sources):
        if source not in SOURCES:
            yield file, ("sources", number), f"{source!r}. {meant(source, SOURCES)}"
        if source in plan.sources[:number]:
            yield file, ("sources", number), f"{source!r}, which stands there twice; remove one"
    if not plan.sources:
        yield file, ("sources",), f"empty; expected one or more of {', '.join(SOURCES)}"
    if "hashicorp" in plan.sources and server is None:
        yield (
            file,
            ("sources",),
            "'hashicorp' among others, but there is no table [hashicorp] with its address",
        )
    if plan.robocorp.file and not (root / plan.robocorp.file).is_file():
        wrong = f"{plan.robocorp.file!r}; there is no such file in the workspace"
        yield file, ("robocorp", "file"), wrong
    if plan.robocorp.timeout <= 0:
        yield file, ("robocorp", "timeout"), _seconds(plan.robocorp.timeout)
    if server is None:
        return
    at = "hashicorp"
    if wrong := server_wrong(server.address):
        yield file, (at, "address"), wrong
    if not server.mount.strip("/"):
        yield file, (at, "mount"), "empty; expected where the engine is mounted, such as secret"
    if bool(server.token) == bool(server.role or server.secret):
        wrong = "no one way to sign in: give `token`, or both `role` and `secret`"
        yield file, (at,), wrong
    if bool(server.role) != bool(server.secret):
        wrong = "half a sign-in: give both `role` and `secret`, or `token` alone"
        yield file, (at, "role" if server.role else "secret"), wrong
    for key in ("token", "role", "secret"):
        name = getattr(server, key)
        if name and (wrong := secret_name_wrong(name)):
            yield file, (at, key), wrong
    if not set(LOCAL) & set(plan.sources):
        wrong = (
            f"without one of {', '.join(LOCAL)}, of which HashiCorp's vault takes what it is "
            "signed in to with; add one"
        )
        yield file, ("sources",), wrong
    if server.authority and not (root / server.authority).is_file():
        wrong = f"{server.authority!r}; there is no such file in the workspace"
        yield file, (at, "authority"), wrong
    if server.timeout <= 0:
        yield file, (at, "timeout"), _seconds(server.timeout)


def server_wrong(address: str, *, query: bool = False) -> str:
    """What is wrong with the address of a server that is trusted; empty if nothing is.

    `query` lets it have one.
    """
    try:
        parts = urlsplit(address)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or (parts.query and not query) or parts.fragment or parts.username:
        return f"{address!r}; expected an address such as https://vault.example:8200"
    if parts.scheme == "http" and parts.hostname not in _HERE:
        return f"{address!r}, but {parts.hostname} is not this machine; expected https://"
    return ""


def secret_name_wrong(name: str) -> str:
    """What is wrong with the name of a secret; empty if nothing is."""
    # What does not look like a name may be the secret itself: it is not repeated.
    if is_name(name):
        return ""
    return "no name of a secret; expected one such as hashicorp.token, and the secret in the vault"


def _seconds(value: float) -> str:
    return f"{value}; expected seconds, more than 0"
