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

__all__ = ["SAMPLE", "Texts", "Tone", "Words", "clean", "fill", "unknown_values"]

_WHITE = re.compile(r"[ \t\r\n]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")
# Texts are plain sentences: the HTML templates that show them escape them.
_SENTENCES = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
SAMPLE: Mapping[str, object] = {
    "debtor": "D", "number": "1", "count": 2, "total": "1", "date": "1", "days": 3,
    "creditor": "C", "iban": "I", "reference": "R", "email": "E", "phone": "P", "oldest": "1",
    "announced": "1", "term": 15, "link": "https://x.example/p/1",
}  # fmt: skip
"""A value for each name that sentences may fill in."""


@lru_cache(maxsize=1024)
def _compiled(sentence: str) -> Template:
    return _SENTENCES.from_string(sentence)


def fill(sentence: str, values: Mapping[str, object]) -> str:
    """A sentence with its values filled in, as plain text on one line."""
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
    already_paid: Sentence
    questions: Sentence
    regards: Sentence
    date: Sentence
    debtor_number: Sentence
    announcement: Sentence = ""
    """The notice that the law asks before costs: {{ announced }}, within {{ term }} days after it
    was delivered. A date in it would void it where the message comes late."""
    costs: Sentence = ""
    """What costs are called in the table of items."""
    interest: Sentence = ""
    short_reference: Sentence = ""
    """In text and WhatsApp messages: what to write with a payment."""
    short_pay: Sentence = ""
    """The same, for where to pay: {{ link }}."""
    short_transfer: Sentence = ""
    """Instead of it where there is no payment page."""
    short_questions: Sentence = ""
    """In a WhatsApp message, whom to ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """`locale` writes dates and amounts, e.g. 'nl_NL'. Sentences are Jinja2, sandboxed."""

    locale: str
    words: Words
    tones: Mapping[str, Tone]
