"""What stands on a debtor's payment page, in his language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from babel.dates import format_date

from clerkwork.adapters.letters import Page, Texts, Wishes, clean, data_uri, fill, payment_qr
from clerkwork.adapters.letters.texts import SAMPLE
from clerkwork.app.pay import LONGEST_REASON, Visit
from clerkwork.core.creditor import Creditor, remittance
from clerkwork.core.ledger import OpenItem
from clerkwork.core.money import Money
from clerkwork.core.paying import Paying, instalments, provider_link
from clerkwork.errors import ConfigError

__all__ = ["PageWriter", "wishes_in"]

Values = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWriter:
    """Turns what a page is about into what its template shows."""

    creditor: Creditor
    texts: Mapping[str, Texts]
    rules: Paying
    zone: str
    """Of the creditor, in which days are told."""

    def no_page(self) -> Values:
        """The same for everything that can be wrong with a link, in the creditor's language."""
        texts, page = self._spoken("")
        return self._trouble(texts, page.no_page, page.no_page_about)

    def not_done(self, language: str) -> Values:
        texts, page = self._spoken(language)
        return self._trouble(texts, page.not_done, page.not_done_about)

    def not_now(self, language: str = "") -> Values:
        texts, page = self._spoken(language)
        return self._trouble(texts, page.later_again, "")

    def values(self, seen: Visit, today: date) -> Values:
        """Everything that the page shows."""
        texts, page = self._spoken(seen.debtor.language)
        words, dues = texts.words, seen.dues
        to_pay = dues.to_pay
        said = self._said()
        said["total"] = f" {words.and_} ".join(a.for_people(texts.locale) for a in to_pay)
        if seen.fetched is not None:
            local = seen.fetched.astimezone(ZoneInfo(self.zone)).date()
            said["date"] = self._date(local, texts)
        said["number"] = ", ".join(clean(number) for number in seen.collected)
        if seen.promise_until is not None:
            said["until"] = self._date(seen.promise_until, texts)
        known = {n: fill(getattr(page, n), {**_EMPTY, **said}) for n in page.__slots__}
        more = {n: fill(getattr(words, n), {**_EMPTY, **said}) for n in words.__slots__}
        debit = seen.debtor.block == "direct debit"
        return {
            **self._frame(texts),
            "page": known,
            "words": more,
            "asked": bool(to_pay),
            "debit": debit,
            "money": seen.money and bool(to_pay),
            "collected": bool(seen.collected),
            "due": [*_rows(dues.due, today, texts), *_beyond(seen, texts)],
            "coming": [*_rows(dues.coming, today, texts)],
            "disputed": [*_rows(dues.disputed, today, texts)],
            "total": said["total"],
            "ways": [] if debit or seen.money else [*self._ways(seen, texts, page)],
            "promised": [*self._promised(seen, texts, page)],
            "planned": any(one.plan for one in seen.promised),
            "disputing": seen.disputing,
            "today": today.isoformat(),
            "last": seen.promise_until.isoformat() if seen.promise_until else "",
            "parts": [*self._parts(seen, today, texts, page)],
            "may_dispute": seen.may_dispute,
            "numbers": [
                clean(i.number)
                for i in (*dues.due, *dues.coming, *dues.disputed)
                if i.open.minor > 0
            ],
            "file": bool(self.rules.file_mb),
            "longest": LONGEST_REASON,
            "wishes_link": self.wishes(seen.debtor.language).get("link", ""),
        }

    def wishes(self, language: str) -> dict[str, str]:
        """The sentences about how a debtor is written to; none where no text has them."""
        own = wishes_in(self.texts, self.creditor.language)
        if own is None:
            return {}
        found = wishes_in(self.texts, language) or own
        said = {**_EMPTY, **self._said()}
        return {name: fill(getattr(found, name), said) for name in found.__slots__}

    def about_wishes(self, language: str) -> Values:
        """What stands around them."""
        texts, _ = self._spoken(language)
        questions = fill(texts.words.questions, {**_EMPTY, **self._said()})
        return {**self._frame(texts), "wishes": self.wishes(language), "questions": questions}

    def _ways(self, seen: Visit, texts: Texts, page: Page) -> Iterator[Values]:
        """How each currency is paid."""
        numbers = tuple(clean(item.number) for item in seen.dues.due)
        reference = remittance(self.creditor, numbers, clean(seen.link.debtor))
        language = texts.locale.partition("_")[0]
        iban = self.creditor.iban.replace(" ", "")
        for amount in seen.dues.to_pay:
            qr = payment_qr(self.creditor, amount, reference)
            yield {
                "amount": amount.for_people(texts.locale),
                "plain": str(amount.decimal),
                "iban": " ".join(iban[at : at + 4] for at in range(0, len(iban), 4)),
                "reference": reference,
                "qr": data_uri(qr) if qr else "",
                "providers": [
                    {
                        "label": fill(page.with_provider, {"provider": one.name}),
                        "link": provider_link(one, amount, reference, seen.link.debtor, language),
                    }
                    for one in self.rules.providers
                ],
            }

    def _promised(self, seen: Visit, texts: Texts, page: Page) -> Iterator[str]:
        """His own words to pay; of a plan each instalment, not what they come to by then."""
        before: dict[str, Money] = {}
        for one in seen.promised:
            amount = one.amount
            if one.plan in before:
                amount = amount - before[one.plan]
            if one.plan:
                before[one.plan] = one.amount
            told = {
                "total": amount.for_people(texts.locale),
                "until": self._date(one.until, texts),
            }
            yield fill(page.planned_part if one.plan else page.promised, told)

    def _parts(self, seen: Visit, today: date, texts: Texts, page: Page) -> Iterator[Values]:
        for number in range(2, seen.most_parts + 1):
            # The last is the smallest: the cents that are left over come first.
            amount = instalments(seen.dues.owed[0], number, today)[0][1]
            told = {"parts": number, "amount": amount.for_people(texts.locale)}
            yield {"number": number, "label": fill(page.in_parts_choice, told)}

    def _spoken(self, language: str) -> tuple[Texts, Page]:
        for one in (language, self.creditor.language):
            found = self.texts.get(one)
            if found is not None and found.page is not None:
                return found, found.page
        raise ConfigError(
            f"config/texts/{self.creditor.language}.toml has no [page], which the payment page "
            "needs: take that of a fresh workspace (`clerkwork init DIR`)"
        )

    def _said(self) -> Values:
        creditor = self.creditor
        return {
            "creditor": creditor.name,
            "email": creditor.email,
            "phone": creditor.phone,
            "mb": self.rules.file_mb,
        }

    def _frame(self, texts: Texts) -> Values:
        return {"house": self.creditor.name, "language": texts.locale.partition("_")[0]}

    def _trouble(self, texts: Texts, title: str, advice: str) -> Values:
        said = {**_EMPTY, **self._said()}
        told = {"title": fill(title, said), "advice": fill(advice, said)}
        return {**self._frame(texts), **told}

    def _date(self, day: date, texts: Texts) -> str:
        return format_date(day, "long", locale=texts.locale)


