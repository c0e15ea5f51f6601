"""Waiting orders against credit limits."""

from clerkwork import Run, check_orders, task


@task()
def ask_about_orders(run: Run) -> None:
    """Hold waiting orders against credit limits; ask the approver about the rest."""
    check_orders(run)
