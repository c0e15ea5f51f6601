"""The robot of SQL-Ledger in a browser of the test's own, without a run around it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from ledger_book import ACCOUNT, CLERK, LEDGER

from clerkwork.adapters.browser import open_browser
from clerkwork.adapters.browser.program import find_browser
from clerkwork.adapters.clock import SystemClock
from clerkwork.core.ledger import OwnAccount
from clerkwork.core.selectors import parse_selectors
from clerkwork.ports import Browser
from clerkwork.testing import MemoryVault
from robots.sql_ledger import SqlLedger

SELECTORS = Path("selectors/sql_ledger.toml")


@contextmanager
def browser_for(checkout: Path, downloads: Path) -> Iterator[Browser]:
    """A browser that knows SQL-Ledger's selectors."""
    read = tomllib.loads((checkout / SELECTORS).read_text(encoding="utf-8"))
    opened = open_browser(
        selectors={SqlLedger.name: parse_selectors(read, str(SELECTORS))},
        clock=SystemClock(ZoneInfo("Europe/Amsterdam")),
        downloads=downloads,
        executable=find_browser(),
    )
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def at_the_door(
    browser: Browser, address: str, who: tuple[str, str] = CLERK
) -> Iterator[SqlLedger]:
    """The robot before its sign-in page."""
    screen = browser.open(SqlLedger.portal(address))
    secrets = {"sql_ledger.user": who[0], "sql_ledger.password": who[1]}
    try:
        yield SqlLedger(
            screen, MemoryVault(secrets), {ACCOUNT: OwnAccount(iban=ACCOUNT, ledger=LEDGER)}
        )
    finally:
        screen.close()
