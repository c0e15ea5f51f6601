"""The term of a notice: until when a debtor pays without costs, and from when they may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from clerkwork.core.calendar import holidays_of
from clerkwork.core.law.pack import Notice, Pack, Reach, Side
from clerkwork.core.money import Money

__all__ = ["Term", "notice_term", "why_no_costs", "why_no_interest"]

_DAY = timedelta(days=1)
_SATURDAY = 5
WAYS = ("post", "electronic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Dates in the creditor's calendar; a notice that fails to arrive has no term at all."""

    sent: date
    arrived: date
    """The day it reached the debtor: known, or as the law supposes."""
    first_day: date
    last_day: date
    """The last day on which paying the principal is enough."""
    costs_from: date
    """The first day on which costs may be asked."""
    lines: tuple[str, ...]
    """How it was counted, for people."""
    notice: str = ""
    """Key of the message that was the notice; empty where none is kept."""
    announced: Money | None = None
    """What it said that the costs would be, less what was asked of them with other items: more is
    not asked. None where that is not kept."""


def notice_term(
    pack: Pack, kind: str, sent: date, *, by: str = "post", arrived: date | None = None
) -> Term:
    """Count the term of a notice that was sent on a day, by 'post' or 'electronic'.

    `arrived` is the day of arrival where it is known and proven; it counts only where the term
    runs from arrival. Raises `ConfigError` where the law is not known, and `ValueError` where
    it asks no notice, for another way, or for an arrival before the sending.
    """
    notice = pack.side(kind).notice
    if notice is None:
        raise ValueError(f"the law of {pack.country} asks no notice to a {kind} before costs")
    if by not in WAYS:
        raise ValueError(f"{by!r} is no way to send a notice; expected one of {', '.join(WAYS)}")
    if arrived is not None and arrived < sent:
        raise ValueError(f"it cannot have arrived on {arrived}, before it was sent on {sent}")
    lines = [f"sent on {_said(sent)}, by {by}"]
    reach = notice.post if by == "post" else notice.electronic
    if arrived is not None and notice.after_arrival:
        lines.append(f"arrived on {_said(arrived)}, as is known")
    else:
        arrived = _reached(pack, notice, reach, sent, lines)
    first = arrived + _DAY if notice.after_arrival else arrived
    last = first + (notice.days - 1) * _DAY
    lines.append(f"{notice.days} days from {_said(first)}: up to and including {_said(last)}")
    while notice.extended and (why := _rest(pack, notice, last)):
        lines.append(f"{_said(last)} is {why}: moved on by a day")
        last += _DAY
    lines.append(f"costs may be asked from {_said(last + _DAY)}")
    if notice.proof:
        lines.append(notice.proof)
    return Term(
        sent=sent,
        arrived=arrived,
        first_day=first,
        last_day=last,
        costs_from=last + _DAY,
        lines=tuple(lines),
    )


def why_no_costs(pack: Pack, kind: str, day: date, term: Term | None) -> str:
    """Why costs may not be asked on a day, in words; empty when they may.

    `term` is that of the notice that was sent; None if none was, or none that stands.
    """
    side = pack.side(kind)
    if side.costs is None:
        return f"a {kind} may not be asked any"
    return _before(pack, side, day, term)


def why_no_interest(pack: Pack, kind: str, day: date, term: Term | None) -> str:
    """Why interest may not be asked on a day, in words; empty when it may."""
    side = pack.side(kind)
    if not side.rate:
        return f"a {kind} may not be asked any"
    return _before(pack, side, day, term) if side.interest_after_notice else ""


def _before(pack: Pack, side: Side, day: date, term: Term | None) -> str:
    if side.notice is None:
        return ""
    if term is None:
        return f"the law of {pack.country} asks a notice first, and none was sent"
    return "" if day >= term.costs_from else f"the notice's term runs up to {term.last_day}"


def _reached(pack: Pack, notice: Notice, reach: Reach, sent: date, lines: list[str]) -> date:
    day, left = sent, reach.days
    while left:
        day += _DAY
        holiday = _holiday(pack, notice, day) if "holidays" in reach.skips else ""
        if f"{day:%A}".lower() in reach.skips:
            lines.append(f"{_said(day)} does not count")
        elif holiday:
            lines.append(f"{_said(day)} does not count: {holiday}")
        else:
            left -= 1
    lines.append(f"day {reach.days} that counts is {_said(day)}: taken to have arrived")
    return day


def _rest(pack: Pack, notice: Notice, day: date) -> str:
    """Why it is no business day; empty if it is one."""
    if day.weekday() >= _SATURDAY:
        return f"a {day:%A}"
    return _holiday(pack, notice, day)


def _holiday(pack: Pack, notice: Notice, day: date) -> str:
    also = "a day of rest" if f"{day:%m-%d}" in notice.also_rest else ""
    return holidays_of(pack.calendar, day.year).get(day, "") or also


def _said(day: date) -> str:
    return f"{day:%a} {day}"
