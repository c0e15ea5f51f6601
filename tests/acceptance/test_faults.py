"""Ten bad days at the portals: the books end as without them, or a person is asked; never wrong.

Two hundred of them are played by `make soak`.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from back_office import settle_in
from soak import Books, books_of, clean_books, play, strange

from clerkwork.demo.kantoor import create_database
from clerkwork.demo.seed import make_book

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Books:
    return clean_books(tmp_path_factory.mktemp("clean"))


@pytest.mark.parametrize("seed", range(10))
def test_a_bad_day_ends_with_the_same_books_or_with_a_work_item(
    tmp_path: Path, clean: Books, seed: int
) -> None:
    morning = play(tmp_path, seed, clean)
    assert morning.wrong == ()
    assert morning.ended == "same books" or morning.why
    assert morning.recovered


@pytest.mark.parametrize(
    ("reference", "decided", "told"),
    [("CW-1", "wacht", "receipts: ('CW-1'"), ("", "vrijgegeven", "orders: B-26102 is vrijgegeven")],
)
def test_another_receipt_or_decision_than_on_a_good_day_is_noticed(
    tmp_path: Path, reference: str, decided: str, told: str
) -> None:
    office = settle_in(tmp_path)
    office.world_folder.mkdir(parents=True)
    database = office.world_folder / "kantoor.sqlite"
    create_database(database, make_book("small", 2026))
    good_day = books_of(office)
    assert [*strange(office, good_day)] == []
    with closing(sqlite3.connect(database)) as erp, erp:
        debtor = erp.execute("SELECT number FROM debtors").fetchone()[0]
        if reference:
            erp.execute(
                "INSERT INTO receipts (number, day, debtor, ledger, cents, unallocated, reference,"
                " description, keyed_by, keyed_at)"
                " VALUES ('ON1', '2026-03-02', ?, '1100', 100, 100, ?, '', 'robot1', '')",
                (debtor, reference),
            )
        erp.execute("UPDATE orders SET state = ? WHERE number = 'B-26102'", (decided,))
    (found,) = strange(office, good_day)
    assert found.startswith(told)
