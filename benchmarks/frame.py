"""The frame of every benchmark: a table for people, then one line of JSON; and the run of them all.

A benchmark is a script beside this one that calls `bench(__doc__, measure)`. Its figures are what
`measure` returns; its last line of output is one JSON object that holds them by name.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

__all__ = ["Figure", "bench", "main"]

QUICK_LIMIT = 60.0
"""Seconds within which `--quick` has to end."""
FULL_LIMIT = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number."""

    name: str
    """Its key in the JSON line: lower case, the unit at its end, e.g. 'round_seconds'."""
    value: float | None
    """None where this run did not measure it: null in the JSON line."""
    unit: str
    meaning: str
    """For people: what was measured, under what conditions."""


def bench(
    title: str,
    measure: Callable[[bool], Sequence[Figure]],
    arguments: Sequence[str] | None = None,
) -> int:
    """Run one benchmark from its command line; 0, or 1 if it found nothing to measure.

    `measure` is told whether to be quick: smaller input or fewer rounds, never another way.
    """
    headline = title.strip().splitlines()[0]
    parser = argparse.ArgumentParser(description=headline)
    parser.add_argument("--quick", action="store_true", help="end within a minute")
    options = parser.parse_args(arguments)
    began = time.perf_counter()
    figures = measure(options.quick)
    took = time.perf_counter() - began
    if not figures:
        print(f"{headline}: no figure was measured", file=sys.stderr)
        return 1
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(table(headline, figures, quick=options.quick, seconds=took))
    print(as_json(figures, quick=options.quick), flush=True)
    return 0


def table(headline: str, figures: Sequence[Figure], *, quick: bool, seconds: float) -> Table:
    cores = os.cpu_count() or 1
    caption = (
        f"{'quick' if quick else 'full'}, {seconds:.1f} s, {cores} cores, "
        f"Python {platform.python_version()}, {platform.system()}"
    )
    drawn = Table(title=headline, caption=caption, title_justify="left", caption_justify="left")
    drawn.add_column("What")
    drawn.add_column("Figure", justify="right")
    drawn.add_column("Unit")
    for figure in figures:
        shown = "not measured" if figure.value is None else f"{figure.value:,.4g}"
        drawn.add_row(figure.meaning, shown, figure.unit)
    return drawn


def as_json(figures: Sequence[Figure], *, quick: bool) -> str:
    """One line; raises `ValueError` where two figures have one name or one is no number."""
    values: dict[str, float | bool | None] = {figure.name: figure.value for figure in figures}
    if len(values) != len(figures):
        raise ValueError("two figures of this benchmark have the same name")
    return json.dumps({**values, "quick": quick}, allow_nan=False)


def scripts(folder: Path) -> tuple[Path, ...]:
    """Every benchmark of the folder, by name."""
    mine = {Path(__file__).name, "__init__.py"}
    return tuple(
        path
        for path in sorted(folder.glob("*.py"))
        if path.name not in mine and not path.name.startswith("_")
    )


def last_line(printed: str) -> Mapping[str, object]:
    """The figures of a benchmark's output; raises `ValueError` if its last line holds none."""
    lines = printed.strip().splitlines()
    try:
        figures = json.loads(lines[-1]) if lines else None
    except json.JSONDecodeError:
        figures = None
    if not isinstance(figures, dict):
        raise ValueError("the last line is not one JSON object of figures")
    return figures


def run_one(script: Path, *, quick: bool) -> str:
    """Run a benchmark in a process of its own, its table shown; what is wrong, or nothing."""
    command = [sys.executable, "-m", f"benchmarks.{script.stem}", *(["--quick"] if quick else [])]
    limit = QUICK_LIMIT if quick else FULL_LIMIT
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, text=True, timeout=limit, check=False
        )
    except subprocess.TimeoutExpired:
        return f"not done within {limit:.0f} seconds"
    print(done.stdout, end="", flush=True)
    if done.returncode != 0:
        return f"ended with exit status {done.returncode}"
    try:
        last_line(done.stdout)
    except ValueError as error:
        return str(error)
    return ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every benchmark; 1 if one of them failed."""
    parser = argparse.ArgumentParser(description="Run every benchmark.")
    parser.add_argument("--quick", action="store_true", help="each within a minute")
    options = parser.parse_args(arguments)
    failed = {}
    for script in scripts(Path(__file__).resolve().parent):
        if wrong := run_one(script, quick=options.quick):
            failed[script.name] = wrong
    for name, wrong in failed.items():
        print(f"benchmarks/{name}: {wrong}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
