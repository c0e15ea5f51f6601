"""What the store keeps of debtors over time: declarations, promises, paid items, message events."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from store_cases import (
    ACCOUNT,
    PAYER,
    Stores,
    allocation,
    day,
    eur,
    go,
    item,
    line,
    reminder,
    settled,
    statement,
)

from clerkwork.adapters.store import Store
from clerkwork.adapters.store.copying import carry_over
from clerkwork.core.declarations import Declaration
from clerkwork.core.ledger import Debtor, OpenItem, PaidItem
from clerkwork.core.messages import MessageEvent
from clerkwork.core.posting import PostingState
from clerkwork.core.promises import Promise, PromiseState
from clerkwork.testing import MORNING, FixedClock

pytest_plugins = ["store_fixtures"]

TODAY = MORNING.date()
KEYED = (PostingState.APPROVED, PostingState.KEYING, PostingState.KEYED)


@pytest.fixture
def store(stores: Stores) -> Store:
    return stores()


def declared(fact: str, value: str, debtor: str = "10001") -> Declaration:
    return Declaration(
        debtor=debtor, fact=fact, value=value, since=TODAY, by="ann", ground="on the telephone"
    )


def promise(debtor: str = "10001") -> Promise:
    return Promise(
        debtor=debtor, items=("F1", "F2"), until=day(9), amount=eur(500), owed=eur(900),
        made=MORNING, by="ann", channel="call",
    )  # fmt: skip


def test_what_a_debtor_told_the_erp_comes_back_whole(store: Store) -> None:
    told = Debtor(
        number="1", name="Noor", mobile="+31612345678", preferred="sms", age="18-26",
        occupation="student", needs=("paper", "no calls"),
    )  # fmt: skip
    store.books.replace_debtors("erp", [told, Debtor(number="2", name="Ben")])
    assert store.books.debtors() == (told, Debtor(number="2", name="Ben"))


def test_a_declaration_takes_the_place_of_the_one_before_and_needs_add_up(store: Store) -> None:
    clock = FixedClock()
    first = store.declarations.declare(declared("preferred", "mail"))
    assert (first.id, first.at) == ("1", MORNING)
    assert store.declarations.declare(declared("preferred", "mail")) == first
    second = store.declarations.declare(replace(declared("preferred", "sms"), by="ben"))
    for need in ("paper", "no calls"):
        store.declarations.declare(declared("need", need))
    store.declarations.declare(declared("preferred", "call", "10002"))
    assert [one.value for one in store.declarations.standing("10001")] == [
        "sms", "paper", "no calls",
    ]  # fmt: skip
    assert len(store.declarations.standing()) == 4
    (mail, *_) = store.declarations.all()
    assert (mail.withdrawn, mail.withdrawn_by) == (clock.now(), "ben")
    assert second.withdrawn is None


def test_a_declaration_is_withdrawn_once_and_stays_as_history(store: Store) -> None:
    kept = store.declarations.declare(declared("need", "paper"))
    gone = store.declarations.withdraw(kept.id, by="ben")
    assert (gone.withdrawn, gone.withdrawn_by) == (MORNING, "ben")
    assert store.declarations.standing() == ()
    assert store.declarations.all() == (gone,)
    with pytest.raises(ValueError, match="was withdrawn already, by ben"):
        store.declarations.withdraw(kept.id, by="ann")
    again = store.declarations.declare(declared("need", "paper"))
    assert again.id != kept.id


@pytest.mark.parametrize("id", ["9", "x", "", "²", "9" * 40])
def test_what_is_not_there_is_said(store: Store, id: str) -> None:
    with pytest.raises(ValueError, match="there is no declaration"):
        store.declarations.withdraw(id, by="ann")
    with pytest.raises(ValueError, match="there is no promise"):
        store.promises.settle(id, PromiseState.KEPT)


def test_a_promise_is_settled_once(store: Store) -> None:
    made = store.promises.make(promise())
    other = store.promises.make(promise("10002"))
    assert store.promises.all() == (made, other)
    assert store.promises.all(debtor="10002") == (other,)
    assert store.promises.all(PromiseState.KEPT, debtor="10002") == ()
    kept = store.promises.settle(made.id, PromiseState.KEPT, note="paid")
    assert kept == replace(made, state=PromiseState.KEPT, settled=MORNING, note="paid")
    assert store.promises.all(PromiseState.OPEN) == (other,)
    with pytest.raises(ValueError, match="is kept already"):
        store.promises.settle(made.id, PromiseState.BROKEN)


def owe(store: Store, *items: OpenItem, source: str = "erp") -> None:
    store.books.replace_open_items(source, items)


def pay(store: Store, *parts: tuple[str, int], on: int = 0) -> None:
    """Keyed, as the day's line of the bank brought it."""
    before = store.books.last_statement(ACCOUNT)
    minor = sum(cents for _, cents in parts)
    booked = statement(
        [line(minor, on=on)],
        opening=before.closing.minor if before else 0,
        opened=on,
        number=str(on),
    )
    store.books.book_statement(booked)
    applied = [allocation(number, cents, cents) for number, cents in parts]
    match, posting = settled(booked.lines[0], *applied)
    store.books.record_matches([match], [posting])
    go(store, posting.reference, *KEYED)


def test_what_was_keyed_and_is_gone_was_paid_on_the_day_of_the_bank(store: Store) -> None:
    owe(store, item("F1", 900), item("F2", 500))
    pay(store, ("F1", 900), on=3)
    assert store.paid_items.all() == (), "the ERP is asked first"
    owe(store, item("F2", 500))
    assert store.paid_items.all() == (
        PaidItem(
            source="erp", number="F1", customer="10001", due=day(30), on=day(3), amount=eur(900),
            iban=PAYER,
        ),
    )  # fmt: skip
    owe(store, item("F2", 500))
    assert len(store.paid_items.all()) == 1


