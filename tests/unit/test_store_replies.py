"""Replies in the store: each mail once, whatever it says of itself, and forgotten in time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from reply_cases import a_mail, kept_reply
from store_cases import Stores, reminder

from clerkwork.adapters.store import Store
from clerkwork.adapters.store.copying import carry_over
from clerkwork.core.replies.kept import ReplyState
from clerkwork.core.replies.reply import Label, Reading
from clerkwork.testing import MORNING

pytest_plugins = ["store_fixtures"]

TODAY = MORNING.date()
DAY = dt.timedelta(days=1)


@pytest.fixture
def store(stores: Stores) -> Store:
    return stores()


def test_a_reply_comes_back_as_it_was_taken(store: Store) -> None:
    whole = kept_reply(
        1, "één\n\n> regel", answers=("<a@x>", "<b@x>"), automatic=True, failed_to=("a@b.example",),
        delayed_to=("c@d.example",), cut=True,
    )  # fmt: skip
    taken = store.replies.take(whole)
    assert taken == replace(whole, id="1", read=MORNING)
    assert store.replies.get("1") == taken
    assert store.replies.all() == (taken,)


def test_the_day_that_an_absence_ends_comes_back_as_such(store: Store) -> None:
    back = TODAY + 5 * DAY
    whole = kept_reply(1)
    away = Reading(label=Label.OUT_OF_OFFICE, confidence=1.0, sure=True, why=(), back=back)
    taken = store.replies.take(replace(whole, reading=away))
    assert taken
    assert store.replies.get(taken.id) == taken
    assert store.replies.away(TODAY, TODAY) == {"10001": back}
    assert store.replies.away(TODAY, back) == {}, "he is there again"
    assert store.replies.away(TODAY + DAY, TODAY) == {}, "it came before"
    store.replies.take(kept_reply(2))
    assert store.replies.away(TODAY, TODAY) == {"10001": back}, "a promise is no absence"


def test_what_no_database_holds_is_replaced(store: Store) -> None:
    taken = store.replies.take(kept_reply(1, "nul\x00 half\ud800"))
    assert taken
    found = store.replies.get(taken.id)
    assert found
    assert found.reply.text == "nul\ufffd half\ufffd"
    assert store.replies.take(kept_reply(1, "nul\x00 half\ud800")) is None


def test_the_same_mail_is_taken_once_also_under_other_numbers(store: Store) -> None:
    assert store.replies.take(kept_reply(5))
    assert store.replies.take(kept_reply(5)) is None
    assert store.replies.read_to("INBOX", 7) == 5
    # The folder was numbered anew, or holds it twice.
    again = replace(kept_reply(5), mail=replace(a_mail(5), validity=8, uid=2))
    assert store.replies.take(again) is None
    assert (store.replies.read_to("INBOX", 7), store.replies.read_to("INBOX", 8)) == (0, 2)
    assert len(store.replies.all()) == 1
    assert store.replies.take(replace(kept_reply(5), folder="Archive"))


def test_another_mail_under_the_same_message_id_is_not_swallowed(store: Store) -> None:
    store.replies.take(kept_reply(1, message_id="<same@x>"))
    other = store.replies.take(kept_reply(2, "Ik betaal NIET.", message_id="<same@x>"))
    assert other
    assert other.reply.text == "Ik betaal NIET."


def test_how_far_a_folder_was_read(store: Store) -> None:
    assert store.replies.read_to("INBOX", 7) == 0
    for uid in (4_294_967_295, 9):
        store.replies.take(kept_reply(uid))
    assert store.replies.read_to("INBOX", 7) == 4_294_967_295
    assert store.replies.read_to("INBOX", 6) == store.replies.read_to("Other", 7) == 0


def test_what_became_of_it_is_noted(store: Store) -> None:
    first, second = store.replies.take(kept_reply(1)), store.replies.take(kept_reply(2))
    assert first
    assert second
    done = store.replies.settle(first.id, ReplyState.NOTED, note="a program")
    assert done == replace(first, state=ReplyState.NOTED, note="a program")
    assert store.replies.all(ReplyState.NOTED) == (done,)
    assert store.replies.all(ReplyState.TAKEN, ReplyState.ASKED) == (second,)


@pytest.mark.parametrize("id", ["9", "x", "", "9" * 40])
def test_one_that_is_not_there_is_said(store: Store, id: str) -> None:
    assert store.replies.get(id) is None
    with pytest.raises(ValueError, match="there is no reply"):
        store.replies.settle(id, ReplyState.NOTED)


def test_what_is_dealt_with_is_forgotten_in_time_and_nothing_else(store: Store) -> None:
    states = (ReplyState.TAKEN, ReplyState.ASKED, ReplyState.NOTED, ReplyState.HANDLED)
    for uid, state in enumerate(states, start=1):
        taken = store.replies.take(kept_reply(uid))
        assert taken
        store.replies.settle(taken.id, state)
    assert (store.replies.count(TODAY), store.replies.forget(TODAY)) == (0, 0)
    assert (store.replies.count(TODAY + DAY), store.replies.forget(TODAY + DAY)) == (2, 2)
    assert [one.state for one in store.replies.all()] == [ReplyState.TAKEN, ReplyState.ASKED]


def test_replies_are_carried_over_to_another_store(stores: Stores) -> None:
    old, new = stores(), stores()
    old.replies.take(kept_reply(1))
    carry_over(old.database, new.database)
    assert new.replies.all() == old.replies.all() != ()
    two = new.replies.take(kept_reply(2))
    assert two
    assert two.id == "2"


def test_messages_are_found_by_their_message_id(store: Store) -> None:
    whole = reminder()
    store.outbox.prepare(whole)
    light = replace(whole, text="", html="", attachments=())
    assert store.outbox.with_ids(whole.message_id, "<x@y>", "") == {whole.message_id: light}
    assert store.outbox.with_ids() == store.outbox.with_ids("", "<x@y>") == {}
