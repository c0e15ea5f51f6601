"""What holds a contact back, asked again just before it goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from clerkwork.core.calendar import Calendar
from clerkwork.core.journeys.due import Plan
from clerkwork.core.journeys.journey import Journey, Step
from clerkwork.core.journeys.law import Law
from clerkwork.core.ledger import BLOCKS, OpenItem
from clerkwork.core.messages import Message, MessageState
from clerkwork.core.money import Money

__all__ = ["Promised", "Stops", "stop_reasons"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """What a debtor promised to pay, and may still keep."""

    until: date
    items: tuple[str, ...] = ()
    """What it is about; empty for all that he owes."""
    unread: bool = False
    """Whether its day is over, and no bank statement reaches it yet."""

    def holds(self, today: date) -> bool:
        return self.unread or today <= self.until

    def is_about(self, items: Iterable[OpenItem]) -> bool:
        return not self.items or any(item.number in self.items for item in items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stops:
    """What the house knows at one instant that may hold contacts back."""

    now: datetime
    """UTC."""
    statements: Mapping[str, date | None]
    """Each account of the creditor → closing date of its last statement; None if it has none."""
    items_fetched: bool = True
    """Whether the open items were ever fetched."""
    keyed_since_fetch: bool = False
    fetched: Mapping[str, datetime] = field(default_factory=dict)
    """What was fetched of the ERP, such as 'open items of kantoor' → when last (UTC)."""
    money: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Debtor → where money of his lies, in words: in review, in keying, or doubtful."""
    on_account: Mapping[str, tuple[Money, ...]] = field(default_factory=dict)
    """Debtor → money keyed to his account and applied to no item, per currency."""
    promised: Mapping[str, tuple[Promised, ...]] = field(default_factory=dict)
    """Debtor → his promises, each of which holds back what it is about."""
    away: Mapping[str, date] = field(default_factory=dict)
    """Debtor → the day from which somebody reads what is sent to him again."""
    waiting: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Debtor → what of his waits for a person, in words: a reply, a dispute."""
    handed_over: Mapping[str, str] = field(default_factory=dict)
    """Debtors in collection → since when and by whose word."""
    left: Mapping[str, date] = field(default_factory=dict)
    """Debtor → when a person last said that he stays out of collection for now."""


def stop_reasons(
    due: Plan,
    history: Sequence[Message],
    stops: Stops,
    journey: Journey,
    calendar: Calendar,
    law: Law | None = None,
) -> tuple[str, ...]:
    """Everything that holds a contact back now, in words; the first word or two name the rule.

    `law` is that of the creditor's claims, whose hours hold beside those of the journey.
    """
    return (
        *_house_reasons(due, stops, journey, calendar, law),
        *_debtor_reasons(due, history, stops, journey),
    )


def _house_reasons(
    due: Plan, stops: Stops, journey: Journey, calendar: Calendar, law: Law | None
) -> Iterator[str]:
    if not stops.statements:
        yield "stale bank data: no account of ours is known"
    for account, closed in stops.statements.items():
        if closed is None:
            yield f"stale bank data: account {account} has no statement"
            continue
        age = calendar.business_days(closed, due.today)
        if age > journey.statement_age:
            yield (
                f"stale bank data: the last statement of {account} closed on {closed}, "
                f"{age} business days ago"
            )
    if not stops.items_fetched:
        yield "stale items: the open items were never fetched"
    elif stops.keyed_since_fetch:
        yield "stale items: they were fetched before the last keying"
    for what, at in stops.fetched.items():
        day = calendar.local(at).date()
        age = calendar.business_days(day, due.today)
        if age > journey.items_age:
            yield f"stale items: {what} were fetched on {day}, {age} business days ago"
    # A person is asked about collection at any hour; only debtors are left in peace.
    if due.step is None:
        return
    quiet = calendar.quiet(stops.now, journey.hours)
    if not quiet and due.channel == "call" and journey.call_hours:
        quiet = calendar.quiet(stops.now, journey.call_hours)
    if not quiet and law is not None:
        quiet = _unlawful(stops.now, calendar, law)
    if quiet:
        yield f"quiet hours: {quiet}"


def _unlawful(now: datetime, calendar: Calendar, law: Law) -> str:
    """Why the law leaves debtors in peace now, in words, by its own holidays; or empty."""
    lawful = Calendar(country=law.pack.calendar, zone=calendar.zone)
    quiet = lawful.quiet(now, law.pack.hours)
    return f"{quiet}, by the law of {law.pack.country}" if quiet else ""


def _debtor_reasons(
    due: Plan, history: Sequence[Message], stops: Stops, journey: Journey
) -> Iterator[str]:
    debtor = due.debtor
    if debtor.number in stops.handed_over:
        yield f"in collection: he was handed over {stops.handed_over[debtor.number]}"
    if debtor.block:
        known = debtor.block if debtor.block in BLOCKS else "blocked"
        yield f"{known}: the ERP says '{debtor.block}'"
    for words in stops.money.get(debtor.number, ()):
        yield f"money underway: {words}"
    for lying in stops.on_account.get(debtor.number, ()):
        if not _ignored(lying, journey.unapplied_ignored):
            yield f"money unapplied: {lying} lies on his account"
    for one in stops.promised.get(debtor.number, ()):
        if one.holds(due.today) and one.is_about(due.items):
            word = f"he promised to pay by {one.until}"
            unread = f"money underway: {word}, which no bank statement reaches yet"
            yield unread if one.unread else f"promised: {word}"
    away = stops.away.get(debtor.number)
    if away is not None and due.today < away:
        yield f"away: a program answered that somebody is there again on {away}"
    for words in stops.waiting.get(debtor.number, ()):
        yield f"with a person: {words}"
    for message in history:
        if message.state is MessageState.DOUBTFUL:
            yield f"doubtful message: nobody knows whether that of {message.on} reached him"
        elif message.state is MessageState.PRINTED:
            yield f"not posted: nobody has said that the letter of {message.on} was posted"
        elif message.state is MessageState.HANDING:
            yield f"not posted: the print house does not have the letter of {message.on} yet"
    if due.step and not due.channel:
        yield from _nowhere(due.step, history)
    if due.step is None and debtor.number in stops.left:
        left = stops.left[debtor.number]
        again = left + timedelta(days=max(1, journey.hand_over))
        if due.today < again:
            yield f"left: a person kept him out of collection on {left}; asked from {again} on"
    if due.step is None and len(set(due.had)) < 2 <= journey.fewest:
        way = due.had[0] if due.had else "no channel"
        yield f"one channel: all {len(due.had)} contacts went by {way}; reach him another way"


def _nowhere(step: Step, history: Sequence[Message]) -> Iterator[str]:
    refused = [message for message in history if message.state is MessageState.FAILED]
    for message in refused:
        yield f"refused: {message.to} was refused on {message.on}; change the address"
    if not refused and step.notice:
        by = " or ".join(step.channels)
        yield f"unreachable: the {step.name} goes by {by}, and no such address of his is known"
    elif not refused:
        yield "unreachable: no usable mail address, postal address or number of his is known"


def _ignored(lying: Money, limit: Money | None) -> bool:
    return limit is not None and lying.currency == limit.currency and lying <= limit
