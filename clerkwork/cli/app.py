"""The commands, in the order in which people meet them."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

import typer
from typer.core import TyperGroup

from clerkwork.cli import (
    alerts,
    audit,
    audits,
    collect,
    debtors,
    desk,
    engine,
    experiments,
    journeys,
    keys,
    law,
    new,
    play,
    promises,
    replies,
    report,
    review,
    runs,
    schedule,
    selectors,
    status,
    stops,
    store,
    texts,
    tidy,
)
from clerkwork.cli.channels import channels
from clerkwork.cli.export import export
from clerkwork.cli.reconcile import reconcile
from clerkwork.cli.record import record
from clerkwork.cli.simulate import simulate
from clerkwork.cli.try_robot import try_robot
from clerkwork.cli.verify import verify

__all__ = ["app", "command_for"]

app = typer.Typer(
    name="clerkwork",
    help="Software clerks for accounts receivable. They log into your ERP and your bank, "
    "reconcile, key, remind and ask; you decide what is doubtful; an auditor sees every step.",
    epilog="`clerkwork COMMAND --help` tells more of one. Begin with `clerkwork demo`.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    # Plain help: it fits any terminal, and rich takes half a second to import.
    rich_markup_mode=None,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(play.demo)
app.command("list")(runs.list_tasks)
app.command("run")(runs.run)
app.command("schedule")(schedule.schedule)
app.command("slots")(schedule.slots)
app.command("reconcile")(reconcile)
app.add_typer(review.app, name="review")
app.add_typer(law.app, name="law")
app.command("simulate")(simulate)
app.add_typer(journeys.app, name="journeys")
app.add_typer(texts.app, name="texts")
app.add_typer(experiments.app, name="experiments")
app.command("channels")(channels)
app.add_typer(debtors.app, name="debtors")
app.add_typer(report.app, name="report")
app.add_typer(collect.app, name="collect")
app.command("promise")(promises.promise)
app.command("promises")(promises.promises)
app.add_typer(replies.app, name="replies")
app.add_typer(new.app, name="new")
app.command("record")(record)
app.command("try")(try_robot)
app.add_typer(selectors.app, name="selectors")
app.command("status")(status.status)
app.add_typer(alerts.app, name="alerts")
app.command("stop")(stops.stop)
app.command("resume")(stops.resume)
app.command("stops")(stops.stops)
app.command("tidy")(tidy.tidy)
app.command("export")(export)
audits.add_to(audit.app)
app.command("verify")(verify)
app.add_typer(keys.app, name="keys")
app.add_typer(audit.app, name="audit")
app.command("doctor")(desk.doctor)
app.command("init")(desk.init)
app.command("serve")(engine.serve)
app.command("scheduler")(engine.scheduler)
app.command("worker")(engine.worker)
app.command("console")(engine.console)
app.command("drain")(engine.drain)
app.add_typer(store.app, name="store")
app.add_typer(desk.vault, name="vault")


def command_for(words: Sequence[str]) -> TyperGroup:
    """What carries out a line as it was typed.

    Only the command that it names is made ready: with all of them that takes longer than many a
    command does. Where it names none, all are there to be shown or meant.
    """
    named = words[0] if words else ""
    chosen = copy(app)
    chosen.registered_commands = [one for one in app.registered_commands if one.name == named]
    chosen.registered_groups = [one for one in app.registered_groups if one.name == named]
    there = chosen.registered_commands or chosen.registered_groups
    return typer.main.get_group(chosen if there else app)
