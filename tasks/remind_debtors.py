"""Reminders to late debtors."""

from clerkwork import Run, send_reminders, task
from tasks.read_replies import read_replies


# The daily round is through before anybody may be contacted: this is within the hours of every
# journey, on the books of that morning, on Saturday on those of Friday.
@task(schedule="30 10 * * mon-sat", calendar="NL", late_after="2 h")
def remind_debtors(run: Run) -> None:
    """Send each late debtor the next message of his journey."""
    # Who wrote since is left alone, too; everybody is while the mailbox cannot be read.
    run.do(read_replies)
    send_reminders(run)
