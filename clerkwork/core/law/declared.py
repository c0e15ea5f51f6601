"""What an owner declares of the law: later rates, other countries, his own choices."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from babel.numbers import is_currency

from clerkwork.core.calendar import Hours, holidays_of
from clerkwork.core.law.allocation import AfterPrincipal
from clerkwork.core.law.be import BE
from clerkwork.core.law.costs import Vat
from clerkwork.core.law.de import DE
from clerkwork.core.law.nl import NL
from clerkwork.core.law.pack import KINDS, PARTS, Pack, Side
from clerkwork.core.law.rates import Rate, Rates

__all__ = ["CODED", "Country", "Declared", "LawSettings", "law_packs", "law_problems"]

CODED = {"nl": NL, "be": BE, "de": DE}
"""What the code itself knows."""

_SLOWEST = 30
"""More days than any letter takes."""

Problem = tuple[Sequence[str | int], str]
"""Path of the key in config/law.toml, and what is wrong, beginning with its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A rate that an owner confirmed: per cent a year, both days included."""

    country: str
    kind: str
    since: date
    until: date
    percent: Decimal
    source: str
    confirmed_by: str
    confirmed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A country that the code does not know, or what it leaves open of one that it does."""

    source: str
    confirmed_by: str
    confirmed_on: date
    calendar: str = ""
    """As in `clerkwork.core.calendar`; empty: the country's own."""
    currency: str = "EUR"
    consumer: Side | None = None
    business: Side | None = None
    order: tuple[str, ...] = ()
    hours: Hours = field(default_factory=Hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class LawSettings:
    """`config/law.toml`."""

    country: str = "nl"
    """Whose law the creditor's claims are under."""
    after_principal: AfterPrincipal = field(default_factory=AfterPrincipal)
    vat: Vat = field(default_factory=Vat)
    agreed: bool = False
    """Whether the creditor's contracts provide for costs and interest, where the law asks that."""
    slower_post: int = 0
    """Days that the post takes beyond what the law supposes; terms that begin with a letter's
    arrival are so much longer."""
    rates: tuple[Declared, ...] = ()
    countries: Mapping[str, Country] = field(default_factory=dict)


def law_packs(settings: LawSettings) -> Mapping[str, Pack]:
    """Every country's pack: what the code knows, with what was declared. `law_problems` first."""
    packs = dict(CODED)
    for name, said in settings.countries.items():
        packs[name] = _completed(packs[name], said) if name in packs else _new(name, said)
    for name, pack in packs.items():
        added = [one for one in settings.rates if one.country == name]
        packs[name] = replace(
            pack,
            rates=_rates(name, pack.rates, added),
            consumer=_slowed(pack.consumer, settings.slower_post),
            business=_slowed(pack.business, settings.slower_post),
        )
    return packs


def law_problems(settings: LawSettings) -> Iterator[Problem]:
    """What in it cannot be meant, in words that say what was expected and what to do."""
    for name, said in settings.countries.items():
        yield from _country(name, said)
    known = (*CODED, *settings.countries)
    if settings.country not in known:
        yield ("country",), _no_country(settings.country, known)
    if not 0 <= settings.slower_post <= _SLOWEST:
        yield ("slower_post",), f"{settings.slower_post}; expected days from 0 to {_SLOWEST}"
    for number, one in enumerate(settings.rates):
        for path, wrong in _rate(settings, number, one, known):
            yield ("rates", number, path), wrong


def _country(name: str, said: Country) -> Iterator[Problem]:
    at = ("countries", name)
    if not re.fullmatch("[a-z]{2}", name):
        yield at, f"{name!r}; expected a country's two small letters such as at"
        return
    yield from ((("countries", name, key), wrong) for key, wrong in _confirmed(said))
    calendar = said.calendar or name.upper()
    try:
        holidays_of(calendar, said.confirmed_on.year)
    except ValueError as error:
        wrong = f"{error}; name one of a country or its part, such as AT or DE-BY"
        yield (*at, "calendar") if said.calendar else at, wrong
    if not is_currency(said.currency, "en"):
        yield (
            (*at, "currency"),
            f"{said.currency!r}, which is no currency; expected one such as EUR",
        )
    if said.hours.start >= said.hours.end:
        wrong = f"{said.hours.start:%H:%M}, which is not before the end of the hours"
        yield (*at, "hours", "start"), wrong
    if said.order and sorted(said.order) != sorted(PARTS):
        wrong = f"{list(said.order)}; expected each of {', '.join(PARTS)} once"
        yield (*at, "order"), wrong
    for kind in KINDS:
        side = getattr(said, kind)
        if side is None:
            continue
        if name in CODED and getattr(CODED[name], kind) is not None:
            yield (*at, kind), f"declared, but the code knows the law of {name} there: remove it"
        if side.costs is not None and side.costs.currency != said.currency:
            wrong = f"in {side.costs.currency}, but the country's currency is {said.currency}"
            yield (*at, kind, "costs"), f"{wrong}; use one"
    if name in CODED and said.order and CODED[name].order:
        yield (*at, "order"), f"declared, but the code knows it of {name}: remove it"
    if name not in CODED and said.consumer is None and said.business is None:
        yield at, f"empty: add [countries.{name}.consumer] or [countries.{name}.business], or both"


def _rate(
    settings: LawSettings, number: int, one: Declared, known: Sequence[str]
) -> Iterator[tuple[str, str]]:
    yield from _confirmed(one)
    if one.country not in known:
        yield "country", _no_country(one.country, known)
        return
    if one.until < one.since:
        yield "until", f"{one.until}, before it begins on {one.since}; correct one of them"
    if not -100 <= one.percent <= 100:
        yield "percent", f"{one.percent}; expected per cent a year, at most 100"
    kinds = _kinds(settings, one.country)
    if one.kind not in kinds:
        yield "kind", f"{one.kind!r}; the law of {one.country} has {', '.join(kinds) or 'no rate'}"
        return
    for other in settings.rates[:number]:
        if (other.country, other.kind) == (one.country, one.kind) and _overlap(one, other):
            yield "since", f"{one.since}: its days overlap those of another one; each day has one"
    pack = CODED.get(one.country)
    for step in pack.rates[one.kind].steps if pack and one.kind in pack.rates else ():
        same = (step.since, step.until) == (one.since, one.until)
        if not same and _overlap(one, step):
            wrong = f"{one.since}: its days overlap {step.since} to {step.until}, which is known"
            yield "since", f"{wrong}; to correct that one, give exactly its days"


def _confirmed(said: Country | Declared) -> Iterator[tuple[str, str]]:
    for key in ("source", "confirmed_by"):
        if not getattr(said, key).strip():
            asked = "who confirms it" if key == "confirmed_by" else "the gazette or paper it is in"
            yield key, f"empty; expected {asked}"


def _kinds(settings: LawSettings, country: str) -> list[str]:
    kinds = set(CODED[country].rates) if country in CODED else set()
    said = settings.countries.get(country)
    sides = (said.consumer, said.business) if said else ()
    return sorted(kinds | {side.rate for side in sides if side is not None and side.rate})


def _overlap(one: Declared | Rate, other: Declared | Rate) -> bool:
    return one.since <= other.until and other.since <= one.until


def _no_country(code: str, known: Sequence[str]) -> str:
    listed = ", ".join(known)
    return f"{code!r}; known are {listed}. Correct it, or declare it as in docs/law.md"


def _completed(pack: Pack, said: Country) -> Pack:
    return replace(
        pack,
        calendar=said.calendar or pack.calendar,
        consumer=pack.consumer or said.consumer,
        business=pack.business or said.business,
        order=pack.order or said.order,
        hours=said.hours,
        sources=(*pack.sources, _source(said)),
    )


def _new(name: str, said: Country) -> Pack:
    return Pack(
        country=name,
        calendar=said.calendar or name.upper(),
        currency=said.currency,
        consumer=said.consumer,
        business=said.business,
        order=said.order,
        hours=said.hours,
        sources=(_source(said),),
    )


def _slowed(side: Side | None, days: int) -> Side | None:
    if side is None or side.notice is None or not side.notice.after_arrival:
        return side
    post = replace(side.notice.post, days=side.notice.post.days + days)
    return replace(side, notice=replace(side.notice, post=post))


def _source(said: Country) -> str:
    return f"{said.source} (confirmed by {said.confirmed_by} on {said.confirmed_on})"


def _rates(
    country: str, known: Mapping[str, Rates], added: Sequence[Declared]
) -> Mapping[str, Rates]:
    rates = dict(known)
    for kind in {one.kind for one in added}:
        steps = {step.since: step for step in known[kind].steps} if kind in known else {}
        for one in added:
            if one.kind == kind:
                steps[one.since] = Rate(since=one.since, until=one.until, percent=one.percent)
        ordered = tuple(steps[since] for since in sorted(steps))
        rates[kind] = Rates(country=country, kind=kind, steps=ordered)
    return rates
