"""Deliver a message through the outbox: claimed before it goes, settled after, never sent twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from clerkwork.core.messages import Message, MessageState
from clerkwork.core.queue import WorkItem
from clerkwork.errors import ClerkworkError, ConfigError, LeaseLost, MessageRefused, Undecided
from clerkwork.ports import Archive, Channel, Clock, Outbox, Queue

__all__ = ["ARRIVED", "NOT_ARRIVED", "Post", "deliver", "interrupted", "settle_by_person"]

ARRIVED = "arrived"
NOT_ARRIVED = "not-arrived"


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

    def channel(self, name: str) -> Channel:
        """Raises `ConfigError` if there is none of that name."""
        if name not in self.channels:
            raise ConfigError(
                f"there is no channel '{name}' (known: {', '.join(sorted(self.channels))}): "
                "set it up in config/channels.toml or leave it out of config/journeys.toml"
            )
        return self.channels[name]


def deliver(message: Message, post: Post) -> MessageState:
    """Send one prepared message and settle it; the state it ended in.

    `FAILED` and `DOUBTFUL` are told to a person. Raises `ChannelDown` when the
    channel surely did not take it: it is `STOPPED` then, and may be written anew.
    """
    channel = post.channel(message.channel)
    post.outbox.sending(message.key, post.run)
    try:
        proof = channel.send(message)
    except LeaseLost:
        # Surely not sent, and perhaps another's by now: whoever takes it up asks the archive.
        raise
    except MessageRefused as error:
        _settle(post, message, MessageState.FAILED, note=str(error))
        post.queue.put(_refused(message, str(error), post))
        return MessageState.FAILED
    except Undecided as error:
        return _ask_archive(message, post, str(error))
    except ClerkworkError as error:
        # Whatever else a channel raises, it raises before the message is given away.
        _settle(post, message, MessageState.STOPPED, note=str(error))
        raise
    _settle(post, message, MessageState.SENT, proof=proof)
    return MessageState.SENT


def interrupted(post: Post, mine: Callable[[Message], bool]) -> dict[str, MessageState]:
    """Settle what an earlier run claimed and never settled; message key → the state it is in now.

    What the archive holds is `SENT`; what it surely does not hold stays
    `SENDING` and may be delivered again under the same Message-ID; where
    nobody can be asked, or the run is not known to be dead and may still
    send it, it is `DOUBTFUL` and a person's.
    """
    claimed = [m for m in post.outbox.pending(MessageState.SENDING) if mine(m)]
    return {message.key: _taken_up(message, post) for message in claimed}


def _taken_up(message: Message, post: Post) -> MessageState:
    claimant = post.outbox.claimant(message.key)
    sure = claimant == post.run or post.ended(claimant)
    if sure:
        return _ask_archive(message, post, "the run ended while it was being sent")
    return _ask_archive(message, post, f"run {claimant} fell silent while it sent it", sure=False)


def settle_by_person(outbox: Outbox, item: WorkItem, decision: str, by: str) -> None:
    """What a person found out about a doubtful or refused message; nothing on other decisions."""
    key = item.key.removeprefix("message/")
    if decision == ARRIVED:
        outbox.settle(key, MessageState.SENT, note=f"{by}: it arrived")
    elif decision == NOT_ARRIVED:
        outbox.settle(key, MessageState.STOPPED, note=f"{by}: it did not arrive")


def _settle(
    post: Post, message: Message, state: MessageState, *, note: str = "", proof: str = ""
) -> None:
    post.outbox.settle(message.key, state, note=note, proof=proof, run=post.run)


def _ask_archive(message: Message, post: Post, why: str, *, sure: bool = True) -> MessageState:
    archive = post.archives.get(message.channel)
    held = archive.holds(message.message_id) if archive else None
    if held:
        note = f"{why}; found in the archive"
        _settle(post, message, MessageState.SENT, note=note, proof=message.message_id)
        return MessageState.SENT
    if held is None or not sure:
        note = f"{why}; " + (
            "there is no archive to ask" if held is None else "the archive does not hold it yet"
        )
        _settle(post, message, MessageState.DOUBTFUL, note=note)
        post.queue.put(_doubtful(message, note, post))
        return MessageState.DOUBTFUL
    return MessageState.SENDING


def _doubtful(message: Message, note: str, post: Post) -> WorkItem:
    return _about(
        message,
        title=f"Did the {message.channel} to {_whom(message)} arrive?",
        note=note,
        choices=(
            (ARRIVED, "it arrived: counted as sent"),
            (NOT_ARRIVED, "it did not: the next run may write anew"),
        ),
        post=post,
    )


def _refused(message: Message, note: str, post: Post) -> WorkItem:
    return _about(
        message,
        title=f"The {message.channel} to {_whom(message)} was refused",
        note=note,
        choices=(
            ("seen", "the address is being corrected in the ERP"),
            (NOT_ARRIVED, "try the same address once more"),
        ),
        post=post,
    )


def _whom(message: Message) -> str:
    return f"debtor {message.debtor}" if message.debtor else "the approver"


def _about(
    message: Message, *, title: str, note: str, choices: tuple[tuple[str, str], ...], post: Post
) -> WorkItem:
    return WorkItem(
        id="",
        key=f"message/{message.key}",
        kind="message",
        title=title,
        created=post.clock.now(),
        facts={
            "What happened": note,
            "To": message.to,
            "Subject": message.subject,
            "Written on": message.on.isoformat() if message.on else "",
            "Message-ID": message.message_id,
        },
        choices=choices,
        evidence=post.run,
        debtor=message.debtor,
    )
