"""Payment journeys: who is reminded of what today, how, and why someone is left alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from clerkwork.core.calendar import Calendar, Hours
from clerkwork.core.ledger import BLOCKS, Debtor, OpenItem
from clerkwork.core.messages import Message, MessageState
from clerkwork.core.money import Money, total

__all__ = [
    "CHANNELS",
    "Journey",
    "Journeys",
    "Plan",
    "Step",
    "Stops",
    "contacts",
    "journey_of",
    "mail_address",
    "plan",
    "stop_reasons",
]

CHANNELS = frozenset({"mail", "letter"})

_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250})[A-Za-z0-9]"
)
_CONTACT = frozenset({MessageState.SENT, MessageState.SENDING, MessageState.DOUBTFUL})
"""States in which a message reached the debtor, or may have."""
_HOURS = Hours()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One contact of a journey."""

    name: str
    after: int
    """Days past the due date of the oldest item."""
    tone: str
    """Which of the texts it speaks."""
    channels: tuple[str, ...] = ("mail", "letter")
    """In order of preference; a debtor who wants paper gets a letter all the same."""
    gap: int = 5
    """Least days since the previous contact."""

    def __post_init__(self) -> None:
        if not self.channels or not set(self.channels) <= CHANNELS:
            raise ValueError(f"channels must be of {', '.join(sorted(CHANNELS))}")
        if self.gap < 1:
            raise ValueError("gap must be 1 day or more: nobody is contacted twice a day")


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """The contacts that debtors of some kinds get, in order, and what holds them back."""

    name: str
    kinds: tuple[str, ...]
    """Kinds of debtor, as the ERP declares them: 'business', 'consumer'."""
    steps: tuple[Step, ...]
    hand_over: int
    """Days after the last contact until a person is asked about collection."""
    hours: Hours = _HOURS
    statement_age: int = 3
    """Most business days since an account's last bank statement."""
    unapplied_ignored: Money | None = None
    """Money on the debtor's account up to this amount does not hold him back."""
    cap: int = 250
    """Most messages of one run."""

    def __post_init__(self) -> None:
        if not self.steps:
            raise ValueError("a journey has at least one step")
        days = [step.after for step in self.steps]
        if days != sorted(days) or len({step.name for step in self.steps}) != len(days):
            raise ValueError("steps stand in the order of `after`, each under a name of its own")


