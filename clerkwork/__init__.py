"""Software clerks for accounts receivable. What is exported here is what a workspace may use.

Each is imported when it is first asked for: not every program of Clerkwork needs all of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clerkwork.app.fetch import book_statements, statements_due
    from clerkwork.app.hand_over import hand_over
    from clerkwork.app.key import key_receipts
    from clerkwork.app.links import send_payment_links
    from clerkwork.app.orders import check_orders, key_decisions
    from clerkwork.app.read_replies import read_replies
    from clerkwork.app.reconcile import reconcile
    from clerkwork.app.reminders import send_reminders
    from clerkwork.app.robot import Robot
    from clerkwork.app.run import Run
    from clerkwork.app.task import Task, task
    from clerkwork.core.ledger import Debtor, LedgerBalance, OpenItem, Order, OwnAccount
    from clerkwork.core.money import Money
    from clerkwork.core.payments import BankLine, Statement
    from clerkwork.core.posting import Allocation, Posting, Receipt
    from clerkwork.errors import (
        ApplicationError,
        BusinessError,
        ClerkworkError,
        EntryRefused,
        ItemChanged,
        SetupError,
        SignInRefused,
    )

__all__ = [
    "Allocation",
    "ApplicationError",
    "BankLine",
    "BusinessError",
    "ClerkworkError",
    "Debtor",
    "EntryRefused",
    "ItemChanged",
    "LedgerBalance",
    "Money",
    "OpenItem",
    "Order",
    "OwnAccount",
    "Posting",
    "Receipt",
    "Robot",
    "Run",
    "SetupError",
    "SignInRefused",
    "Statement",
    "Task",
    "book_statements",
    "check_orders",
    "hand_over",
    "key_decisions",
    "key_receipts",
    "read_replies",
    "reconcile",
    "send_payment_links",
    "send_reminders",
    "statements_due",
    "task",
]

_PLACES = {
    "clerkwork.app.fetch": ("book_statements", "statements_due"),
    "clerkwork.app.hand_over": ("hand_over",),
    "clerkwork.app.key": ("key_receipts",),
    "clerkwork.app.links": ("send_payment_links",),
    "clerkwork.app.orders": ("check_orders", "key_decisions"),
    "clerkwork.app.read_replies": ("read_replies",),
    "clerkwork.app.reconcile": ("reconcile",),
    "clerkwork.app.reminders": ("send_reminders",),
    "clerkwork.app.robot": ("Robot",),
    "clerkwork.app.run": ("Run",),
    "clerkwork.app.task": ("Task", "task"),
    "clerkwork.core.ledger": ("Debtor", "LedgerBalance", "OpenItem", "Order", "OwnAccount"),
    "clerkwork.core.money": ("Money",),
    "clerkwork.core.payments": ("BankLine", "Statement"),
    "clerkwork.core.posting": ("Allocation", "Posting", "Receipt"),
    "clerkwork.errors": (
        "ApplicationError",
        "BusinessError",
        "ClerkworkError",
        "EntryRefused",
        "ItemChanged",
        "SetupError",
        "SignInRefused",
    ),
}
_PLACE_OF = {name: module for module, names in _PLACES.items() for name in names}


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _PLACE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(_PLACE_OF[name]), name)
        return found
