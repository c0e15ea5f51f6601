"""What the engine needs of the outside, as protocols; the adapters fulfil them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from clerkwork.core.approvals import Approval, Decision
from clerkwork.core.evidence import RunEvidence, Verdict
from clerkwork.core.ledger import Debtor, LedgerBalance, OpenItem, Order
from clerkwork.core.matching.model import Match
from clerkwork.core.messages import Message, MessageState
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine, Statement
from clerkwork.core.portals import Portal
from clerkwork.core.posting import Posting, PostingState, Receipt
from clerkwork.core.queue import WorkItem
from clerkwork.core.remembered import Remembered

__all__ = [
    "Approvals",
    "Archive",
    "Books",
    "Browser",
    "Channel",
    "Clock",
    "Entrance",
    "EvidenceStore",
    "KeptSessions",
    "Lessons",
    "Letters",
    "Outbox",
    "Picture",
    "PostingRow",
    "Progress",
    "Queue",
    "Row",
    "RunRow",
    "Runs",
    "Screen",
    "Secret",
    "StatementReader",
    "StepRecord",
    "Trail",
    "Vault",
]


class Clock(Protocol):
    """The one clock that everything asks."""

    def now(self) -> dt.datetime:
        """The instant, in UTC."""

    def today(self) -> dt.date:
        """The date in the creditor's time zone."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A value of the vault that does not show itself in a log, a picture or an exception."""

    name: str
    value: str = field(repr=False)

    def __str__(self) -> str:
        return f"<{self.name}>"


class Vault(Protocol):
    def get(self, name: str) -> Secret:
        """The secret of that name, e.g. 'polder_bank.pin'; raises `SecretMissing`."""


class Row(Protocol):
    """One row of a table, as it was read; values are in the portal's own format."""

    @property
    def columns(self) -> Collection[str]:
        """Names of the columns that the section declares."""

    def text(self, column: str) -> str:
        """White space folded; raises `SelectorLost` if the table has no such column."""

    def money(self, column: str) -> Money:
        """In the portal's currency; raises `BusinessError` with the place if it is no amount."""

    def date(self, column: str) -> dt.date:
        """Raises `BusinessError` with the place if it is no date."""

    def maybe_money(self, column: str) -> Money | None:
        """None where the cell is empty."""

    def maybe_date(self, column: str) -> dt.date | None:
        """None where the cell is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of the portal, secrets masked; `gap` says why there is none."""

    label: str
    image: bytes
    """JPEG, or empty if there is a gap."""
    gap: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """What a visit to a portal begins with, before any page of it is asked for."""

    kept: str = field(default="", repr=False)
    """The session of an earlier visit, as `Screen.session` gave it."""
    certificate: bytes = field(default=b"", repr=False)
    """Shown to the portal, as PKCS #12."""
    passphrase: Secret | None = None


class KeptSessions(Protocol):
    """Sessions that outlive a run, encrypted; one of each user at an address."""

    def get(self, address: str, user: str) -> str:
        """Empty if there is none, or none that can be read: that one is forgotten and told."""

    def keep(self, address: str, user: str, session: str) -> None: ...

    def drop(self, address: str, user: str) -> None:
        """Nothing if there is none."""


