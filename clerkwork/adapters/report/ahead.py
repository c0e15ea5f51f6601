"""What a report takes long to begin with, made ready while something else is waited for."""

from __future__ import annotations

from importlib import import_module

from clerkwork.adapters.report.html import prepare_pages

__all__ = ["make_ready"]


def make_ready(*, workbook: bool) -> None:
    """Compile the templates, and import the workbook's library if one is wanted."""
    prepare_pages()
    if workbook:
        import_module("RPA.Excel.Files")
