"""Record a robot at a portal and lay its files out: browser, vault and workspace meet."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clerkwork.bootstrap.office import clock_of
from clerkwork.bootstrap.secrets import vault_of
from clerkwork.core.portals import Portal
from clerkwork.errors import ConfigError
from clerkwork.workspace import Workspace

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["Recorded", "record_robot"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A robot as it was laid out."""

    files: tuple[str, ...]
    secrets: tuple[str, ...]
    """Names of those it asks for."""
    unchecked: tuple[str, ...]
    """Sections with a table of which no total was seen."""


def record_robot(
    place: Workspace,
    name: str,
    address: str,
    *,
    script: Path | None = None,
    secrets: Mapping[str, str] | None = None,
    shown: bool = False,
    hand: Callable[[Page], object] | None = None,
) -> Recorded:
    """Record by a script or by hand, and lay out what came of it.

    `secrets` are names of secrets by the words of their fields. A script's secrets come from
    the vault as `<name>.<secret>`. Nothing is written unless all of it was recorded.
    """
    from clerkwork.adapters.browser.recorder import record_by_hand, record_script
    from clerkwork.workspace.new_robot import check_address, check_name, lay_out
    from clerkwork.workspace.recorded import robot_texts
    from clerkwork.workspace.script import read_script

    check_name(name)
    check_address(address)
    if name in place.robots or name in place.selectors or name in place.config.portals:
        raise ConfigError(f"there is a robot {name!r} already: choose another --name")
    declared = dict(secrets or {})
    typed: list[str] = []
    portal = Portal(name=name, address=address, patience=10.0, hosts=("*",))
    if script is None:
        acts = record_by_hand(portal, shown=shown, hand=hand)
    else:
        vault = vault_of(place, typed.append)
        lines = read_script(script)
        declared |= {line.words: line.secret for line in lines if line.secret}
        acts = record_script(
            portal,
            lines,
            clock=clock_of(place),
            downloads=place.output / "downloads" / name,
            secret=lambda each: vault.get(f"{name}.{each}"),
            shown=shown,
        )
    texts, asked = robot_texts(name, acts, declared)
    for value in typed:
        if len(value) > 3 and any(_stands(value, text) for text in texts.values()):
            raise ConfigError(
                "a secret stands on the portal's pages and would get into the robot's files: "
                "nothing was written. Leave out the step that clicks on it"
            )
    lay_out(place.root, name, texts, address)
    return Recorded(
        files=(*texts, "config/portals.toml"),
        secrets=asked,
        unchecked=_unchecked(texts[f"selectors/{name}.toml"]),
    )


def _unchecked(selectors: str) -> tuple[str, ...]:
    sections = tomllib.loads(selectors).items()
    return tuple(name for name, each in sections if "rows" in each and "total" not in each)


def _stands(value: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text) is not None
