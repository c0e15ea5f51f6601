"""The one place where adapters meet ports."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from loguru import logger

from clerkwork.adapters.channels import LetterChannel, MailChannel, MaildirArchive
from clerkwork.adapters.clock import DemoClock, SystemClock
from clerkwork.adapters.doctor import Finding
from clerkwork.adapters.doctor import examine as examine_machine
from clerkwork.adapters.evidence import FileEvidence, open_evidence
from clerkwork.adapters.letters import QuestionWriter, ReminderWriter
from clerkwork.adapters.locks import credential_lock, machine_folder, run_lock
from clerkwork.adapters.log import set_up_log
from clerkwork.adapters.schedule import next_slot
from clerkwork.adapters.statements.reading import read_statements
from clerkwork.adapters.store import Store, open_store
from clerkwork.adapters.store.copying import copy_store
from clerkwork.adapters.vault import (
    EncryptedFile,
    Environment,
    SystemKeyring,
    default_key_file,
    open_vault,
)
from clerkwork.app.audit import verify_run
from clerkwork.app.office import Office
from clerkwork.app.report import build_report
from clerkwork.app.review import find
from clerkwork.app.task import Task
from clerkwork.core.approvals import Approval, sign_token
from clerkwork.core.evidence import Verdict
from clerkwork.core.figures import Figure
from clerkwork.core.queue import WorkItem
from clerkwork.errors import (
    BusinessError,
    ClerkworkError,
    ConfigError,
    EvidenceError,
    ProgramMissing,
    SecretMissing,
)
from clerkwork.ports import Archive, Browser, Clock, Vault
from clerkwork.workspace import Workspace, open_workspace
from clerkwork.workspace.toml import meant
from clerkwork.workspace.uses import asked_secrets

if TYPE_CHECKING:
    from clerkwork.demo.start import Places

__all__ = [
    "WRITES",
    "asked",
    "check_demo",
    "demo_places",
    "examine",
    "forget_demo",
    "found_item",
    "next_due",
    "open_office",
    "open_workspace",
    "secret_names",
    "serve",
    "serving",
    "set_secret",
    "shown_figures",
    "verified",
    "wait_for_answers",
    "was_played",
]

WRITES = (
    Figure.KEYED,
    Figure.MAILS_SENT,
    Figure.LETTERS_SENT,
    Figure.APPROVALS_ASKED,
    Figure.QUESTIONS_ASKED,
    Figure.ORDERS_RELEASED,
    Figure.ORDERS_HELD,
)
"""Figures of what reaches a portal or a person; all zero when there is nothing new."""

_LINK_KEY = "clerkwork.links"
_ANSWERS_WITHIN = 30.0
"""Seconds the demo waits for its approver."""


@contextmanager
def open_office(
    where: Path | Workspace | None, *, dry: bool = False, level: str = "WARNING"
) -> Iterator[tuple[Workspace, Office]]:
    """A workspace with everything it works with; closed at the end of the block.

    A dry run gets a copy of the store, which is thrown away.
    """
    place = where if isinstance(where, Workspace) else open_workspace(where)
    clock = _clock(place)
    with ExitStack() as stack:
        redact = set_up_log(place.output / "log", clock, level)
        stack.enter_context(_faults_logged())
        vault = open_vault(_sources(place), redact.hide)
        url = _store_url(place)
        if dry:
            copies = stack.enter_context(tempfile.TemporaryDirectory(prefix="clerkwork-dry-"))
            url = copy_store(url, Path(copies))
        store = open_store(url, clock)
        stack.callback(store.close)
        browser = _browser(place, clock, stack)
        evidence = open_evidence(
            place.evidence, _keys() / "evidence", clock, lambda text: redact(text)
        )
        mail = MailChannel(place.config.channels.mail, vault, clock.now)
        stack.callback(mail.close)
        letters = LetterChannel(
            lambda html, to: browser().print_pdf(html, to), place.output / "letters"
        )

        def link(approval: Approval) -> str:
            token = sign_token(approval, _link_key(place, vault))
            return f"{place.config.settings.pages.rstrip('/')}/approve/{token}"

        def lock(what: str) -> AbstractContextManager[object]:
            return _lock(place, vault, what)

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
                evidence=evidence,
                browser=browser,
                vault=vault,
                clock=clock,
                read_statements=read_statements,
                channels={mail.name: mail, letters.name: letters},
                archives=_archives(place, letters),
                lock=lock,
                pause=time.sleep,
                write_reminder=ReminderWriter(
                    creditor=place.config.creditor, texts=place.config.texts
                ),
                write_approval=QuestionWriter(
                    creditor=place.config.creditor, calendar=place.config.calendar, link=link
                ),
                report=(lambda run: None) if dry else report,
                portals=place.config.portals,
                accounts=place.config.accounts,
                matching=place.config.matching,
                journeys=place.config.journeys,
                credit=place.config.credit,
                calendar=place.config.calendar,
            ),
        )


@contextmanager
def _faults_logged() -> Iterator[None]:
    """What nobody foresaw goes whole into the log file; people get one line of it."""
    try:
        yield
    except ClerkworkError:
        raise
    except Exception as error:
        logger.opt(exception=error).debug("unforeseen: {}", type(error).__name__)
        raise


def _clock(place: Workspace) -> Clock:
    shared = place.demo_folder / "clock.json"
    zone = ZoneInfo(place.config.calendar.zone)
    if place.config.demo and shared.exists():
        return DemoClock(shared, zone)
    return SystemClock(zone)


def _store_url(place: Workspace) -> str:
    url = place.config.settings.store
    path = url.removeprefix("sqlite:///")
    return url if path == url else f"sqlite:///{place.root / path}"


def _keys() -> Path:
    """Where keys lie: with the user, never in the workspace."""
    return default_key_file(os.environ).parent


def _file(place: Workspace) -> EncryptedFile:
    return EncryptedFile(place.root / "config" / "secrets.vault", default_key_file(os.environ))


def _sources(place: Workspace) -> tuple[Environment | EncryptedFile | SystemKeyring, ...]:
    return (Environment(os.environ), _file(place), SystemKeyring())


def _link_key(place: Workspace, vault: Vault) -> bytes:
    """The key that signs approval links; made when the first is signed."""
    try:
        return bytes.fromhex(vault.get(_LINK_KEY).value)
    except SecretMissing:
        _file(place).write(_LINK_KEY, secrets.token_hex(32))
        return bytes.fromhex(vault.get(_LINK_KEY).value)


def _lock(place: Workspace, vault: Vault, what: str) -> AbstractContextManager[object]:
    kind, _, portal = what.partition(" ")
    holder = f"a run in {place.root}"
    if kind == "run":
        return run_lock(place.output, holder)
    address = place.config.portals[portal].address
    try:
        user = vault.get(f"{portal}.user").value
    except SecretMissing:
        user = portal
    return credential_lock(machine_folder(os.environ), address, user, holder)


def _archives(place: Workspace, letters: LetterChannel) -> Mapping[str, Archive]:
    folder = place.config.channels.archive_folder
    kept: dict[str, Archive] = {letters.name: letters}
    if folder:
        kept["mail"] = MaildirArchive(place.root / folder)
    return kept


def _browser(place: Workspace, clock: Clock, stack: ExitStack) -> Callable[[], Browser]:
    @cache
    def start() -> Browser:
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
        )
        stack.callback(browser.close)
        return browser

    return start


def _report(place: Workspace, store: Store, evidence: FileEvidence, clock: Clock, run: str) -> None:
    from clerkwork.adapters.report.html import write_report
    from clerkwork.adapters.report.workbook import write_workbook

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
    )
    write_report(report, place.reports, place.evidence)
    if place.config.settings.workbook and report.figures:
        write_workbook(report, place.reports)


def verified(office: Office, run: str) -> Verdict:
    """What a check of a run's evidence finds; 'last' is the newest run.

    Raises `EvidenceError` where no run, or more than one, is meant.
    """
    if run == "last" and not office.runs.all():
        raise EvidenceError("nothing was run here yet: `clerkwork run TASK` leaves evidence")
    try:
        return verify_run(office.evidence, run, office.runs)
    except ValueError as error:
        raise EvidenceError(f"{error}. `clerkwork list` shows the last runs") from error


def found_item(office: Office, id: str) -> WorkItem:
    """A work item by the beginning of its id; raises `BusinessError` where not one is meant."""
    try:
        return find(office, id)
    except ValueError as error:
        raise BusinessError(f"{error}. `clerkwork review list` shows them") from error


def next_due(place: Workspace, office: Office, task: Task) -> str:
    """When a task is due next, in the creditor's zone, for people; empty if only on demand."""
    if not task.schedule:
        return ""
    calendar = place.config.calendar
    slot = next_slot(
        task.schedule,
        office.clock.now(),
        calendar.zone,
        lambda day: bool(task.calendar and calendar.holiday(day)),
    )
    return f"{slot:%a %d %b %H:%M}"


