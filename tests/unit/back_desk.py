"""A desk for the tests of use cases: the real store in memory, and an ERP without a browser."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

from store_cases import ACCOUNT, PAYER, eur, item, statement

from clerkwork.adapters.store import Store
from clerkwork.app.key import key_receipts
from clerkwork.app.office import Office
from clerkwork.app.reconcile import reconcile
from clerkwork.app.robot import Robot
from clerkwork.app.run import Run
from clerkwork.app.task import Task
from clerkwork.core.approvals import Approval
from clerkwork.core.calendar import Calendar
from clerkwork.core.credit import CreditPolicy
from clerkwork.core.evidence import RunEvidence, Verdict
from clerkwork.core.journeys import Plan
from clerkwork.core.ledger import Debtor, OpenItem, OwnAccount
from clerkwork.core.matching.rules import MatchingRules
from clerkwork.core.messages import Message
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine, Statement, identified
from clerkwork.core.portals import Portal, PortalSettings
from clerkwork.core.posting import Posting, PostingState, Receipt
from clerkwork.core.replies.reply import Reading, Reply
from clerkwork.errors import StatementError
from clerkwork.ports import Entrance, Errand, Screen, SlotRow, StepRecord
from clerkwork.testing import (
    FakeScreen,
    FixedClock,
    MemoryDossiers,
    MemoryHolding,
    MemoryPapers,
    MemorySessions,
    MemoryVault,
    memory_store,
)

__all__ = ["Desk", "DeskErp", "Erp", "a_task", "open_desk", "shown"]

OTHER_PAYER = "NL56INGB0007654321"


VERSIONS = {"config/matching.toml": "0123456789abcdef" * 4}


@dataclass
class Erp:
    """What stands in the ERP, and what goes wrong in it."""

    items: dict[str, Money] = field(default_factory=dict)
    receipts: list[Receipt] = field(default_factory=list)
    acts: list[str] = field(default_factory=list)
    before: dict[str, list[Exception | None]] = field(default_factory=lambda: defaultdict(list))
    """By verb: raised, one a call, before the verb has its effect; None lets one call pass."""
    after: dict[str, list[Exception | None]] = field(default_factory=lambda: defaultdict(list))
    """The same after its effect."""
    under_way: list[Receipt] = field(default_factory=list)
    """Submitted before a crash, and arriving while somebody waits."""
    misread: Callable[[Receipt], Receipt | None] = lambda receipt: receipt
    """What the ERP makes of a receipt that is submitted."""
    checks: bool = True
    """Whether its robot compares open amounts."""
    form: Posting | None = None
    orders: dict[str, str] = field(default_factory=dict)
    """Order → what was decided."""
    order: str = ""
    """That of the form."""
    blocks: dict[str, str] = field(default_factory=dict)
    """Debtor → his block."""
    debtor: str = ""
    """That of the form."""
    sessions: int = 0

    on: dict[str, Callable[[], object]] = field(default_factory=dict)
    """By verb: what happens elsewhere as it begins."""

    def act(self, verb: str, subject: str = "") -> None:
        self.acts.append(f"{verb} {subject}".strip())
        self.on.get(verb, lambda: None)()
        self._fail(self.before[verb])

    def done(self, verb: str) -> None:
        self._fail(self.after[verb])

    def keyed(self, receipt: Receipt) -> None:
        self.receipts.append(receipt)
        for number, paid, discount in receipt.allocations:
            self.items[number] -= paid + discount

    @staticmethod
    def _fail(troubles: list[Exception | None]) -> None:
        trouble = troubles.pop(0) if troubles else None
        if trouble is not None:
            raise trouble


@dataclass(slots=True, kw_only=True)
class ErpScreen(FakeScreen):
    erp: Erp


class ReadOnlyErp(Robot):
    """Has nothing to key with."""

    name = "desk_erp"
    screen: ErpScreen

    def sign_in(self) -> None:
        self.screen.erp.act("sign in")
        self.screen.erp.sessions += 1


class DeskErp(ReadOnlyErp):
    """Keys receipts into an `Erp`."""

    name: ClassVar[str] = "desk_erp"

    def find_receipt(self, reference: str) -> Receipt | None:
        erp = self.screen.erp
        erp.act("find", reference)
        return next((r for r in erp.receipts if r.reference == reference), None)

    def fill_receipt(self, posting: Posting) -> None:
        erp = self.screen.erp
        erp.act("fill", posting.reference)
        for part in posting.allocations if erp.checks else ():
            self.check_open(part, erp.items.get(part.item) or None)
        erp.form = posting

    def submit_receipt(self) -> None:
        erp = self.screen.erp
        erp.act("submit")
        assert erp.form is not None
        receipt = erp.misread(shown(erp.form))
        if receipt is not None:
            erp.keyed(receipt)
        erp.done("submit")


def shown(posting: Posting) -> Receipt:
    """The receipt that the ERP should show of a posting."""
    return Receipt(
        reference=posting.reference,
        number=f"R-{posting.reference[-4:]}",
        customer=posting.customer,
        booked=posting.booked,
        amount=posting.amount,
        allocations=tuple((a.item, a.amount, a.discount) for a in posting.allocations),
    )


@dataclass
class Browser:
    erp: Erp
    screens: list[ErpScreen] = field(default_factory=list)
    entrances: list[Entrance] = field(default_factory=list)

    def open(self, portal: Portal, entrance: Entrance | None = None) -> Screen:
        self.entrances.append(entrance or Entrance())
        self.screens.append(ErpScreen(portal=portal, erp=self.erp))
        return self.screens[-1]

    def print_pdf(self, html: str, to: Path) -> None:
        raise NotImplementedError

    def close(self) -> None:
        return None


@dataclass
class Trail:
    run: str
    task: str
    about: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    steps: list[StepRecord] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    closed: tuple[str, dict[str, int]] | None = None

    def record(self, step: StepRecord) -> int:
        self.steps.append(step)
        return len(self.steps)

    def settled(self) -> None:
        """All of it is in memory."""

    def anchor(self, why: str) -> None:
        self.anchors.append(why)

    def close(self, outcome: str, figures: Mapping[str, int]) -> None:
        self.closed = (outcome, dict(figures))


@dataclass
class Evidence:
    trails: list[Trail] = field(default_factory=list)

    def left_open(self) -> tuple[str, ...]:
        return ()

    def recover(self, run: str, by: str) -> None:
        raise AssertionError("nothing died here")

    def record_not_run(self, rows: Iterable[SlotRow]) -> None:
        raise NotImplementedError

    def record_refused(self, errands: Iterable[Errand]) -> None:
        raise NotImplementedError

    def begin(
        self,
        run: str,
        task: str,
        about: Mapping[str, str] | None = None,
        versions: Mapping[str, str] | None = None,
    ) -> Trail:
        self.trails.append(Trail(run, task, dict(about or {}), dict(versions or {})))
        return self.trails[-1]

    def examine(self, run: str) -> Verdict:
        return Verdict(run=run)

    def read(self, run: str) -> RunEvidence:
        raise NotImplementedError


@dataclass
class Desk:
    """An office with its ERP, its store and what it left behind."""

    erp: Erp
    store: Store
    clock: FixedClock
    office: Office
    holding: MemoryHolding
    browser: Browser
    evidence: Evidence
    pauses: list[float]
    reports: list[str]
    files: dict[str, tuple[Statement, ...]]
    runs: int = 0

    def run(self, *, dry: bool = False, **settings: object) -> Run:
        """A fresh run; `settings` change those of the portal."""
        self.runs += 1
        office = self.office
        if settings:
            portal = replace(office.portals["desk_erp"], **settings)  # type: ignore[arg-type]
            office = replace(office, portals={"desk_erp": portal})
        trail = self.evidence.begin(f"run-{self.runs}", "test")
        return Run(
            office, id=trail.run, trail=trail, progress=lambda *_: None, dry=dry, versions=VERSIONS
        )

    def owe(self, *items: OpenItem) -> None:
        """Open items, in the ERP and fetched, with their debtors 10001 and 10002."""
        self.erp.items = {one.number: one.open for one in items}
        self.fetch(*items)

    def fetch(self, *items: OpenItem) -> None:
        self.store.books.replace_debtors(
            "desk_erp",
            [
                Debtor(number="10001", name="De Vries BV", ibans=(PAYER,)),
                Debtor(number="10002", name="Jansen BV", ibans=(OTHER_PAYER,)),
            ],
        )
        self.store.books.replace_open_items("desk_erp", items)

    def receive(self, *lines: BankLine) -> tuple[BankLine, ...]:
        """Money on the account: a statement of these lines, booked."""
        self.store.books.book_statement(statement(lines))
        return identified(lines)

    def reconcile(self, run: Run | None = None) -> Run:
        run = run or self.run()
        reconcile(run, DeskErp)
        return run

    def key(self, run: Run | None = None) -> Run:
        """Key as a task does: failures that may pass are tried again."""
        run = run or self.run()
        try:
            run.do(a_task(lambda run: key_receipts(run, DeskErp)))
        finally:
            run.close()
        return run

    def posting(self, at: int = 0) -> Posting:
        return self.store.books.postings()[at].posting

    def states(self) -> list[PostingState]:
        return [row.state for row in self.store.books.postings()]

    def questions(self) -> Sequence[str]:
        """The titles of what waits for a person."""
        return [one.title for one in self.store.queue.open()]

    def later(self, seconds: float) -> None:
        self.clock.advance(dt.timedelta(seconds=seconds))


def a_task(work: Callable[[Run], None], name: str = "work", *, overlap: bool = False) -> Task:
    return Task(name=name, work=work, overlap=overlap)


def open_desk(**settings: object) -> Desk:
    """An empty desk whose policy keys by itself; close its store at the end."""
    clock = FixedClock()
    store = memory_store(clock)
    holding = MemoryHolding()
    erp = Erp()
    browser = Browser(erp)
    evidence = Evidence()
    pauses: list[float] = []
    reports: list[str] = []
    files: dict[str, tuple[Statement, ...]] = {}

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if seconds > 0:
            while erp.under_way:
                erp.keyed(erp.under_way.pop())

    def read(path: Path) -> tuple[Statement, ...]:
        if path.name not in files:
            raise StatementError(f"{path.name} is no statement")
        return files[path.name]

    office = Office(
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
        documents=MemoryPapers(),
        dossiers=MemoryDossiers(),
        creditor="Waterland",
        events=store.events,
        trials=store.trials,
        replies=store.replies,
        errands=store.errands,
        slots=store.slots,
        workers=store.workers,
        evidence=evidence,
        browser=lambda: browser,
        vault=MemoryVault(),
        sessions=MemorySessions(),
        read_file=lambda name: name.encode(),
        clock=clock,
        read_statements=read,
        read_reply=_no_reply,
        channels={},
        archives={},
        at_work=nullcontext,
        holding=holding,
        login=lambda robot: holding.hold(f"login {robot}", f"The login of {robot}"),
        pause=pause,
        write_reminder=_no_reminder,
        write_approval=_no_question,
        report=reports.append,
        portals={
            "desk_erp": PortalSettings(
                **{"address": "http://127.0.0.1/", "writes": "auto", **settings}  # type: ignore[arg-type]
            )
        },
        accounts={ACCOUNT: OwnAccount(iban=ACCOUNT, ledger="1100")},
        matching=MatchingRules(),
        journeys=(),
        credit=CreditPolicy(release_up_to=eur(0), overdue_days=0, approvers=()),
        calendar=Calendar(),
    )
    return Desk(
        erp=erp,
        store=store,
        clock=clock,
        office=office,
        holding=holding,
        browser=browser,
        evidence=evidence,
        pauses=pauses,
        reports=reports,
        files=files,
    )


def invoice(number: str, minor: int, customer: str = "10001") -> OpenItem:
    return item(number, minor, customer)


def _no_reminder(plan: Plan) -> Message:
    raise NotImplementedError


def _no_reply(reply: Reply) -> Reading:
    raise NotImplementedError


def _no_question(approval: Approval, attempt: int) -> Message:
    raise NotImplementedError
