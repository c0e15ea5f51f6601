"""Declare: note a fact that a debtor declared of himself, or that he takes it back."""

from __future__ import annotations

from datetime import date

from clerkwork.app.office import Office
from clerkwork.core.declarations import Declaration, checked
from clerkwork.errors import BusinessError

__all__ = ["declare", "take_back"]


def declare(
    office: Office,
    debtor: str,
    fact: str,
    value: str,
    *,
    ground: str,
    by: str,
    since: date | None = None,
) -> Declaration:
    """Note it; raises `BusinessError` where nobody can have declared that."""
    today = office.clock.today()
    if not ground.strip():
        raise BusinessError(
            "the ground is empty; say how he declared it and what it is for, such as --ground "
            "'asked for it on the telephone, so that he can read our letters'"
        )
    if since is not None and since > today:
        raise BusinessError(f"it cannot be declared as of {since}, which is after {today}")
    if debtor not in {one.number for one in office.books.debtors()}:
        raise BusinessError(f"there is no debtor {debtor!r} in the ERP; nothing was noted")
    try:
        kept = checked(fact, value)
    except ValueError as error:
        raise BusinessError(f"{error}; nothing was noted") from error
    return office.declarations.declare(
        Declaration(
            debtor=debtor, fact=fact, value=kept, since=since or today, by=by, ground=ground.strip()
        )
    )


def take_back(office: Office, id: str, *, by: str) -> Declaration:
    """It counts no more; raises `BusinessError` if there is none, or it was withdrawn already."""
    try:
        return office.declarations.withdraw(id, by=by)
    except ValueError as error:
        raise BusinessError(
            f"{error}; `clerkwork debtors declared` shows those there are"
        ) from error
