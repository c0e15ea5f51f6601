"""`clerkwork journeys replay`: what the journeys would have sent in a period that is over."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from clerkwork.cli import show
from clerkwork.cli.journeys_ahead import by_channel, cost_of, cost_plainly, plainly, sight
from clerkwork.cli.options import AsJson, Tried, Where, a_day
from clerkwork.errors import ConfigError

if TYPE_CHECKING:
    from clerkwork.app.replay import Replayed
    from clerkwork.core.effort import ContactCosts

__all__ = ["replay"]

_SPANS = {"month": "%Y-%m", "day": "%Y-%m-%d"}


def replay(
    begin: Annotated[
        str, typer.Option("--from", metavar="DAY", help="First day; else a year before --to.")
    ] = "",
    end: Annotated[str, typer.Option("--to", metavar="DAY", help="Last day; else yesterday.")] = "",
    by: Annotated[
        str, typer.Option("--by", metavar="SPAN", help="What a row counts: month or day.")
    ] = "month",
    journeys: Tried = None,
    as_json: AsJson = False,
    workspace: Where = None,
) -> None:
    """Show what the journeys of today would have sent in a period that is over, beside what went.

    Everybody pays when he really paid, whatever is sent, and is in the segment of today; what held
    reminders back on those days is not known. Nothing is sent or written.
    """
    from clerkwork import bootstrap
    from clerkwork.app.replay import replay as replay_period
    from clerkwork.workspace import trying

    if by not in _SPANS:
        raise typer.BadParameter(f"{by!r}; expected one of {', '.join(_SPANS)}", param_hint="--by")
    tried = trying(bootstrap.open_workspace(workspace), journeys)
    with bootstrap.open_office(tried, want="look") as (place, office):
        last = a_day(end, "--to") if end else office.clock.today() - dt.timedelta(days=1)
        first = a_day(begin, "--from") if begin else last - dt.timedelta(days=364)
        if not first <= last < office.clock.today():
            raise ConfigError(
                f"--from {first} --to {last}: expected a period that is over, its first day no "
                f"later than its last; today is {office.clock.today()}"
            )
        with show.progress() as progress:
            found = replay_period(
                **sight(office),
                paid_items=office.paid_items,
                begin=first,
                end=last + dt.timedelta(days=1),
                progress=progress,
            )
    if as_json:
        show.say(json.dumps(_as_json(found, first, last, place.config.costs), indent=2))
    else:
        _tell(found, first, last, by, place.config.costs)


def _tell(found: Replayed, first: dt.date, last: dt.date, by: str, costs: ContactCosts) -> None:
    spans: Counter[tuple[str, str, str]] = Counter()
    days: Counter[dt.date] = Counter()
    for one in found.ahead:
        spans[f"{one.day:{_SPANS[by]}}", one.channel, one.segment or "-"] += one.count
        days[one.day] += one.count
    if spans:
        rows = [(*what, count) for what, count in sorted(spans.items())]
        show.table((by, "channel", "segment", "contacts"), rows, right=(3,))
        day, most = max(days.items(), key=lambda counted: (counted[1], counted[0]))
        show.say(f"contacts in all: {days.total()}; most on one day: {most}, on {day:%a %Y-%m-%d}")
        show.say(cost_of(by_channel(found.ahead), costs))
    else:
        show.say(f"Nothing would have gone from {first} to {last}.")
    went = ", ".join(f"{count} by {channel}" for channel, count in found.really.items())
    show.say(f"really sent from {first} to {last}: {went or 'nothing'}")
    if found.to_collection:
        show.say(f"a person would have been asked about collection of: {found.to_collection}")
    if found.known_since is None or found.known_since > first:
        since = found.known_since or "no day yet"
        show.say(f"What was paid is known from {since} on: before it, contacts are missing.")


def _as_json(
    found: Replayed, first: dt.date, last: dt.date, costs: ContactCosts
) -> dict[str, object]:
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "contacts": plainly(found.ahead),
        "cost": cost_plainly(by_channel(found.ahead), costs),
        "really_sent": dict(found.really),
        "to_collection": found.to_collection,
        "payments_known_since": found.known_since.isoformat() if found.known_since else None,
    }
