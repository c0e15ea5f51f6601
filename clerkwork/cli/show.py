"""What the command line prints: text, tables, progress and failures."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console

    from clerkwork.ports import Progress

__all__ = [
    "command",
    "failure",
    "figures",
    "heading",
    "notice",
    "paragraph",
    "progress",
    "say",
    "table",
    "when",
    "width",
]

_NARROWEST, _WIDEST = 60, 100

# Names and texts come from portals and payers: they must not steer the terminal.
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def say(text: str = "") -> None:
    """One line of a command's answer."""
    _write(sys.stdout, text)


def notice(text: str) -> None:
    """What goes on meanwhile; not part of the answer."""
    _write(sys.stderr, text)


def failure(problem: object) -> None:
    """One message, whole, in one line of its own that begins with 'error:'."""
    label = "\x1b[1;31merror:\x1b[0m" if sys.stderr.isatty() else "error:"
    _write(sys.stderr, str(problem), label)


def command() -> str:
    """How this command line is called here: by its name, or by its path if no shell finds it."""
    called = Path(sys.argv[0])
    if shutil.which("clerkwork") or called.name != "clerkwork":
        return "clerkwork"
    here = Path.cwd()
    return str(called.relative_to(here)) if called.is_relative_to(here) else str(called)


def when(local: datetime | None) -> str:
    """An instant in the creditor's zone, as it is given."""
    return f"{local:%Y-%m-%d %H:%M}" if local else ""


def table(
    headings: Iterable[str],
    rows: Iterable[Iterable[object]],
    title: str = "",
    *,
    right: Collection[int] = (),
) -> None:
    """A table whose first column, which people type again, is never broken.

    Nor are the columns in `right`, by their number from 0, which hold figures.
    """
    from rich.markup import escape
    from rich.table import Table

    shown = Table(title=title or None, title_justify="left", box=None, pad_edge=False)
    for number, heading in enumerate(headings):
        shown.add_column(
            heading,
            overflow="fold",
            no_wrap=number == 0 or number in right,
            justify="right" if number in right else "left",
        )
    for row in rows:
        shown.add_row(*(escape(_plain(str(cell))) for cell in row))
    _console(sys.stdout).print(shown)


def heading(text: str) -> None:
    """What a part of an answer is about."""
    bold = sys.stdout.isatty()
    _write(sys.stdout, f"\x1b[1m{_plain(text)}\x1b[0m" if bold else text, raw=bold)


def width() -> int:
    """Signs of a line: the terminal's, but no more than can be read with ease."""
    return max(_NARROWEST, min(_console(sys.stdout).width, _WIDEST))


def paragraph(label: str, text: str, indent: int, wide: int) -> None:
    """A text behind its label, folded to a width, all of its lines at one depth."""
    first, rest = f"{'':{indent}}{label}", " " * (indent + len(label))
    say(textwrap.fill(_plain(text), wide, initial_indent=first, subsequent_indent=rest))


def figures(counted: Mapping[str, int]) -> None:
    table(("", ""), ((name, number) for name, number in counted.items()))


def healed(count: int) -> None:
    """Say how many selectors were healed, if any, and where each is to be looked at."""
    if count:
        from clerkwork.core.healing import REVIEW

        many = "selectors were" if count > 1 else "selector was"
        say(f"{count} {many} healed: `{REVIEW}` shows what was used instead")


@contextmanager
def progress(*, elsewhere: bool = True) -> Iterator[Progress]:
    """A bar on a terminal; `elsewhere` a line whenever something else begins, or nothing."""
    if not sys.stderr.isatty():
        yield _lines() if elsewhere else lambda *_: None
        return
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=_console(sys.stderr), transient=True) as bar:
        row = bar.add_task("", total=None)

        def told(what: str, at: int, of: int | None) -> None:
            bar.update(row, description=escape(_plain(what)), completed=at, total=of)

        yield told


def _lines() -> Progress:
    last = ""

    def told(what: str, at: int, of: int | None) -> None:
        nonlocal last
        if what != last:
            last = what
            notice(what + (f" ({of})" if of else ""))

    return told


def _console(stream: TextIO) -> Console:
    from rich.console import Console

    return Console(file=stream, highlight=False)


def _write(stream: TextIO, text: str, label: str = "", *, raw: bool = False) -> None:
    encoding = stream.encoding or "utf-8"
    plain = (text if raw else _plain(text)).encode(encoding, "replace").decode(encoding)
    stream.write(f"{label} {plain}\n" if label else f"{plain}\n")
    stream.flush()


def _plain(text: str) -> str:
    return _STEERING.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
