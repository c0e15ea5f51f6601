"""`clerkwork alerts`: what is wrong, who was told, and whether the ways to tell work."""

from __future__ import annotations

from typing import Annotated

import typer

from clerkwork.cli import show
from clerkwork.cli.options import Where
from clerkwork.errors import ConfigError

__all__ = ["app"]

app = typer.Typer(
    help="What is wrong with unattended work, and who is told of it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("list")
def list_alerts(
    last: Annotated[
        int,
        typer.Option(
            "--last",
            metavar="N",
            min=0,
            show_default="those that are open",
            help="Show the last N, also those that are over.",
        ),
    ] = 0,
    workspace: Where = None,
) -> None:
    """Show what is wrong, since when, and by which ways it was told."""
    from clerkwork import bootstrap

    calendar, alerts = bootstrap.known_alerts(workspace, last or None)
    if not alerts:
        show.say("Nothing is wrong, as far as was looked." if not last else "There are no alerts.")
        return
    local = calendar.local
    show.table(
        ("since", "over", "told by", "what"),
        (
            (
                show.when(local(one.first)),
                show.when(local(one.over) if one.over else None),
                ", ".join(sorted(one.told_by)) or "nobody",
                one.text,
            )
            for one in alerts
        ),
    )


@app.command()
def look(workspace: Where = None) -> None:
    """Look for trouble now and tell of it, as the scheduler does all the time.

    Exit status 1 if a way to tell did not work.
    """
    from clerkwork import bootstrap

    done = bootstrap.look_now(workspace)
    for cause in done.wrong:
        show.say(cause.text)
    for channel, notice in done.told:
        show.say(f"{channel} told: {notice.title}: {notice.text}")
    _untold(done.untold)
    if not done.wrong:
        show.say("nothing is wrong")


@app.command("test")
def try_ways(workspace: Where = None) -> None:
    """Send a test alert by every way that config/alerts.toml declares.

    Exit status 1 if one of them did not work, 2 if there is none.
    """
    from clerkwork import bootstrap

    done = bootstrap.try_alerts(workspace)
    for channel, _ in done.told:
        show.say(f"{channel} took it")
    _untold(done.untold)
    if not done.told:
        raise ConfigError(
            "config/alerts.toml declares no way to tell anybody: add [mail], [teams] or a "
            "[[webhooks]]"
        )


def _untold(untold: tuple[tuple[str, str], ...]) -> None:
    for channel, why in untold:
        show.failure(f"{channel}: {why}")
    if untold:
        raise typer.Exit(1)