def test_what_is_gone_and_was_never_keyed_was_paid_on_the_day_of_the_fetch(store: Store) -> None:
    owe(store, replace(item("F1", 400), total=eur(900)), item("F2", 500, "10002"))
    owe(store)
    found = store.paid_items.all()
    assert [(one.number, one.on, one.amount, one.iban, one.by_fetch) for one in found] == [
        ("F1", TODAY, eur(900), "", True),
        ("F2", TODAY, eur(500), "", True),
    ]
    assert store.paid_items.all("10002") == (found[1],)


def test_what_came_to_zero_was_paid_though_the_erp_still_shows_it(store: Store) -> None:
    owe(store, item("F1", 900))
    for _ in range(2):
        owe(store, item("F1", 0))
        assert [one.number for one in store.paid_items.all()] == ["F1"]


def test_the_last_of_several_payments_says_when(store: Store) -> None:
    owe(store, item("F1", 900))
    pay(store, ("F1", 400), on=1)
    owe(store, item("F1", 500))
    assert store.paid_items.all() == ()
    pay(store, ("F1", 500), on=4)
    owe(store)
    (found,) = store.paid_items.all()
    assert (found.on, found.amount) == (day(4), eur(900))


def test_a_credit_note_that_is_gone_was_paid_by_nobody(store: Store) -> None:
    owe(store, item("C1", -300), item("C2", -100))
    owe(store, item("C2", 0))
    assert store.paid_items.all() == ()


def test_what_is_open_again_was_not_paid_after_all(store: Store) -> None:
    owe(store, item("F1", 900), item("F2", 500))
    owe(store)
    owe(store, item("F1", 900))
    assert [one.number for one in store.paid_items.all()] == ["F2"]


def test_a_source_says_nothing_of_anothers_items(store: Store) -> None:
    owe(store, item("F1", 900))
    owe(store, item("F2", 500), source="old erp")
    owe(store, source="old erp")
    owe(store, item("F1", 900))
    assert [(one.source, one.number) for one in store.paid_items.all()] == [("old erp", "F2")]


def test_a_fetch_that_fails_half_way_notes_nothing_as_paid(store: Store) -> None:
    owe(store, item("F1", 900), item("F2", 500))

    def half() -> object:
        yield item("F1", 900)
        raise OSError("the portal fell silent")

    with pytest.raises(OSError, match="fell silent"):
        store.books.replace_open_items("erp", half())  # type: ignore[arg-type]
    assert store.paid_items.all() == ()
    assert len(store.books.open_items()) == 2


def event(kind: str, minutes: int = 0, provider: str = "") -> MessageEvent:
    at = MORNING + dt.timedelta(minutes=minutes)
    return MessageEvent(message=reminder().key, kind=kind, at=at, provider=provider)


def test_a_report_that_comes_twice_is_one(store: Store) -> None:
    store.outbox.prepare(reminder())
    assert store.events.note(event("delivered", provider="SM1"))
    assert not store.events.note(event("delivered", 5, provider="SM1"))
    assert store.events.note(event("read", 6, provider="SM1"))
    assert store.events.note(event("opened", 2))
    assert not store.events.note(event("opened", 2))
    assert store.events.note(event("opened", 3))
    kinds = [one.kind for one in store.events.all()]
    assert kinds == ["delivered", "opened", "opened", "read"]
    assert store.events.all(reminder().key) == store.events.all()
    assert store.events.all("another") == ()


def test_an_event_of_no_message_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="there is no message"):
        store.events.note(event("opened"))
    with pytest.raises(ValueError, match="is no event; known are"):
        event("seen")


def test_what_is_over_its_time_is_forgotten(store: Store) -> None:
    owe(store, item("F1", 900))
    owe(store)
    store.outbox.prepare(reminder())
    store.events.note(event("opened"))
    for kept in (store.paid_items, store.events):
        assert (kept.count(TODAY), kept.forget(TODAY)) == (0, 0)
        tomorrow = TODAY + dt.timedelta(days=1)
        assert (kept.count(tomorrow), kept.forget(tomorrow), kept.count(tomorrow)) == (1, 1, 0)
    assert store.outbox.all() == (reminder(),)


def test_histories_come_at_once_and_without_what_makes_them_heavy(store: Store) -> None:
    whole = replace(
        reminder(), segment="students", journey="students", ground=("declared kind: consumer",)
    )
    store.outbox.prepare(whole)
    store.outbox.prepare(replace(whole, key="other", message_id="<2@firm.example>", debtor="10002"))
    store.outbox.prepare(replace(whole, key="approver", message_id="<3@firm.example>", debtor=""))
    light = replace(whole, text="", html="", attachments=())
    assert store.outbox.all()[0] == whole
    assert set(store.outbox.histories()) == {"10001", "10002"}
    assert store.outbox.histories("10001", "10003") == {"10001": (light,)}


def test_all_of_it_is_carried_over_to_another_store(stores: Stores) -> None:
    old, new = stores(), stores()
    owe(old, item("F1", 900))
    owe(old)
    old.outbox.prepare(reminder())
    old.events.note(event("opened"))
    old.declarations.declare(declared("need", "paper"))
    old.promises.make(promise())
    carry_over(old.database, new.database)
    assert new.paid_items.all() == old.paid_items.all() != ()
    assert new.events.all() == old.events.all() != ()
    assert new.declarations.all() == old.declarations.all() != ()
    assert new.promises.all() == old.promises.all() != ()
    # What counts goes on behind what came.
    assert new.promises.make(promise("2")).id == "2"
    assert new.declarations.declare(declared("need", "no sms")).id == "2"
