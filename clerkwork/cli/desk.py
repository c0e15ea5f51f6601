"""`clerkwork doctor`, `init` and `vault`: the machine, the workspace and its secrets."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from clerkwork.cli import show
from clerkwork.cli.options import Where

__all__ = ["doctor", "init", "vault"]


def doctor(workspace: Where = None) -> None:
    """Say what is missing on this machine and how to get it.

    Exit status 0 if nothing is missing.
    """
    from clerkwork import bootstrap

    findings = bootstrap.examine(workspace)
    show.table(
        ("", "what", "found", "what to do"),
        (("ok" if f.ok else "MISSING", f.what, f.found, f.remedy) for f in findings),
    )
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def init(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new or empty folder.")],
) -> None:
    """Make a fresh workspace: robots, tasks, selectors and config."""
    from clerkwork.workspace import make_workspace

    make_workspace(folder)
    show.say(f"{folder} is a workspace now. Try it: cd {folder} && clerkwork demo")


vault = typer.Typer(
    help="The secrets of the robots. Values are never shown.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@vault.command("list")
def list_secrets(workspace: Where = None) -> None:
    """Show the names of the secrets that the vault holds, and the source of each."""
    from clerkwork import bootstrap

    show.table(("secret", "taken from"), bootstrap.secret_names(workspace))


@vault.command("set")
def set_secret(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Robot and secret, as in polder_bank.pin.")
    ],
    source: Annotated[
        str,
        typer.Option(
            "--in",
            metavar="SOURCE",
            show_default="the first that can be written to",
            help="Where to keep it: file, keyring or hashicorp, as config/vault.toml has them.",
        ),
    ] = "",
    workspace: Where = None,
) -> None:
    """Set a secret; it is asked for, or read from the standard input."""
    from clerkwork import bootstrap

    if sys.stdin.isatty():
        value = typer.prompt(f"Value of {name}", hide_input=True, confirmation_prompt=True)
    else:
        value = sys.stdin.readline().rstrip("\n")
    doubt = bootstrap.set_secret(workspace, name, value, source)
    show.say(f"{name} is set" + (f"; {doubt}" if doubt else ""))
