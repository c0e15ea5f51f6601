"""The three formats in which the bank hands its statements out: the same money in each."""

from __future__ import annotations

from clerkwork.demo.polder.camt import statement_camt053
from clerkwork.demo.polder.entries import Entry, Statement, statements_of
from clerkwork.demo.polder.mt940 import statement_mt940
from clerkwork.demo.polder.table import statement_csv

__all__ = [
    "Entry",
    "Statement",
    "statement_camt053",
    "statement_csv",
    "statement_mt940",
    "statements_of",
]
