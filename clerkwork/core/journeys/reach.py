"""How a debtor can be reached, and by which of a step's channels he is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from clerkwork.core.journeys.journey import CHANNELS, Step
from clerkwork.core.ledger import Debtor
from clerkwork.core.money import Money, by_currency
from clerkwork.core.segments import Facts

__all__ = ["chosen", "facts_of", "mail_address", "mobile_number", "ways_to"]

_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250})[A-Za-z0-9]"
)
_NUMBER = re.compile(r"\+[1-9][0-9]{7,14}")
_BETWEEN = re.compile(r"[\s()./-]")
_WITHOUT = {"no calls": "call", "no mail": "mail", "no sms": "sms", "no whatsapp": "whatsapp"}


def mail_address(text: str) -> str:
    """The address if it is exactly one plain mail address of ASCII letters; empty otherwise."""
    bare = text.strip()
    return bare if _ADDRESS.fullmatch(bare) and ".." not in bare else ""


def mobile_number(text: str, country: str = "") -> str:
    """The number as E.164 writes it ('+31612345678'); empty if it is none.

    What is not international already is read by the plan of a `country` (ISO 3166 alpha-2), and
    is none without one.
    """
    bare = _BETWEEN.sub("", text)
    bare = "+" + bare[2:] if bare.startswith("00") else bare
    if _NUMBER.fullmatch(bare):
        return bare
    return _national(bare, country) if country and bare.isdigit() else ""


@lru_cache(maxsize=4096)
def _national(digits: str, country: str) -> str:
    # The plans of all countries take a while to import; most numbers have their country already.
    import phonenumbers

    try:
        parsed = phonenumbers.parse(digits, country)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number_for_region(parsed, country):
        return ""
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def ways_to(debtor: Debtor) -> dict[str, str]:
    """Channel → where it reaches him: a mail address, the lines of an envelope, a number."""
    ways = {"mail": mail_address(debtor.email)}
    if debtor.address:
        ways["letter"] = "\n".join((debtor.name, *debtor.address))
    number = mobile_number(debtor.mobile, debtor.country)
    ways |= dict.fromkeys(("sms", "whatsapp", "call"), number)
    for need in debtor.needs:
        ways.pop(_WITHOUT.get(need, ""), None)
    return {channel: to for channel, to in ways.items() if to}


def facts_of(
    debtor: Debtor,
    open_amounts: Iterable[Money],
    behaviour: str = "",
    channels: Collection[str] = CHANNELS,
) -> Facts:
    """What segments may ask about a debtor; `channels` are those that are set up."""
    return Facts(
        kind=debtor.kind,
        language=debtor.language,
        country=debtor.country,
        age=debtor.age,
        occupation=debtor.occupation,
        preferred=debtor.preferred,
        needs=debtor.needs,
        behaviour=behaviour,
        reachable=tuple(channel for channel in ways_to(debtor) if channel in channels),
        owed=by_currency(open_amounts),
    )


def chosen(
    debtor: Debtor, step: Step, ways: Mapping[str, str], used: Sequence[str] = (), left: int = 9
) -> str:
    """The channel of a contact; empty if none of the step's reaches him.

    `used` are the channels of the contacts he had, and `left` is how many are to come with
    this one: the last of them goes by another channel where all went by one. The notice of costs
    goes by none that its step does not name: elsewhere it could not say what it has to.
    """
    wanted = [*_wished(debtor, step), *step.channels]
    going = [channel for channel in wanted if channel in ways]
    if left <= 1 and len(set(used)) == 1:
        elsewhere = () if step.notice else _others(ways, used)
        going = [*_others(going, used), *elsewhere, *going]
    return going[0] if going else ""


def _wished(debtor: Debtor, step: Step) -> Iterable[str]:
    if debtor.paper or "paper" in debtor.needs:
        yield "letter"
    if debtor.preferred in step.channels:
        yield debtor.preferred


def _others(channels: Iterable[str], used: Sequence[str]) -> list[str]:
    return [channel for channel in channels if channel not in used]
