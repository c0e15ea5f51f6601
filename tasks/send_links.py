"""Payment links to those who asked for one on the telephone."""

from clerkwork import Run, send_payment_links, task


@task(after="link", priority=10)
def send_links(run: Run) -> None:
    """Send the payment links that debtors asked for in a call."""
    send_payment_links(run)