class Screen(Protocol):
    """A portal's pages, by the names of `selectors/<portal>.toml`: 'section.name'.

    A keyword argument fills `{name}` in the selector, as in
    `screen.fill("receipt.paid", amount, item="2026-0412")`.
    Everything waits for its element and for the page that an act brings; what
    does not come raises `PageTimeout`, what is not there or is there twice
    `SelectorLost`, and `SelectorStopped` inside a writing step. A dialog that
    is not declared under `[dialogs]` is dismissed and stops the step. Expired
    sessions, maintenance pages and server errors raise `SessionLost` or
    `PortalUnreachable` from whatever was called.
    """

    def open(self, path: str = "") -> None:
        """Go to the portal's address, or a path below it."""

    def click(self, name: str, **values: str) -> None: ...

    def fill(self, name: str, value: str | Secret | Money | dt.date, **values: str) -> None:
        """Type into a field in the portal's format and read it back (`ReadBackError`)."""

    def choose(self, name: str, option: str, **values: str) -> None:
        """Choose an option by its visible text; read back.

        Of a `<select>`, or of a list that is declared with its `options`.
        """

    def check(self, name: str, on: bool = True, **values: str) -> None:
        """Tick or untick a box; read back."""

    def text(self, name: str, **values: str) -> str:
        """What an element says, white space folded."""

    def value(self, name: str, **values: str) -> str:
        """What a field holds now."""

    def money(self, name: str, **values: str) -> Money:
        """An amount on the page or in a field, in the portal's format."""

    def date(self, name: str, **values: str) -> dt.date: ...

    def knows(self, name: str) -> bool:
        """Whether the selectors file has an entry of that name."""

    def shows(self, name: str, **values: str) -> bool:
        """Whether it is on the page now; never waits longer than a page needs to settle."""

    def wait_for(self, *names: str, **values: str) -> str:
        """Wait until one of these is there; which one."""

    def rows(self, section: str, **values: str) -> Iterator[Row]:
        """All rows over all pages of a table, checked against the section's `total` or `count`.

        The check comes after the last row: `ControlTotalError` from the
        iterator, so whoever consumes it whole has nothing when it does not tie.
        """

    def download(self, name: str, **values: str) -> Path:
        """Click, and the file that comes; bounded in time and size, under a safe name.

        What the section declares as `files` is checked by the file's own bytes: `BusinessError`.
        """

    def upload(self, name: str, path: Path, **values: str) -> None:
        """Put a file into a file field, or the dialog that a button opens; its name is read back.

        Raises `ReadBackError` if the field holds another one afterwards.
        """

    def pin(self, section: str, pin: Secret) -> None:
        """Press a scrambled pad of pictures, each digit read and checked, never guessed."""

    def one_time_code(self, name: str, secret: Secret) -> None:
        """Type the TOTP (RFC 6238) of a secret at the clock's time."""

    def entered(self) -> None:
        """Signing in is over: a page that asks for the password now is a `SessionLost`."""

    def session(self) -> str:
        """The session as it stands, for `Entrance.kept`; as secret as the password."""

    def writing(self) -> AbstractContextManager[None]:
        """Inside, a selector that is lost stops for a person instead of being retried."""

    def read_back(self) -> None:
        """Read again every field filled inside `writing()`: a postback may have wiped one.

        Raises `ReadBackError` naming the field, what was typed and what it holds.
        """

    def picture(self, label: str) -> None:
        """Take a picture for the evidence."""

    def drain(self) -> tuple[tuple[str, ...], Sequence[Picture]]:
        """Selectors used and pictures taken since the last call.

        Of many pictures each is read only when it is asked for; go through them once.
        """

    def close(self) -> None: ...


class Browser(Protocol):
    """Opens portals, each in a context of its own."""

    def open(self, portal: Portal, entrance: Entrance | None = None) -> Screen:
        """A session at a portal; raises `PortalUnreachable`, `ProgramMissing`.

        A fresh one, unless `entrance` has one to go on in: then `SessionLost` if it is over.
        """

    def print_pdf(self, html: str, to: Path) -> None:
        """Print an HTML page as a PDF (A4), written whole or not at all."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """One act a person would name, as it goes into the evidence."""

    robot: str
    action: str
    outcome: str
    """'ok', or what went wrong."""
    subject: str = ""
    """What it was about: a posting's reference, an order, a statement."""
    selectors: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)
    """May hold personal data; kept apart from the chain, bound by a commitment."""
    pictures: Sequence[Picture] = ()


class Trail(Protocol):
    """The evidence of one run."""

    run: str

    def record(self, step: StepRecord) -> int:
        """Append to the chain, flushed to disk; the step's number from 1."""

    def anchor(self, why: str) -> None:
        """Sign the head so far, before a write."""

    def close(self, outcome: str, figures: Mapping[str, int]) -> None:
        """Sign the checkpoint that ends the run."""


class EvidenceStore(Protocol):
    def begin(self, run: str, task: str) -> Trail: ...

    def examine(self, run: str) -> Verdict:
        """What a check of a run's evidence finds; raises `EvidenceError` if there is none."""

    def read(self, run: str) -> RunEvidence:
        """A run's evidence as it stands, unchecked."""


