"""`clerkwork selectors check`: how the selectors of a portal stand today."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from clerkwork.cli import show
from clerkwork.cli.options import Where

if TYPE_CHECKING:
    from clerkwork.bootstrap.bench import Checked

__all__ = ["check"]

_FORMAT = "clerkwork selectors check 1"
_ORDER = ("found", "healed", "ambiguous", "lost", "not reached")


def check(
    portal: Annotated[
        str, typer.Argument(metavar="PORTAL", help="A robot's name; `clerkwork list` shows them.")
    ],
    method: Annotated[
        Optional[list[str]],  # noqa: UP045 - typer reads the annotation at run time
        typer.Option(
            "--method",
            metavar="VERB",
            help="A verb that reads, with its arguments in the same quotes; may be given again.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    workspace: Where = None,
) -> None:
    """Walk through a portal, reading only, and tell how each of its selectors stands.

    Signs in and does what the robot's verbs read; one that wants a reference gets that of the
    receipt keyed last. Exit status 1 if a selector is lost or ambiguous. What fill_ and submit_
    verbs use is not reached.
    """
    from clerkwork import bootstrap
    from clerkwork.bootstrap.bench import check_portal
    from clerkwork.cli.world import explained, world_if_played
    from clerkwork.errors import ClerkworkError

    place = bootstrap.open_workspace(workspace)
    with world_if_played(place):
        try:
            with show.progress(elsewhere=False) as progress:
                checked = check_portal(place, portal, method or (), progress=progress)
        except ClerkworkError as error:
            raise explained(error, place) from error
    if as_json:
        show.say(_as_object(portal, checked))
    else:
        _tell(portal, checked)
    if not checked.is_sound:
        raise typer.Exit(1)


def _reached(checked: Checked) -> tuple[int, int]:
    whole = len(checked.findings)
    return whole - _counted(checked)["not reached"], whole


def _tell(portal: str, checked: Checked) -> None:
    show.table(("selector", "how", ""), ((f.name, f.status, f.note) for f in checked.findings))
    counted = _counted(checked)
    reached, whole = _reached(checked)
    show.say(
        f"\n{reached} of {whole} selectors were reached: "
        + ", ".join(f"{number} {status}" for status, number in counted.items())
    )
    if checked.skipped and reached < whole:
        show.say("Verbs that read and were not called, because they want to be told something:")
        for verb in checked.skipped:
            show.say(f'  --method "{verb}"')
    if checked.typing and reached < whole:
        tried = f"`clerkwork try {portal} {checked.typing[0]} ... --write`"
        show.say(f"Never called here, because they type: {', '.join(checked.typing)}.")
        show.say(f"{tried} does that, and submits nothing.")
    for verb, outcome in checked.verbs.items():
        if outcome != "ok":
            show.failure(f"{verb}: {outcome}")
    for picture in checked.pictures:
        show.say(f"picture: {picture}")
    if counted["healed"]:
        show.say("`clerkwork selectors review list` shows what was healed")


def _counted(checked: Checked) -> dict[str, int]:
    return {s: sum(f.status == s for f in checked.findings) for s in _ORDER}


def _as_object(portal: str, checked: Checked) -> str:
    told = {
        "format": _FORMAT,
        "portal": portal,
        "sound": checked.is_sound,
        "reached": _reached(checked)[0],
        "counts": _counted(checked),
        "selectors": [
            {"name": f.name, "status": f.status, "note": f.note} for f in checked.findings
        ],
        "verbs": dict(checked.verbs),
        "skipped": list(checked.skipped),
        "pictures": [str(picture) for picture in checked.pictures],
    }
    return json.dumps(told, ensure_ascii=False)
