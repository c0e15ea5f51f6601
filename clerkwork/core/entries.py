"""What a posting enters in a portal, in words: kept with the step that enters it, and compared."""

from __future__ import annotations

from collections.abc import Mapping

from clerkwork.core.posting import Posting, Receipt

__all__ = ["ENTRY", "entered", "shown"]

ENTRY = "entry "
"""What the names of such details begin with."""


def entered(what: object = None, *more: object) -> dict[str, str]:
    """Details of a `fill_…`: of a posting whose, how much, before and after; else what is given."""
    if not isinstance(what, Posting):
        return {f"{ENTRY}values": "; ".join(map(str, more))} if more else {}
    before = [f"{part.item}: {part.open_before} open" for part in what.allocations]
    after = [f"{part.item}: {part.open_before - part.settles} open" for part in what.allocations]
    if what.on_account.minor:
        after.append(f"{what.on_account} on account")
    told: Mapping[str, str] = {
        "debtor": what.customer,
        "amount": str(what.amount),
        "before": "; ".join(before),
        "after": "; ".join(after),
    }
    return {ENTRY + name: text for name, text in told.items()}


def shown(found: object) -> dict[str, str]:
    """Details of a `find_…`: the receipt that the portal shows; nothing for anything else."""
    if not isinstance(found, Receipt):
        return {}
    return {f"{ENTRY}receipt": found.number, f"{ENTRY}shown": f"{found.customer}, {found.amount}"}
