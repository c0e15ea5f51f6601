"""Texts that name one number and nothing else, told in bulk by expressions over columns."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from clerkwork.core.references.words import MONEY

if TYPE_CHECKING:
    import polars as pl

__all__ = ["key_of", "plain_key"]

_LONGEST = 1_000
_MOST_WORDS = 300
_OUTER = " \t.,;:!?()[]{}<>\"'`*+/\\_|=-#&%@~^$"
_NUMBER = r"^[A-Za-z0-9]+(?:[-./_:\\][A-Za-z0-9]+)*$"
_OTHER = (
    r"(?i)order|bestel|commande|bestellung|auftrag|offerte|quote|devis|angebot|\bp\.?o\b"
    r"|credit|cr\u00e9dit|gutschr|avoir|minus|moins|\bmin\b|less|verreken|abz|ncr?\b|\bcn\b"
    r"|contract|contrat|vertrag|mandaat|mandat|machtiging|kaart|karte|carte|card|\btel|phone"
)
# Dates, amounts, references with check digits, and what is so short that it stands in any text.
_DOUBTFUL = (
    r"^(?:[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}|[0-9]+(?:\.[0-9]+)+|[0-9]{1,3}"
    r"|(?:19|20)[0-9]{2}|[0-9]{8}|[0-9]{16,}|[0-9]+[-./:][0-9]{1,2}|[0-9]+:[0-9:]+"
    r"|[0-9]{12}|(?i:rf).*|(?i:[a-z]{2}[0-9]{2}.*)|[0-9]{4}[A-Za-z]{2})$"
)


_MONEY = f"(?:{'|'.join(sorted(MONEY))})"


def key_of(number: pl.Expr) -> pl.Expr:
    """Letters and digits of ASCII numbers in lower case, as `canonical` makes them; else null."""
    import polars as pl

    key = number.str.replace_all(r"[^A-Za-z0-9]", "").str.to_lowercase()
    return pl.when(number.str.contains(r"^[ -~]*$")).then(key)


def plain_key(text: pl.Expr, letters: Collection[str]) -> pl.Expr:
    """The key of the only number that a text has; null where a reading with care is needed.

    `letters` are those of `Numbers`. Where the key is that of exactly one item, the line has no
    structured reference and `key_of` its end-to-end reference is no item's, `read_remittance`
    finds one mention of that item, `WRITTEN`, and no range, stranger, order, debtor, other
    currency or spoiled reference. The contrary does not hold: null says nothing.
    """
    import polars as pl

    token = text.str.extract(r"(\S*[0-9]\S*)", 1).str.strip_chars(_OUTER)
    clear = (
        text.str.contains(r"^[ -~]+$")
        & (text.str.len_bytes() <= _LONGEST)
        & (text.str.count_matches(r"\S*[0-9]\S*") == 1)
        & token.str.contains(_NUMBER)
        & ~token.str.contains(_DOUBTFUL)
        & ~text.str.contains(_OTHER)
    )
    before = text.str.extract(r"^([^0-9]*\s)", 1).fill_null("")
    after = text.str.extract(r"(\s[^0-9]*)$", 1).fill_null("")
    word = _joinable(letters)
    clear &= ~before.str.contains(rf"(?i)(?:^|[^a-z]){_MONEY}[^a-z]*$")
    clear &= ~after.str.contains(rf"(?i)^[^a-z]*{_MONEY}(?:[^a-z]|$)")
    clear &= ~before.str.contains(rf"(?i)(?:^|[^a-z]){word}[^a-z]*$")
    clear &= ~after.str.contains(rf"(?i)^[^a-z]*{word}(?:[^a-z]|$)")
    return pl.when(clear).then(key_of(token))


def _joinable(letters: Collection[str]) -> str:
    """Words that may belong to the number beside which they stand ('F 20260412')."""
    if len(letters) > _MOST_WORDS:
        return rf"[a-z]{{1,{max(map(len, letters))}}}"
    return f"(?:{'|'.join(['[a-z]', *sorted(map(re.escape, letters))])})"
