"""A robot's verbs, each of which leaves a step in the evidence and is patient where it may be."""

from __future__ import annotations

import re
from collections.abc import Callable
from inspect import isgenerator
from typing import TYPE_CHECKING

from clerkwork.app.robot import Robot
from clerkwork.app.sign_in import check_open
from clerkwork.core.entries import entered, shown
from clerkwork.core.writes import ABOUT
from clerkwork.errors import PortalUnreachable, SessionLost

if TYPE_CHECKING:
    from clerkwork.app.run import Run

__all__ = ["RecordedRobot"]

_KEYING = ("find_", "fill_", "submit_")
"""Verbs of something that is begun before a portal's closed window, and is brought to its end."""


_NUMBER = re.compile(r"(?=\S*\d|CW-[A-Z2-7]{10}\Z)[^\s@]{1,100}")
"""A number, as far as that can be told: one word with a digit in it; or a posting's reference."""
_NUMBERED = frozenset({"find_order", "fill_decision", "find_block", "fill_block"})
"""Verbs that are given the number of an order or a debtor, whatever such a number looks like."""


class RecordedRobot:
    """A robot whose verbs leave steps behind.

    Before each `submit_…` the evidence is signed. It takes a picture only where it fails: else the
    proof follows.
    """

    def __init__(self, robot: type[Robot], run: Run) -> None:
        self._robot = robot
        self._run = run

    def __getattr__(self, name: str) -> object:
        # Asked for anew each time: a session that was entered again has another robot.
        found = getattr(self._run.worker(self._robot), name)
        if name.startswith("_") or not callable(found) or name in Robot.__dict__:
            return found
        return self._verb(name)

    def _verb(self, name: str) -> Callable[..., object]:
        def once(*args: object, **keywords: object) -> object:
            robot = self._run.worker(self._robot)
            if name.startswith("submit_"):
                self._run.sign(self._robot, name)
            step = self._run.step(
                robot.name,
                robot.screen,
                name.replace("_", " "),
                subject=_subject(name, args),
                picture=not name.startswith("submit_"),
                if_failed=True,
            )
            with step as details:
                if args and isinstance(args[0], str) and args[0] != _subject(name, args):
                    details[ABOUT] = args[0]
                if name.startswith("fill_"):
                    details |= entered(*args)
                result = getattr(robot, name)(*args, **keywords)
                if not isgenerator(result):
                    details |= shown(result)
                    return result
                # Read to the end inside the step: a table counts as read only when it tied out.
                return iter(list(result))

        def patiently(*args: object, **keywords: object) -> object:
            try:
                return once(*args, **keywords)
            except PortalUnreachable:
                # A stray server error: looking again is harmless and spares a new session.
                if not name.startswith("find_"):
                    raise
                return once(*args, **keywords)

        def recorded(*args: object, **keywords: object) -> object:
            if not name.startswith(_KEYING):
                check_open(self._run, self._robot)
            self._note(name, args)
            try:
                return patiently(*args, **keywords)
            except SessionLost as lost:
                # Nothing is written by a verb that reads, so it begins from its start.
                if name.startswith(("fill_", "submit_")):
                    raise
                self._run.enter_again(self._robot, lost)
                return patiently(*args, **keywords)

        return recorded

    def _note(self, verb: str, args: tuple[object, ...]) -> None:
        """A form is half keyed from its `fill_…` to the look-up that follows its `submit_…`."""
        if verb.startswith("fill_"):
            self._run.filled[self._robot.name] = _subject(verb, args)
            self._run.half_keyed.add(self._robot.name)
        elif verb.startswith(("submit_", "find_")):
            self._run.half_keyed.discard(self._robot.name)


def _subject(verb: str, args: tuple[object, ...]) -> str:
    """What a verb is about: a reference or a number, never a name."""
    if not args:
        return ""
    first = args[0]
    for attribute in ("reference", "iban", "number", "key"):
        if hasattr(first, attribute):
            return str(getattr(first, attribute))
    if not isinstance(first, str):
        return ""
    return first if verb in _NUMBERED or _NUMBER.fullmatch(first) else ""
