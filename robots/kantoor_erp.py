"""Kantoor ERP 4.2, a frameset of 2004: reads the ledger, keys receipts, decides orders."""

from __future__ import annotations

from collections.abc import Iterator

from clerkwork import (
    ApplicationError,
    Debtor,
    LedgerBalance,
    OpenItem,
    Order,
    Posting,
    Receipt,
    Robot,
)

_BLOCKS = {
    "": "",
    "toezegging": "promised",
    "geblokkeerd": "blocked",
    "overleden": "deceased",
    "faillissement": "insolvent",
    "incasso": "direct debit",
}
_VERDICTS = {"wacht": "", "vrijgegeven": "release", "geblokkeerd": "hold"}


class KantoorErp(Robot):
    """Kantoor ERP in Dutch; dates dd-mm-yyyy, amounts 1.234,56, a credit's minus trails."""

    name = "kantoor_erp"

    def sign_in(self) -> None:
        super().sign_in()
        self.arrive("menu.debtors")

    def is_inside(self) -> bool:
        return self.screen.shows("menu.debtors")

    def debtors(self) -> Iterator[Debtor]:
        self._go("menu.debtors", "debtors.heading")
        for row in self.screen.rows("debtors"):
            limit = row.maybe_money("limit")
            yield Debtor(
                number=row.text("number"),
                name=row.text("name"),
                kind="consumer" if row.text("kind") == "particulier" else "business",
                address=(row.text("street"), f"{row.text('postcode')} {row.text('city')}"),
                country=row.text("country"),
                language=row.text("language"),
                email=row.text("email"),
                ibans=tuple(row.text("iban").split()),
                credit_limit=limit,
                terms=int(row.text("terms")),
                paper=row.text("paper") == "ja",
                # A block this robot has never seen is a block all the same.
                block=_BLOCKS.get(row.text("block"), "blocked"),
            )

    def open_items(self) -> Iterator[OpenItem]:
        self._go("menu.open_items", "open_items.heading")
        for row in self.screen.rows("open_items"):
            yield OpenItem(
                number=row.text("number"),
                customer=row.text("customer"),
                issued=row.maybe_date("issued"),
                due=row.date("due"),
                total=row.money("total"),
                open=row.money("open"),
                discount=row.maybe_money("discount"),
                discount_until=row.maybe_date("discount_until"),
                disputed=row.text("state") != "",
            )

    def waiting_orders(self) -> Iterator[Order]:
        self._unfold("menu.sales", "menu.orders")
        self._go("menu.orders", "orders.heading")
        yield from self.read("orders", Order)

    def ledger_balance(self, ledger: str) -> LedgerBalance:
        if self.screen.shows("ledger.heading"):
            # The card of another account would be taken for the new one: leave it first.
            self._go("menu.find_receipt", "find.heading")
        self._unfold("menu.ledger", "menu.ledger_card")
        self._go("menu.ledger_card", "ledger.heading")
        self.screen.choose("ledger.account", ledger)
        self.screen.click("ledger.show")
        while not self.screen.shows("ledger.closing"):
            self.screen.click("ledger.next")
        return LedgerBalance(ledger=ledger, balance=self.screen.money("ledger.closing"))

    def find_receipt(self, reference: str) -> Receipt | None:
        # Always from the menu: an empty page shows neither answer, so no old one can be taken
        # for the new.
        self._go("menu.find_receipt", "find.heading")
        self.screen.fill("find.reference", reference)
        self.screen.click("find.search")
        if self.screen.wait_for("find.found", "find.none") == "find.none":
            return None
        rows = [row for row in self.screen.rows("find") if row.text("state") == ""]
        if not rows:
            return None
        first = rows[0]
        if first.text("reference") != reference:
            raise ApplicationError(
                f"Kantoor ERP was asked for {reference} and shows {first.text('reference')!r}"
            )
        nothing = first.money("amount") - first.money("amount")
        return Receipt(
            reference=first.text("reference"),
            number=", ".join(dict.fromkeys(row.text("number") for row in rows)),
            customer=first.text("customer"),
            booked=first.date("booked"),
            amount=first.money("amount"),
            allocations=tuple(
                (row.text("item"), row.money("paid"), row.maybe_money("discount") or nothing)
                for row in rows
                if row.text("item")
            ),
        )

    def fill_receipt(self, posting: Posting) -> None:
        self._go("menu.receipt", "receipt.heading")
        # The debtor first: choosing one posts the form back and wipes reference and memo.
        self.screen.fill("receipt.customer", posting.customer)
        # Only on the page that this brings does an item that is not listed mean anything.
        self.screen.wait_for("receipt.items", "receipt.nothing")
        for part in posting.allocations:
            there = self.screen.shows("receipt.open", item=part.item)
            shown = self.screen.money("receipt.open", item=part.item) if there else None
            self.check_open(part, shown)
        self.screen.fill("receipt.date", posting.booked)
        self.screen.choose("receipt.ledger", self.account(posting.account).ledger)
        self.screen.fill("receipt.amount", posting.amount)
        for part in posting.allocations:
            self.screen.check("receipt.tick", item=part.item)
            self.screen.fill("receipt.paid", part.amount, item=part.item)
            if part.discount:
                self.screen.fill("receipt.discount", part.discount, item=part.item)
        self.screen.fill("receipt.reference", posting.reference)
        self.screen.fill("receipt.memo", _fitted(posting.memo, 60))

    def submit_receipt(self) -> None:
        self.screen.click("receipt.submit")

    def find_order(self, number: str) -> str | None:
        """'' while it waits, 'release' or 'hold' once decided, None if there is no such order."""
        self._unfold("menu.sales", "menu.find_order")
        self._go("menu.find_order", "find_order.heading")
        self.screen.fill("find_order.number", number)
        self.screen.click("find_order.search")
        if self.screen.wait_for("find_order.found", "find_order.none") == "find_order.none":
            return None
        states = [row.text("state") for row in self.screen.rows("find_order")]
        return _VERDICTS[states[0]]

    def fill_decision(self, number: str, verdict: str, reason: str) -> None:
        self._unfold("menu.sales", "menu.orders")
        self._go("menu.orders", "orders.heading")
        self.screen.click("orders.open", number=number)
        self.screen.fill("decision.reason", _fitted(reason, 100))

    def submit_decision(self, verdict: str) -> None:
        self.screen.click("decision.release" if verdict == "release" else "decision.hold")

    def find_block(self, debtor: str) -> str | None:
        """'' while there is none, a block by its name, None if there is no such debtor."""
        self._find_debtor(debtor)
        if self.screen.wait_for("block.found", "block.none") == "block.none":
            return None
        rows = list(self.screen.rows("block"))
        if len(rows) != 1 or rows[0].text("number") != debtor:
            raise ApplicationError(f"Kantoor ERP was asked for debtor {debtor} and shows another")
        # A block this robot has never seen is a block all the same, and not its own.
        return _BLOCKS.get(rows[0].text("block"), rows[0].text("block"))

    def fill_block(self, debtor: str, reason: str) -> None:
        self._find_debtor(debtor)
        self.screen.choose("block.kind", "geblokkeerd")
        self.screen.fill("block.reason", _fitted(reason, 60))

    def submit_block(self) -> None:
        self.screen.click("block.submit")

    def _find_debtor(self, number: str) -> None:
        # From the menu: an empty page shows no debtor, so no old one can be taken for the new.
        self._go("menu.block", "block.heading")
        self.screen.fill("block.debtor", number)
        self.screen.click("block.search")

    def _go(self, entry: str, heading: str) -> None:
        self.screen.click(entry)
        self.screen.wait_for(heading)

    def _unfold(self, branch: str, entry: str) -> None:
        if not self.screen.shows(entry):
            self.screen.click(branch)


def _fitted(text: str, longest: int) -> str:
    """As this ERP can hold it: so many characters of windows-1252 and no more."""
    return text.encode("cp1252", "replace").decode("cp1252")[:longest].strip()
