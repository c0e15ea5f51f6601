"""Costs over several items, of which no notice is exceeded that announced them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from clerkwork.core.law.costs import Costs, Vat, costs
from clerkwork.core.law.pack import Pack
from clerkwork.core.law.term import Term
from clerkwork.core.ledger import OpenItem
from clerkwork.core.money import Money, total

__all__ = ["costs_noticed"]


def costs_noticed(
    pack: Pack,
    kind: str,
    due: Sequence[tuple[OpenItem, Term | None]],
    credits: Iterable[OpenItem],
    *,
    agreed: bool = False,
    vat: Vat | None = None,
) -> Costs:
    """Costs of the claim as a whole, over what is open, less what stands in the debtor's favour.

    `due` are the items of which they may be asked, each with the term of its notice. No more is
    asked of the items of one notice than that message said (art. 6:96(6) BW: the notice states
    the amount), nor, over all of them, than the scale gives. Raises what `costs` raises.
    """
    nothing = Money(0, pack.currency)

    def scaled(items: Iterable[OpenItem]) -> Costs:
        principal = total((item.open for item in items), pack.currency)
        return costs(pack, kind, max(principal, nothing), agreed=agreed, vat=vat)

    found = scaled((*(item for item, _ in due), *credits))
    told: dict[str, list[OpenItem]] = {}
    said: dict[str, Money] = {}
    for item, term in due:
        notice = term.notice if term else ""
        told.setdefault(notice, []).append(item)
        if term is not None and term.announced is not None:
            said[notice] = term.announced
    parts = []
    for notice, items in told.items():
        own = scaled(items).total
        parts.append(min(own, said[notice]) if notice in said else own)
    most = total(parts, pack.currency)
    return found if found.total <= most else _lowered(found, most, vat)


def _lowered(found: Costs, most: Money, vat: Vat | None) -> Costs:
    percent = vat.percent if vat is not None and vat.cannot_deduct else Decimal(0)
    taxed = most.share(100 * percent / (100 + percent))
    line = f"no more than {most}: so much was announced and not asked yet"
    return replace(found, amount=most - taxed, vat=taxed, lines=(*found.lines, line))
