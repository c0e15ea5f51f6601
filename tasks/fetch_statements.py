"""New statements out of the bank's portal."""

from clerkwork import Run, book_statements, statements_due, task
from robots.polder_bank import PolderBank


@task(portals=("polder_bank",))
def fetch_statements(run: Run) -> None:
    """Fetch the bank's new statements and book their lines."""
    due = {iban: statements_due(run, account) for iban, account in run.office.accounts.items()}
    if not any(due.values()):
        return
    with run.open(PolderBank) as bank:
        for iban, days in due.items():
            account = run.office.accounts[iban]
            file = bank.download_statements(account, *days) if days else None
            if file is not None:
                book_statements(run, account, file)
