"""What a contact may ask beyond the items: costs and interest, no sooner than the law allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from clerkwork.core.calendar import Calendar
from clerkwork.core.journeys.journey import Step
from clerkwork.core.journeys.law import Law
from clerkwork.core.journeys.standing import contacts, gone
from clerkwork.core.law.costs import Costs, costs
from clerkwork.core.law.interest import interest
from clerkwork.core.law.left import left_of
from clerkwork.core.law.noticed import costs_noticed
from clerkwork.core.law.term import Term, notice_term, why_no_costs, why_no_interest
from clerkwork.core.ledger import OpenItem, PaidItem
from clerkwork.core.messages import Message, MessageState
from clerkwork.core.money import Money, total
from clerkwork.errors import ConfigError

__all__ = [
    "Claim",
    "asked_and_paid",
    "claimed",
    "costs_from",
    "costs_settled",
    "terms_of",
    "way_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one contact asks beyond the items, or announces."""

    costs: Money | None = None
    """Asked with this contact."""
    interest: Money | None = None
    """Asked with this contact."""
    left: Money | None = None
    """What of it is of invoices that are paid."""
    announced: Money | None = None
    """Costs of who has not paid by `last_day`: this contact is the notice of them."""
    vat: Money | None = None
    """VAT in the costs that are asked, else in those that are announced: the message says why."""
    last_day: date | None = None
    """The last day on which paying the items is enough, if the notice arrives as supposed."""
    term: int = 0
    """Days that the notice gives, from the day after it is delivered."""
    settled: tuple[str, ...] = ()
    """Why costs that were asked already are not asked again, and are a person's."""
    lines: tuple[str, ...] = ()
    """How each was reckoned, or why it is not asked, for people."""


def claimed(
    law: Law,
    step: Step,
    kind: str,
    items: Iterable[OpenItem],
    had: Sequence[Message],
    today: date,
    channel: str,
    *,
    paid: Iterable[PaidItem] = (),
    beyond: Money | None = None,
) -> Claim | None:
    """What a step asks of a debtor of a kind today; None where it asks the items alone.

    `had` are his messages. Costs count only what a notice named that surely went out, and are no
    more than it announced; of what is not known of the law, nothing is asked. `paid` are his paid
    invoices, and `beyond` is what he paid over them.
    """
    if not (step.notice or step.costs or step.interest):
        return None
    own = [i for i in items if i.open.currency == law.pack.currency]
    lines: list[str] = []
    term = grown = left = None
    announced: Costs | None = None
    asked: Costs | None = None
    settled: dict[str, str] = {}
    invoices = tuple(paid)
    told = _told(law, kind, own, had, lines)
    if step.notice:
        announced, term = _announced(law, kind, own, today, channel, lines)
    if step.costs and told is not None:
        settled = costs_settled(told, had, invoices)
        asked = _costs(law, kind, own, told, settled, today, lines)
    if step.interest and told is not None:
        grown = _interest(law, kind, own, told, today, lines)
        left = _left(law, kind, own, asked_and_paid(invoices, had), beyond, lines)
    notice = law.pack.side(kind).notice if term else None
    told_costs = asked or announced
    return Claim(
        costs=asked.total if asked else None,
        interest=total([one for one in (grown, left) if one], law.pack.currency) or None,
        left=left,
        announced=announced.total if announced else None,
        vat=(told_costs.vat or None) if told_costs else None,
        last_day=term.last_day if term else None,
        term=notice.days if notice else 0,
        settled=tuple(settled.values()),
        lines=tuple(lines),
    )


def _announced(
    law: Law, kind: str, items: Sequence[OpenItem], today: date, channel: str, lines: list[str]
) -> tuple[Costs | None, Term | None]:
    try:
        if law.pack.side(kind).notice is None:
            return None, None
        owed = _principal(law, items)
        found = costs(law.pack, kind, owed, agreed=law.agreed, vat=law.vat)
        lines.extend(found.lines)
        if not found.total:
            return None, None
        term = notice_term(law.pack, kind, today, by=way_of(channel))
    except ConfigError as error:
        lines.append(f"no costs are announced: {error}")
        return None, None
    lines.extend(term.lines)
    return found, term


def _told(
    law: Law,
    kind: str,
    items: Iterable[OpenItem],
    had: Iterable[Message],
    lines: list[str],
) -> tuple[tuple[OpenItem, Term | None], ...] | None:
    """Each item with the term of the first notice that named it; None where no law is known."""
    try:
        return terms_of(law, kind, items, had)
    except ConfigError as error:
        lines.append(f"nothing is asked beyond the items: {error}")
        return None


def terms_of(
    law: Law,
    kind: str,
    items: Iterable[OpenItem],
    had: Iterable[Message],
) -> tuple[tuple[OpenItem, Term | None], ...]:
    """Each item with the term of the first notice that surely went out and named it once it was
    late; None where none did, or the law asks none. Raises `ConfigError` for a law not known.

    `items` are those of one message or claim, and `had` all messages of their debtor. A term
    counts from the day of the message, or from that on which a letter left the house, where that
    was later. A message is a notice if it announced costs itself. What its step does today says
    nothing of that: the journey or the debtor's kind may have been another.
    """
    asks = law.pack.side(kind).notice is not None
    own, history, house = tuple(items), tuple(had), Calendar(zone=law.zone)
    sent = [m for m in history if m.state is MessageState.SENT and m.announced and m.on]
    found: list[tuple[OpenItem, Term | None]] = []
    for item in own:
        naming = [m for m in sent if item.number in m.items and m.on and m.on > item.due]
        term = None
        if asks and naming:
            first = min(naming, key=lambda m: gone(m, house))
            counted = notice_term(law.pack, kind, gone(first, house), by=way_of(first.channel))
            term = replace(counted, notice=first.key, announced=_unasked(first, own, history))
        found.append((item, term))
    return tuple(found)


