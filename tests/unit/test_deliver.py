"""Messages that are claimed together: sent one by one, settled together, none of them lost."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from math import inf

import pytest
from store_cases import reminder

from clerkwork.adapters.store import Store
from clerkwork.app.deliver import Delivered, Post, deliver_all, interrupted
from clerkwork.core.messages import Message, MessageState
from clerkwork.errors import (
    ChannelDown,
    ClerkworkError,
    ConfigError,
    LeaseLost,
    MessageRefused,
    Undecided,
    WritesStopped,
)
from clerkwork.ports import Archive
from clerkwork.testing import FixedClock, RecordingChannel, memory_store

SENT, SENDING, PREPARED = MessageState.SENT, MessageState.SENDING, MessageState.PREPARED
STOPPED, FAILED, DOUBTFUL = MessageState.STOPPED, MessageState.FAILED, MessageState.DOUBTFUL


@dataclass
class Moody(RecordingChannel):
    """Raises a fault at the message with its key."""

    faults: dict[str, ClerkworkError] = field(default_factory=dict)

    def send(self, message: Message) -> str:
        if message.key in self.faults:
            raise self.faults[message.key]
        return RecordingChannel.send(self, message)


@dataclass
class Desk:
    store: Store
    mail: Moody = field(default_factory=Moody)
    announced: list[list[str]] = field(default_factory=list)
    asked: bool = True
    """Whether there is an archive."""
    archive: Archive | None = None
    """Where there is another than the channel itself."""
    printed: Collection[str] = ()

    def deliver(self, **how: object) -> tuple[Delivered, ...]:
        messages = self.store.outbox.pending(PREPARED)
        post = Post(
            outbox=self.store.outbox,
            queue=self.store.queue,
            channels={"mail": self.mail},
            archives={"mail": self.archive or self.mail} if self.asked else {},
            clock=FixedClock(),
            run="run-1",
            announce=self.announce,
            printed=self.printed,
        )
        return deliver_all(messages, post, **how)  # type: ignore[arg-type]

    def announce(self, messages: Sequence[Message]) -> None:
        self.announced.append([message.key for message in messages])

    def states(self) -> list[MessageState]:
        return [message.state for message in self.store.outbox.all()]


@pytest.fixture
def desk() -> Iterator[Desk]:
    store = memory_store()
    store.outbox.prepare_all([reminder(key) for key in "abcd"])
    yield Desk(store)
    store.close()


def test_they_are_claimed_and_told_before_the_first_goes_and_sent_in_their_order(
    desk: Desk,
) -> None:
    ended = desk.deliver()
    assert [one.state for one in ended] == desk.states() == [SENT] * 4
    assert [m.key for m in desk.mail.sent] == list("abcd")
    assert desk.announced == [list("abcd")]
    assert [m.proof for m in desk.store.outbox.all()] == [f"mail-{n}" for n in range(1, 5)]


def test_each_is_asked_about_just_before_it_goes(desk: Desk) -> None:
    seen: list[tuple[str, int]] = []

    def why_not(message: Message) -> str:
        seen.append((message.key, len(desk.mail.sent)))
        return "paid: nothing is due any more" if message.key == "b" else ""

    desk.deliver(why_not=why_not)
    assert seen == [("a", 0), ("b", 1), ("c", 1), ("d", 2)]
    assert desk.states() == [SENT, STOPPED, SENT, SENT]
    assert desk.store.outbox.all()[1].note == "paid: nothing is due any more"


def test_a_claim_that_got_old_is_given_back_and_a_stop_keeps_the_rest(desk: Desk) -> None:
    assert len(desk.deliver(good_for=0)) == 1
    assert desk.states() == [SENT, PREPARED, PREPARED, PREPARED]
    desk.store.stops.pull("writes", "ann", "the letterhead is wrong")
    with pytest.raises(WritesStopped):
        desk.deliver()
    assert desk.states() == [SENT, PREPARED, PREPARED, PREPARED]
    assert desk.announced == [list("abcd")]


def test_what_a_person_has_to_see_is_told_and_the_others_go(desk: Desk) -> None:
    desk.mail.faults = {"b": MessageRefused("550 no such user"), "c": Undecided("silence")}
    desk.asked = False
    desk.deliver()
    assert desk.states() == [SENT, FAILED, DOUBTFUL, SENT]
    assert [item.key for item in desk.store.queue.open()] == ["message/b", "message/c"]


def test_what_the_archive_does_not_have_stays_claimed_until_it_is_asked_again(desk: Desk) -> None:
    desk.mail.faults = {"b": Undecided("silence")}
    desk.deliver()
    assert desk.states() == [SENT, SENDING, SENT, SENT]


@dataclass
class SlowArchive:
    """Keeps how old was what it was asked after."""

    ages: list[float] = field(default_factory=list)

    def holds(self, message_id: str, age: float = inf) -> bool | None:
        self.ages.append(age)
        return False


def test_what_an_archive_has_to_wait_for_counts_from_the_claim() -> None:
    """However long the process has been running that asks: the copy may still be on its way."""
    clock, archive = FixedClock(), SlowArchive()
    with closing(memory_store(clock)) as store:
        post = Post(
            outbox=store.outbox, queue=store.queue, channels={}, archives={"mail": archive},
            clock=clock, run="run-2",
        )  # fmt: skip
        store.outbox.prepare_all([reminder("a"), reminder("b")])
        store.outbox.sending("a", "run-1")
        clock.advance(timedelta(seconds=30))
        store.outbox.sending("b", "run-1")
        clock.advance(timedelta(seconds=60))
        assert set(interrupted(post, lambda _: True).values()) == {PREPARED}
    first, second = archive.ages
    assert 90 <= first < 100
    assert 60 <= second < 70


def test_who_has_more_to_send_does_not_wait_for_an_archive(desk: Desk) -> None:
    archive = SlowArchive()
    desk.archive = archive
    desk.mail.faults = {"b": Undecided("silence")}
    desk.deliver()
    assert archive.ages == [inf]


def test_what_is_only_printed_is_not_sent(desk: Desk) -> None:
    desk.printed = {"mail"}
    ended = desk.deliver()
    assert [one.state for one in ended] == desk.states() == [MessageState.PRINTED] * 4


def test_a_channel_that_is_down_gives_the_rest_back(desk: Desk) -> None:
    desk.mail.faults = {"b": ChannelDown("450 later")}
    ended = desk.deliver()
    assert [str(one.fault) for one in ended] == ["None", "450 later"]
    assert desk.states() == [SENT, STOPPED, PREPARED, PREPARED]


def test_a_fault_of_set_up_is_raised_once_all_that_is_known_is_kept(desk: Desk) -> None:
    desk.mail.faults = {"c": ConfigError("no such server")}
    with pytest.raises(ConfigError):
        desk.deliver()
    assert desk.states() == [SENT, SENT, STOPPED, PREPARED]


def test_who_lost_what_he_held_says_nothing_any_more(desk: Desk) -> None:
    desk.mail.faults = {"c": LeaseLost("not held any more")}
    with pytest.raises(LeaseLost):
        desk.deliver()
    assert desk.states() == [SENDING] * 4


def test_a_channel_that_is_not_there_is_told_before_anything_is_claimed(desk: Desk) -> None:
    letter = replace(reminder("e"), channel="letter")
    desk.store.outbox.prepare(letter)
    with pytest.raises(ConfigError, match="no channel 'letter'"):
        desk.deliver()
    assert set(desk.states()) == {PREPARED}
