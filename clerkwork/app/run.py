"""One run of a task: its sessions at the portals, its evidence, its figures."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar, cast

from loguru import logger

from clerkwork.app.blot import blot
from clerkwork.app.office import Office
from clerkwork.app.reading import counting
from clerkwork.app.resume import stop_of
from clerkwork.app.robot import Robot
from clerkwork.app.sign_in import Session, check_open, sign_in
from clerkwork.app.steps import failed, recorded
from clerkwork.app.task import Task
from clerkwork.app.verbs import RecordedRobot
from clerkwork.core.evidence import SelectorUse
from clerkwork.core.figures import READ, Figure
from clerkwork.core.healing import REVIEW, healed_in
from clerkwork.core.portals import PortalSettings
from clerkwork.core.writes import ERROR
from clerkwork.errors import (
    ApplicationError,
    ClerkworkError,
    ConfigError,
    LeaseLost,
    PortalClosed,
    SessionLost,
    TaskStopped,
)
from clerkwork.ports import Books, Picture, Progress, Screen, Seen, Trail

__all__ = ["Run", "new_run_id", "refuse_stopped"]

R = TypeVar("R", bound=Robot)

TRIES = 3
"""Failures in a row, without anything achieved between, after which a task gives up."""

_ACHIEVED = (
    Figure.LINES_NEW,
    Figure.REPLIES_READ,
    Figure.KEYED,
    Figure.ORDERS_RELEASED,
    Figure.ORDERS_HELD,
    Figure.APPROVALS_ASKED,
    Figure.MAILS_SENT,
    Figure.LETTERS_SENT,
    Figure.HANDED_OVER,
)
"""What is done once and stays done. Reading the same again is no progress."""

_RECOUNTED = (
    *READ,
    Figure.REMINDERS_DUE,
    Figure.REMINDERS_HELD_BACK,
    Figure.APPROVALS_UNANSWERED,
    Figure.APPROVAL_MAILS_NOT_SENT,
)
"""What another try counts from the beginning."""


def new_run_id(office: Office, task: str) -> str:
    """Sorts by time, names its task, and is unique: '20260303-090000-daily_round-1f3a'."""
    return f"{office.clock.now():%Y%m%d-%H%M%S}-{task}-{secrets.token_hex(2)}"


def refuse_stopped(office: Office, task: Task) -> None:
    """Raise `TaskStopped` if somebody has stopped a task."""
    stop = stop_of(office.stops, task.name)
    if stop is not None:
        raise TaskStopped(
            f"{stop.by} has stopped {task.name} since {stop.since:%Y-%m-%d %H:%M} UTC, because "
            f"{stop.why!r}. When it may go on: clerkwork resume --task {task.name}"
        )


class Run:
    """What a task is given. Portals, books and evidence are reached through it alone."""

    def __init__(
        self,
        office: Office,
        *,
        id: str,
        trail: Trail,
        progress: Progress,
        dry: bool = False,
        versions: Mapping[str, str] | None = None,
    ) -> None:
        self.office = office
        self.id = id
        self.trail = trail
        self.progress = progress
        self.dry = dry
        """Whether every write is left out, and only told."""
        self._versions = versions or {}
        self.figures: Counter[str] = Counter()
        self.told: list[str] = []
        """What a dry run would have done, in words."""
        self.answered: set[str] = set()
        """References whose submit the portal has answered: none of them is on its way."""
        self.rehearsed: set[str] = set()
        """References that a dry run has gone through already."""
        self.healed: dict[str, str] = {}
        """By robot and selector, what was used instead of what is written."""
        self._reads: set[tuple[str, str]] = set()
        """Figures and sources that were counted."""
        self._lines: dict[str, str] = {}
        self.unclear: Counter[str] = Counter()
        """By robot: sign-ins of which nobody knows whether the portal took them."""
        self.half_keyed: set[str] = set()
        """Robots between the filling of a form and its submit: not left for a new session."""
        self.filled: dict[str, str] = {}
        """By robot: what the form is about that was filled last."""
        self._signed = ""
        """Before what the evidence was signed, if nothing was recorded since."""
        self._sessions: dict[str, Session] = {}
        self._given_up: ApplicationError | None = None

    @property
    def books(self) -> Books:
        """The office's; what a task reads into them is counted by itself."""
        return counting(self.office.books, self._count_read)

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

    def version_of(self, file: str) -> str:
        """A file of the workspace with the beginning of its SHA-256, as this run found it."""
        return f"{file} {self._versions.get(file, 'of no known version')[:16]}"

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

        Every verb called on it becomes a step of the evidence, with its pictures. Raises
        `PortalClosed` while the portal may not be touched.
        """
        check_open(self, robot)
        if robot.name not in self._sessions:
            self._sessions[robot.name] = sign_in(self, robot)
        try:
            yield cast(R, RecordedRobot(robot, self))
        except ApplicationError as error:
            self.leave(robot, over=isinstance(error, SessionLost))
            raise

    def leave(self, robot: type[Robot], *, over: bool = False) -> None:
        """End the session at a portal; the next `open` signs in afresh.

        `over`: the portal has ended it already, so that nobody goes on in it either.
        """
        session = self._sessions.pop(robot.name, None)
        self.half_keyed.discard(robot.name)
        if session is not None:
            if over:
                session.forget(self)
            session.close.close()

    def enter_again(self, robot: type[Robot], lost: SessionLost) -> None:
        """Sign in afresh where the portal ended the session, in the middle of a task.

        Raises `lost` itself between the filling of a form and its submit: that form is gone, and
        whoever keys it has to begin with its look-up.
        """
        self.office.holding.sure()
        if robot.name in self.half_keyed:
            raise lost
        logger.warning("{}: {} Signing in again, once", robot.name, lost)
        self.leave(robot, over=True)
        self._sessions[robot.name] = sign_in(self, robot)
        self.count(Figure.SIGNED_IN_AGAIN)

    def start_over(self, robot: type[Robot], lost: SessionLost) -> None:
        """Sign in afresh where a form was surely not submitted: its keying begins again."""
        self.half_keyed.discard(robot.name)
        self.enter_again(robot, lost)

    def worker(self, robot: type[Robot]) -> Robot:
        """The robot of the session that stands now; raises `SessionLost` if none does."""
        if robot.name not in self._sessions:
            raise SessionLost(f"{robot.name} is not signed in. A fresh session is needed.")
        return self._sessions[robot.name].robot

    def do(self, task: Task) -> None:
        """Run another task inside this run; application failures are tried again, fresh.

        Raises the last of them once it gives up; the task around it does not try it all again.
        """
        if not self.dry:
            refuse_stopped(self.office, task)
        logger.info("{}: {}", task.name, task.about)
        self.progress(task.about or task.name, 0, None)
        with self.office.span("task", {"run": self.id, "task": task.name}):
            self._do(task)

    def _do(self, task: Task) -> None:
        failures = 0
        while True:
            before, read = self.figures.copy(), self._reads.copy()
            try:
                task.work(self)
                return
            except ApplicationError as error:
                self.close()
                if error is self._given_up or isinstance(error, LeaseLost):
                    raise
                # What the browser said as it was ended is not what happened.
                self.office.holding.sure()
                # A portal that is closed opens when it is declared to, not in a few seconds.
                if isinstance(error, PortalClosed):
                    raise
                achieved = any(self.figures[figure] > before[figure] for figure in _ACHIEVED)
                failures = 1 if achieved else failures + 1
                if failures >= TRIES:
                    self._given_up = error
                    raise
                self._forget_counts(before)
                self._reads = read
                said = str(error).rstrip(".")
                logger.warning("{}: {}; trying again with a fresh session", task.name, said)
                self.count(Figure.TRIED_AGAIN)
                self.office.pause(0.5 * 2**failures)

    @contextmanager
    def step(
        self,
        robot: str,
        screen: Screen,
        action: str,
        subject: str = "",
        picture: bool = True,
        *,
        if_failed: bool = False,
    ) -> Iterator[dict[str, str]]:
        """Record an act in the evidence when it ends, however it ends.

        With a `picture`, or with one `if_failed` alone, where what follows proves what was done.
        Where an error kept one from being taken, that is recorded. Yields a dictionary for details;
        personal data belongs there only.
        """
        details: dict[str, str] = {}
        outcome, gap = "ok", ""
        self.trail.settled()
        about = {"run": self.id, "robot": robot, "action": action}
        with self.office.span("step", about), logger.contextualize(robot=robot):
            try:
                yield details
            except ClerkworkError as error:
                blot(error, self.office.redact)
                outcome, details[ERROR] = failed(error), str(error)
                picture = picture or if_failed
                raise
            except BaseException as error:
                blot(error, self.office.redact)
                outcome = type(error).__name__
                if picture or if_failed:
                    gap = f"none was taken, because the step ended with {outcome}"
                picture = False
                raise
            finally:
                seen = screen.drain()
                pictures = seen.pictures
                if picture and not pictures:
                    screen.picture(action)
                    pictures = screen.drain().pictures
                elif gap and not pictures:
                    pictures = (Picture(label=action, image=b"", gap=gap),)
                self._record(robot, seen, action, subject, outcome, details, pictures)

    def sign(self, robot: type[Robot], submit: str) -> None:
        """Sign the evidence before a verb that submits, and before the store is told that it will.

        That verb does so itself where nobody did: what the portal gets, and the store says of it,
        always stands behind a signature.
        """
        kind = submit.removeprefix("submit_").replace("_", " ")
        why = f"before submitting {kind} {self.filled.get(robot.name, '')}".rstrip()
        if self._signed != why:
            self.trail.anchor(why)
            self._signed = why

    def _forget_counts(self, before: Counter[str]) -> None:
        for name in list(self.figures):
            if name in _RECOUNTED or name.startswith("held back"):
                self.figures[name] = before[name]

    def _count_read(self, figure: Figure, source: str, count: int) -> None:
        """The first reading of a source counts: after keying it is read again."""
        if (figure, source) not in self._reads:
            self._reads.add((figure, source))
            self.count(figure, count)

    def _note_healed(self, robot: str, selectors: Iterable[SelectorUse]) -> None:
        """Tell of each selector once that something else was used instead."""
        for selector, told in healed_in(selectors).items():
            name = f"{robot}, {selector}"
            if name not in self.healed:
                self.healed[name] = told
                self.count(Figure.SELECTORS_HEALED)
                logger.warning("{}: healed ({}). `{}` shows the change", name, told, REVIEW)

    def close(self, *, keep: bool = False) -> None:
        """End every session; with `keep`, the next run may go on in those that are to be kept."""
        for name in list(self._sessions):
            session = self._sessions.pop(name)
            if keep:
                session.keep(self)
            session.close.close()

    def _record(
        self,
        robot: str,
        seen: Seen,
        action: str,
        subject: str,
        outcome: str,
        details: dict[str, str],
        pictures: Sequence[Picture],
    ) -> None:
        self._note_healed(robot, seen.selectors)
        self._signed = ""
        self.trail.record(
            recorded(
                seen,
                robot=robot,
                action=action,
                subject=subject,
                outcome=outcome,
                details=details,
                pictures=pictures,
            )
        )
