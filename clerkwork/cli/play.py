"""`clerkwork demo`: a back office's morning against two hostile portals, from nothing."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clerkwork.cli import show
from clerkwork.cli.options import Where

if TYPE_CHECKING:
    from clerkwork.app.office import Office
    from clerkwork.app.run import Run
    from clerkwork.workspace import Workspace

__all__ = ["demo"]


def demo(
    small: Annotated[
        bool, typer.Option("--small", help="A book of 20 items and 10 bank lines.")
    ] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Go on with the last demo instead of beginning anew.")
    ] = False,
    stay: Annotated[
        bool, typer.Option("--stay", help="Leave the portals open afterwards, to look around.")
    ] = False,
    seed: Annotated[
        int, typer.Option(metavar="NUMBER", help="Another number makes another book.")
    ] = 2026,
    workspace: Where = None,
) -> None:
    """Watch the clerks do a morning's work against two portals that fight back.

    Everything is real but the companies: a browser, an ERP and a bank of their own, a
    mail server. Nothing leaves this machine.
    """
    from clerkwork import bootstrap
    from clerkwork.cli.world import check_ports
    from clerkwork.demo import start

    place = bootstrap.open_workspace(workspace)
    places = bootstrap.demo_places(place)
    bootstrap.check_demo(place)
    check_ports(place)
    if not keep and bootstrap.forget_demo(place):
        show.say(f"What the last demo left is in {place.output / 'previous'} now.")
    say = show.say
    say("Opening Kantoor ERP, Polder Bank and a mail server on this machine ...")
    folder = place.demo_folder
    size = "small" if small else "full"
    with start.world(folder, places, size=size, seed=seed):
        for name, value in start.credentials(folder).items():
            bootstrap.set_secret(workspace, name, value)
        with bootstrap.serving(place):
            agreed = _morning(workspace)
            if stay:
                _stay(place)
    if not agreed:
        raise typer.Exit(1)


def _morning(workspace: Path | None) -> bool:
    from clerkwork import bootstrap

    say = show.say
    with bootstrap.open_office(workspace) as (place, office):
        began = time.monotonic()
        first = _round(place, office)
        say(f"The round took {time.monotonic() - began:.1f} s.\n")
        bootstrap.wait_for_answers(office)
        _task(place, office, "key_decisions")
        say("The same round again, at once:")
        again = _round(place, office)
        say()
        agreed = _compare(place, office)
        repeated = [name for name in bootstrap.WRITES if again.figures[name]]
        if repeated:
            show.failure(f"the second round repeated: {', '.join(repeated)}")
        say(f"Report:   {place.reports / f'{first.id}.html'}")
        say(f"Mailbox:  {place.demo_folder / 'mail'}")
        say(f"Evidence: {place.evidence / first.id}")
        command = show.command()
        say(f"What waits for people: {command} review list")
        say(f"The proof: {command} verify {first.id}")
    return agreed and not repeated


def _round(place: Workspace, office: Office) -> Run:
    from clerkwork import bootstrap

    run = _task(place, office, "daily_round")
    show.figures(bootstrap.shown_figures(run.figures))
    return run


def _task(place: Workspace, office: Office, name: str) -> Run:
    from clerkwork.app.execute import execute

    with show.progress() as progress:
        return execute(office, place.task(name), progress=progress)


def _compare(place: Workspace, office: Office) -> bool:
    """Our own books beside what the ERP's own database and the mailboxes hold."""
    from clerkwork.core.messages import MessageState
    from clerkwork.core.posting import PostingState
    from clerkwork.demo import start

    approvals = office.approvals.all()
    there = start.count(place.demo_folder, approvers=frozenset(a.approver for a in approvals))
    decided = Counter(a.decision.verdict for a in approvals if a.keyed and a.decision)
    sent = [m for m in office.outbox.pending(MessageState.SENT) if m.channel == "mail"]
    to_debtors = sum(1 for message in sent if message.debtor)
    rows = [
        ("receipts", len(office.books.postings(PostingState.KEYED)), there.receipts),
        ("receipts with one reference", 0, there.double),
        ("orders released", decided["release"], there.released),
        ("orders held", decided["hold"], there.held),
        ("mails to debtors", to_debtors, there.mails),
        ("mails to the approver", len(sent) - to_debtors, there.asked),
        ("mails that came twice", 0, there.mails_twice),
    ]
    show.table(
        ("", "the clerks say", "ERP and mailbox hold", ""),
        ((*row, "" if row[1] == row[2] else "DIFFERS") for row in rows),
    )
    return all(said == held for _, said, held in rows)


def _stay(place: Workspace) -> None:
    for name, settings in place.config.portals.items():
        show.say(f"{name}: {settings.address}")
    show.say("The portals stay open; Ctrl-C closes them.")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        show.say("closed")
