"""What `config/alerts.toml` must be beyond its shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from clerkwork.adapters.channels.alert_plan import AlertPlan
from clerkwork.core.journeys import mail_address
from clerkwork.workspace.checks_vault import secret_name_wrong, server_wrong

__all__ = ["alert_problems"]

_NAME = re.compile("[a-z][a-z0-9_]{0,39}")
_TAKEN = ("mail", "teams")

Problem = tuple[str, Sequence[str | int], str]


def alert_problems(plan: AlertPlan, root: Path) -> Iterator[Problem]:
    """File in `config/`, path of the key, and what is wrong with it."""
    file = "alerts.toml"
    for key in ("late_after", "stuck_after", "silent_after"):
        if getattr(plan, key) <= 0:
            yield file, (key,), f"{getattr(plan, key)}; expected more than 0"
    if plan.mail:
        if not plan.mail.to:
            yield file, ("mail", "to"), "empty; expected one mail address or more"
        for number, address in enumerate(plan.mail.to):
            if not mail_address(address):
                wrong = f"{address!r}; expected a mail address such as clerk@example.com"
                yield file, ("mail", "to", number), wrong
    if plan.teams:
        if wrong := secret_name_wrong(plan.teams.webhook):
            yield file, ("teams", "webhook"), wrong
        if plan.teams.timeout <= 0:
            yield file, ("teams", "timeout"), _seconds(plan.teams.timeout)
    names: list[str] = [*_TAKEN]
    for number, hook in enumerate(plan.webhooks):
        at = ("webhooks", number)
        if not _NAME.fullmatch(hook.name):
            wrong = f"{hook.name!r}; expected a name in small letters, digits and underscores"
            yield file, (*at, "name"), wrong
        if hook.name in names:
            yield file, (*at, "name"), f"{hook.name!r}, which is taken; each has its own"
        names.append(hook.name)
        if wrong := server_wrong(hook.address, query=True):
            yield file, (*at, "address"), wrong
        if wrong := secret_name_wrong(hook.key):
            yield file, (*at, "key"), wrong
        if hook.authority and not (root / hook.authority).is_file():
            wrong = f"{hook.authority!r}; there is no such file in the workspace"
            yield file, (*at, "authority"), wrong
        if hook.timeout <= 0:
            yield file, (*at, "timeout"), _seconds(hook.timeout)


def _seconds(value: float) -> str:
    return f"{value}; expected seconds, more than 0"
