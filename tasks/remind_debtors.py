"""Reminders to late debtors."""

from clerkwork import Run, send_reminders, task
from tasks.read_replies import read_replies


@task()
def remind_debtors(run: Run) -> None:
    """Send each late debtor the next message of his journey."""
    # Who wrote since is left alone, too; everybody is while the mailbox cannot be read.
    run.do(read_replies)
    send_reminders(run)
