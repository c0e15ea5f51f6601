"""`clerkwork journeys`: what debtors get when, where one stands, and where they drop off."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clerkwork.cli import journeys_ahead, journeys_replay, personas, show
from clerkwork.cli.options import AsJson, Where
from clerkwork.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from clerkwork.app.foresee import Whereabouts
    from clerkwork.core.journeys import Journey, Step
    from clerkwork.workspace import Workspace

__all__ = ["app"]

app = typer.Typer(
    help="The journeys of debtors: their steps, who takes which, what comes, and what came of it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("show")
def show_journeys(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="One journey, step by step.")] = "",
    as_json: AsJson = False,
    workspace: Where = None,
) -> None:
    """Show all journeys, or the steps of one: its days, channels, tones and levels."""
    from clerkwork import bootstrap
    from clerkwork.workspace.checks_journeys import not_set_up, unannounced

    place = bootstrap.open_workspace(workspace)
    found = [_journey(place, name)] if name else list(place.config.journeys)
    there = place.config.ways
    segments = place.config.segments
    if as_json:
        told = {
            "journeys": [_plain(place, one, there) for one in found],
            "segments": [
                {
                    "segment": one.name,
                    "journey": one.journey,
                    "persona": personas.plainly(segments.persona_of(one.name)),
                    "ground": one.ground,
                }
                for one in segments.segments
                if one.journey in {journey.name for journey in found}
            ],
        }
        show.say(json.dumps(told, indent=2))
        return
    if name:
        _steps(place, found[0], there)
    else:
        show.table(
            ("journey", "who", "contacts", "days", "channels"),
            (
                (
                    one.name,
                    ", ".join(_who(place, one)) or "nobody",
                    f"{len(one.notices)} + {len(one.reminders)}",
                    f"{one.steps[0].after} to {one.steps[-1].after}",
                    ", ".join(sorted({c for step in one.steps for c in step.channels} & there)),
                )
                for one in found
            ),
        )
        show.say("Contacts are those before + after the due date. One of them: journeys show NAME")
        personas.table(segments)
    names = {one.name for one in found}
    if missing := [c for c, where in not_set_up(place.config).items() if names & set(where)]:
        show.say(f"not set up in config/channels.toml, and left out: {', '.join(missing)}")
    for journey, kinds in unannounced(place.config).items():
        if journey in names:
            show.say(
                f"{journey}: no step with `notice`, which the law asks before anything follows; "
                f"of a {' or a '.join(kinds)} on it nothing can go to collection"
            )


def _journey(place: Workspace, name: str) -> Journey:
    found = next((one for one in place.config.journeys if one.name == name), None)
    if found is None:
        from clerkwork.workspace.toml import meant

        known = [one.name for one in place.config.journeys]
        raise ConfigError(f"there is no journey {name!r}. {meant(name, known)}")
    return found


def _who(place: Workspace, journey: Journey) -> tuple[str, ...]:
    segments = place.config.segments.segments
    if segments:
        return tuple(one.name for one in segments if one.journey == journey.name)
    return journey.kinds


def _steps(place: Workspace, journey: Journey, there: Collection[str]) -> None:
    show.say(f"{journey.name}: {', '.join(_who(place, journey)) or 'nobody takes it'}")
    segments = place.config.segments
    for segment in segments.segments:
        if segment.journey == journey.name:
            who = personas.described(segments.persona_of(segment.name))
            show.paragraph(f"{segment.name}: ", f"{who}; {segment.ground}", 2, 100)
    show.say()
    show.table(
        ("level", "step", "when", "channels", "tone", "gap"),
        (
            (
                journey.levels[step.name] or "-",
                step.name,
                _when(step),
                ", ".join(c if c in there else f"({c})" for c in step.channels),
                ", ".join((step.tone, *_beyond(step))),
                f"{step.gap} days",
            )
            for step in journey.steps
        ),
    )
    show.say(
        f"then a person is asked about collection, {journey.hand_over} days after the last "
        f"contact; from {journey.hours.start:%H:%M} to {journey.hours.end:%H:%M}, at most "
        f"{journey.week} contacts a week"
    )


def _beyond(step: Step) -> Iterable[str]:
    """What it says or asks beyond the items."""
    said = {"notice": step.notice, "costs": step.costs, "interest": step.interest}
    return (words for words, so in said.items() if so)


def _when(step: Step) -> str:
    days = f"{abs(step.after)} {'business ' if step.business_days else ''}day"
    words = f"{days}{'' if abs(step.after) == 1 else 's'} {'after' if step.after > 0 else 'before'}"
    parts = ["on the due date" if step.after == 0 else f"{words} the due date"]
    if step.payday:
        parts.append(f"the day after {step.payday}")
    if step.above:
        parts.append(f"from {step.above}")
    if step.below:
        parts.append(f"below {step.below}")
    return ", ".join(parts)


def _plain(place: Workspace, journey: Journey, there: Collection[str]) -> dict[str, Any]:
    return {
        "journey": journey.name,
        "who": list(_who(place, journey)),
        "hand_over": journey.hand_over,
        "hours": [f"{journey.hours.start:%H:%M}", f"{journey.hours.end:%H:%M}"],
        "week": journey.week,
        "steps": [
            {
                "step": step.name,
                "level": journey.levels[step.name],
                "after": step.after,
                "business_days": step.business_days,
                "payday": step.payday,
                "gap": step.gap,
                "within": step.within,
                "tone": step.tone,
                "beyond": list(_beyond(step)),
                "channels": [channel for channel in step.channels if channel in there],
                "not_set_up": [channel for channel in step.channels if channel not in there],
            }
            for step in journey.steps
        ],
    }


@app.command("who")
def who(
    debtor: Annotated[str, typer.Argument(metavar="DEBTOR", help="The debtor's number.")],
    as_json: AsJson = False,
    workspace: Where = None,
) -> None:
    """Show where one debtor stands: his segment and why, what comes next, what holds him back."""
    from clerkwork import bootstrap
    from clerkwork.app.foresee import find_debtor

    with bootstrap.open_office(workspace, want="look") as (_, office):
        found = find_debtor(debtor, **journeys_ahead.sight(office))
    if as_json:
        show.say(json.dumps(_where(found), indent=2))
        return
    habit = found.habit
    assigned = found.assigned
    told = {
        "Debtor": f"{found.debtor.number} {found.debtor.name}, {found.debtor.kind}",
        "Segment": assigned.segment if assigned else "none: by his kind",
        "Ground": "; ".join(assigned.ground) if assigned else f"declared kind: {found.debtor.kind}",
        "Journey": found.journey.name,
        "Pays": found.manner
        + (f", {habit.late:g} days late in the middle of {habit.invoices}" if habit else ""),
        "Level": f"{found.level} of {len(found.journey.reminders)}",
        "Contacts had": ", ".join(f"{m.step} by {m.channel} on {m.on}" for m in found.had)
        or "none of what is overdue now",
        "Next": _coming(found),
        "Held back by": "; ".join(found.stops) or "nothing",
    }
    show.table(("", ""), told.items())


def _coming(found: Whereabouts) -> str:
    due = found.next
    if due is None:
        return "nothing in the next three months"
    if due.step is None:
        return f"{due.today}: a person is asked about collection"
    by = due.channel or "no channel that reaches him"
    return f"{due.today}: {due.step.name} by {by}, over {' and '.join(map(str, due.amounts))}"


def _where(found: Whereabouts) -> dict[str, Any]:
    habit, due, assigned = found.habit, found.next, found.assigned
    return {
        "debtor": found.debtor.number,
        "kind": found.debtor.kind,
        "segment": assigned.segment if assigned else None,
        "ground": list(assigned.ground) if assigned else [],
        "journey": found.journey.name,
        "manner": found.manner,
        "habit": {
            "invoices": habit.invoices,
            "late": habit.late,
            "spread": round(habit.spread, 1),
            "trend": round(habit.trend, 2),
            "at_first": round(habit.at_first, 3),
        }
        if habit
        else None,
        "level": found.level,
        "had": [
            {"on": m.on.isoformat() if m.on else None, "step": m.step, "channel": m.channel}
            for m in found.had
        ],
        "next": {
            "on": due.today.isoformat(),
            "step": due.step.name if due.step else None,
            "channel": due.channel,
            "amounts": [str(amount) for amount in due.amounts],
            "items": [item.number for item in due.items],
        }
        if due
        else None,
        "stops": list(found.stops),
    }


app.command("plan")(journeys_ahead.plan)
app.command("replay")(journeys_replay.replay)
app.command("thresholds")(journeys_ahead.show_thresholds)
