"""`clerkwork review`: what waits for a person, and deciding it."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from clerkwork.cli import show
from clerkwork.cli.options import Where

if TYPE_CHECKING:
    from clerkwork.core.remembered import Remembered
    from clerkwork.ports import Stop

__all__ = ["app"]

app = typer.Typer(
    help="What waits for a person: look at it, and decide it.",
    epilog="First `clerkwork review list`, then `show` one, then `decide` it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Item = Annotated[str, typer.Argument(metavar="ID", help="The item's id, or the beginning of it.")]
By = Annotated[
    str,
    typer.Option(metavar="NAME", help="Who decides; else the user of this machine."),
]


@app.command("list")
def list_items(workspace: Where = None) -> None:
    """Show everything that waits, oldest first."""
    from clerkwork import bootstrap
    from clerkwork.app import review

    with bootstrap.open_office(workspace, want="look") as (_, office):
        waiting = review.waiting(office)
        if not waiting:
            show.say("Nothing waits for you.")
            return
        local = office.calendar.local
        show.table(
            ("id", "kind", "since", "what"),
            ((item.id, item.kind, show.when(local(item.created)), item.title) for item in waiting),
        )
        show.say(f"{len(waiting)} wait; `clerkwork review show ID` tells more of one")


@app.command("show")
def show_item(id: Item, workspace: Where = None) -> None:
    """Show one item with all its facts, and what can be decided."""
    from clerkwork import bootstrap

    with bootstrap.open_office(workspace, want="look") as (place, office):
        item = bootstrap.found_item(office, id)
        show.say(f"{item.id}  {item.title}\n")
        show.table(("", ""), item.facts.items())
        for picture in bootstrap.pictures_of(place, office, item):
            show.say(f"picture: {picture}")
        if item.decision:
            why = f" ({item.note})" if item.note else ""
            show.say(f"\ndecided: {item.decision}, by {item.by}{why}")
            return
        show.table(("decision", "meaning"), item.choices, title="\nWhat can be decided")
        show.say(f"\nclerkwork review decide {item.id} DECISION")


@app.command("decide")
def decide_item(
    id: Item,
    decision: Annotated[
        str,
        typer.Argument(metavar="DECISION", help="One of those that `review show` names."),
    ],
    note: Annotated[
        str, typer.Option(metavar="TEXT", help="Why, for whoever reads it later.")
    ] = "",
    by: By = "",
    once: Annotated[
        bool,
        typer.Option("--once", help="Remember nothing of it: the payer pays for him this once."),
    ] = False,
    workspace: Where = None,
) -> None:
    """Decide an item. What follows from it in a portal is keyed by the next run.

    Whose money a bank line is, is remembered: the payer's account and name count as that debtor's
    from now on, until somebody forgets it.
    """
    from clerkwork import bootstrap
    from clerkwork.app.learn import learned_from
    from clerkwork.app.resume import stop_of, stopped_task
    from clerkwork.app.review import decide

    with bootstrap.open_office(workspace, want="look") as (_, office):
        found = bootstrap.found_item(office, id)
        item = decide(
            office,
            found.id,
            decision,
            by=by or getpass.getuser(),
            note=note,
            remember=not once,
        )
        show.say(f"{item.id}: {item.decision}, by {item.by}")
        for lesson in learned_from(office, item):
            show.say(f"remembered {lesson.id}: {_taught(lesson)}")
        if task := stopped_task(item):
            show.say(_going_on(task, stop_of(office.stops, task)))


@app.command("answer")
def answer_item(
    id: Item,
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help="What the robot is to type, as the picture shows.")
    ],
    by: By = "",
    workspace: Where = None,
) -> None:
    """Tell a robot that waits while signing in what to type; it goes on within a second.

    `review show` names the picture it asks about, and until when it waits.
    """
    from clerkwork import bootstrap
    from clerkwork.app.person import answer

    with bootstrap.open_office(workspace, want="look") as (_, office):
        found = bootstrap.found_item(office, id)
        item = answer(office, found, text, by=by or getpass.getuser())
        show.say(f"{item.id}: the robot has its answer, by {item.by}")


@app.command("undo")
def undo_item(id: Item, by: By = "", workspace: Where = None) -> None:
    """Take a decision back, as long as nothing of it was keyed or sent."""
    from clerkwork import bootstrap
    from clerkwork.app.review import undo

    with bootstrap.open_office(workspace, want="look") as (_, office):
        found = bootstrap.found_item(office, id)
        item = undo(office, found.id, by=by or getpass.getuser())
        show.say(f"{item.id} waits again: {item.title}")


@app.command("remembered")
def list_remembered(
    all: Annotated[bool, typer.Option("--all", help="Also what was forgotten.")] = False,
    workspace: Where = None,
) -> None:
    """Show what decisions taught: whose an account or a name is, and what is not ours."""
    from clerkwork import bootstrap

    with bootstrap.open_office(workspace, want="look") as (_, office):
        shown = [one for one in office.lessons.all() if all or one.forgotten is None]
        if not shown:
            show.say("Nothing is remembered yet.")
            return
        local = office.calendar.local
        rows = [
            (one.id, _taught(one), one.by, show.when(local(one.at)), one.line, _gone(one, local))
            for one in shown
        ]
        headings = ("id", "what", "decided by", "when", "from line", "forgotten")
        width = len(headings) if all else len(headings) - 1
        show.table(headings[:width], (row[:width] for row in rows))
        show.say("`clerkwork review forget ID` undoes one")


@app.command("forget")
def forget_lesson(
    id: Annotated[str, typer.Argument(metavar="ID", help="Its id in `review remembered`.")],
    by: By = "",
    workspace: Where = None,
) -> None:
    """Let one thing that was remembered count no more; it stays in the history."""
    from clerkwork import bootstrap
    from clerkwork.app.learn import forget

    with bootstrap.open_office(workspace, want="look") as (_, office):
        gone = forget(office, id, by=by or getpass.getuser())
        show.say(f"forgotten {gone.id}: {_taught(gone)}")


def _taught(one: Remembered) -> str:
    if one.customer:
        return f"the {one.lesson} {one.what} pays for debtor {one.customer}"
    kind = one.lesson.removeprefix("not ours, ")
    return f"no debtor's money: the {kind} {one.what}"


def _going_on(task: str, stop: Stop | None) -> str:
    if stop is not None:
        why = f"{stop.by} has stopped it as well: {stop.why}"
        return f"{task} is not begun yet, {why}. To let it go on: clerkwork resume --task {task}"
    return f"{task} goes on when it is due; to have it run at once: clerkwork run {task} --queued"


def _gone(one: Remembered, local: Callable[[datetime], datetime]) -> str:
    if one.forgotten is None:
        return ""
    return f"{show.when(local(one.forgotten))} by {one.forgotten_by}"
