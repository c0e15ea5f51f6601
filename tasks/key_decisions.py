"""Answers of approvers into the ERP."""

from clerkwork import Run, task
from clerkwork import key_decisions as key
from robots.kantoor_erp import KantoorErp


@task(after="approval", priority=10, portals=("kantoor_erp",))
def key_decisions(run: Run) -> None:
    """Release or hold the orders that were decided, in the ERP."""
    key(run, KantoorErp)
