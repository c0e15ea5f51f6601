"""Ask a person while the robot waits at the page, and take the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loguru import logger

from clerkwork.app.office import Office
from clerkwork.app.steps import recorded
from clerkwork.core.queue import WorkItem
from clerkwork.errors import ApplicationError, BusinessError, PersonNeeded
from clerkwork.ports import Screen

if TYPE_CHECKING:
    from clerkwork.app.run import Run

__all__ = ["KIND", "UNTIL", "WaitingPerson", "answer", "forget_questions"]

KIND = "question"
UNTIL = "Waits until"
"""Fact of a question: the instant (ISO, UTC) after which the robot has gone."""
ANSWERED, AGAIN, STOP = "answered", "again", "stop"
_LONGEST = 200
_LOOK_EVERY = 1.0
"""Seconds between two looks whether there is an answer."""


@dataclass(frozen=True, slots=True)
class WaitingPerson:
    """Fulfils `clerkwork.app.robot.Person` for one robot of a run."""

    run: Run
    robot: str
    screen: Screen
    minutes: float
    alone: bool
    """Whether an unknown page is first worth another try of the robot by itself."""

    def read(self, what: str) -> str:
        """What a person reads off the picture; raises `PersonNeeded`."""
        item = self._ask(
            what,
            "Type what the picture shows: clerkwork review answer ID TEXT",
            ((STOP, "nobody can; the robot stops, and I see to it"),),
        )
        decided = self._wait(item, lambda: False)
        return decided.note if decided else ""

    def see_to(self, trouble: ApplicationError, arrived: Callable[[], bool]) -> None:
        """Return once the page has come, or a person says so.

        Raises `trouble` itself where the robot may try by itself, else `PersonNeeded`.
        """
        if self.alone:
            raise trouble
        item = self._ask(
            f"what this page wants, which it does not know ({trouble})",
            "Confirm it where the portal asks, as on your telephone; the robot goes on by itself",
            (
                (AGAIN, "I have seen to it; look again"),
                (STOP, "the robot stops, and I see to it"),
            ),
        )
        self._wait(item, arrived)

    def _ask(self, what: str, help: str, choices: tuple[tuple[str, str], ...]) -> WorkItem:
        run, office = self.run, self.run.office
        self.screen.picture(f"{self.robot} asks a person")
        waiting = recorded(
            self.screen.drain(),
            robot=self.robot,
            action="ask a person",
            outcome="waiting",
        )
        step = run.trail.record(waiting)
        if run.dry:
            raise PersonNeeded(
                f"{self.robot} needs a person to sign in, to tell {what}. Nobody is asked in a dry "
                "run: run the task itself"
            )
        until = office.clock.now() + dt.timedelta(minutes=self.minutes)
        key = f"{KIND}/{self.robot}/{run.id}-{step}"
        office.queue.put(
            WorkItem(
                id="",
                key=key,
                kind=KIND,
                title=f"{self.robot} waits while signing in: {what}"[:160],
                created=office.clock.now(),
                facts={
                    "What it needs to know": what,
                    "What to do": help,
                    UNTIL: until.isoformat(timespec="seconds"),
                },
                choices=choices,
                evidence=f"{run.id}#{step}",
            )
        )
        item = next(one for one in office.queue.open() if one.key == key)
        logger.warning(
            "{} waits for a person until {:%H:%M:%S} UTC: clerkwork review show {}",
            self.robot,
            until,
            item.id,
        )
        return item

    def _wait(self, item: WorkItem, arrived: Callable[[], bool]) -> WorkItem | None:
        """The item, answered; None where the page came by itself. Raises `PersonNeeded`."""
        office = self.run.office
        for _ in range(max(1, round(self.minutes * 60 / _LOOK_EVERY))):
            now = office.queue.get(item.id) or item
            if now.decision == STOP:
                raise PersonNeeded(
                    f"{self.robot} stopped signing in, because {now.by} said so. Sign in by hand "
                    "once, see what the portal wants, then run the task again"
                )
            if now.decision:
                return now
            if arrived():
                office.queue.withdraw(item.key, "the page came by itself")
                return None
            office.pause(_LOOK_EVERY)
        raise PersonNeeded(
            f"{self.robot} asked a person while signing in, and nobody answered within "
            f"{self.minutes:g} minutes. Look at the picture (`clerkwork review show {item.id}`), "
            "and run the task again while somebody is there to answer; answer_within in "
            "config/portals.toml makes the robot wait longer"
        )


def answer(office: Office, item: WorkItem, text: str, *, by: str) -> WorkItem:
    """Hand the robot that waits what it is to type; the item, closed.

    Raises `BusinessError` if it waits no more, or waits for no text.
    """
    if item.kind != KIND:
        raise BusinessError(
            f"{item.id} wants a decision, and nothing to type: `clerkwork review show {item.id}`"
        )
    if item.decision:
        raise BusinessError(f"{item.id} was answered already, by {item.by}")
    if AGAIN in dict(item.choices):
        raise BusinessError(
            f"{item.id}: the robot knows no field to type into. See to it in the portal, then "
            f"`clerkwork review decide {item.id} {AGAIN}`"
        )
    if office.clock.now() > dt.datetime.fromisoformat(item.facts[UNTIL]):
        raise BusinessError(
            f"{item.id}: the robot waited until {item.facts[UNTIL]} and has gone. Run its task "
            f"again, and answer the new question; close this one with "
            f"`clerkwork review decide {item.id} {STOP}`"
        )
    plain = text.strip()
    if not plain or len(plain) > _LONGEST or not plain.isprintable():
        raise BusinessError(
            f"{item.id}: the answer must be a line of 1 to {_LONGEST} characters; nothing was sent"
        )
    return office.queue.close(item.id, decision=ANSWERED, by=by, note=plain)


def forget_questions(office: Office, robot: str) -> None:
    """Withdraw what a robot that has signed in now asked before, and nobody answered."""
    for item in office.queue.open():
        if item.key.startswith(f"{KIND}/{robot}/"):
            office.queue.withdraw(item.key, "the robot has signed in since")
