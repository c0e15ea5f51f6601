"""Drop off: where the debtors of each segment stop, as the store knows it."""

from __future__ import annotations

from datetime import date

from clerkwork.app.office import Office
from clerkwork.core.thresholds import Thresholds, thresholds

__all__ = ["drop_off"]


def drop_off(office: Office, since: date = date.min) -> tuple[Thresholds, ...]:
    """Each segment from sent to paid, over the reminders sent on or after a day."""
    histories = office.outbox.histories()
    return thresholds(
        [message for had in histories.values() for message in had],
        office.events.all(),
        office.paid_items.all(),
        {(item.customer, item.number) for item in office.books.open_items()},
        office.clock.today(),
        since,
    )
