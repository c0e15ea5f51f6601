"""`clerkwork channels`: the ways to reach debtors, and where each can be asked after."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from clerkwork.cli import show
from clerkwork.cli.options import AsJson, Where

if TYPE_CHECKING:
    from clerkwork.workspace import Workspace

__all__ = ["channels"]


def channels(as_json: AsJson = False, workspace: Where = None) -> None:
    """Show by what each channel goes, what is asked after a crash, and who reports on it."""
    from clerkwork import bootstrap
    from clerkwork.core.journeys import CHANNELS

    place = bootstrap.open_workspace(workspace)
    rows = [_row(place, name) for name in sorted(CHANNELS)]
    if as_json:
        keys = ("channel", "by", "from", "asked", "reports")
        found = [dict(zip(keys, row, strict=True)) for row in rows]
        show.say(json.dumps({"channels": found}, indent=2))
        return
    show.table(("channel", "goes by", "from", "asked after a crash", "reports come"), rows)


def _row(place: Workspace, name: str) -> tuple[str, str, str, str, str]:
    settings, twilio = place.config.channels, place.config.channels.twilio
    plugged = {one.way: one for one in place.config.plugged}
    if name in plugged:
        return name, f"the package of {plugged[name].name}", "", "as the package says", ""
    if name not in place.config.ways:
        return name, "not set up", "", "", ""
    if name == "mail":
        asked = settings.archive_folder or "nobody: doubtful"
        return name, f"{settings.mail.host}:{settings.mail.port}", settings.mail.sender, asked, ""
    if name == "letter":
        sender = place.config.creditor.name
        return name, _printed(place), sender, "the files", _counted(place)
    if name == "call" and settings.people_call:
        return name, "people, as work items", "", "the review queue", "by whoever decides"
    if twilio is None:
        raise ValueError(f"{name} is set up by nobody")
    sender = {
        "sms": twilio.sms,
        "whatsapp": twilio.whatsapp.sender if twilio.whatsapp else "",
        "call": twilio.calls.sender if twilio.calls else "",
    }[name]
    return name, "Twilio", sender, "Twilio", twilio.callbacks or "never: no callbacks"


def _counted(place: Workspace) -> str:
    """Since when a letter counts as a contact."""
    if not place.config.printed:
        return "none: counts once printed, in the demo"
    if place.config.channels.print_house is None:
        return "by whoever posts it, as a work item"
    return "once the print house has it"


def _printed(place: Workspace) -> str:
    plan = place.config.channels.print_house
    if plan is None:
        return "output/letters"
    return f"{plan.folder}, {plan.sftp.host}" if plan.sftp else plan.folder
