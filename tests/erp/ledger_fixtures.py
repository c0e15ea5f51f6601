"""Fixtures of the tests against the real SQL-Ledger: one host, and fresh books for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from ledger_book import BOOK, CLERK, DESK, found_company
from ledger_desk import Person
from ledger_host import Host, running


@pytest.fixture(scope="session")
def furnished() -> Iterator[tuple[Host, Mapping[Path, bytes]]]:
    """SQL-Ledger with the company in it, and a copy of its books put by."""
    with running() as host:
        found_company(host)
        host.copy(f"{BOOK} as founded", BOOK)
        yield host, host.remember()


@pytest.fixture
def ledger(furnished: tuple[Host, Mapping[Path, bytes]]) -> Host:
    """SQL-Ledger with its books as founded, nobody logged in."""
    host, people = furnished
    host.copy(BOOK, f"{BOOK} as founded")
    host.forget(people)
    return host


@pytest.fixture
def desk(ledger: Host) -> Person:
    """The book-keeper, logged in."""
    person = Person(ledger.address)
    person.sign_in(*DESK)
    return person


@pytest.fixture
def clerk_preferences(ledger: Host) -> Person:
    """Somebody who sits at the robot's own login, to change how it sees things."""
    person = Person(ledger.address)
    person.sign_in(*CLERK)
    return person
