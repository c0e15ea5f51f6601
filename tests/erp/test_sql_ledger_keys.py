"""Twenty-five receipts keyed into the real SQL-Ledger, in both styles of writing amounts."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledger_book import CLERK, FIRST, SECOND
from ledger_desk import Person
from ledger_host import Host
from ledger_office import approve, assert_books, move_in

pytest_plugins = ["ledger_fixtures"]
pytestmark = [pytest.mark.erp, pytest.mark.timeout(1200)]


def test_twenty_five_receipts_stand_in_its_books_to_the_cent(ledger: Host, tmp_path: Path) -> None:
    office = move_in(tmp_path, ledger.address)
    first = approve(office, FIRST)
    office.done("run", "ledger_round")
    assert office.figures()["keyed"] == len(first) == 13
    assert_books(ledger, first)

    # The same login, who from now on wants to see 1.000,00 and dd.mm.yy.
    Person(ledger.address).prefer(CLERK, numbers="1.000,00", dates="dd.mm.yy")
    robot = office.folder / "robots" / "sql_ledger.py"
    text = robot.read_text()
    text = text.replace('dates = "%m-%d-%Y"', 'dates = "%d.%m.%Y"')
    robot.write_text(text.replace('decimal = "."', 'decimal = ","'))
    second = approve(office, SECOND)
    office.done("run", "ledger_round")
    assert office.figures()["keyed"] == len(second) == 12
    assert_books(ledger, [*first, *second])

    office.done("run", "ledger_round")
    assert office.figures().get("keyed", 0) == 0
    assert_books(ledger, [*first, *second])
    office.done("verify", "last")
