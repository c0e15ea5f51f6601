"""A statement of what is owed with costs and interest, part payments in the law's order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from clerkwork.core.law.account import Account, account_of
from clerkwork.core.law.costs import Costs, Vat
from clerkwork.core.law.left import Left
from clerkwork.core.law.noticed import costs_noticed
from clerkwork.core.law.pack import Pack
from clerkwork.core.law.term import Term, why_no_costs, why_no_interest
from clerkwork.core.ledger import OpenItem
from clerkwork.core.money import Money, total
from clerkwork.errors import ConfigError

__all__ = ["ItemClaim", "Statement", "statement_of"]

Payments = Sequence[tuple[date, Money]]
_NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemClaim:
    """One invoice in the statement."""

    item: OpenItem
    payments: Payments
    """After the due date, by the day of the bank."""
    principal: Money
    """Still owed of the invoice itself."""
    interest: Money
    costs: Money
    """Of the costs of the whole claim, those that are told with this invoice and still open."""
    lines: tuple[str, ...]
    """How interest was reckoned and payments allocated, or why there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What is claimed on a day, in the currency of the law."""

    until: date
    claims: tuple[ItemClaim, ...]
    credits: tuple[OpenItem, ...]
    """What stands in the debtor's favour."""
    costs_lines: tuple[str, ...]
    total: Money
    left: tuple[Left, ...] = ()
    """Interest of invoices that are paid: what is asked of it is claimed, too."""

    @property
    def principal(self) -> Money:
        return total((one.principal for one in self.claims), self.total.currency)

    @property
    def interest(self) -> Money:
        """Of what is owed, and of what is paid."""
        sums = (*(one.interest for one in self.claims), *(one.asked for one in self.left))
        return total(sums, self.total.currency)

    @property
    def costs(self) -> Money:
        return total((one.costs for one in self.claims), self.total.currency)

    @property
    def credit(self) -> Money:
        return total((item.open for item in self.credits), self.total.currency)


def statement_of(
    pack: Pack,
    kind: str,
    items: Sequence[tuple[OpenItem, Term | None]],
    payments: Mapping[str, Payments],
    until: date,
    *,
    vat: Vat | None = None,
    agreed: bool = False,
    left: Sequence[Left] = (),
    settled: Mapping[str, str] = _NOTHING,
) -> Statement:
    """What a 'consumer' or 'business' owes on a day, each item with the term of its notice.

    Items of other currencies than the law's are left out. `payments` are those that were applied
    to an item, by its number. Costs are reckoned once, over what is open now of the items of which
    they may be asked; a payment after they could be asked goes to them first, where the law says
    so, as far as it was made for the oldest item, with which they are told. Where rates are not
    known, or something stands in the debtor's favour and nobody can tell since when, no interest
    is claimed, and why is said; nor then what is `left` of the interest of paid invoices. `settled`
    says, by an item's number, why its costs may be paid already: they are not claimed.
    """
    own = [(item, term) for item, term in items if item.open.currency == pack.currency]
    credits = tuple(item for item, _ in own if item.open.minor < 0)
    owed = sorted(
        ((item, term) for item, term in own if item.open.minor > 0),
        key=lambda one: (one[0].due, one[0].number),
    )
    nothing = Money(0, pack.currency)
    asked, since, lines = _costs(
        pack, kind, owed, credits, until, vat=vat, agreed=agreed, settled=settled
    )
    claims = []
    for at, (item, term) in enumerate(owed):
        later = tuple(one for one in payments.get(item.number, ()) if one[0] > item.due)
        share = asked if at == 0 else nothing
        claims.append(
            _claim(pack, kind, item, term, later, share, since, until, bool(credits), agreed)
        )
    sums = [part for one in claims for part in (one.principal, one.interest, one.costs)]
    sums += [item.open for item in credits]
    told = () if credits else tuple(left)
    sums += [one.asked for one in told]
    return Statement(
        until=until,
        claims=tuple(claims),
        credits=credits,
        costs_lines=lines,
        total=total(sums, pack.currency),
        left=told,
    )


def _costs(
    pack: Pack,
    kind: str,
    owed: Sequence[tuple[OpenItem, Term | None]],
    credits: Sequence[OpenItem],
    until: date,
    *,
    vat: Vat | None,
    agreed: bool,
    settled: Mapping[str, str],
) -> tuple[Money, date, tuple[str, ...]]:
    """Costs over all items of which they may be asked, from when, and how they were reckoned."""
    nothing = Money(0, pack.currency)
    lines = []
    counted: list[tuple[OpenItem, Term | None]] = []
    try:
        for item, term in owed:
            why = why_no_costs(pack, kind, until, term) or settled.get(item.number, "")
            if why:
                lines.append(f"no costs over {item.number}: {why}")
            else:
                counted.append((item, term))
        principal = total(
            (*(item.open for item, _ in counted), *(item.open for item in credits)), pack.currency
        )
        found = costs_noticed(pack, kind, counted, credits, agreed=agreed, vat=vat)
    except ConfigError as error:
        return nothing, until, (*lines, f"no costs: {error}")
    since = max(
        (term.costs_from if term else item.due + timedelta(days=1) for item, term in counted),
        default=until,
    )
    return found.total, since, (*lines, *_told(found, principal))


def _told(found: Costs, principal: Money) -> tuple[str, ...]:
    return (f"over {principal}, open now:", *found.lines) if found.total else found.lines


def _claim(
    pack: Pack,
    kind: str,
    item: OpenItem,
    term: Term | None,
    payments: Payments,
    costs: Money,
    since: date,
    until: date,
    credited: bool,
    agreed: bool,
) -> ItemClaim:
    plain = ItemClaim(
        item=item,
        payments=payments,
        principal=item.open,
        interest=Money(0, item.open.currency),
        costs=costs,
        lines=(),
    )
    begun = item.due + timedelta(days=1)
    if begun > until:
        return replace(plain, lines=("not due yet: no interest",))
    why = "something stands in the debtor's favour, and nobody can tell since when"
    if not credited:
        why = _barred(pack, kind, until, term)
    if why:
        return replace(plain, lines=(f"no interest: {why}",))
    try:
        account = account_of(
            pack,
            kind,
            item.open + total((amount for _, amount in payments), item.open.currency),
            begun,
            until,
            costs=[(max(since, begun), costs)] if costs and since <= until else (),
            payments=payments,
            agreed=agreed,
        )
    except ConfigError as error:
        return replace(plain, lines=(f"no interest: {error}",))
    return _reckoned(plain, account)


def _barred(pack: Pack, kind: str, until: date, term: Term | None) -> str:
    try:
        return why_no_interest(pack, kind, until, term)
    except ConfigError as error:
        return str(error)


def _reckoned(plain: ItemClaim, account: Account) -> ItemClaim:
    return replace(
        plain,
        principal=account.debt.principal,
        interest=account.debt.interest,
        costs=account.debt.costs,
        lines=account.lines,
    )
