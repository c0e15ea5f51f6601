"""A run in a few plain lines, for the command line."""

from __future__ import annotations

from collections.abc import Mapping

from clerkwork.adapters.report.words import Words, lasted, plural
from clerkwork.core.figures import staged
from clerkwork.core.healing import REVIEW
from clerkwork.core.report import Report

__all__ = ["figures_text", "summary"]


def figures_text(figures: Mapping[str, int]) -> str:
    """A run's figures, a line a stage: 'Keyed     keyed 14, voided 1'."""
    rows = staged(figures)
    width = max(len(stage) for stage, _ in rows) + 2
    return "\n".join(
        f"{stage:<{width}}{', '.join(f'{name} {count}' for name, count in counts)}"
        for stage, counts in rows
        if counts
    )


def summary(report: Report) -> str:
    """What a run did, what it left for people, and whether it ties out and can be proved."""
    words = Words(report.locale, report.zone)
    took = f", {lasted(report.ended - report.started)}" if report.ended else ""
    lines = [
        f"{report.run}: {report.outcome}{took}",
        *([report.note] if report.note else []),
        figures_text(report.figures),
        f"Left for people: {plural(len(report.waiting), 'work item')}",
        *_healed(report),
        _tie(report, words),
    ]
    if report.verdict is not None:
        steps = plural(report.verdict.steps, "step")
        pictures = plural(report.verdict.pictures, "picture")
        lines.append(f"Evidence: {report.verdict.state} ({steps}, {pictures})")
        lines += [f"  - {problem}" for problem in report.verdict.problems]
    return "\n".join(lines)


def _healed(report: Report) -> list[str]:
    if not report.healed:
        return []
    return [f"Healed: {plural(len(report.healed), 'selector')} (`{REVIEW}`)"]


def _tie(report: Report, words: Words) -> str:
    if not report.days and not report.ledgers:
        return "Tie-out: no bank statement is booked yet"
    if report.ties:
        days = plural(len(report.days), "bank day")
        return f"Tie-out: to the cent ({days}, {plural(len(report.ledgers), 'ledger account')})"
    off = [
        f"  - {row.account}, {words.day(row.day)}: {words.money(row.difference)} unexplained"
        for row in report.days
        if row.difference
    ]
    off += [
        f"  - {row.account}, ledger {row.ledger}: the ERP shows {words.money(row.balance)}, "
        f"expected was {words.money(row.expected)}"
        for row in report.ledgers
        if row.difference
    ]
    return "\n".join(["Tie-out: DOES NOT TIE OUT", *off])
