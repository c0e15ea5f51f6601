"""Arrive: see a sign-in through to its end, past questions, pictures and pages nobody foresaw."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from clerkwork.core.signing import answer_name
from clerkwork.errors import (
    ApplicationError,
    ConfigError,
    PageTimeout,
    PersonNeeded,
    SelectorLost,
    SignInRefused,
)

if TYPE_CHECKING:
    from clerkwork.app.robot import Robot

__all__ = ["Nobody", "Person", "arrive", "shows_inside"]

_INSIDE = "login.inside"
_REFUSED = "login.refused"
_CAPTCHA = "login.captcha"
_QUESTION = "login.question"
_STEPS = 5
"""Questions and pictures in one sign-in; a portal that asks on and on is a person's."""


class Person(Protocol):
    """Whom a robot can ask while it waits."""

    def read(self, what: str) -> str:
        """What a person reads off the page; raises `PersonNeeded`."""

    def see_to(self, trouble: ApplicationError, arrived: Callable[[], bool]) -> None:
        """Return once the page has come or a person says so; raises `trouble`, `PersonNeeded`."""


class Nobody:
    """Nobody is there: a robot by itself, as in its own test."""

    def read(self, what: str) -> str:
        raise PersonNeeded(f"a person is needed to tell {what}, and nobody can be asked")

    def see_to(self, trouble: ApplicationError, arrived: Callable[[], bool]) -> None:
        raise trouble


def arrive(robot: Robot, pages: tuple[str, ...], shown: str) -> str:
    """Which of the pages came; see `Robot.arrive`."""
    screen = robot.screen
    between = tuple(name for name in (_REFUSED, _CAPTCHA, _QUESTION) if screen.knows(name))
    for _ in range(_STEPS):
        # What stands in the way comes first: a page may show both.
        found = _found(robot, (*between, *pages))
        if found in pages:
            return found
        if found == _REFUSED:
            raise SignInRefused(
                f"{robot.name} says {screen.text(_REFUSED)[:200]!r}. Set the right one with "
                f"`clerkwork vault set {robot.name}.{shown}`; it is not tried again, lest the "
                f"login be locked"
            )
        if found == _CAPTCHA:
            _type(robot, _CAPTCHA, robot.person.read("what stands in the picture"))
        else:
            question = screen.text(_QUESTION)
            _answer(robot, question)
    raise PersonNeeded(
        f"{robot.name} asked {_STEPS} times in a row while signing in, and does not come to an "
        f"end. Sign in by hand once, and see what it wants; then run the task again"
    )


def shows_inside(robot: Robot) -> bool:
    """Whether `login.inside` is on the page; raises `ConfigError` if that is not declared."""
    if not robot.screen.knows(_INSIDE):
        raise ConfigError(
            f"selectors/{robot.name}.toml, section [login]: 'inside' is missing, which shows that "
            f"a kept session still stands. Add it, give the robot a method is_inside(), or set "
            f"reuse_session = false in config/portals.toml"
        )
    return robot.screen.shows(_INSIDE)


def _found(robot: Robot, names: tuple[str, ...]) -> str:
    screen = robot.screen
    for _ in range(_STEPS):
        try:
            return screen.wait_for(*names)
        except (PageTimeout, SelectorLost) as late:
            robot.person.see_to(late, lambda: any(screen.shows(name) for name in names))
    return screen.wait_for(*names)


def _answer(robot: Robot, question: str) -> None:
    if not question:
        raise SelectorLost(
            f"{robot.name}: login.question shows no text, so its answer cannot be looked up. "
            f"Point it at the question itself in selectors/{robot.name}.toml"
        )
    secret = robot.secret(answer_name(question))
    _fill(robot, _QUESTION, lambda name: robot.screen.fill(name, secret))


def _type(robot: Robot, page: str, text: str) -> None:
    _fill(robot, page, lambda name: robot.screen.fill(name, text))


def _fill(robot: Robot, page: str, fill: Callable[[str], None]) -> None:
    """Into the page's own field, and on with its own button, or that of the login."""
    screen = robot.screen
    field, submit = f"{page}_answer", f"{page}_submit"
    if not screen.knows(field):
        raise ConfigError(
            f"selectors/{robot.name}.toml, section [login]: '{field.partition('.')[2]}' is "
            f"missing, the field that goes with '{page.partition('.')[2]}'. Add it"
        )
    fill(field)
    screen.click(submit if screen.knows(submit) else "login.submit")
