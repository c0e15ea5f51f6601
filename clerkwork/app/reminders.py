"""Send the reminders that are due, as a run does it."""

from __future__ import annotations

from clerkwork.app.remind import remind
from clerkwork.app.run import Run
from clerkwork.app.witness import witnessed
from clerkwork.errors import ChannelDown

__all__ = ["send_reminders"]


def send_reminders(run: Run) -> None:
    """Walk each late debtor one step on his journey, unless something holds him back.

    What an interrupted run left half-sent is settled first. Raises `ChannelDown`, after all
    that could be sent was sent, if a channel did not take messages.
    """
    with run.office.holding.hold("outbox reminders", "The sending of reminders"):
        _send(run)


def _send(run: Run) -> None:
    office = run.office
    figures = remind(
        books=office.books,
        queue=office.queue,
        outbox=office.outbox,
        channels=witnessed(run),
        archives=office.archives,
        clock=office.clock,
        journeys=office.journeys,
        calendar=office.calendar,
        accounts=tuple(office.accounts),
        write=office.write_reminder,
        run=run.id,
        progress=run.progress,
        dry_run=run.dry,
        ended=lambda other: office.holding.ending(other).sure,
    )
    for name, number in figures.as_counts().items():
        run.count(name, number)
    for rule, number in figures.held.items():
        run.count(f"held back: {rule}", number)
    for told in figures.would_send:
        run.would(told)
    if figures.trouble:
        raise ChannelDown("; ".join(figures.trouble))
