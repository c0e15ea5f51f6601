"""The evidence benchmark compares like with like, and counts all that a step's evidence costs."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from back_desk import Trail

from benchmarks.evidence import _FIELDS, Ours, _office, _ours, _shots
from clerkwork.adapters.browser.screen import PortalScreen
from clerkwork.adapters.browser.window import QUALITY
from clerkwork.app.run import Run
from clerkwork.testing import FakeScreen

SIGNING = 0.02
"""Seconds of the processor."""


@dataclass
class Slow(Trail):
    """Signing takes it its time."""

    def anchor(self, why: str) -> None:
        until = time.process_time() + SIGNING
        while time.process_time() < until:
            pass
        super().anchor(why)


def test_a_step_is_one_of_a_run_and_its_anchors_are_counted() -> None:
    trail, spent = Slow(run="speed", task="benchmark"), Ours()
    run = Run(_office(), id="speed", trail=trail, progress=lambda *_: None)
    screen = FakeScreen(shown=dict.fromkeys((f"form.{name}" for name in _FIELDS), ""))
    assert _ours(run, cast(PortalScreen, screen), 8, spent) > 0
    assert len(trail.steps) == len(spent.processor) == len(spent.flush) == 8
    assert all(step.pictures for step in trail.steps)
    assert len(trail.anchors) == 2
    assert sum(spent.processor) >= 2 * SIGNING * 1000


def test_playwright_takes_its_picture_as_it_does_by_itself_and_as_ours_is_taken(
    tmp_path: Path,
) -> None:
    asked: list[dict[str, Any]] = []
    field = SimpleNamespace(fill=lambda text: None)
    page = SimpleNamespace(
        locator=lambda css: css,
        get_by_label=lambda name: field,
        screenshot=lambda **options: asked.append(options),
    )
    _shots(cast(Any, page), tmp_path, 1)
    _shots(cast(Any, page), tmp_path, 1, type="jpeg", quality=QUALITY)
    by_itself, as_ours = asked
    assert "type" not in by_itself
    assert (as_ours["type"], as_ours["quality"]) == ("jpeg", QUALITY)
    assert by_itself["mask"] == as_ours["mask"] == ["input[type=password]", "td.account"]
