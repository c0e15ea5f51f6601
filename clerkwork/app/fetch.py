"""Fetch from the portals: the ERP's ledger, the bank's statements."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from loguru import logger

from clerkwork.app.run import Run
from clerkwork.core.figures import Figure
from clerkwork.core.ledger import OwnAccount
from clerkwork.core.payments import Kind, Statement
from clerkwork.core.queue import WorkItem
from clerkwork.core.sequence import missing, place
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
    """Read a downloaded file and book what is new; nothing of it if anything does not add up.

    A preview is shown and never booked; a notification lets transactions stand for their batches.
    Where the bank's numbers have a gap though the balances go on, a person is asked to look.
    """
    found = run.office.read_statements(file)
    for one in found:
        _expect_account(one, account, file)
    statements = sorted(
        (one for one in found if one.kind is Kind.STATEMENT),
        key=lambda one: (one.opened, one.closed, place(one.number)),
    )
    last = run.books.last_statement(account.iban)
    for statement, new in zip(statements, run.books.book_statements(statements), strict=True):
        _tell(run, account, statement, file, new)
        if last is not None and (gap := missing(last, statement)):
            _report_gap(run, account, last, statement, gap)
        if last is None or statement.closed >= last.closed:
            last = statement
    for one in found:
        if one.kind is Kind.NOTIFICATION:
            _explain(run, account, one)
        elif one.kind is Kind.PREVIEW:
            _show(run, account, one)


def _tell(run: Run, account: OwnAccount, statement: Statement, file: Path, new: int) -> None:
    run.count(Figure.STATEMENTS_BOOKED)
    run.count(Figure.LINES_NEW, new)
    run.trail.record(
        StepRecord(
            robot="clerk",
            action="book statement",
            outcome="ok",
            subject=f"{account.iban} {statement.closed}",
            totals={
                "opening": str(statement.opening),
                "closing": str(statement.closing),
                "lines": str(len(statement.lines)),
            },
            details={
                "file": file.name,
                "number": statement.number,
                "controls": ", ".join(statement.controls),
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


def _report_gap(
    run: Run, account: OwnAccount, last: Statement, statement: Statement, gap: str
) -> None:
    """The balances go on, so no money is missing; lines that cancel each other out may be."""
    numbers = f"{last.number} of {last.closed} and {statement.number} of {statement.closed}"
    what = f"no statement {gap} of {account.iban} came, between {numbers}"
    facts = {
        "What is missing": what,
        "What it may mean": "the balances go on, but lines that cancel each other out may be in it",
        "What to do": "look in the bank's list of statements whether there is one of that number",
    }
    run.trail.record(
        StepRecord(
            robot="clerk",
            action="look for gaps between statements",
            outcome="number missing",
            subject=f"{account.iban} {gap}",
            details=facts,
        )
    )
    run.office.queue.put(
        WorkItem(
            id="",
            key=f"gap/{account.iban}-{last.number}-{statement.number}-{statement.closed}",
            kind="trouble",
            title=f"Statement {gap} of {account.name or account.iban} did not come",
            created=run.office.clock.now(),
            facts=facts,
            choices=(("seen", "I have seen to it"),),
            evidence=run.id,
        )
    )
    logger.warning("{}", what)


def _explain(run: Run, account: OwnAccount, notification: Statement) -> None:
    came = run.books.explain(notification)
    run.count(Figure.LINES_NEW, came)
    run.trail.record(
        StepRecord(
            robot="clerk",
            action="read notification",
            outcome="ok",
            subject=f"{account.iban} {notification.closed}",
            details={
                "file": notification.source,
                "number": notification.number,
                "batches": str(len(notification.batches)),
                "controls": ", ".join(notification.controls),
                "lines that stand for batches now": str(came),
            },
        )
    )


def _show(run: Run, account: OwnAccount, preview: Statement) -> None:
    run.trail.record(
        StepRecord(
            robot="clerk",
            action="read preview",
            outcome="ok",
            subject=f"{account.iban} {preview.closed}",
            details={
                "file": preview.source,
                "number": preview.number,
                "booked by the bank so far": str(len(preview.lines)),
                "not booked yet": str(preview.unbooked),
                "moved": str(preview.closing - preview.opening),
            },
        )
    )
    logger.info(
        "{} {}: a preview of {} lines, not booked",
        account.name or account.iban,
        preview.closed,
        len(preview.lines),
    )


def _expect_account(statement: Statement, account: OwnAccount, file: Path) -> None:
    if statement.account != account.iban:
        raise BusinessError(
            f"{file.name}: a statement of {statement.account} came, asked was {account.iban}; "
            "nothing was booked. Look at the download in the evidence"
        )
