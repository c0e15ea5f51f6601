"""The day on which a debtor says he will pay, in Dutch and English."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from clerkwork.core.replies.cues import folded

__all__ = ["promised_on"]

_DAYS = {
    name: number
    for number, names in enumerate(
        (
            ("maandag", "monday"),
            ("dinsdag", "tuesday"),
            ("woensdag", "wednesday"),
            ("donderdag", "thursday"),
            ("vrijdag", "friday"),
            ("zaterdag", "saturday"),
            ("zondag", "sunday"),
        )
    )
    for name in names
}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan",
            "februari february feb",
            "maart march mrt mar",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "augustus august aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_NUMBERS = {
    **{"een": 1, "1": 1, "a": 1, "one": 1, "twee": 2, "two": 2, "drie": 3, "three": 3, "vier": 4},
    **{"four": 4, "vijf": 5, "five": 5, "zes": 6, "six": 6, "zeven": 7, "seven": 7, "acht": 8},
    **{"eight": 8, "negen": 9, "nine": 9, "tien": 10, "ten": 10, "veertien": 14, "fourteen": 14},
}
_DAY = "|".join(_DAYS)
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_NUMBER = r"\d{1,2}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True))
_TH = r"(?:st|nd|rd|th|e|ste|de)"
_FAR = 200
"""A day without a year that lies this many days ahead is rather one that has been."""

_UNCLEAR = date.min
"""He names a time, but not one day."""
_Found = date | None
_Rule = tuple[re.Pattern[str], Callable[[re.Match[str], date], _Found]]


def promised_on(text: str, written: date) -> date | None:
    """The one day that is named from the day of writing on; None where it is none, or several.

    'Next week' alone names no day, nor do two instalments; 'next Friday' names one only where
    both its meanings fall on the same day. The end of a week is its Friday; 'within seven days'
    is the seventh. Days and months without a year are the next ones.
    """
    rest = folded(text)
    found: set[date] = set()
    for pattern, day in _RULES:
        while match := pattern.search(rest):
            named = day(match, written)
            if named is not None and (named == _UNCLEAR or named >= written):
                found.add(named)
            rest = f"{rest[: match.start()]} | {rest[match.end() :]}"
    if len(found) != 1 or _UNCLEAR in found:
        return None
    return found.pop()


def _number(word: str) -> int:
    return _NUMBERS[word] if word in _NUMBERS else int(word)


def _on(year: int, month: int, day: int) -> _Found:
    try:
        return date(year, month, day)
    except ValueError:
        return _UNCLEAR


def _nearest(day: int, month: int, written: date) -> _Found:
    """The day of this year, unless that is long past: then of the next."""
    this = _on(written.year, month, day)
    if this is None or this == _UNCLEAR:
        return this
    if (written - this).days > _FAR:
        return _on(written.year + 1, month, day)
    return this


def _checked(named: _Found, weekday: str | None) -> _Found:
    """A weekday beside a date has to be its own."""
    if weekday and named not in (None, _UNCLEAR) and named is not None:
        return named if named.weekday() == _DAYS[weekday] else _UNCLEAR
    return named


def _full(match: re.Match[str], written: date) -> _Found:
    year = int(match["year"])
    return _checked(_on(year, int(match["month"]), int(match["day"])), match["weekday"])


def _figures(match: re.Match[str], written: date) -> _Found:
    day, month = int(match["day"]), int(match["month"])
    if match["year"]:
        year = int(match["year"])
        named = _on(year + 2000 if year < 100 else year, month, day)
    else:
        named = _nearest(day, month, written)
    return _checked(named, match["weekday"])


def _worded(match: re.Match[str], written: date) -> _Found:
    month = _MONTHS[match["month"]]
    if match["year"]:
        named = _on(int(match["year"]), month, int(match["day"]))
    else:
        named = _nearest(int(match["day"]), month, written)
    return _checked(named, match["weekday"])


def _month_end(year: int, month: int) -> date:
    first = date(year + month // 12, month % 12 + 1, 1)
    return first - timedelta(days=1)


def _end_of_named_month(match: re.Match[str], written: date) -> _Found:
    month = _MONTHS[match["month"]]
    year = written.year + (1 if month < written.month else 0)
    return _month_end(year, month)


def _end_of_month(match: re.Match[str], written: date) -> _Found:
    end = _month_end(written.year, written.month)
    if match["next"]:
        after = end + timedelta(days=1)
        return _month_end(after.year, after.month)
    return end


def _end_of_week(match: re.Match[str], written: date) -> _Found:
    friday = written + timedelta(days=4 - written.weekday())
    if match["next"]:
        return friday + timedelta(days=7)
    return friday if friday >= written else _UNCLEAR


def _nth(match: re.Match[str], written: date) -> _Found:
    day = int(match["day"])
    year, month = written.year, written.month
    if day <= written.day or match["next"]:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return _checked(_on(year, month, day), match["weekday"])


def _after(match: re.Match[str], written: date) -> _Found:
    count, unit = _number(match["count"]), match["unit"]
    if unit.startswith("w") and not unit.startswith(("week", "weken", "wk")):
        day = written
        while count:
            day += timedelta(days=1)
            count -= day.weekday() < 5
        return day
    if unit.startswith(("uur", "hour")):
        return written + timedelta(days=(count + 23) // 24)
    return written + timedelta(days=count * (7 if unit.startswith("w") else 1))


def _weekday_next_week(match: re.Match[str], written: date) -> _Found:
    monday = written - timedelta(days=written.weekday())
    named = match["weekday"] or match["weekday2"]
    return monday + timedelta(days=7 + _DAYS[named])


def _weekday(match: re.Match[str], written: date) -> _Found:
    if match["past"]:
        return None
    ahead = (_DAYS[match["weekday"]] - written.weekday() - 1) % 7 + 1
    named = written + timedelta(days=ahead)
    this_week = written.weekday() + ahead < 7
    if match["next"] and this_week:
        return _UNCLEAR
    return named


def _rule(pattern: str, day: Callable[[re.Match[str], date], _Found]) -> _Rule:
    return re.compile(pattern), day


_BEFORE = rf"(?:\b(?P<weekday>{_DAY}),?\s+(?:the |de |den )?)?"
_NEXT_MONTH = r"(?:volgende maand|next month|aanstaande maand|komende maand)"
_NEXT_WEEK = r"(?:volgende week|next week|komende week)"
_RULES: tuple[_Rule, ...] = (
    _rule(rf"{_BEFORE}\b(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b", _full),
    _rule(
        rf"{_BEFORE}\b(?P<day>\d{{1,2}}){_TH}?(?: of)? (?P<month>{_MONTH})\b\.?(?:,? (?P<year"
        rf">20\d\d))?",
        _worded,
    ),
    _rule(
        rf"{_BEFORE}\b(?P<month>{_MONTH})\.? (?:the )?(?P<day>\d{{1,2}}){_TH}?\b(?:,? (?P<yea"
        rf"r>20\d\d))?",
        _worded,
    ),
    _rule(
        rf"{_BEFORE}(?<![\d.,/-])(?P<day>[0-3]?\d)(?P<mark>[-/.])(?P<month>[01]?\d)"
        r"(?:(?P=mark)(?P<year>20\d\d|\d\d))?(?![\d%]|[.,/-]\d)",
        _figures,
    ),
    _rule(
        rf"\b(?:eind|einde|ultimo|(?:at |by )?(?:the )?end of) (?:van )?(?:de )?(?P<month>"
        rf"{_MONTH})\b",
        _end_of_named_month,
    ),
    _rule(
        rf"\b(?:begin|half|medio|halverwege|early|mid|late|(?:the )?(?:start"
        rf"|beginning|middle) of|in|rond|around|ergens in|sometime in)[ -](?:van )?(?:de )?(?"
        rf":{_MONTH}|volgende maand|next month|the month|de maand|januari)\b",
        lambda match, written: _UNCLEAR,
    ),
    _rule(
        rf"\b(?:eind|einde|ultimo) (?:van )?(?:de |deze )?(?:maand|(?P<next>{_NEXT_MONTH}))\b"
        r"|\bbefore the month is out\b|\bmonth.?end\b",
        _end_of_month,
    ),
    _rule(
        rf"\b(?:the )?end of (?:the |this )?(?:month|(?P<next>{_NEXT_MONTH}))\b"
        r"|\beind vd maand\b|\bvoor het einde van de maand\b",
        _end_of_month,
    ),
    _rule(
        rf"\b(?:eind|einde|(?:the )?end of|het eind van) (?:van )?(?:de |deze |the |this )?"
        rf"(?:week|(?P<next>{_NEXT_WEEK}))\b",
        _end_of_week,
    ),
    _rule(
        rf"{_BEFORE}\b(?:de |the |den )(?P<day>[0-3]?\d)(?:{_TH})?\b"
        rf"(?! (?:keer|dag|herinnering|time|reminder|termijn|factuur|letter))"
        rf"(?: (?:van|of) (?:de |deze |this |the )?(?:maand|month|(?P<next>{_NEXT_MONTH})))?",
        _nth,
    ),
    _rule(
        rf"\b(?:binnen|over|within|in)(?: de| the| nu| max(?:imaal)?)?(?: next"
        rf"| komende)? (?P<count>{_NUMBER})"
        r" (?P<unit>dagen|dag|days|day|weken|week|wkn|weeks|werkdagen|werkdag|working days"
        r"|business days|uur|hours)\b",
        _after,
    ),
    _rule(r"\b(?:within|in) a fortnight\b", lambda match, written: written + timedelta(days=14)),
    _rule(
        rf"\b{_NEXT_WEEK} (?:op |on )?(?P<weekday>{_DAY})\b"
        rf"|\b(?P<weekday2>{_DAY}) (?:in |of |over )?(?:the )?{_NEXT_WEEK}\b"
        rf"|\b(?P<weekday3>{_DAY}) (?:week|over een week)\b",
        lambda match, written: (
            _UNCLEAR if match["weekday3"] else _weekday_next_week(match, written)
        ),
    ),
    _rule(
        rf"\b(?:(?P<past>afgelopen|vorige week|vorige|last|past|yesterday|jongstleden|since|sinds)"
        rf"|(?P<next>volgende|next)|komende|aanstaande|coming|this|deze)?\s*\b(?P<weekday>{_DAY})"
        r"(?:ochtend|middag|avond)?\b(?! (?:jl|j\.l|last|geleden))",
        _weekday,
    ),
    _rule(
        r"\b(?:overmorgen|(?:the )?day after tomorrow)\b",
        lambda match, written: written + timedelta(days=2),
    ),
    _rule(
        r"\b(?:morgen(?:vroeg|ochtend|middag|avond)?|tomorrow)\b",
        lambda match, written: written + timedelta(days=1),
    ),
    _rule(
        r"\b(?:vandaag|vanavond|vanmiddag|straks|zometeen|zo meteen|zo dadelijk|today|tonight"
        r"|this (?:afternoon|evening|morning)|later today|shortly)\b",
        lambda match, written: written,
    ),
    _rule(
        rf"\b(?:{_NEXT_WEEK}|{_NEXT_MONTH}|deze week|this week|deze maand|this month|weekend"
        r"|per maand|a month|elke maand|every month|each month|maandelijks|monthly"
        r"|in (?:termijnen|delen|twee|drie|2|3|4)\b|instal?ments?|de helft|half nu|half now"
        r"|een paar dagen|few days|couple of (?:days|weeks)|paar weken|week \d+)",
        lambda match, written: _UNCLEAR,
    ),
)
