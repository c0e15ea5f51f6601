"""The open items and the bank's ledger accounts, read again after something was keyed."""

from clerkwork import Run, task
from robots.kantoor_erp import KantoorErp


@task(portals=("kantoor_erp",))
def fetch_open_items(run: Run) -> None:
    """Fetch the open items and the bank's ledger balances from the ERP again."""
    with run.open(KantoorErp) as erp:
        run.books.replace_open_items(erp.name, erp.open_items())
        for account in run.office.accounts.values():
            run.books.note_ledger_balance(erp.name, erp.ledger_balance(account.ledger))
