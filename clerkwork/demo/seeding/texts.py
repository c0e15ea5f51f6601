"""What payers write: remittance texts in four languages, with and without a number."""

from __future__ import annotations

import random
from datetime import date

__all__ = [
    "as_written_by_bank",
    "broken_by_wrap",
    "from_to",
    "listed",
    "mistyped",
    "named",
    "spaced",
    "unnamed",
]

_NAMED = {
    "nl": (
        "Factuur {n}", "Betaling factuurnr. {n}", "fact {n}", "Uw factuur {n} d.d. {d}", "{n}",
        "Klantnr {c} factuurnummer {n}", "Inzake {n}, met dank", "rekening {n} deb {c}",
        "FACTUURNUMMER: {n}",
    ),
    "fr": (
        "Facture {n}", "Paiement facture n° {n}", "Réf. {n} du {d}", "Votre facture {n} client {c}",
        "Règlement fact. {n}",
    ),
    "de": (
        "Rechnung {n}", "Rechnungsnr. {n} vom {d}", "RE {n} KdNr {c}", "Überweisung Rg. {n}",
        "Rg-Nr {n} / {d}",
    ),
    "en": ("Invoice {n}", "INV {n}", "Payment of invoice {n}, thanks", "Your inv. {n} dated {d}"),
}  # fmt: skip
_UNNAMED = {
    "nl": ("Betaling", "zie mail", "openstaand saldo", "Dank u wel", "conform afspraak", ""),
    "fr": ("Paiement", "solde ouvert", "selon votre courrier", "Merci"),
    "de": ("Zahlung", "offener Saldo", "wie besprochen", "Danke"),
    "en": ("Payment", "outstanding balance", "as agreed", ""),
}
_LIST_WORD = {"nl": "Facturen", "fr": "Factures", "de": "Rechnungen", "en": "Invoices"}
_CREDIT_WORD = {
    "nl": "min creditnota",
    "fr": "moins NC",
    "de": "abzgl. Gutschrift",
    "en": "less CN",
}
_RANGE_WORD = {"nl": "t/m", "fr": "à", "de": "bis", "en": "to"}
# As long as lets a number of nine signs run over the thirty-fifth column.
_LONG = {
    "nl": ("BETALING OPENSTAANDE FACTUUR NR ", "BETALING VAN UW FACTUUR NO "),
    "fr": ("REGLEMENT DE VOTRE FACTURE NO ",),
    "de": ("BEGLEICHUNG DER RECHNUNG NR ",),
    "en": ("SETTLEMENT OF YOUR INVOICE NO ",),
}


def named(rng: random.Random, language: str, number: str, issued: date, debtor: str) -> str:
    """A text that names one invoice."""
    form = rng.choice(_NAMED[language])
    return form.format(n=number, d=f"{issued:%d-%m-%Y}", c=debtor)


def unnamed(rng: random.Random, language: str) -> str:
    """A text that names nothing; it may be empty."""
    return rng.choice(_UNNAMED[language])


def listed(rng: random.Random, language: str, numbers: list[str]) -> str:
    """Invoices, then credit notes: 'Facturen 2026-0101, 2026-0107 min creditnota C2026-003'."""
    joint = rng.choice((", ", " + ", " / ", " en " if language == "nl" else "; "))
    invoices = joint.join(number for number in numbers if not number.startswith("C"))
    credits = ", ".join(number for number in numbers if number.startswith("C"))
    text = f"{_LIST_WORD[language]} {invoices}"
    return f"{text} {_CREDIT_WORD[language]} {credits}" if credits else text


def from_to(language: str, first: str, last: str) -> str:
    return f"{_LIST_WORD[language]} {first} {_RANGE_WORD[language]} {last}"


def spaced(rng: random.Random, language: str, number: str) -> str:
    """The number as people type it: '2026 0412', '20260412', '2026/0412', or just '0412'."""
    year, running = number.split("-")
    form = rng.choice((f"{year} {running}", f"{year}{running}", f"{year}/{running}", running))
    word = {"nl": "factuur", "fr": "facture", "de": "Rechnung", "en": "invoice"}[language]
    return f"{word} {form}"


def mistyped(rng: random.Random, number: str, taken: frozenset[str]) -> str:
    """One digit of the running number wrong, swapped or dropped; never another item's number."""
    year, running = number.split("-")
    while True:
        place = rng.randrange(len(running))
        way = rng.choice(("wrong", "swapped", "dropped"))
        if way == "wrong":
            typed = running[:place] + rng.choice("0123456789") + running[place + 1 :]
        elif way == "swapped":
            place = min(place, len(running) - 2)
            typed = running[:place] + running[place + 1] + running[place] + running[place + 2 :]
        else:
            typed = running[:place] + running[place + 1 :]
        candidate = f"{year}-{typed}"
        if candidate != number and candidate not in taken and int(typed) != int(running):
            return candidate


def broken_by_wrap(rng: random.Random, language: str, number: str) -> str:
    """A text that some bank cut at 35 signs and joined again with a blank, inside the number."""
    lead = rng.choice(_LONG[language])
    room = 35 - len(lead)
    return f"{lead}{number[:room]} {number[room:]}"


def as_written_by_bank(rng: random.Random, name: str) -> str:
    """The payer's name as another bank knows it: often in capitals, without full stops."""
    way = rng.random()
    if way < 0.25:
        return name.upper().replace(".", "")
    return name.replace("B.V.", "BV") if way < 0.45 else name
