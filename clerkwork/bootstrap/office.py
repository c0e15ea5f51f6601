"""A workspace with everything it works with: adapters meet ports."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from threading import Event
from typing import Any
from zoneinfo import ZoneInfo

from loguru import logger

from clerkwork.adapters.clock import DemoClock, SystemClock
from clerkwork.adapters.dossier import ClaimFiles, DossierFolder
from clerkwork.adapters.evidence import FileEvidence
from clerkwork.adapters.keeping import KeptFiles
from clerkwork.adapters.letters import QuestionWriter, ReminderWriter
from clerkwork.adapters.locks import at_work_in
from clerkwork.adapters.log import Redactor, set_up_log
from clerkwork.adapters.sessions import SealedSessions
from clerkwork.adapters.statements.columns import POLDER_BANK
from clerkwork.adapters.statements.reading import read_statements
from clerkwork.adapters.store import Gate, Store, open_store
from clerkwork.adapters.store.copying import copy_store, exists
from clerkwork.app.blot import blot
from clerkwork.app.decided import Decisions, marked
from clerkwork.app.experiment import Laboratory, Told, experiment_lines
from clerkwork.app.office import Office
from clerkwork.app.report import build_report
from clerkwork.bootstrap.beside import beside
from clerkwork.bootstrap.holding import holding_of, login_of, mark, operator
from clerkwork.bootstrap.law import law_for
from clerkwork.bootstrap.opening import Want, address_to_open
from clerkwork.bootstrap.paying import token_for
from clerkwork.bootstrap.proving import copies_of, evidence_of
from clerkwork.bootstrap.replying import inbox_of, read_reply, reply_rules
from clerkwork.bootstrap.secrets import made_key, vault_of
from clerkwork.bootstrap.stores import store_password
from clerkwork.bootstrap.versions import kept_versions
from clerkwork.bootstrap.ways import ways_of
from clerkwork.core.approvals import Approval, sign_token
from clerkwork.core.pictures import PictureRules
from clerkwork.errors import ClerkworkError, ConfigError, ProgramMissing
from clerkwork.ports import Browser, Clock, Holding, Vault
from clerkwork.workspace import Workspace, open_workspace

__all__ = ["clock_of", "link_key", "open_office", "pictures_of", "start_log"]

_LINK_KEY = "clerkwork.links"
_SESSION_KEY = "clerkwork.sessions"
_LARGEST_LOG = 5_000_000
"""Bytes from which on a log is put aside and another begun."""


@contextmanager
def open_office(
    where: Path | Workspace | None,
    *,
    dry: bool = False,
    level: str = "WARNING",
    patience: float = 0.0,
    want: Want = "make",
) -> Iterator[tuple[Workspace, Office]]:
    """A workspace with everything it works with; closed at the end of the block.

    A dry run gets a copy of the store, which is thrown away; what it holds is held in the store
    itself. What another run holds is waited for so many seconds of `patience`; at a person's
    desk not at all. `want` says what is done where there is no store.
    """
    place = where if isinstance(where, Workspace) else open_workspace(where)
    clock = clock_of(place)
    with ExitStack() as stack:
        redact = start_log(place, clock, level)
        stack.enter_context(_faults_logged(redact))
        vault = vault_of(place, redact.hide)
        url = address_to_open(place, want)
        password = store_password(url, vault)
        held: dict[str, int] = {}
        if dry:
            if want == "make" and not exists(url):
                open_store(url, clock, password).close()
            copies = stack.enter_context(tempfile.TemporaryDirectory(prefix="clerkwork-dry-"))
            copy = copy_store(url, Path(copies), password)
            gate = Gate(shut=False)
            store = stack.enter_context(closing(open_store(copy, clock, gate=gate)))
            # A portal's login is one, also for a rehearsal: it is held in the store itself.
            own = open_store(url, clock, password) if exists(url) else store
            holding = holding_of(stack.enter_context(closing(own)), held, patience)
        else:
            store = stack.enter_context(closing(open_store(url, clock, password, Gate(held))))
            holding = holding_of(store, held, patience)
        browser = _browser(place, clock, holding, stack, reports=not dry)
        heads = None if dry else copies_of(place, vault, clock, stack.callback)
        decided = Decisions(
            history=store.history,
            approvals=store.approvals,
            lessons=store.lessons,
            stops=store.stops,
            errands=store.errands,
        )
        told = None if dry else partial(marked, decided)
        evidence = evidence_of(place, clock, lambda text: redact(text), heads, told)
        ways = ways_of(place, vault, store, clock, browser)
        secret = cache(partial(link_key, place, vault))
        stack.callback(ways.close)

        def link(approval: Approval) -> str:
            token = sign_token(approval, link_key(place, vault))
            return f"{place.config.settings.pages.rstrip('/')}/approve/{token}"

        def report(run: str) -> None:
            _report(place, store, evidence, clock, run)

        yield (
            place,
            Office(
                books=store.books,
                queue=store.queue,
                outbox=store.outbox,
                approvals=store.approvals,
                runs=store.runs,
                stops=store.stops,
                lessons=store.lessons,
                declarations=store.declarations,
                promises=store.promises,
                paid_items=store.paid_items,
                pay_links=store.pay_links,
                balances=store.balances,
                handovers=store.handovers,
                history=store.history,
                documents=ClaimFiles(
                    folder=place.root / place.config.collection.documents,
                    letters=place.output / "letters",
                    plan=place.config.collection,
                ),
                dossiers=DossierFolder(
                    folder=place.output / "dossiers",
                    print_pdf=lambda html, to: browser().print_pdf(html, to),
                    zone=ZoneInfo(place.config.calendar.zone),
                    language=place.config.creditor.language,
                ),
                creditor=place.config.creditor.name,
                events=store.events,
                trials=store.trials,
                replies=store.replies,
                errands=store.errands,
                slots=store.slots,
                workers=store.workers,
                evidence=evidence,
                browser=browser,
                vault=vault,
                sessions=SealedSessions(
                    place.output / "sessions",
                    lambda: made_key(place, vault, _SESSION_KEY),
                    redact.hide,
                ),
                read_file=lambda name: _content(place, name),
                clock=clock,
                read_statements=partial(
                    read_statements, columns=(*place.config.tables.values(), POLDER_BANK)
                ),
                inbox=inbox_of(place, vault),
                read_reply=read_reply,
                reply_rules=reply_rules(place),
                channels=ways.channels,
                archives=ways.archives,
                at_work=lambda: at_work_in(place.output, f"a run in {place.root}"),
                holding=holding,
                login=login_of(place, vault, holding, url, patience),
                pause=time.sleep,
                write_reminder=ReminderWriter(
                    creditor=place.config.creditor,
                    texts=place.config.texts,
                    token=token_for(place, vault, store.pay_links),
                    secret=secret,
                ),
                write_approval=QuestionWriter(
                    creditor=place.config.creditor,
                    calendar=place.config.calendar,
                    link=link,
                    secret=secret,
                ),
                report=(lambda run: None) if dry else report,
                portals=place.config.portals,
                accounts=place.config.accounts,
                matching=place.config.matching,
                journeys=place.config.journeys,
                paydays=place.config.paydays,
                segments=place.config.segments.segments,
                experiments=place.config.experiments.experiments,
                tones=place.config.tones,
                law=law_for(place.config.law, place.config.calendar.zone),
                print_house=ways.print_house,
                printed=ways.printed,
                credit=place.config.credit,
                calendar=place.config.calendar,
                redact=redact,
                versions=partial(
                    kept_versions, place.root, KeptFiles(place.output / "versions", redact)
                ),
                operator=operator(),
                **_traced(place, stack),
            ),
        )


@contextmanager
def _faults_logged(redact: Redactor) -> Iterator[None]:
    """What nobody foresaw goes whole into the log file; people get one line of it, no secret."""
    try:
        yield
    except ClerkworkError as error:
        blot(error, redact)
        raise
    except Exception as error:
        blot(error, redact)
        logger.opt(exception=error).debug("unforeseen: {}", type(error).__name__)
        raise


def _traced(place: Workspace, stack: ExitStack) -> dict[str, Any]:
    """The office's `span`, where traces are wanted; raises `SetupError` if they cannot be had."""
    address = place.config.settings.traces
    if not address:
        return {}
    from clerkwork.adapters.traces import open_traces

    traces = open_traces(address)
    stack.callback(traces.close)
    return {"span": traces.span}


