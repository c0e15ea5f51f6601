"""What the computer says on the telephone, as `config/calls/<language>.toml` says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from babel.dates import format_date
from jinja2 import TemplateError
from pydantic import AfterValidator

from clerkwork.adapters.letters.texts import clean, fill
from clerkwork.core.creditor import Creditor, payment_link, remittance
from clerkwork.core.ledger import OpenItem
from clerkwork.core.money import Money

__all__ = ["Script", "link_text", "sentences"]

_ANYBODY = {"creditor": "C", "debtor": "D", "phone": "P"}
"""What may be said to whoever takes the call; the name, once a person surely listens."""
_HIMSELF = {**_ANYBODY, "total": "1", "count": 2, "until": "1", "most": 14}
_LINK = {"creditor": "C", "total": "1", "link": "L", "phone": "P"}


def _sentence(known: Mapping[str, object]) -> AfterValidator:
    def checked(sentence: str) -> str:
        try:
            fill(sentence, known)
        except TemplateError as error:
            raise ValueError(
                f"it cannot be filled in ({error}); known are {', '.join(sorted(known))}"
            ) from None
        return sentence

    return AfterValidator(checked)


Neutral = Annotated[str, _sentence({"creditor": "C", "phone": "P"})]
Named = Annotated[str, _sentence(_ANYBODY)]
Owned = Annotated[str, _sentence(_HIMSELF)]
Link = Annotated[str, _sentence(_LINK)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """`locale` writes dates and amounts. Who may hear a sentence decides what may stand in it."""

    locale: str
    language: str
    """Of the voice, as the provider writes it: 'nl-NL'."""
    voice: str = ""
    """One of the provider's; empty for its usual one of the language."""
    press_on: Neutral
    """Said where it is not sure that a person listens: no name, no amount."""
    who: Named
    """Asks whether he is the debtor: 1 for yes, 2 for no."""
    sorry: Neutral
    """To who is not the debtor."""
    owed: Owned
    key_link: Owned
    """Of key 1."""
    key_promise: Owned
    """Of key 2."""
    key_dispute: Owned
    """Of key 3."""
    key_person: Owned
    """Of key 4."""
    key_again: Owned
    """Any other key."""
    ask_days: Owned
    """Asks in how many days he pays, at most {{ most }}, ended by a hash."""
    promise_sure: Owned
    """Asks whether {{ until }} is right: 1 for yes, 2 for no."""
    promised: Owned
    disputed: Owned
    call_back: Owned
    link_sent: Owned
    settled: Owned
    """Where nothing is open any more."""
    bye: Neutral
    link: Link
    """The text message with the payment link."""


def sentences(
    script: Script,
    names: Iterable[str],
    *,
    creditor: Creditor,
    debtor: str,
    owed: Sequence[Money] = (),
    count: int = 0,
    until: date | None = None,
    most: int = 0,
) -> tuple[str, ...]:
    """The sentences of these names, filled in."""
    values = {
        "creditor": creditor.name,
        "debtor": clean(debtor),
        "phone": creditor.phone,
        "total": ", ".join(amount.for_people(script.locale) for amount in owed),
        "count": count,
        "until": format_date(until, "long", locale=script.locale) if until else "",
        "most": most,
    }
    return tuple(fill(getattr(script, name), values) for name in names)


def link_text(
    script: Script,
    creditor: Creditor,
    debtor: str,
    items: Sequence[OpenItem],
    amount: Money,
    token: str = "",
) -> str:
    """The text message that he asked for; empty if there is no payment page to link to.

    `token` opens his own page, where he has one.
    """
    reference = remittance(creditor, tuple(clean(item.number) for item in items), clean(debtor))
    link = payment_link(creditor, amount, reference, script.locale.partition("_")[0], token)
    if not link:
        return ""
    values = {
        "creditor": creditor.name,
        "total": amount.for_people(script.locale),
        "link": link,
        "phone": creditor.phone,
    }
    return fill(script.link, values)
