"""Other hosts that a portal's pages asked for something, and were not let."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from loguru import logger

__all__ = ["Refused"]

_MOST = 10
"""Hosts that are told of; a page may make up ever more of them."""


@dataclass(slots=True)
class Refused:
    """Those of one session; each is told of once, for a robot may well do without."""

    portal: str
    hosts: dict[str, None] = field(default_factory=dict)

    def note(self, address: str) -> None:
        host = (urlsplit(address).hostname or address)[:100]
        if host in self.hosts or len(self.hosts) >= _MOST:
            return
        self.hosts[host] = None
        logger.warning(
            "{}: its page was not let ask {} for anything; if the portal needs that, add it to "
            "'hosts' of [{}] in config/portals.toml",
            self.portal,
            host,
            self.portal,
        )

    def words(self) -> str:
        """What may be behind a page that is not as it should be; empty if nothing."""
        if not self.hosts:
            return ""
        return (
            f" Its pages were not let ask {', '.join(self.hosts)}: if the portal needs that, "
            f"add it to 'hosts' of [{self.portal}] in config/portals.toml."
        )
