"""The report of a run: everything it says, as values; how it looks is an adapter's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from clerkwork.core.evidence import RunEvidence, Verdict
from clerkwork.core.money import Money

__all__ = [
    "DayTie",
    "ExperimentLine",
    "HealedLine",
    "LedgerTie",
    "MatchLine",
    "MessageLine",
    "OrderLine",
    "PostingLine",
    "Proof",
    "Report",
    "RuleLine",
    "StatementLine",
    "WaitingLine",
]


@dataclass(frozen=True, slots=True)
class Proof:
    """Where the evidence of something is; step 0 means the run as a whole."""

    run: str
    step: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HealedLine:
    """A selector that no longer found its thing, which was found otherwise."""

    robot: str
    selector: str
    told: str
    """'as written → as used'."""
    proof: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTie:
    """One account's bank lines of one day: opening + keyed + parked + not ours = closing."""

    account: str
    day: date
    opening: Money
    keyed: Money
    parked: Money
    not_ours: Money
    closing: Money
    difference: Money
    """Zero when it ties out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerTie:
    """The bank's balance less what is not keyed is what the ledger account must show."""

    account: str
    ledger: str
    closing: Money
    parked: Money
    not_ours: Money
    expected: Money
    balance: Money
    """As the ERP shows it."""
    difference: Money
    """Zero when it ties out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    account: str
    number: str
    opened: date
    closed: date
    lines: int
    opening: Money
    closing: Money
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """What one rule decided, over the bank lines that the report shows."""

    rule: str
    outcome: str
    lines: int
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchLine:
    """A bank line that became no posting: in review, or not ours."""

    booked: date
    amount: Money
    payer: str
    rule: str
    reasons: tuple[str, ...]
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingLine:
    reference: str
    state: str
    debtor: str
    name: str
    booked: date
    amount: Money
    items: tuple[tuple[str, Money, Money], ...]
    """Open item, money applied, discount."""
    on_account: Money
    rule: str
    reasons: tuple[str, ...]
    receipt: str
    note: str
    at: datetime | None
    proof: Proof | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLine:
    debtor: str
    name: str
    channel: str
    step: str
    subject: str
    amount: Money | None
    state: str
    note: str
    on: date | None
    proof: Proof | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    number: str
    debtor: str
    name: str
    amount: Money
    verdict: str
    """'release', 'hold', or empty while it waits."""
    by: str
    via: str
    why: tuple[str, ...]
    asked: datetime
    keyed: bool
    proof: Proof | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLine:
    """A work item that is open."""

    id: str
    kind: str
    title: str
    created: datetime
    facts: tuple[tuple[str, str], ...]
    choices: tuple[tuple[str, str], ...]
    proof: Proof | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentLine:
    """How far an experiment is, and what its looks told."""

    name: str
    segment: str
    question: str
    state: str
    came: int
    known: int
    """Debtors whose outcome is known, of the arm of which fewest are."""
    takes: int
    """Of each arm; 0 of a bandit, which takes no number."""
    looks: tuple[str, ...]
    """What each told, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One run, whole."""

    creditor: str
    locale: str
    """Babel's name of how dates and amounts are written, e.g. 'en_GB'."""
    zone: ZoneInfo
    run: str
    task: str
    started: datetime
    ended: datetime | None
    outcome: str
    note: str
    made: datetime
    since: date
    """Bank lines and messages from this day on are shown."""
    figures: Mapping[str, int] = field(default_factory=dict)
    days: tuple[DayTie, ...] = ()
    """Newest first."""
    ledgers: tuple[LedgerTie, ...] = ()
    ageing: Mapping[str, Mapping[str, Money]] = field(default_factory=dict)
    """Currency → bucket → open amount."""
    statements: tuple[StatementLine, ...] = ()
    rules: tuple[RuleLine, ...] = ()
    unposted: tuple[MatchLine, ...] = ()
    postings: tuple[PostingLine, ...] = ()
    messages: tuple[MessageLine, ...] = ()
    experiments: tuple[ExperimentLine, ...] = ()
    orders: tuple[OrderLine, ...] = ()
    waiting: tuple[WaitingLine, ...] = ()
    healed: tuple[HealedLine, ...] = ()
    evidence: RunEvidence | None = None
    verdict: Verdict | None = None

    @property
    def ties(self) -> bool:
        """Whether there is something to tie out and all of it does, to the cent."""
        differences = [row.difference for row in self.days]
        differences += [row.difference for row in self.ledgers]
        return bool(differences) and not any(differences)
