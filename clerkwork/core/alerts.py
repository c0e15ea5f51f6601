"""What somebody has to be told of: causes of trouble, each told once, and told when it is over."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

__all__ = [
    "KINDS",
    "OPEN",
    "OVER",
    "Alert",
    "AlertRules",
    "Cause",
    "Ended",
    "Halted",
    "Notice",
    "Sight",
    "Slot",
    "Unattended",
    "Underway",
    "look",
    "notice",
    "owed",
]

OPEN, OVER = "open", "over"

KINDS: Mapping[str, str] = {
    "failed": "A run failed",
    "stopped": "A task is stopped",
    "total": "A control total is off",
    "late": "A run is late",
    "stuck": "A run is stuck",
    "evidence": "Evidence is broken",
    "copy": "A tree head is not copied",
    "store": "The store is gone",
    "test": "A test",
}
"""Kinds of alerts, in words for people."""

_LONGEST = 200
"""Characters of a cause: a column of the store holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRules:
    """From when on it is trouble: the head of `config/alerts.toml`."""

    late_after: float = 30.0
    """Minutes after which a slot whose run has not ended is late."""
    stuck_after: float = 150.0
    """Minutes after which a run that has not ended is stuck."""
    silent_after: float = 60.0
    """Seconds after which a worker that was not heard of is silent, and its runs are stuck; at
    least `dead_after` of `[engine]`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One thing that is wrong now."""

    cause: str
    """What makes it the same as one that was told already, e.g. 'failed/daily_round'."""
    kind: str
    text: str
    run: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A cause as the store remembers it."""

    cause: str
    kind: str
    text: str
    run: str
    first: dt.datetime
    last: dt.datetime
    times: int
    """How often it was seen anew: a task that fails again counts, another look does not."""
    told: dt.datetime | None = None
    """When anybody was told of it first."""
    told_by: Mapping[str, str] = field(default_factory=dict)
    """By channel what it told last: `OPEN` or `OVER`."""
    over: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a channel tells of an alert."""

    key: str
    """The same whenever the same is told, so that whoever gets it twice can see it."""
    cause: str
    kind: str
    title: str
    text: str
    run: str
    since: dt.datetime
    at: dt.datetime
    over: bool
    times: int = 1
    picture: bytes = b""
    """The last one of the run (JPEG), secrets masked; empty if there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How the newest work of a task ended that is not tried again."""

    task: str
    outcome: str
    """'done', 'stopped' or 'failed'."""
    note: str
    run: str
    total_off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Halted:
    """A task that is not begun any more, because it failed too often."""

    task: str
    why: str
    run: str = ""
    """The last one of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Underway:
    """A run that the journal says is running."""

    run: str
    task: str
    started: dt.datetime
    worker_silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A due moment of a task; `ended` says that whatever came of it is over."""

    task: str
    due: dt.datetime
    ended: bool
    missed: str = ""
    """Why nothing was asked for although it should have been; empty if it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unattended:
    """Something that is due and waits because no process is at work that would take it up."""

    what: str
    """What is missing, e.g. 'no scheduler'; never the name of a task."""
    since: dt.datetime
    """Since when the first of it is due."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a look found: what is wrong, and what is known to be right."""

    wrong: tuple[Cause, ...]
    right: frozenset[str]
    """Causes that are over; of any other that is not wrong nothing is known."""


def look(
    now: dt.datetime,
    rules: AlertRules,
    *,
    ended: Iterable[Ended] = (),
    halted: Iterable[Halted] = (),
    resumed: Collection[str] = (),
    underway: Iterable[Underway] = (),
    gone: Collection[str] = (),
    slots: Iterable[Slot] = (),
    unattended: Iterable[Unattended] = (),
    attended: Collection[str] = (),
    evidence: Mapping[str, str] | None = None,
    copies: Mapping[str, str] | None = None,
) -> Sight:
    """What is wrong now.

    `ended` has at most one a task; that a task is `halted` says that it failed, too; `resumed`
    names tasks that were halted and are not any more; `gone` names runs that were stuck and have
    ended; `attended` names what was `unattended` and is not any more; `evidence` says of runs
    that were examined what is wrong with theirs, or nothing; `copies` the same of the places that
    tree heads are copied to.
    """
    wrong: list[Cause] = []
    right: set[str] = {_key("stuck", run) for run in gone}
    right |= {_key("stopped", task) for task in resumed}
    right |= {_key("late", what) for what in attended}
    stopped = {one.task: one for one in halted}
    wrong += (_of_halted(one) for one in stopped.values())
    for one in ended:
        if one.outcome != "failed" or one.total_off or one.task not in stopped:
            wrong += _of_ended(one)
        right |= _right_of_ended(one)
    wrong += _stuck(now, rules, underway)
    for slot in slots:
        cause = _late(now, rules, slot)
        if cause:
            wrong.append(cause)
        elif slot.ended:
            right.add(_key("late", slot.task, f"{slot.due:%Y%m%dT%H%M%SZ}"))
    for missing in unattended:
        if (now - missing.since).total_seconds() / 60 > rules.late_after:
            key = _key("late", missing.what)
            wrong.append(Cause(cause=key, kind="late", text=missing.text))
    for run, problem in (evidence or {}).items():
        key = _key("evidence", run)
        if problem:
            text = f"The evidence of run {run} does not hold: {problem}"
            wrong.append(Cause(cause=key, kind="evidence", text=text, run=run))
        else:
            right.add(key)
    for where, problem in (copies or {}).items():
        key = _key("copy", where)
        if problem:
            text = f"The tree heads of the evidence are not copied ({where}) {problem}"
            wrong.append(Cause(cause=key, kind="copy", text=text))
        else:
            right.add(key)
    return Sight(wrong=tuple(wrong), right=frozenset(right - {one.cause for one in wrong}))


