"""Every benchmark prints a table for people and, last, one JSON object of figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.frame import Figure, as_json, bench, last_line, scripts

ROOT = Path(__file__).resolve().parents[2]


def figures(quick: bool) -> list[Figure]:
    lines = 10 if quick else 1000
    return [Figure(name="lines", value=lines, unit="lines", meaning="Bank lines read")]


def test_the_table_comes_first_and_the_figures_last(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench("Reading statements.\n\nMore words.", figures, ["--quick"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("Reading statements.")
    assert "Bank lines read" in printed
    assert last_line(printed) == {"lines": 10, "quick": True}


def test_a_benchmark_that_measured_nothing_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench("Nothing.", lambda quick: [], []) == 1
    assert "no figure was measured" in capsys.readouterr().err


def test_two_figures_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="same name"):
        as_json([*figures(True), *figures(False)], quick=True)


def test_a_figure_that_is_no_number_is_refused() -> None:
    broken = Figure(name="ratio", value=float("nan"), unit="x", meaning="Ratio")
    with pytest.raises(ValueError, match="not JSON compliant"):
        as_json([broken], quick=True)


def test_a_figure_that_this_run_leaves_out_is_null() -> None:
    left_out = Figure(name="growth", value=None, unit="times", meaning="Ten times the lines")
    assert json.loads(as_json([left_out], quick=True)) == {"growth": None, "quick": True}
    assert bench("Growth.", lambda quick: [left_out], []) == 0


@pytest.mark.parametrize("printed", ["", "a table\n", 'a table\n["lines", 10]\n'])
def test_output_without_figures_is_refused(printed: str) -> None:
    with pytest.raises(ValueError, match="last line"):
        last_line(printed)


def test_the_frame_is_no_benchmark_itself(tmp_path: Path) -> None:
    for name in ("__init__.py", "frame.py", "round.py", "_shared.py"):
        (tmp_path / name).write_text("")
    assert [path.name for path in scripts(tmp_path)] == ["round.py"]


def test_figures_are_one_line() -> None:
    assert json.loads(as_json(figures(True), quick=True))["lines"] == 10
    assert "\n" not in as_json(figures(True), quick=True)
