"""The options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

__all__ = ["Where"]

Where = Annotated[
    Optional[Path],  # noqa: UP045 - typer reads the annotation at run time
    typer.Option(
        "--workspace",
        "-w",
        metavar="FOLDER",
        help="The workspace to work in; else the one that you are in.",
    ),
]
