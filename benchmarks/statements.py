"""Reading statements beside lxml and mt-940, and matching beside reading.

CAMT.053: entries that our reader reads for each CPU second, against lxml's iterparse that takes the
same fields out of the same file and nothing else, once with the raw entry, which is one of them,
and once without; both see the same lines, which is checked first.
MT940: our whole reading against mt-940 alone. They read in turn, and what counts is the middle one
of the ratios turn by turn: other work on the machine slows both of a turn. In full, a world of as
many open items as give a million bank lines is read from one CAMT.053 and matched by the engine as
it is, bulk and careful, each in a process of its own; and a CAMT.053 of 350 MB is read. The
million are no easy lines: they are of the first style of the benchmark of matching, where two in
three name what they pay in full and to the cent (a number, a list, a reference), and the others do
something else (parts, discounts, numbers mistyped or shortened, amounts alone, strangers, returns).
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl

from benchmarks._matching_make import make_world
from benchmarks._matching_run import run
from benchmarks._matching_style_ab import STYLES
from benchmarks._matching_tables import read_table
from benchmarks._statement_files import write_camt, write_mt940
from benchmarks._statement_rivals import fields_of, lxml_fields, mt940_entries
from benchmarks.frame import Figure, bench
from clerkwork.adapters.statements.reading import read_statements

QUICK, FULL, MILLION = 3_000, 60_000, 1_340_000
"""Open items of a world; it has about three bank lines for every four of them."""
SEED = 20261122
TURNS, QUICK_TURNS = 7, 3
MEGABYTES = 350

PEAK = """
import resource, sys
from pathlib import Path
from clerkwork.adapters.statements.reading import read_statements
lines = sum(1 for one in read_statements(Path(sys.argv[1])) for _ in one.lines)
print(lines, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
CPU = """
import sys, time
from pathlib import Path
from clerkwork.adapters.statements.reading import read_statements
began = time.process_time()
lines = sum(1 for one in read_statements(Path(sys.argv[1])) for _ in one.lines)
print(lines, time.process_time() - began)
"""


def measure(quick: bool) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="clerkwork-statements-") as name:
        folder, turns = Path(name), QUICK_TURNS if quick else TURNS
        lines = _lines(folder / "world", QUICK if quick else FULL)
        camt, without_raw, rate = _camt(folder, lines, turns)
        mt940 = _mt940(folder, lines, turns)
        peak = None if quick else _peak(folder, lines)
        share = None if quick else _share(folder)
    return [
        Figure(
            name="camt_vs_lxml",
            value=camt,
            unit="x",
            meaning="CAMT.053: ours to lxml's, the same fields",
        ),
        Figure(
            name="camt_vs_lxml_without_raw",
            value=without_raw,
            unit="x",
            meaning="CAMT.053: ours to lxml's without the raw entry, which ours keeps",
        ),
        Figure(
            name="camt_entries_cpu_second", value=rate, unit="entries", meaning="of ours, a second"
        ),
        Figure(name="mt940_vs_library", value=mt940, unit="x", meaning="MT940: ours to mt-940's"),
        Figure(
            name="matching_share_1m",
            value=share,
            unit="x",
            meaning="a million mixed lines: CPU of matching to that of reading",
        ),
        Figure(
            name="camt_350mb_peak_mb",
            value=peak,
            unit="MB",
            meaning=f"highest memory of reading {MEGABYTES} MB of CAMT.053",
        ),
    ]


def _lines(folder: Path, items: int) -> pl.DataFrame:
    make_world(folder, STYLES["a"], items, SEED)
    return read_table(folder, "lines")


def _camt(folder: Path, lines: pl.DataFrame, turns: int) -> tuple[float, float, float]:
    """Ours to lxml's with and without the raw entry, and our entries in a CPU second."""
    path = folder / "statement.xml"
    count = write_camt(path, lines)
    ours = [fields_of(line) for one in read_statements(path) for line in one.lines]
    if ours != lxml_fields(path, raw=False)[0] or len(ours) != count:
        raise SystemExit("the readers do not see the same lines: there is nothing to compare")
    del ours
    took = _in_turn(
        turns,
        lambda: read_statements(path),
        lambda: lxml_fields(path, raw=True),
        lambda: lxml_fields(path, raw=False),
    )
    rate = count / statistics.median(ours for ours, *_ in took)
    return _middle(took, 1), _middle(took, 2), rate


def _mt940(folder: Path, lines: pl.DataFrame, turns: int) -> float:
    path = folder / "statement.sta"
    count = write_mt940(path, lines)
    read = sum(len(one.lines) for one in read_statements(path))
    if (read, mt940_entries(path)) != (count, count):
        raise SystemExit("the readers do not see the same entries: there is nothing to compare")
    took = _in_turn(turns, lambda: read_statements(path), lambda: mt940_entries(path))
    return _middle(took, 1)


def _in_turn(turns: int, *works: Callable[[], object]) -> list[list[float]]:
    """CPU seconds of each, turn by turn."""
    return [[_cpu(work) for work in works] for _ in range(turns)]


def _middle(took: list[list[float]], other: int) -> float:
    """The median of another's CPU to ours, which comes first."""
    return statistics.median(turn[other] / turn[0] for turn in took)


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _peak(folder: Path, lines: pl.DataFrame) -> float:
    """Megabytes, of a file that repeats the lines with references of their own."""
    path = folder / "large.xml"
    write_camt(path, lines)
    times = MEGABYTES * 1_000_000 // path.stat().st_size + 1
    ids = [pl.format("{}-{}", pl.col("id"), pl.lit(turn)).alias("id") for turn in range(times)]
    write_camt(path, pl.concat([lines.with_columns(one) for one in ids]))
    return _told(PEAK, path)[1]


def _share(folder: Path) -> float:
    world, path = folder / "million", folder / "million.xml"
    lines = _lines(world, MILLION)
    write_camt(path, lines)
    reading = _told(CPU, path)[1]
    path.unlink()
    return run("clerkwork", world, folder / "answers.parquet").cpu / reading


def _told(script: str, path: Path) -> Sequence[float]:
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        cwd=Path(__file__).resolve().parents[1],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [float(word) for word in done.stdout.split()]


if __name__ == "__main__":
    sys.exit(bench(__doc__, measure))
