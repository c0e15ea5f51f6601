"""Matching beside a plain merge, an indexed matcher rule by rule, and splink, on labelled data."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks._matching_make import make_world
from benchmarks._matching_run import run
from benchmarks._matching_score import by_case, misses, outcomes, score
from benchmarks._matching_style_ab import STYLES
from benchmarks.frame import Figure, bench


def measure(quick: bool) -> list[Figure]:
    return []


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="end within a minute")
    parser.add_argument("--make", type=Path, metavar="DIR", help="only write labelled data there")
    parser.add_argument("--data", type=Path, metavar="DIR", help="score Clerkwork on this data")
    parser.add_argument("--show-misses", action="store_true", help="with --data: what went wrong")
    parser.add_argument("--matcher", default="clerkwork", help="with --data: another one")
    parser.add_argument("--style", choices=sorted(STYLES), default="a")
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    if options.make:
        lines = make_world(options.make, STYLES[options.style], options.items, options.seed)
        print(f"{options.items} items and {lines} lines of style {options.style}: {options.make}")
        return 0
    if options.data:
        return judge(options.data, options.matcher, show=options.show_misses)
    return bench(__doc__ or "", measure, ["--quick"] if options.quick else [])


def judge(folder: Path, matcher: str, *, show: bool) -> int:
    """Score one matcher on one folder of labelled data."""
    console = Console(width=None if sys.stdout.isatty() else 120)
    with tempfile.TemporaryDirectory(prefix="clerkwork-bench-") as made:
        ran = run(matcher, folder, Path(made) / "answers.parquet")
        found = score(folder, ran.answers)
        table = Table(title=f"{matcher} on {folder.name}", title_justify="left")
        for heading in ("Case", "Lines", "Decidable", "Found", "Wrong"):
            table.add_column(heading, justify="left" if heading == "Case" else "right")
        for counts in by_case(folder, ran.answers).iter_rows():
            table.add_row(*map(str, counts))
        console.print(table)
        for row in outcomes(folder, ran.answers).iter_rows(named=True):
            console.print(row)
        if show:
            print("\n".join(misses(folder, ran.answers)))
    print(
        f"precision {found.precision:.5f}  recall {found.recall:.4f}  "
        f"right at 0.99: {found.right_at_099:.4f} of {found.stated}  "
        f"({found.right} right, {found.settled} settled, {found.decidable} decidable)\n"
        f"CPU {ran.cpu:.2f} s, {ran.cpu / max(1, found.lines) * 1e6:.0f} microseconds a line, "
        f"peak {ran.peak_mb:.0f} MB"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
