"""What debtors wrote back."""

from clerkwork import Run, task
from clerkwork import read_replies as read


@task()
def read_replies(run: Run) -> None:
    """Read the mailbox: note what is clear, and ask people about the rest."""
    read(run)
