"""Reminders that are read on a telephone: a text message, and one for WhatsApp. No HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clerkwork.adapters.letters.texts import Texts, fill
from clerkwork.core.journeys import Plan
from clerkwork.core.sms import spelt_for_sms
from clerkwork.errors import ConfigError

__all__ = ["SHORT", "SHORT_REFERENCE", "short_text"]

SHORT = frozenset({"sms", "whatsapp"})
"""Channels whose messages are short texts."""
SHORT_REFERENCE = 30
"""Characters of item numbers in them; of more items the debtor's number stands for all."""


def short_text(plan: Plan, texts: Texts, values: Mapping[str, Any]) -> str:
    """The whole message; `values` are those of the long one. Raises `ConfigError` if the tone has
    no wording for the channel."""
    name = plan.step.tone if plan.step else ""
    tone, words = texts.tones[name], values["words"]
    said = [tone.sms] if plan.channel == "sms" else [*tone.whatsapp]
    if not any(said):
        raise ConfigError(
            f"the texts in {texts.locale} have no wording for {plan.channel}: add "
            f"{plan.channel!r} to their [tones.{name}] in config/texts"
        )
    filled = [fill(sentence, values) for sentence in said]
    claim = [*_claim(plan, values)]
    pay = words["short_pay"] if values["link"] else words["short_transfer"]
    if plan.channel == "sms":
        # The link last: some telephones take what follows one for a part of it.
        ways = (words["short_reference"], pay)
        return spelt_for_sms(" ".join((f"{values['creditor']}:", *filled, *claim, *ways)))
    paragraphs = (
        words["greeting"],
        *filled,
        *claim,
        f"{words['short_reference']}\n{pay}",
        f"{words['already_paid']} {words['short_questions']}".strip(),
        str(values["creditor"]),
    )
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _claim(plan: Plan, values: Mapping[str, Any]) -> Iterator[str]:
    """What the law asks to be announced, and what the amount holds beyond the items."""
    if plan.claim and plan.claim.announced:
        yield values["words"]["announcement"]
    for row in values["beyond"]:
        yield f"{row['number']}: {row['amount']}."
    if plan.claim and plan.claim.vat and values["words"]["vat"]:
        yield values["words"]["vat"]
