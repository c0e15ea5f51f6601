"""The report of a run as pages, a workbook and a few lines of text."""

from clerkwork.adapters.report.html import write_evidence_page, write_report
from clerkwork.adapters.report.text import figures_text, summary
from clerkwork.adapters.report.workbook import write_workbook

__all__ = ["figures_text", "summary", "write_evidence_page", "write_report", "write_workbook"]
