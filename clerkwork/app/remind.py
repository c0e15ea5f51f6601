"""Remind: walk every debtor one step on his journey, unless something holds him back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from time import monotonic

from clerkwork.app.deliver import Delivered, Post, deliver_all, interrupted
from clerkwork.app.remind_asks import (
    collection,
    on_account,
    one_way,
    over_cap,
    settled,
    stale,
    unreachable,
)
from clerkwork.app.remind_facts import Known, Watch, lying_on_account
from clerkwork.app.walk import Walks
from clerkwork.core.collection import COLLECTION
from clerkwork.core.journeys import Plan
from clerkwork.core.messages import LINK, Message, MessageState, Settled
from clerkwork.core.queue import WorkItem
from clerkwork.ports import Archive, Channel, Clock, Outbox, Progress

__all__ = ["RemindFigures", "remind"]

_OTHERS = {"call": "calls asked for", "sms": "texts sent", "whatsapp": "WhatsApp messages sent"}
_WENT = (MessageState.SENT, MessageState.PRINTED)
_IN_A_ROW = 3
"""Refusals of a channel in a row after which a run leaves it alone."""
_AT_ONCE = 40
"""Most messages that are claimed together: so many the archive is asked about after a crash, and
so many may be a person's where a run fell silent and nobody knows that it is dead."""
_AHEAD = 5
"""How many times as many are written before the first of them goes: the books are looked at again
for each that goes, and a look that was made before they were written is no longer good."""


@dataclass(slots=True, kw_only=True)
class RemindFigures:
    """What became of one run's reminders, in numbers."""

    due: int = 0
    """Debtors who were due for a contact."""
    sent: Counter[str] = field(default_factory=Counter)
    """By channel."""
    held: Counter[str] = field(default_factory=Counter)
    """Not sent, by the rule that held it back."""
    recovered: int = 0
    """Found in the archive after an earlier run was interrupted."""
    printed: int = 0
    """Letters that count once somebody says that they were posted."""
    failed: int = 0
    doubtful: int = 0
    to_collection: int = 0
    """Questions put to a person: hand over to collection?"""
    would_send: list[str] = field(default_factory=list)
    """In words; filled by a dry run only."""
    trouble: list[str] = field(default_factory=list)
    """Channels that were down: the run should say that it stopped."""

    def as_counts(self) -> dict[str, int]:
        """For the journal and the report."""
        return {
            "reminders due": self.due,
            "mails sent": self.sent["mail"],
            "letters sent": self.sent["letter"],
            **({"letters printed": self.printed} if self.printed else {}),
            **{name: self.sent[channel] for channel, name in _OTHERS.items() if self.sent[channel]},
            "reminders held back": self.held.total(),
            "messages recovered": self.recovered,
            "messages refused": self.failed,
            "messages doubtful": self.doubtful,
            "asked about collection": self.to_collection,
        }


@dataclass(slots=True, kw_only=True)
class _Pace:
    """How many messages of a channel are claimed together.

    One, until its archive has shown that it holds what was sent; then as many as go while the
    books that were asked are fresh, for as long as it shows so after each of them.
    """

    fresh_for: float
    archives: Mapping[str, Archive]
    each: dict[str, float] = field(default_factory=dict)
    """Channel → seconds that one message took lately."""
    proven: set[str] = field(default_factory=set)
    sent: Counter[str] = field(default_factory=Counter)

    def size(self, channel: str) -> int:
        if channel not in self.proven:
            return 1
        return max(1, min(_AT_ONCE, int(self.fresh_for / max(self.each[channel], 1e-6))))

    def ahead(self, channel: str) -> int:
        """How many are written before they go."""
        size = self.size(channel)
        return size * _AHEAD if size > 1 else 1

    def note(self, ended: Sequence[Delivered], seconds: float) -> None:
        channel = ended[-1].message.channel
        self.each[channel] = seconds / len(ended)
        sent = [one for one in ended if one.state in _WENT]
        if not sent or channel not in self.archives:
            return
        last = sent[-1].message.message_id
        if channel in self.proven:
            if not self.archives[channel].holds(last):
                self.proven.remove(channel)
                self.sent[channel] = 0
            return
        self.sent[channel] += len(sent)
        # An archive that lags behind is asked ever more seldom.
        if self.sent[channel].bit_count() == 1 and self.archives[channel].holds(last):
            self.proven.add(channel)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    known: Known
    watch: Watch
    post: Post
    walks: Walks
    write: Callable[[Plan], Message]
    figures: RemindFigures
    pace: _Pace
    refusals: Counter[str] = field(default_factory=Counter)
    capped: set[str] = field(default_factory=set)
    """Journeys on which more is due than a run may send."""
    told_old: list[str] = field(default_factory=list)
    """That the ERP was not fetched lately, once a person was told."""
    asked: dict[str, list[WorkItem]] = field(default_factory=dict)
    """Debtor → what people were asked about his collection."""

    def everybody(self) -> tuple[Plan, ...]:
        """Plans as the books stand now."""
        return self.plans(list(self.watch.glance().debtors), self.post.outbox.histories())

    def histories(self, messages: Sequence[Message]) -> Mapping[str, Sequence[Message]]:
        """What their debtors had, as if these messages were never prepared."""
        own = {message.key for message in messages}
        had = self.post.outbox.histories(*(message.debtor for message in messages))
        return {n: tuple(m for m in each if m.key not in own) for n, each in had.items()}

    def plans(
        self, numbers: Collection[str], had: Mapping[str, Sequence[Message]]
    ) -> tuple[Plan, ...]:
        """Plans of some debtors as the books stand now."""
        books = self.watch.glance()
        owing = [n for n in numbers if n in books.items and n in books.debtors]
        return self.walks.plan(
            books, owing, had, self.post.clock.today(), frozenset(self.post.channels)
        )


