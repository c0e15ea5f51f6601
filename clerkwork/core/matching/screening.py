"""Lines that are no debtor's money, or that nothing but a person can judge."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from clerkwork.core.matching.model import Candidate, Match, Outcome
from clerkwork.core.matching.verdict import Case
from clerkwork.core.references import Certainty

__all__ = ["screened"]


def screened(case: Case, own_ibans: frozenset[str], today: date) -> Match | None:
    """The outcome of a line that pays no item; None if it is money that may."""
    line, rules = case.line, case.rules
    codes = set(re.split(r"[\s-]+", line.code))
    if re.sub(r"\s", "", line.payer_iban).upper() in own_ibans - {""}:
        return _not_ours(case, "own transfer", "the other account is the creditor's own")
    if codes & set(rules.costs_codes):
        return _not_ours(case, "bank costs", f"the bank's code {line.code} is one of its charges")
    if not line.amount:
        return case.review("zero amount", "the line moves no money")
    if codes & set(rules.return_codes):
        return case.review("return", f"the bank's code {line.code} says that a payment came back")
    if line.amount.minor < 0:
        return _outgoing(case)
    if line.booked > today:
        return case.review("booked ahead", f"the line is booked on {line.booked}, after today")
    return None


def _not_ours(case: Case, rule: str, reason: str) -> Match:
    return Match(line=case.line, outcome=Outcome.NOT_OURS, rule=rule, reasons=(reason,))


def _outgoing(case: Case) -> Match:
    word = _return_word(case)
    if word:
        return case.review("return", f"money out, and the text says '{word}'")
    credits = [
        item
        for mention in case.remittance.mentions
        for item in mention.items
        if mention.certainty is Certainty.WRITTEN and case.ledger.left[item].minor < 0
    ]
    if case.by_iban or case.by_name or credits:
        found = (case.candidate([one], f"{one} is a credit note") for one in credits)
        candidates: list[Candidate] = [one for one in found if one is not None]
        return case.review("refund", "money out to a debtor", candidates)
    return _not_ours(case, "outgoing", "money out to somebody who is no debtor")


def _return_word(case: Case) -> str:
    plain = unicodedata.normalize("NFKD", case.line.text.casefold())
    text = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return next((word for word in case.rules.return_words if word in text), "")
