"""What may be decided without a person, and what the bank's codes and words mean."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["REOPENING", "REVIEWED", "SETTLING", "SET_ASIDE", "WAITING", "MatchingRules"]

SETTLING = (
    "structured reference",
    "number and amount",
    "listed numbers",
    "cut list",
    "credit note set off",
    "part payment",
    "overpayment",
    "early-payment discount",
    "tolerance",
    "third party",
    "short number",
    "mistyped number",
    "period",
    "debtor number",
    "amount alone",
    "name and amount",
    "sum",
)
"""Rules that settle a line; each may be switched off."""

WAITING = ("paid twice", "prepayment")
"""Rules that find money of a certain debtor which is meant for no open item."""

REOPENING = ("return",)
"""Rules that find which earlier line a return takes back."""

REVIEWED = (
    *WAITING,
    *REOPENING,
    "sum does not fit",
    "number not open",
    "third party, other amount",
    "several debtors",
    "equal candidates",
    "two debtors on one account",
    "no item fits",
    "unknown payer",
    "overpayment",
    "refund",
    "other currency",
    "zero amount",
    "booked ahead",
    "held by another line",
    "more is said",
    "switched off",
)
"""Reasons to ask a person."""

SET_ASIDE = ("own transfer", "bank costs", "outgoing", "decided before")
"""Rules that find a line to be no debtor's money."""

_RETURNS = (
    "storno",
    "terugboeking",
    "terugbetaling incasso",
    "retour",
    "rucklastschrift",
    "ruckbuchung",
    "rejet",
    "impaye",
    "returned",
    "chargeback",
    "reversal",
    "gestorneerd",
    "ruckgabe",
    "unpaid",
    "refused",
    "geweigerd",
)
_PREPAID = (
    "aanbet",
    "vooruit",
    "vooraf",
    "voorschot",
    "op voorhand",
    "voorfactuur",
    "waarborgsom",
    "borgsom",
    "factuur volgt",
    "nog te factureren",
    "nog geen factuur",
    "reservering",
    "deposit",
    "prepay",
    "pre payment",
    "prepmt",
    "cash with order",
    "payment with order",
    "initial payment",
    "booking fee",
    "before shipment",
    "prior to shipment",
    "before invoice",
    "ahead of invoice",
    "ahead of delivery",
    "pre-pay",
    "prepaid",
    "pre-paid",
    "down payment",
    "down-payment",
    "down pmt",
    "downpayment",
    "advance",
    "in anticipation",
    "upfront",
    "up front",
    "before delivery",
    "prior to delivery",
    "invoice to follow",
    "not yet invoiced",
    "to be invoiced",
    "retainer",
    "reservation",
    "pro forma",
    "pro-forma",
    "proforma",
    "acompte",
    "acpte",
    "accompte",
    "a-compte",
    "acconto",
    "caparra",
    "versement initial",
    "avant facture",
    "avant expedition",
    "versement a la commande",
    "paiement a la commande",
    "arrhes",
    "avance",
    "anticip",
    "prepaiement",
    "prealable",
    "a valoir",
    "depot de garantie",
    "avant livraison",
    "facture a venir",
    "a facturer",
    "akonto",
    "a conto",
    "a-conto",
    "anzahl",
    "anzlg",
    "voraus",
    "vorab",
    "vorschuss",
    "vorkasse",
    "vorrechnung",
    "vor rechnungserhalt",
    "vor rechnungsstellung",
    "a-cto",
    "vorleistung",
    "vor lieferung",
    "rechnung folgt",
    "noch nicht berechnet",
    "abschlag",
    "kaution",
    "reservierung",
)
_CHARGES = ("charges", "kosten", "gebuhr", "entgelt", "frais", "bank fee")
_TOO_MANY = 24
"""Items whose sums would take seconds to try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingRules:
    """`config/matching.toml`, key by key; it explains each in plain words."""

    use: tuple[str, ...] = SETTLING
    """Rules that may settle; what another would have settled goes to review."""
    tolerance: int = 0
    """Minor units that a payment may lack or exceed, by rounding, of what it names."""
    bank_charges: int = 0
    """Minor units that banks may have kept of a payment whose text speaks of charges."""
    bank_charges_percent: float = 0.0
    """The same as a share of what is named; the greater of both counts."""
    charges_words: tuple[str, ...] = _CHARGES
    """Words, without capitals and accents, that speak of a bank's charges."""
    most_items: int = 16
    """Open items of a payer up to which all sums of them are tried."""
    coincidence: int = 200
    """A sum settles only if chance would produce one less often than once in so many payments."""
    times_paid: int = 2
    """So often an IBAN must have paid for a debtor before it counts as his."""
    name_alike: float = 88.0
    """How like a debtor's name a payer's must be, of 100, for him to be shown as the probable one.
    """
    name_margin: float = 6.0
    """And by how much more than the next debtor's."""
    most_candidates: int = 5
    """Candidates shown to a person."""
    prepaid_words: tuple[str, ...] = _PREPAID
    """Words, without capitals and accents, of money that is paid before there is an invoice."""
    costs_codes: tuple[str, ...] = ("costs", "NCHG", "CHRG", "NCHK")
    """The bank's codes of its own charges and interest."""
    costs_ibans: tuple[str, ...] = ()
    """Accounts through which the bank takes its charges."""
    costs_words: tuple[str, ...] = ()
    """Words in the text of the bank's charges, where no account stands on the other side."""
    transfer_codes: tuple[str, ...] = ()
    """The bank's codes of transfers between the creditor's own accounts."""
    transfer_ibans: tuple[str, ...] = ()
    """The creditor's accounts that have no statement here, such as savings."""
    transfer_words: tuple[str, ...] = ()
    """Words in the text of transfers between own accounts; never of what a debtor pays."""
    return_codes: tuple[str, ...] = ("return", "reversal", "NRTI", "RRTN", "UPDD", "UPCT")
    """The bank's codes of payments and collections that came back."""
    return_words: tuple[str, ...] = _RETURNS
    """Words that say the same, without capitals and accents, of money that goes out."""

    def __post_init__(self) -> None:
        """Raises `ValueError` on a rule that is none, or a number that makes no sense."""
        unknown = [name for name in self.use if name not in SETTLING]
        if unknown:
            known = ", ".join(SETTLING)
            raise ValueError(f"there is no rule {', '.join(unknown)}: expected some of {known}")
        if not 0 <= self.most_items <= _TOO_MANY:
            raise ValueError(f"most_items is {self.most_items}: expected 0 to {_TOO_MANY}")
        for name, least in _LEAST.items():
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}: expected {least} or more")
        for name in ("bank_charges_percent", "name_alike", "name_margin"):
            if not 0 <= getattr(self, name) <= 100:
                raise ValueError(f"{name} is {getattr(self, name)}: expected 0 to 100")


_LEAST = {
    "tolerance": 0,
    "bank_charges": 0,
    "coincidence": 1,
    "times_paid": 1,
    "most_candidates": 1,
}
