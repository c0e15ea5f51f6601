"""What a report takes long to begin with, made ready while something else is waited for."""

from __future__ import annotations

from importlib import import_module

from clerkwork.adapters.report.charts import rules_chart
from clerkwork.adapters.report.html import prepare_pages
from clerkwork.core.money import Money
from clerkwork.core.report import RuleLine

__all__ = ["make_ready"]


def make_ready() -> None:
    """Import the workbook's library, compile the templates, and draw a chart for nobody.

    The charts' renderer begins threads of its own, so this is nothing for a process that others
    are forked from. Takes a second.
    """
    prepare_pages()
    rules_chart([RuleLine(rule="", outcome="settled", lines=1, amount=Money(0, "EUR"))])
    import_module("RPA.Excel.Files")
