"""Words around numbers, in Dutch, English, German and French, that say what a number is."""

from __future__ import annotations

import re

__all__ = [
    "COUNTING",
    "CREDITS",
    "LIST",
    "MONEY",
    "MONTHS",
    "QUARTERS",
    "RANGE",
    "hardly_invoice",
    "is_debtor",
    "is_invoice",
    "is_other",
]

_ANNOUNCED = (
    r"(?:(?:(?:inv|fact|rg|re|rech|bel)\.?|invoice|factuur|facture|rechnung|beleg)\s+"
    r"|(?:nr|no|nummer|number)\.?\s+|n[\u00b0\u00bao]\.?\s*)?"
)
"""What may stand again before a later number: 'en factuur 2026-0413', "au n\u00b0 2026-0416"."""
RANGE = re.compile(
    r"\s*(?:t\s?/\s?m|t\.?e?\.?m\.?|tot(?:\s(?:en\s)?met)?|bis(?:\szu[mr]?)?|to|through|thru|until"
    r"|up\sto|till|\u00e0|a|au|jusqu.(?:\u00e0|au?)?|\.{2,3}|\u2026)\s*"
    r"(?:(?:und|and|et|en)\s(?:mit|with|y\scompris)\s+"
    r"|(?:(?:and|und|et|en)\s)?(?:einschl|inkl|incl)[a-z\u00df]*\.?\s*)?"
    rf"{_ANNOUNCED}"
    r"|\s+[-\u2013\u2014]\s+|[\u2013\u2014]"
)
LIST = re.compile(
    r"\s*(?:[,;+&/|]|en|and|et|und|u\.?|plus|\u2013|-|\s-\s|,\s?(?:en|and|et|und)|(?<=\s)[ey])\s*"
    rf"{_ANNOUNCED}"
)
"""What stands between the numbers of a list."""

INVOICE = re.compile(
    r"(?:f|fa|fac|fakt|fact|factuur|facturen|faktuur|facture|factures|nota|rekening|rechnung"
    r"|rechnungen|rg|re|rnr|inv|invoice|invoices|bill|rekeningnummer|creditnota|creditfactuur"
    r"|gutschrift|avoir|credit|cn|nc)(?:s?-?(?:nr|nrs|no|nummer|nummers|number|numero|num))?"
)
"""Words that say that what follows is an invoice's number or a credit note's."""

MONEY = frozenset(
    """eur euro euros usd gbp chf bedrag amount betrag montant summe somme totaal total
    saldo""".split()  # noqa: SIM905
)
COUNTING = frozenset("nr no nrs nos nummer number numero num n numbers id ref".split())  # noqa: SIM905

_OTHER = re.compile(
    r"(?:bestel|best|order|commande|bestell|auftrag|auftr|offerte|quot|devis|angebot|contract|contrat"
    r"|vertrag|vertr"
    r"|mandaat|mandat|machtiging|incassant|polis|police|kaart|karte|carte|card|terminal|trans|trx"
    r"|tel|phone|gsm|mobiel)"
    r"(?:ling|ung|s|ion|e|ation|fon|foon|ephone|id|actie|action|aktion|kenmerk|referentie|ref)?"
    r"s?(?:nummern?|numbers?|nummers|nrs?|no|num|id)?|po|cde|(?:bestel|order)?bon(?:nr|nummer)?"
    r"|(?:btw|vat|ust|tva|kvk)-?(?:nr|nummer|no|number|id|idnr)"
)
_HARDLY = re.compile(
    r"(?:[a-z]{2,12})?(?:order|auftrag|bestellung|bestelling|commande|opdracht|kontrakt|contract)"
    r"(?:s?(?:nummern?|numbers?|nummers|nrs?|no|num|id))?"
    r"|(?:proje[ck]t?|projet|dossier|vorgang|lieferschein|pakbon|werkbon|leverbon|livraison|delivery"
    r"|lieferung|levering|kommission|commissie|baustelle|chantier|werf|march\u00e9|marche|affaire"
    r"|ticket|reservering|reservation|reservierung|booking|boeking|abruf|kostenstelle|kostenplaats"
    r"|requisition|req|job|werk)"
    r"(?:s?(?:nummern?|numbers?|nummers|nrs?|no|num|id|ref))?|cmde?|bdc|bc|ab|lpo"
)
"""Words behind which a number that is none of ours was hardly meant for one; ours still are."""
_DEBTOR = re.compile(
    r"(?:klant|debiteur|deb|client|customer|cust|account|acct|kunde|kd|relatie|relation)[a-z]{0,14}"
    r"|(?:mitglieds?|members?|abonn(?:ee|enten)?|lid)(?:nr|no|nummer|number)"
    r"|adh[e\u00e9]rent|compte|konto|clt|cl|acc|rel|knr"
)
CREDITS = frozenset(
    """credit creditnota creditnotas creditnote creditfactuur creditering creditnummer cn nc
    gutschrift gutschriften rechnungskorrektur avoir avoirs credite minus min moins less abzgl
    abz abz\u00fcglich abzueglich verrekend verrekening verrekenen verrekent verrechnet
    verrechnung aftrek netted deducted deduction deduit d\u00e9duit d\u00e9duction offset
    korting""".split()  # noqa: SIM905
)

_NAMES = (
    "januari january januar janvier janv jan jaen jaenner j\u00e4nner",
    "februari february februar fevrier f\u00e9vrier feb febr fev f\u00e9v fevr f\u00e9vr",
    "maart march m\u00e4rz maerz mars mrt mar m\u00e4r mrz",
    "april avril apr avr",
    "mei may mai",
    "juni june juin jun",
    "juli july juillet jul juil",
    "augustus august aout ao\u00fbt aug",
    "september septembre sept sep",
    "oktober october octobre okt oct",
    "november novembre nov",
    "december dezember decembre d\u00e9cembre dec dez d\u00e9c",
)
MONTHS = {name: month for month, names in enumerate(_NAMES, 1) for name in names.split()}
QUARTERS = frozenset({"q", "kwartaal", "kw", "quarter", "quartal", "trimestre", "trim"})

_said: dict[tuple[str, str], bool] = {}


def is_other(word: str) -> bool:
    """Whether the word announces the number of an order, a contract, a mandate, a card, a phone."""
    return _matches("other", _OTHER, word)


def hardly_invoice(word: str) -> bool:
    """The same, or that of a project, a delivery and the like: none of an invoice, if not ours."""
    return is_other(word) or _matches("hardly", _HARDLY, word)


def is_invoice(word: str) -> bool:
    """Whether the word announces an invoice's or a credit note's number."""
    return _matches("invoice", INVOICE, word)


def is_debtor(word: str) -> bool:
    """Whether the word announces a debtor's number."""
    return _matches("debtor", _DEBTOR, word)


def _matches(kind: str, pattern: re.Pattern[str], word: str) -> bool:
    known = _said.get((kind, word))
    if known is None:
        if len(_said) > 20_000:
            _said.clear()
        known = _said[kind, word] = pattern.fullmatch(word) is not None
    return known
