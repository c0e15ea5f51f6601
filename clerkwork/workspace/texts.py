"""Whether the texts to debtors may go out as they are: `clerkwork texts check`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from clerkwork.adapters.letters import ReminderWriter
from clerkwork.adapters.letters.texts import SAMPLE, Texts, Tone, fill, unknown_values
from clerkwork.core.creditor import Creditor
from clerkwork.core.journeys import Claim, Journeys, Plan, Step
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.money import Money
from clerkwork.core.sms import odd_letters, parts
from clerkwork.core.wording.claims import (
    advertises,
    asks_costs,
    asks_interest,
    counts_days,
    names_date,
)
from clerkwork.core.wording.reading import B1, LONGEST, ease, sentences, words_of
from clerkwork.errors import ConfigError
from clerkwork.workspace.toml import read_table, read_text, read_toml, where

__all__ = ["Finding", "check_texts"]

MOST_PARTS = 3
"""Parts of a text message above which it is too long; from the second on each costs again."""
_FEWEST = 10
"""Words below which a text is too short for a formula of reading ease."""
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "pay_transfer": ("total", "iban"),
    "pay_reference": ("reference",),
    "short_reference": ("reference",),
    "short_pay": ("link",),
    "short_transfer": ("iban",),
    "announcement": ("announced", "term"),
    "vat": ("vat",),
}
"""What a debtor has to be told in these words."""
_ASKING = ("announcement", "vat", "costs", "interest", "interest_left")
"""Words that stand in a message only where the law allowed what they ask."""
_DATES = ("date", "oldest")
_FILLED = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_TODAY = date(2026, 12, 30)
_WIDE = Money(1234567, "EUR")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing about the texts that has to be looked at."""

    where: str
    """File, line and key, for people."""
    what: str
    sentence: str = ""
    is_error: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """One language's file."""

    language: str
    shown: str
    raw: str

    def at(self, *path: str | int) -> str:
        place = where(self.shown, self.raw, path)
        return f"{place}, {'.'.join(str(part) for part in path)}" if path else place


def check_texts(root: Path) -> tuple[Finding, ...]:
    """Everything that was found; raises `ConfigError` where creditor or journeys cannot be read."""
    creditor: Creditor = read_table(
        root / "config" / "creditor.toml", "config/creditor.toml", Creditor
    )
    journeys: Journeys = read_table(
        root / "config" / "journeys.toml", "config/journeys.toml", Journeys
    )
    paths = sorted((root / "config" / "texts").glob("*.toml"))
    found = []
    if creditor.language not in {path.stem for path in paths}:
        missing = f"config/texts/{creditor.language}.toml"
        what = "is missing: it is the language of whoever's own has no texts"
        found.append(Finding(where=missing, what=what))
    for path in paths:
        found += _of_file(path, creditor, _uses(journeys))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Use:
    """A step that speaks a tone."""

    journey: str
    step: Step

    def __str__(self) -> str:
        return f"{self.journey!r}, {self.step.name!r}"


def _uses(journeys: Journeys) -> dict[str, list[_Use]]:
    found: dict[str, list[_Use]] = {}
    for journey in journeys.journeys:
        for step in journey.steps:
            found.setdefault(step.tone, []).append(_Use(journey=journey.name, step=step))
    return found


def _of_file(path: Path, creditor: Creditor, uses: Mapping[str, list[_Use]]) -> Iterator[Finding]:
    shown = f"config/texts/{path.name}"
    try:
        plain = read_toml(path, shown)
        file = _File(language=path.stem, shown=shown, raw=read_text(path, shown))
    except ConfigError as error:
        yield Finding(where=shown, what=str(error))
        return
    tones = plain.get("tones", {})
    for wanted, using in uses.items():
        if wanted not in tones:
            what = f"there is no such tone, which {using[0]} speaks"
            yield Finding(where=f"{shown}, tones.{wanted}", what=what)
    broken = [*_broken(file, plain)]
    yield from broken
    if broken:
        return
    try:
        texts: Texts = read_table(path, shown, Texts)
    except ConfigError as error:
        yield Finding(where=shown, what=str(error))
        return
    yield from _words(file, texts)
    yield from _page(file, texts)
    yield from _wishes(file, texts)
    for name, tone in texts.tones.items():
        yield from _tone(file, texts, name, tone, creditor, uses.get(name, []))


def _broken(file: _File, plain: Mapping[str, Any]) -> Iterator[Finding]:
    """Sentences that nothing can fill in."""
    for path, sentence in _strings(plain):
        try:
            unknown = unknown_values(sentence)
        except ValueError as error:
            yield Finding(where=file.at(*path), what=f"cannot be read: {error}", sentence=sentence)
            continue
        for name in unknown:
            known = ", ".join(sorted(SAMPLE))
            what = f"nothing fills in {name!r}; known are {known}"
            yield Finding(where=file.at(*path), what=what, sentence=sentence)


