"""Alerts: what was wrong when, who was told of it, and by which way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Protocol

from clerkwork.core.alerts import Alert, Cause, Notice

__all__ = ["Alerts", "Teller"]


class Alerts(Protocol):
    """Causes of trouble in the store."""

    def see(self, cause: Cause, at: dt.datetime) -> Alert:
        """Note that it is wrong at that time, the store's row afterwards.

        One that was over is open again, as if nobody had been told; another run with the same
        trouble counts, and its text and run take the place of the earlier ones.
        """

    def settle(self, causes: Collection[str], at: dt.datetime) -> None:
        """Those of them that are open are over; of any other nothing is changed."""

    def told(self, cause: str, channel: str, what: str, at: dt.datetime) -> None:
        """A channel has told that it is 'open' or 'over'."""

    def open(self) -> tuple[Alert, ...]:
        """Those that are not over, oldest first."""

    def owed(self) -> tuple[Alert, ...]:
        """Those that are not over, or whose end is not told to all who were told of them."""

    def all(self, last: int | None = None) -> tuple[Alert, ...]:
        """The newest first."""


class Teller(Protocol):
    """A way to tell people of an alert."""

    @property
    def name(self) -> str:
        """E.g. 'mail', 'teams', or that of a webhook."""

    def tell(self, notice: Notice) -> None:
        """Tell it.

        Raises `ChannelDown` if it surely was not taken, `MessageRefused` if it never will be so,
        `Undecided` if nobody on this side can know, `SetupError` if a secret is missing.
        """
