"""Settle a bank line as a person decided, and put it back."""

from __future__ import annotations

from dataclasses import replace

from clerkwork.app.ask import ASKED, about
from clerkwork.app.learn import forget_all, keep, not_ours, pays_for
from clerkwork.app.office import Office
from clerkwork.app.reconcile import free_items
from clerkwork.core.matching.model import Match, Outcome
from clerkwork.core.money import Money, total
from clerkwork.core.posting import Allocation, PostingState, make_posting
from clerkwork.core.queue import WorkItem
from clerkwork.errors import BusinessError

__all__ = ["decide_line", "expect", "no_decision", "undo_line"]


def decide_line(office: Office, item: WorkItem, decision: str, *, by: str, remember: bool) -> None:
    """Carry out what a person decided about a bank line, and remember what it teaches.

    Raises `BusinessError` naming the possible decisions if it is none of them, or if what it
    needs is not open any more.
    """
    line_id = about(item)
    found = next((m for m in office.books.matches() if m.line.id == line_id), None)
    if found is None or found.outcome not in ASKED:
        raise BusinessError(f"{item.id}: its bank line is not in review any more")
    if decision == "reverses" and found.reverses:
        _take_back(office, item, found, by)
        return
    if decision in ("not-ours", "not-ours-always"):
        lesson = not_ours(office, item, found.line, by) if decision != "not-ours" else ()
        settled = _by_person(found, by, "no debtor's money", outcome=Outcome.NOT_OURS)
        office.books.record_matches([settled], [])
        keep(office, lesson)
        return
    customer, allocations = _applied(office, item, found, decision)
    settled = _by_person(found, by, decision, customer=customer, allocations=allocations)
    posting = make_posting(
        line=line_id,
        customer=customer,
        account=found.line.account,
        booked=found.line.booked,
        amount=found.line.amount,
        allocations=allocations,
    )
    office.books.record_matches([settled], [posting])
    office.books.move(posting.reference, PostingState.APPROVED, note=f"decided by {by}")
    if remember:
        keep(office, pays_for(office, item, found.line, customer, by))


def undo_line(office: Office, item: WorkItem, *, by: str) -> None:
    """Put the line of a decided question back into review, and forget what it taught.

    Raises `BusinessError` if it was keyed already, or reversed an earlier line.
    """
    if item.decision == "reverses":
        raise BusinessError(
            f"{item.id}: that the line takes an earlier one back cannot be undone here; key the "
            "receipt in the ERP again if it was undone there by mistake"
        )
    line_id = about(item)
    # Read first: rejecting the posting frees the line of its match.
    found = next(m for m in office.books.matches() if m.line.id == line_id)
    for row in office.books.postings():
        if row.posting.line != line_id or row.state in (PostingState.VOID, PostingState.REJECTED):
            continue
        if row.state not in (PostingState.PROPOSED, PostingState.APPROVED):
            raise BusinessError(
                f"{item.id}: {row.posting.reference} is {row.state} already; correct it in the ERP"
            )
        office.books.move(row.posting.reference, PostingState.REJECTED, note=f"taken back by {by}")
    again = replace(
        found,
        outcome=Outcome.REVIEW,
        rule="person",
        reasons=(f"taken back by {by}", *found.reasons),
        customer="",
        allocations=(),
    )
    office.books.record_matches([again], [])
    forget_all(office, item, by=by)


def _take_back(office: Office, item: WorkItem, found: Match, by: str) -> None:
    """A return and the line that it takes back: together they brought nothing."""
    books = office.books
    original = next((m for m in books.matches() if m.line.id == found.reverses), None)
    rows = [row for row in books.postings() if row.posting.line == found.reverses]
    for row in rows:
        reference, note = row.posting.reference, f"taken back by the bank, says {by}"
        if row.state in (PostingState.KEYING, PostingState.DOUBTFUL):
            raise BusinessError(
                f"{item.id}: {reference} is {row.state}; run the round or decide that first"
            )
        if row.state is PostingState.KEYED:
            books.move(reference, PostingState.REVERSING, note=note)
        if row.state in (PostingState.KEYED, PostingState.REVERSING):
            books.move(reference, PostingState.REVERSED, note=note)
        elif row.state in (PostingState.PROPOSED, PostingState.APPROVED, PostingState.REFUSED):
            books.move(reference, PostingState.REJECTED, note=note)
    what = f"the bank took line {found.reverses} back"
    pair = [_by_person(found, by, what, outcome=Outcome.NOT_OURS)]
    if original is not None:
        came_back = f"it came back as line {found.line.id}"
        pair.append(_by_person(original, by, came_back, outcome=Outcome.NOT_OURS))
    books.record_matches(pair, [])


