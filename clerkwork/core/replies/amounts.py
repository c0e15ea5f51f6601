"""Amounts that a debtor names in a reply, in Dutch or English spelling."""

from __future__ import annotations

import re
from decimal import Decimal

__all__ = ["amounts_in"]

_FIGURE = r"\d[\d.,' ]{0,14}\d|\d"
_NAMED = re.compile(
    rf"(?:€|\beur(?:o'?s?)?\b|£|\$|\bgbp\b|\busd\b)\s*({_FIGURE})"
    rf"|({_FIGURE})(?:,-)?\s*(?:€|eur(?:o'?s?)?\b|£|\$|gbp\b|usd\b|pond\b|pounds?\b)"
    r"|(?<![\d.,/-])(\d{1,3}(?:[., ]\d{3})*[.,]\d{2}|\d+[.,]\d{2})(?![\d.,/-]|\s*%)",
    re.IGNORECASE,
)


def amounts_in(text: str) -> tuple[Decimal, ...]:
    """Every amount that is named, in its order, without currency.

    A figure is one if a currency stands beside it, or if it has two decimals: a day such as
    '12.03' is taken for an amount rather than an amount for none.
    """
    found = (next(group for group in match.groups() if group) for match in _NAMED.finditer(text))
    return tuple(_decimal(figure) for figure in found)


def _decimal(figure: str) -> Decimal:
    bare = re.sub(r"[' ]", "", figure)
    whole, mark, rest = bare, "", ""
    last = max(bare.rfind("."), bare.rfind(","))
    if last >= 0 and len(bare) - last - 1 in (1, 2):
        whole, mark, rest = bare[:last], ".", bare[last + 1 :]
    return Decimal(re.sub(r"[.,]", "", whole) + mark + rest)
