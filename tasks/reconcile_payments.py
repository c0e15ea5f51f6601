"""Bank lines against open items."""

from clerkwork import Run, reconcile, task
from robots.kantoor_erp import KantoorErp


@task()
def reconcile_payments(run: Run) -> None:
    """Match bank lines with open items; what is doubtful goes to the review queue."""
    reconcile(run, KantoorErp)
