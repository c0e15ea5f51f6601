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
from clerkwork.cli.options import Where, a_day

if TYPE_CHECKING:
    from clerkwork.bootstrap.simulating import Simulated
    from clerkwork.core.simulation import Tally

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
    json: Annotated[bool, typer.Option("--json", help="One JSON object, for machines.")] = False,
    workspace: Where = None,
) -> None:
    """Play this workspace's journeys on made-up debtors, beside one ladder of three letters.

    What the debtors are like is assumed, and the same for both: it compares journeys, and foretells
    no figures of your own. Nothing is read of your books, and nothing is sent.
    """
    from clerkwork import bootstrap
    from clerkwork.core.simulation import Year
    from clerkwork.workspace import open_workspace

    place = open_workspace(workspace)
    today = datetime.now(ZoneInfo(place.config.calendar.zone)).date()
    first = a_day(begin, "--from") if begin else today.replace(month=1, day=1)
    year = Year(
        seed=seed,
        begin=first,
        days=days,
        calendar=place.config.calendar,
        paydays=place.config.paydays,
        law=bootstrap.law_for(place.config.law),
    )
    began = time.perf_counter()
    with show.progress() as progress:
        found = bootstrap.simulate(place, debtors=debtors, year=year, progress=progress)
    seconds = time.perf_counter() - began
    if json:
        show.say(json_.dumps(_as_json(found, seconds)))
        return
    _print(found)
    show.say(f"{debtors:,} debtors over {days} days from {first}, seed {seed}: {seconds:.1f} s.")


_HEADINGS = (
    "", "debtors", "DSO", "late", "contacts", "EUR", "handed", "broken"
)  # fmt: skip


def _row(name: str, tally: Tally) -> tuple[str, ...]:
    contacts = tally.contacts.total()
    return (
        name,
        f"{tally.debtors:,}",
        f"{tally.dso:.1f}",
        f"{tally.delay:.1f}",
        f"{contacts:,}",
        f"{tally.cost:,.0f}",
        f"{tally.to_collection:.2%}",
        f"{tally.breaches.total():,}",
    )


def _print(found: Simulated) -> None:
    right = tuple(range(1, len(_HEADINGS)))
    whole = {policy: found.whole(policy) for policy in found.policies}
    rows = [_row(policy, tally) for policy, tally in whole.items()]
    show.table(_HEADINGS, rows, right=right)
    show.say(
        "DSO: days of sales that are owed on an average day. late: the part of it past the due "
        "date. EUR: cost of the contacts. handed: share of the debtors handed over to collection. "
        "broken: rules that a message broke, told from the messages alone."
    )
    for policy, segments in found.policies.items():
        show.say()
        rows = [_row(name, segments[name]) for name in sorted(segments)]
        show.table(_HEADINGS, rows, policy, right=right)
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


def _as_json(found: Simulated, seconds: float) -> dict[str, object]:
    return {
        "debtors": found.debtors,
        "days": found.days,
        "seed": found.seed,
        "seconds": round(seconds, 1),
        "policies": {
            policy: {
                "whole": _figures(found.whole(policy)),
                "segments": {name: _figures(one) for name, one in sorted(segments.items())},
            }
            for policy, segments in found.policies.items()
        },
    }


def _figures(tally: Tally) -> dict[str, object]:
    return {
        "debtors": tally.debtors,
        "dso": round(tally.dso, 2),
        "days_late": round(tally.delay, 2),
        "contacts": dict(sorted(tally.contacts.items())),
        "cost": str(tally.cost),
        "handed_over": tally.handed_over,
        "to_collection": round(tally.to_collection, 5),
        "written_off": tally.written_off / 100,
        "breaches": dict(sorted(tally.breaches.items())),
    }