class StatementReader(Protocol):
    def __call__(self, path: Path) -> tuple[Statement, ...]:
        """All statements of a file; raises `StatementError` with the place and refuses it whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingRow:
    """A posting with where it stands."""

    posting: Posting
    state: PostingState
    rule: str
    reasons: tuple[str, ...]
    run: str = ""
    """The run that claimed it last."""
    note: str = ""
    receipt: str = ""
    """The portal's own number, once keyed."""
    at: dt.datetime | None = None
    """When it came into this state (UTC)."""
    submitted: dt.datetime | None = None
    """When, in this state of keying, its submit was about to be clicked; None if it never was."""


class Books(Protocol):
    """Our own store of ledger, bank and postings. Every method is one transaction."""

    def replace_debtors(self, source: str, debtors: Iterable[Debtor]) -> int:
        """All of them or, if the iterable raises, none; how many."""

    def replace_open_items(self, source: str, items: Iterable[OpenItem]) -> int: ...

    def replace_orders(self, source: str, orders: Iterable[Order]) -> int: ...

    def note_ledger_balance(self, source: str, balance: LedgerBalance) -> None: ...

    def debtors(self) -> tuple[Debtor, ...]: ...

    def open_items(self) -> tuple[OpenItem, ...]: ...

    def orders(self) -> tuple[Order, ...]: ...

    def ledger_balances(self) -> tuple[LedgerBalance, ...]: ...

    def fetched_at(self, what: str) -> dt.datetime | None:
        """When 'open items', 'debtors', 'orders' or 'ledger' were last replaced (UTC)."""

    def book_statement(self, statement: Statement) -> int:
        """Book it; how many lines were new. Known lines are recognised.

        Raises `StatementError` if it does not add up, or does not go on where
        the account's last statement ended.
        """

    def book_statements(self, statements: Sequence[Statement]) -> tuple[int, ...]:
        """Book all of them, one after the other, or none; how many lines of each were new."""

    def explain(self, notification: Statement) -> int:
        """Let the transactions of its batches stand for booked lines that nobody settled yet.

        How many lines came of them. What has no line yet waits for it; what is settled
        already is only recorded. The same batch counts once. Raises `StatementError`.
        """

    def last_statement(self, account: str) -> Statement | None:
        """The account's newest statement, without its lines."""

    def statements(self) -> tuple[Statement, ...]:
        """All booked ones, oldest first, with their lines."""

    def unmatched(self) -> tuple[BankLine, ...]:
        """Lines that have no outcome yet: new ones, and those whose posting was voided."""

    def record_matches(self, matches: Sequence[Match], postings: Sequence[Posting]) -> None:
        """Outcomes of lines with their postings, proposed; all or nothing."""

    def matches(self) -> tuple[Match, ...]:
        """The latest outcome of each line."""

    def paid_from(self) -> Mapping[str, Mapping[str, int]]:
        """Payer's IBAN → debtor → how often money of it was keyed to him."""

    def postings(self, *states: PostingState) -> tuple[PostingRow, ...]:
        """In the order in which they were proposed; all states when none is named."""

    def move(
        self,
        reference: str,
        to: PostingState,
        *,
        run: str = "",
        note: str = "",
        receipt: Receipt | None = None,
    ) -> PostingRow:
        """Move a posting; committed before it returns. Raises `ValueError` on a forbidden move.

        To `VOID`, `REJECTED`: the line has no outcome any more and is matched anew.
        To `KEYED`: the open items of the ledger are lowered by what was keyed.
        To `REVERSED`: they are raised again, and the line waits for a person.
        """

    def submitting(self, reference: str) -> None:
        """Commit that the submit of a posting in keying is about to be clicked."""

    def keyed_since_fetch(self) -> bool:
        """Whether a posting was keyed after the open items were last fetched."""


