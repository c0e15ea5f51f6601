"""`clerkwork keys`: the keys that sign evidence."""

from __future__ import annotations

import typer

from clerkwork.cli import show
from clerkwork.cli.options import Where

__all__ = ["app"]

app = typer.Typer(help="The keys that sign evidence.", no_args_is_help=True)


@app.command("show")
def show_keys() -> None:
    """Show every key that is trusted, since when, and where its public part is.

    Give the public keys to the auditor; the private one stays on this machine.
    """
    from clerkwork import bootstrap

    found = bootstrap.evidence_keys()
    if not found:
        show.say("There is no key yet: the first run makes one, and so does `clerkwork keys make`")
        return
    for key in found:
        until = f"to {key.until:%Y-%m-%d %H:%M} UTC" if key.until else "signs now"
        show.say(f"{key.id}")
        show.say(f"  since {key.since:%Y-%m-%d %H:%M} UTC, {until}: {key.file}")


@app.command("make")
def make() -> None:
    """Make the key, if there is none yet."""
    from clerkwork import bootstrap

    show.say(f"The key is {bootstrap.make_evidence_key()}")


@app.command("rotate")
def rotate(workspace: Where = None) -> None:
    """Let a new key sign from now on.

    What the old one signed stays as sound as it was. That the new one took its place is signed by
    both, and goes into the log of runs.
    """
    from clerkwork import bootstrap

    old, new = bootstrap.rotate_evidence_key(bootstrap.open_workspace(workspace))
    show.say(f"Key {new} signs from now on, in the place of {old}.")
    show.say("Give its public part to the auditor: `clerkwork keys show`")
