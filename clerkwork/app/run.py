"""One run of a task: its sessions at the portals, its evidence, its figures."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from inspect import isgenerator
from typing import TypeVar, cast

from loguru import logger

from clerkwork.app.office import Office
from clerkwork.app.robot import Robot
from clerkwork.app.task import Task
from clerkwork.core.figures import Figure
from clerkwork.core.portals import PortalSettings
from clerkwork.errors import (
    ApplicationError,
    ClerkworkError,
    ConfigError,
    PictureUnread,
    PortalUnreachable,
    SignInRefused,
)
from clerkwork.ports import Books, Progress, Screen, StepRecord, Trail

__all__ = ["Run", "new_run_id"]

R = TypeVar("R", bound=Robot)

UNCLEAR_SIGN_INS = 2
"""Sign-ins of one run that may end without it being known whether the portal took them."""
TRIES = 3
"""Failures in a row, without anything achieved between, after which a task gives up."""

_ACHIEVED = (
    Figure.LINES_NEW,
    Figure.KEYED,
    Figure.ORDERS_RELEASED,
    Figure.ORDERS_HELD,
    Figure.APPROVALS_ASKED,
    Figure.MAILS_SENT,
    Figure.LETTERS_SENT,
)
"""What is done once and stays done. Reading the same again is no progress."""

_RECOUNTED = (
    Figure.DEBTORS_READ,
    Figure.ITEMS_READ,
    Figure.ORDERS_WAITING,
    Figure.REMINDERS_DUE,
    Figure.REMINDERS_HELD_BACK,
    Figure.APPROVALS_UNANSWERED,
    Figure.APPROVAL_MAILS_NOT_SENT,
)
"""What another try counts from the beginning."""


def new_run_id(office: Office, task: str) -> str:
    """Sorts by time, names its task, and is unique: '20260303-090000-daily_round-1f3a'."""
    return f"{office.clock.now():%Y%m%d-%H%M%S}-{task}-{secrets.token_hex(2)}"


@dataclass(frozen=True, slots=True)
class _Session:
    robot: Robot
    close: ExitStack


class Run:
    """What a task is given. Portals, books and evidence are reached through it alone."""

    def __init__(
        self, office: Office, *, id: str, trail: Trail, progress: Progress, dry: bool = False
    ) -> None:
        self.office = office
        self.id = id
        self.trail = trail
        self.progress = progress
        self.dry = dry
        """Whether every write is left out, and only told."""
        self.figures: Counter[str] = Counter()
        self.told: list[str] = []
        """What a dry run would have done, in words."""
        self.answered: set[str] = set()
        """References whose submit the portal has answered: none of them is on its way."""
        self.rehearsed: set[str] = set()
        """References that a dry run has gone through already."""
        self._lines: dict[str, str] = {}
        self._unclear: Counter[str] = Counter()
        self._sessions: dict[str, _Session] = {}
        self._given_up: ApplicationError | None = None

    @property
    def books(self) -> Books:
        return self.office.books

    def count(self, figure: str, by: int = 1) -> None:
        """Add to one of the figures that the report and the command line show."""
        self.figures[figure] += by

    def count_line(self, line: str, figure: str) -> None:
        """Count a bank line under its outcome; matched anew in the same run, it moves."""
        before = self._lines.get(line)
        if before is not None:
            self.figures[before] -= 1
        self._lines[line] = figure
        self.figures[figure] += 1

    def would(self, what: str) -> None:
        """Note what a dry run leaves out."""
        if what in self.told:
            return
        self.told.append(what)
        logger.info("dry run: would {}", what)

    def settings(self, robot: type[Robot]) -> PortalSettings:
        """What `config/portals.toml` says of a robot's portal; raises `ConfigError`."""
        if robot.name not in self.office.portals:
            raise ConfigError(
                f"config/portals.toml has no table [{robot.name}]: add it with the portal's address"
            )
        return self.office.portals[robot.name]

    @contextmanager
    def open(self, robot: type[R]) -> Iterator[R]:
        """The robot, signed in. Its session lasts to the end of the run, or to a failure.

        Every verb called on it becomes a step of the evidence, with its pictures.
        """
        if robot.name not in self._sessions:
            self._sessions[robot.name] = self._sign_in(robot)
        try:
            yield cast(R, _Recorded(self._sessions[robot.name].robot, self))
        except ApplicationError:
            self.leave(robot)
            raise

    def leave(self, robot: type[Robot]) -> None:
        """End the session at a portal; the next `open` signs in afresh."""
        session = self._sessions.pop(robot.name, None)
        if session is not None:
            session.close.close()

    def do(self, task: Task) -> None:
        """Run another task inside this run; application failures are tried again, fresh.

        Raises the last of them once it gives up; the task around it does not try it all again.
        """
        logger.info("{}: {}", task.name, task.about)
        self.progress(task.about or task.name, 0, None)
        failures = 0
        while True:
            before = self.figures.copy()
            try:
                task.work(self)
                return
            except ApplicationError as error:
                self.close()
                if error is self._given_up:
                    raise
                achieved = any(self.figures[figure] > before[figure] for figure in _ACHIEVED)
                failures = 1 if achieved else failures + 1
                if failures >= TRIES:
                    self._given_up = error
                    raise
                self._forget_counts(before)
                logger.warning("{}: {}; trying again with a fresh session", task.name, error)
                self.count(Figure.TRIED_AGAIN)
                self.office.pause(0.5 * 2**failures)

    @contextmanager
    def step(
        self, robot: str, screen: Screen, action: str, subject: str = "", picture: bool = True
    ) -> Iterator[dict[str, str]]:
        """Record an act in the evidence when it ends, however it ends.

        Yields a dictionary for details; personal data belongs there only.
        """
        details: dict[str, str] = {}
        outcome = "ok"
        try:
            yield details
        except ClerkworkError as error:
            outcome = f"{type(error).__name__}: {error}"
            raise
        except BaseException as error:
            outcome = type(error).__name__
            picture = False
            raise
        finally:
            self._record(robot, screen, action, subject, outcome, details, picture)

    def _forget_counts(self, before: Counter[str]) -> None:
        for name in list(self.figures):
            if name in _RECOUNTED or name.startswith("held back"):
                self.figures[name] = before[name]

    def close(self) -> None:
        """End every session."""
        for name in list(self._sessions):
            self._sessions.pop(name).close.close()

    def _record(
        self,
        robot: str,
        screen: Screen,
        action: str,
        subject: str,
        outcome: str,
        details: dict[str, str],
        picture: bool,
    ) -> None:
        selectors, pictures = screen.drain()
        if picture and not pictures:
            screen.picture(action)
            pictures = screen.drain()[1]
        self.trail.record(
            StepRecord(
                robot=robot,
                action=action,
                outcome=outcome,
                subject=subject,
                selectors=selectors,
                details=details,
                pictures=pictures,
            )
        )

    def _sign_in(self, robot: type[Robot]) -> _Session:
        settings = self.settings(robot)
        with ExitStack() as stack:
            stack.enter_context(self.office.lock(f"portal {robot.name}"))
            screen = self.office.browser().open(robot.portal(settings.address))
            stack.callback(screen.close)
            worker = robot(screen, self.office.vault, self.office.accounts)
            with self.step(robot.name, screen, "sign in"):
                self._try_sign_in(worker)
            return _Session(worker, stack.pop_all())

    def _try_sign_in(self, worker: Robot) -> None:
        """Sign in; one that ended unclearly twice is left alone, lest the portal lock the login."""
        try:
            worker.sign_in()
        except (PortalUnreachable, PictureUnread):
            # The portal never saw the secret, or is down: trying again does no harm.
            raise
        except ApplicationError as error:
            self._unclear[worker.name] += 1
            if self._unclear[worker.name] < UNCLEAR_SIGN_INS:
                raise
            raise SignInRefused(
                f"{worker.name}: signing in ended unclearly {UNCLEAR_SIGN_INS} times ({error}). "
                "It is not tried again, lest the login be locked: look at the last picture"
            ) from error


