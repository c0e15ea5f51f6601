"""Whether a text that names no item says no more than that it pays, in words that are known."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from clerkwork.core.matching.names import folded_text, spelt_out
from clerkwork.core.references.identities import announces_identity
from clerkwork.core.references.words import (
    COUNTING,
    CREDITS,
    MONEY,
    MONTHS,
    QUARTERS,
    hardly_invoice,
    is_debtor,
    is_invoice,
)

if TYPE_CHECKING:
    import polars as pl

__all__ = ["not_understood", "words_beside_numbers"]

_MOST_TEXTS = 20_000
"""Texts from which words are learned: what stands in none of so many is seldom said."""
_PAYERS = 3
"""Who use a word beside numbers, at least, before it says nothing else."""
_WORD = re.compile(r"\b[^\W\d_]{4,}\b")
_TORN = re.compile(r"\s*[\r\n]+\s*")
_PAYING = frozenset(
    """betaling betaald betalen betaal voldaan voldoening overboeking overschrijving
    spoedoverboeking ideal incasso naam omschrijving kenmerk betalingskenmerk referentie datum
    bank rekening dank dankjewel bedankt alvast hartelijk groet groeten vriendelijke vriendelijk
    beste abonnement periode maand contributie lidmaatschap huur bijdrage termijn onze jullie
    mijn voor over payment payments paid paying transfer wire sepa online banking name
    description reference date thank thanks many thanking yours kind best regards dear sirs
    subscription membership month monthly period rent your with from this paiement paye payer
    payes reglement regle virement recu internet banque libelle motif merci salutations
    cordialement bonjour mois mensuel cotisation loyer votre notre pour avec zahlung zahlungen
    bezahlt ueberweisung uberweisung dauerauftrag verwendungszweck zweck konto danke vielen
    besten herzlichen gruss gruesse grusse freundliche freundlichen monat monatlich beitrag
    mitgliedsbeitrag miete unsere ihre ihrer eref kref mref cred debt svwz remi trtp iban ordp
    benm isdt notprovided inst csid marf purp cntp zaaknummer valuta valutadatum valuet booking
    buchung
    boeking code cpte purchase work urgent""".split()  # noqa: SIM905
)
"""Words of paying, of thanks and of the bank's frame, without accents, that tell of no purpose."""


def words_beside_numbers(lines: pl.DataFrame) -> frozenset[str]:
    """Words that several payers write where they name what they pay; `lines` are such lines.

    So the payers themselves teach, in whatever language, which words go with paying an item.
    """
    import polars as pl

    texts = lines.select("text", "payer_iban").filter(pl.col("text") != "")
    if texts.height > _MOST_TEXTS:
        # Which ones does not depend on their order.
        texts = texts.sort(pl.struct("text", "payer_iban").hash()).head(_MOST_TEXTS)
    words = texts.select(
        pl.col("text").str.to_lowercase().str.extract_all(r"\b\pL{4,}\b").alias("word"),
        "payer_iban",
    ).explode("word", empty_as_null=True)
    counts = words.drop_nulls().group_by("word").agg(pl.col("payer_iban").n_unique().alias("by"))
    return frozenset(counts.filter(pl.col("by") >= _PAYERS)["word"])


def not_understood(text: str, payer: str, beside: frozenset[str]) -> str:
    """The first word of the text that is neither the payer's name nor known to go with paying.

    `beside` are the words that stand beside numbers. Words of three letters tell nothing, nor do
    those in which digits stand.
    """
    low = text.lower()
    strange = [word for word in _WORD.findall(low) if word not in beside and not _known(word)]
    if not strange:
        return ""
    name = {*folded_text(payer).split(), *folded_text(spelt_out(payer)).split()}
    strange = [word for word in strange if folded_text(word) not in name]
    if not strange or not _TORN.search(low):
        return next(iter(strange), "")
    whole = _TORN.sub("", low)
    return next((word for word in strange if not _torn(word, whole, beside, name)), "")


def _torn(word: str, whole: str, beside: frozenset[str], name: set[str]) -> bool:
    """Whether it is a part of a known word that a line break tore, and not a word itself."""
    return any(
        word in one and (one in beside or _known(one) or folded_text(one) in name)
        for one in _WORD.findall(whole)
        if one != word
    )


@lru_cache(maxsize=65_536)
def _known(word: str) -> bool:
    plain = word
    if not word.isascii():
        apart = unicodedata.normalize("NFKD", word)
        plain = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return (
        plain in _PAYING
        or announces_identity(word)
        or word in MONTHS
        or word in QUARTERS
        or word in MONEY
        or word in COUNTING
        or word in CREDITS
        or is_invoice(plain)
        or is_debtor(plain)
        or hardly_invoice(plain)
    )