def remind(
    *,
    known: Known,
    outbox: Outbox,
    channels: Mapping[str, Channel],
    archives: Mapping[str, Archive],
    clock: Clock,
    walks: Walks,
    accounts: Sequence[str],
    write: Callable[[Plan], Message],
    run: str,
    progress: Progress = lambda _what, _done, _of: None,
    dry_run: bool = False,
    ended: Callable[[str], bool] = lambda _: True,
    fresh_for: float = 1.0,
    announce: Callable[[Sequence[Message]], None] = lambda _: None,
    printed: Collection[str] = (),
) -> RemindFigures:
    """Send what is due today, once; what an interrupted run left behind is settled first.

    `accounts` are the creditor's own, whose last statements must be fresh; `walks` says who
    takes which journey.
    `write` turns a plan into its message and does not send. Run again at once
    it sends nothing. A dry run writes nothing at all. Just before each message
    goes, the stop conditions are asked again of books read at most `fresh_for`
    seconds ago; so long, and no longer, several may be claimed together. `ended` tells whether
    another run has surely ended. `announce` is called before messages go that are claimed.
    `printed` are channels that only print.
    """
    post = Post(
        outbox=outbox,
        queue=known.queue,
        channels=channels,
        archives=archives,
        clock=clock,
        run=run,
        ended=ended,
        announce=announce,
        printed=printed,
    )
    desk = _Desk(
        known=known,
        watch=Watch(known, accounts, clock, fresh_for),
        post=post,
        walks=walks,
        write=write,
        figures=RemindFigures(),
        pace=_Pace(fresh_for=fresh_for, archives=archives),
    )
    if not dry_run:
        _take_up(desk)
    plans = desk.everybody()
    desk.figures.due = len({due.debtor.number for due in plans})
    if any(due.step is None for due in plans):
        for item in known.queue.beginning(COLLECTION):
            desk.asked.setdefault(item.debtor, []).append(item)
    waiting: dict[str, list[Plan]] = {}
    for done, due in enumerate(plans):
        progress("reminders", done, len(plans))
        if dry_run:
            _tell(due, desk.figures)
        elif _goes(due, desk):
            own = waiting.setdefault(due.channel, [])
            own.append(due)
            if len(own) >= desk.pace.ahead(due.channel):
                _contact(waiting.pop(due.channel), desk)
    for own in waiting.values():
        _contact(own, desk)
    progress("reminders", len(plans), len(plans))
    return desk.figures


def _take_up(desk: _Desk) -> None:
    """Settle what an earlier run left between preparing and sending."""
    found = Counter(interrupted(desk.post, _reminder).values())
    desk.figures.recovered += sum(found[state] for state in _WENT)
    desk.figures.doubtful += found[MessageState.DOUBTFUL]
    for message in desk.post.outbox.pending(MessageState.PREPARED, MessageState.SENDING):
        if not _reminder(message):
            continue
        had = desk.histories([message])
        fresh = _contact_of(desk.plans([message.debtor], had))
        if desk.refusals[message.channel] >= _IN_A_ROW:
            _leave([message], desk)
        elif fresh and not fresh.stops and fresh.key == message.key and _same(message, fresh, desk):
            _send([message], desk)
        else:
            why = "; ".join(fresh.stops) if fresh and fresh.stops else "it was overtaken"
            run = desk.post.run
            desk.post.outbox.settle(message.key, MessageState.STOPPED, note=why, run=run)


def _contact_of(plans: Sequence[Plan]) -> Plan | None:
    """What one debtor is to be sent, before what a person is to be asked about him."""
    return next((one for one in plans if one.step), next(iter(plans), None))


def _same(message: Message, fresh: Plan, desk: _Desk) -> bool:
    # Written on another day or over other items it says something else, or goes to who has left.
    new = desk.write(fresh)
    return (new.channel, new.to, new.text) == (message.channel, message.to, message.text)


def _reminder(message: Message) -> bool:
    return bool(message.debtor) and message.step != LINK


