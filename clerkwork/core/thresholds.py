"""Thresholds: where the debtors of a segment stop, from a message that was sent to its payment."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeVar

from clerkwork.core.ledger import PaidItem
from clerkwork.core.messages import NOT_ARRIVED, Message, MessageEvent, MessageState

__all__ = ["STAGES", "Reached", "Thresholds", "reached_by", "thresholds"]

Key = TypeVar("Key")

STAGES = ("sent", "delivered", "opened", "link opened", "paid")

_SHOWS: Mapping[str, frozenset[str]] = {
    "delivered": frozenset({"delivered", "opened", "link opened", "read", "answered"}),
    "opened": frozenset({"opened", "link opened", "read", "answered"}),
    "link opened": frozenset({"link opened"}),
}
"""What shows that a message got as far: whoever opened a link was reached."""
_TIME = timedelta(days=14)
"""So long after a message nobody says yet that it was not paid, unless another one followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How many messages got to one stage, of those of which that is known."""

    stage: str
    yes: int
    known: int
    unknown: int
    """Of these nobody can tell: their channel reports no such thing, or it is too early."""

    @property
    def share(self) -> float | None:
        """Of those of which it is known; None of none."""
        return self.yes / self.known if self.known else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """One segment, stage by stage."""

    segment: str
    """Empty for messages of before there were segments."""
    stages: tuple[Reached, ...]

    @property
    def worst(self) -> str:
        """The stage that loses most of all that was sent; empty where nothing is known."""
        known = [one for one in self.stages if one.share is not None]
        lost = [
            ((before.share or 0) - (after.share or 0), -at, after.stage)
            for at, (before, after) in enumerate(pairwise(known))
        ]
        most = max(lost, default=(0.0, 0, ""))
        return most[2] if most[0] > 0 else ""


def thresholds(
    messages: Iterable[Message],
    events: Iterable[MessageEvent],
    paid: Iterable[PaidItem],
    open_now: Collection[tuple[str, str]],
    today: date,
    since: date = date.min,
) -> tuple[Thresholds, ...]:
    """Each segment by name, over the reminders that were sent on or after a day.

    A channel that never reported a kind of event cannot report it: of its messages that is unknown,
    not zero. A message is paid if all that it asked for was paid before the next one
    about it went; of what is neither open now nor known to be paid, nobody knows. `open_now` are
    debtor and number of the open items.
    """
    found = reached_by(lambda m: m.segment, messages, events, paid, open_now, today, since=since)
    return tuple(
        Thresholds(segment=segment, stages=stages) for segment, stages in sorted(found.items())
    )


def reached_by(
    key: Callable[[Message], Key],
    messages: Iterable[Message],
    events: Iterable[MessageEvent],
    paid: Iterable[PaidItem],
    open_now: Collection[tuple[str, str]],
    today: date,
    *,
    since: date = date.min,
    until: date = date.max,
) -> dict[Key, tuple[Reached, ...]]:
    """The stages of the messages that were sent from one day to another, told apart by a key.

    Each is told as `thresholds` tells it.
    """
    held = tuple(events)
    # What did not arrive was sent, too, whatever is thought of it since.
    lost = {event.message for event in held if event.kind in NOT_ARRIVED}
    sent = [
        m
        for m in messages
        if (m.state is MessageState.SENT or m.key in lost) and m.debtor and m.on is not None
    ]
    channels = {message.key: message.channel for message in sent}
    kinds: dict[str, set[str]] = {}
    reports: dict[str, set[str]] = {}
    for event in held:
        kinds.setdefault(event.message, set()).add(event.kind)
        if event.message in channels:
            reports.setdefault(channels[event.message], set()).add(event.kind)
    days: dict[tuple[str, str], date] = {(one.customer, one.number): one.on for one in paid}
    following = _following(sent)
    told: dict[Key, dict[str, list[bool | None]]] = {}
    for message in sent:
        if message.on is None or not since <= message.on <= until:
            continue
        found = told.setdefault(key(message), {stage: [] for stage in STAGES})
        found["sent"].append(True)
        before: bool | None = True
        for stage, shows in _SHOWS.items():
            had, can = kinds.get(message.key, set()), reports.get(message.channel, set())
            before = _got_to(shows, had, can, before)
            found[stage].append(before)
        found["paid"].append(_paid(message, days, open_now, following.get(message.key), today))
    return {
        name: tuple(_reached(stage, found[stage]) for stage in STAGES)
        for name, found in told.items()
    }


def _got_to(
    shows: frozenset[str], had: set[str], can: set[str], before: bool | None
) -> bool | None:
    if had & shows:
        return True
    if not had.isdisjoint(NOT_ARRIVED) or before is False:
        return False
    return False if can & shows else None


def _following(sent: Sequence[Message]) -> dict[str, date]:
    """Message → the day of the debtor's next one about any of the same invoices."""
    found: dict[str, date] = {}
    coming: dict[tuple[str, str], date] = {}
    for message in sorted(sent, key=lambda m: m.on or date.min, reverse=True):
        own = [(message.debtor, number) for number in message.items]
        later = [coming[item] for item in own if item in coming]
        if later:
            found[message.key] = min(later)
        if message.on is not None:
            coming |= dict.fromkeys(own, message.on)
    return found


def _paid(
    message: Message,
    days: Mapping[tuple[str, str], date],
    open_now: Collection[tuple[str, str]],
    following: date | None,
    today: date,
) -> bool | None:
    own = [(message.debtor, number) for number in message.items]
    if not own or message.on is None or any(o not in days and o not in open_now for o in own):
        return None
    paid_on = [days.get(item) for item in own]
    until = following or date.max
    if all(day is not None and message.on <= day <= until for day in paid_on):
        return True
    return False if following or today - message.on >= _TIME else None


def _reached(stage: str, found: Sequence[bool | None]) -> Reached:
    yes, unknown = sum(one is True for one in found), sum(one is None for one in found)
    return Reached(stage=stage, yes=yes, known=len(found) - unknown, unknown=unknown)