def _by_person(
    found: Match,
    by: str,
    what: str,
    *,
    outcome: Outcome = Outcome.SETTLED,
    customer: str = "",
    allocations: tuple[Allocation, ...] = (),
) -> Match:
    return replace(
        found,
        outcome=outcome,
        rule="person",
        reasons=(f"decided by {by}: {what}", *found.reasons),
        customer=customer,
        allocations=allocations,
    )


def _applied(
    office: Office, item: WorkItem, found: Match, decision: str
) -> tuple[str, tuple[Allocation, ...]]:
    if found.line.amount.minor <= 0:
        raise BusinessError(
            f"{item.id}: {found.line.amount} went out; it cannot be keyed as a receipt. "
            "Correct it in the ERP, then decide not-ours"
        )
    kind, _, value = decision.partition(":")
    if kind == "account" and value:
        known = {debtor.number for debtor in office.books.debtors()}
        if value not in known:
            raise BusinessError(f"{item.id}: there is no debtor {value!r} in the ERP")
        return value, ()
    if kind == "items" and value:
        return _over_items(office, item, found.line.amount, value.split(","))
    if decision.isdigit() and 1 <= int(decision) <= len(found.candidates):
        candidate = found.candidates[int(decision) - 1]
        _still_open(office, item, candidate.allocations)
        return candidate.customer, candidate.allocations
    raise no_decision(item, decision)


def _still_open(office: Office, item: WorkItem, allocations: tuple[Allocation, ...]) -> None:
    free = {open_item.number: open_item.open for open_item in free_items(office.books)}
    for part in allocations:
        if free.get(part.item) != part.open_before:
            raise BusinessError(
                f"{item.id}: {part.item} has {free.get(part.item, 'nothing')} open now, the "
                f"candidate was made on {part.open_before}. Use items:{part.item} instead"
            )


def _over_items(
    office: Office, item: WorkItem, amount: Money, numbers: list[str]
) -> tuple[str, tuple[Allocation, ...]]:
    free = {open_item.number: open_item for open_item in free_items(office.books)}
    unknown = [number for number in numbers if number not in free]
    if unknown:
        raise BusinessError(f"{item.id}: not open: {', '.join(unknown)}; nothing was decided")
    chosen = sorted((free[number] for number in set(numbers)), key=lambda i: (i.due, i.number))
    customers = {open_item.customer for open_item in chosen}
    if len(customers) != 1:
        raise BusinessError(f"{item.id}: these items belong to several debtors; name one's only")
    credit = total((-i.open for i in chosen if i.open.minor < 0), amount.currency)
    left = amount + credit
    parts = []
    for open_item in chosen:
        applied = open_item.open if open_item.open < left else left
        if applied:
            parts.append(
                Allocation(
                    item=open_item.number,
                    amount=applied,
                    discount=Money(0, amount.currency),
                    open_before=open_item.open,
                )
            )
        left -= applied if applied.minor > 0 else Money(0, amount.currency)
    return customers.pop(), tuple(parts)


def expect(item: WorkItem, decision: str) -> None:
    """Raises `BusinessError` naming the possible decisions if it is none of them."""
    if decision not in [choice for choice, _ in item.choices]:
        raise no_decision(item, decision)


def no_decision(item: WorkItem, decision: str) -> BusinessError:
    told = "; ".join(f"{choice} ({meaning})" for choice, meaning in item.choices)
    return BusinessError(f"{decision!r} is no decision for {item.id}. Possible are: {told}")
