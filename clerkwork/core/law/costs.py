"""Collection costs of one claim, with the reckoning line by line."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from clerkwork.core.law.pack import Pack, Scale
from clerkwork.core.money import Money

__all__ = ["Costs", "Vat", "costs"]

_SAID = {
    "law": "binding: nothing else can be agreed to the debtor's disadvantage",
    "default": "holds unless something else was agreed",
    "agreed": "agreed with the debtor: the law only sets the most",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Vat:
    """VAT on costs: only where the creditor cannot deduct it himself, and says so."""

    cannot_deduct: bool = False
    percent: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        if self.cannot_deduct and not 0 < self.percent <= 100:
            raise ValueError("VAT that cannot be deducted needs its percent, above 0 up to 100")


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    amount: Money
    """Without VAT."""
    vat: Money
    lines: tuple[str, ...]
    """How it was reckoned, for people."""

    @property
    def total(self) -> Money:
        return self.amount + self.vat


def costs(
    pack: Pack, kind: str, principal: Money, *, agreed: bool = False, vat: Vat | None = None
) -> Costs:
    """What a 'consumer' or 'business' may be asked for collecting `principal`.

    `principal` is what is open when the notice's term ends (all claims of one notice together);
    `agreed` says that the contract provides for it, where it has to. Whether it may be asked
    *yet* is a question to `term.why_no_costs`. Rounded half up to a minor unit, at the end.
    Raises `ConfigError` where the country's law is not known, and `ValueError` for a principal
    below zero or in another currency.
    """
    side = pack.side(kind)
    if principal.currency != pack.currency:
        raise ValueError(f"{principal}: the law of {pack.country} counts in {pack.currency}")
    if principal.minor < 0:
        raise ValueError(f"{principal}: a principal below zero has no costs")
    nothing = Money(0, pack.currency)
    if side.costs is None or not principal:
        why = f"a {kind} may not be asked any" if side.costs is None else "nothing is open"
        return Costs(amount=nothing, vat=nothing, lines=(f"no costs: {why}",))
    if side.basis == "agreed" and not agreed:
        why = "no costs: they were not agreed, and the law gives none by itself"
        return Costs(amount=nothing, vat=nothing, lines=(why,))
    amount, lines = _scaled(side.costs, principal)
    lines.append(_SAID[side.basis])
    taxed = nothing
    if vat is not None and vat.cannot_deduct:
        taxed = amount.share(vat.percent)
        lines.append(f"VAT, {vat.percent} % of {amount}: {taxed}; the notice says why it is asked")
    return Costs(amount=amount, vat=taxed, lines=tuple(lines))


def _scaled(scale: Scale, principal: Money) -> tuple[Money, list[str]]:
    band = next(b for b in reversed(scale.bands) if b.over < principal)
    above = principal - band.over
    amount = band.fixed + above.share(band.percent)
    if band.percent:
        lines = [f"{band.fixed} + {band.percent} % of {above} (above {band.over}): {amount}"]
    else:
        lines = [f"for a principal above {band.over}: {amount}"]
    if scale.least is not None and amount < scale.least:
        amount = scale.least
        lines.append(f"at least {amount}")
    if scale.most is not None and amount > scale.most:
        amount = scale.most
        lines.append(f"at most {amount}")
    return amount, lines
