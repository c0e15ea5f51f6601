"""Observe: how debtors pay, told from their paid invoices and the reminders they had before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from clerkwork.core.behaviour import Paid, habit, manner
from clerkwork.core.ledger import PaidItem, by_debtor
from clerkwork.core.messages import Message, MessageState
from clerkwork.ports import Outbox, PaidItems

__all__ = ["Habits", "paid_by"]


def paid_by(items: Iterable[PaidItem], history: Iterable[Message]) -> tuple[Paid, ...]:
    """A debtor's paid invoices, each with the reminders of it that he had before he paid."""
    reminded: dict[str, list[Message]] = {}
    for message in history:
        if message.state is MessageState.SENT and message.on is not None:
            for number in message.items:
                reminded.setdefault(number, []).append(message)
    return tuple(
        Paid(
            due=item.due,
            on=item.on,
            iban=item.iban,
            reminders=sum(
                m.on is not None and item.due < m.on <= item.on
                for m in reminded.get(item.number, ())
            ),
        )
        for item in items
    )


class Habits:
    """How every debtor pays; read when it is asked for first, in one reading each.

    A habit does not change while a run sends, so it is not read again.
    """

    def __init__(self, paid_items: PaidItems, outbox: Outbox) -> None:
        self._paid_items = paid_items
        self._outbox = outbox
        self._manners: dict[str, str] = {}

    @cached_property
    def items(self) -> Mapping[str, Sequence[PaidItem]]:
        """Paid invoices by debtor."""
        return by_debtor(self._paid_items.all())

    @cached_property
    def paid(self) -> Mapping[str, Sequence[Paid]]:
        """By debtor; who paid nothing yet is not in it."""
        had = self._outbox.histories() if self.items else {}
        return {number: paid_by(own, had.get(number, ())) for number, own in self.items.items()}

    def manner(self, debtor: str) -> str:
        """One of `clerkwork.core.behaviour.MANNERS`."""
        if debtor not in self._manners:
            self._manners[debtor] = manner(habit(self.paid.get(debtor, ())))
        return self._manners[debtor]
