"""What a finished round did, as the plan of a script that makes the same clicks."""

from __future__ import annotations

import mailbox
import sqlite3
import tomllib
from collections.abc import Mapping
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from clerkwork.adapters.browser import find_browser
from clerkwork.adapters.browser.program import flags
from clerkwork.adapters.store import open_store
from clerkwork.app.fetch import FIRST_FETCH
from clerkwork.core.approvals import Approval
from clerkwork.core.ledger import OwnAccount
from clerkwork.core.money import Money, format_amount
from clerkwork.core.posting import Posting, PostingState
from clerkwork.demo.approver import ADDRESS
from clerkwork.demo.clock import START
from clerkwork.demo.mailroom import ARCHIVE
from clerkwork.testing import FixedClock

__all__ = ["plan_of", "typed_posting"]

Plan = dict[str, Any]


def plan_of(workspace: Path) -> Plan:
    """All that the round of a workspace keyed, printed and sent, as a bare script would type it.

    Where the portals are and how one signs in is left to whoever opened them.
    """
    accounts = tomllib.loads((workspace / "config" / "accounts.toml").read_text(encoding="utf-8"))
    own = {one["iban"]: OwnAccount(**one) for one in accounts["accounts"]}
    last = START.date() - timedelta(days=1)
    database = workspace / "output" / "clerkwork.db"
    store = open_store(f"sqlite:///{database}", FixedClock())
    try:
        keyed = store.books.postings(PostingState.KEYED)
        decided = [each for each in store.approvals.all() if each.keyed]
    finally:
        store.close()
    mails = _mails(workspace / "output" / "demo" / "mail" / ARCHIVE)
    return {
        "browser": str(find_browser()),
        "flags": flags(),
        "sender": "debiteuren@waterland.example",
        "downloads": [_download(each, last) for each in own.values()],
        "ledgers": [each.ledger for each in own.values()],
        "postings": [typed_posting(row.posting, own) for row in keyed],
        "orders": [_order(each) for each in decided],
        "questions": [mail for mail in mails if ADDRESS in mail["to"]],
        "reminders": [mail for mail in mails if ADDRESS not in mail["to"]],
        "letters": _letters(database),
    }


def typed_posting(posting: Posting, own: Mapping[str, OwnAccount]) -> Plan:
    """A posting in the texts that the ERP's form takes; no discount is an empty one."""
    return {
        "reference": posting.reference,
        "debtor": posting.customer,
        "day": f"{posting.booked:%d-%m-%Y}",
        "ledger": own[posting.account].ledger,
        "amount": format_amount(posting.amount),
        "memo": posting.memo[:60].strip(),
        "parts": [
            {
                "item": part.item,
                "amount": format_amount(part.amount),
                "discount": _unless_nothing(part.discount),
            }
            for part in posting.allocations
        ],
    }


def _unless_nothing(amount: Money) -> str:
    return format_amount(amount) if amount else ""


def _download(account: OwnAccount, last: date) -> Plan:
    return {
        "account": f"{account.name} ({account.iban})",
        "format": account.format,
        "first": (last - timedelta(days=FIRST_FETCH)).isoformat(),
        "last": last.isoformat(),
    }


def _order(approval: Approval) -> Plan:
    decision = approval.decision
    if decision is None:
        raise ValueError(f"order {approval.order.number} was keyed undecided")
    return {
        "number": approval.order.number,
        "release": decision.verdict == "release",
        "reason": f"{decision.by}: {decision.reason}"[:100],
    }


def _mails(archive: Path) -> list[Plan]:
    """Every mail as it was sent, its copy for the archive with it."""
    return [
        {"to": [ARCHIVE, str(message["To"])], "content": message.as_bytes().decode("ascii")}
        for message in mailbox.Maildir(archive, create=False)
    ]


def _letters(database: Path) -> list[str]:
    query = "SELECT html FROM messages WHERE channel = 'letter' AND state = 'sent'"
    with closing(sqlite3.connect(database)) as store:
        return [html for (html,) in store.execute(query)]
