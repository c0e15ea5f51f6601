"""A posting: what will be keyed into the ERP, the states it moves through, and its receipt."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clerkwork.core.money import Money, total

__all__ = [
    "Allocation",
    "Posting",
    "PostingState",
    "Receipt",
    "can_move",
    "make_posting",
    "receipt_difference",
]


class PostingState(StrEnum):
    """Where a posting stands on its way into the ERP."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    KEYING = "keying"
    KEYED = "keyed"
    REJECTED = "rejected"
    VOID = "void"
    """The item changed meanwhile: people key too."""
    REFUSED = "refused"
    """By the portal, its message kept."""
    DOUBTFUL = "doubtful"
    """The portal could not be asked whether it is there."""
    REVERSING = "reversing"
    REVERSED = "reversed"


_MOVES = {
    PostingState.PROPOSED: {PostingState.APPROVED, PostingState.REJECTED, PostingState.VOID},
    PostingState.APPROVED: {PostingState.KEYING, PostingState.REJECTED, PostingState.VOID},
    PostingState.KEYING: {
        PostingState.KEYED,
        PostingState.APPROVED,
        PostingState.VOID,
        PostingState.REFUSED,
        PostingState.DOUBTFUL,
    },
    PostingState.DOUBTFUL: {PostingState.KEYED, PostingState.APPROVED, PostingState.REJECTED},
    PostingState.REFUSED: {PostingState.APPROVED, PostingState.REJECTED},
    PostingState.KEYED: {PostingState.REVERSING},
    PostingState.REVERSING: {PostingState.REVERSED, PostingState.KEYED, PostingState.DOUBTFUL},
}


def can_move(state: PostingState, to: PostingState) -> bool:
    """Whether a posting may go from one state to the other."""
    return to in _MOVES.get(state, set())


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """What a payment settles of one open item; below zero for a credit note."""

    item: str
    amount: Money
    """Money applied, the discount not included."""
    discount: Money
    """Early-payment discount granted besides; zero when there is none."""
    open_before: Money
    """The item's open amount when it was matched; keying stops if the portal shows another."""

    @property
    def settles(self) -> Money:
        """By how much the item's open amount goes down."""
        return self.amount + self.discount


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One receipt to be keyed: a bank line's money over open items, the rest on account."""

    reference: str
    """Short and unique: made from the line and its allocations, never from the run."""
    line: str
    """Id of the bank line."""
    customer: str
    account: str
    """IBAN of our account the money came in on."""
    booked: date
    amount: Money
    allocations: tuple[Allocation, ...]
    memo: str = ""

    @property
    def on_account(self) -> Money:
        """What is left for the debtor's account, applied to no item."""
        applied = total((a.amount for a in self.allocations), self.amount.currency)
        return self.amount - applied


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A receipt as the portal shows it after it was keyed."""

    reference: str
    number: str
    """The portal's own number."""
    customer: str
    booked: date
    amount: Money
    allocations: tuple[tuple[str, Money, Money], ...] = ()
    """Item, amount and discount of each line, where the portal shows them."""


def make_posting(
    *,
    line: str,
    customer: str,
    account: str,
    booked: date,
    amount: Money,
    allocations: tuple[Allocation, ...],
    memo: str = "",
) -> Posting:
    """A posting with its reference: the same line with the same allocations always gets the same.

    Raises `ValueError` if more is allocated than the line brings in.
    """
    parts = sorted(f"{a.item}={a.amount.minor}/{a.discount.minor}" for a in allocations)
    content = "|".join([line, customer, str(amount.minor), amount.currency, *parts])
    digest = base64.b32encode(hashlib.sha256(content.encode()).digest()).decode()
    posting = Posting(
        reference=f"CW-{digest[:10]}",
        line=line,
        customer=customer,
        account=account,
        booked=booked,
        amount=amount,
        allocations=tuple(sorted(allocations, key=lambda a: a.item)),
        memo=memo,
    )
    if posting.on_account.minor < 0:
        raise ValueError(f"{posting.reference}: more is allocated than the {amount} that came in")
    return posting


def receipt_difference(posting: Posting, receipt: Receipt) -> str:
    """In what the portal's receipt differs from the posting, in words; empty when in nothing."""
    found = []
    for what, meant, shown in (
        ("debtor", posting.customer, receipt.customer),
        ("date", posting.booked.isoformat(), receipt.booked.isoformat()),
        ("amount", str(posting.amount), str(receipt.amount)),
    ):
        if meant != shown:
            found.append(f"{what} is {shown}, meant was {meant}")
    if receipt.allocations:
        meant_lines = {(a.item, a.amount, a.discount) for a in posting.allocations}
        if meant_lines != set(receipt.allocations):
            found.append("the items it was applied to differ")
    return "; ".join(found)
