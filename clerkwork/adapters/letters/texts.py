"""The wording of reminders in one language, as `config/texts/<language>.toml` says it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import SandboxedEnvironment
from pydantic import AfterValidator

__all__ = [
    "SAMPLE",
    "Page",
    "Texts",
    "Tone",
    "Wishes",
    "Words",
    "clean",
    "fill",
    "unknown_values",
]

_WHITE = re.compile(r"[ \t\r\n]+")
_PLACE = re.compile(r"\{\{ *([a-z]+) *\}\}")
_PLAIN = re.compile(rf"(?:[^{{]|{_PLACE.pattern})*")
"""A sentence with nothing but places for values, as nearly all are: it needs no compiler."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")
# Texts are plain sentences: the HTML templates that show them escape them.
_SENTENCES = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
SAMPLE: Mapping[str, object] = {
    "debtor": "D", "number": "1", "count": 2, "total": "1", "amount": "1", "date": "1", "days": 3,
    "creditor": "C", "iban": "I", "reference": "R", "email": "E", "phone": "P", "oldest": "1",
    "announced": "1", "term": 15, "link": "https://x.example/p/1", "until": "1", "parts": 2,
    "mb": 5, "provider": "P", "costs": "1", "interest": "1", "vat": "1", "within": 7,
}  # fmt: skip
"""A value for each name that sentences may fill in."""


@lru_cache(maxsize=1024)
def _compiled(sentence: str) -> Template:
    return _SENTENCES.from_string(sentence)


@lru_cache(maxsize=1024)
def _places(sentence: str) -> frozenset[str]:
    """Names of the values in a plain sentence; of any other one, a name that no value has."""
    return frozenset(_PLACE.findall(sentence) if _PLAIN.fullmatch(sentence) else [""])


def fill(sentence: str, values: Mapping[str, object]) -> str:
    """A sentence with its values filled in, as plain text on one line."""
    if _places(sentence) <= values.keys():
        said = _PLACE.sub(lambda place: str(values[place[1]]), sentence)
    else:
        said = _compiled(sentence).render(values)
    # Only plain white space is folded: the space inside an amount must not break.
    return _WHITE.sub(" ", said).strip()


def unknown_values(sentence: str) -> tuple[str, ...]:
    """Names in a sentence that nothing fills in; raises `ValueError` if it is no sentence."""
    try:
        read = _SENTENCES.parse(sentence)
        _compiled(sentence)
    except TemplateError as error:
        raise ValueError(str(error)) from None
    return tuple(sorted(find_undeclared_variables(read) - SAMPLE.keys()))


def clean(text: str) -> str:
    """Text from outside on one line, without control and direction characters."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _checked(sentence: str) -> str:
    try:
        fill(sentence, SAMPLE)
    except TemplateError as error:
        known = ", ".join(sorted(SAMPLE))
        raise ValueError(f"it cannot be filled in ({error}); known are {known}") from None
    return sentence


Sentence = Annotated[str, AfterValidator(_checked)]
"""A sentence of the config; checked when it is read, so that no run stumbles over it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tone:
    """What one step says: subject, paragraphs above the items, paragraphs below."""

    subject: Sentence
    opening: tuple[Sentence, ...]
    closing: tuple[Sentence, ...] = ()
    sms: Sentence = ""
    """What a text message says before the way to pay; the creditor's name stands before it."""
    whatsapp: tuple[Sentence, ...] = ()
    """Paragraphs of a WhatsApp message, between its greeting and the way to pay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of the table, of the way to pay, and of the ends of a message."""

    greeting: Sentence
    item: Sentence
    credit_note: Sentence
    due: Sentence
    late: Sentence
    days: Sentence
    amount: Sentence
    total: Sentence
    and_: Sentence
    pay_heading: Sentence
    pay_transfer: Sentence
    pay_reference: Sentence
    pay_scan: Sentence
    pay_link: Sentence
    pay_page: Sentence = ""
    """In a letter, beside the code that opens the debtor's own page."""
    already_paid: Sentence
    questions: Sentence
    regards: Sentence
    date: Sentence
    debtor_number: Sentence
    announcement: Sentence = ""
    """The notice that the law asks before costs: {{ announced }}, within {{ term }} days after it
    was delivered. A date in it would void it where the message comes late."""
    vat: Sentence = ""
    """Where costs are with VAT that the creditor cannot deduct: that they hold {{ vat }}, and why
    it is asked."""
    costs: Sentence = ""
    """What costs are called in the table of items."""
    interest: Sentence = ""
    interest_left: Sentence = ""
    """What interest of invoices that are paid is called there; as `interest` where left out."""
    short_reference: Sentence = ""
    """In text and WhatsApp messages: what to write with a payment."""
    short_pay: Sentence = ""
    """The same, for where to pay: {{ link }}."""
    short_transfer: Sentence = ""
    """Instead of it where there is no payment page."""
    short_questions: Sentence = ""
    """In a WhatsApp message, whom to ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What stands on a debtor's own payment page, besides the words of messages."""

    heading: Sentence
    """{{ total }} is to be paid."""
    nothing: Sentence
    """Nothing is to be paid."""
    debit: Sentence
    """A direct debit is under way."""
    booking: Sentence = ""
    """A payment of his is there and not booked yet."""
    collection: Sentence = ""
    """Items {{ number }} were handed over to collection: what he may do here, and what there."""
    updated: Sentence
    """How fresh it is: {{ date }}."""
    coming: Sentence
    disputed: Sentence
    with_provider: Sentence
    """On the button that leads to {{ provider }}."""
    name: Sentence
    account: Sentence
    reference: Sentence
    take_over: Sentence
    """How to take over a line without typing it."""
    later: Sentence
    later_about: Sentence
    """{{ until }} is the last day."""
    day: Sentence
    later_button: Sentence
    in_parts: Sentence
    in_parts_about: Sentence
    in_parts_number: Sentence
    in_parts_choice: Sentence
    """{{ parts }} times {{ amount }}."""
    in_parts_first: Sentence
    in_parts_button: Sentence
    wrong: Sentence
    wrong_about: Sentence
    wrong_items: Sentence
    wrong_reason: Sentence
    wrong_file: Sentence
    """{{ mb }} megabytes at most."""
    wrong_button: Sentence
    promised: Sentence
    """{{ total }} by {{ until }}."""
    planned: Sentence
    planned_part: Sentence
    """{{ total }} by {{ until }}."""
    disputing: Sentence
    no_page: Sentence
    no_page_about: Sentence
    not_done: Sentence
    not_done_about: Sentence
    later_again: Sentence
    """The page does not work now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What stands where a debtor says how he wants to be written to."""

    link: Sentence
    """On his payment page, where it leads there."""
    heading: Sentence
    early: Sentence
    """That he is written to before anything is due, and need not be."""
    fewer: Sentence
    fewer_done: Sentence
    again: Sentence
    way: Sentence
    way_about: Sentence
    way_button: Sentence
    mail: Sentence
    letter: Sentence
    sms: Sentence
    whatsapp: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """`locale` writes dates and amounts, e.g. 'nl_NL'. Sentences are Jinja2, sandboxed."""

    locale: str
    words: Words
    tones: Mapping[str, Tone]
    page: Page | None = None
    """Where it is left out, the payment page speaks the creditor's language."""
    wishes: Wishes | None = None
    """The same; where the creditor's language has none, nobody is asked how he wants to be written
    to."""
