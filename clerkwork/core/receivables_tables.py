"""The report on receivables as tables, the same for the page, the workbook and the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from clerkwork.core.aging import BUCKETS
from clerkwork.core.money import Money, total
from clerkwork.core.receivables import Receivables

__all__ = ["Days", "Figure", "Share", "Table", "is_figure", "tables_of"]


@dataclass(frozen=True, slots=True)
class Share:
    """Of 1; shown in per cent."""

    of: float

    def __str__(self) -> str:
        return f"{self.of:.1%}"


@dataclass(frozen=True, slots=True)
class Days:
    count: float

    def __str__(self) -> str:
        return f"{self.count:.1f}"


Figure = str | int | Money | date | Decimal | Share | Days | None
"""None where it cannot be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table; each column holds figures of one kind."""

    name: str
    """Short, for a sheet and for machines."""
    title: str
    about: str
    """What its figures are, in a sentence or two."""
    columns: tuple[str, ...]
    rows: tuple[tuple[Figure, ...], ...]


def is_figure(cell: Figure) -> bool:
    """Whether it is a number, and no word or day."""
    return isinstance(cell, (int, Decimal, Money, Days, Share))


def tables_of(report: Receivables) -> tuple[Table, ...]:
    """All tables in reading order, also those without a row."""
    return tuple(_tables(report))


def _tables(report: Receivables) -> Iterator[Table]:
    yield Table(
        name="Ageing",
        title="Open items by age",
        about=f"Days overdue, on {report.aged_on}. Credit notes lower the bucket of their due date."
        if report.aged_on
        else "No balance is kept of then.",
        columns=("currency", *BUCKETS, "together"),
        rows=tuple(
            (currency, *buckets.values(), total(buckets.values(), currency))
            for currency, buckets in report.ageing.items()
        ),
    )
    yield Table(
        name="Turnover",
        title="How fast money comes in",
        about="DSO: days of sales that are open. Best: if nothing were overdue. Delay: the rest. "
        "CEI: of what could have been collected, the share that was.",
        columns=(
            *("currency", "from", "to", "opening", "sales", "closing", "not due"),
            *("DSO", "best DSO", "delay", "CEI"),
        ),
        rows=tuple(
            (
                one.closing.currency,
                one.opened,
                one.closed,
                one.opening,
                one.sales,
                one.closing,
                one.current,
                _days(one.dso),
                _days(one.best),
                _days(one.delay),
                _share(one.cei),
            )
            for one in report.turnovers
        ),
    )
    yield Table(
        name="Collected",
        title="What came in",
        about="Invoices that were paid in the period. Days late: weighed by amount. Without a "
        "receipt: they were not open any more, and nothing was keyed for them.",
        columns=("currency", "invoices", "paid", "of it late", "without a receipt", "days late"),
        rows=tuple(
            (
                one.paid.currency,
                one.items,
                one.paid,
                one.late,
                one.unproven,
                _days(report.late.get(one.paid.currency)),
            )
            for one in report.collected
        ),
    )
    yield Table(
        name="Rolls",
        title="Roll rates",
        about="Of the invoices of each bucket on the first day, how much was open thirty days "
        "later, and so had rolled into the next; up to a week more where nothing was fetched.",
        columns=("currency", "from", "to", "bucket", "was", "left", "rate"),
        rows=tuple(
            (currency, span.first, span.last, roll.bucket, roll.was, roll.left, _share(roll.rate))
            for span in report.rolls
            for currency, rolls in span.rolls.items()
            for roll in rolls
        ),
    )
    yield _effort(report)
    yield Table(
        name="Promises",
        title="Promises to pay",
        about="Those whose day lay in the period.",
        columns=("currency", "made", "kept", "broken", "open", "promised", "held", "share kept"),
        rows=tuple(
            (
                one.promised.currency,
                one.made,
                one.kept,
                one.broken,
                one.open,
                one.promised,
                one.held,
                _share(one.share),
            )
            for one in report.promises
        ),
    )
    yield Table(
        name="Journeys",
        title="What came of the contacts",
        about="Contacts of the period, by journey and segment. Paid: all that a contact asked was "
        "paid before the next one; who would have paid anyway is among them.",
        columns=("journey", "segment", "contacts", "cost", "paid", "known", "share paid"),
        rows=tuple(
            (
                one.journey or "-",
                one.segment or "-",
                one.contacts,
                one.cost,
                one.paid.yes,
                one.paid.known,
                _share(one.paid.share),
            )
            for one in report.effects
        ),
    )
    yield Table(
        name="Inflow",
        title="What is expected",
        about="Open invoices by the week in which half of such invoices are paid; the disputed, "
        "and those of which nothing is known, are in none.",
        columns=("week of", "currency", "invoices", "expected"),
        rows=tuple((one.week, one.amount.currency, one.items, one.amount) for one in report.inflow),
    )
    yield Table(
        name="Calibration",
        title="Whether it came true",
        about="Told of each invoice as on the day it was issued, from what was paid before that "
        "day. Eight of ten ought to be paid within the interval. Missed: open still, and its last "
        "day is over.",
        columns=(
            *("segment", "told", "within", "earlier", "later", "missed", "share within"),
            "nothing known",
        ),
        rows=tuple(
            (
                one.group or "all",
                one.told,
                one.within,
                one.earlier,
                one.later,
                one.missed,
                _share(one.share),
                one.untold,
            )
            for one in report.calibration
        ),
    )
    yield Table(
        name="Expected",
        title="When each invoice is expected",
        about="Half of such invoices are paid by the expected day, eight of ten from the earliest "
        "to the latest. Own: invoices of his that were looked at; the fewer, the more the others "
        "of his segment count.",
        columns=(
            *("debtor", "invoice", "due", "open", "expected", "earliest", "latest"),
            *("own", "segment"),
        ),
        rows=tuple(
            (
                one.debtor,
                one.number,
                one.due,
                one.open,
                one.expected.on if one.expected else None,
                one.expected.earliest if one.expected else None,
                one.expected.latest if one.expected else None,
                one.own,
                one.group,
            )
            for one in report.outlook
        ),
    )


def _effort(report: Receivables) -> Table:
    effort = report.effort
    per_thousand = effort.per_thousand
    rows: Iterable[tuple[Figure, ...]] = (
        *((f"contacts by {name}", number) for name, number in effort.contacts.items()),
        ("contacts together", effort.total),
        (f"cost in {effort.currency}", effort.cost),
        (
            f"contacts for 1,000 {effort.currency} collected late",
            None if per_thousand is None else Decimal(f"{per_thousand:.2f}"),
        ),
        (
            f"cost of 1.00 {effort.currency} collected late",
            None if effort.cost_per_unit is None else Decimal(f"{effort.cost_per_unit:.5f}"),
        ),
    )
    return Table(
        name="Effort",
        title="What it took",
        about="Contacts that were sent in the period; what one costs is in config/reports.toml. "
        "Collected late: what was paid after its due date, reminded of or not.",
        columns=("what", "figure"),
        rows=tuple(rows),
    )


def _days(count: float | None) -> Days | None:
    return None if count is None else Days(count)


def _share(of: float | None) -> Share | None:
    return None if of is None else Share(of)
