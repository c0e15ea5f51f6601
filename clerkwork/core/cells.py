"""Cells of a spreadsheet that a stranger may have had a hand in."""

from __future__ import annotations

import re

__all__ = ["LONGEST_CELL", "harmless"]

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LONGEST_CELL = 32_767
"""Characters; Excel's own limit."""


def harmless(text: str) -> str:
    """A text that no spreadsheet runs as a formula (OWASP, 'CSV injection'), nor refuses."""
    text = _CONTROL.sub("\ufffd", text)
    if text.lstrip(" ").startswith(_STARTS_FORMULA):
        text = f"'{text}"
    return text[:LONGEST_CELL]
