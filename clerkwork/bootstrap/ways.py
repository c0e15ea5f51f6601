"""The ways to reach debtors that a workspace sets up, and where each can be asked after."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from clerkwork.adapters.channels import (
    Account,
    CallList,
    ComputerCalls,
    FolderPrintHouse,
    LetterChannel,
    MailChannel,
    MaildirArchive,
    Sent,
    SftpCarrier,
    ShortMessages,
)
from clerkwork.adapters.store import Store
from clerkwork.bootstrap.paying import declining_for
from clerkwork.ports import (
    Archive,
    Browser,
    Channel,
    ChannelTools,
    Clock,
    PrintHouse,
    Vault,
)
from clerkwork.workspace import Workspace

__all__ = ["Ways", "account_of", "ways_of"]

_AT_HOME = 2.0
"""Seconds that a copy may take to the demo's archive: its mail server is on this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """By name of the channel."""

    channels: Mapping[str, Channel]
    archives: Mapping[str, Archive]
    printed: frozenset[str]
    """Those that only print."""
    print_house: PrintHouse | None
    """Who prints the letters, where somebody does."""
    close: Callable[[], None]


def ways_of(
    place: Workspace, vault: Vault, store: Store, clock: Clock, browser: Callable[[], Browser]
) -> Ways:
    """Every channel of `config/channels.toml`; nothing is opened before it is used."""
    settings = place.config.channels
    declined_at = declining_for(place, vault, store.pay_links)
    mail = MailChannel(settings.mail, vault, clock.now, declined_at)
    letters = LetterChannel(
        lambda html, to: browser().print_pdf(html, to), place.output / "letters"
    )
    channels: dict[str, Channel] = {mail.name: mail, letters.name: letters}
    archives: dict[str, Archive] = {letters.name: letters}
    if settings.archive_folder:
        patience = settings.archive_patience
        archives["mail"] = MaildirArchive(
            place.root / settings.archive_folder,
            patience=min(patience, _AT_HOME) if place.config.demo else patience,
        )
    if settings.people_call:
        calls = CallList(store.queue, clock)
        channels["call"] = archives["call"] = calls
    account = account_of(place, vault)
    if account is not None and account.plan.calls:
        computer = ComputerCalls(account=account, sent=_sent(store))
        channels["call"] = archives["call"] = computer
    for name in ("sms", "whatsapp"):
        if account is not None and name in settings.own:
            short = ShortMessages(name=name, account=account, sent=_sent(store))
            channels[name] = archives[name] = short
    tools = ChannelTools(vault=vault, now=clock.now, named=store.outbox.named)
    for one in place.config.plugged:
        opened = one.plugin.open(one.settings, tools)
        channels[one.way] = opened
        if isinstance(opened, Archive):
            archives[one.way] = opened
    return Ways(
        channels=channels,
        archives=archives,
        printed=frozenset({letters.name} if place.config.printed else ()),
        print_house=_print_house(place, vault, clock, letters),
        close=mail.close,
    )


def account_of(place: Workspace, vault: Vault) -> Account | None:
    """The account of the telephone, where there is one."""
    plan = place.config.channels.twilio
    return Account(plan=plan, vault=vault, pause=time.sleep) if plan else None


def _print_house(
    place: Workspace, vault: Vault, clock: Clock, letters: LetterChannel
) -> PrintHouse | None:
    plan = place.config.channels.print_house
    if plan is None:
        return None
    return FolderPrintHouse(
        plan=plan,
        letters=place.output / "letters",
        print=letters.send,
        folder=place.root / plan.folder,
        today=clock.today,
        carry=SftpCarrier(server=plan.sftp, vault=vault) if plan.sftp else None,
    )


def _sent(store: Store) -> Sent:
    return Sent(
        named=store.outbox.named,
        heard=lambda key: bool(store.events.all(key)),
        proofs=lambda debtor: {one.proof for one in store.outbox.histories(debtor).get(debtor, ())},
    )
