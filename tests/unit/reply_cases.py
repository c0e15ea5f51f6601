"""Replies that tests share, and a mailbox in memory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from clerkwork.core.replies.kept import KeptReply, Mail
from clerkwork.core.replies.reply import Label, Reading, Reason, Reply
from clerkwork.errors import ClerkworkError
from clerkwork.testing import MORNING


def a_mail(uid: int = 1, text: str = "Ik heb betaald.", *, validity: int = 7, **more: Any) -> Mail:
    given: dict[str, Any] = {
        "message_id": f"<{uid}@home.example>", "sender": "d10001@firm.example",
        "subject": "Re: Herinnering", "text": text, "on": MORNING.date(), **more,
    }  # fmt: skip
    return Mail(reply=Reply(**given), validity=validity, uid=uid, received=MORNING)


def a_reading(label: Label = Label.PAID, *, sure: bool = True, **more: Any) -> Reading:
    return Reading(label=label, confidence=0.97, sure=sure, why=("paid: bare", "betaald"), **more)


def kept_reply(uid: int = 1, text: str = "Ik heb betaald.", **more: Any) -> KeptReply:
    return KeptReply(
        folder="INBOX",
        mail=a_mail(uid, text, **more),
        reading=a_reading(Label.DISPUTE, reason=Reason.COSTS, promised=dt.date(2026, 3, 9)),
        debtor="10001",
        perhaps=("10001", "10002"),
        message="10001/business/first/2026-02-01/mail/1",
        known=True,
        run="run-1",
    )


@dataclass
class MemoryInbox:
    """A folder in memory; `fault` is raised before the mail with the uid `at` is handed out."""

    there: list[Mail] = field(default_factory=list)
    folder: str = "INBOX"
    validity: int = 7
    fault: ClerkworkError | None = None
    at: int = 0
    asked: list[tuple[int, dt.date, int]] = field(default_factory=list)

    def mails(self, read_to: Callable[[int], int], since: dt.date, most: int) -> Iterator[Mail]:
        last = read_to(self.validity)
        self.asked.append((last, since, most))
        new = [mail for mail in self.there if mail.uid > last]
        for mail in new[:most]:
            if self.fault is not None and mail.uid >= self.at:
                raise self.fault
            yield mail
