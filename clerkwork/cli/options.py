"""The options that several commands share."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Optional

import typer

__all__ = ["AsJson", "By", "Tried", "Where", "a_day"]

Where = Annotated[
    Optional[Path],  # noqa: UP045 - typer reads the annotation at run time
    typer.Option(
        "--workspace",
        "-w",
        metavar="FOLDER",
        help="The workspace to work in; else the one that you are in.",
    ),
]

Tried = Annotated[
    Optional[Path],  # noqa: UP045 - typer reads the annotation at run time
    typer.Option(
        "--journeys",
        metavar="FILE",
        help="Try the journeys of this file, made like config/journeys.toml, in its place.",
    ),
]

AsJson = Annotated[bool, typer.Option("--json", help="Print one object for machines.")]

By = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Who says so; else the user of this machine.")
]


def a_day(text: str, option: str) -> date:
    """A day that a person typed; raises `typer.BadParameter`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r}; expected a day such as 2026-03-02", param_hint=option
        ) from None
