"""Questions to approvers: the mail that asks about an order, with its signed link."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clerkwork.adapters.letters.paper import page, plain
from clerkwork.adapters.letters.texts import clean
from clerkwork.core.approvals import Approval
from clerkwork.core.calendar import Calendar
from clerkwork.core.creditor import Creditor
from clerkwork.core.messages import Message, message_id

__all__ = ["QuestionWriter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionWriter:
    """Called with an approval and the attempt from 1, writes its mail."""

    creditor: Creditor
    calendar: Calendar
    link: Callable[[Approval], str]
    """The address of the page that takes the answer."""
    secret: Callable[[], bytes] = bytes
    """Seals the Message-IDs."""

    def __call__(self, approval: Approval, attempt: int) -> Message:
        key = f"approval/{approval.id}/mail/{attempt}"
        order = approval.order
        values = {
            "house": self.creditor,
            "order": order,
            "description": clean(order.description),
            "amount": order.amount.for_people(),
            "reasons": [clean(reason) for reason in approval.reasons],
            "facts": [(label, clean(value)) for label, value in approval.facts],
            "expires": self.calendar.said(approval.expires),
            "link": self.link(approval),
        }
        return Message(
            key=key,
            channel="mail",
            to=approval.approver,
            subject=clean(f"Order {order.number} of {values['amount']}: release or hold?"),
            text=plain("question.txt", values),
            html=page("question.html", values),
            step="approval",
            amount=order.amount,
            on=self.calendar.local(approval.asked).date(),
            message_id=message_id(key, self.creditor.mail_domain, self.secret()),
        )
