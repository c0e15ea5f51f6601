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

_FOLDED = 12
"""Signs to which a table's column is folded at most, where the terminal is too narrow for it."""
_BETWEEN = 2
"""Signs between two columns."""

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

    Nor are the columns in `right`, by their number from 0, which hold figures. The others are
    folded; where they are narrow already, lines are longer than the terminal, and nothing is cut.
    """
    from rich.cells import cell_len
    from rich.markup import escape
    from rich.table import Table

    shown = Table(title=title or None, title_justify="left", box=None, pad_edge=False)
    names = [*headings]
    cells = [[_plain(str(cell)) for cell in row] for row in rows]
    least = _BETWEEN * (len(names) - 1)
    for number, name in enumerate(names):
        whole = number == 0 or number in right
        shown.add_column(
            name,
            overflow="fold",
            no_wrap=whole,
            justify="right" if number in right else "left",
        )
        said = [name, *(row[number] for row in cells if number < len(row))]
        longest = max(cell_len(line) for text in said for line in text.split("\n"))
        least += longest if whole else min(longest, _FOLDED)
    for row in cells:
        shown.add_row(*map(escape, row))
    console = _console(sys.stdout)
    # What has no room is cut by Rich, columns and ends of figures alike, and nothing tells it.
    console.width = max(console.width, least)
    console.print(shown)


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
