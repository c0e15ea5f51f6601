"""Deliver messages through the outbox: claimed before they go, settled after, none sent twice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from time import monotonic

from clerkwork.app.message_asks import ARRIVED, NOT_ARRIVED, doubtful, refused
from clerkwork.core.messages import Message, MessageState, Settled
from clerkwork.core.queue import WorkItem
from clerkwork.errors import (
    ChannelDown,
    ClerkworkError,
    ConfigError,
    LeaseLost,
    MessageRefused,
    Undecided,
)
from clerkwork.ports import Archive, Channel, Clock, Outbox, ProvingArchive, Queue

__all__ = [
    "ARRIVED",
    "NOT_ARRIVED",
    "Delivered",
    "Post",
    "deliver",
    "deliver_all",
    "interrupted",
    "settle_by_person",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Everything that sending needs. `channels` and `archives` are by name of the channel."""

    outbox: Outbox
    queue: Queue
    channels: Mapping[str, Channel]
    archives: Mapping[str, Archive]
    clock: Clock
    run: str
    ended: Callable[[str], bool] = lambda _: True
    """Whether another run has surely ended, so that it sends nothing any more."""
    announce: Callable[[Sequence[Message]], None] = lambda _: None
    """Called before messages go that were claimed together."""
    printed: Collection[str] = ()
    """Channels that only print: what became of a letter somebody says afterwards."""

    def channel(self, name: str) -> Channel:
        """Raises `ConfigError` if there is none of that name."""
        if name not in self.channels:
            raise ConfigError(
                f"there is no channel '{name}' (known: {', '.join(sorted(self.channels))}): "
                "set it up in config/channels.toml or leave it out of config/journeys.toml"
            )
        return self.channels[name]

    def state(self, message: Message) -> MessageState:
        """What a message is once its channel took it."""
        return MessageState.PRINTED if message.channel in self.printed else MessageState.SENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What became of a message that was claimed."""

    message: Message
    state: MessageState
    """`SENDING` where the archive surely does not hold what may have been sent: it is asked again
    by the next run."""
    note: str = ""
    proof: str = ""
    fault: ClerkworkError | None = None
    """Why it surely did not go, though it was to."""


def deliver(message: Message, post: Post) -> MessageState:
    """Send one prepared message and settle it; the state it ended in.

    `FAILED` and `DOUBTFUL` are told to a person. Raises `ChannelDown` when the
    channel surely did not take it: it is `STOPPED` then, and may be written anew.
    """
    [ended] = deliver_all([message], post)
    if ended.fault is not None:
        raise ended.fault
    return ended.state


def deliver_all(
    messages: Sequence[Message],
    post: Post,
    why_not: Callable[[Message], str] = lambda _: "",
    good_for: float = inf,
) -> tuple[Delivered, ...]:
    """Send prepared messages in their order, claimed together and settled together.

    `why_not` is asked just before each goes, and says why it goes no more. It ends early, with the
    rest prepared again, after a channel that is down, and `good_for` seconds after the claim: what
    was asked for the claim is to be asked anew then. After a crash the archive is asked about each
    that was claimed: several at once are for a channel whose archive can be asked. Raises what a
    channel raises that is not set up, and then that message is `STOPPED`.
    """
    channels = [post.channel(message.channel) for message in messages]
    post.outbox.sending(messages[0].key, post.run, *(message.key for message in messages[1:]))
    until = monotonic() + good_for
    post.announce(messages)
    ended: list[Delivered] = []
    for message, channel in zip(messages, channels, strict=True):
        if ended and (ended[-1].fault is not None or monotonic() >= until):
            break
        if why := why_not(message):
            ended.append(Delivered(message=message, state=MessageState.STOPPED, note=why))
            continue
        try:
            proof = channel.send(message)
        except LeaseLost:
            # Surely not sent, and perhaps another's by now: whoever takes it up asks the archive.
            raise
        except MessageRefused as error:
            failed = Delivered(message=message, state=MessageState.FAILED, note=str(error))
            ended.append(failed)
        except Undecided as error:
            ended.append(_asked(message, post, str(error)))
        except ClerkworkError as error:
            # Whatever else a channel raises, it raises before the message is given away.
            stopped = Delivered(
                message=message, state=MessageState.STOPPED, note=str(error), fault=error
            )
            ended.append(stopped)
        else:
            ended.append(Delivered(message=message, state=post.state(message), proof=proof))
    _settle(ended, messages[len(ended) :], post)
    fault = ended[-1].fault
    if fault is not None and not isinstance(fault, ChannelDown):
        raise fault
    return tuple(ended)


def interrupted(post: Post, mine: Callable[[Message], bool]) -> dict[str, MessageState]:
    """Settle what an earlier run claimed and never settled; message key → the state it is in now.

    What the archive holds is `SENT`, or `PRINTED`; what it surely does not hold is
    `PREPARED` again and may be delivered under the same Message-ID; where
    nobody can be asked, or the run is not known to be dead and may still
    send it, it is `DOUBTFUL` and a person's.
    """
    claimed = [m for m in post.outbox.pending(MessageState.SENDING) if mine(m)]
    now, began = post.clock.now(), monotonic()
    found = []
    for message in claimed:
        since = post.outbox.since(message.key) or now
        # The office's clock may stand still; what is waited here counts all the same.
        age = max(0.0, (now - since).total_seconds()) + monotonic() - began
        found.append(_taken_up(message, post, age))
    unsent = [one.message for one in found if one.state is MessageState.SENDING]
    _settle(found, unsent, post)
    back = dict.fromkeys((message.key for message in unsent), MessageState.PREPARED)
    return {one.message.key: one.state for one in found} | back


def _taken_up(message: Message, post: Post, age: float) -> Delivered:
    claimant = post.outbox.claimant(message.key)
    sure = claimant == post.run or post.ended(claimant)
    if sure:
        return _asked(message, post, "the run ended while it was being sent", age)
    return _asked(message, post, f"run {claimant} fell silent while it sent it", age, sure=False)


def settle_by_person(outbox: Outbox, item: WorkItem, decision: str, by: str) -> None:
    """What a person found out about a doubtful or refused message; nothing on other decisions."""
    _, _, key = item.key.partition("/")
    if decision == ARRIVED:
        outbox.settle(key, MessageState.SENT, note=f"{by}: it arrived")
    elif decision == NOT_ARRIVED:
        outbox.settle(key, MessageState.STOPPED, note=f"{by}: it did not arrive")


def _settle(ended: Sequence[Delivered], rest: Sequence[Message], post: Post) -> None:
    """Commit what became of each, and that the rest was not sent; tell people what is theirs."""
    settled = [
        Settled(key=one.message.key, state=one.state, note=one.note, proof=one.proof)
        for one in ended
        if one.state is not MessageState.SENDING
    ]
    settled += [Settled(key=message.key, state=MessageState.PREPARED) for message in rest]
    if settled:
        post.outbox.settle_all(settled, post.run)
    for one in ended:
        if one.state is MessageState.FAILED:
            post.queue.put(refused(one.message, one.note, post.clock, post.run))
        if one.state is MessageState.DOUBTFUL:
            post.queue.put(doubtful(one.message, one.note, post.clock, post.run))


def _asked(
    message: Message, post: Post, why: str, age: float = inf, *, sure: bool = True
) -> Delivered:
    """What the archive says of it, waited for if it was claimed only `age` seconds ago.

    Who has more to send does not wait: what is not there yet stays claimed.
    """
    archive = post.archives.get(message.channel)
    held = archive.holds(message.message_id, age) if archive else None
    if held:
        proof = message.message_id
        if isinstance(archive, ProvingArchive):
            proof = archive.proof(message)
        note = f"{why}; found in the archive"
        return Delivered(message=message, state=post.state(message), note=note, proof=proof)
    if held is None or not sure:
        note = f"{why}; " + (
            "there is no archive to ask" if held is None else "the archive does not hold it yet"
        )
        return Delivered(message=message, state=MessageState.DOUBTFUL, note=note)
    return Delivered(message=message, state=MessageState.SENDING)
