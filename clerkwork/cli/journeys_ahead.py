"""`clerkwork journeys plan` and `thresholds`: what would go, and what came of what went."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clerkwork.cli import personas, show
from clerkwork.cli.options import AsJson, Tried, Where, a_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clerkwork.app.foresee import Ahead
    from clerkwork.app.office import Office
    from clerkwork.core.effort import ContactCosts
    from clerkwork.core.thresholds import Reached, Thresholds

__all__ = [
    "by_channel",
    "cost_of",
    "cost_plainly",
    "plainly",
    "plan",
    "show_thresholds",
    "sight",
]

_MOST_DAYS = 92


def sight(office: Office) -> dict[str, Any]:
    """What looking ahead needs of an office."""
    from clerkwork.app.observe import Habits
    from clerkwork.app.reminders import known_of, walks_of

    return {
        "known": known_of(office),
        "walks": walks_of(office, Habits(office.paid_items, office.outbox)),
        "outbox": office.outbox,
        "clock": office.clock,
        "accounts": tuple(office.accounts),
        "channels": frozenset(office.channels),
    }


def plan(
    days: Annotated[
        int, typer.Option("--days", min=1, max=_MOST_DAYS, help="How many days, today the first.")
    ] = 14,
    journeys: Tried = None,
    as_json: AsJson = False,
    workspace: Where = None,
) -> None:
    """Show what would go on which day, by channel and segment; nothing is sent or written.

    As if nobody paid, wrote or promised meanwhile, and statements and open items came each morning.
    """
    from clerkwork import bootstrap
    from clerkwork.app.foresee import foresee
    from clerkwork.workspace import trying

    tried = trying(bootstrap.open_workspace(workspace), journeys)
    with bootstrap.open_office(tried, want="look") as (place, office):
        found = foresee(days=days, **sight(office))
    if as_json:
        told = {
            "days": days,
            "ahead": plainly(found.ahead),
            "cost": cost_plainly(by_channel(found.ahead), place.config.costs),
            "held": dict(sorted(found.held.items())),
            "to_collection": found.to_collection,
        }
        show.say(json.dumps(told, indent=2))
        return
    if found.ahead:
        show.table(
            ("day", "channel", "segment", "step", "contacts"),
            (
                (f"{one.day:%a %Y-%m-%d}", one.channel, one.segment or "-", one.step, one.count)
                for one in found.ahead
            ),
            right=(4,),
        )
        show.say(cost_of(by_channel(found.ahead), place.config.costs))
    else:
        show.say(f"Nothing would go in the next {days} days.")
    for rule, number in sorted(found.held.items()):
        show.say(f"held back, {rule}: {_debtors(number)}")
    if found.to_collection:
        show.say(f"a person would be asked about collection: {_debtors(found.to_collection)}")


def plainly(ahead: Sequence[Ahead]) -> list[dict[str, object]]:
    """Contacts of days, for machines."""
    return [
        {
            "day": one.day.isoformat(),
            "channel": one.channel,
            "segment": one.segment,
            "journey": one.journey,
            "step": one.step,
            "count": one.count,
        }
        for one in ahead
    ]


def by_channel(ahead: Sequence[Ahead]) -> Counter[str]:
    """Channel → contacts."""
    counted: Counter[str] = Counter()
    for one in ahead:
        counted[one.channel] += one.count
    return counted


def cost_plainly(counted: Mapping[str, int], costs: ContactCosts) -> dict[str, object]:
    """What contacts cost, for machines; those by a channel in `unpriced` count as nothing."""
    return {
        "amount": str(costs.of(counted)),
        "currency": costs.currency,
        "unpriced": [name for name in sorted(counted) if name not in costs.channels],
    }


def cost_of(counted: Mapping[str, int], costs: ContactCosts) -> str:
    """What contacts cost, in words, by what config/reports.toml says of each channel."""
    each = ", ".join(
        f"{costs.channels[name]} a {name}" for name in sorted(counted) if name in costs.channels
    )
    missing = [name for name in sorted(counted) if name not in costs.channels]
    told = f"they cost about {costs.of(counted):.2f} {costs.currency}, at {each or 'no known cost'}"
    return f"{told}; without those by {', '.join(missing)}" if missing else told


def _debtors(number: int) -> str:
    return "1 debtor" if number == 1 else f"{number} debtors"


def show_thresholds(
    since: Annotated[
        str,
        typer.Option("--since", metavar="DAY", help="Messages from this day on, as 2026-03-02."),
    ] = "",
    as_json: AsJson = False,
    workspace: Where = None,
) -> None:
    """Show for each segment how many got from sent to delivered, opened, link opened and paid.

    And which of these loses most. What a channel does not report is unknown, not zero.
    """
    from clerkwork import bootstrap
    from clerkwork.app.drop_off import drop_off

    begin = a_day(since, "--since") if since else dt.date.min
    with bootstrap.open_office(workspace, want="look") as (place, office):
        found = drop_off(office, begin)
    who = {one.segment: place.config.segments.persona_of(one.segment) for one in found}
    if as_json:
        told = [{**_plain(one), "persona": personas.plainly(who[one.segment])} for one in found]
        show.say(json.dumps({"segments": told}, indent=2))
        return
    if not found:
        show.say("No reminder was sent" + (f" since {begin}." if since else " yet."))
        return
    headings = [one.stage for one in found[0].stages]
    show.table(
        ("segment", "complexity", "digital", *headings, "loses most"),
        (
            (
                one.segment or "none",
                *personas.levels(who[one.segment]),
                *map(_share, one.stages),
                one.worst or "unknown",
            )
            for one in found
        ),
        right=range(1, len(headings) + 3),
    )
    show.say("Shares are of the messages of which it is known; 'unknown' is told by nothing yet.")


def _share(one: Reached) -> str:
    if one.stage == "sent":
        return str(one.yes)
    if one.share is None:
        return "unknown"
    of = f" of {one.known}" if one.unknown else ""
    return f"{one.share:.0%}{of}"


def _plain(one: Thresholds) -> dict[str, Any]:
    return {
        "segment": one.segment,
        "stages": [
            {
                "stage": stage.stage,
                "yes": stage.yes,
                "known": stage.known,
                "unknown": stage.unknown,
                "share": None if stage.share is None else round(stage.share, 4),
            }
            for stage in one.stages
        ],
        "loses_most": one.worst or None,
    }
