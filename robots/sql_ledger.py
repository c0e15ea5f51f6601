"""SQL-Ledger 3.2, a web ERP of 1999 in frames: reads debtors and open items, keys receipts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from clerkwork import (
    Allocation,
    BusinessError,
    Debtor,
    EntryRefused,
    Money,
    OpenItem,
    Posting,
    Receipt,
    Robot,
    SetupError,
)

_DATES = {
    "mm-dd-yy": "%m-%d-%Y",
    "mm/dd/yy": "%m/%d/%Y",
    "dd-mm-yy": "%d-%m-%Y",
    "dd/mm/yy": "%d/%m/%Y",
    "dd.mm.yy": "%d.%m.%Y",
    "yyyy-mm-dd": "%Y-%m-%d",
}
"""Its preference → how it then writes a date: years have four digits whatever it says."""
_NUMBERS = {"1,000.00": ".", "1000.00": ".", "1.000,00": ",", "1000,00": ","}
"""Its preference → the decimal sign."""


class SqlLedger(Robot):
    """SQL-Ledger in English.

    `dates` and `decimal` follow the preferences of the robot's own login; signing in stops where
    they differ, because SQL-Ledger reads an amount in the other style without a word: 100,50 as
    10,050.00.
    """

    name = "sql_ledger"
    dates = "%m-%d-%Y"
    decimal = "."
    language = "en"

    _debtors: tuple[tuple[str, str], ...] = ()
    """Number and name of each, once they were read."""

    def sign_in(self) -> None:
        super().sign_in()
        if self.arrive("menu.preferences", "login.continue") == "login.continue":
            # The first visit after an upgrade; what it says besides is for the administrator.
            self.screen.click("login.continue")
            self.arrive("menu.preferences")
        self._check_style()

    def debtors(self) -> Iterator[Debtor]:
        self._unfold("menu.customers", "menu.customers_reports", "menu.customer_search")
        self._go("menu.customer_search", "customers.go")
        for column in ("count", "number", "street", "postcode", "city", "iban"):
            self.screen.check(f"customers.{column}")
        self.screen.click("customers.go")
        self.screen.wait_for("debtors.heading")
        for row in self.screen.rows("debtors"):
            yield Debtor(
                number=row.text("number"),
                name=row.text("name"),
                address=(row.text("street"), f"{row.text('postcode')} {row.text('city')}".strip()),
                email=row.text("email"),
                ibans=tuple(row.text("iban").split()),
            )

    def open_items(self) -> Iterator[OpenItem]:
        self._unfold("menu.ar", "menu.ar_reports", "menu.outstanding")
        self._go("menu.outstanding", "outstanding.go")
        for column in ("customer", "due", "open", "currency"):
            self.screen.check(f"outstanding.{column}")
        self.screen.click("outstanding.go")
        if self.screen.wait_for("open_items.rows", "open_items.nothing") == "open_items.nothing":
            # It leaves the total of nothing blank.
            return
        for row in self.screen.rows("open_items"):
            if row.text("currency") != self.currency:
                raise BusinessError(
                    f"SQL-Ledger has {row.text('number')} in {row.text('currency')}; this robot "
                    f"keeps {self.currency} alone. Nothing was replaced"
                )
            yield OpenItem(
                number=row.text("number"),
                customer=row.text("customer"),
                issued=row.date("issued"),
                due=row.date("due"),
                total=row.money("total"),
                open=row.money("open"),
            )

    def find_receipt(self, reference: str) -> Receipt | None:
        if not self._debtors:
            # The form knows debtors by name alone; once it is begun, it is not left to look.
            self._debtors = tuple((debtor.number, debtor.name) for debtor in self.debtors())
        self._unfold("menu.cash", "menu.cash_reports", "menu.receipts")
        self._go("menu.receipts", "receipts.source")
        self.screen.fill("receipts.source", reference)
        self.screen.check("receipts.customer")
        self.screen.click("receipts.go")
        # It repeats what it was asked, so no older answer can be taken for this one.
        self.screen.wait_for("find.answer", reference=reference)
        if self.screen.shows("find.nothing"):
            return None
        # It looks for the words anywhere in the field, and in capitals or not.
        rows = [row for row in self.screen.rows("find") if row.text("reference") == reference]
        if not rows:
            return None
        nothing = Money(0, self.currency)
        # What somebody voided stands there with its opposite, added up or line by line.
        paid = [(row.text("item"), row.maybe_money("paid") or nothing) for row in rows]
        amount = sum((part for _, part in paid), nothing)
        if not amount:
            return None
        return Receipt(
            reference=reference,
            number=", ".join(item for item, _ in paid),
            customer=rows[0].text("customer"),
            booked=rows[0].date("booked"),
            amount=amount,
            allocations=tuple((item, part, nothing) for item, part in paid),
        )

    def fill_receipt(self, posting: Posting) -> None:
        if posting.on_account or any(part.discount for part in posting.allocations):
            raise EntryRefused(
                f"{posting.reference}: this robot keys money over open items, without discount and "
                "nothing on account. Key it in SQL-Ledger with this reference as its source"
            )
        self._open_form(posting.customer)
        self.screen.choose("receipt.ledger", self.account(posting.account).ledger)
        self.screen.fill("receipt.date", posting.booked)
        for part in posting.allocations:
            self._tick(part)
        for part in posting.allocations:
            self.screen.fill("receipt.paid", part.amount, item=part.item)
        self._recalculate(posting.amount)
        # Only now: every page that came back so far has wiped the source.
        self.screen.fill("receipt.reference", posting.reference)
        self.screen.fill("receipt.memo", posting.memo)

    def submit_receipt(self) -> None:
        self.screen.click("receipt.submit")

    def _open_form(self, customer: str) -> None:
        """The form of a new receipt, with all that a debtor has open."""
        self._unfold("menu.cash", "menu.receipt")
        self._go("menu.receipt", "receipt.heading")
        # As it comes it may have a debtor chosen already, but not his items; and it hides debtors
        # of whom somebody else has all items before him. Under 'All' it lists both.
        if self.screen.shows("receipt.customers"):
            self.screen.check("receipt.all")
            wanted = self._name_of(customer)
            self.screen.choose("receipt.customers", wanted)
            shown = self.screen.text("receipt.customers")
        else:
            wanted = customer
            self._give_number(customer)
            shown = self.screen.value("receipt.customer_number")
        if shown != wanted:
            raise EntryRefused(
                f"SQL-Ledger was asked for debtor {wanted} and shows {shown!r}. Key it by hand"
            )

    def _give_number(self, customer: str) -> None:
        """Where there are more debtors than a list may hold it asks for name or number."""
        self.screen.fill("receipt.customer_number", customer)
        self.screen.click("receipt.all")
        if self.screen.wait_for("receipt.heading", "names.heading") == "names.heading":
            # Other numbers have this one in them; it asks which is meant.
            self.screen.click("names.this", customer=customer)
            self.screen.click("names.go")
            self.screen.wait_for("receipt.heading")

    def _tick(self, part: Allocation) -> None:
        """Tick an item whose open amount is as it was matched on."""
        there = self.screen.shows("receipt.open", item=part.item)
        if not there and self._is_open(part):
            raise EntryRefused(
                f"{part.item} is open, but SQL-Ledger does not offer it: a colleague has it before "
                "him. It can be keyed once he has left it"
            )
        self.check_open(part, self.screen.money("receipt.open", item=part.item) if there else None)
        self.screen.check("receipt.tick", item=part.item)
        if self.screen.shows("receipt.discount", item=part.item):
            raise EntryRefused(
                f"{part.item}: SQL-Ledger takes off a cash discount by itself, and none was meant. "
                "Key it by hand, with or without"
            )

    def _recalculate(self, amount: Money) -> None:
        """Have it read and add up what was typed, and compare what it made of it."""
        self.screen.click("receipt.update")
        self.screen.read_back()
        shown = self.screen.money("receipt.amount")
        if shown != amount:
            raise EntryRefused(f"SQL-Ledger adds the lines up to {shown}, meant were {amount}")
        if not self.screen.shows("receipt.submit"):
            raise EntryRefused("SQL-Ledger takes no receipt of this day: its books are closed")
        # Typed or not, it would book the difference between this field and the lines.
        self.screen.fill("receipt.amount", amount)

    def _is_open(self, part: Allocation) -> bool:
        return any(
            item.number == part.item and item.open == part.open_before for item in self.open_items()
        )

    def _name_of(self, customer: str) -> str:
        names = [name for number, name in self._debtors if number == customer]
        if len(names) != 1:
            raise EntryRefused(f"SQL-Ledger has {len(names)} debtors with number {customer}")
        return names[0]

    def _check_style(self) -> None:
        """Raise `SetupError` if the login's preferences are not what this robot writes."""
        self._go("menu.preferences", "preferences.numbers")
        numbers = self.screen.text("preferences.numbers")
        dates = self.screen.text("preferences.dates")
        signs = self.screen.text("preferences.signs")
        if signs != "Unicode (UTF-8)":
            raise SetupError(
                f"SQL-Ledger's preferences of the robot's login have the encoding {signs!r}, in "
                "which names come out wrong. Choose Unicode (UTF-8) there"
            )
        if _NUMBERS.get(numbers) != self.decimal or _DATES.get(dates) != self.dates:
            raise SetupError(
                f"SQL-Ledger's preferences of the robot's login say {numbers} and {dates}; its "
                f"robot writes the decimal sign {self.decimal!r} and dates {self.dates!r}. Change "
                "the preferences, or `decimal` and `dates` in robots/sql_ledger.py"
            )

    def _go(self, entry: str, shows: str) -> None:
        self.screen.click(entry)
        self.screen.wait_for(shows)

    def _unfold(self, *path: str) -> None:
        """Open the menu's branches down to an entry; a second click would close them."""
        for branch, inner in pairwise(path):
            if not self.screen.shows(inner):
                self.screen.click(branch)
