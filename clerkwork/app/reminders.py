"""Send the reminders that are due, as a run does it."""

from __future__ import annotations

from clerkwork.app.behaviours import watch_behaviour
from clerkwork.app.experiment import laboratory_of
from clerkwork.app.hear import heed
from clerkwork.app.observe import Habits
from clerkwork.app.office import Office
from clerkwork.app.post_letters import post_letters
from clerkwork.app.promise import settle_promises
from clerkwork.app.remind import remind
from clerkwork.app.remind_facts import Known, look
from clerkwork.app.run import Run
from clerkwork.app.try_out import try_out
from clerkwork.app.walk import Walks
from clerkwork.app.witness import Witness
from clerkwork.errors import ChannelDown

__all__ = ["known_of", "send_reminders", "walks_of"]


def send_reminders(run: Run) -> None:
    """Walk each late debtor one step on his journey, unless something holds him back.

    What an interrupted run left half-sent is settled first. Raises `ChannelDown`, after all
    that could be sent was sent, if a channel did not take messages.
    """
    with run.office.holding.hold("outbox reminders", "The sending of reminders"):
        _send(run)


def known_of(office: Office) -> Known:
    """Where what is known of debtors is kept."""
    return Known(
        books=office.books,
        queue=office.queue,
        declarations=office.declarations,
        promises=office.promises,
        handovers=office.handovers,
        replies=office.replies,
    )


def walks_of(office: Office, habits: Habits) -> Walks:
    """The journeys as the back office set them."""
    return Walks(
        journeys=office.journeys,
        calendar=office.calendar,
        paydays=office.paydays,
        segments=office.segments,
        law=office.law,
        habits=habits,
        laboratory=laboratory_of(office),
    )


def _look_out(run: Run, known: Known, habits: Habits) -> None:
    """Promises that were kept or broken, and debtors who are not as they were."""
    office, accounts = run.office, tuple(run.office.accounts)
    if not run.dry:
        _heed(run)
        settled = settle_promises(
            books=office.books,
            promises=office.promises,
            queue=office.queue,
            clock=office.clock,
            accounts=accounts,
        )
        for name, number in (
            ("promises kept", settled.kept),
            ("promises broken", settled.broken),
        ):
            if number:
                run.count(name, number)
    if not habits.paid:
        return
    noticed = watch_behaviour(
        glance=look(known, accounts, office.clock),
        habits=habits,
        promises=office.promises,
        queue=office.queue,
        clock=office.clock,
        dry=run.dry,
    )
    if run.dry:
        for title in (*noticed.calls, *noticed.advice):
            run.would(f"ask a person: {title}")
        return
    for name, found in (("calls asked for", noticed.calls), ("advice given", noticed.advice)):
        if found:
            run.count(name, len(found))


def _heed(run: Run) -> None:
    office = run.office
    heeded = heed(
        outbox=office.outbox,
        events=office.events,
        queue=office.queue,
        clock=office.clock,
        run=run.id,
    )
    for name, number in (
        ("addresses given up", heeded.given_up),
        ("messages that did not arrive", heeded.given_up + heeded.anew),
        ("doubtful messages reported on", heeded.settled),
    ):
        if number:
            run.count(name, number)


def _send(run: Run) -> None:
    office = run.office
    known = known_of(office)
    habits = Habits(office.paid_items, office.outbox)
    walks = walks_of(office, habits)
    _look_out(run, known, habits)
    try_out(run, known, walks)
    witness = Witness(run)
    figures = remind(
        known=known,
        outbox=office.outbox,
        channels=witness.channels(),
        archives=office.archives,
        clock=office.clock,
        walks=walks,
        accounts=tuple(office.accounts),
        write=office.write_reminder,
        run=run.id,
        progress=run.progress,
        dry_run=run.dry,
        ended=lambda other: office.holding.ending(other).sure,
        announce=witness.announce,
        printed=office.printed,
    )
    for name, number in figures.as_counts().items():
        run.count(name, number)
    for rule, number in figures.held.items():
        run.count(f"held back: {rule}", number)
    for told in figures.would_send:
        run.would(told)
    post_letters(run)
    if figures.trouble:
        raise ChannelDown("; ".join(figures.trouble))
