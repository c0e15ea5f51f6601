"""Statements of files that have no control to hold them against, which is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from clerkwork.adapters.statements.checks import NO_CONTROLS, refusal
from clerkwork.core.payments import Statement

__all__ = ["unheld"]


def unheld(path: Path, place: str, statement: Statement) -> Statement:
    """The statement, told to have no controls; raises `StatementError` if currencies mix."""
    currencies = {line.amount.currency for line in statement.lines} | {statement.opening.currency}
    if len(currencies) > 1:
        found = "amounts in " + " and ".join(sorted(currencies))
        raise refusal(path, place, found, "one currency in a statement")
    return replace(statement, controls=NO_CONTROLS)
