"""The law that claims are under, and whether it asks a notice before costs."""

from __future__ import annotations

from dataclasses import dataclass

from clerkwork.core.law.allocation import AfterPrincipal
from clerkwork.core.law.costs import Vat, costs
from clerkwork.core.law.pack import Pack
from clerkwork.core.money import Money

__all__ = ["Law", "notice_asked"]

_ASKED = AfterPrincipal()


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """The law that the creditor's claims are under, and what he agreed with his debtors."""

    pack: Pack
    vat: Vat | None = None
    agreed: bool = False
    """Whether the contracts provide for costs and interest, where they have to."""
    after: AfterPrincipal = _ASKED
    """What becomes of interest that is open when the principal is paid."""
    zone: str = "Europe/Amsterdam"
    """The creditor's time zone (IANA), in which the days of terms are counted."""


def notice_asked(law: Law, kind: str, owed: Money) -> bool:
    """Whether a debtor of a kind has to have a notice before anything follows upon an amount.

    It is the notice of costs, so none is asked where there are none to announce: where they were
    not agreed and have to be, in another currency than the law's, and where the scale gives
    nothing of so little. Raises `ConfigError` where the law is not known.
    """
    side = law.pack.side(kind)
    if side.notice is None or owed.currency != law.pack.currency or owed.minor <= 0:
        return False
    return bool(costs(law.pack, kind, owed, agreed=law.agreed, vat=law.vat).total)
