"""Software clerks for accounts receivable. What is exported here is what a workspace may use."""

from __future__ import annotations

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