def wishes_in(texts: Mapping[str, Texts], language: str) -> Wishes | None:
    """The sentences about how a debtor is written to; None where a language has none."""
    found = texts.get(language)
    return found.wishes if found is not None else None


_EMPTY: Mapping[str, object] = {
    name: 0 if isinstance(value, int) else "" for name, value in SAMPLE.items()
}
"""What a sentence that does not stand on the page may ask for."""


def _rows(items: Iterable[OpenItem], today: date, texts: Texts) -> Iterator[Values]:
    words = texts.words
    for item in items:
        days = item.days_overdue(today)
        late = ""
        due = format_date(item.due, "medium", locale=texts.locale)
        if item.open.minor < 0:
            late = fill(words.credit_note, {})
        elif days > 0:
            late = f"{fill(words.late, {})}: {fill(words.days, {'days': days})}"
        yield {
            "number": clean(item.number),
            "about": f"{fill(words.due, {})} {due}",
            "late": late,
            "amount": item.open.for_people(texts.locale),
        }


def _beyond(seen: Visit, texts: Texts) -> Iterator[Values]:
    words = texts.words
    for name, amount in ((words.costs, seen.dues.costs), (words.interest, seen.dues.interest)):
        if amount:
            asked = amount.for_people(texts.locale)
            yield {"number": fill(name, {}), "about": "", "late": "", "amount": asked}