def _goes(due: Plan, desk: _Desk) -> bool:
    """Whether he is to be sent something; what is to be asked of people instead, is asked."""
    if due.stops:
        _hold(due, desk)
    elif due.step is None:
        asked = desk.asked.get(due.debtor.number, ())
        desk.figures.to_collection += desk.post.queue.put(collection(due, desk.post, asked))
    elif due.claim and due.claim.settled:
        desk.post.queue.put(settled(due, due.claim.settled[0], desk.post))
    return not due.stops and due.step is not None


def _contact(dues: Sequence[Plan], desk: _Desk) -> None:
    """Send what debtors are due by one channel."""
    channel = dues[0].channel
    if desk.refusals[channel] >= _IN_A_ROW:
        desk.figures.held["channel down"] += len(dues)
        return
    rest = desk.post.outbox.prepare_all([_written(due, desk) for due in dues])
    of = {due.key: due for due in dues}
    while rest and desk.refusals[channel] < _IN_A_ROW:
        some = rest[: desk.pace.size(channel)]
        done = _send(some, desk, partial(_why_not, of, desk.histories(some), desk))
        rest = rest[done:]
    if rest:
        _leave(rest, desk)


def _written(due: Plan, desk: _Desk) -> Message:
    """With the segment that he is in, and why: whoever is told apart may ask on what ground."""
    message = desk.write(due)
    return replace(message, journey=due.journey, segment=due.segment, ground=due.ground)


def _why_not(
    of: Mapping[str, Plan],
    had: Mapping[str, Sequence[Message]],
    desk: _Desk,
    message: Message,
) -> str:
    """Ask the stop conditions again, now that it is about to go; why it goes no more."""
    due = of[message.key]
    fresh = _contact_of(desk.plans([due.debtor.number], had))
    if fresh == due:
        return ""
    if fresh is None:
        return "paid: nothing is due any more"
    return "; ".join(fresh.stops) or "changed: the items changed since it was written"


def _send(
    messages: Sequence[Message], desk: _Desk, why_not: Callable[[Message], str] = lambda _: ""
) -> int:
    """Send prepared messages of one channel, from the first on; how many were seen to."""
    began = monotonic()
    ended = deliver_all(messages, desk.post, why_not, desk.pace.fresh_for)
    desk.pace.note(ended, monotonic() - began)
    for one in ended:
        _count(one, desk)
    return len(ended)


def _count(one: Delivered, desk: _Desk) -> None:
    name, figures = one.message.channel, desk.figures
    if one.fault is not None:
        desk.refusals[name] += 1
        figures.held["channel down"] += 1
        if desk.refusals[name] == _IN_A_ROW:
            figures.trouble.append(f"{name}: {one.fault}")
    elif one.state is MessageState.STOPPED:
        figures.held[_rule(one.note)] += 1
    else:
        desk.refusals[name] = 0
        figures.sent[name] += one.state is MessageState.SENT
        figures.printed += one.state is MessageState.PRINTED
        figures.failed += one.state is MessageState.FAILED
        figures.doubtful += one.state is MessageState.DOUBTFUL


def _leave(messages: Sequence[Message], desk: _Desk) -> None:
    """Of what a channel takes that is down: another run writes it anew."""
    stopped = [
        Settled(key=message.key, state=MessageState.STOPPED, note="its channel is down")
        for message in messages
    ]
    desk.post.outbox.settle_all(stopped, desk.post.run)
    desk.figures.held["channel down"] += len(messages)


def _hold(due: Plan, desk: _Desk) -> None:
    rules = [_rule(reason) for reason in due.stops]
    desk.figures.held[rules[0]] += 1
    old = next((why for why in due.stops if _too_old(why)), "")
    if old and not desk.told_old:
        desk.told_old.append(old)
        desk.post.queue.put(stale(due, old, desk.post))
    if "money unapplied" in rules:
        # What was answered is not asked again, so the answers of all need not be read for each.
        for posting in lying_on_account(desk.known.books, customer=due.debtor.number):
            desk.post.queue.put(on_account(due, posting, desk.post))
    if rules == ["unreachable"]:
        desk.post.queue.put(unreachable(due, desk.post))
    if rules == ["one channel"]:
        desk.post.queue.put(one_way(due, desk.post))
    if rules == ["cap"] and due.journey not in desk.capped:
        # The first of a journey asks for all of it.
        desk.capped.add(due.journey)
        desk.post.queue.put(over_cap(due, desk.post))


def _too_old(reason: str) -> bool:
    """Whether what was fetched is too old; of what was keyed since, the next fetch tells by
    itself."""
    return reason.startswith("stale items:") and reason.endswith("business days ago")


def _rule(reason: str) -> str:
    return reason.partition(":")[0]


def _tell(due: Plan, figures: RemindFigures) -> None:
    if due.stops:
        figures.held[_rule(due.stops[0])] += 1
        return
    owed = " and ".join(str(amount) for amount in due.amounts)
    if due.step is None:
        figures.would_send.append(f"ask a person about collection of {owed} ({due.debtor.number})")
    else:
        figures.would_send.append(
            f"send debtor {due.debtor.number} the {due.step.name} by {due.channel} over {owed}"
        )
