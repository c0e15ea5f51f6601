"""Reminders to late debtors."""

from clerkwork import Run, send_reminders, task


@task()
def remind_debtors(run: Run) -> None:
    """Send each late debtor the next message of his journey."""
    send_reminders(run)
