"""What `config/journeys.toml` and `config/segments.toml` must be beyond their shape."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from babel.numbers import is_currency

from clerkwork.adapters.letters.short import SHORT
from clerkwork.core.behaviour import MANNERS
from clerkwork.core.calendar import Hours
from clerkwork.core.journeys import CHANNELS, Journey, Law, Step
from clerkwork.core.journeys.law import notice_asked
from clerkwork.core.law.costs import Vat
from clerkwork.core.law.declared import law_packs
from clerkwork.core.money import Money
from clerkwork.errors import ConfigError
from clerkwork.workspace.schedule_checks import is_country
from clerkwork.workspace.toml import meant

if TYPE_CHECKING:
    from clerkwork.adapters.letters.texts import Texts, Tone
    from clerkwork.workspace.config import Config

__all__ = [
    "cost_problems",
    "hours_problems",
    "journey_problems",
    "not_set_up",
    "segment_problems",
    "unannounced",
]

_KINDS = ("business", "consumer")
_PLENTY = 100_000
"""Minor units of an amount that every scale of costs gives something for."""
_WITHIN = re.compile(r"\{[{%][^}]*\bwithin\b")
"""Where a sentence says within how many days."""

Problem = tuple[str, Sequence[str | int], str]


def journey_problems(config: Config) -> Iterator[Problem]:
    """File in `config/`, path of the key, and what is wrong with it."""
    file, there = "journeys.toml", config.ways
    for number, journey in enumerate(config.journeys):
        at = ("journeys", number)
        for key in ("hand_over", "statement_age", "items_age", "cap"):
            if getattr(journey, key) < 0:
                yield file, (*at, key), f"{getattr(journey, key)}; expected 0 or more"
        if journey.hours.start >= journey.hours.end:
            wrong = f"{journey.hours.start:%H:%M}, which is not before the end of the hours"
            yield file, (*at, "hours", "start"), wrong
        if journey.call_hours and journey.call_hours.start >= journey.call_hours.end:
            wrong = f"{journey.call_hours.start:%H:%M}, which is not before the end of the hours"
            yield file, (*at, "call_hours", "start"), wrong
        for nth, step in enumerate(journey.steps):
            yield from _tone(config.texts, step.tone, (*at, "steps", nth, "tone"))
            yield from _gives(config.texts, step, (*at, "steps", nth, "within"))
            yield from _short(config.texts, step, there, (*at, "steps", nth, "tone"))
            yield from _beyond(config.texts, step, config.law.vat, (*at, "steps", nth))
            if not there & set(step.channels):
                yield file, (*at, "steps", nth, "channels"), _unreached(step.channels, there)
        left = there & {channel for step in journey.reminders for channel in step.channels}
        if len(left) == 1:
            yield file, (*at, "name"), _one_way(journey, left, there)


def hours_problems(config: Config) -> Iterator[Problem]:
    """Hours that a journey opens and the law closes; `config/law.toml` is sound by now."""
    country = config.law.country
    lawful = law_packs(config.law)[country].hours
    for number, journey in enumerate(config.journeys):
        for key in ("hours", "call_hours"):
            own = getattr(journey, key)
            for name, said, rule in _unlawful(own, lawful) if own else ():
                wrong = f"{said}, but by the law of {country} (config/law.toml) nobody is contacted"
                yield "journeys.toml", ("journeys", number, key, name), f"{wrong} {rule}"


def _unlawful(own: Hours, lawful: Hours) -> Iterator[tuple[str, str, str]]:
    """Key, its value, and the law's rule that it breaks."""
    if own.start < lawful.start:
        yield "start", f"{own.start:%H:%M}", f"before {lawful.start:%H:%M}"
    if own.end > lawful.end:
        yield "end", f"{own.end:%H:%M}", f"after {lawful.end:%H:%M}"
    if own.sundays and not lawful.sundays:
        yield "sundays", "true", "on Sundays"
    if own.holidays and not lawful.holidays:
        yield "holidays", "true", "on public holidays"


def _tone(texts: Mapping[str, object], tone: str, path: Sequence[str | int]) -> Iterator[Problem]:
    for language, text in texts.items():
        known: Iterable[str] = getattr(text, "tones", {})
        if tone not in known:
            wrong = f"{tone!r}, which config/texts/{language}.toml lacks. {meant(tone, [*known])}"
            yield "journeys.toml", path, wrong


def _said(tone: Tone) -> str:
    return "\n".join((tone.subject, *tone.opening, *tone.closing, tone.sms, *tone.whatsapp))


def _gives(texts: Mapping[str, Texts], step: Step, path: Sequence[str | int]) -> Iterator[Problem]:
    """A message that gives days says how many."""
    for language, text in texts.items():
        tone = text.tones.get(step.tone)
        if tone and not step.within and _WITHIN.search(_said(tone)):
            wrong = (
                f"0, and [tones.{step.tone}] of config/texts/{language}.toml says within how many "
                f"days: {step.name!r} needs `within`, and what follows it a `gap` of more"
            )
            yield "journeys.toml", path, wrong
            return


