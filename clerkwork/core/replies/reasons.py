"""Why a debtor disputes, from a closed list."""

from __future__ import annotations

import re

from clerkwork.core.replies.cues import folded
from clerkwork.core.replies.reply import Reason

__all__ = ["reason_in"]

# The first that fits, in this order: who writes 'returned because it was broken' awaits a credit.
_SIGNS: tuple[tuple[Reason, str], ...] = (
    (
        Reason.COSTS,
        r"(?:incasso|aanmanings?|herinnerings?|rente|collection|reminder|late|interest)\W?"
        r"(?:kosten|costs?|fees?|charges?)|(?:rente|interest|late fee|extra kosten|boete)\b",
    ),
    (
        Reason.DUPLICATE,
        r"dubbel|tweemaal|twee keer (?:gefactureerd|in rekening|hetzelfde|berekend)|duplicate"
        r"|(?:billed|charged|invoiced)\b.{0,15}\btwice|same amount twice|al(?:ready)? .{0,15}"
        r"(?:betaald|paid) .{0,15}(?:andere|other|under|on) (?:factuur|invoice)",
    ),
    (
        Reason.RETURNED,
        r"retour|terug ?(?:gestuurd|gebracht|gezonden)|returned|sent .{0,20}back"
        r"|(?:brought|took) .{0,20}back|credit ?(?:nota|factuur|note)|credit(?:eren|ering|ten)",
    ),
    (
        Reason.CANCELLED,
        r"opgezegd|geannuleerd|afgezegd|afgemeld|opzegging|annuler|beeindigd|ontbonden"
        r"|cancel|gave notice|terminated|withdrew|ended (?:the|this|my|our)",
    ),
    (
        Reason.NOT_OURS,
        r"niet (?:van|voor) (?:mij|ons)\b|(?:nooit|niks|niets|niet) .{0,20}besteld|nooit .{0,20}"
        r"opdracht|geen (?:opdracht|contract|overeenkomst|klant)|verkeerde (?:vennootschap"
        r"|persoon|bedrijf)|fraude|misbruik|oude huurder|(?:not|isnt|isn't) (?:mine|ours|for me"
        r"|for us)|(?:never|didn'?t|not) .{0,12}order|no contract|wrong (?:company|person)|fraud"
        r"|old tenant|previous (?:tenant|owner)|nieuwe eigenaar|new owner|minderjarig|minor\b",
    ),
    (
        Reason.DEFECTIVE,
        r"kapot|defect|beschadigd|gebroken|geplet|lekt|\bgebrek|kwaliteit|garantie|schimmel"
        r"|verkeerde (?:maat|kleur|artikel)|niet af\b|niet goed|deed het niet|doet het niet"
        r"|werkt niet|volgens (?:bestek|afspraak uitgevoerd)|broken|faulty|damaged|defect|crushed"
        r"|leak|quality|warranty|mould|wrong (?:size|colour|item)|not finished|isn'?t finished"
        r"|stopped (?:after|working)|does ?n.?t work|not to (?:specification|standard)|wilted",
    ),
    (
        Reason.NOT_RECEIVED,
        r"(?:nooit|niet|niks|never|not|did ?n.?t|has ?n.?t|nothing)\b.{0,40}\b(?:ontvangen|geleverd"
        r"|gekregen|aangekomen|bezorgd|uitgevoerd|gekomen|langs|received|delivered|arrived?|got"
        r"|reached|came|turned up|carried out|done)|halve|helft|half|ontbreekt|\bmist\b|missing"
        r"|short.?deliver|niet door(?:gegaan)?|ging niet door|did ?n.?t happen",
    ),
    (
        Reason.WRONG_AMOUNT,
        r"prijs|bedrag|tarief|korting|uren|btw|aantal|hoeveelheid|meterstand|te (?:veel|hoog)"
        r"|afgesproken|overeengekomen|offerte|meerwerk|toeslag|price|amount|rate|discount|hours"
        r"|\bvat\b|quantit|meter reading|too (?:much|high)|agreed|quot(?:e|ation)|surcharge"
        r"|overcharg|extras",
    ),
)
_COMPILED = tuple((reason, re.compile(signs)) for reason, signs in _SIGNS)


def reason_in(text: str) -> Reason:
    """The reason for a dispute; `OTHER` where none of the list is told."""
    plain = folded(text)
    return next((reason for reason, signs in _COMPILED if signs.search(plain)), Reason.OTHER)
