from robots.acme_erp import AcmeErp

from clerkwork import key_receipts, reconcile, task


@task(schedule="0 6 * * mon-fri", calendar="NL")
def acme_round(run):
    """Fetch Acme's open items, reconcile and key."""
    with run.open(AcmeErp) as erp:
        run.books.replace_open_items(erp.name, erp.open_items())
    reconcile(run, AcmeErp)
    key_receipts(run, AcmeErp)