def _short(
    texts: Mapping[str, Texts], step: Step, there: Collection[str], path: Sequence[str | int]
) -> Iterator[Problem]:
    """What goes to a telephone has a wording of its own in every language."""
    for language, text in texts.items():
        tone = text.tones.get(step.tone)
        for channel in step.channels:
            if tone and channel in SHORT and channel in there and not getattr(tone, channel):
                wrong = (
                    f"{step.tone!r}, whose wording for {channel} config/texts/{language}.toml "
                    f"lacks: add {channel!r} to its [tones.{step.tone}]"
                )
                yield "journeys.toml", path, wrong


def _beyond(
    texts: Mapping[str, Texts], step: Step, vat: Vat, path: Sequence[str | int]
) -> Iterator[Problem]:
    """What a step asks beyond the items has to be said in every language."""
    for key, word in (("notice", "announcement"), ("costs", "costs"), ("interest", "interest")):
        silent = [name for name, text in texts.items() if not getattr(text.words, word)]
        if getattr(step, key) and silent:
            wrong = f"true, and config/texts/{silent[0]}.toml has no {word!r} in its [words]"
            yield "journeys.toml", (*path, key), wrong
    silent = [name for name, text in texts.items() if not text.words.vat]
    for key in ("notice", "costs"):
        if vat.cannot_deduct and getattr(step, key) and silent:
            wrong = (
                "true, and config/law.toml adds VAT to costs: then the message has to say so, and "
                f"config/texts/{silent[0]}.toml has no 'vat' in its [words]"
            )
            yield "journeys.toml", (*path, key), wrong


def _unreached(channels: Iterable[str], there: Iterable[str]) -> str:
    return (
        f"{', '.join(channels)}, of which config/channels.toml sets up none; set one up, or add "
        f"one of {', '.join(sorted(there))}"
    )


def _one_way(journey: Journey, left: Iterable[str], there: Iterable[str]) -> str:
    others = ", ".join(sorted(set(there) - set(left)))
    return (
        f"{journey.name!r}, whose contacts all go by {next(iter(left))}: nothing else of it is set "
        "up in config/channels.toml, and before collection a debtor is contacted over more than "
        f"one channel. Set one up, or add {others} to a step"
    )


def not_set_up(config: Config) -> dict[str, tuple[str, ...]]:
    """Channel that journeys name and config/channels.toml does not set up → those journeys."""
    found: dict[str, dict[str, None]] = {}
    for journey in config.journeys:
        for step in journey.steps:
            for channel in step.channels:
                if channel not in config.ways:
                    found.setdefault(channel, {})[journey.name] = None
    return {channel: tuple(names) for channel, names in sorted(found.items())}


def unannounced(config: Config) -> dict[str, tuple[str, ...]]:
    """Journey without a notice of costs → kinds of debtor who take it and have to have one.

    What is theirs never goes to collection.
    """
    pack = law_packs(config.law)[config.law.country]
    law = Law(pack=pack, agreed=config.law.agreed)
    asking = []
    for kind in _KINDS:
        # Of a kind of which nothing is known yet, nothing is asked.
        with suppress(ConfigError):
            if notice_asked(law, kind, Money(_PLENTY, pack.currency)):
                asking.append(kind)
    found = {}
    for journey in config.journeys:
        silent = not any(step.notice for step in journey.reminders)
        if kinds := tuple(kind for kind in asking if silent and kind in _taken_by(config, journey)):
            found[journey.name] = kinds
    return found


def _taken_by(config: Config, journey: Journey) -> Collection[str]:
    segments = config.segments.segments
    if not segments:
        return journey.kinds
    own = (one.when.kind or _KINDS for one in segments if one.journey == journey.name)
    return {kind for kinds in own for kind in kinds}


def cost_problems(config: Config) -> Iterator[Problem]:
    """File in `config/`, path of the key, and what is wrong with it."""
    file, costs = "reports.toml", config.costs
    if not is_currency(costs.currency):
        yield file, ("currency",), f"{costs.currency!r}; expected a currency such as EUR"
    for name in costs.channels:
        if name not in CHANNELS:
            yield file, ("channels", name), f"{name!r}. {meant(name, sorted(CHANNELS))}"


def segment_problems(config: Config) -> Iterator[Problem]:
    """File in `config/`, path of the key, and what is wrong with it."""
    file = "segments.toml"
    journeys = [journey.name for journey in config.journeys]
    for number, segment in enumerate(config.segments.segments):
        at = ("segments", number)
        if segment.journey not in journeys:
            wrong = f"{segment.journey!r}, which config/journeys.toml lacks. "
            yield file, (*at, "journey"), wrong + meant(segment.journey, journeys)
        for key, known in (
            ("kind", _KINDS),
            ("preferred", sorted(CHANNELS)),
            ("reachable", sorted(CHANNELS)),
            ("behaviour", MANNERS),
        ):
            for nth, value in enumerate(getattr(segment.when, key)):
                if value not in known:
                    yield file, (*at, "when", key, nth), f"{value!r}. {meant(value, known)}"
        for nth, country in enumerate(segment.when.country):
            if not is_country(country):
                wrong = f"{country!r}; expected a country's two letters such as NL"
                yield file, (*at, "when", "country", nth), wrong
