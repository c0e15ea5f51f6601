"""Sign a robot in: in the session that was kept, or afresh, one session of a login at a time."""

from __future__ import annotations

import base64
import binascii
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from loguru import logger

from clerkwork.app.person import WaitingPerson, forget_questions
from clerkwork.app.robot import Robot
from clerkwork.core.portals import PortalSettings
from clerkwork.core.schedules.windows import closed_until, read_windows
from clerkwork.errors import (
    ApplicationError,
    ConfigError,
    PageTimeout,
    PictureUnread,
    PortalClosed,
    PortalUnreachable,
    SecretMissing,
    SelectorLost,
    SessionLost,
    SignInRefused,
)
from clerkwork.ports import Entrance, Screen, Secret

if TYPE_CHECKING:
    from clerkwork.app.run import Run

__all__ = ["UNCLEAR_SIGN_INS", "Session", "check_open", "sign_in"]

UNCLEAR_SIGN_INS = 2
"""Sign-ins of one run that may end without it being known whether the portal took them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A robot that is signed in, and what ends its visit."""

    robot: Robot
    user: str
    settings: PortalSettings
    close: ExitStack

    def keep(self, run: Run) -> None:
        """Keep it as it stands, for the next run, if the portal's settings say so."""
        if not self.settings.reuse_session:
            return
        try:
            kept = self.robot.screen.session()
        except ApplicationError as error:
            logger.info("{}: the session is not kept: {}", self.robot.name, error)
            self.forget(run)
            return
        run.office.sessions.keep(self.settings.address, self.user, kept)

    def forget(self, run: Run) -> None:
        """The portal has ended it: nobody goes on in it."""
        if self.settings.reuse_session:
            run.office.sessions.drop(self.settings.address, self.user)


def check_open(run: Run, robot: type[Robot]) -> None:
    """Raise `PortalClosed` in a window in which the portal may not be touched."""
    calendar = run.office.calendar
    windows = read_windows(run.settings(robot).closed)
    until = closed_until(windows, run.office.clock.now(), ZoneInfo(calendar.zone))
    if until is not None:
        raise PortalClosed(
            f"{robot.name} is closed until {calendar.said(until)}, as config/portals.toml says. "
            "Nothing more is done there; run it again after that",
            until,
        )


def sign_in(run: Run, robot: type[Robot]) -> Session:
    """The robot, signed in; raises what the portal, the vault or the hold of the login raise."""
    settings = run.settings(robot)
    # Entered again in the middle of a task, too: the portal may have closed meanwhile.
    check_open(run, robot)
    with ExitStack() as stack:
        # Held to the end of the session: a login that is used twice ends its first session.
        stack.enter_context(run.office.login(robot.name))
        user = _user(run, robot)
        worker = _go_on(run, robot, settings, user) or _afresh(run, robot, settings)
        stack.callback(worker.screen.close)
        worker.screen.entered()
        session = Session(robot=worker, user=user, settings=settings, close=ExitStack())
        session.keep(run)
        forget_questions(run.office, robot.name)
        session.close.push(stack.pop_all())
    return session


def _user(run: Run, robot: type[Robot]) -> str:
    with suppress(SecretMissing):
        return run.office.vault.get(f"{robot.name}.user").value
    return robot.name


def _go_on(run: Run, robot: type[Robot], settings: PortalSettings, user: str) -> Robot | None:
    """The robot in the session that was kept; None if there is none, or it is over."""
    sessions = run.office.sessions
    kept = sessions.get(settings.address, user) if settings.reuse_session else ""
    if not kept:
        return None
    screen = None
    inside = False
    try:
        screen = _open(run, robot, settings, kept)
        worker = robot(screen, run.office.vault, run.office.accounts)
        with run.step(robot.name, screen, "go on in the session that was kept") as details:
            inside = worker.is_inside()
            details["found"] = "still signed in" if inside else "the portal has ended it"
    except (SessionLost, PageTimeout, SelectorLost) as over:
        logger.info("{}: {}", robot.name, over)
    finally:
        if screen is not None and not inside:
            screen.close()
    if inside:
        return worker
    logger.info("{}: the session that was kept is over; signing in afresh", robot.name)
    sessions.drop(settings.address, user)
    return None


def _afresh(run: Run, robot: type[Robot], settings: PortalSettings) -> Robot:
    screen = _open(run, robot, settings, "")
    with ExitStack() as stack:
        stack.callback(screen.close)
        person = WaitingPerson(
            run, robot.name, screen, settings.answer_within, run.unclear[robot.name] == 0
        )
        worker = robot(screen, run.office.vault, run.office.accounts, person)
        with run.step(robot.name, screen, "sign in"):
            _try(run, worker)
        stack.pop_all()
    return worker


def _try(run: Run, worker: Robot) -> None:
    """Sign in; one that ended unclearly twice is left alone, lest the portal lock the login."""
    try:
        worker.sign_in()
    except (PortalUnreachable, PictureUnread):
        # The portal never saw the secret, or is down: trying again does no harm.
        raise
    except ApplicationError as error:
        run.unclear[worker.name] += 1
        if run.unclear[worker.name] < UNCLEAR_SIGN_INS:
            raise
        raise SignInRefused(
            f"{worker.name}: signing in ended unclearly {UNCLEAR_SIGN_INS} times ({error}). "
            "It is not tried again, lest the login be locked: look at the last picture"
        ) from error


def _open(run: Run, robot: type[Robot], settings: PortalSettings, kept: str) -> Screen:
    certificate, passphrase = _certificate(run, robot, settings)
    entrance = Entrance(kept=kept, certificate=certificate, passphrase=passphrase)
    return run.office.browser().open(robot.portal(settings.address, settings), entrance)


def _certificate(
    run: Run, robot: type[Robot], settings: PortalSettings
) -> tuple[bytes, Secret | None]:
    if not settings.certificate:
        return b"", None
    vault = run.office.vault
    passphrase = None
    with suppress(SecretMissing):
        passphrase = vault.get(f"{robot.name}.certificate_password")
    if settings.certificate != "vault":
        return run.office.read_file(settings.certificate), passphrase
    try:
        content = base64.b64decode(vault.get(f"{robot.name}.certificate").value, validate=True)
    except binascii.Error:
        content = b""
    if not content:
        raise ConfigError(
            f"The secret {robot.name}.certificate is no PKCS #12 file in base64: put it into the "
            f"vault with `base64 -w0 FILE.p12 | clerkwork vault set {robot.name}.certificate`"
        )
    return content, passphrase
