"""Try out: take the looks that are due, and let in who comes into an experiment today."""

from __future__ import annotations

from clerkwork.app.experiment import look_in
from clerkwork.app.remind_facts import Known, look
from clerkwork.app.run import Run
from clerkwork.app.walk import Walks

__all__ = ["try_out"]


def try_out(run: Run, known: Known, walks: Walks) -> None:
    """What a run does about experiments before it reminds.

    Who comes in is committed before anything is written to him: whoever is in an arm stays in it.
    """
    office, laboratory = run.office, walks.laboratory
    if laboratory is None or not laboratory.experiments:
        return
    for title in look_in(laboratory, office.queue, office.clock, dry=run.dry):
        if run.dry:
            run.would(f"tell a person: {title}")
        else:
            run.count("experiments over", 1)
    if not laboratory.open:
        return
    books = look(known, tuple(office.accounts), office.clock)
    came = walks.arrivals(
        books,
        [number for number in books.debtors if number in books.items],
        office.outbox.histories(),
        office.clock.today(),
        frozenset(office.channels),
    )
    laboratory.let_in(came)
    if came and run.dry:
        run.would(f"take {len(came)} {'debtor' if len(came) == 1 else 'debtors'} into experiments")
    elif came:
        run.count("came into experiments", laboratory.commit())
