"""Two at once: one wins, the other is told; over both databases."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from functools import partial

from store_cases import allocation, emptied, item, line, settled, statement

from clerkwork.adapters.store import Store, open_store
from clerkwork.core.messages import Message
from clerkwork.core.posting import PostingState
from clerkwork.errors import StatementError
from clerkwork.ports import Errand
from clerkwork.testing import MORNING, FixedClock

pytest_plugins = ["store_fixtures"]

AT_ONCE, ROUNDS = 3, 8


@contextmanager
def several(address: str) -> Iterator[list[Store]]:
    """The same store, opened by several."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(closing(open_store(address, FixedClock()))) for _ in range(AT_ONCE)
        ]


def race(stores: list[Store], do: Callable[[Store], object]) -> Counter[str]:
    """All do it at the same moment; what came of it, in words."""
    ready = threading.Barrier(len(stores))

    def one(store: Store) -> str:
        ready.wait()
        try:
            return str(do(store))
        except ValueError as error:
            return str(error)

    with ThreadPoolExecutor(len(stores)) as pool:
        return Counter(pool.map(one, stores))


def claimed(store: Store, reference: str) -> PostingState:
    return store.books.claim(reference, run="r1", robot="kantoor").state


def test_one_claims_a_posting_and_the_others_are_told(address: str) -> None:
    with several(address) as stores:
        for _ in range(ROUNDS):
            books = emptied(stores[0]).books
            books.replace_open_items("kantoor", [item("1", 500)])
            books.book_statement(statement([line(500)]))
            match, posting = settled(books.unmatched()[0], allocation("1", 500, 500))
            books.record_matches([match], [posting])
            books.move(posting.reference, PostingState.APPROVED)
            claim = partial(claimed, reference=posting.reference)
            refused = f"posting {posting.reference} is keying and cannot become keying"
            assert race(stores, claim) == {"keying": 1, refused: AT_ONCE - 1}
            assert [row.state for row in books.postings()] == [PostingState.KEYING]


def test_a_statement_is_booked_by_one(address: str) -> None:
    march = statement([line(100), line(250)])
    with several(address) as stores:
        for _ in range(ROUNDS):
            emptied(stores[0])
            told = race(stores, lambda store: store.books.book_statement(march))
            assert told == {"2": 1, "0": AT_ONCE - 1}
            assert stores[0].books.statements() == (march,)


def test_of_two_next_statements_one_is_booked(address: str) -> None:
    """Each would go on where the first one ended; after one of them the other does not."""
    nexts = iter(range(1, 1_000_000))
    with several(address) as stores:
        for _ in range(ROUNDS):
            emptied(stores[0]).books.book_statement(statement([line(100)]))
            booked: list[int] = []

            def go_on(store: Store, booked: list[int] = booked) -> str:
                amount = next(nexts)
                one = statement([line(amount, 1)], opening=100, opened=1)
                try:
                    store.books.book_statement(one)
                except StatementError:
                    return "refused"
                booked.append(amount)
                return "booked"

            assert race(stores, go_on) == {"booked": 1, "refused": AT_ONCE - 1}
            last = stores[0].books.statements()[-1]
            assert [one.amount.minor for one in last.lines] == booked


def test_a_message_is_prepared_by_one(address: str) -> None:
    message = Message(
        key="reminder/10001/1",
        channel="mail",
        to="debtor@example.com",
        subject="Reminder",
        text="Dear debtor",
        html="",
        debtor="10001",
        message_id="<1@example.com>",
    )
    with several(address) as stores:
        for _ in range(ROUNDS):
            emptied(stores[0])
            told = race(stores, lambda store: store.outbox.prepare(message))
            assert told == {"True": 1, "False": AT_ONCE - 1}
            assert len(stores[0].outbox.all()) == 1


def test_an_errand_is_asked_for_by_one_and_a_login_held_by_one(address: str) -> None:
    errand = Errand(id="slot/1", task="round", by="schedule", asked=MORNING)
    with several(address) as stores:
        for _ in range(ROUNDS):
            emptied(stores[0])
            assert race(stores, lambda store: store.errands.ask(errand)) == {
                "True": 1,
                "False": AT_ONCE - 1,
            }
            held = race(
                stores,
                lambda store: store.leases.take(
                    "login", shown="login", holder="ann", worker="w", seconds=60
                ),
            )
            assert held == {"1": 1, "None": AT_ONCE - 1}


def test_the_tables_of_a_new_store_are_made_by_one(blank_address: str) -> None:
    ready = threading.Barrier(AT_ONCE)

    def opened(_: int) -> tuple[object, ...]:
        ready.wait()
        with closing(open_store(blank_address, FixedClock())) as store:
            return store.runs.all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert list(pool.map(opened, range(AT_ONCE))) == [()] * AT_ONCE
