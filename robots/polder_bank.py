"""Polder Bank: signs in past cookie wall, PIN pad and one-time code; downloads statements."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from clerkwork import OwnAccount, Robot

_FORMATS = {"CAMT.053": "camt053", "MT940": "mt940", "CSV": "csv"}


class PolderBank(Robot):
    """Polder Bank in Dutch."""

    name = "polder_bank"

    def sign_in(self) -> None:
        self.screen.open()
        self.screen.fill("login.user", self.secret("user"))
        self.screen.click("login.next")
        self.arrive("pin.heading", shown="user")
        self.screen.pin("pin", self.secret("pin"))
        self.screen.click("pin.submit")
        self.arrive("code.code", shown="pin")
        self.screen.one_time_code("code.code", self.secret("totp"))
        self.screen.click("code.confirm")
        self.arrive("accounts.heading", shown="totp")

    def is_inside(self) -> bool:
        return self.screen.shows("accounts.heading")

    def download_statements(self, account: OwnAccount, first: date, last: date) -> Path:
        """All statements of the account's booking days, in one file."""
        self.screen.click("download.open")
        self.screen.choose("download.account", account.name)
        self.screen.fill("download.first", first)
        self.screen.fill("download.last", last)
        self.screen.check(f"download.{_FORMATS[account.format]}")
        return self.screen.download("download.start")
