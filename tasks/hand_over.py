"""Debtors whose handover to collection was approved."""

from clerkwork import Run, task
from clerkwork import hand_over as hand
from robots.kantoor_erp import KantoorErp


@task(priority=20, portals=("kantoor_erp",))
def hand_over(run: Run) -> None:
    """Block debtors whose handover was approved in the ERP, and make their dossiers."""
    hand(run, KantoorErp)
