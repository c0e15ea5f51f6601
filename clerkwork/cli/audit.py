"""`clerkwork audit`: what an auditor asks of the runs that were."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clerkwork.cli import show
from clerkwork.cli.options import Where, a_day

if TYPE_CHECKING:
    from clerkwork.app.look_through import Hit, Looked
    from clerkwork.workspace import Workspace

__all__ = ["AsJson", "Since", "Until", "app", "day"]

app = typer.Typer(
    help="Find steps by what they concern, and see what auditors ask for.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Since = Annotated[
    str, typer.Option("--since", metavar="DAY", help="From this day on, such as 2026-03-02.")
]
Until = Annotated[str, typer.Option("--until", metavar="DAY", help="Up to this day, its end.")]
AsJson = Annotated[bool, typer.Option("--json", help="One object, instants in UTC.")]

_FORMAT = "clerkwork audit search 1"
_WHERE = {
    "record": "recorded",
    "details": "in its details",
    "picture": "on its picture",
    "books": "by the books",
}


@app.command("search")
def search(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORDS...",
            help="An invoice's number, a debtor, an amount, a date, a name; all have to be there. "
            "The beginning of a word ends in *.",
        ),
    ],
    since: Since = "",
    until: Until = "",
    as_json: AsJson = False,
    workspace: Where = None,
) -> None:
    """Find every step that concerns something: in its record, its details, or on its picture.

    Amounts are found with any separators, dates in any order of their parts, and what a picture
    shows also where O and 0 or l and 1 were taken for each other.
    """
    from clerkwork import bootstrap

    place, found = bootstrap.search(
        workspace, " ".join(words), day(since, "--since"), day(until, "--until")
    )
    for problem in found.amiss:
        show.failure(problem)
    if as_json:
        show.say(json.dumps(_plain(place, found), indent=2))
    else:
        _tell(place, found)
    if found.amiss:
        raise typer.Exit(1)


def _tell(place: Workspace, found: Looked) -> None:
    local, wide = place.config.calendar.local, show.width()
    run = ""
    for hit in found.hits:
        if hit.run != run:
            run = hit.run
            show.heading(f"{run}, {hit.task}")
        about = f"{hit.action} {hit.subject}".strip()
        show.say(f"  step {hit.step}, {local(hit.at):%Y-%m-%d %H:%M:%S}, {hit.robot}: {about}")
        show.paragraph(f"{_WHERE[hit.where]}: ", hit.words, 4, wide)
        if hit.picture:
            show.say(f"    {_picture(place, hit)}")
    show.say(_summary(found))


def _summary(found: Looked) -> str:
    steps, runs = len(found.hits), len({hit.run for hit in found.hits})
    said = f"{steps} step{'' if steps == 1 else 's'} of {runs} run{'' if runs == 1 else 's'}"
    said += f"; {found.runs} runs were looked through"
    if found.unread:
        said += (
            f". {found.unread} of their pictures were not read yet, so what only they show is not "
            "among it: `clerkwork audit index` reads them"
        )
    return said


def _picture(place: Workspace, hit: Hit) -> str:
    return str(place.evidence / hit.run / "pictures" / hit.picture) if hit.picture else ""


def _plain(place: Workspace, found: Looked) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "runs": found.runs,
        "unread_pictures": found.unread,
        "amiss": list(found.amiss),
        "steps": [
            {
                "run": hit.run,
                "task": hit.task,
                "step": hit.step,
                "at": hit.at.isoformat(),
                "robot": hit.robot,
                "action": hit.action,
                "subject": hit.subject,
                "outcome": hit.outcome,
                "where": hit.where,
                "words": hit.words,
                "picture": _picture(place, hit),
            }
            for hit in found.hits
        ],
    }


@app.command("index")
def index(
    anew: Annotated[
        bool, typer.Option("--anew", help="Throw away what was read before, and read all again.")
    ] = False,
    gently: Annotated[
        bool, typer.Option("--gently", hidden=True, help="Stand back behind everything else.")
    ] = False,
    workspace: Where = None,
) -> None:
    """Read the pictures of all runs now, so that what they show can be searched for.

    `clerkwork serve` and every worker do so by themselves after a run. Each picture is read once;
    what is interrupted goes on where it was.
    """
    from clerkwork import bootstrap

    with show.progress(elsewhere=False) as progress:
        done, forgotten = bootstrap.index_pictures(
            workspace, anew=anew, gently=gently, progress=progress
        )
    for problem in done.unreadable:
        show.notice(problem)
    show.say(f"{done.read} pictures were read")
    if forgotten:
        show.say(
            f"what {forgotten} pictures showed was forgotten: they, or their details, are gone"
        )


@app.command("report")
def report(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="A run's name, the beginning of one, or 'last'.")
    ],
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Print it as a PDF into output/reports/audit.")
    ] = False,
    workspace: Where = None,
) -> None:
    """Write a run's readable report: what it changed, its control totals, who decided, each step.

    It is the page `index.html` in the run's folder, made anew with what the books say now.
    """
    from clerkwork import bootstrap

    show.say(str(bootstrap.run_report(workspace, run, pdf=pdf)))


def day(text: str, option: str) -> dt.date | None:
    """A day as it was typed; None where none was."""
    return a_day(text, option) if text else None
