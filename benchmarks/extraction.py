"""Rows a second that a robot reads from a paged list, beside plain Playwright scripts.

One portal, a hundred rows of eight columns a page. A robot reads it in one run of a workspace,
wired as `clerkwork run` wires it: fingerprints, records and pictures on, count and total checked.
Beside it two bulk scripts: a page in one call, the same picture of each page, the same typed
values. 'bulk' clicks with the mouse as the robot does; 'scripted' has the page's own script click,
which is faster and what a robot must not do: it also presses what is covered. The best plain script
is nevertheless whichever was faster in its turn, most often 'scripted': `rows_vs_best` is beside
that one, `rows_vs_scripted` and `rows_vs_bulk` are beside each. A third script asks cell by cell;
none checks anything. Each in a process and a browser of its own, in turn, several times; a ratio is
the middle one of the turns'. Memory is that of a fresh process that reads all pages once and
keeps no row.

`--quick` is the same over fewer pages and turns. On a machine that is busy with other things,
seconds tell little: `cpu_vs_bulk` compares processor time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks._cpu import descendants
from benchmarks._extraction_clerk import settle
from benchmarks._extraction_memory import Sample, memory_of
from benchmarks._extraction_portal import PagedPortal, checksum, serving
from benchmarks.frame import Figure, bench
from clerkwork.demo.places import own_keys

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is read."""

    turns: int
    pages: int
    """Of a turn of the robot and of the bulk scripts."""
    cell_pages: int
    """Of a turn that asks cell by cell."""
    alone: int
    """Times that one loaded page is read in a turn."""
    long: int
    """Pages that are read while memory is looked at ..."""
    settled: int
    """... beside what it was at this one."""


