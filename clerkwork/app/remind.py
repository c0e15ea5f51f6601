"""Remind: walk every debtor one step on his journey, unless something holds him back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from clerkwork.app.deliver import Post, deliver, interrupted
from clerkwork.app.remind_asks import collection, one_way, over_cap, unreachable
from clerkwork.app.remind_facts import Known, Watch
from clerkwork.app.walk import Walks
from clerkwork.core.journeys import Plan
from clerkwork.core.messages import LINK, Message, MessageState
from clerkwork.errors import ChannelDown
from clerkwork.ports import Archive, Channel, Clock, Outbox, Progress

__all__ = ["RemindFigures", "remind"]

_OTHERS = {"call": "calls asked for", "sms": "texts sent", "whatsapp": "WhatsApp messages sent"}
_IN_A_ROW = 3
"""Refusals of a channel in a row after which a run leaves it alone."""


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
            **{name: self.sent[channel] for channel, name in _OTHERS.items() if self.sent[channel]},
            "reminders held back": self.held.total(),
            "messages recovered": self.recovered,
            "messages refused": self.failed,
            "messages doubtful": self.doubtful,
            "asked about collection": self.to_collection,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    watch: Watch
    post: Post
    walks: Walks
    write: Callable[[Plan], Message]
    figures: RemindFigures
    refusals: Counter[str] = field(default_factory=Counter)

    def plans(self, only: str = "", without: str = "") -> tuple[Plan, ...]:
        """Plans as the books stand now; of one debtor, and as if a message was never prepared."""
        books = self.watch.glance()
        numbers = [only] if only else list(books.debtors)
        owing = [n for n in numbers if n in books.items and n in books.debtors]
        had = self.post.outbox.histories(*([only] if only else []))
        if without:
            had = {n: tuple(m for m in own if m.key != without) for n, own in had.items()}
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
) -> RemindFigures:
    """Send what is due today, once; what an interrupted run left behind is settled first.

    `accounts` are the creditor's own, whose last statements must be fresh; `walks` says who
    takes which journey.
    `write` turns a plan into its message and does not send. Run again at once
    it sends nothing. A dry run writes nothing at all. Just before each message
    goes, the stop conditions are asked again of books read at most `fresh_for`
    seconds ago. `ended` tells whether another run has surely ended.
    """
    post = Post(
        outbox=outbox,
        queue=known.queue,
        channels=channels,
        archives=archives,
        clock=clock,
        run=run,
        ended=ended,
    )
    desk = _Desk(
        watch=Watch(known, accounts, clock, fresh_for),
        post=post,
        walks=walks,
        write=write,
        figures=RemindFigures(),
    )
    if not dry_run:
        _take_up(desk)
    plans = desk.plans()
    desk.figures.due = len(plans)
    for done, due in enumerate(plans):
        progress("reminders", done, len(plans))
        if dry_run:
            _tell(due, desk.figures)
        else:
            _contact(due, desk)
    progress("reminders", len(plans), len(plans))
    return desk.figures


def _take_up(desk: _Desk) -> None:
    """Settle what an earlier run left between preparing and sending."""
    found = Counter(interrupted(desk.post, _reminder).values())
    desk.figures.recovered += found[MessageState.SENT]
    desk.figures.doubtful += found[MessageState.DOUBTFUL]
    for message in desk.post.outbox.pending(MessageState.PREPARED, MessageState.SENDING):
        if not _reminder(message):
            continue
        fresh = next(iter(desk.plans(only=message.debtor, without=message.key)), None)
        if fresh and not fresh.stops and fresh.key == message.key and _same(message, fresh, desk):
            _send(message, desk)
        else:
            why = "; ".join(fresh.stops) if fresh and fresh.stops else "it was overtaken"
            run = desk.post.run
            desk.post.outbox.settle(message.key, MessageState.STOPPED, note=why, run=run)


def _same(message: Message, fresh: Plan, desk: _Desk) -> bool:
    # Written on another day or over other items, it says something else.
    return desk.write(fresh).text == message.text


def _reminder(message: Message) -> bool:
    return bool(message.debtor) and message.step != LINK


def _contact(due: Plan, desk: _Desk) -> None:
    if due.stops:
        _hold(due, desk)
    elif due.step is None:
        desk.figures.to_collection += desk.post.queue.put(collection(due, desk.post))
    elif desk.refusals[due.channel] >= _IN_A_ROW:
        desk.figures.held["channel down"] += 1
    else:
        message = _written(due, desk)
        if desk.post.outbox.prepare(message) and _still(due, message, desk):
            _send(message, desk)


def _written(due: Plan, desk: _Desk) -> Message:
    """With the segment that he is in, and why: whoever is told apart may ask on what ground."""
    message = desk.write(due)
    return replace(message, journey=due.journey, segment=due.segment, ground=due.ground)


def _still(due: Plan, message: Message, desk: _Desk) -> bool:
    """Ask the stop conditions again, now that it is about to go."""
    fresh = next(iter(desk.plans(only=due.debtor.number, without=message.key)), None)
    if fresh == due:
        return True
    if fresh is None:
        why = "paid: nothing is due any more"
    elif fresh.stops:
        why = "; ".join(fresh.stops)
    else:
        why = "changed: the items changed since it was written"
    desk.post.outbox.settle(message.key, MessageState.STOPPED, note=why, run=desk.post.run)
    desk.figures.held[_rule(why)] += 1
    return False


def _send(message: Message, desk: _Desk) -> None:
    name = message.channel
    try:
        state = deliver(message, desk.post)
    except ChannelDown as error:
        desk.refusals[name] += 1
        desk.figures.held["channel down"] += 1
        if desk.refusals[name] == _IN_A_ROW:
            desk.figures.trouble.append(f"{name}: {error}")
        return
    desk.refusals[name] = 0
    desk.figures.sent[name] += state is MessageState.SENT
    desk.figures.failed += state is MessageState.FAILED
    desk.figures.doubtful += state is MessageState.DOUBTFUL


def _hold(due: Plan, desk: _Desk) -> None:
    rules = [_rule(reason) for reason in due.stops]
    desk.figures.held[rules[0]] += 1
    if rules == ["unreachable"]:
        desk.post.queue.put(unreachable(due, desk.post))
    if rules == ["one channel"]:
        desk.post.queue.put(one_way(due, desk.post))
    if rules == ["cap"]:
        desk.post.queue.put(over_cap(due, desk.post))


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
