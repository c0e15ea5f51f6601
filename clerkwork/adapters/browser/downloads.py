"""Files from a portal: bounded in time and size, under a safe name, whole or not at all."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clerkwork.adapters.browser.filetypes import amiss
from clerkwork.adapters.browser.session import Session
from clerkwork.errors import BusinessError, PageTimeout, PortalUnreachable

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, CDPSession

__all__ = ["Downloads", "safe_name"]

_LONGEST_NAME = 100
_STALLED = 6
"""A download may take this many times the portal's patience in all."""


@dataclass(slots=True)
class _Transfer:
    guid: str
    suggested: str
    received: int = 0
    announced: int = 0
    """Bytes that the portal says it will be; 0 where it does not say."""
    state: str = "inProgress"


def safe_name(suggested: str) -> str:
    """A file name without path parts or odd signs, at most 100 characters long."""
    last = suggested.replace("\\", "/").rpartition("/")[2]
    plain = re.sub(r"[^\w.\-+ ()]", "_", last).strip(". ")
    plain = re.sub(r"\s+", " ", plain) or "download"
    if len(plain) <= _LONGEST_NAME:
        return plain
    stem, dot, suffix = plain.rpartition(".")
    if not dot or len(suffix) > 10:
        return plain[:_LONGEST_NAME]
    return f"{stem[: _LONGEST_NAME - len(suffix) - 1]}.{suffix}"


@dataclass
class Downloads:
    """What one browser context downloads into a folder of ours."""

    folder: Path
    line: CDPSession
    is_ours: Callable[[str], bool] = lambda frame: True
    """Whether a frame is of this context: the browser tells each of all its contexts' files."""
    _awaited: bool = False
    """Between the click that is to bring a file and the file: then it can be of no other."""
    _transfers: dict[str, _Transfer] = field(default_factory=dict)

    @classmethod
    def of(cls, context: BrowserContext, folder: Path) -> Downloads:
        """Have the browser put this context's downloads there."""
        folder.mkdir(parents=True, exist_ok=True)
        browser = context.browser
        if browser is None:
            raise ValueError("the context belongs to no browser")
        page = context.pages[0]
        aside = context.new_cdp_session(page)
        own = aside.send("Target.getTargetInfo")["targetInfo"].get("browserContextId")
        aside.detach()
        line = browser.new_browser_cdp_session()
        line.send(
            "Browser.setDownloadBehavior",
            {
                "behavior": "allowAndName",
                "browserContextId": own,
                "downloadPath": str(folder.resolve()),
                "eventsEnabled": True,
            },
        )
        downloads = cls(folder, line)
        line.on("Browser.downloadWillBegin", downloads._begin)
        line.on("Browser.downloadProgress", downloads._note)
        return downloads

    def begun(self) -> bool:
        """Whether one has begun that was not fetched yet."""
        return bool(self._transfers)

    def press(self, session: Session, name: str, act: Callable[[], object]) -> None:
        """Do the click that brings the file of `name`.

        A file that comes in drops is none for the browser until it has seen enough of it, and holds
        up its page: where that takes too long, it is the file that did not come.
        """
        begun = time.monotonic()
        self._awaited = True
        try:
            act()
        except PageTimeout:
            is_seen = self.begun()
        else:
            return
        if not is_seen:
            self.drop()
            raise PageTimeout(
                f"{session.portal.name}: the file of {name} did not come whole, not enough of it "
                f"came in {time.monotonic() - begun:.0f} s to tell what it is; nothing was kept. "
                f"Run again."
            )

    def fetch(self, session: Session, name: str, kinds: Collection[str] = ()) -> Path:
        """The file that a click on `name` brought, which must be one of the kinds, if given."""
        try:
            transfer = self._first(session, name)
            self._await_end(session, name, transfer)
            return self._keep(session, name, transfer, kinds)
        finally:
            self.drop()
            session.main.ask("stay", {})

    def _first(self, session: Session, name: str) -> _Transfer:
        deadline = time.monotonic() + session.portal.patience
        while not self._transfers:
            session.raise_problem()
            if time.monotonic() > deadline:
                session.settle(session.front, everywhere=True)
                raise PageTimeout(
                    f"{session.portal.name}: no file came within {session.portal.patience:g} s "
                    f"after a click on {name}. Look at the last picture for what came instead."
                )
            session.main.rest(20)
        return next(iter(self._transfers.values()))

    def _await_end(self, session: Session, name: str, transfer: _Transfer) -> None:
        patience = session.portal.patience
        begun = grown = time.monotonic()
        received = 0
        while transfer.state == "inProgress":
            now = time.monotonic()
            if transfer.received > received:
                received, grown = transfer.received, now
            if max(received, transfer.announced) > session.portal.largest_download:
                raise BusinessError(
                    f"{session.portal.name}: the file of {name} is larger than the "
                    f"{session.portal.largest_download} bytes allowed, and was not kept. Ask for "
                    f"a shorter period, or raise largest_download in the config."
                )
            if now - grown > patience or now - begun > _STALLED * patience:
                raise PageTimeout(
                    f"{session.portal.name}: the file of {name} did not come whole, "
                    f"{received} bytes came in {now - begun:.0f} s; it was not kept. Run again."
                )
            session.main.rest(20)
        if transfer.state != "completed":
            raise PortalUnreachable(
                f"{session.portal.name} broke off the file of {name}; it was not kept. Run again.",
                session.portal.name,
            )

    def _keep(
        self, session: Session, name: str, transfer: _Transfer, kinds: Collection[str]
    ) -> Path:
        partial = self.folder / transfer.guid
        size = partial.stat().st_size
        if size == 0:
            raise BusinessError(
                f"{session.portal.name}: the file of {name} is empty, and was not kept. See "
                f"whether the portal has anything for the period asked."
            )
        if size > session.portal.largest_download:
            raise BusinessError(
                f"{session.portal.name}: the file of {name} has {size} bytes, more than the "
                f"{session.portal.largest_download} allowed, and was not kept."
            )
        wrong = amiss(partial, transfer.suggested, kinds)
        if wrong:
            raise BusinessError(
                f"{session.portal.name}: the file of {name} was not kept: {wrong}. See what the "
                f"portal sends; if that is right, correct 'files' in {session.selectors.source}."
            )
        wanted = self.folder / safe_name(transfer.suggested)
        kept, number = wanted, 1
        while kept.exists():
            number += 1
            kept = wanted.with_stem(f"{wanted.stem}-{number}")
        partial.replace(kept)
        return kept

    def drop(self) -> None:
        """Give up what has come or is coming; nothing of it stays."""
        from playwright.sync_api import Error

        self._awaited = False
        for transfer in self._transfers.values():
            if transfer.state == "inProgress":
                try:
                    self.line.send("Browser.cancelDownload", {"guid": transfer.guid})
                except Error:
                    # It ended by itself meanwhile, or with the browser.
                    transfer.state = "canceled"
            for partial in self.folder.glob(f"{transfer.guid}*"):
                partial.unlink(missing_ok=True)
        self._transfers.clear()

    def _begin(self, event: Mapping[str, Any]) -> None:
        guid = str(event["guid"])
        if not (self._awaited or self.is_ours(str(event.get("frameId", "")))):
            return
        self._transfers[guid] = _Transfer(guid, str(event.get("suggestedFilename", "")))

    def _note(self, event: Mapping[str, Any]) -> None:
        transfer = self._transfers.get(str(event["guid"]))
        if transfer is not None:
            transfer.received = int(event.get("receivedBytes", 0))
            transfer.announced = int(event.get("totalBytes", 0))
            transfer.state = str(event["state"])
