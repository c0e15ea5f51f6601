"""The secrets of a workspace, and what its machine lacks."""

from __future__ import annotations

from pathlib import Path

from clerkwork.adapters.doctor import Finding
from clerkwork.adapters.doctor import examine as examine_machine
from clerkwork.adapters.store import is_on_server
from clerkwork.bootstrap.demo import was_played
from clerkwork.bootstrap.office import clock_of
from clerkwork.bootstrap.secrets import sources, vault_of, writable
from clerkwork.bootstrap.stores import STORE_PASSWORD, store_url
from clerkwork.errors import ConfigError
from clerkwork.workspace import Workspace, open_workspace
from clerkwork.workspace.reminding import never_reminded
from clerkwork.workspace.toml import meant
from clerkwork.workspace.uses import asked_secrets

__all__ = ["examine", "secret_names", "set_secret"]


def secret_names(folder: Path | None) -> tuple[tuple[str, str], ...]:
    """Names of the secrets of a workspace, each with the source it is taken from; never values."""
    found: dict[str, str] = {}
    for where, source in sources(open_workspace(folder), lambda _: None).items():
        for name in source.names():
            found.setdefault(name, where)
    return tuple(sorted(found.items()))


def set_secret(folder: Path | None, name: str, value: str, source: str = "") -> str:
    """Keep a secret in the first source that can be written to, or in the one of that name.

    Returns what to say if nothing asks for a secret of that name; empty if something does.
    """
    from clerkwork.web.metrics import TOKEN

    place = open_workspace(folder)
    writable(place, lambda _: None, source).write(name, value)
    others = (*_at_the_door(place, name), *_of_the_store(place), TOKEN)
    wanted = (*wanted_secrets(place), *_of_the_alerts(place), *_of_the_evidence(place), *others)
    return "" if name in wanted else f"nothing asks for {name} yet. {meant(name, wanted)}".strip()


def wanted_secrets(place: Workspace) -> tuple[str, ...]:
    """Names of the secrets that robots, channels and HashiCorp's vault ask for."""
    mail = place.config.channels.mail
    server = place.config.vault.hashicorp
    signed_in = (server.token, server.role, server.secret) if server else ()
    twilio, printing = place.config.channels.twilio, place.config.channels.print_house
    telephone = (twilio.account, twilio.token) if twilio else ()
    sftp = printing.sftp if printing else None
    post = (sftp.password, sftp.key) if sftp else ()
    inbox = place.config.channels.inbox
    read = (inbox.user, inbox.password) if inbox else ()
    others = (mail.user, mail.password, *read, *telephone, *post, *signed_in)
    return (*asked_secrets(place.robots), *(name for name in others if name))


def _of_the_evidence(place: Workspace) -> tuple[str, ...]:
    plan = place.config.settings.evidence
    bucket = plan.bucket if plan is not None else None
    return (bucket.user, bucket.password) if bucket is not None else ()


def _of_the_alerts(place: Workspace) -> tuple[str, ...]:
    alerts = place.config.alerts
    teams = (alerts.teams.webhook,) if alerts.teams else ()
    return (*teams, *(hook.key for hook in alerts.webhooks))


def _at_the_door(place: Workspace, name: str) -> tuple[str, ...]:
    """Secrets that no robot's source names: what a portal asks while it is signed in to."""
    robot, _, rest = name.partition(".")
    settings = place.config.portals.get(robot)
    if settings is None:
        return ()
    answers = (name,) if rest.startswith("answer.") else ()
    shown = (f"{robot}.certificate", f"{robot}.certificate_password")
    return (*answers, *(shown if settings.certificate else ()))


def _of_the_store(place: Workspace) -> tuple[str, ...]:
    """Its password need not be here: libpq has means of its own."""
    return (STORE_PASSWORD,) if is_on_server(store_url(place)) else ()


def examine(folder: Path | None) -> tuple[Finding, ...]:
    """What this machine lacks; inside a workspace, also what that lacks."""
    from clerkwork.adapters.browser import find_browser

    found = find_browser()
    browser = str(found) if found else None
    try:
        place = open_workspace(folder)
    except ConfigError as error:
        findings = examine_machine(output=(folder or Path.cwd()).resolve(), browser=browser)
        wrong = Finding(what="Workspace", ok=False, found=str(error), remedy="as it says there")
        return (*findings, wrong)
    mail = place.config.channels.mail
    addresses = {name: one.address for name, one in place.config.portals.items()}
    unplayed = place.config.demo is not None and not was_played(place)
    machine = examine_machine(
        output=place.output,
        browser=browser,
        vault=vault_of(place, lambda _: None),
        # The demo sets its own secrets, and opens its portals for the commands that need them.
        secrets=(
            *(() if unplayed else wanted_secrets(place)),
            *_of_the_alerts(place),
            *_of_the_evidence(place),
        ),
        addresses={}
        if place.config.demo
        else {**addresses, "mail": f"smtp://{mail.host}:{mail.port}"},
    )
    asleep = never_reminded(place.tasks, place.config, clock_of(place).now())
    if not asleep:
        return machine
    return (
        *machine,
        Finding(what="Reminders", ok=False, found=asleep, remedy="as it says there"),
    )
