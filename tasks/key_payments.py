"""Settled postings into the ERP."""

from clerkwork import Run, key_receipts, task
from robots.kantoor_erp import KantoorErp


@task(portals=("kantoor_erp",))
def key_payments(run: Run) -> None:
    """Key the approved receipts into the ERP, each read back and verified."""
    key_receipts(run, KantoorErp)
