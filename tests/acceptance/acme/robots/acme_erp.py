from clerkwork import OpenItem, Receipt, Robot


class AcmeErp(Robot):
    """Acme ERP 7 in its web client."""

    name = "acme_erp"

    def open_items(self):
        self.screen.click("open_items.menu")
        return self.read("open_items", OpenItem)

    def find_receipt(self, reference):
        self.screen.click("find.menu")
        found = [one for one in self.read("find", Receipt) if one.reference == reference]
        return found[0] if found else None

    def fill_receipt(self, posting):
        self.screen.click("receipt.menu")
        self.screen.fill("receipt.customer", posting.customer)
        for part in posting.allocations:
            self.check_open(part, self.screen.money("receipt.open", item=part.item))
            self.screen.fill("receipt.paid", part.amount, item=part.item)
        self.screen.fill("receipt.date", posting.booked)
        self.screen.fill("receipt.amount", posting.amount)
        self.screen.fill("receipt.reference", posting.reference)

    def submit_receipt(self):
        self.screen.click("receipt.submit")
