"""The demo in a workspace: where its world listens, and what it may take away."""

from __future__ import annotations

import shutil
import time
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from clerkwork.adapters.locks import alone_in
from clerkwork.adapters.store import open_store
from clerkwork.app.office import Office
from clerkwork.bootstrap.office import clock_of
from clerkwork.bootstrap.stores import store_url
from clerkwork.errors import ConfigError
from clerkwork.workspace import Workspace

if TYPE_CHECKING:
    from clerkwork.demo.start import Places

__all__ = [
    "check_demo",
    "demo_places",
    "forget_demo",
    "is_of_demo",
    "wait_for_answers",
    "was_played",
]

_ANSWERS_WITHIN = 90.0
"""Seconds the demo waits for its approver."""


def demo_places(place: Workspace) -> Places:
    """Where the demo's world listens; raises `ConfigError` in a workspace without a demo."""
    from clerkwork.demo.start import Places

    demo = place.config.demo
    if demo is None:
        raise ConfigError(
            "config/workspace.toml has no [demo] table: this workspace works with real portals. "
            "Make another for the demo: clerkwork init DIR"
        )
    return Places(kantoor=demo.kantoor, polder=demo.polder, control=demo.control, mail=demo.mail)


def is_of_demo(place: Workspace, portal: str) -> bool:
    """Whether a portal of the config is one of the demo's, by its address."""
    if place.config.demo is None or portal not in place.config.portals:
        return False
    return _is_the_demos(place, place.config.portals[portal].address)


def was_played(place: Workspace) -> bool:
    """Whether a demo was played in this workspace, and its world can be opened again."""
    return (place.demo_folder / "credentials.json").exists()


def check_demo(place: Workspace) -> None:
    """Raise `ConfigError` if this workspace is somebody's own: the demo would overwrite it.

    The demo sets the robots' secrets, and begins with an empty store.
    """
    demo_places(place)
    addresses = {name: portal.address for name, portal in place.config.portals.items()}
    mail = place.config.channels.mail
    for name, address in {**addresses, "mail": f"smtp://{mail.host}:{mail.port}"}.items():
        if not _is_the_demos(place, address):
            raise ConfigError(
                f"config: {name} is at {address}, which is not the demo's: the demo would replace "
                "the secrets of its robot. Remove the table [demo] from config/workspace.toml, "
                "and play the demo in another workspace: clerkwork init DIR"
            )
    if store_url(place) != f"sqlite:///{place.output / 'clerkwork.db'}":
        raise ConfigError(
            "config/workspace.toml: 'store' is not output/clerkwork.db; the demo begins with an "
            "empty store of its own. Play it in another workspace: clerkwork init DIR"
        )


def forget_demo(place: Workspace) -> bool:
    """Put aside what the last demo left, in output/previous; whether there was anything.

    What was put aside before goes. Raises `ConfigError` if what is there is not a demo's.
    """
    store = place.output / "clerkwork.db"
    with alone_in(place.output, f"the demo in {place.root}"):
        if not place.demo_folder.exists() and store.exists() and _holds_runs(place):
            raise ConfigError(
                f"{store} is not a demo's: the demo would delete it. Move output/ away first, or "
                "make another workspace: clerkwork init DIR"
            )
        parts = (
            *("demo", "evidence", "reports", "letters", "downloads", "log", "selectors"),
            *("dossiers", "disputes"),
        )
        left = [place.output / name for name in parts if (place.output / name).exists()]
        for name in ("clerkwork.db*", "engine.db*"):
            left += place.output.glob(name)
        if not left:
            return False
        previous = place.output / "previous"
        if previous.exists():
            shutil.rmtree(previous)
        previous.mkdir()
        for one in left:
            one.rename(previous / one.name)
        return True


def _holds_runs(place: Workspace) -> bool:
    """Whether anything was ever run; looking into a workspace makes an empty store."""
    with closing(open_store(store_url(place), clock_of(place))) as store:
        return bool(store.runs.all())


def wait_for_answers(office: Office) -> bool:
    """Until the demo's approver has answered every mail; False if he takes too long."""
    until = time.monotonic() + _ANSWERS_WITHIN
    while time.monotonic() < until:
        if all(approval.decision for approval in office.approvals.all()):
            return True
        time.sleep(0.1)
    return False


def _is_the_demos(place: Workspace, address: str) -> bool:
    demo, parts = demo_places(place), urlsplit(address)
    ports = (demo.kantoor, demo.polder, demo.mail)
    return parts.hostname in ("127.0.0.1", "localhost") and parts.port in ports
