"""The mailbox of a workspace, and who reads what is in it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from clerkwork.core.replies.reply import Reading, Reply
from clerkwork.core.replies.rules import ReplyRules
from clerkwork.ports import Inbox, Vault
from clerkwork.workspace import Workspace

if TYPE_CHECKING:
    from clerkwork.adapters.replies import ReplyReader

__all__ = ["inbox_of", "read_reply", "reply_rules"]


def inbox_of(place: Workspace, vault: Vault) -> Inbox | None:
    """The mailbox that config/channels.toml names; None where it names none."""
    plan = place.config.channels.inbox
    if plan is None:
        return None

    from clerkwork.adapters.inbox.imap import ImapInbox

    if plan.authority:
        plan = replace(plan, authority=str(place.root / plan.authority))
    return ImapInbox(plan, vault, place.config.calendar.local)


def reply_rules(place: Workspace) -> ReplyRules:
    """How far the reading of replies goes."""
    plan = place.config.channels.inbox
    if plan is None:
        return ReplyRules()
    return ReplyRules(days=plan.days, most=plan.most, promise_days=plan.promise_days)


def read_reply(reply: Reply) -> Reading:
    """What a reply is, by the model that the shipped examples teach; the first takes a second."""
    return _reader().read(reply)


@cache
def _reader() -> ReplyReader:
    from clerkwork.adapters.replies import ReplyReader

    return ReplyReader()
