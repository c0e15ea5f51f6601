"""What SQL-Ledger does to those who key into it, and that its robot is not caught."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from ledger_book import (
    ACCOUNT,
    BOOK,
    CLERK,
    DEBTORS,
    DESK,
    INVOICES,
    add_dataset,
    due,
    type_invoice,
    write_invoice,
)
from ledger_desk import Person
from ledger_host import Host
from ledger_office import keyed, meant
from ledger_screen import at_the_door, browser_for

from clerkwork.core.money import Money
from clerkwork.core.posting import Allocation, Posting, make_posting
from clerkwork.errors import (
    BusinessError,
    EntryRefused,
    ItemChanged,
    ReadBackError,
    SessionLost,
    SetupError,
    SignInRefused,
)
from clerkwork.ports import Browser
from robots.sql_ledger import SqlLedger

pytest_plugins = ["ledger_fixtures"]
pytestmark = pytest.mark.erp

DAY = dt.date(2026, 3, 4)
"""Of which day and month can be mistaken for each other."""
REFERENCE = "CW-ABCDEFGHIJ"


@pytest.fixture(scope="module")
def browser(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser_for(checkout, tmp_path_factory.mktemp("downloads")) as opened:
        yield opened


@pytest.fixture
def robot(browser: Browser, ledger: Host) -> Iterator[SqlLedger]:
    """The robot, signed in as its own login with the preferences that it was made with."""
    with at_the_door(browser, ledger.address) as worker:
        worker.sign_in()
        yield worker


def posting(*parts: Allocation, cents: int | None = None) -> Posting:
    amount = sum(part.amount.minor for part in parts) if cents is None else cents
    return make_posting(
        line="line-1",
        customer=INVOICES[parts[0].item].customer,
        account=ACCOUNT,
        booked=DAY,
        amount=Money(amount, "EUR"),
        allocations=parts,
        memo="regel 1",
    )


def key(robot: SqlLedger, wanted: Posting) -> None:
    """As the engine does it."""
    assert robot.find_receipt(wanted.reference) is None
    fill(robot, wanted)
    with robot.screen.writing():
        robot.submit_receipt()


def fill(robot: SqlLedger, wanted: Posting) -> None:
    with robot.screen.writing():
        robot.fill_receipt(wanted)
        robot.screen.read_back()


def receive(ledger: Host, source: str, cents: int, item: str = "INV-1001") -> None:
    """A line of a receipt, as somebody's work left it in the books."""
    ledger.ask(
        BOOK,
        """
        INSERT INTO acc_trans (trans_id, chart_id, transdate, amount, source)
        SELECT ar.id, chart.id, '2026-03-04', -:'cents'::numeric / 100, :'source'
        FROM ar, chart WHERE ar.invnumber = :'item' AND chart.accno = '1060'
        """,
        source=source,
        cents=str(cents),
        item=item,
    )


def test_debtors_and_open_items_are_read_as_they_are(robot: SqlLedger) -> None:
    debtors = list(robot.debtors())
    assert {debtor.number: debtor.name for debtor in debtors} == {
        # Its pages take what stands in brackets for one of their own tags.
        number: name.replace("<Import> ", "")
        for number, name in DEBTORS.items()
    }
    assert {debtor.address for debtor in debtors} == {("", "Utrecht")}
    items = list(robot.open_items())
    read = [(i.number, i.customer, i.issued, i.due, i.open.minor, i.total) for i in items]
    assert sorted(read, key=str) == sorted(
        (
            (i.number, i.customer, i.issued, i.due, i.cents, Money(i.cents, "EUR"))
            for i in INVOICES.values()
        ),
        key=str,
    )


def test_an_item_in_other_money_stops_the_reading(robot: SqlLedger, ledger: Host) -> None:
    ledger.ask(BOOK, "UPDATE ar SET curr = 'USD' WHERE invnumber = 'INV-1003'")
    with pytest.raises(BusinessError, match="INV-1003 in USD"):
        list(robot.open_items())


def test_the_first_visit_after_an_upgrade_goes_on(browser: Browser, ledger: Host) -> None:
    add_dataset(ledger, "fresh")
    with at_the_door(browser, ledger.address, ("admin@fresh", DESK[1])) as worker:
        worker.sign_in()
        assert list(worker.open_items()) == []


@pytest.mark.parametrize("who", [(CLERK[0], "wrong"), ("nobody@acme", CLERK[1])])
def test_a_wrong_login_is_refused_once(
    browser: Browser, ledger: Host, who: tuple[str, str]
) -> None:
    with (
        at_the_door(browser, ledger.address, who) as worker,
        pytest.raises(SignInRefused, match=r"Incorrect (Password|Username)!"),
    ):
        worker.sign_in()


@pytest.mark.parametrize("wish", [{"numbers": "1.000,00"}, {"dates": "dd-mm-yy"}])
def test_a_login_that_writes_otherwise_is_not_worked_with(
    browser: Browser, ledger: Host, wish: dict[str, str]
) -> None:
    Person(ledger.address).prefer(CLERK, **wish)
    with (
        at_the_door(browser, ledger.address) as worker,
        pytest.raises(SetupError, match=f"say .*{next(iter(wish.values()))}"),
    ):
        worker.sign_in()


def test_an_amount_that_it_reads_otherwise_is_never_posted(robot: SqlLedger, ledger: Host) -> None:
    session = ledger.people / f"{CLERK[0]}.conf"
    session.write_text(session.read_text().replace("1,000.00", "1.000,00"))
    with pytest.raises((ReadBackError, BusinessError)):
        fill(robot, posting(*due("INV-1005", cents=10_050)))
    assert not keyed(ledger)


