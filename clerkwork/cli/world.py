"""The demo's world for the time of a command, where a demo was played before."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from clerkwork.cli import show
from clerkwork.errors import ClerkworkError, PortalUnreachable, SecretMissing, SetupError

if TYPE_CHECKING:
    from clerkwork.workspace import Workspace

__all__ = ["check_ports", "explained", "world_if_played"]


@contextmanager
def world_if_played(place: Workspace) -> Iterator[bool]:
    """The demo's portals and the approval pages, if a demo was played here and they are down.

    Yields whether they were opened: then whoever asks an approver waits for the answer.
    """
    from clerkwork import bootstrap
    from clerkwork.demo import start

    places = bootstrap.demo_places(place) if place.config.demo else None
    if places is None or not bootstrap.was_played(place) or start.is_up(places):
        yield False
        return
    show.notice("Opening the demo's portals for this command ...")
    with ExitStack() as stack:
        stack.enter_context(start.world(place.demo_folder, places))
        if not _listens(_pages_port(place)):
            stack.enter_context(bootstrap.serving(place))
        yield True


def check_ports(place: Workspace) -> None:
    """Raise `SetupError` if something listens where the demo's world should."""
    from clerkwork import bootstrap

    places = bootstrap.demo_places(place)
    for port in (places.kantoor, places.polder, places.control, places.mail, _pages_port(place)):
        if _listens(port):
            raise SetupError(
                f"port {port} of this machine is taken, perhaps by another demo: stop what "
                "listens there, or give the demo other ports in config/workspace.toml, "
                "config/portals.toml and config/channels.toml"
            )


def explained(error: ClerkworkError, place: Workspace) -> ClerkworkError:
    """The same error; of the demo's portals it says as well how they are opened."""
    from clerkwork import bootstrap
    from clerkwork.demo import start

    if isinstance(error, SecretMissing):
        of = error.secret.partition(".")[0]
        if bootstrap.was_played(place) or not bootstrap.is_of_demo(place, of):
            return error
        return SecretMissing(
            f"{error} No demo was played in this workspace yet: `clerkwork demo` sets the secrets "
            "of its portals",
            error.secret,
        )
    if not isinstance(error, PortalUnreachable) or not bootstrap.is_of_demo(place, error.portal):
        return error
    if start.is_up(bootstrap.demo_places(place)):
        return error
    return PortalUnreachable(
        f"{error} The demo's portals are not running: `clerkwork demo` opens them and plays a "
        "morning, `clerkwork demo --keep --stay` leaves them open",
        error.portal,
    )


def _pages_port(place: Workspace) -> int:
    return urlsplit(place.config.settings.pages).port or 80


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
