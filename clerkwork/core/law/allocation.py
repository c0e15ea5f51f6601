"""To what a payment goes, and what becomes of interest once the principal is paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clerkwork.core.law.pack import PARTS
from clerkwork.core.money import Money

__all__ = ["POLICIES", "AfterPrincipal", "Allocation", "Asked", "Debt", "allocate", "asked_after"]

POLICIES = ("ask", "waive below", "waive")


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """What is open, part by part."""

    costs: Money
    interest: Money
    principal: Money

    @property
    def total(self) -> Money:
        return self.costs + self.interest + self.principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """Where a payment went; its parts and `over` sum to the payment."""

    costs: Money
    interest: Money
    principal: Money
    over: Money
    """What was paid beyond the debt."""
    left: Debt


def allocate(order: Sequence[str], debt: Debt, payment: Money) -> Allocation:
    """Let a payment settle the parts of a debt in the order of the law, `Pack.ordered()`.

    Raises `ValueError` for an order that does not name each part once, for parts or a payment
    below zero, and for other currencies.
    """
    if sorted(order) != sorted(PARTS):
        raise ValueError(f"{', '.join(order)}; expected each of {', '.join(PARTS)} once")
    rest = payment
    took: dict[str, Money] = {}
    for part in order:
        open_ = getattr(debt, part)
        if open_.minor < 0 or payment.minor < 0:
            raise ValueError(f"{part} of {open_}, a payment of {payment}: expected none below zero")
        took[part] = min(open_, rest)
        rest -= took[part]
    left = Debt(**{part: getattr(debt, part) - took[part] for part in PARTS})
    return Allocation(**took, over=rest, left=left)


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterPrincipal:
    """The creditor's choice for interest that is open when the principal is paid.

    'ask': it is asked for like any debt; 'waive below': it is given up when it is less than
    `below`; 'waive': it is given up. No law forces any of them: it is a choice, and stands in
    config/law.toml.
    """

    policy: str = "ask"
    below: Money | None = None

    def __post_init__(self) -> None:
        if self.policy not in POLICIES:
            raise ValueError(f"policy {self.policy!r}; expected one of {', '.join(POLICIES)}")
        if (self.policy == "waive below") != (self.below is not None):
            raise ValueError("`below` goes with policy 'waive below', and with no other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    asked: Money
    waived: Money
    why: str


def asked_after(choice: AfterPrincipal, debt: Debt) -> Asked:
    """How much of the open interest is asked for, how much given up, and why."""
    nothing = Money(0, debt.interest.currency)
    if debt.principal:
        return Asked(asked=debt.interest, waived=nothing, why="the principal is open")
    if choice.policy == "waive":
        return Asked(asked=nothing, waived=debt.interest, why="the principal is paid: waived")
    if choice.below is not None and debt.interest < choice.below:
        why = f"the principal is paid: waived below {choice.below}"
        return Asked(asked=nothing, waived=debt.interest, why=why)
    return Asked(asked=debt.interest, waived=nothing, why="the principal is paid: asked for")
