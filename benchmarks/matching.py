"""Matching beside a plain merge, an indexed matcher rule by rule, and splink, on labelled data.

Worlds of debtors, open items and bank lines are made whose truth is known before anybody matches:
four styles of numbering and wording for tuning, and one that nobody looks at. `--make DIR` writes
one of the visible ones, `--data DIR` scores a matcher on a folder of tables, made here or not
(docs/labelled-data.md).

CPU seconds are those of all threads, from tables in memory to answers in memory: reading and
writing files, and importing libraries, count for nobody. A guess settled on a line that is not
decidable counts as wrong, even if it is lucky.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from benchmarks._matching_make import make_world
from benchmarks._matching_measure import case_table, measure
from benchmarks._matching_run import MATCHERS, run
from benchmarks._matching_score import misses, outcomes, score
from benchmarks._matching_style_ab import STYLES
from benchmarks.frame import bench


def main(arguments: list[str]) -> int:
    headline = (__doc__ or "").splitlines()[0]
    parser = argparse.ArgumentParser(description=headline)
    parser.add_argument("--quick", action="store_true", help="end within a minute")
    parser.add_argument("--make", type=Path, metavar="DIR", help="only write labelled data there")
    parser.add_argument("--data", type=Path, metavar="DIR", help="score a matcher on this data")
    parser.add_argument("--show-misses", action="store_true", help="with --data: what went wrong")
    parser.add_argument("--matcher", choices=sorted(MATCHERS), default="clerkwork")
    parser.add_argument("--style", choices=sorted(STYLES), default="a", help="with --make")
    parser.add_argument("--items", type=int, default=10_000, help="with --make")
    parser.add_argument("--seed", type=int, default=1, help="with --make")
    options = parser.parse_args(arguments)
    if options.make:
        lines = make_world(options.make, STYLES[options.style], options.items, options.seed)
        print(f"{options.items} items and {lines} lines of style {options.style}: {options.make}")
        return 0
    if options.data:
        return judge(options.data, options.matcher, show=options.show_misses)
    return bench(__doc__ or "", measure, ["--quick"] if options.quick else [])


def judge(folder: Path, matcher: str, *, show: bool) -> int:
    """Score one matcher on one folder of labelled data; 1 if the folder cannot be read."""
    console = Console(width=None if sys.stdout.isatty() else 120)
    with tempfile.TemporaryDirectory(prefix="clerkwork-bench-") as made:
        answers = Path(made) / "answers.parquet"
        try:
            ran = run(matcher, folder, answers)
            found = score(folder, answers)
        except (RuntimeError, ValueError) as error:
            print(str(error).strip().splitlines()[-1], file=sys.stderr)
            return 1
        console.print(case_table(f"{matcher} on {folder.name}", folder, answers))
        for row in outcomes(folder, answers).iter_rows(named=True):
            console.print(row)
        if show:
            print("\n".join(misses(folder, answers)))
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
