"""All that is looked at to tell how things stand: store, evidence and the ways to tell people."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from loguru import logger

from clerkwork.adapters.channels import AlertMail, MailChannel, SignedWebhook, TeamsWorkflow
from clerkwork.adapters.holding import this_machine
from clerkwork.adapters.http import ask
from clerkwork.adapters.store import Store
from clerkwork.app.alert import Lookout, tell_store_gone, watch
from clerkwork.app.office import Office
from clerkwork.app.slots import waiting_slots
from clerkwork.bootstrap.beside import beside
from clerkwork.bootstrap.office import clock_of, start_log
from clerkwork.bootstrap.opening import Want
from clerkwork.bootstrap.proving import copies_of, evidence_of
from clerkwork.bootstrap.pulse import lives
from clerkwork.bootstrap.secrets import vault_of
from clerkwork.bootstrap.slots import timetable
from clerkwork.bootstrap.stores import store_of
from clerkwork.core.complaint import Complaint
from clerkwork.errors import ClerkworkError
from clerkwork.ports import Clock, Teller, Vault
from clerkwork.workspace import Workspace, open_workspace

__all__ = ["lookout_beside", "lookout_of", "open_lookout", "tell_that_store_is_gone", "watching"]

EVERY = 30.0
"""Seconds between two looks for trouble."""


@contextmanager
def open_lookout(
    where: Path | Workspace | None, *, level: str = "WARNING", want: Want = "look"
) -> Iterator[tuple[Workspace, Lookout]]:
    """The lookout of a workspace, with a store of its own; closed at the end of the block."""
    place = where if isinstance(where, Workspace) else open_workspace(where)
    clock = clock_of(place)
    redact = start_log(place, clock, level)
    with ExitStack() as stack:
        vault = vault_of(place, redact.hide)
        store = store_of(place, clock, vault, want)
        stack.callback(store.close)
        yield place, lookout_of(place, store, clock, vault, redact, stack.callback)


@contextmanager
def watching(place: Workspace, office: Office, me: str, every: float = EVERY) -> Iterator[None]:
    """A thread that looks for trouble inside the block; `me` is who looks, for people.

    Beside whatever keeps time: a mail server that hangs makes no slot late. A look that fails is
    logged, and the next one sees what it would have seen.
    """
    with beside(lambda ending: _watch(place, office, me, every, ending)):
        yield


def _watch(
    place: Workspace, office: Office, me: str, every: float, ending: threading.Event
) -> None:
    complaint = Complaint()
    with lookout_beside(place, office, me) as lookout:
        while not ending.wait(every):
            try:
                watch(lookout)
            except ClerkworkError as error:
                if said := complaint.failed(str(error), time.monotonic()):
                    logger.error("the look for trouble failed: {}", said)
            else:
                if said := complaint.over(time.monotonic()):
                    logger.info("the look for trouble: {}", said)


@contextmanager
def lookout_beside(place: Workspace, office: Office, me: str = "") -> Iterator[Lookout]:
    """The lookout of an office that is open, with a store of its own, for another thread."""
    with ExitStack() as stack:
        store = store_of(place, office.clock, office.vault)
        stack.callback(store.close)
        yield lookout_of(
            place, store, office.clock, office.vault, office.redact, stack.callback, me
        )


def lookout_of(
    place: Workspace,
    store: Store,
    clock: Clock,
    vault: Vault,
    redact: Callable[[str], str],
    at_end: Callable[[Callable[[], None]], object],
    me: str = "",
) -> Lookout:
    """The lookout over an open store; `at_end` is given what is to be closed, `me` who looks."""
    evidence = evidence_of(place, clock, redact)
    table = timetable(place)
    return Lookout(
        alerts=store.alerts,
        runs=store.runs,
        errands=store.errands,
        slots=store.slots,
        workers=store.workers,
        leases=store.leases,
        stops=store.stops,
        census=store.census,
        evidence=evidence,
        picture=evidence.last_picture,
        copies=copies_of(place, vault, clock, at_end).copy,
        clock=clock,
        rules=place.config.alerts,
        tasks=tuple(place.tasks),
        tellers=tuple(_tellers(place, vault, clock, at_end)),
        waiting_slots=lambda: waiting_slots(table, store.slots, clock.now()),
        redact=redact,
        host=this_machine(),
        me=me or f"a look for trouble on {this_machine()}",
        dead_after=place.config.settings.engine.dead_after,
        lives=lives,
    )


def tell_that_store_is_gone(place: Workspace, office: Office, who: str, why: str) -> None:
    """Tell people by every way at once, without the store; takes as long as these need."""
    with ExitStack() as stack:
        tellers = [*_tellers(place, office.vault, office.clock, stack.callback)]
        tell_store_gone(tellers, who, office.redact(why), office.clock.now())


def _tellers(
    place: Workspace,
    vault: Vault,
    clock: Clock,
    at_end: Callable[[Callable[[], None]], object],
) -> Iterator[Teller]:
    plan = place.config.alerts
    if plan.mail:
        channel = MailChannel(place.config.channels.mail, vault, clock.now)
        at_end(channel.close)
        yield AlertMail(to=plan.mail.to, channel=channel, domain=place.config.creditor.mail_domain)
    if plan.teams:
        teams = plan.teams
        yield TeamsWorkflow(webhook=teams.webhook, vault=vault, ask=ask, timeout=teams.timeout)
    for hook in plan.webhooks:
        yield SignedWebhook(
            name=hook.name,
            address=hook.address,
            key=hook.key,
            vault=vault,
            ask=ask,
            now=clock.now,
            authority=str(place.root / hook.authority) if hook.authority else "",
            timeout=hook.timeout,
        )
