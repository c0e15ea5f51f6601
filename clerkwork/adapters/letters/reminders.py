"""Reminders: a plan becomes a message in the debtor's own language, with a way to pay."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from babel import Locale
from babel.dates import format_date

from clerkwork.adapters.letters.paper import data_uri, link_qr, page, payment_qr, plain
from clerkwork.adapters.letters.short import SHORT, SHORT_REFERENCE, short_text
from clerkwork.adapters.letters.texts import Texts, clean, fill
from clerkwork.core.creditor import Creditor, has_own_page, payment_link, remittance
from clerkwork.core.journeys import Claim, Plan
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.messages import Attachment, Message, message_id
from clerkwork.errors import ConfigError

__all__ = ["ReminderWriter"]

_QR_ID = "pay"


def _no_token(_plan: Plan) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderWriter:
    """Called with a plan, writes its message. `texts` is by language (ISO 639-1)."""

    creditor: Creditor
    texts: Mapping[str, Texts]
    token: Callable[[Plan], str] = _no_token
    """Signs the link to the debtor's own page; empty where he has none."""
    secret: Callable[[], bytes] = bytes
    """Seals the Message-IDs; asked for when a message is written."""

    def __call__(self, plan: Plan) -> Message:
        """Raises `ConfigError` if the texts lack the step's tone."""
        if plan.step is None:
            raise ValueError(f"{plan.key} asks a person; there is no message to write")
        texts = self._texts(plan.debtor)
        values, qr = self._values(plan, texts)
        if plan.channel in SHORT:
            return self._message(plan, values, short_text(plan, texts, values))
        # A letter carries its QR code in itself; in mail it is a part of its own.
        letter = plan.channel == "letter"
        values["qr"] = (data_uri(qr) if letter else f"cid:{_QR_ID}") if qr else ""
        # A page of his own is more than a way to pay; what is printed has no link to press.
        link = str(values["link"]) if letter and has_own_page(self.creditor) else ""
        values["page_qr"] = data_uri(link_qr(link)) if link else ""
        inline = Attachment(name="pay.png", media_type="image/png", content=qr, inline=_QR_ID)
        return replace(
            self._message(plan, values, plain("reminder.txt", values)),
            html=page("letter.html" if letter else "reminder.html", values),
            attachments=(inline,) if qr and not letter else (),
        )

    def _message(self, plan: Plan, values: Mapping[str, object], text: str) -> Message:
        return Message(
            key=plan.key,
            channel=plan.channel,
            to=plan.to,
            subject=str(values["subject"]),
            text=text,
            html="",
            debtor=plan.debtor.number,
            step=plan.step.name if plan.step else "",
            amount=plan.asked[0],
            costs=plan.claim.costs if plan.claim else None,
            interest=plan.claim.interest if plan.claim else None,
            announced=plan.claim.announced if plan.claim else None,
            items=tuple(item.number for item in plan.items),
            on=plan.today,
            note="; ".join(plan.claim.lines) if plan.claim else "",
            message_id=message_id(plan.key, self.creditor.mail_domain, self.secret()),
        )

    def _texts(self, debtor: Debtor) -> Texts:
        for language in (debtor.language, self.creditor.language):
            if language in self.texts:
                return self.texts[language]
        raise ConfigError(
            f"config/texts/{self.creditor.language}.toml is missing: it is the language of "
            "config/creditor.toml, for every debtor whose own has no texts"
        )

    def _values(self, plan: Plan, texts: Texts) -> tuple[dict[str, object], bytes]:
        creditor, locale, words = self.creditor, texts.locale, texts.words
        tone = texts.tones.get(plan.step.tone if plan.step else "")
        if tone is None:
            raise ConfigError(
                f"the texts in {locale} have no [tones.{plan.step.tone if plan.step else ''}]: "
                "add it to config/texts, or correct `tone` in config/journeys.toml"
            )
        offers = plan.step.offers if plan.step else ()
        numbers, own = tuple(clean(i.number) for i in plan.items), clean(plan.debtor.number)
        reference = remittance(creditor, numbers, own)
        if plan.channel in SHORT:
            reference = remittance(creditor, numbers, own, longest=SHORT_REFERENCE)
        first, claim = plan.asked[0], plan.claim or Claim()
        said: dict[str, object] = {
            "debtor": clean(plan.debtor.name),
            "number": clean(plan.debtor.number),
            "count": sum(item.open.minor > 0 for item in plan.items),
            "total": f" {words.and_} ".join(a.for_people(locale) for a in plan.asked),
            "date": format_date(plan.today, "long", locale=locale),
            "oldest": format_date(plan.cycle, "long", locale=locale),
            "days": (plan.today - plan.cycle).days,
            "creditor": creditor.name,
            "iban": _grouped(creditor.iban),
            "reference": reference,
            "email": creditor.email,
            "phone": creditor.phone,
            "announced": claim.announced.for_people(locale) if claim.announced else "",
            "term": claim.term,
            "within": plan.step.within if plan.step else 0,
            "costs": claim.costs.for_people(locale) if claim.costs else "",
            "interest": claim.interest.for_people(locale) if claim.interest else "",
            "vat": claim.vat.for_people(locale) if claim.vat else "",
        }
        language = locale.partition("_")[0]
        token = self.token(plan) if "link" in offers else ""
        link = payment_link(creditor, first, reference, language, token)
        said["link"] = link if "link" in offers else ""
        texted = {name: fill(getattr(words, name), said) for name in words.__slots__}
        beyond = [*_beyond(claim, texts)]
        values: dict[str, object] = {
            **said,
            "language": language,
            "house": creditor,
            "words": texted,
            "subject": fill(tone.subject, said),
            "opening": [
                *_paragraphs(tone.opening, said),
                *([texted["announcement"]] if claim.announced else ()),
                *([texted["vat"]] if claim.vat and texted["vat"] else ()),
            ],
            "closing": _paragraphs(tone.closing, said),
            "rows": [*(_row(item, plan, texts) for item in plan.items), *beyond],
            "beyond": beyond,
            "postal": self._postal(plan),
        }
        code = "code" in offers and plan.channel not in SHORT
        return values, payment_qr(creditor, first, reference) if code else b""

    def _postal(self, plan: Plan) -> list[str]:
        lines = [clean(line) for line in plan.to.splitlines()]
        if plan.debtor.country != self.creditor.country:
            # Abroad, the country stands last, in capitals, in the sender's language (UPU S42).
            names = Locale(self.creditor.language).territories
            lines.append(names.get(plan.debtor.country, plan.debtor.country).upper())
        return [line for line in lines if line]