class Queue(Protocol):
    """Work that waits for people."""

    def put(self, item: WorkItem) -> bool:
        """Add it; False if one with its key is already there, open or decided.

        An empty id is filled with a short one. One that was withdrawn opens again.
        """

    def open(self) -> tuple[WorkItem, ...]: ...

    def get(self, id: str) -> WorkItem | None:
        """By id, or by an unambiguous beginning of it."""

    def close(self, id: str, *, decision: str, by: str, note: str = "") -> WorkItem:
        """Decide it; raises `ValueError` if it is decided already."""

    def reopen(self, id: str, *, by: str) -> WorkItem:
        """Undo a decision."""

    def withdraw(self, key: str, note: str) -> None:
        """Close an open one that has become moot; nothing if there is none."""


class Lessons(Protocol):
    """What people's decisions about bank lines taught."""

    def remember(self, one: Remembered) -> Remembered:
        """Keep it, with its id; what is remembered already is returned as it stands."""

    def all(self) -> tuple[Remembered, ...]:
        """Oldest first, those that were forgotten among them."""

    def forget(self, id: str, *, by: str) -> Remembered:
        """It counts no more; raises `ValueError` if there is none, or it was forgotten already."""


class Outbox(Protocol):
    """Messages, each prepared and committed before it is sent."""

    def prepare(self, message: Message) -> bool:
        """Commit a message to be sent; False if its key is there already."""

    def pending(self, *states: MessageState) -> tuple[Message, ...]: ...

    def sending(self, key: str, run: str) -> None:
        """Claim it, committed, just before the channel is called.

        Also what is in sending already, once the archive said that it was not sent.
        Raises `ValueError` on any other state.
        """

    def settle(self, key: str, state: MessageState, *, note: str = "", proof: str = "") -> None:
        """What became of it; raises `ValueError` on a forbidden move, as of what was sent."""

    def history(self, debtor: str) -> tuple[Message, ...]:
        """Every message to a debtor, oldest first."""

    def all(self) -> tuple[Message, ...]: ...


class Approvals(Protocol):
    """Orders that were asked about, and what was answered."""

    def ask(self, approval: Approval) -> bool:
        """Commit a question; False if it was asked already.

        The same order with other figures is another question; one that expired
        unanswered is replaced by a new one of another id.
        """

    def decide(self, id: str, decision: Decision) -> Approval:
        """Commit the answer; raises `ValueError` if there is one already or the time is up."""

    def get(self, id: str) -> Approval | None: ...

    def all(self) -> tuple[Approval, ...]: ...

    def keyed(self, id: str, note: str) -> None:
        """The decision stands in the ERP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run of a task."""

    run: str
    """E.g. '20260303-090000-daily_round-1f3a'."""
    task: str
    started: dt.datetime
    ended: dt.datetime | None = None
    outcome: str = "running"
    """'running', 'done', 'stopped' (something waits for a person) or 'failed'."""
    figures: Mapping[str, int] = field(default_factory=dict)
    note: str = ""


class Runs(Protocol):
    """The journal of runs."""

    def begin(self, run: str, task: str, at: dt.datetime) -> None:
        """Also ends as 'failed' any earlier run that still says 'running': it died."""

    def end(
        self, run: str, at: dt.datetime, outcome: str, figures: Mapping[str, int], note: str
    ) -> None: ...

    def find(self, run: str) -> RunRow | None:
        """By id, an unambiguous beginning of it, or 'last'."""

    def all(self) -> tuple[RunRow, ...]:
        """Newest first."""


class Channel(Protocol):
    """A way to reach a debtor or an approver."""

    @property
    def name(self) -> str:
        """'mail' or 'letter', as journeys call it."""

    def send(self, message: Message) -> str:
        """Send; the provider's id.

        Raises `ChannelDown` if it surely was not taken, `MessageRefused` if it never will be,
        `Undecided` if nobody on this side can know.
        """


class Archive(Protocol):
    """Where sent messages can be asked after."""

    def holds(self, message_id: str) -> bool | None:
        """Whether a message with this id was sent; None if it cannot be asked."""


class Letters(Protocol):
    def write(self, message: Message, to: Path) -> None:
        """Print a message as a PDF letter, written whole or not at all."""


Progress = Callable[[str, int, int | None], None]
"""Called with what is going on, how far it is, and how far it goes (None if unknown)."""