def owed(alerts: Iterable[Alert], channel: str) -> Iterator[tuple[Alert, str]]:
    """What a channel has to tell yet, oldest first: an alert with `OPEN` or `OVER`.

    Whoever was never told of a trouble is not told that it is over.
    """
    for alert in sorted(alerts, key=lambda one: (one.first, one.cause)):
        want = OVER if alert.over else OPEN
        before = alert.told_by.get(channel)
        if before != want and (want == OPEN or before is not None):
            yield alert, want


def notice(alert: Alert, want: str, at: dt.datetime, picture: bytes = b"") -> Notice:
    """What is told of an alert; `want` is `OPEN` or `OVER`."""
    words = KINDS.get(alert.kind, alert.kind)
    over = want == OVER
    about = f"{alert.cause}|{alert.first.isoformat()}|{want}"
    return Notice(
        key=hashlib.sha256(about.encode()).hexdigest()[:32],
        cause=alert.cause,
        kind=alert.kind,
        title=f"Over: {words[0].lower()}{words[1:]}" if over else words,
        text=alert.text,
        run=alert.run,
        since=alert.first,
        at=at,
        over=over,
        times=alert.times,
        picture=b"" if over else picture,
    )


def _key(*parts: str) -> str:
    key = "/".join(parts)
    if len(key) <= _LONGEST:
        return key
    return f"{key[: _LONGEST - 17]}~{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def _of_ended(one: Ended) -> Iterator[Cause]:
    if one.outcome == "done":
        return
    kind = "total" if one.total_off else "failed"
    how = "stopped, and waits for a person" if one.outcome == "stopped" else "failed"
    text = f"{one.task} {how}: {one.note or 'it ended without a word'}"
    yield Cause(cause=_key(kind, one.task), kind=kind, text=text, run=one.run)


def _of_halted(one: Halted) -> Cause:
    text = (
        f"{one.task} is stopped, and is not begun any more: {one.why}. See to the cause, then "
        f"decide its work item, or: clerkwork resume --task {one.task}"
    )
    return Cause(cause=_key("stopped", one.task), kind="stopped", text=text, run=one.run)


def _right_of_ended(one: Ended) -> set[str]:
    both = {_key("failed", one.task), _key("total", one.task)}
    return both if one.outcome == "done" else set()


def _stuck(now: dt.datetime, rules: AlertRules, underway: Iterable[Underway]) -> Iterator[Cause]:
    for run in underway:
        minutes = (now - run.started).total_seconds() / 60
        if run.worker_silent:
            why = f"the process that runs it was not heard of for {rules.silent_after:g} s"
        elif minutes > rules.stuck_after:
            why = f"it began {minutes:.0f} minutes ago and has not ended"
        else:
            continue
        text = f"{run.task} is stuck: {why}"
        yield Cause(cause=_key("stuck", run.run), kind="stuck", text=text, run=run.run)


def _late(now: dt.datetime, rules: AlertRules, slot: Slot) -> Cause | None:
    minutes = (now - slot.due).total_seconds() / 60
    if slot.ended or minutes <= rules.late_after:
        return None
    key = _key("late", slot.task, f"{slot.due:%Y%m%dT%H%M%SZ}")
    due = f"{slot.task} was due at {slot.due:%Y-%m-%d %H:%M} UTC"
    why = f"and was missed: {slot.missed}" if slot.missed else "and has not ended"
    return Cause(cause=key, kind="late", text=f"{due} {why}")
