"""Debtors, open items and waiting orders out of the ERP."""

from clerkwork import Run, task
from robots.kantoor_erp import KantoorErp


@task(portals=("kantoor_erp",))
def fetch_ledger(run: Run) -> None:
    """Fetch debtors, open items and waiting orders from the ERP."""
    with run.open(KantoorErp) as erp:
        run.books.replace_debtors(erp.name, erp.debtors())
        run.books.replace_open_items(erp.name, erp.open_items())
        run.books.replace_orders(erp.name, erp.waiting_orders())
