"""An office to try a robot in: nothing enters the books, and the browser may be shown."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from clerkwork.app.office import Office
from clerkwork.app.probe import (
    call,
    check_verb,
    example,
    filling_verbs,
    known_words,
    reading_verbs,
    unreached,
    visit,
)
from clerkwork.app.robot import Robot
from clerkwork.bootstrap.office import clock_of, open_office, pictures_of
from clerkwork.errors import (
    ApplicationError,
    BusinessError,
    ClerkworkError,
    ConfigError,
    ProgramMissing,
)
from clerkwork.ports import Browser, Progress
from clerkwork.workspace import Workspace

if TYPE_CHECKING:
    from clerkwork.adapters.browser.watching import Finding

__all__ = ["Checked", "check_portal", "has_display", "open_bench", "robot_of"]

_MOST_PATIENT = 5.0
"""Minutes that a person who is there has to see to what a sign-in asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How the selectors of a portal stand, as a walk through it found them."""

    findings: tuple[Finding, ...]
    verbs: Mapping[str, str]
    """Each verb that was done, with 'ok' or what it failed with."""
    pictures: tuple[Path, ...]
    skipped: tuple[str, ...]
    """Verbs that read and were not called, with arguments as an example."""
    typing: tuple[str, ...]
    """Verbs that type an entry, which a check never calls."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing is lost or ambiguous, and no verb failed."""
        broken = any(each.status in ("ambiguous", "lost") for each in self.findings)
        return not broken and all(outcome == "ok" for outcome in self.verbs.values())


def has_display() -> bool:
    """Whether a window could be seen on this machine."""
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def robot_of(place: Workspace, name: str) -> type[Robot]:
    """A robot of the workspace; raises `ConfigError` with the nearest one if there is none."""
    if name not in place.robots:
        close = get_close_matches(name, place.robots, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ConfigError(f"there is no robot {name!r}.{hint} `clerkwork list` shows them all")
    if name not in place.config.portals:
        raise ConfigError(
            f"config/portals.toml has no table [{name}]: add it with the portal's address"
        )
    return place.robots[name]


@contextmanager
def open_bench(
    place: Workspace,
    *,
    shown: bool = False,
    through: Callable[[Browser], Browser] = lambda browser: browser,
) -> Iterator[Office]:
    """An office on a copy of the store; its browser in a window with `shown`.

    `through` makes of the browser what robots get instead. Raises what `open_office` raises.
    """
    with open_office(place, dry=True, want="look") as (_, office):
        opened: list[Browser] = []

        def browser() -> Browser:
            if not opened:
                opened.append(through(_shown(place) if shown else office.browser()))
            return opened[0]

        portals = {
            name: replace(each, answer_within=min(each.answer_within, _MOST_PATIENT))
            for name, each in office.portals.items()
        }
        try:
            yield replace(office, browser=browser, portals=portals)
        finally:
            if shown and opened:
                opened[0].close()


def check_portal(
    place: Workspace, name: str, methods: Sequence[str] = (), *, progress: Progress
) -> Checked:
    """Walk through a portal by what its robot reads, and look how each selector stands.

    `methods` are verbs with their arguments behind them; else all that read and need none, or
    only what the books know.
    Pictures with what was found go to output/selectors/checks. Raises `ConfigError` where
    robot or verb are none, and `SetupError` where nothing can be started.
    """
    from clerkwork.adapters.browser.proposals import write_whole
    from clerkwork.adapters.browser.watching import Watch, WatchingBrowser

    robot = robot_of(place, name)
    wanted = [shlex.split(each) or [""] for each in methods]
    for verb, *_ in wanted:
        check_verb(robot, verb)
    watch = Watch(place.selectors[name])
    outcomes: dict[str, str] = {}
    with open_bench(place, through=lambda browser: WatchingBrowser(browser, watch)) as office:
        verbs = wanted or _all_known(office, robot)
        left = unreached(robot, [verb for verb, *_ in verbs])
        skipped = tuple(example(office, robot, verb) for verb in left)
        calls = [(" ".join(each), call(office, robot, each[0], each[1:])) for each in verbs]

        def walk(opened: Robot) -> None:
            outcomes["sign_in"] = "ok"
            for told, act in calls:
                try:
                    act(opened)
                    outcomes[told] = "ok"
                except ClerkworkError as error:
                    outcomes[told] = str(error)

        try:
            visit(office, robot, f"check_{name}", walk, progress=progress)
        except (ApplicationError, BusinessError) as error:
            outcomes.setdefault("sign_in", str(error))
    folder = place.output / "selectors" / "checks" / name
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.jpg"):
        old.unlink()
    for section, image in watch.pictures.items():
        write_whole(folder / f"{section}.jpg", image)
    return Checked(
        findings=watch.all(),
        verbs=outcomes,
        pictures=tuple(folder / f"{section}.jpg" for section in watch.pictures),
        skipped=skipped,
        typing=filling_verbs(robot),
    )


def _all_known(office: Office, robot: type[Robot]) -> list[list[str]]:
    """The verbs that read, with their arguments, as far as those are known."""
    free = [[verb] for verb in reading_verbs(robot)]
    told = [
        (verb, known_words(office, robot, verb)) for verb in unreached(robot, reading_verbs(robot))
    ]
    return [*free, *([verb, *words] for verb, words in told if words is not None)]


def _shown(place: Workspace) -> Browser:
    from clerkwork.adapters.browser import missing_browser_message, open_browser
    from clerkwork.adapters.browser.program import find_browser

    executable = find_browser(shown=True)
    if executable is None:
        raise ProgramMissing(missing_browser_message())
    return open_browser(
        selectors=place.selectors,
        clock=clock_of(place),
        downloads=place.output / "downloads",
        executable=executable,
        headless=False,
        memory=place.output / "selectors",
        pictures=pictures_of(place),
        authorities=_authorities(place),
    )


def _authorities(place: Workspace) -> list[Path]:
    return [place.root / p.authority for p in place.config.portals.values() if p.authority]
