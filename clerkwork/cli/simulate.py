"""`clerkwork simulate`: the journeys beside three letters, on debtors who do not exist."""

from __future__ import annotations

import json as json_
import time
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from clerkwork.cli import show
from clerkwork.cli.journeys_ahead import cost_plainly
from clerkwork.cli.options import AsJson, Tried, Where, a_day

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clerkwork.bootstrap.simulating import Simulated
    from clerkwork.core.effort import ContactCosts
    from clerkwork.core.simulation import Tally, Year

__all__ = ["simulate"]


def simulate(
    days: Annotated[int, typer.Option(min=30, max=3650, metavar="N", help="Days to play.")] = 365,
    debtors: Annotated[
        int, typer.Option(min=1, max=5_000_000, metavar="N", help="Debtors that are made up.")
    ] = 2_000,
    seed: Annotated[
        int, typer.Option(metavar="N", help="The same number plays the same year again.")
    ] = 1,
    begin: Annotated[
        str, typer.Option("--from", metavar="DAY", help="First day; else this year's first.")
    ] = "",
    journeys: Tried = None,
    all_channels: Annotated[
        bool,
        typer.Option("--all-channels", help="As if each channel of a journey were set up."),
    ] = False,
    json: AsJson = False,
    workspace: Where = None,
) -> None:
    """Play this workspace's journeys on made-up debtors, beside one ladder of three letters.

    What the debtors are like is assumed, and the same for both: it compares journeys, and foretells
    no figures of your own. Nothing is read of your books, and nothing is sent. Exit status 1 if a
    message of your journeys broke a rule.
    """
    from clerkwork import bootstrap
    from clerkwork.core.journeys import CHANNELS
    from clerkwork.core.simulation import Year
    from clerkwork.workspace import open_workspace, trying

    place = trying(open_workspace(workspace), journeys)
    today = datetime.now(ZoneInfo(place.config.calendar.zone)).date()
    first = a_day(begin, "--from") if begin else today.replace(month=1, day=1)
    year = Year(
        seed=seed,
        begin=first,
        days=days,
        calendar=place.config.calendar,
        paydays=place.config.paydays,
        law=bootstrap.law_for(place.config.law, place.config.calendar.zone),
        channels=CHANNELS if all_channels else place.config.ways & CHANNELS,
        rates=bootstrap.confirmed_rates(place.config.law),
    )
    began = time.perf_counter()
    with show.progress() as progress:
        found = bootstrap.simulate(place, debtors=debtors, year=year, progress=progress)
    seconds = time.perf_counter() - began
    if json:
        show.say(json_.dumps(_as_json(found, year, seconds, place.config.costs)))
    else:
        _print(found, year, place.config.costs)
        told = f"{debtors:,} debtors over {days} days from {first}, seed {seed}"
        show.say(f"{told}: {seconds:.1f} s.")
    if found.own.breaches:
        raise typer.Exit(1)


def _headings(costs: ContactCosts) -> tuple[str, ...]:
    return ("", "debtors", "DSO", "late", "contacts", costs.currency, "handed", "broken")


def _row(name: str, tally: Tally, costs: ContactCosts) -> tuple[str, ...]:
    contacts = tally.contacts.total()
    return (
        name,
        f"{tally.debtors:,}",
        f"{tally.dso:.1f}",
        f"{tally.delay:.1f}",
        f"{contacts:,}",
        f"{costs.of(tally.contacts):,.0f}",
        f"{tally.to_collection:.2%}",
        f"{tally.breaches.total():,}",
    )


def _print(found: Simulated, year: Year, costs: ContactCosts) -> None:
    headings = _headings(costs)
    right = tuple(range(1, len(headings)))
    whole = {policy: found.whole(policy) for policy in found.policies}
    show.table(headings, [_row(policy, one, costs) for policy, one in whole.items()], right=right)
    show.say(
        "DSO: days of sales that are owed on an average day. late: the part of it past the due "
        f"date. {costs.currency}: cost of the contacts. handed: share of the debtors handed over "
        "to collection. broken: rules that a message broke, told from the messages alone."
    )
    for line in _bounds(found, year, costs):
        show.say(line)
    for policy, segments in found.policies.items():
        show.say()
        rows = [_row(name, segments[name], costs) for name in sorted(segments)]
        show.table(headings, rows, policy, right=right)
        contacts = whole[policy].contacts.most_common()
        channels = ", ".join(f"{count:,} by {name}" for name, count in contacts)
        show.say(f"contacts: {channels or 'none'}")
        for rule, count in whole[policy].breaches.most_common():
            show.say(f"rule broken: {rule}, {count:,} times")
    show.say()
    sent: dict[str, Counter[str]] = {policy: Counter() for policy in whole}
    for policy, tally in whole.items():
        for (month, _), count in tally.months.items():
            sent[policy][month] += count
    months = sorted({month for counted in sent.values() for month in counted})
    rows = [(month, *(f"{counted[month]:,}" for counted in sent.values())) for month in months]
    show.table(("contacts in", *whole), rows, right=(1, 2))


def _bounds(found: Simulated, year: Year, costs: ContactCosts) -> Iterable[str]:
    """What was left out, and what is not known."""
    from clerkwork.core.journeys import CHANNELS

    if missing := sorted(CHANNELS - year.channels):
        yield f"not set up in config/channels.toml, and not played: {', '.join(missing)}."
    used = {name for policy in found.policies for name in found.whole(policy).contacts}
    if unpriced := sorted(used - set(costs.channels)):
        yield f"no cost in config/reports.toml, and counted as nothing: {', '.join(unpriced)}."
    if year.law is not None and year.law.pack.country != "nl":
        yield (
            f"what is asked by the law of {year.law.pack.country} beyond the items is not checked: "
            "of costs, terms and interest the check knows the Dutch rules alone."
        )


def _as_json(
    found: Simulated, year: Year, seconds: float, costs: ContactCosts
) -> dict[str, object]:
    return {
        "debtors": found.debtors,
        "days": found.days,
        "seed": found.seed,
        "seconds": round(seconds, 1),
        "channels": sorted(year.channels),
        "policies": {
            policy: {
                "whole": _figures(found.whole(policy), costs),
                "segments": {name: _figures(one, costs) for name, one in sorted(segments.items())},
            }
            for policy, segments in found.policies.items()
        },
    }


def _figures(tally: Tally, costs: ContactCosts) -> dict[str, object]:
    return {
        "debtors": tally.debtors,
        "dso": round(tally.dso, 2),
        "days_late": round(tally.delay, 2),
        "contacts": dict(sorted(tally.contacts.items())),
        "cost": cost_plainly(tally.contacts, costs),
        "months": _by_month(tally),
        "handed_over": tally.handed_over,
        "to_collection": round(tally.to_collection, 5),
        "written_off": tally.written_off / 100,
        "breaches": dict(sorted(tally.breaches.items())),
    }


def _by_month(tally: Tally) -> dict[str, dict[str, int]]:
    """Month → channel → contacts."""
    found: dict[str, dict[str, int]] = {}
    for (month, channel), count in sorted(tally.months.items()):
        found.setdefault(month, {})[channel] = count
    return found
