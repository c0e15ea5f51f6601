"""A session packed as text, and laid out again in a fresh browser context."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from clerkwork.adapters.browser.troubles import guarded
from clerkwork.errors import SessionLost

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, StorageState

    from clerkwork.adapters.browser.session import Session

__all__ = ["Unpacked", "packed", "unpack"]

_LARGEST = 2 * 1024 * 1024
"""Characters of a packed session; no portal needs as many to know its robot."""
_RESTORE = """(kept => {
  const mine = kept[location.origin];
  if (!mine || sessionStorage.length) return;
  for (const [key, value] of Object.entries(mine)) sessionStorage.setItem(key, value);
})(%s)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """A session of an earlier visit."""

    storage: StorageState
    """Cookies and local storage, as Playwright takes them."""
    tab: Mapping[str, Mapping[str, str]]
    """Session storage, by origin."""
    at: str
    """The address at which the main window was."""

    def lay_out(self, context: BrowserContext) -> None:
        """Fill the session storage of every window of the context before its page runs."""
        if self.tab:
            # In a script, '</' and the line separators of Unicode mean something.
            written = json.dumps(self.tab).replace("</", "<\\/")
            context.add_init_script(_RESTORE % written)


def packed(session: Session) -> str:
    """The session as it stands; raises `SessionLost` if the browser cannot give it."""
    portal = session.portal

    def ask() -> str:
        page = session.main.page
        line = session.main.connect()
        tab: dict[str, dict[str, str]] = {}
        for frame in page.frames:
            origin = _origin(frame.url)
            if origin and origin not in tab:
                got = line.send(
                    "DOMStorage.getDOMStorageItems",
                    {"storageId": {"securityOrigin": origin, "isLocalStorage": False}},
                )
                tab[origin] = {str(key): str(value) for key, value in got["entries"]}
        storage = session.context.storage_state(indexed_db=True)
        kept = {origin: items for origin, items in tab.items() if items}
        return json.dumps({"storage": storage, "tab": kept, "at": session.home or page.url})

    text = guarded(portal, "keeping the session", ask)
    if len(text) > _LARGEST:
        raise SessionLost(
            f"{portal.name}: its session takes {len(text)} characters, and is not kept. Set "
            f"reuse_session = false in config/portals.toml."
        )
    return text


def unpack(text: str) -> Unpacked | None:
    """None if it is no packed session."""
    try:
        plain: Any = json.loads(text)
        tab = {
            str(origin): {str(key): str(value) for key, value in items.items()}
            for origin, items in plain["tab"].items()
        }
        storage = plain["storage"]
        if not isinstance(storage["cookies"], list) or not isinstance(storage["origins"], list):
            return None
        return Unpacked(storage=cast("StorageState", storage), tab=tab, at=str(plain["at"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _origin(address: str) -> str:
    from urllib.parse import urlsplit

    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else ""
