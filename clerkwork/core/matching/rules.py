"""What may be decided without a person, and what the bank's codes mean."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["REVIEWED", "SETTLING", "SET_ASIDE", "MatchingRules"]

SETTLING = (
    "structured reference",
    "number and amount",
    "listed numbers",
    "part payment",
    "early-payment discount",
    "third party",
    "short number",
    "mistyped number",
    "amount alone",
    "sum",
)
"""Rules that settle a line; each may be switched off."""

REVIEWED = (
    "paid twice",
    "overpayment",
    "sum does not fit",
    "number not open",
    "third party, other amount",
    "several debtors",
    "equal candidates",
    "two debtors on one account",
    "no item fits",
    "unknown payer",
    "return",
    "refund",
    "other currency",
    "zero amount",
    "booked ahead",
    "held by another line",
    "switched off",
)
"""Reasons to ask a person."""

SET_ASIDE = ("own transfer", "bank costs", "outgoing")
"""Rules that find a line to be no debtor's money."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingRules:
    """`config/matching.toml`, key by key; it explains each in plain words."""

    use: tuple[str, ...] = SETTLING
    """Rules that may settle; what another would have settled goes to review."""
    tolerance: int = 0
    """Minor units that a payment may exceed what it names; they stay on account."""
    most_items: int = 16
    """Open items of a payer up to which all sums of them are tried."""
    coincidence: int = 200
    """A sum settles only if chance would produce one less often than once in so many payments."""
    times_paid: int = 2
    """So often an IBAN must have paid for a debtor before it counts as his."""
    most_candidates: int = 5
    """Candidates shown to a person."""
    costs_codes: tuple[str, ...] = ("costs", "NCHG", "CHRG", "NCHK")
    """The bank's codes of its own charges and interest."""
    return_codes: tuple[str, ...] = ("return", "reversal", "NRTI", "RRTN", "UPDD", "UPCT")
    """The bank's codes of payments and collections that came back."""
    return_words: tuple[str, ...] = (
        "storno",
        "terugboeking",
        "retour",
        "rucklastschrift",
        "ruckbuchung",
        "rejet",
        "impaye",
        "returned",
        "chargeback",
    )
    """Words that say the same, without accents."""

    def __post_init__(self) -> None:
        """Raises `ValueError` on a rule that is none, or a number that makes no sense."""
        unknown = [name for name in self.use if name not in SETTLING]
        if unknown:
            known = ", ".join(SETTLING)
            raise ValueError(f"there is no rule {', '.join(unknown)}: expected some of {known}")
        if not 0 <= self.most_items <= 24:
            raise ValueError(f"most_items is {self.most_items}: expected 0 to 24")
        for name in ("tolerance", "coincidence", "times_paid", "most_candidates"):
            least = 0 if name == "tolerance" else 1
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}: expected {least} or more")