class _Recorded:
    """A robot whose verbs leave steps behind; `submit_…` takes no picture, the proof follows."""

    def __init__(self, robot: Robot, run: Run) -> None:
        self._robot = robot
        self._run = run

    def __getattr__(self, name: str) -> object:
        found = getattr(self._robot, name)
        if name.startswith("_") or not callable(found) or name in Robot.__dict__:
            return found
        return self._verb(name, found)

    def _verb(self, name: str, verb: Callable[..., object]) -> Callable[..., object]:
        def once(*args: object, **keywords: object) -> object:
            step = self._run.step(
                self._robot.name,
                self._robot.screen,
                name.replace("_", " "),
                subject=_subject(args),
                picture=not name.startswith("submit_"),
            )
            with step:
                result = verb(*args, **keywords)
                if not isgenerator(result):
                    return result
                # Read to the end inside the step: a table counts as read only when it tied out.
                return iter(list(result))

        def recorded(*args: object, **keywords: object) -> object:
            try:
                return once(*args, **keywords)
            except PortalUnreachable:
                # A stray server error: looking again is harmless and spares a new session.
                if not name.startswith("find_"):
                    raise
                return once(*args, **keywords)

        return recorded


def _subject(args: tuple[object, ...]) -> str:
    """What a verb is about: a reference or a number, never a name."""
    if not args:
        return ""
    first = args[0]
    for attribute in ("reference", "iban", "number", "key"):
        if hasattr(first, attribute):
            return str(getattr(first, attribute))
    return first if isinstance(first, str) else ""
