"""Money that is paid before there is an invoice: it belongs to no open item, whatever fits."""

from __future__ import annotations

import re

from clerkwork.core.matching.model import Match
from clerkwork.core.matching.verdict import Case
from clerkwork.core.matching.words import said_in

__all__ = ["prepaid"]

_THANKS = re.compile(
    r"merci (?:d.|par )avance|d.avance merci|thank\w*(?: you)? in advance"
    r"|bedankt vooraf|vooraf bedankt|(?:dank\w*|danke) im voraus|im voraus (?:viel\w+ )?dank\w*",
    re.IGNORECASE,
)
_IN_THANKS = ("vance", "vooraf", "voraus")
"""What no thanks in advance lack."""


def prepaid(case: Case) -> Match | str:
    """On account of the one debtor who pays; a person's where he is not known."""
    word = said_in(_without_thanks(case.line.text), case.run.rules.prepaid_words)
    if not word:
        return "the text speaks of no prepayment"
    why = f"the text says '{word}': money that is paid in advance"
    if case.payer.one:
        return case.unapplied("prepayment", case.payer.one, why)
    return case.review("prepayment", why, case.fitting())


def _without_thanks(text: str) -> str:
    folded = text.casefold()
    return _THANKS.sub("", text) if any(map(folded.__contains__, _IN_THANKS)) else text