def shown_figures(figures: Mapping[str, int], *, dry: bool = False) -> dict[str, int]:
    """What a run counted, in reading order; a zero is told of what reaches people and portals."""
    told = {}
    for figure in Figure:
        if figures.get(figure) or (figure in WRITES and not dry):
            told[str(figure)] = figures.get(figure, 0)
    return told | {name: n for name, n in figures.items() if n and name not in told}


def asked(figures: Mapping[str, int]) -> bool:
    """Whether a run asked an approver something."""
    return bool(figures.get(Figure.APPROVALS_ASKED))


def secret_names(folder: Path | None) -> tuple[str, ...]:
    """Names of the secrets of a workspace, never their values."""
    place = open_workspace(folder)
    return open_vault(_sources(place), lambda _: None).names()


def set_secret(folder: Path | None, name: str, value: str) -> str:
    """Keep a secret in the workspace's encrypted file.

    Returns what to say if nothing asks for a secret of that name; empty if something does.
    """
    place = open_workspace(folder)
    _file(place).write(name, value)
    wanted = _wanted(place)
    return "" if name in wanted else f"nothing asks for {name} yet. {meant(name, wanted)}".strip()


def _wanted(place: Workspace) -> tuple[str, ...]:
    """Names of the secrets that the robots and the mail server ask for."""
    mail = place.config.channels.mail
    return (*asked_secrets(place.robots), *(name for name in (mail.user, mail.password) if name))


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
    return examine_machine(
        output=place.output,
        browser=browser,
        vault=open_vault(_sources(place), lambda _: None),
        # The demo sets its own secrets, and opens its portals for the commands that need them.
        secrets=() if place.config.demo and not was_played(place) else _wanted(place),
        addresses={}
        if place.config.demo
        else {**addresses, "mail": f"smtp://{mail.host}:{mail.port}"},
    )