def test_a_second_session_of_the_same_login_ends_the_first(robot: SqlLedger, ledger: Host) -> None:
    Person(ledger.address).sign_in(*CLERK)
    with pytest.raises(SessionLost, match="Session expired"):
        robot.find_receipt(REFERENCE)


def test_a_receipt_is_found_by_the_whole_of_its_reference(robot: SqlLedger, ledger: Host) -> None:
    for other in (f"{REFERENCE}K", f"X{REFERENCE}", REFERENCE.lower()):
        receive(ledger, other, 500)
    assert robot.find_receipt(REFERENCE) is None
    receive(ledger, REFERENCE, 123_456)
    found = robot.find_receipt(REFERENCE)
    assert found is not None
    assert (found.amount.minor, found.booked, found.customer) == (123_456, DAY, "C001")
    assert found.allocations == (("INV-1001", found.amount, Money(0, "EUR")),)


def test_a_voided_receipt_is_not_there(robot: SqlLedger, ledger: Host) -> None:
    receive(ledger, REFERENCE, 500)
    receive(ledger, REFERENCE, -500)
    assert robot.find_receipt(REFERENCE) is None


def test_an_item_that_a_colleague_has_open_is_left_for_later(
    robot: SqlLedger, ledger: Host, desk: Person
) -> None:
    wanted = posting(*due("INV-1001"))
    robot.find_receipt(wanted.reference)
    desk.go("cp.pl", action="payment", type="receipt")
    (choice,) = desk.page.xpath("//select[@name='customer']")
    (his,) = [o for o in choice.value_options if o.startswith(DEBTORS["C001"])]
    desk.send("Update", customer=his)
    assert "INV-1001" in desk.text
    with pytest.raises(EntryRefused, match="INV-1001 is open, but"):
        fill(robot, wanted)
    desk.go("login.pl", action="logout")
    fill(robot, wanted)


def test_an_item_that_somebody_else_keyed_meanwhile_is_not_touched(
    robot: SqlLedger, ledger: Host
) -> None:
    planned = posting(*due("INV-1001"))
    part = posting(*due("INV-1001", cents=5))
    key(robot, part)
    with pytest.raises(ItemChanged, match=r"INV-1001: the portal shows 20\.00 EUR open"):
        fill(robot, planned)
    (left,) = due("INV-1001", cents=INVOICES["INV-1001"].cents - 5)
    rest = posting(replace(left, open_before=left.amount))
    key(robot, rest)
    with pytest.raises(ItemChanged, match="INV-1001: the portal shows nothing open"):
        fill(robot, planned)
    assert keyed(ledger) == meant([part, rest])


def test_a_day_in_closed_books_is_refused(robot: SqlLedger, ledger: Host) -> None:
    closed = f"{DAY:%Y%m%d}"
    ledger.ask(BOOK, "INSERT INTO defaults VALUES ('closedto', :'closed')", closed=closed)
    with pytest.raises(EntryRefused, match="books are closed"):
        fill(robot, posting(*due("INV-1001")))
    assert not keyed(ledger)


def test_a_discount_that_it_takes_by_itself_is_a_persons(robot: SqlLedger, ledger: Host) -> None:
    terms = "UPDATE ar SET cashdiscount = 0.02, discountterms = 3650 WHERE invnumber = 'INV-1001'"
    ledger.ask(BOOK, terms)
    with pytest.raises(EntryRefused, match="cash discount by itself"):
        fill(robot, posting(*due("INV-1001")))


def test_what_it_would_book_otherwise_is_refused_before_the_form(robot: SqlLedger) -> None:
    more = posting(*due("INV-1001", cents=100), cents=101)
    (part,) = due("INV-1001", cents=100)
    less = posting(replace(part, discount=Money(1, "EUR")))
    for wanted in (more, less):
        with pytest.raises(EntryRefused, match="without discount and nothing on account"):
            fill(robot, wanted)


def test_debtors_that_are_chosen_from_a_list_are_chosen_by_their_whole_name(
    browser: Browser, ledger: Host
) -> None:
    Person(ledger.address).prefer(CLERK, most="1000")
    # Who is chosen as the form comes, and two of whom the one's name begins with the other's.
    wanted = [posting(*due(number)) for number in ("INV-1008", "INV-1002", "INV-1003")]
    with at_the_door(browser, ledger.address) as worker:
        worker.sign_in()
        for each in wanted:
            key(worker, each)
        # What stands in brackets in the name makes one choice of two.
        with pytest.raises(EntryRefused, match="asked for debtor Smit BV and shows 'Smit BV Van"):
            fill(worker, posting(*due("INV-1007")))
    assert keyed(ledger) == meant(wanted)


def test_an_invoice_that_we_wrote_is_as_one_that_was_typed(ledger: Host, desk: Person) -> None:
    model = INVOICES["INV-1001"]
    typed, written = (replace(model, number=number) for number in ("T-1", "W-1"))
    type_invoice(desk, typed)
    write_invoice(ledger, written)

    def whole(number: str) -> list[tuple[str, ...]]:
        rows = ledger.ask(
            BOOK,
            """
            SELECT to_jsonb(ar) - 'id' - 'invnumber', to_jsonb(acc_trans) - 'trans_id'
            FROM ar JOIN acc_trans ON acc_trans.trans_id = ar.id
            WHERE invnumber = :'number' ORDER BY acc_trans.amount
            """,
            number=number,
        )
        return rows

    assert len(whole("T-1")) == 2
    assert whole("T-1") == whole("W-1")