FULL = Plan(turns=7, pages=40, cell_pages=5, alone=5, long=1_000, settled=100)
QUICK = Plan(turns=3, pages=10, cell_pages=2, alone=3, long=30, settled=9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """What reading some pages took."""

    rows: int
    seconds: float
    cpu: float
    """Processor seconds of the reader, its driver and its browser."""

    @property
    def rate(self) -> float:
        return self.rows / self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """All ways to read, one after the other."""

    clerk: Took
    bulk: Took
    scripted: Took
    """The bulk script, with clicks by the page's own script."""
    cells: Took
    clerk_page: Took
    """One page that is loaded already, with its picture and its step of the evidence ..."""
    bulk_page: Took
    cells_page: Took
    clerk_bare: Took
    """... and without."""
    bulk_bare: Took
    cells_bare: Took


Way = Callable[[Turn], Took]


@dataclass(frozen=True, slots=True, kw_only=True)
class Long:
    """One long reading, with the memory at some of its pages."""

    took: Took
    samples: Mapping[int, Sample]
    """By page; the last is of the end, when all was recorded."""
    settled: int

    def growth(self, kind: str) -> float:
        """The most from the last page on, over what it was when it had settled."""
        last = sorted(self.samples)[-2:]
        return max(self.samples[at].of(kind) for at in last) / self.samples[self.settled].of(kind)


class Reader:
    """A process that reads what it is told to, one command a line."""

    def __init__(self, command: Sequence[str], folder: Path, env: Mapping[str, str]) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=folder,
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        stdin, stdout = self._child.stdin, self._child.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("a reader was started without pipes")
        self._orders, self._answers = stdin, stdout
        self._name = " ".join(command[:2])
        self.pid = self._child.pid

    def read(self, portal: PagedPortal, what: str, pages: int) -> Took:
        """Raises `ValueError` where other rows were read than the portal has."""
        portal.pages = pages
        before = sum(descendants(self.pid).values())
        self._orders.write(f"{what}\n")
        self._orders.flush()
        line = self._answers.readline()
        if not line:
            raise RuntimeError(f"{self._name} ended before it had read {what}")
        told = json.loads(line)
        wanted = checksum(pages)
        if (told["rows"], told["open"], told["due"]) != (wanted.rows, wanted.open, wanted.due):
            raise ValueError(f"{self._name} read other rows than there are: {told}, {wanted}")
        browser = sum(descendants(self.pid).values()) - before
        return Took(rows=told["rows"], seconds=told["seconds"], cpu=told["cpu"] + browser)

    def end(self) -> None:
        """Let it end; raises `RuntimeError` if it failed."""
        self._orders.close()
        if self._child.wait(60) != 0:
            raise RuntimeError(f"{self._name} failed with {self._child.returncode}")

    def kill(self) -> None:
        self._child.kill()
        self._child.wait()


@contextmanager
def reading(command: Sequence[str], folder: Path, env: Mapping[str, str]) -> Iterator[Reader]:
    reader = Reader(command, folder, env)
    try:
        yield reader
        reader.end()
    finally:
        reader.kill()


@contextmanager
def a_clerk(folder: Path, portal: PagedPortal) -> Iterator[Reader]:
    """The robot, in a workspace of its own."""
    workspace = folder / "workspace"
    settle(workspace, portal.address)
    env = {**os.environ, **own_keys(folder)}
    with reading(["benchmarks._extraction_clerk", str(workspace)], workspace, env) as reader:
        yield reader


@contextmanager
def a_script(how: str, folder: Path, portal: PagedPortal) -> Iterator[Reader]:
    command = ["benchmarks._extraction_script", how, portal.address, str(folder / how)]
    with reading(command, ROOT, os.environ) as reader:
        yield reader


def measure(quick: bool) -> list[Figure]:
    plan = QUICK if quick else FULL
    with serving() as portal, tempfile.TemporaryDirectory(prefix="clerkwork-bench-") as made:
        turns = take_turns(plan, portal, Path(made) / "turns")
        long = read_long(plan, portal, Path(made) / "long")
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(by_turn(turns))
    console.print(by_page(long))
    return figures(turns, long)


def take_turns(plan: Plan, portal: PagedPortal, folder: Path) -> list[Turn]:
    folder.mkdir()
    with ExitStack() as stack:
        clerk = stack.enter_context(a_clerk(folder, portal))
        bulk, scripted, cells = (
            stack.enter_context(a_script(how, folder, portal))
            for how in ("bulk", "scripted", "cells")
        )
        for reader in (clerk, bulk, scripted):
            # The first pages are slower in every browser.
            reader.read(portal, "pages", 3)
        ways = (clerk, bulk, scripted)
        return [_turn(plan, portal, ways, cells, number) for number in range(plan.turns)]


def _turn(
    plan: Plan,
    portal: PagedPortal,
    ways: tuple[Reader, Reader, Reader],
    cells: Reader,
    number: int,
) -> Turn:
    clerk, bulk, scripted = ways

    def one(reader: Reader, what: str, times: int = 1) -> Took:
        read = [reader.read(portal, what, 1) for _ in range(times)]
        return sorted(read, key=lambda took: took.seconds)[times // 2]

    paged = {}
    # Who begins changes from turn to turn, so that a load that rises or falls is nobody's.
    for reader in ways if number % 2 else ways[::-1]:
        paged[reader] = reader.read(portal, "pages", plan.pages)
    return Turn(
        clerk=paged[clerk],
        bulk=paged[bulk],
        scripted=paged[scripted],
        cells=cells.read(portal, "pages", plan.cell_pages),
        clerk_page=one(clerk, "page", plan.alone),
        bulk_page=one(bulk, "page", plan.alone),
        cells_page=one(cells, "page"),
        clerk_bare=one(clerk, "bare", plan.alone),
        bulk_bare=one(bulk, "bare", plan.alone),
        cells_bare=one(cells, "bare"),
    )


def read_long(plan: Plan, portal: PagedPortal, folder: Path) -> Long:
    """All pages once, in a fresh process."""
    folder.mkdir()
    samples: dict[int, Sample] = {}
    with a_clerk(folder, portal) as clerk:

        def look(number: int) -> None:
            if number == plan.settled or number % (plan.long // 10) == 0:
                samples[number] = memory_of(clerk.pid)

        portal.asked = look
        took = clerk.read(portal, "sum", plan.long)
        samples[plan.long + 1] = memory_of(clerk.pid)
        portal.asked = lambda _: None
    return Long(took=took, samples=samples, settled=plan.settled)


def by_turn(turns: Sequence[Turn]) -> Table:
    drawn = Table(title="Rows a second with paging, and seconds for one loaded page")
    for heading in (
        "Robot",
        "Bulk",
        "Scripted",
        "Cells",
        "Robot, page",
        "Bulk, page",
        "Cells, page",
    ):
        drawn.add_column(heading, justify="right")
    for turn in turns:
        paged = (f"{took.rate:,.0f}" for took in (turn.clerk, turn.bulk, turn.scripted, turn.cells))
        alone = (turn.clerk_bare, turn.bulk_bare, turn.cells_bare)
        drawn.add_row(*paged, *(f"{took.seconds:.3f}" for took in alone))
    return drawn


def by_page(long: Long) -> Table:
    drawn = Table(title="Resident memory in MB, over one long reading")
    for heading in ("Page", "Robot's process", "Driver", "Browser"):
        drawn.add_column(heading, justify="right")
    for number, sample in sorted(long.samples.items()):
        name = "the end" if number == max(long.samples) else str(number)
        drawn.add_row(name, *(f"{sample.of(kind):.0f}" for kind in ("own", "driver", "browser")))
    return drawn


def figures(turns: Sequence[Turn], long: Long) -> list[Figure]:
    def middle(ratios: Iterator[float]) -> float:
        return median(ratios)

    def rate(way: Way) -> float:
        return median(way(turn).rate for turn in turns)

    def per_page(way: Way) -> float:
        return 1000 * median(way(turn).seconds for turn in turns)

    told = (
        (
            "rows_vs_best",
            middle(t.clerk.rate / max(t.bulk.rate, t.scripted.rate) for t in turns),
            "times",
            "Rows a second with paging, beside the faster of the two bulk scripts",
        ),
        (
            "rows_vs_bulk",
            middle(t.clerk.rate / t.bulk.rate for t in turns),
            "times",
            "... beside the bulk script that clicks with the mouse",
        ),
        (
            "rows_vs_scripted",
            middle(t.clerk.rate / t.scripted.rate for t in turns),
            "times",
            "... that lets the page's own script click",
        ),
        (
            "rows_vs_cells",
            middle(t.clerk_bare.rate / t.cells_bare.rate for t in turns),
            "times",
            "One loaded page, without pictures, beside asking cell by cell",
        ),
        (
            "rows_vs_cells_pictured",
            middle(t.clerk_page.rate / t.cells_page.rate for t in turns),
            "times",
            "... both with a picture, and with the record of its step",
        ),
        (
            "rows_vs_cells_paged",
            middle(t.clerk.rate / t.cells.rate for t in turns),
            "times",
            "With paging, beside asking cell by cell, of fewer pages",
        ),
        (
            "page_vs_bulk",
            middle(t.clerk_page.rate / t.bulk_page.rate for t in turns),
            "times",
            "One loaded page with its picture, beside the bulk script",
        ),
        (
            "cpu_vs_bulk",
            middle(t.clerk.cpu / t.clerk.rows / (t.bulk.cpu / t.bulk.rows) for t in turns),
            "times",
            "Processor time a row with paging, over the bulk script's",
        ),
        ("memory_growth", long.growth("own"), "times", "The robot's process over a long reading"),
        ("memory_growth_browser", long.growth("browser"), "times", "... its browser"),
        ("memory_growth_driver", long.growth("driver"), "times", "... Playwright's driver"),
        ("rows_per_s", rate(lambda t: t.clerk), "1/s", "Rows the robot reads, with paging"),
        ("bulk_rows_per_s", rate(lambda t: t.bulk), "1/s", "... the bulk script"),
        ("cells_rows_per_s", rate(lambda t: t.cells), "1/s", "... asking cell by cell"),
        ("page_ms", per_page(lambda t: t.clerk_bare), "ms", "One loaded page, read by the robot"),
        ("bulk_page_ms", per_page(lambda t: t.bulk_bare), "ms", "... the bulk script"),
        ("cells_page_ms", per_page(lambda t: t.cells_bare), "ms", "... asking cell by cell"),
        (
            "pictured_page_ms",
            per_page(lambda t: t.clerk_page),
            "ms",
            "... by the robot, with its picture",
        ),
        (
            "bulk_pictured_page_ms",
            per_page(lambda t: t.bulk_page),
            "ms",
            "... the bulk script, with its own",
        ),
        ("long_rows", long.took.rows, "rows", "Read while memory was looked at"),
        ("long_rows_per_s", long.took.rate, "1/s", "... a second"),
    )
    return [
        Figure(name=name, value=round(value, 3), unit=unit, meaning=meaning)
        for name, value, unit, meaning in told
    ]


if __name__ == "__main__":
    sys.exit(bench(__doc__, measure))
