"""`clerkwork replies`: what debtors wrote back, and what became of it."""

from __future__ import annotations

import getpass
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clerkwork.cli import show
from clerkwork.cli.options import AsJson, By, Where

if TYPE_CHECKING:
    from clerkwork.core.replies.kept import KeptReply

__all__ = ["app"]

app = typer.Typer(
    help="What debtors wrote back: look at it, and say what is to be done.",
    epilog="`clerkwork run read_replies` reads the mailbox that config/channels.toml names.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Id = Annotated[str, typer.Argument(metavar="ID", help="Its id in `replies list`.")]


@app.command("list")
def list_replies(
    every: Annotated[
        bool, typer.Option("--all", help="Also those that nobody has to do anything about.")
    ] = False,
    as_json: AsJson = False,
    workspace: Where = None,
) -> None:
    """Show the replies that wait for a person, oldest first. No word of them is shown here."""
    from clerkwork import bootstrap
    from clerkwork.core.replies.kept import ReplyState

    states = () if every else (ReplyState.TAKEN, ReplyState.ASKED)
    with bootstrap.open_office(workspace, want="look") as (_, office):
        found = office.replies.all(*states)
        if as_json:
            show.say(json.dumps({"replies": [_plain(one) for one in found]}, indent=2))
            return
        if not found:
            show.say("Nobody ever wrote." if every else "No reply waits for you.")
            return
        local = office.calendar.local
        show.table(
            ("id", "received", "debtor", "taken for", "sure", "state", "what became of it"),
            (
                (
                    one.id,
                    show.when(local(one.mail.received)),
                    one.debtor or " or ".join(one.perhaps) or "nobody's",
                    _spoken(one.reading.label),
                    "yes" if one.reading.sure else "no",
                    one.state,
                    one.note,
                )
                for one in found
            ),
        )


@app.command("show")
def show_reply(id: Id, as_json: AsJson = False, workspace: Where = None) -> None:
    """Show one reply whole: who wrote what, what it was taken for, and what can be decided."""
    from clerkwork import bootstrap
    from clerkwork.app.answer_reply import found_reply, questions_about

    with bootstrap.open_office(workspace, want="look") as (_, office):
        one = found_reply(office, id)
        if as_json:
            show.say(json.dumps(_plain(one, whole=True), indent=2))
            return
        show.table(("", ""), _facts(one, show.when(office.calendar.local(one.mail.received))))
        show.say(f"\n{one.reply.text or '(no text that can be read; look into the mailbox)'}")
        for item in questions_about(office, one.id):
            show.table(("decision", "meaning"), item.choices, title=f"\n{item.title}")
            show.say(f"\nclerkwork review decide {item.id} DECISION")


@app.command("handle")
def handle_reply(
    id: Id,
    decision: Annotated[
        str, typer.Argument(metavar="DECISION", help="One of those that `replies show` names.")
    ] = "handled",
    note: Annotated[
        str, typer.Option("--note", metavar="TEXT", help="Why, for whoever reads it later.")
    ] = "",
    by: By = "",
    workspace: Where = None,
) -> None:
    """Say that a reply is dealt with, or decide otherwise; the debtor's reminders go on then."""
    from clerkwork import bootstrap
    from clerkwork.app.answer_reply import item_of
    from clerkwork.app.review import decide

    with bootstrap.open_office(workspace, want="look") as (_, office):
        item = item_of(office, id)
        done = decide(office, item.id, decision, by=by or getpass.getuser(), note=note)
        kept = office.replies.get(id)
        state = kept.state if kept else "forgotten"
        show.say(f"reply {id}: {done.decision}, by {done.by}; it is {state}")


def _facts(one: KeptReply, received: str) -> list[tuple[str, str]]:
    reading = one.reading
    facts = [
        ("From", one.reply.sender or "a mail server"),
        ("Subject", one.reply.subject),
        ("Received", received),
        ("Debtor", one.debtor or " or ".join(one.perhaps) or "none that is known"),
        ("Answers", one.message),
        ("Taken for", f"{_spoken(reading.label)}, {reading.confidence:.0%}"),
        ("Sure", "yes" if reading.sure else "no"),
        ("Because of", "; ".join(reading.why)),
        ("Promised by", reading.promised.isoformat() if reading.promised else ""),
        ("Back on", reading.back.isoformat() if reading.back else ""),
        ("Reason", _spoken(reading.reason) if reading.reason else ""),
        ("State", one.state),
        ("What became of it", one.note),
    ]
    return [(name, fact) for name, fact in facts if fact]


def _plain(one: KeptReply, *, whole: bool = False) -> dict[str, Any]:
    reading = one.reading
    words = {"sender": one.reply.sender, "subject": one.reply.subject, "text": one.reply.text}
    return {
        "id": one.id,
        "received": one.mail.received.isoformat(),
        "debtor": one.debtor,
        "perhaps": list(one.perhaps),
        "answers": one.message,
        "label": reading.label.value,
        "confidence": reading.confidence,
        "sure": reading.sure,
        "why": list(reading.why),
        "promised": reading.promised.isoformat() if reading.promised else None,
        "back": reading.back.isoformat() if reading.back else None,
        "reason": reading.reason.value if reading.reason else None,
        "cut": one.reply.cut,
        "state": one.state.value,
        "note": one.note,
        **(words if whole else {}),
    }


def _spoken(word: str) -> str:
    return word.replace("_", " ")
