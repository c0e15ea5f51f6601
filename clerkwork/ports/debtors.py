"""What becomes known of debtors over time: what they declared, promised, paid and noticed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Protocol

from clerkwork.core.aging import Balance
from clerkwork.core.declarations import Declaration
from clerkwork.core.ledger import PaidItem
from clerkwork.core.messages import MessageEvent
from clerkwork.core.promises import Promise, PromiseState

__all__ = [
    "Balances",
    "DebtorFiles",
    "Declarations",
    "MessageEvents",
    "PaidItems",
    "PayLinks",
    "Promises",
]


class Declarations(Protocol):
    """What debtors declared of themselves; nothing of it is ever deleted."""

    def declare(self, one: Declaration) -> Declaration:
        """Keep it, with its id; what stands already is returned as it stands.

        Of every fact but needs, what he declared before is withdrawn with it.
        """

    def standing(self, debtor: str = "") -> tuple[Declaration, ...]:
        """Those that count, oldest first; of one debtor, or of all."""

    def all(self, debtor: str = "") -> tuple[Declaration, ...]:
        """Oldest first, those that were withdrawn among them."""

    def withdraw(self, id: str, *, by: str) -> Declaration:
        """It counts no more; raises `ValueError` if there is none, or it was withdrawn already."""


class Promises(Protocol):
    """What debtors promised to pay."""

    def make(self, promise: Promise) -> Promise:
        """Keep it, with its id."""

    def make_all(self, *made: Promise) -> tuple[Promise, ...]:
        """Keep all of them or, if that fails, none; each with its id."""

    def all(self, *states: PromiseState, debtor: str = "") -> tuple[Promise, ...]:
        """Oldest first; of all states when none is named; of all debtors, or of one."""

    def settle(self, id: str, state: PromiseState, *, note: str = "") -> Promise:
        """What became of an open one; raises `ValueError` if there is none, or it is not open."""


class PaidItems(Protocol):
    """Invoices that were open and are not any more, noted when open items are replaced."""

    def all(self, customer: str = "") -> tuple[PaidItem, ...]:
        """In the order in which they were paid; of one debtor, or of all."""

    def count(self, before: dt.date) -> int:
        """How many were paid before a day."""

    def forget(self, before: dt.date) -> int:
        """Delete those; how many."""


class MessageEvents(Protocol):
    """What became known of messages after they were sent."""

    def note(self, event: MessageEvent) -> bool:
        """Keep it; False if the same report is there already.

        The same report is that with the provider's id, or else of the same message, kind and time.
        Raises `ValueError` where there is no such message.
        """

    def all(self, message: str = "", kinds: Collection[str] = ()) -> tuple[MessageEvent, ...]:
        """Oldest first; of one message, by its key, or of all; of some kinds, or of every kind."""

    def count(self, before: dt.date) -> int:
        """How many are of before a day (UTC)."""

    def forget(self, before: dt.date) -> int:
        """Delete those; how many."""


class PayLinks(Protocol):
    """Which payment links of a debtor are good."""

    def turn(self, debtor: str) -> int:
        """The turn in which his links have to be signed; 0 until some are revoked."""

    def revoke(self, debtor: str, *, by: str) -> int:
        """Let none that he has open his page any more; the turn of those to come."""


class DebtorFiles(Protocol):
    """What debtors send in with a dispute."""

    def keep(self, debtor: str, content: bytes, ending: str) -> str:
        """Keep it under a name of our own, which is returned; raises `StoreError`."""


class Balances(Protocol):
    """What was open on each day, by due date; noted when open items are replaced."""

    def since(self) -> dt.date | None:
        """The first day of which it is known, of every source; None of none."""

    def days(self, since: dt.date, until: dt.date) -> tuple[dt.date, ...]:
        """Days from one to another on which open items were fetched, oldest first."""

    def on(self, day: dt.date) -> tuple[Balance, ...]:
        """As they stood then, each source's from its last fetch up to that day.

        Nothing before `since`; nothing, too, where nothing was open.
        """