def start_log(place: Workspace, clock: Clock, level: str) -> Redactor:
    """The log of this process, as config/workspace.toml has it; what blots secrets out."""
    settings = place.config.settings
    # The one that is written and those that were put aside take no more room than declared.
    room = settings.retention.log_mb * 1_000_000
    largest = min(_LARGEST_LOG, room // 2)
    kept = room // largest - 1
    folder = place.output / "log"
    return set_up_log(folder, clock, level, style=settings.log, largest=largest, kept=kept)


def clock_of(place: Workspace) -> Clock:
    shared = place.demo_folder / "clock.json"
    zone = ZoneInfo(place.config.calendar.zone)
    if place.config.demo and shared.exists():
        return DemoClock(shared, zone)
    return SystemClock(zone)


def link_key(place: Workspace, vault: Vault) -> bytes:
    """What signs approval links and seals Message-IDs; made when it is first asked for."""
    return made_key(place, vault, _LINK_KEY)


def _content(place: Workspace, name: str) -> bytes:
    try:
        return (place.root / name).read_bytes()
    except OSError as error:
        raise ConfigError(
            f"config/portals.toml: {name} cannot be read: {error.strerror}. Put the file there, "
            "or correct the path"
        ) from error


def pictures_of(place: Workspace) -> PictureRules:
    """What no picture shows: the creditor's own accounts and address are nobody's secret."""
    rules, creditor = place.config.settings.pictures, place.config.creditor
    own = (*place.config.accounts, creditor.iban, creditor.email)
    return replace(rules, shown=(*rules.shown, *own))


def _browser(
    place: Workspace, clock: Clock, holding: Holding, stack: ExitStack, *, reports: bool
) -> Callable[[], Browser]:
    @cache
    def start() -> Browser:
        if reports:
            # A browser takes a while to start, and little of this process meanwhile.
            stack.enter_context(beside(partial(_ready_to_report, place)))
        from clerkwork.adapters.browser import (
            find_browser,
            missing_browser_message,
            open_browser,
        )

        executable = find_browser()
        if executable is None:
            raise ProgramMissing(missing_browser_message())
        browser = open_browser(
            selectors=place.selectors,
            clock=clock,
            downloads=place.output / "downloads",
            executable=executable,
            memory=place.output / "selectors",
            pictures=pictures_of(place),
            authorities=[
                place.root / portal.authority
                for portal in place.config.portals.values()
                if portal.authority
            ],
            mark=mark(),
            sure=holding.sure,
        )
        stack.callback(browser.close)
        return browser

    return start


def _ready_to_report(place: Workspace, _: Event) -> None:
    from clerkwork.adapters.report.ahead import make_ready

    try:
        make_ready(workbook=place.config.settings.workbook)
    except Exception as error:
        # It is met again by the report itself, which tells it to whoever runs the task.
        logger.debug("the report could not be made ready: {}", error)


def _report(place: Workspace, store: Store, evidence: FileEvidence, clock: Clock, run: str) -> None:
    from clerkwork.adapters.report.html import write_report
    from clerkwork.adapters.report.workbook import write_workbook

    told = Told(
        books=store.books, paid_items=store.paid_items, accounts=tuple(place.config.accounts)
    )
    declared = place.config.experiments.experiments
    report = build_report(
        books=store.books,
        queue=store.queue,
        outbox=store.outbox,
        approvals=store.approvals,
        runs=store.runs,
        evidence=evidence,
        accounts=place.config.accounts,
        run=run,
        clock=clock,
        creditor=place.config.creditor.name,
        zone=place.config.calendar.zone,
        experiments=experiment_lines(Laboratory(declared, store.trials, told, place.config.tones)),
    )
    write_report(report, place.reports, place.evidence)
    if place.config.settings.workbook and report.figures:
        write_workbook(report, place.reports)
