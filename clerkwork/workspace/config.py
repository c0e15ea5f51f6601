"""What the back office sets, one dataclass a file of `config/`."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from clerkwork.adapters.channels import AlertPlan, MailServer, PrintPlan, Twilio
from clerkwork.adapters.dossier.plan import CollectionPlan
from clerkwork.adapters.evidence.plan import EvidencePlan
from clerkwork.adapters.inbox.plan import InboxPlan
from clerkwork.adapters.letters.spoken import Script
from clerkwork.adapters.letters.texts import Texts
from clerkwork.adapters.statements.columns import Columns
from clerkwork.adapters.vault.plan import VaultPlan
from clerkwork.core.calendar import Calendar
from clerkwork.core.credit import CreditPolicy
from clerkwork.core.creditor import Creditor
from clerkwork.core.effort import ContactCosts
from clerkwork.core.errands import Endurance
from clerkwork.core.experiments import Experiments
from clerkwork.core.journeys import Journey, Journeys, Payday
from clerkwork.core.law.declared import LawSettings
from clerkwork.core.ledger import OwnAccount
from clerkwork.core.matching.rules import MatchingRules
from clerkwork.core.paying import Paying
from clerkwork.core.pictures import PictureRules
from clerkwork.core.portals import PortalSettings
from clerkwork.core.retention import Retention
from clerkwork.core.schedules.settings import Schedules
from clerkwork.core.segments import Segments
from clerkwork.errors import ConfigError
from clerkwork.workspace.checks import check_config
from clerkwork.workspace.plugins import Plugged, read_plugins
from clerkwork.workspace.starter import carried
from clerkwork.workspace.toml import prepare, read_table

__all__ = [
    "Channels",
    "Config",
    "Demo",
    "Settings",
    "prepare_config",
    "read_config",
    "with_journeys",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """Ports on loopback of the demo's world; a workspace without this table plays no demo."""

    kantoor: int
    polder: int
    control: int
    mail: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`config/workspace.toml`."""

    store: str = "sqlite:///output/clerkwork.db"
    """SQLAlchemy URL; a relative path is one of the workspace."""
    pages: str = "http://127.0.0.1:8475"
    """Address under which approvers reach the pages that `clerkwork serve` serves."""
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    """Addresses or networks of the reverse proxies before the pages: what they say of whom they ask
    for (`X-Forwarded-For`) is believed, and nobody else's word."""
    workbook: bool = True
    """Whether a run's report comes with an Excel workbook, which takes some seconds."""
    log: str = "text"
    """'text', or 'json' for one object a line."""
    traces: str = ""
    """OTLP/HTTP address of an OpenTelemetry collector; empty for no traces."""
    read_pictures: bool = True
    """Whether the engine reads the pictures of runs that ended, for `clerkwork audit search`."""
    engine: Endurance = field(default_factory=Endurance)
    retention: Retention = field(default_factory=Retention)
    evidence: EvidencePlan | None = None
    pictures: PictureRules = field(default_factory=PictureRules)
    demo: Demo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """`config/channels.toml`."""

    mail: MailServer
    inbox: InboxPlan | None = None
    """The mailbox that debtors answer to; None if no replies are read."""
    archive_folder: str = ""
    """Maildir that receives the envelope copies, asked after a crash; empty if there is none."""
    archive_patience: float = 600.0
    """Seconds that a copy may take to arrive there, counted from when its message was claimed: only
    then does 'not there' mean 'not sent'. A server that puts mail off tries again after minutes."""
    people_call: bool = False
    """Whether people make the calls of journeys, each as a work item."""
    twilio: Twilio | None = None
    """Texts, WhatsApp and calls that the computer makes; without it there are none."""
    print_house: PrintPlan | None = None
    plugins: Mapping[str, Any] = field(default_factory=dict)
    """Settings of channels of other packages, by the names that they have there."""

    def __post_init__(self) -> None:
        if self.people_call and self.twilio and self.twilio.calls:
            raise ValueError(
                "people call, or the computer does: set people_call = false, or remove "
                "[twilio.calls]"
            )

    @property
    def own(self) -> frozenset[str]:
        """Ways to reach debtors that our own channels are, by name."""
        found = {"mail", "letter"}
        if self.people_call or (self.twilio and self.twilio.calls):
            found.add("call")
        if self.twilio and self.twilio.sms:
            found.add("sms")
        if self.twilio and self.twilio.whatsapp:
            found.add("whatsapp")
        return frozenset(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Accounts:
    accounts: tuple[OwnAccount, ...]

    def __post_init__(self) -> None:
        ibans = [account.iban for account in self.accounts]
        twice = next((iban for iban in ibans if ibans.count(iban) > 1), "")
        if twice:
            raise ValueError(f"account {twice} stands there twice; remove one of them")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All of `config/`, checked."""

    settings: Settings
    creditor: Creditor
    channels: Channels
    plugged: tuple[Plugged, ...]
    """Channels of other packages."""
    accounts: Mapping[str, OwnAccount]
    portals: Mapping[str, PortalSettings]
    matching: MatchingRules
    journeys: tuple[Journey, ...]
    paydays: Mapping[str, Payday]
    segments: Segments
    experiments: Experiments
    calendar: Calendar
    law: LawSettings
    paying: Paying
    credit: CreditPolicy
    texts: Mapping[str, Texts]
    scripts: Mapping[str, Script]
    """What the computer says in calls, by language."""
    tables: Mapping[str, Columns]
    """How banks lay out their CSV and Excel statements, by the name of the bank."""
    vault: VaultPlan
    schedules: Schedules
    alerts: AlertPlan
    costs: ContactCosts
    collection: CollectionPlan

    @property
    def ways(self) -> frozenset[str]:
        """Ways to reach debtors that there are, by name."""
        return self.channels.own | {one.way for one in self.plugged}

    @property
    def printed(self) -> bool:
        """Whether letters only count once they were posted. The demo's office posts each at once,
        where no print house does; what another package sends, that package answers for."""
        by_package = any(one.way == "letter" for one in self.plugged)
        return not by_package and (self.demo is None or self.channels.print_house is not None)

    @property
    def demo(self) -> Demo | None:
        return self.settings.demo

    @property
    def tones(self) -> frozenset[str]:
        """Those that the texts have in every language."""
        known = [frozenset(text.tones) for text in self.texts.values()]
        return frozenset.intersection(*known) if known else frozenset()


_SHAPES = (
    *(_Accounts, AlertPlan, Channels, CollectionPlan, ContactCosts, Creditor, CreditPolicy),
    *(Experiments, Journeys, LawSettings),
    *(MatchingRules, Paying, Schedules, Script, Segments, Settings, Texts, VaultPlan),
    *(dict[str, Columns], dict[str, PortalSettings]),
)


def prepare_config() -> None:
    """Make the shapes of all settings ready, and the texts as most workspaces keep them.

    It takes a third of a second, two thirds of what reading a workspace's settings takes without.
    """
    prepare(*_SHAPES)
    # In a checkout these are its own; what is wrong there is told to who reads them to use them.
    with suppress(ConfigError):
        for file in sorted(carried("texts").glob("*.toml")):
            read_table(file, f"config/texts/{file.name}", Texts)


def read_config(root: Path) -> Config:
    """Everything in a workspace's `config/`; raises `ConfigError` with file, line and key."""

    def read(name: str, shape: Any) -> Any:
        return read_table(root / "config" / name, f"config/{name}", shape)

    accounts = read("accounts.toml", _Accounts).accounts
    channels = read("channels.toml", Channels)
    walks = read("journeys.toml", Journeys)
    config = Config(
        settings=read("workspace.toml", Settings),
        creditor=read("creditor.toml", Creditor),
        channels=channels,
        plugged=read_plugins(root, channels.plugins, channels.own),
        accounts={account.iban: account for account in accounts},
        portals=read("portals.toml", dict[str, PortalSettings]),
        matching=read("matching.toml", MatchingRules),
        journeys=walks.journeys,
        paydays=walks.paydays,
        segments=read("segments.toml", Segments)
        if (root / "config" / "segments.toml").exists()
        else Segments(),
        experiments=read("experiments.toml", Experiments)
        if (root / "config" / "experiments.toml").exists()
        else Experiments(),
        calendar=walks.calendar,
        law=read("law.toml", LawSettings)
        if (root / "config" / "law.toml").exists()
        else LawSettings(),
        paying=read("paying.toml", Paying)
        if (root / "config" / "paying.toml").exists()
        else Paying(),
        credit=read("approvals.toml", CreditPolicy),
        texts={
            file.stem: read(f"texts/{file.name}", Texts)
            for file in sorted((root / "config" / "texts").glob("*.toml"))
        },
        scripts={
            file.stem: read(f"calls/{file.name}", Script)
            for file in sorted((root / "config" / "calls").glob("*.toml"))
        },
        # A workspace made before there were such files does not have them.
        tables=read("statements.toml", dict[str, Columns])
        if (root / "config" / "statements.toml").exists()
        else {},
        vault=read("vault.toml", VaultPlan)
        if (root / "config" / "vault.toml").exists()
        else VaultPlan(),
        schedules=read("schedules.toml", Schedules)
        if (root / "config" / "schedules.toml").exists()
        else Schedules(),
        alerts=read("alerts.toml", AlertPlan)
        if (root / "config" / "alerts.toml").exists()
        else AlertPlan(),
        costs=read("reports.toml", ContactCosts)
        if (root / "config" / "reports.toml").exists()
        else ContactCosts(),
        collection=read("collection.toml", CollectionPlan)
        if (root / "config" / "collection.toml").exists()
        else CollectionPlan(),
    )
    check_config(config, root)
    return config


def with_journeys(config: Config, file: Path, root: Path) -> Config:
    """The same settings with the journeys, paydays and calendar of another file, to try them.

    What the file says is checked as if it were `config/journeys.toml`; raises `ConfigError`.
    """
    walks: Journeys = read_table(file, str(file), Journeys)
    tried = replace(config, journeys=walks.journeys, paydays=walks.paydays, calendar=walks.calendar)
    check_config(tried, root, file)
    return tried
