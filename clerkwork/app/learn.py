"""Learn from what a person decides: whose an account or a name is; and forget it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clerkwork.app.office import Office
from clerkwork.core.matching.names import folded_names
from clerkwork.core.payments import BankLine
from clerkwork.core.queue import WorkItem
from clerkwork.core.remembered import Lesson, Remembered
from clerkwork.errors import BusinessError

__all__ = ["forget", "forget_all", "keep", "learned_from", "not_ours", "pays_for"]


def pays_for(
    office: Office, item: WorkItem, line: BankLine, customer: str, by: str
) -> Iterator[Remembered]:
    """That the payer's account, and his name if nobody else has it, are that debtor's.

    Nothing is learned of our own accounts, of an account that is another debtor's or has paid for
    several, nor of what the ERP says already.
    """
    debtors = office.books.debtors()
    iban = _compact(line.payer_iban)
    owners = {d.number for d in debtors if iban in map(_compact, d.ibans)}
    owners |= set(office.books.paid_from().get(line.payer_iban, {}))
    if iban and iban not in office.accounts and not owners:
        yield _lesson(office, item, line, by, Lesson.IBAN, iban, customer)
    names = set(folded_names(line.payer))
    bearers = {d.number for d in debtors if names & set(folded_names(d.name))}
    if names and not bearers and owners <= {customer}:
        yield _lesson(office, item, line, by, Lesson.ALIAS, line.payer, customer)


def not_ours(office: Office, item: WorkItem, line: BankLine, by: str) -> tuple[Remembered, ...]:
    """That the account's money, or else what says just this, is no debtor's.

    Raises `BusinessError` if the account is a debtor's, or the line has neither account nor text.
    """
    iban = _compact(line.payer_iban)
    debtors = office.books.debtors()
    owners = {d.number for d in debtors if iban and iban in map(_compact, d.ibans)}
    owners |= set(office.books.paid_from().get(line.payer_iban, {}))
    owners |= {
        one.customer
        for one in office.lessons.all()
        if one.forgotten is None and one.lesson is Lesson.IBAN and one.what == iban
    }
    if owners:
        raise BusinessError(
            f"{item.id}: {iban} is an account of debtor {', '.join(sorted(owners))}; decide "
            "not-ours for this line alone"
        )
    if iban:
        return (_lesson(office, item, line, by, Lesson.NOT_OURS_IBAN, iban),)
    if not any(sign.isalpha() for sign in line.text):
        raise BusinessError(
            f"{item.id}: the line has no account and says nothing by which another could be "
            "recognised; decide not-ours"
        )
    text = " ".join(line.text.split())
    return (_lesson(office, item, line, by, Lesson.NOT_OURS_TEXT, text),)


def keep(office: Office, lessons: Iterable[Remembered]) -> None:
    for one in lessons:
        office.lessons.remember(one)


def forget(office: Office, id: str, *, by: str) -> Remembered:
    """One lesson counts no more; raises `BusinessError` if there is none of that id."""
    try:
        return office.lessons.forget(id, by=by)
    except ValueError as error:
        raise BusinessError(f"{error}. `clerkwork review remembered` lists them") from error


def learned_from(office: Office, item: WorkItem) -> tuple[Remembered, ...]:
    """What the decision of a work item taught, and still counts."""
    return tuple(o for o in office.lessons.all() if o.item == item.id and o.forgotten is None)


def forget_all(office: Office, item: WorkItem, *, by: str) -> None:
    """What the decision of a work item taught counts no more."""
    for one in learned_from(office, item):
        office.lessons.forget(one.id, by=by)


def _lesson(
    office: Office,
    item: WorkItem,
    line: BankLine,
    by: str,
    lesson: Lesson,
    what: str,
    customer: str = "",
) -> Remembered:
    return Remembered(
        lesson=lesson,
        what=what,
        customer=customer,
        line=line.id,
        item=item.id,
        by=by,
        at=office.clock.now(),
    )


def _compact(iban: str) -> str:
    return "".join(iban.split()).upper()
