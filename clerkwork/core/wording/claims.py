"""Words by which a text asks or threatens costs or interest, advertises, gives days or a date."""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["advertises", "asks_costs", "asks_interest", "counts_days", "names_date"]


def _pattern(*words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)


_COSTS: Mapping[str, re.Pattern[str]] = {
    "nl": _pattern(
        r"\w*kosten", r"boetes?", r"toeslag(?:en)?", r"extra betalen", r"administratiekosten"
    ),
    "en": _pattern(r"costs?", r"fees?", r"charges?", r"fines?", r"penalt(?:y|ies)", r"surcharges?"),
    "de": _pattern(
        r"\w*kosten", r"\w*gebühr(?:en)?", r"strafen?", r"zuschl(?:ag|äge)", r"pauschalen?"
    ),
    "fr": _pattern(
        r"frais", r"coûts?", r"pénalités?", r"amendes?", r"majorations?", r"indemnités?"
    ),
}
_INTEREST: Mapping[str, re.Pattern[str]] = {
    "nl": _pattern(r"\w*rente"),
    "en": _pattern(r"interest"),
    "de": _pattern(r"\w*zins(?:en)?"),
    "fr": _pattern(r"intérêts?"),
}
_DAYS: Mapping[str, re.Pattern[str]] = {
    "nl": _pattern(
        r"(?:\d+|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|veertien|vijftien) (?:werk)?dagen"
    ),
    "en": _pattern(
        r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|fourteen|fifteen) "
        r"(?:business |working )?days"
    ),
    "de": _pattern(
        r"(?:\d+|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|vierzehn|fünfzehn) "
        r"(?:werk|arbeits)?tagen?"
    ),
    "fr": _pattern(r"(?:\d+|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|quatorze|quinze) jours"),
}
# In English 'may' is a month with its capital alone.
_MONTH = (
    r"(?:jan(?:uari|uary|uar|vier|v)?|jänner|feb(?:ruari|ruary|ruar)?|f[ée]vr(?:ier)?|maart|mrt|mar|"
    r"march|märz?|mars|apr(?:il)?|avr(?:il)?|mei|mai|(?-i:May)|ju[nl]i?|june|july|juin|juil(?:let)?|"
    r"aug(?:ustus|ust)?|ao[uû]t|sep(?:t|tember|tembre)?|o[kc]t(?:ober|obre)?|nov(?:ember|embre)?|"
    r"de[cz](?:ember)?|d[ée]c(?:embre)?)"
)
_DAY, _NTH = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_BY = "voor|vóór|uiterlijk|tot|op|before|by|until|on|vor dem|bis|bis zum|am|avant le|au|le|jusqu'au"
_DATE = _pattern(
    rf"\d{{1,2}}(?:\.|e|de|st|nd|rd|th|er)? ?(?:of )?{_MONTH}(?:\.? \d{{4}})?",
    rf"{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?",
    r"(?<!\d[-/.])\d{4}([-/.])\d{1,2}\1\d{1,2}(?![-/.]\d)",
    rf"(?<!\d[-/.]){_DAY}([-/.]){_NTH}\2(?:20)?\d\d(?![-/.]\d)",
    # Without a year only behind what makes it a date: 24/7 is none.
    rf"(?:{_BY}) {_DAY}(?:[-/]{_NTH}(?![-/.]\d)|\.{_NTH}(?=\.(?!\d)))",
)
_ADVERTISING: Mapping[str, re.Pattern[str]] = {
    "nl": _pattern(
        r"aanbieding(?:en)?",
        r"korting(?:en)?",
        r"actieprijs",
        r"nieuwsbrief",
        r"web(?:shop|winkel)",
        r"profiteer",
        r"ontdek",
        r"bestel(?:\s+nu)?",
        r"gratis",
        r"cadeau(?:tje)?",
        r"volg ons",
        r"spaar(?:punten)?",
        r"nieuwe collectie",
        r"assortiment",
        r"winactie",
        r"sale",
    ),
    "en": _pattern(
        r"(?:special )?offers?",
        r"discounts?",
        r"sale",
        r"newsletter",
        r"(?:web)?shop",
        r"benefit from",
        r"discover",
        r"order now",
        r"free of charge",
        r"gifts?",
        r"follow us",
        r"loyalty",
        r"new (?:collection|range)",
        r"promotions?",
        r"subscribe",
        r"vouchers?",
    ),
    "de": _pattern(
        r"\w*angebote?",
        r"\w*rabatte?",
        r"newsletter",
        r"(?:web|online)?-?shop",
        r"profitieren",
        r"entdecken",
        r"jetzt bestellen",
        r"gratis",
        r"geschenke?",
        r"folgen sie uns",
        r"treuepunkte",
        r"neue kollektion",
        r"sortiment",
        r"aktionspreise?",
        r"gutscheine?",
        r"sale",
    ),
    "fr": _pattern(
        r"offres?(?: spéciales?)?",
        r"remises?(?! de)",
        r"réductions?",
        r"promotions?",
        r"newsletter",
        r"boutique",
        r"profitez",
        r"découvrez",
        r"commandez",
        r"gratuit(?:e|s|es)?",
        r"cadeaux?",
        r"suivez-nous",
        r"points de fidélité",
        r"nouvelle collection",
        r"bons? d'achat",
        r"soldes",
    ),
}


def asks_costs(sentence: str, language: str) -> str:
    """The word by which it speaks of costs; empty if none, or in a language that has none here."""
    return _found(_COSTS, sentence, language)


def asks_interest(sentence: str, language: str) -> str:
    """The word by which it speaks of interest; empty if none."""
    return _found(_INTEREST, sentence, language)


def counts_days(sentence: str, language: str) -> str:
    """The words by which it gives a number of days; empty if none."""
    return _found(_DAYS, sentence, language)


def names_date(sentence: str) -> str:
    """The first date that stands in it, in any of the languages; empty if none."""
    found = _DATE.search(sentence)
    return found.group() if found else ""


def advertises(sentence: str, language: str) -> str:
    """The word by which it sells something; empty if none. A reminder is no advertisement."""
    return _found(_ADVERTISING, sentence, language)


def _found(words: Mapping[str, re.Pattern[str]], sentence: str, language: str) -> str:
    pattern = words.get(language)
    found = pattern.search(sentence) if pattern else None
    return found.group() if found else ""
