"""A workspace's demo on free ports and with keys of its own, so that several play side by side."""

from __future__ import annotations

import random
import re
import socket
from contextlib import ExitStack
from pathlib import Path

from clerkwork.demo.start import Places

__all__ = ["free_ports", "on_free_ports", "own_keys"]

_USUAL = ("8471", "8472", "8473", "8474", "8475")
"""ERP, bank, control desk, mail server and approval pages in a fresh workspace's config."""


_BELOW_EPHEMERAL = range(20_000, 32_000)
"""Where no system hands out ports by itself: nobody gets one between our look and our use."""


def free_ports(count: int) -> list[int]:
    """Ports of loopback on which nothing listens now."""
    found: list[int] = []
    with ExitStack() as stack:
        for port in random.SystemRandom().sample(_BELOW_EPHEMERAL, len(_BELOW_EPHEMERAL)):
            if len(found) == count:
                break
            probe = stack.enter_context(socket.socket())
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found.append(port)
    return found


def on_free_ports(config: Path) -> Places:
    """Give the demo of a fresh workspace other ports in all files of its config; which they are."""
    ports = free_ports(len(_USUAL))
    instead = dict(zip(_USUAL, map(str, ports), strict=True))
    for file in config.glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        moved = re.sub(r"\b847[1-5]\b", lambda found: instead[found[0]], text)
        file.write_text(moved, encoding="utf-8")
    return Places(kantoor=ports[0], polder=ports[1], control=ports[2], mail=ports[3])


def own_keys(folder: Path) -> dict[str, str]:
    """Environment in which Clerkwork keeps its keys and locks in `folder`, not with the user."""
    return {
        "CLERKWORK_VAULT_KEY": str(folder / "keys" / "vault.key"),
        "XDG_STATE_HOME": str(folder / "state"),
    }