def costs_from(
    law: Law, kind: str, items: Iterable[OpenItem], had: Iterable[Message]
) -> date | None:
    """The day from which costs may be asked with all of these items that a notice named; None where
    none did, or the law is not known.

    How long after the notice that is, the post and the holidays say: no fixed number of days does.
    """
    try:
        told = terms_of(law, kind, items, had)
    except ConfigError:
        return None
    own = law.pack.currency
    days = (term.costs_from for item, term in told if term and item.open.currency == own)
    return max(days, default=None)


def _unasked(notice: Message, items: Iterable[OpenItem], had: Iterable[Message]) -> Money | None:
    """What a notice announced, less the costs that were asked with others of its items alone.

    A notice is of its items as one, and a promise or a dispute may part them: what was asked with
    the ones is not asked with the others as well. Asked anew with the same, it is the same costs.
    """
    if notice.announced is None:
        return None
    own = {item.number for item in items}
    apart: dict[frozenset[str], Money] = {}
    for message in contacts(had, date.min):
        named = frozenset(notice.items).intersection(message.items)
        if message.costs and named and named.isdisjoint(own):
            apart[named] = max(message.costs, apart.get(named, message.costs))
    asked = total(apart.values(), notice.announced.currency)
    return max(notice.announced - asked, Money(0, asked.currency))


def costs_settled(
    told: Iterable[tuple[OpenItem, Term | None]],
    had: Sequence[Message],
    paid: Iterable[PaidItem],
) -> dict[str, str]:
    """Item → why its costs may be paid already: they were asked, and then what they were asked with
    was paid.

    Costs are of a notice, or else of the items that they were asked with, as one; the ERP has no
    item for them, so nobody here can tell whether they came along with the money.
    """
    last = {one.number: one.on for one in paid}
    notices = {message.key: message for message in had}
    asking = [m for m in had if m.costs and m.on and m.state is MessageState.SENT]
    found: dict[str, str] = {}
    for item, term in told:
        notice = notices.get(term.notice) if term else None
        family = {item.number, *(notice.items if notice else ())}
        for message in asking:
            asked = message.on or date.max
            since = [n for n in message.items if asked <= last.get(n, date.min)]
            if item.open.minor > 0 and since and family.intersection(message.items):
                found[item.number] = (
                    f"costs of {message.costs} were asked on {asked}, and {', '.join(since)} was "
                    "paid since: whether they were, too, a person finds out"
                )
                break
    return found


def _costs(
    law: Law,
    kind: str,
    items: Sequence[OpenItem],
    told: Iterable[tuple[OpenItem, Term | None]],
    settled: Mapping[str, str],
    today: date,
    lines: list[str],
) -> Costs | None:
    due: list[tuple[OpenItem, Term | None]] = []
    for item, term in told:
        why = why_no_costs(law.pack, kind, today, term) or settled.get(item.number, "")
        if item.open.minor > 0 and why:
            lines.append(f"no costs over {item.number}: {why}")
        elif item.open.minor > 0:
            due.append((item, term))
    credits = [item for item in items if item.open.minor < 0]
    try:
        # What a notice was not about is not counted; what is in his favour is.
        found = costs_noticed(law.pack, kind, due, credits, agreed=law.agreed, vat=law.vat)
    except ConfigError as error:
        lines.append(f"no costs: {error}")
        return None
    lines.extend(found.lines)
    return found if found.total else None


def _interest(
    law: Law,
    kind: str,
    items: Sequence[OpenItem],
    told: Iterable[tuple[OpenItem, Term | None]],
    today: date,
    lines: list[str],
) -> Money | None:
    sums = []
    for item, term in told:
        if item.open.minor <= 0 or item.days_overdue(today) <= 0:
            continue
        if why := why_no_interest(law.pack, kind, today, term):
            lines.append(f"no interest over {item.number}: {why}")
            continue
        since = item.due + timedelta(days=1)
        try:
            found = interest(law.pack, kind, item.open, since, today, agreed=law.agreed)
        except ConfigError as error:
            # Of half the days nothing is asked.
            lines.append(f"no interest: {error}")
            return None
        lines.extend(f"{item.number}: {line}" for line in found.lines)
        sums.append(found.amount)
    grown = total(sums, law.pack.currency)
    # Where something stands in his favour nobody can tell here since when it did.
    return grown if grown and all(item.open.minor > 0 for item in items) else None


def asked_and_paid(paid: Iterable[PaidItem], had: Iterable[Message]) -> tuple[PaidItem, ...]:
    """Paid invoices of which interest was asked first, by a message that surely went out."""
    asked: dict[str, date] = {}
    for message in had:
        if message.state is MessageState.SENT and message.interest and message.on:
            for number in message.items:
                asked.setdefault(number, message.on)
    return tuple(one for one in paid if asked.get(one.number, date.max) <= one.on)


def _left(
    law: Law,
    kind: str,
    items: Iterable[OpenItem],
    paid: Sequence[PaidItem],
    beyond: Money | None,
    lines: list[str],
) -> Money | None:
    if not all(item.open.minor > 0 for item in items):
        return None
    found = left_of(law.pack, kind, paid, law.after, beyond=beyond, agreed=law.agreed)
    lines.extend(one.lines[-1] for one in found)
    return total((one.asked for one in found), law.pack.currency) or None


def _principal(law: Law, items: Iterable[OpenItem]) -> Money:
    owed = total((item.open for item in items), law.pack.currency)
    return owed if owed.minor > 0 else Money(0, law.pack.currency)


def way_of(channel: str) -> str:
    """How the law has a notice by a channel travel."""
    return "post" if channel == "letter" else "electronic"
