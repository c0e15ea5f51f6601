"""The mailbox that debtors answer to, and what is kept of what came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from clerkwork.core.replies.kept import KeptReply, Mail, ReplyState

__all__ = ["Inbox", "Replies"]


class Inbox(Protocol):
    """A folder of a mailbox. It is only looked at: nothing in it is marked, moved or deleted."""

    @property
    def folder(self) -> str:
        """Its name; replies are unique in it."""

    def mails(self, read_to: Callable[[int], int], since: dt.date, most: int) -> Iterator[Mail]:
        """What is new, oldest first, at most so many.

        `read_to` tells the highest uid that was read of a validity; where that is 0, all that
        came on or after a day is new. Raises `ChannelDown` if the server does not answer,
        `SignInRefused`, and `ConfigError` if there is no such folder.
        """


class Replies(Protocol):
    """What debtors wrote, each mail once; forgotten in time."""

    def take(self, reply: KeptReply) -> KeptReply | None:
        """Keep it, with its id; None if it is there already.

        The same mail is that with the folder, the Message-ID and what it says.
        """

    def settle(self, id: str, state: ReplyState, *, note: str = "") -> KeptReply:
        """What became of it; raises `ValueError` if there is none."""

    def get(self, id: str) -> KeptReply | None: ...

    def all(self, *states: ReplyState) -> tuple[KeptReply, ...]:
        """Oldest first; of all states when none is named."""

    def away(self, received: dt.date, today: dt.date) -> Mapping[str, dt.date]:
        """Debtor → the latest day after today from which, by automatic replies, somebody is back.

        Counted are those that came on a day (UTC) or later, answer a message of ours, and are
        surely from an address of his.
        """

    def read_to(self, folder: str, validity: int) -> int:
        """The highest uid that was read of a folder under a validity; 0 if none was."""

    def count(self, before: dt.date) -> int:
        """How many that are done with came before a day (UTC)."""

    def forget(self, before: dt.date) -> int:
        """Delete those; how many."""