def serve(folder: Path | None, *, host: str, port: int) -> None:
    """Serve the approval pages until interrupted."""
    import uvicorn

    from clerkwork.web.approvals import approval_app
    from clerkwork.web.payments import add_payment_page

    with open_office(folder, level="INFO") as (place, office):
        port = port or urlsplit(place.config.settings.pages).port or 8475
        app = approval_app(
            approvals=office.approvals,
            books=office.books,
            queue=office.queue,
            clock=office.clock,
            calendar=office.calendar,
            key=_link_key(place, office.vault),
            house=place.config.creditor.name,
        )
        add_payment_page(app, place.config.creditor, place.config.texts)
        logger.info("approval pages at http://{}:{}", host, port)
        uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False)


@contextmanager
def serving(place: Workspace) -> Iterator[None]:
    """The approval pages, served by a process of their own inside the block."""
    command = [sys.executable, "-m", "clerkwork.cli", "serve", "--workspace", str(place.root)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - our own module
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)


def demo_places(place: Workspace) -> Places:
    """Where the demo's world listens; raises `ConfigError` in a workspace without a demo."""
    from clerkwork.demo.start import Places

    demo = place.config.demo
    if demo is None:
        raise ConfigError(
            "config/workspace.toml has no [demo] table: this workspace works with real portals. "
            "Make another for the demo: clerkwork init DIR"
        )
    return Places(kantoor=demo.kantoor, polder=demo.polder, control=demo.control, mail=demo.mail)


def was_played(place: Workspace) -> bool:
    """Whether a demo was played in this workspace, and its world can be opened again."""
    return (place.demo_folder / "credentials.json").exists()


def check_demo(place: Workspace) -> None:
    """Raise `ConfigError` if this workspace is somebody's own: the demo would overwrite it.

    The demo sets the robots' secrets, and begins with an empty store.
    """
    demo = demo_places(place)
    addresses = {name: portal.address for name, portal in place.config.portals.items()}
    mail = place.config.channels.mail
    for name, address in {**addresses, "mail": f"smtp://{mail.host}:{mail.port}"}.items():
        parts = urlsplit(address)
        if parts.hostname not in ("127.0.0.1", "localhost") or parts.port not in (
            demo.kantoor,
            demo.polder,
            demo.mail,
        ):
            raise ConfigError(
                f"config: {name} is at {address}, which is not the demo's: the demo would replace "
                "the secrets of its robot. Remove the table [demo] from config/workspace.toml, "
                "and play the demo in another workspace: clerkwork init DIR"
            )
    if _store_url(place) != f"sqlite:///{place.output / 'clerkwork.db'}":
        raise ConfigError(
            "config/workspace.toml: 'store' is not output/clerkwork.db; the demo begins with an "
            "empty store of its own. Play it in another workspace: clerkwork init DIR"
        )


def forget_demo(place: Workspace) -> None:
    """Remove what the last demo left; raises `ConfigError` if what is there is not a demo's."""
    store = place.output / "clerkwork.db"
    with run_lock(place.output, f"the demo in {place.root}"):
        if not place.demo_folder.exists() and store.exists() and _holds_runs(place):
            raise ConfigError(
                f"{store} is not a demo's: the demo would delete it. Move output/ away first, or "
                "make another workspace: clerkwork init DIR"
            )
        for name in ("demo", "evidence", "reports", "letters", "downloads", "log"):
            if (place.output / name).exists():
                shutil.rmtree(place.output / name)
        for file in place.output.glob("clerkwork.db*"):
            file.unlink()


def _holds_runs(place: Workspace) -> bool:
    """Whether anything was ever run; looking into a workspace makes an empty store."""
    with closing(open_store(_store_url(place), _clock(place))) as store:
        return bool(store.runs.all())


def wait_for_answers(office: Office) -> None:
    """Until the demo's approver has answered every mail, or surely will not."""
    until = time.monotonic() + _ANSWERS_WITHIN
    while time.monotonic() < until:
        if all(approval.decision for approval in office.approvals.all()):
            return
        time.sleep(0.1)
