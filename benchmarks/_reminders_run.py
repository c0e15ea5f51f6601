"""One run of `remind_debtors` in a process of its own, as the worker carries it out, and its times.

Its last line is one JSON object. What a run writes at its very end, the report on everything that
was ever sent, is left out: it is no part of sending.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from clerkwork import bootstrap
from clerkwork.app.execute import execute
from clerkwork.core.journeys import Plan
from clerkwork.core.messages import Message
from clerkwork.ports import Channel
from clerkwork.workspace import open_workspace

__all__ = ["TASK"]

TASK = "remind_debtors"


@dataclass(slots=True)
class Watch:
    """Seconds of a run, by what it did in them."""

    began: float
    planned: float = 0.0
    """From its beginning until the first debtor is seen to: what was left behind is settled, the
    books are read and everybody's contact is planned."""
    contacted: float = 0.0
    """From there until the last debtor was seen to."""
    rendered: float = 0.0
    """Of that, for writing the messages."""
    sent: int = 0
    before: int = 0
    """Of those, what a killed run had left: sent while this one was planned."""

    def progress(self, what: str, done: int, of: int | None) -> None:
        now = time.perf_counter()
        if what == "reminders" and done == 0:
            self.planned = now - self.began
            self.rendered, self.before = 0.0, self.sent
        if what == "reminders" and done == of:
            self.contacted = now - self.began - self.planned

    def write(self, writer: Callable[[Plan], Message], plan: Plan) -> Message:
        before = time.perf_counter()
        message = writer(plan)
        self.rendered += time.perf_counter() - before
        return message


@dataclass(frozen=True, slots=True)
class Counted:
    """A channel that counts what it took."""

    channel: Channel
    watch: Watch

    @property
    def name(self) -> str:
        return self.channel.name

    def send(self, message: Message) -> str:
        proof = self.channel.send(message)
        self.watch.sent += 1
        return proof


def main(root: Path) -> None:
    place = open_workspace(root)
    with bootstrap.open_office(place, want="there") as (_, office):
        watch = Watch(time.perf_counter())
        writer = office.write_reminder
        timed = replace(
            office,
            write_reminder=lambda plan: watch.write(writer, plan),
            report=lambda run: None,
            channels={name: Counted(one, watch) for name, one in office.channels.items()},
        )
        run = execute(timed, place.task(TASK), progress=watch.progress)
    told = {
        "planned": watch.planned,
        "rendered": watch.rendered,
        "sending": watch.contacted - watch.rendered,
        "sent": run.figures["mails sent"],
        "before": watch.before,
        "recovered": run.figures["messages recovered"],
    }
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
