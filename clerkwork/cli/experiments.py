"""`clerkwork experiments`: what is tried out, how far it is, and what came of it."""

from __future__ import annotations

import getpass
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clerkwork.cli import show
from clerkwork.cli.options import AsJson, By, Where
from clerkwork.errors import ConfigError

if TYPE_CHECKING:
    from clerkwork.app.experiment import Laboratory, Standing
    from clerkwork.core.experiments import Count, Experiment, Look

__all__ = ["app"]

_SURE = 1.96
"""Standard errors on each side of 95 of a hundred."""

app = typer.Typer(
    help="What is tried out on debtors by lot: how far it is, and what came of it.",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@app.callback()
def list_experiments(
    context: typer.Context, as_json: AsJson = False, workspace: Where = None
) -> None:
    """Without a command: show each experiment, where it stands, and how many debtors it takes."""
    if context.invoked_subcommand is not None:
        return
    from clerkwork import bootstrap
    from clerkwork.app.experiment import laboratory_of, standing

    with bootstrap.open_office(workspace, want="look") as (_, office):
        found = standing(laboratory_of(office))
    if as_json:
        show.say(json.dumps({"experiments": [_plain(one) for one in found]}, indent=2))
        return
    if not found:
        show.say("Nothing is tried out: config/experiments.toml declares no experiment.")
        return
    show.table(
        ("experiment", "segment", "state", "came in", "known of each arm", "takes of each arm"),
        (
            (
                one.name,
                one.experiment.segment if one.experiment else "-",
                one.state,
                f"{one.came:,}" if one.experiment else "-",
                f"{one.known:,}" if one.experiment else "-",
                f"{one.experiment.sizes[-1]:,}" if one.experiment and one.experiment.sizes else "-",
            )
            for one in found
        ),
        right=(3, 4, 5),
    )
    show.say("One of them, and what came of it: clerkwork experiments show NAME")


@app.command("show")
def show_experiment(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The experiment's name.")],
    as_json: AsJson = False,
    workspace: Where = None,
) -> None:
    """Show what one experiment asks, how many debtors it takes, and what its looks told.

    Between two looks nothing is told: whoever looks again and again finds a difference where there
    is none.
    """
    from clerkwork import bootstrap
    from clerkwork.app.experiment import laboratory_of

    with bootstrap.open_office(workspace, want="look") as (_, office):
        laboratory = laboratory_of(office)
        found = _one(laboratory, name)
        if as_json:
            told = _plain(found) | _result(laboratory, found)
            show.say(json.dumps(told, indent=2))
            return
        local = office.calendar.local
        said = {"Experiment": found.name}
        if found.experiment:
            said |= _declared(found.experiment)
        trial = found.trial
        if trial:
            said["Began"] = show.when(local(trial.begun))
        if trial and trial.stopped:
            why = f": {trial.note}" if trial.note else ""
            said["Stopped"] = f"{show.when(local(trial.stopped))} by {trial.stopped_by}{why}"
        said["State"] = _state(found)
        show.table(("", ""), said.items())
        if trial and trial.looks:
            show.say()
            _looks(trial.looks)
        if found.experiment and found.experiment.method == "bandit":
            show.say()
            _bandit(laboratory, found.experiment)


def _one(laboratory: Laboratory, name: str) -> Standing:
    from clerkwork.app.experiment import standing
    from clerkwork.workspace.toml import meant

    there = standing(laboratory)
    found = next((one for one in there if one.name == name), None)
    if found is None:
        known = [one.name for one in there]
        raise ConfigError(f"there is no experiment {name!r}. {meant(name, known)}".rstrip())
    return found


def _declared(experiment: Experiment) -> dict[str, str]:
    return {
        "Question": experiment.question,
        "Segment": experiment.segment,
        "Steps": ", ".join(experiment.steps),
        "Arms": "\n".join(f"{arm.name}: {arm.words}" for arm in experiment.arms),
        "Counts": f"paid within {_days(experiment.days)}",
        "Takes": _takes(experiment),
    }


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _takes(experiment: Experiment) -> str:
    sizes = experiment.sizes
    if not sizes:
        return (
            f"no number: the control has {experiment.control:.0%} at least, the rest goes more "
            "and more to what did best; it ends when it is stopped"
        )
    looks = ", ".join(f"{size:,}" for size in sizes)
    return (
        f"{sizes[-1]:,} debtors of each arm, to find {100 * experiment.difference:g} points more "
        f"or fewer than {experiment.expected:.1%}, {experiment.power:.0%} of the time; "
        f"looked at when {looks} of each are known"
    )


def _state(found: Standing) -> str:
    if found.state == "changed":
        return (
            "changed since it began, so nobody comes in and nothing is looked at: put "
            "config/experiments.toml back, or give what it is now a name of its own"
        )
    if found.state == "removed":
        return "not declared any more: nobody comes in; whoever is in it stays in his arm"
    if not found.next_look:
        return found.state
    number = len(found.trial.looks) + 1 if found.trial else 1
    return (
        f"{found.state}; {found.came:,} came in. Known of {found.known:,} of the "
        f"{found.next_look:,} of each arm that look {number} takes; nothing is told before"
    )


def _looks(looks: tuple[Look, ...]) -> None:
    first = looks[0]
    show.table(
        ("look", first.control.arm, first.arm.arm, "difference", "between", "verdict"),
        (
            (
                one.number,
                _paid(one.control),
                _paid(one.arm),
                *one.apart,
                one.verdict,
            )
            for one in looks
        ),
    )
    show.say(
        "The interval holds for all looks together: of a hundred experiments without a difference, "
        "five find one."
    )


def _paid(count: Count) -> str:
    return f"{count.paid:,} of {count.of:,}, {count.share:.1%}"


def _bandit(laboratory: Laboratory, experiment: Experiment) -> None:
    from clerkwork.core.experiments import best_odds, wilson

    counts = laboratory.counts(experiment)
    tallied = laboratory.tallied[experiment.name]
    show.table(
        ("arm", "came in", "paid", "between", "likely the best"),
        (
            (
                count.arm,
                f"{tallied[count.arm].came:,}",
                _paid(count) if count.of else "nothing known",
                "{:.1%} and {:.1%}".format(*wilson(count, _SURE)),
                f"{odds:.0%}",
            )
            for count, odds in zip(counts, best_odds(experiment, counts), strict=True)
        ),
        right=(1, 4),
    )
    show.say("This is no test: a bandit sends debtors where it did best, and tells no difference.")


def _plain(one: Standing) -> dict[str, Any]:
    experiment = one.experiment
    return {
        "experiment": one.name,
        "state": one.state,
        "segment": experiment.segment if experiment else None,
        "steps": list(experiment.steps) if experiment else [],
        "arms": [{"arm": arm.name, **arm.changes} for arm in experiment.arms] if experiment else [],
        "method": experiment.method if experiment else None,
        "days": experiment.days if experiment else None,
        "came_in": {arm: tally.came for arm, tally in one.tallies.items()},
        "known_of_each_arm": one.known if experiment else None,
        "lost": sum(tally.lost for tally in one.tallies.values()),
        "looks_at": list(experiment.sizes) if experiment else [],
        "stopped_by": one.trial.stopped_by or None if one.trial else None,
    }


def _result(laboratory: Laboratory, found: Standing) -> dict[str, Any]:
    looks = found.trial.looks if found.trial else ()
    told: dict[str, Any] = {
        "looks": [
            {
                "look": one.number,
                "paid": {count.arm: [count.paid, count.of] for count in (one.control, one.arm)},
                "difference": round(one.difference, 4),
                "between": [round(edge, 4) for edge in one.interval],
                "verdict": one.verdict,
            }
            for one in looks
        ]
    }
    if found.experiment and found.experiment.method == "bandit":
        counts = laboratory.counts(found.experiment)
        told["paid"] = {count.arm: [count.paid, count.of] for count in counts}
    return told


@app.command("stop")
def stop(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The experiment's name.")],
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Why.")] = "",
    by: By = "",
    workspace: Where = None,
) -> None:
    """Let nobody come in any more; whoever is in it stays in his arm until his invoices are paid.

    It cannot be begun again under the same name.
    """
    from clerkwork import bootstrap
    from clerkwork.app.experiment import laboratory_of, stop_experiment

    with bootstrap.open_office(workspace, want="look") as (_, office):
        done = stop_experiment(
            laboratory_of(office), office.trials, name, by=by or getpass.getuser(), note=note
        )
        show.say(f"stopped {done.name}: everybody new takes the journey as it is")