def _paragraphs(texts: Iterable[str], said: Mapping[str, object]) -> list[str]:
    """Without those that say nothing, as of interest that is not asked."""
    return [told for text in texts if (told := fill(text, said))]


def _row(item: OpenItem, plan: Plan, texts: Texts) -> dict[str, str]:
    days = item.days_overdue(plan.today)
    if item.open.minor < 0:
        late = texts.words.credit_note
    else:
        # What falls due soon is not late by any days.
        late = fill(texts.words.days, {"days": days}) if days > 0 else "-"
    return {
        "number": clean(item.number),
        "due": format_date(item.due, "medium", locale=texts.locale),
        "late": late,
        "amount": item.open.for_people(texts.locale),
    }


def _beyond(claim: Claim, texts: Texts) -> Iterator[dict[str, str]]:
    words, own = texts.words, claim.interest
    if own and claim.left:
        own -= claim.left
    for name, amount in (
        (words.costs, claim.costs),
        (words.interest, own),
        (words.interest_left or words.interest, claim.left),
    ):
        if amount:
            asked = amount.for_people(texts.locale)
            yield {"number": fill(name, {}), "due": "", "late": "", "amount": asked}


def _grouped(iban: str) -> str:
    bare = iban.replace(" ", "")
    return " ".join(bare[at : at + 4] for at in range(0, len(bare), 4))
