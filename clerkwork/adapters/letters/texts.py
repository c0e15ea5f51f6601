"""The wording of reminders in one language, as `config/texts/<language>.toml` says it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

__all__ = ["Texts", "Tone", "Words", "clean", "fill"]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")
# Texts are plain sentences: the HTML templates that show them escape them.
_SENTENCES = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
_SAMPLE = {
    "debtor": "D", "number": "1", "count": 2, "total": "1", "date": "1", "days": 3,
    "creditor": "C", "iban": "I", "reference": "R", "email": "E", "phone": "P", "oldest": "1",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Tone:
    """What one step says: subject, paragraphs above the items, paragraphs below."""

    subject: str
    opening: tuple[str, ...]
    closing: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for text in (self.subject, *self.opening, *self.closing):
            _check(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of the table, of the way to pay, and of the ends of a message."""

    greeting: str
    item: str
    credit_note: str
    due: str
    late: str
    days: str
    amount: str
    total: str
    and_: str
    pay_heading: str
    pay_transfer: str
    pay_reference: str
    pay_scan: str
    pay_link: str
    already_paid: str
    questions: str
    regards: str
    date: str
    debtor_number: str

    def __post_init__(self) -> None:
        for field in fields(self):
            _check(getattr(self, field.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """`locale` writes dates and amounts, e.g. 'nl_NL'. Sentences are Jinja2, sandboxed."""

    locale: str
    words: Words
    tones: Mapping[str, Tone]


def fill(sentence: str, values: Mapping[str, object]) -> str:
    """A sentence with its values filled in, as plain text on one line."""
    return " ".join(_SENTENCES.from_string(sentence).render(values).split())


def clean(text: str) -> str:
    """Text from outside on one line, without control and direction characters."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _check(sentence: str) -> None:
    try:
        fill(sentence, _SAMPLE)
    except TemplateError as error:
        known = ", ".join(sorted(_SAMPLE))
        raise ValueError(f"{sentence!r} cannot be filled in ({error}); known are {known}") from None
