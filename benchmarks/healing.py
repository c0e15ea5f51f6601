"""Selectors on changed pages: what is found again, what is asked about, and what is wrong."""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from benchmarks._healing_mutations import KINDS, Mutation, mutations
from benchmarks._healing_run import Look, Trial, _Clock, serving
from benchmarks._healing_scenes import Scene, capture
from benchmarks.frame import Figure, bench
from clerkwork.adapters.browser import find_browser, open_browser
from clerkwork.core.finders import PortalSelectors
from clerkwork.core.portals import Portal
from clerkwork.core.selectors import parse_selectors

_ROOT = Path(__file__).resolve().parents[1]
_UNCHANGED = "unchanged"

Found = list[tuple[Mutation | None, Look]]


def measure(quick: bool) -> Sequence[Figure]:
    return figures(run(quick=quick))


def run(*, quick: bool, only: frozenset[str] = frozenset(), half: str = "") -> Found:
    """Every look-up on every changed page; `only` some kinds, or one half."""
    selectors = {name: _selectors(name) for name in ("kantoor_erp", "polder_bank")}
    first, second = capture(selectors)
    plans: list[Mutation | None] = [None, *mutations(quick=quick)]
    plans = [one for one in plans if one is None or _is_asked(one, only, half)]
    found: Found = []
    with TemporaryDirectory(prefix="healing-") as folder, serving() as server:
        browser = open_browser(
            selectors=selectors,
            clock=_Clock(),
            downloads=Path(folder) / "downloads",
            executable=find_browser(),
        )
        try:
            for name in selectors:
                server.show(next(scene for scene in second if scene.portal == name))
                portal = Portal(name=name, address=server.address)
                screen = browser.open(portal)
                trial = Trial(server, screen, name, Path(folder) / "memory")
                found += _tried(trial, _of(name, first), _of(name, second), plans, quick=quick)
                screen.close()
        finally:
            browser.close()
    return found


def _of(portal: str, scenes: Sequence[Scene]) -> list[Scene]:
    return [scene for scene in scenes if scene.portal == portal]


def _tried(
    trial: Trial,
    first: Sequence[Scene],
    second: Sequence[Scene],
    plans: Sequence[Mutation | None],
    *,
    quick: bool,
) -> Iterator[tuple[Mutation | None, Look]]:
    for scene in first:
        trial.learn(scene)
    for number, plan in enumerate(plans):
        # In a hurry each change is made to every other page.
        for scene in second[number % 2 :: 2] if quick else second:
            for look in trial.run(scene, plan):
                yield plan, look


def _is_asked(mutation: Mutation, only: frozenset[str], half: str) -> bool:
    return (not only or mutation.kind in only) and (not half or mutation.half == half)


def _selectors(name: str) -> PortalSelectors:
    path = _ROOT / "selectors" / f"{name}.toml"
    return parse_selectors(tomllib.loads(path.read_text(encoding="utf-8")), path.name)


def figures(found: Found) -> tuple[Figure, ...]:
    """Right answers among all that still are there, and the errors, whole and by half."""
    told = _drawn(found)
    Console(width=None if sys.stdout.isatty() else 120).print(told)
    changed = [(one, look) for one, look in found if one is not None]
    halves = {"": changed}
    for half in ("tuning", "unseen"):
        halves[f"_{half}"] = [(one, look) for one, look in changed if one.half == half]
    return tuple(figure for suffix, part in halves.items() for figure in _figures(part, suffix))


def _figures(part: Sequence[tuple[Mutation, Look]], suffix: str) -> Iterator[Figure]:
    about = {"": "all", "_tuning": "seeds tuned on", "_unseen": "seeds never tuned on"}[suffix]
    count = Counter(look.outcome for _, look in part)
    reading = [look for _, look in part if not look.writes]
    writing = [look for _, look in part if look.writes]
    gone = count["rightly gone"] + count["invented"]
    there = max(1, len(part) - gone)
    good = sum(1 for _, look in part if _is_right(look))
    wrong_read = sum(1 for look in reading if look.outcome == "wrong")
    wrong_write = sum(1 for look in writing if look.outcome == "wrong")
    yield Figure(name=f"look_ups{suffix}", value=len(part), unit="", meaning=f"look-ups, {about}")
    yield Figure(
        name=f"right{suffix}",
        value=good / there,
        unit="",
        meaning="used, or in writing rightly stopped with it proposed, of what is there",
    )
    yield Figure(
        name=f"wrong_on_read{suffix}",
        value=wrong_read / max(1, len(reading)),
        unit="",
        meaning="another thing was read",
    )
    yield Figure(
        name=f"wrong_on_write{suffix}", value=wrong_write, unit="", meaning="written elsewhere"
    )
    yield Figure(
        name=f"invented{suffix}", value=count["invented"], unit="", meaning="found, but is gone"
    )


def _is_right(look: Look) -> bool:
    return look.outcome == "right" or (look.writes and look.outcome == "proposed")


def _drawn(found: Found) -> Table:
    drawn = Table(title="Look-ups by kind of change")
    for heading in ("Change", "Look-ups", "Found", "Proposed", "Stopped", "Needless", "Gone"):
        drawn.add_column(heading, justify="left" if heading == "Change" else "right")
    for heading in ("Wrong reading", "Wrong writing", "Invented"):
        drawn.add_column(heading, justify="right")
    for kind in (_UNCHANGED, *KINDS):
        looks = [look for one, look in found if (one.kind if one else _UNCHANGED) == kind]
        if looks:
            drawn.add_row(kind, *map(str, _row(looks)))
    return drawn


def _row(looks: Sequence[Look]) -> tuple[int, ...]:
    count: Mapping[str, int] = Counter(look.outcome for look in looks)
    wrong = Counter(look.writes for look in looks if look.outcome == "wrong")
    return (
        len(looks),
        count["right"],
        count["proposed"],
        count["stopped"],
        count["needless"],
        count["rightly gone"],
        wrong[False],
        wrong[True],
        count["invented"],
    )


if __name__ == "__main__":
    sys.exit(bench(__doc__, measure))