@dataclass(frozen=True, slots=True, kw_only=True)
class Journeys:
    """As `config/journeys.toml` says: every journey, and the calendar that all of them keep."""

    calendar: Calendar
    journeys: tuple[Journey, ...]

    def __post_init__(self) -> None:
        kinds = [kind for journey in self.journeys for kind in journey.kinds]
        if not self.journeys or len(set(kinds)) != len(kinds):
            raise ValueError("each kind of debtor has one journey")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stops:
    """What the house knows at one instant that may hold reminders back."""

    now: datetime
    """UTC."""
    statements: Mapping[str, date | None]
    """Each account of the creditor → closing date of its last statement; None if it has none."""
    items_fetched: bool = True
    """Whether the open items were ever fetched."""
    keyed_since_fetch: bool = False
    money: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Debtor → where money of his lies, in words: in review, in keying, or doubtful."""
    on_account: Mapping[str, tuple[Money, ...]] = field(default_factory=dict)
    """Debtor → money keyed to his account and applied to no item, per currency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The one contact a debtor is due today; it goes only if nothing stops it."""

    debtor: Debtor
    journey: str
    step: Step | None
    """None when all contacts were had: a person is asked about collection."""
    items: tuple[OpenItem, ...]
    """His overdue items without the disputed ones, and his credit notes; oldest first."""
    amounts: tuple[Money, ...]
    """What he owes of them, net, per currency; each above zero."""
    channel: str
    """'mail', 'letter', or empty if he cannot be reached."""
    to: str
    today: date
    attempt: int = 1
    stops: tuple[str, ...] = ()
    """Why it does not go, in words; empty if it goes."""

    @property
    def cycle(self) -> date:
        """Due date of the oldest item: contacts are counted from here."""
        return min(item.due for item in self.items if item.open.minor > 0)

    @property
    def key(self) -> str:
        """One message has one key, for ever."""
        step = self.step.name if self.step else "hand over"
        parts = (self.debtor.number, self.journey, step, self.cycle.isoformat(), self.channel)
        return "/".join((*parts, str(self.attempt)))


def mail_address(text: str) -> str:
    """The address if it is exactly one plain mail address of ASCII letters; empty otherwise."""
    bare = text.strip()
    return bare if _ADDRESS.fullmatch(bare) and ".." not in bare else ""


def journey_of(debtor: Debtor, journeys: Sequence[Journey]) -> Journey:
    """The journey for his kind; of an unknown kind, the last one, which is the gentlest."""
    return next((j for j in journeys if debtor.kind in j.kinds), journeys[-1])


def contacts(history: Iterable[Message], since: date) -> tuple[Message, ...]:
    """The reminders on or after a date that reached the debtor, or may have."""
    return tuple(m for m in history if m.state in _CONTACT and m.on is not None and m.on >= since)


def plan(
    debtors: Iterable[Debtor],
    items: Iterable[OpenItem],
    history: Mapping[str, Sequence[Message]],
    stops: Stops,
    journeys: Sequence[Journey],
    today: date,
    calendar: Calendar,
) -> tuple[Plan, ...]:
    """At most one contact per debtor, for all his overdue items; longest overdue first.

    `history` is debtor → his messages, oldest first. Who owes nothing net, or
    is not due for a contact yet, has no plan; who is held back has one with
    its reasons.
    """
    by_debtor: dict[str, list[OpenItem]] = {}
    for item in items:
        by_debtor.setdefault(item.customer, []).append(item)
    found = []
    for debtor in debtors:
        had = history.get(debtor.number, ())
        journey = journey_of(debtor, journeys)
        due = _due(debtor, by_debtor.get(debtor.number, []), had, journey, today)
        if due is not None:
            found.append(replace(due, stops=stop_reasons(due, had, stops, journey, calendar)))
    found.sort(key=lambda p: (p.cycle, p.debtor.number))
    return tuple(_capped(found, journeys))


def _due(
    debtor: Debtor,
    items: Sequence[OpenItem],
    history: Sequence[Message],
    journey: Journey,
    today: date,
) -> Plan | None:
    counted = sorted(
        (i for i in items if i.open.minor < 0 or (i.days_overdue(today) > 0 and not i.disputed)),
        key=lambda i: (i.due, i.number),
    )
    amounts = _owed(counted)
    # In a currency where credit notes outweigh the invoices nothing is asked.
    currencies = {amount.currency for amount in amounts}
    counted = [i for i in counted if i.open.currency in currencies]
    if not counted:
        return None
    oldest = min(i.due for i in counted if i.open.minor > 0)
    had = contacts(history, oldest)
    step = journey.steps[len(had)] if len(had) < len(journey.steps) else None
    gap = step.gap if step else journey.hand_over
    last = max((m.on for m in contacts(history, date.min) if m.on), default=None)
    early = last is not None and (today - last).days < gap
    if early or (step is not None and (today - oldest).days < step.after):
        return None
    channel, to = _reach(debtor, step) if step else ("", "")
    due = Plan(
        debtor=debtor,
        journey=journey.name,
        step=step,
        items=tuple(counted),
        amounts=amounts,
        channel=channel,
        to=to,
        today=today,
    )
    return _next_attempt(due, history)


def _next_attempt(due: Plan, history: Sequence[Message]) -> Plan:
    used = {message.key for message in history}
    while due.key in used:
        due = replace(due, attempt=due.attempt + 1)
    return due


def _owed(items: Sequence[OpenItem]) -> tuple[Money, ...]:
    currencies = sorted({item.open.currency for item in items})
    sums = (total((i.open for i in items if i.open.currency == c), c) for c in currencies)
    return tuple(amount for amount in sums if amount.minor > 0)


def _reach(debtor: Debtor, step: Step) -> tuple[str, str]:
    ways = {"mail": mail_address(debtor.email)}
    if debtor.address:
        ways["letter"] = "\n".join((debtor.name, *debtor.address))
    wanted = ("letter", *step.channels) if debtor.paper else step.channels
    return next(((name, ways[name]) for name in wanted if ways.get(name)), ("", ""))


def _capped(plans: Iterable[Plan], journeys: Sequence[Journey]) -> Iterator[Plan]:
    cap = min((j.cap for j in journeys), default=0)
    going = 0
    for one in plans:
        if not one.stops and one.step:
            going += 1
            if going > cap:
                one = replace(one, stops=(f"cap: the run may send {cap} messages",))
        yield one


def stop_reasons(
    due: Plan, history: Sequence[Message], stops: Stops, journey: Journey, calendar: Calendar
) -> tuple[str, ...]:
    """Everything that holds a contact back now, in words; the first word or two name the rule."""
    return (
        *_house_reasons(due, stops, journey, calendar),
        *_debtor_reasons(due, history, stops, journey),
    )


def _house_reasons(due: Plan, stops: Stops, journey: Journey, calendar: Calendar) -> Iterator[str]:
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
    # A person is asked about collection at any hour; only debtors are left in peace.
    quiet = calendar.quiet(stops.now, journey.hours) if due.step else ""
    if quiet:
        yield f"quiet hours: {quiet}"


def _debtor_reasons(
    due: Plan, history: Sequence[Message], stops: Stops, journey: Journey
) -> Iterator[str]:
    debtor = due.debtor
    if debtor.block:
        known = debtor.block if debtor.block in BLOCKS else "blocked"
        yield f"{known}: the ERP says '{debtor.block}'"
    for words in stops.money.get(debtor.number, ()):
        yield f"money underway: {words}"
    for lying in stops.on_account.get(debtor.number, ()):
        if not _ignored(lying, journey.unapplied_ignored):
            yield f"money unapplied: {lying} lies on his account"
    for message in history:
        if message.state is MessageState.DOUBTFUL:
            yield f"doubtful message: nobody knows whether that of {message.on} reached him"
        elif message.state is MessageState.FAILED and due.step and message.to == due.to:
            yield f"refused: {message.to} was refused on {message.on}; change the address"
    if due.step and not due.channel:
        yield "unreachable: neither a usable mail address nor a postal address is known"


def _ignored(lying: Money, limit: Money | None) -> bool:
    return limit is not None and lying.currency == limit.currency and lying <= limit
