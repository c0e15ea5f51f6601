"""Polder Bank: a present-day bank portal that keeps robots out, for the demo and the tests."""

from clerkwork.demo.polder.app import make_app
from clerkwork.demo.polder.database import create_database
from clerkwork.demo.polder.statements import (
    Entry,
    Statement,
    statement_camt053,
    statement_csv,
    statement_mt940,
    statements_of,
)

__all__ = [
    "Entry",
    "Statement",
    "create_database",
    "make_app",
    "statement_camt053",
    "statement_csv",
    "statement_mt940",
    "statements_of",
]
