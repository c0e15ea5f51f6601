"""A company's books for the tests: eight debtors, forty invoices, twenty-five receipts to key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ledger_desk import Person
from ledger_host import Host

from clerkwork.core.money import Money
from clerkwork.core.posting import Allocation

ACCOUNT = "NL91ABNA0417164300"
LEDGER = "1060"
DESK = ("admin@acme", "Desk-2026")
"""The book-keeper's own login."""
CLERK = ("clerk@acme", "Robot-2026")
"""The robot's."""
BOOK = "acme"
"""Name of the database."""
_ROOT = "Root-2026"
_BY_HAND = 3
"""Invoices that are typed into SQL-Ledger's own form; the others are written as it wrote those."""

DEBTORS: Mapping[str, str] = {
    "C001": "Van Dijk Transport BV",
    # Looked up by number, the first finds this one too; by name, this one finds the next.
    "C0010": "Bakker",
    "C002": "Bakker Jansen VOF",
    "C003": "Müller & Söhne GmbH",
    "C004": "Brood d'Or",
    "C005": 'Hotel "De Zon"',
    "C006": "Smit <Import> BV",
    "C007": "Aannemersbedrijf De Korenbloem en Zonen te Nieuwerkerk",
}


@dataclass(frozen=True, slots=True)
class Invoice:
    number: str
    customer: str
    issued: dt.date
    due: dt.date
    cents: int


def _invoices() -> Iterator[Invoice]:
    customers = list(DEBTORS)
    for at in range(40):
        issued = dt.date(2026, 1, 5) + dt.timedelta(days=5 * at)
        # The last two are found where the first is looked for, and the other way round.
        number = {38: "INV-10011", 39: "inv-1001"}.get(at, f"INV-{1001 + at}")
        # From 10.05 to 1,234,567.89: none, one and two signs between its thousands.
        cents = 123_456_789 if at == 7 else (1_005 + 7_919 * at * at * (at % 4 + 1)) % 2_500_000
        due = issued + dt.timedelta(days=30)
        yield Invoice(number, customers[at % len(customers)], issued, due, cents + 1_000)


INVOICES = {invoice.number: invoice for invoice in _invoices()}


def due(*numbers: str, cents: int | None = None) -> tuple[Allocation, ...]:
    """Money over invoices: all that is open of each, or, of one, that much."""
    return tuple(
        Allocation(
            item=number,
            amount=Money(INVOICES[number].cents if cents is None else cents, "EUR"),
            discount=Money(0, "EUR"),
            open_before=Money(INVOICES[number].cents, "EUR"),
        )
        for number in numbers
    )


def _rest(number: str, paid: int) -> tuple[Allocation, ...]:
    left = Money(INVOICES[number].cents - paid, "EUR")
    return (Allocation(item=number, amount=left, discount=Money(0, "EUR"), open_before=left),)


_PART = 40_050
FIRST = [
    *(due(number) for number in list(INVOICES)[:9]),
    due("INV-1018", "INV-1026"),
    due("INV-1021", cents=_PART),
    due("INV-1022", cents=1),
    due("INV-1023", cents=123_456),
]
"""What thirteen receipts pay, three of them in part."""
SECOND = [
    *(due(number) for number in list(INVOICES)[9:16]),
    due("INV-1019", "INV-1027"),
    due("INV-1020", "INV-1028"),
    due("INV-1024", cents=100_000),
    due("INV-1025", cents=99_999),
    _rest("INV-1021", _PART),
]
"""What twelve more pay: two in part, and one the rest of a part."""


def found_company(host: Host) -> None:
    """The company with its debtors, invoices and logins, in the database `BOOK`."""
    root = Person(host.address)
    root.go("admin.pl")
    root.send("Continue", new_password=_ROOT, confirm_password=_ROOT)
    add_dataset(host, BOOK)
    host.ask(BOOK, "UPDATE curr SET rn = rn + 1; UPDATE curr SET rn = 1 WHERE curr = 'EUR'")
    desk = Person(host.address)
    desk.sign_in(*DESK)
    for number, name in DEBTORS.items():
        desk.go("ct.pl", action="add", db="customer")
        desk.send("Save", customernumber=number, name=name, city="Utrecht", terms="30")
    desk.go("hr.pl", action="add", db="employee")
    login = CLERK[0].partition("@")[0]
    desk.send("Save", name="Clerk", employeelogin=login, employeepassword=CLERK[1])
    # It keeps no port with a login it makes, and falls back on the usual one at the first change.
    members = host.people / "members"
    head = f"[{CLERK[0]}]\n"
    text = members.read_text(encoding="utf-8")
    port = f"dbport={host.database_port}\n"
    members.write_text(text.replace(head, head + port), encoding="utf-8")
    Person(host.address).prefer(CLERK, signs="UTF8")
    for at, invoice in enumerate(INVOICES.values()):
        if at < _BY_HAND:
            type_invoice(desk, invoice)
        else:
            write_invoice(host, invoice)
    kept = "SELECT count(*) FROM ar JOIN customer ON customer.id = ar.customer_id"
    assert host.ask(BOOK, kept) == [(str(len(INVOICES)),)], desk.text


def add_dataset(host: Host, name: str) -> None:
    """A company without books, whose administrator has the password of the desk."""
    root = Person(host.address)
    root.go("admin.pl")
    root.send("Login", password=_ROOT)
    root.send("Add Dataset", dbdriver="Pg")
    root.send(
        "Continue",
        dbhost="127.0.0.1",
        dbport=str(host.database_port),
        dbuser="sql-ledger",
        dbdefault="template1",
    )
    root.send("Continue", db=name, company=f"{name} BV", name="Ann", adminpassword=DESK[1])
    assert f"{name} BV" in root.text, root.text


def type_invoice(desk: Person, invoice: Invoice) -> None:
    """Into the form for it."""
    desk.go("ar.pl", action="add", type="transaction")
    (choice,) = desk.page.xpath("//select[@name='customer']")
    (option,) = [o for o in choice.value_options if o.startswith(f"{DEBTORS[invoice.customer]}--")]
    desk.send("Update", customer=option)
    desk.send(
        "Post",
        invnumber=invoice.number,
        transdate=f"{invoice.issued:%m-%d-%Y}",
        duedate=f"{invoice.due:%m-%d-%Y}",
        amount_1=f"{invoice.cents / 100:.2f}",
    )


def write_invoice(host: Host, invoice: Invoice) -> None:
    """Into the database, in all that is not its own as the first that was typed."""
    host.ask(
        BOOK,
        """
        CREATE TEMP TABLE head ON COMMIT DROP AS
            SELECT * FROM ar ORDER BY id LIMIT 1;
        CREATE TEMP TABLE lines ON COMMIT DROP AS
            SELECT * FROM acc_trans WHERE trans_id = (SELECT id FROM head);
        UPDATE head SET id = nextval('id'), invnumber = :'number', paid = 0,
            customer_id = (SELECT id FROM customer WHERE customernumber = :'customer'),
            transdate = :'issued', duedate = :'due',
            amount = :'major'::numeric, netamount = :'major'::numeric;
        UPDATE lines SET trans_id = (SELECT id FROM head), transdate = :'issued',
            amount = sign(amount) * :'major'::numeric;
        INSERT INTO ar SELECT * FROM head;
        INSERT INTO acc_trans SELECT * FROM lines;
        """,
        number=invoice.number,
        customer=invoice.customer,
        issued=invoice.issued.isoformat(),
        due=invoice.due.isoformat(),
        major=f"{invoice.cents // 100}.{invoice.cents % 100:02}",
    )
