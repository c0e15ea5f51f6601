"""Fetch from the portals: the ERP's ledger, the bank's statements."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from loguru import logger

from clerkwork.app.run import Run
from clerkwork.core.figures import Figure
from clerkwork.core.ledger import OwnAccount
from clerkwork.core.payments import Statement
from clerkwork.errors import BusinessError
from clerkwork.ports import StepRecord

__all__ = ["book_statements", "statements_due"]

FIRST_FETCH = 14
"""Days looked back the first time an account is fetched."""


def statements_due(run: Run, account: OwnAccount) -> tuple[date, date] | None:
    """The booking days of an account that are still to be fetched, first and last.

    The last is yesterday, whose statement is complete; None if it is here already.
    """
    last_day = run.office.clock.today() - timedelta(days=1)
    last = run.books.last_statement(account.iban)
    first = last.closed + timedelta(days=1) if last else last_day - timedelta(days=FIRST_FETCH)
    return (first, last_day) if first <= last_day else None


def book_statements(run: Run, account: OwnAccount, file: Path) -> None:
    """Read a downloaded file and book what is new; refused whole if anything does not add up."""
    statements = run.office.read_statements(file)
    for statement in statements:
        _expect_account(statement, account, file)
    for statement in sorted(statements, key=lambda s: (s.opened, s.closed, s.number)):
        new = run.books.book_statement(statement)
        run.count(Figure.STATEMENTS_BOOKED)
        run.count(Figure.LINES_NEW, new)
        run.trail.record(
            StepRecord(
                robot="clerk",
                action="book statement",
                outcome="ok",
                subject=f"{account.iban} {statement.closed}",
                details={
                    "file": file.name,
                    "number": statement.number,
                    "opening": str(statement.opening),
                    "closing": str(statement.closing),
                    "lines": str(len(statement.lines)),
                    "new": str(new),
                },
            )
        )
        logger.info(
            "{} {}: {} of {} lines new, closing {}",
            account.name or account.iban,
            statement.closed,
            new,
            len(statement.lines),
            statement.closing,
        )


def _expect_account(statement: Statement, account: OwnAccount, file: Path) -> None:
    if statement.account != account.iban:
        raise BusinessError(
            f"{file.name}: a statement of {statement.account} came, asked was {account.iban}; "
            "nothing was booked. Look at the download in the evidence"
        )
