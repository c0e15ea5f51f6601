"""`clerkwork texts`: whether the texts to debtors may go out as they are."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from clerkwork.cli import show
from clerkwork.cli.options import AsJson, Where

__all__ = ["app"]

app = typer.Typer(help="What debtors read.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def texts() -> None:
    """What debtors read."""


@app.command("check")
def check(as_json: AsJson = False, workspace: Where = None) -> None:
    """Look through config/texts before debtors do; exit status 1 if something must be changed.

    Told are: a tone, a wording or a value that is missing; a text message that is too long; what
    reads worse than B1, by a formula for each language; costs or interest before the law allows
    them; and what advertises. What is only advice begins with 'advice'.
    """
    from clerkwork.workspace.find import find_root
    from clerkwork.workspace.texts import check_texts

    found = check_texts(find_root((workspace or Path.cwd()).resolve()))
    if as_json:
        plain = [
            {
                "where": one.where,
                "what": one.what,
                "sentence": one.sentence,
                "error": one.is_error,
            }
            for one in found
        ]
        show.say(json.dumps({"findings": plain}, indent=2, ensure_ascii=False))
    else:
        for one in found:
            said = (
                f'{one.where}: {one.what}: "{one.sentence}"'
                if one.sentence
                else (f"{one.where}: {one.what}")
            )
            show.say(said if one.is_error else f"advice: {said}")
        errors = sum(one.is_error for one in found)
        show.say(
            f"{errors} to change, {len(found) - errors} to consider"
            if found
            else "The texts may go out as they are."
        )
    if any(one.is_error for one in found):
        raise typer.Exit(1)
