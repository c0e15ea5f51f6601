"""What config files must be beyond their shape: values that mean something, and fit each other."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import Locale, UnknownLocaleError
from stdnum import iban

from clerkwork.adapters.log import STYLES
from clerkwork.core.creditor import has_own_page
from clerkwork.core.journeys import mail_address
from clerkwork.core.law.declared import law_problems
from clerkwork.core.law.pack import KINDS
from clerkwork.core.paying.rules import FILLED
from clerkwork.errors import ConfigError
from clerkwork.workspace.checks_alerts import alert_problems
from clerkwork.workspace.checks_evidence import evidence_problems
from clerkwork.workspace.checks_experiments import experiment_problems
from clerkwork.workspace.checks_inbox import inbox_problems
from clerkwork.workspace.checks_journeys import (
    cost_problems,
    hours_problems,
    journey_problems,
    segment_problems,
)
from clerkwork.workspace.checks_vault import vault_problems
from clerkwork.workspace.schedule_checks import (
    is_country,
    schedule_problems,
    window_problems,
)
from clerkwork.workspace.toml import meant, named, read_text, where

if TYPE_CHECKING:
    from clerkwork.workspace.config import Config

__all__ = ["check_config", "check_portals"]

_FILES = (
    "accounts.toml",
    "alerts.toml",
    "approvals.toml",
    "channels.toml",
    "collection.toml",
    "creditor.toml",
    "experiments.toml",
    "journeys.toml",
    "law.toml",
    "matching.toml",
    "paying.toml",
    "portals.toml",
    "reports.toml",
    "schedules.toml",
    "segments.toml",
    "statements.toml",
    "vault.toml",
    "workspace.toml",
)
_WRITES = ("auto", "confirm", "never")
_SECURITY = ("none", "starttls", "tls")
_HERE = ("127.0.0.1", "::1", "localhost")
_IN_LINK = ("amount", "currency", "iban", "language", "name", "reference", "token")
_HOST = re.compile(r"\*|(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.IGNORECASE)

Problem = tuple[str, Sequence[str | int], str]
"""File in `config/`, path of the key, and what is wrong, beginning with its value."""


def check_config(config: Config, root: Path, journeys: Path | None = None) -> None:
    """Raise `ConfigError` for the first value that cannot be meant.

    `journeys` is the file whose journeys are tried in place of `config/journeys.toml`.
    """
    for check in (
        _files,
        _portals,
        _accounts,
        _creditor,
        _paying,
        _mail,
        _calls,
        _inbox,
        _credit,
        _journeys,
        _law,
        lambda config, _: hours_problems(config),
        lambda config, _: segment_problems(config),
        lambda config, _: experiment_problems(config),
        lambda config, _: cost_problems(config),
        _settings,
        _vault,
        schedule_problems,
        _alerts,
    ):
        for file, path, wrong in check(config, root):
            shown, place = f"config/{file}", root / "config" / file
            if journeys is not None and file == "journeys.toml":
                shown, place = str(journeys), journeys
            text = read_text(place, shown) if place.is_file() else ""
            key = f"{named(path)!r} is " if path else ""
            raise ConfigError(f"{where(shown, text, path)}: {key}{wrong}")


def check_portals(portals: Iterable[str], robots: Collection[str], root: Path) -> None:
    """Raise `ConfigError` for a table of `config/portals.toml` that no robot reads."""
    shown = "config/portals.toml"
    for name in portals:
        if name not in robots:
            place = where(shown, read_text(root / shown, shown), (name,))
            raise ConfigError(
                f"{place}: there is no robot {name!r} in robots/. {meant(name, sorted(robots))} "
                "Correct the name, or remove the table"
            )


def _files(config: Config, root: Path) -> Iterator[Problem]:
    for file in sorted((root / "config").glob("*.toml")):
        if file.name not in _FILES:
            yield file.name, (), f"no such file is read. {meant(file.name, _FILES)} Rename it"
    if not config.texts:
        yield "texts", (), f"it holds no language: add {config.creditor.language}.toml"
    for language, texts in config.texts.items():
        if not _is_locale(texts.locale):
            wrong = f"{texts.locale!r}; expected a locale such as nl_NL"
            yield f"texts/{language}.toml", ("locale",), wrong


def _is_locale(text: str) -> bool:
    try:
        Locale.parse(text)
    except (UnknownLocaleError, ValueError):
        return False
    return True


def _portals(config: Config, root: Path) -> Iterator[Problem]:
    file = "portals.toml"
    for name, portal in config.portals.items():
        if not _is_web(portal.address):
            wrong = f"{portal.address!r}; expected an address such as https://erp.example/"
            yield file, (name, "address"), wrong
        if portal.writes not in _WRITES:
            yield file, (name, "writes"), f"{portal.writes!r}. {meant(portal.writes, _WRITES)}"
        for key in ("max_postings", "sessions"):
            if getattr(portal, key) < 0:
                yield file, (name, key), _below(getattr(portal, key))
        if portal.in_flight < 0:
            yield file, (name, "in_flight"), _below(portal.in_flight)
        for key in ("patience", "largest_download", "answer_within"):
            if getattr(portal, key) <= 0:
                wrong = f"{getattr(portal, key)}; expected more than zero"
                yield file, (name, key), wrong
        for host in portal.hosts:
            if not _HOST.fullmatch(host):
                wrong = f"{host!r}; expected a host such as cdn.acme.example or *.acme.example"
                yield file, (name, "hosts"), wrong
        yield from window_problems(name, portal)
        for key in ("certificate", "authority"):
            path = getattr(portal, key)
            if path and path != "vault" and not (root / path).is_file():
                yield file, (name, key), f"{path!r}; there is no such file in the workspace"
        if portal.authority and not portal.certificate:
            wrong = (
                "given without 'certificate', with which alone it counts; add that, or remove it"
            )
            yield file, (name, "authority"), wrong


def _accounts(config: Config, root: Path) -> Iterator[Problem]:
    file = "accounts.toml"
    if not config.accounts:
        yield file, (), "there is no account in it: add [[accounts]] with the iban and the ledger"
    for number, account in enumerate(config.accounts.values()):
        if not iban.is_valid(account.iban):
            wrong = f"{account.iban!r}, whose check digits are wrong; copy it from a statement"
            yield file, ("accounts", number, "iban"), wrong
        elif iban.compact(account.iban) != account.iban:
            wrong = f"{account.iban!r}; write it in capitals and without spaces"
            yield file, ("accounts", number, "iban"), wrong
        if not account.ledger:
            wrong = "empty; expected the number of the ledger account in the ERP"
            yield file, ("accounts", number, "ledger"), wrong


def _creditor(config: Config, root: Path) -> Iterator[Problem]:
    file, creditor = "creditor.toml", config.creditor
    if creditor.iban not in config.accounts:
        wrong = (
            f"{creditor.iban!r}, which is none of config/accounts.toml: debtors would be asked "
            "to pay to an account that no robot reads"
        )
        yield file, ("iban",), wrong
    if not mail_address(creditor.email):
        yield file, ("email",), _no_mail(creditor.email)
    if not _DOMAIN.fullmatch(creditor.mail_domain):
        wrong = f"{creditor.mail_domain!r}; expected a domain of yours such as example.com"
        yield file, ("mail_domain",), wrong
    if not is_country(creditor.country):
        yield file, ("country",), _no_country(creditor.country)
    if config.texts and creditor.language not in config.texts:
        known = ", ".join(config.texts)
        wrong = f"{creditor.language!r}, of which config/texts has no file; it has {known}"
        yield file, ("language",), wrong
    for name in re.findall(r"\{([^}]*)\}", creditor.payment_link):
        if name not in _IN_LINK:
            wrong = f"an address with {{{name}}}, which nothing fills in. {meant(name, _IN_LINK)}"
            yield file, ("payment_link",), wrong
    if has_own_page(creditor):
        own = config.texts.get(creditor.language)
        if own is not None and own.page is None:
            wrong = f"{creditor.payment_link!r}, and the page needs a [page] in config/texts/"
            yield file, ("payment_link",), f"{wrong}{creditor.language}.toml"


def _paying(config: Config, root: Path) -> Iterator[Problem]:
    for number, provider in enumerate(config.paying.providers):
        for name in re.findall(r"\{([^}]*)\}", provider.link):
            if name not in FILLED:
                wrong = f"an address with {{{name}}}, which nothing fills in. {meant(name, FILLED)}"
                yield "paying.toml", ("providers", number, "link"), wrong


def _mail(config: Config, root: Path) -> Iterator[Problem]:
    file, mail = "channels.toml", config.channels.mail
    if mail.security not in _SECURITY:
        yield file, ("mail", "security"), f"{mail.security!r}. {meant(mail.security, _SECURITY)}"
    if mail.security == "none" and mail.host not in _HERE:
        wrong = f"'none', but {mail.host} is not this machine; expected 'starttls' or 'tls'"
        yield file, ("mail", "security"), wrong
    if not 0 < mail.port < 65536:
        yield file, ("mail", "port"), f"{mail.port}; expected a port from 1 to 65535"
    if mail.timeout <= 0:
        yield file, ("mail", "timeout"), f"{mail.timeout}; expected seconds, more than 0"
    for key, address in (("sender", mail.sender), ("archive", mail.archive)):
        if address and not mail_address(address):
            yield file, ("mail", key), _no_mail(address)
    if bool(mail.user) != bool(mail.password):
        wrong = "half a sign-in: give both `user` and `password`, or neither"
        yield file, ("mail", "user" if mail.user else "password"), wrong


def _calls(config: Config, root: Path) -> Iterator[Problem]:
    twilio, language = config.channels.twilio, config.creditor.language
    if twilio and twilio.calls and language not in config.scripts:
        wrong = f"it holds no script in the creditor's language: add {language}.toml, or remove "
        yield "calls", (), f"{wrong}[twilio.calls] from config/channels.toml"
    for name, script in config.scripts.items():
        if not _is_locale(script.locale):
            wrong = f"{script.locale!r}; expected a locale such as nl_NL"
            yield f"calls/{name}.toml", ("locale",), wrong


def _inbox(config: Config, root: Path) -> Iterator[Problem]:
    yield from inbox_problems(config.channels.inbox, config.settings.retention, root)


def _credit(config: Config, root: Path) -> Iterator[Problem]:
    file, credit = "approvals.toml", config.credit
    if not credit.approvers:
        yield file, (), "nobody is asked: add [[approvers]] with a name and an email"
    for number, approver in enumerate(credit.approvers):
        if not mail_address(approver.email):
            yield file, ("approvers", number, "email"), _no_mail(approver.email)
    for key, least in (("overdue_days", 0), ("valid_hours", 1), ("remembered_days", 0)):
        value = getattr(credit, key)
        if value < least:
            yield file, (key,), f"{value}; expected {least} or more"


def _journeys(config: Config, root: Path) -> Iterator[Problem]:
    file, calendar = "journeys.toml", config.calendar
    if not is_country(calendar.country):
        yield file, ("calendar", "country"), _no_country(calendar.country)
    if not _is_zone(calendar.zone):
        wrong = f"{calendar.zone!r}; expected a time zone such as Europe/Amsterdam"
        yield file, ("calendar", "zone"), wrong
    for number, journey in enumerate(config.journeys):
        for nth, kind in enumerate(journey.kinds):
            if kind not in KINDS:
                yield file, ("journeys", number, "kinds", nth), f"{kind!r}. {meant(kind, KINDS)}"
    yield from journey_problems(config)


def _law(config: Config, root: Path) -> Iterator[Problem]:
    for path, wrong in law_problems(config.law):
        yield "law.toml", path, wrong


def _settings(config: Config, root: Path) -> Iterator[Problem]:
    file, settings, demo = "workspace.toml", config.settings, config.demo
    if not re.match(r"(sqlite|postgresql(\+psycopg)?)://", settings.store):
        wrong = "no address of a store; expected one such as sqlite:///output/clerkwork.db"
        yield file, ("store",), f"{wrong} or postgresql://clerk@db.example/clerkwork"
    elif re.match(r"postgresql[^/]*//[^/@]*:[^/@]*@|[^?]*\?(.*&)?(ssl)?password=", settings.store):
        wrong = "an address whose password stands in clear; leave it out, and keep it in the vault"
        yield file, ("store",), f"{wrong}: `clerkwork vault set clerkwork.store`"
    if not _is_web(settings.pages):
        wrong = f"{settings.pages!r}; expected an address such as http://127.0.0.1:8475"
        yield file, ("pages",), wrong
    for at, proxy in enumerate(settings.proxies):
        if not _is_network(proxy):
            wrong = f"{proxy!r}; expected an address or a network, '10.0.0.7' or '10.0.0.0/24'"
            yield file, ("proxies", at), wrong
    if settings.traces and not _is_web(settings.traces):
        wrong = "expected an address such as http://127.0.0.1:4318/v1/traces"
        yield file, ("traces",), f"{settings.traces!r}; {wrong}"
    if settings.log not in STYLES:
        yield file, ("log",), f"{settings.log!r}. {meant(settings.log, STYLES)}"
    ports = {field.name: getattr(demo, field.name) for field in fields(demo)} if demo else {}
    taken: set[int] = set()
    for name, port in ports.items():
        if not 0 < port < 65536:
            yield file, ("demo", name), f"{port}; expected a port from 1 to 65535"
        if port in taken:
            yield file, ("demo", name), f"{port}, as another of the demo's ports; each has its own"
        taken.add(port)


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def _vault(config: Config, root: Path) -> Iterator[Problem]:
    yield from vault_problems(config.vault, root)


def _alerts(config: Config, root: Path) -> Iterator[Problem]:
    yield from alert_problems(config.alerts, root)
    yield from evidence_problems(config.settings.evidence, root)


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _below(value: float) -> str:
    return f"{value}; expected 0 or more"


def _no_mail(address: str) -> str:
    return f"{address!r}; expected a mail address such as clerk@example.com"


def _no_country(code: str) -> str:
    return f"{code!r}; expected a country's two letters such as NL"