def _strings(
    plain: Mapping[str, Any], path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for key, value in plain.items():
        for nth, one in enumerate(value if isinstance(value, list) else [value]):
            at = (*path, key, nth + 1) if isinstance(value, list) else (*path, key)
            if isinstance(one, str):
                yield at, one
            elif isinstance(one, dict):
                yield from _strings(one, at)


def _words(file: _File, texts: Texts) -> Iterator[Finding]:
    for name in texts.words.__slots__:
        sentence = getattr(texts.words, name)
        at = file.at("words", name)
        if sentence:
            yield from _lacking(at, _NEEDS.get(name, ()), sentence)
        said = _said(sentence)
        if name not in _ASKING:
            yield from _claiming(at, file.language, said, "every message has it")
        yield from _selling(at, file.language, said)
        if name == "announcement":
            used = sorted(_used(sentence) & set(_DATES))
            yield from _dated(at, sentence, used[0] if used else _dates_in(sentence))


def _dated(at: str, sentence: str, dated: str) -> Iterator[Finding]:
    if dated:
        what = f"{dated!r} in the notice of costs: where it comes late, it is void"
        yield Finding(where=at, what=what, sentence=sentence)


def _dates_in(sentence: str) -> str:
    """A date as somebody wrote it there, apart from what is filled in."""
    return names_date(_FILLED.sub("…", sentence))


def _page(file: _File, texts: Texts) -> Iterator[Finding]:
    for name in texts.page.__slots__ if texts.page else ():
        at, said = file.at("page", name), _said(getattr(texts.page, name))
        yield from _claiming(at, file.language, said, "every payment page has it")
        yield from _selling(at, file.language, said)
    if texts.page and not texts.page.collection:
        what = "is missing: who was handed over is not told on his page that an agency asks him now"
        yield Finding(where=file.at("page", "collection"), what=what)


def _wishes(file: _File, texts: Texts) -> Iterator[Finding]:
    for name in texts.wishes.__slots__ if texts.wishes else ():
        at, said = file.at("wishes", name), _said(getattr(texts.wishes, name))
        yield from _claiming(at, file.language, said, "it is asked of everybody")
        yield from _selling(at, file.language, said)


def _tone(
    file: _File,
    texts: Texts,
    name: str,
    tone: Tone,
    creditor: Creditor,
    uses: Sequence[_Use],
) -> Iterator[Finding]:
    wordings = {
        "subject": (tone.subject,),
        "opening": tone.opening,
        "closing": tone.closing,
        "sms": (tone.sms,) if tone.sms else (),
        "whatsapp": tone.whatsapp,
    }
    at = {key: file.at("tones", name, key) for key in wordings}
    for key, paragraphs in wordings.items():
        said = tuple(dict.fromkeys(one for text in paragraphs for one in _said(text)))
        yield from _selling(at[key], file.language, said)
        yield from _beyond(at[key], file.language, said, uses)
        yield from _counting(at[key], file.language, paragraphs)
        if any(use.step.notice for use in uses):
            for text in paragraphs:
                yield from _dated(at[key], text, _dates_in(text))
        for sentence in said:
            if len(words_of(sentence)) > LONGEST:
                what = f"a sentence of more than {LONGEST} words: B1 asks for short ones"
                yield Finding(where=at[key], what=what, sentence=sentence, is_error=False)
    yield from _lacking(at["opening"], ("total",), tone.subject, *tone.opening)
    for key, told in (
        ("opening", (*tone.opening, *tone.closing)),
        ("sms", wordings["sms"]),
        ("whatsapp", tone.whatsapp),
    ):
        yield from _hard(at[key], file.language, told)
    for channel in ("sms", "whatsapp"):
        if wordings[channel]:
            yield from _lacking(at[channel], ("total",), *wordings[channel])
        for use in uses:
            if channel in use.step.channels and not wordings[channel]:
                yield Finding(where=at[channel], what=f"is missing, and {use} goes by {channel}")
                break
    if tone.sms:
        yield from _length(at["sms"], texts, name, creditor, uses)


def _said(sentence: str) -> tuple[str, ...]:
    """A sentence as debtors read it, about one item and about several, cut into its sentences."""
    seen: dict[str, None] = {}
    for count in (1, 2):
        for one in sentences(fill(sentence, {**SAMPLE, "count": count})):
            seen[one] = None
    return tuple(seen)


def _used(*texts: str) -> set[str]:
    return {name for text in texts for name in SAMPLE if _differs(text, name)}


def _differs(text: str, name: str) -> bool:
    """Whether a value shows in a text, for one item or for several."""
    changed = {"count": 7, "days": 77, "term": 77}.get(name, "\N{SNOWMAN}")
    return any(
        fill(text, {**SAMPLE, "count": count})
        != fill(text, {**SAMPLE, "count": count, name: changed})
        for count in (1, 2)
    )


def _lacking(at: str, needed: Sequence[str], *texts: str) -> Iterator[Finding]:
    used = _used(*texts)
    for name in needed:
        if name not in used:
            what = f"lacks {{{{ {name} }}}}, which a debtor has to be told here"
            yield Finding(where=at, what=what, sentence=" ".join(texts))


def _claiming(at: str, language: str, said: Sequence[str], why: str) -> Iterator[Finding]:
    for sentence in said:
        for what, word in (
            ("costs", asks_costs(sentence, language)),
            ("interest", asks_interest(sentence, language)),
        ):
            if word:
                told = f"{word!r} speaks of {what} before the law allows it: {why}"
                yield Finding(where=at, what=told, sentence=sentence)


def _beyond(at: str, language: str, said: Sequence[str], uses: Sequence[_Use]) -> Iterator[Finding]:
    """Costs and interest may be spoken of only where every step of the tone announces or asks."""
    asked = {
        "costs": next((u for u in uses if not (u.step.notice or u.step.costs)), None),
        "interest": next((u for u in uses if not u.step.interest), None),
    }
    for sentence in said:
        for what, word in (
            ("costs", asks_costs(sentence, language)),
            ("interest", asks_interest(sentence, language)),
        ):
            if word and (asked[what] or not uses):
                who = f"{asked[what]} asks none" if asked[what] else "no journey speaks this tone"
                told = f"{word!r} speaks of {what} before the law allows it: {who}"
                yield Finding(where=at, what=told, sentence=sentence)


def _selling(at: str, language: str, said: Sequence[str]) -> Iterator[Finding]:
    for sentence in said:
        if word := advertises(sentence, language):
            what = f"{word!r} advertises, which no reminder does"
            yield Finding(where=at, what=what, sentence=sentence)
        bare = sentence.replace(str(SAMPLE["link"]), "")
        if "://" in bare or "www." in bare:
            what = "a link of its own: only {{ link }} leads anywhere in a reminder"
            yield Finding(where=at, what=what, sentence=sentence)


def _counting(at: str, language: str, texts: Sequence[str]) -> Iterator[Finding]:
    for text in texts:
        if word := counts_days(text, language):
            what = (
                f"{word!r} may be other days than the journey leaves: {{{{ within }}}} is as many "
                "as the step gives, and nothing comes sooner"
            )
            yield Finding(where=at, what=what, sentence=text, is_error=False)


def _hard(at: str, language: str, paragraphs: Sequence[str]) -> Iterator[Finding]:
    text = "\n".join(fill(one, {**SAMPLE, "count": 1}) for one in paragraphs)
    found = ease(text, language)
    if found and found.words >= _FEWEST and found.score < B1:
        what = (
            f"reads at {found.score:.0f}; B1 is taken for {B1:.0f} or more. Shorter words and "
            "sentences help, first here"
        )
        yield Finding(where=at, what=what, sentence=found.hardest)


def _length(
    at: str, texts: Texts, tone: str, creditor: Creditor, uses: Sequence[_Use]
) -> Iterator[Finding]:
    going = [use for use in uses if "sms" in use.step.channels]
    announcing = any(use.step.notice for use in going)
    asking = any(use.step.costs or use.step.interest for use in going)
    claim = Claim(
        announced=Money(4000, "EUR") if announcing else None,
        term=15 if announcing else 0,
        costs=Money(4000, "EUR") if asking else None,
        interest=Money(12345, "EUR") if asking else None,
    )
    message = _sample(texts, tone, creditor, claim)
    count, odd = parts(message), odd_letters(message)
    if odd:
        what = f"{odd!r} is not of GSM's letters, so the whole message has half the room"
        yield Finding(where=at, what=what, sentence=message, is_error=False)
    if count > MOST_PARTS:
        what = f"takes {count} parts, each paid for as a message; at most {MOST_PARTS} may go"
        yield Finding(where=at, what=what, sentence=message)


def _sample(texts: Texts, tone: str, creditor: Creditor, claim: Claim) -> str:
    """A text message as long as they mostly come."""
    language = texts.locale.partition("_")[0]
    # As long as a signed link is.
    write = ReminderWriter(creditor=creditor, texts={language: texts}, token=lambda _: "x" * 40)
    item = OpenItem(
        number="2026-104123", customer="100234", open=_WIDE, due=_TODAY - timedelta(days=90)
    )
    debtor = Debtor(number="100234", name="N. N.", language=language, mobile="+31600000000")
    step = Step(name=tone, after=30, tone=tone, channels=("sms", "mail"))
    plan = Plan(
        debtor=debtor,
        journey="",
        step=step,
        items=(item,),
        amounts=(_WIDE,),
        channel="sms",
        to=debtor.mobile,
        today=_TODAY,
    )
    return write(replace(plan, claim=claim)).text
