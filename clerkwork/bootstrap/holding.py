"""What an office holds once over all machines: its run, its task, and the logins of its robots."""

from __future__ import annotations

import getpass
import hashlib
import os
import platform
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from urllib.parse import urlsplit

from clerkwork.adapters.holding import (
    HeldLeases,
    browser_mark,
    end_browsers,
    process,
    this_process,
)
from clerkwork.adapters.locks import credential_lock, login_name, machine_folder
from clerkwork.adapters.store import Store
from clerkwork.errors import HeldElsewhere, SecretMissing, SetupError
from clerkwork.ports import Vault
from clerkwork.workspace import Workspace

__all__ = ["PATIENCE", "holding_of", "login_of", "mark", "operator", "remains"]

PATIENCE = 60.0
"""Seconds that unattended work waits for what another run holds, before it is tried again later.

Two runs that each hold a login and wait for the other's end so: the one whose patience is over
first gives up all it holds."""


def holding_of(store: Store, held: MutableMapping[str, int], patience: float) -> HeldLeases:
    """What this process holds in a store; whatever is lost ends its browsers at once."""
    holding = HeldLeases(
        store.leases,
        held,
        holder=f"{_user()} at a desk",
        patience=patience,
        check=store.database.check,
    )
    holding.on_loss(lambda: end_browsers(this_process()))
    return holding


def mark() -> str:
    """The flag by which the browsers of this process are found again."""
    return browser_mark(this_process())


def remains(number: int) -> Callable[[], object]:
    """What ends the browsers that a process, which lives now, may leave behind.

    They are in groups of their own, so that one which hangs outlives whoever began it.
    """
    of = process(number)
    return lambda: end_browsers(of)


def login_of(
    place: Workspace, vault: Vault, holding: HeldLeases, store: str, patience: float
) -> Callable[[str], AbstractContextManager[object]]:
    """Holds a robot's login: by a lease in the store, and on this machine over all its stores."""
    known = hashlib.sha256(store.encode()).hexdigest()[:16]

    @contextmanager
    def login(robot: str) -> Iterator[None]:
        address = place.config.portals[robot].address
        try:
            user = vault.get(f"{robot}.user").value
        except SecretMissing:
            user = robot
        with ExitStack() as both:
            if most := place.config.portals[robot].sessions:
                # One portal may have many robots and logins, and bear few sessions of them all.
                host = urlsplit(address).netloc
                seats = [f"portal {login_name(host, str(seat))}" for seat in range(most)]
                both.enter_context(holding.hold_one(seats, f"A session at the portal of {robot}"))
            name = f"login {login_name(address, user)}"
            both.enter_context(holding.hold(name, f"The login of {robot}"))
            lock = credential_lock(
                machine_folder(os.environ),
                address,
                user,
                f"a run in {place.root}",
                known,
                patience,
            )
            try:
                both.enter_context(lock)
            except SetupError as error:
                if not patience:
                    raise
                raise HeldElsewhere(str(error)) from error
            yield

    return login


def operator() -> str:
    """Who began this process, and on which machine."""
    return f"{_user()}@{platform.node()}"


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "somebody"
