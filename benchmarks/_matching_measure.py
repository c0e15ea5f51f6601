"""What is measured of matching: every matcher over made worlds, each in a process of its own."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks._matching_make import make_world
from benchmarks._matching_run import Ran, ended, run, start
from benchmarks._matching_score import Score, by_case, outcomes, score
from benchmarks._matching_style_ab import STYLES
from benchmarks._matching_unseen import UNSEEN
from benchmarks.frame import Figure

__all__ = ["case_table", "measure"]

SMALL, MIDDLE, LARGE = 10_000, 100_000, 1_000_000
SEED = 20261121
TURNS = 3
"""In full, at the middle size, ours and the rules in turn; the middle one counts."""
ENOUGH = 45.0
"""Seconds after which a quick run waits for no peer any longer."""
BUSY = 2.5
"""Seconds for a small world beyond which a quick run does not try the middle size."""
OURS = "clerkwork"
NAMES = {
    OURS: "Clerkwork",
    "merge": "plain pandas merge",
    "rules": "indexed rules (Odoo, OCA)",
    "splink": "splink 5",
}


@dataclass(slots=True)
class Measured:
    """Runs and scores by style, size and matcher."""

    folder: Path
    worlds: dict[tuple[str, int], Path] = field(default_factory=dict)
    runs: dict[tuple[str, int, str], list[Ran]] = field(default_factory=dict)
    scores: dict[tuple[str, int, str], Score] = field(default_factory=dict)

    def world(self, style: str, size: int) -> Path:
        """Made once a run."""
        if (style, size) not in self.worlds:
            folder = self.folder / f"{style}-{size}"
            make_world(folder, {**STYLES, "unseen": UNSEEN}[style], size, SEED)
            self.worlds[style, size] = folder
        return self.worlds[style, size]

    def answers(self, style: str, size: int, matcher: str) -> Path:
        return self.folder / f"{style}-{size}-{matcher}.parquet"

    def run(self, style: str, size: int, matchers: Iterable[str]) -> None:
        for matcher in matchers:
            answers = self.answers(style, size, matcher)
            self.keep(style, size, matcher, run(matcher, self.world(style, size), answers))

    def keep(self, style: str, size: int, matcher: str, ran: Ran) -> None:
        key = (style, size, matcher)
        self.runs.setdefault(key, []).append(ran)
        self.scores[key] = score(self.world(style, size), ran.answers)

    def cpu(self, size: int, matcher: str) -> float | None:
        """The middle one, on the unseen style."""
        runs = self.runs.get(("unseen", size, matcher))
        return statistics.median(ran.cpu for ran in runs) if runs else None

    def beside_largest(self) -> float | None:
        """Ours at the middle size, of the two runs around the one at the largest."""
        runs = self.runs.get(("unseen", MIDDLE, OURS), [])[-2:]
        return statistics.mean(ran.cpu for ran in runs) if runs else None


def measure(quick: bool) -> list[Figure]:
    """In full: every style and size. Quick: the unseen style, one turn.

    What a quick run has no time for is None: splink, or on a busy machine all that is told of 100k.
    """
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="clerkwork-bench-") as made:
        measured = Measured(Path(made))
        if quick:
            _quick(measured, began)
        else:
            _full(measured)
        console = Console(width=None if sys.stdout.isatty() else 120)
        console.print(_table(measured))
        largest = max(size for style, size, _ in measured.runs if style == "unseen")
        world, answers = (
            measured.world("unseen", largest),
            measured.answers("unseen", largest, OURS),
        )
        console.print(case_table(f"Clerkwork, unseen style, {largest:,} items", world, answers))
        for row in outcomes(world, answers).iter_rows(named=True):
            console.print(
                f"not to be settled, but {row['outcome']}: {row['the_same']} of {row['lines']} "
                f"found so, {row['review']} in review, {row['settled']} settled"
            )
        return _figures(measured)


def _quick(measured: Measured, began: float) -> None:
    """One turn at the middle size; at the small one where the machine is too busy for it."""

    def left() -> float:
        return ENOUGH - (time.perf_counter() - began)

    measured.world("unseen", SMALL)
    size = MIDDLE if left() > ENOUGH - BUSY else SMALL
    measured.run("unseen", size, (OURS, "rules"))
    for matcher in ("merge", "splink"):
        answers = measured.answers("unseen", size, matcher)
        ran = ended(start(matcher, measured.world("unseen", size), answers), answers, left())
        if ran is None:
            return
        measured.keep("unseen", size, matcher, ran)


def _full(measured: Measured) -> None:
    for style in (*STYLES, "unseen"):
        measured.run(style, SMALL, NAMES)
    for style in STYLES:
        measured.run(style, MIDDLE, (OURS, "rules"))
    for _ in range(TURNS):
        measured.run("unseen", MIDDLE, (OURS, "rules"))
    measured.run("unseen", MIDDLE, ("merge", "splink"))
    # What is set beside the largest runs next to it, when the machine is as busy.
    for size in (MIDDLE, LARGE, MIDDLE):
        measured.run("unseen", size, (OURS,))
    measured.run("unseen", LARGE, ("rules", "merge"))


def _table(measured: Measured) -> Table:
    drawn = Table(title="Matchers on labelled lines", title_justify="left")
    for heading in ("Style", "Items", "Matcher"):
        drawn.add_column(heading)
    for heading in ("Lines", "Precision", "Recall", "CPU, s", "Seconds", "Memory, MB"):
        drawn.add_column(heading, justify="right")
    for (style, size, matcher), runs in measured.runs.items():
        found = measured.scores[style, size, matcher]
        middle = sorted(runs, key=lambda ran: ran.cpu)[len(runs) // 2]
        drawn.add_row(
            style,
            f"{size:,}",
            NAMES[matcher],
            f"{found.lines:,}",
            f"{found.precision:.5f}",
            f"{found.recall:.4f}",
            f"{middle.cpu:.2f}",
            f"{middle.seconds:.2f}",
            f"{middle.peak_mb:.0f}",
        )
    return drawn


def case_table(title: str, folder: Path, answers: Path) -> Table:
    """Counts by case, without examples."""
    drawn = Table(title=title, title_justify="left")
    for heading in ("Case", "Lines", "Decidable", "Found", "Wrong"):
        drawn.add_column(heading, justify="left" if heading == "Case" else "right")
    for counts in by_case(folder, answers).iter_rows():
        drawn.add_row(*map(str, counts))
    return drawn


def _figures(measured: Measured) -> list[Figure]:
    unseen = [
        found
        for (style, _, matcher), found in measured.scores.items()
        if style == "unseen" and matcher == OURS
    ]
    settled, right = sum(one.settled for one in unseen), sum(one.right for one in unseen)
    stated = sum(one.stated for one in unseen)
    ours = measured.cpu(MIDDLE, OURS)
    rules, splink = measured.cpu(MIDDLE, "rules"), measured.cpu(MIDDLE, "splink")
    largest = measured.runs.get(("unseen", LARGE, OURS))
    middle = measured.scores.get(("unseen", MIDDLE, OURS))
    told: Mapping[str, tuple[float | None, str, str]] = {
        "precision_unseen": (
            right / settled if settled else None,
            "",
            "Settled lines that are right, unseen style",
        ),
        "recall_unseen": (
            right / sum(one.decidable for one in unseen),
            "",
            "Decidable lines that are found",
        ),
        "right_at_099": (
            sum(one.stated_right for one in unseen) / stated if stated else None,
            "",
            "Right of those settled with a confidence of 0.99 or more",
        ),
        "cpu_vs_rules_100k": (
            _ratio(ours, rules),
            "times",
            "CPU beside the indexed rules', 100k items",
        ),
        "cpu_vs_splink_100k": (
            _ratio(splink, ours),
            "times",
            "Splink's CPU beside ours, 100k items",
        ),
        "growth_100k_1m": (
            _ratio(measured.cpu(LARGE, OURS), measured.beside_largest()),
            "times",
            "CPU of 1M items beside that of 100k right before and after",
        ),
        "peak_mb_1m": (
            max(ran.peak_mb for ran in largest) if largest else None,
            "MB",
            "Highest memory at 1M items, reading the tables included",
        ),
        "cpu_a_line_us": (
            ours / middle.lines * 1e6 if ours and middle else None,
            "microseconds",
            "CPU a line, 100k items",
        ),
    }
    return [
        Figure(
            name=name, value=None if value is None else round(value, 6), unit=unit, meaning=meaning
        )
        for name, (value, unit, meaning) in told.items()
    ]


def _ratio(over: float | None, under: float | None) -> float | None:
    return over / under if over is not None and under else None
