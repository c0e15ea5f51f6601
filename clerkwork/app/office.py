"""The office a run works in: every port and every policy, put together once by the bootstrap."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from clerkwork.core.approvals import Approval
from clerkwork.core.calendar import Calendar
from clerkwork.core.credit import CreditPolicy
from clerkwork.core.experiments import Experiment
from clerkwork.core.journeys import Journey, Law, Payday, Plan
from clerkwork.core.ledger import OwnAccount
from clerkwork.core.matching.rules import MatchingRules
from clerkwork.core.messages import Message
from clerkwork.core.portals import PortalSettings
from clerkwork.core.replies.reply import Reading, Reply
from clerkwork.core.replies.rules import ReplyRules
from clerkwork.core.segments import Segment
from clerkwork.ports import (
    Approvals,
    Archive,
    Balances,
    Books,
    Browser,
    Channel,
    Clock,
    Declarations,
    Documents,
    Dossiers,
    Errands,
    EvidenceStore,
    Handovers,
    History,
    Holding,
    Inbox,
    KeptSessions,
    Lessons,
    MessageEvents,
    Outbox,
    PaidItems,
    PayLinks,
    PrintHouse,
    Promises,
    Queue,
    Replies,
    Runs,
    Slots,
    StatementReader,
    Stops,
    Trials,
    Vault,
    Workers,
)

__all__ = ["Office"]


def _untraced(name: str, about: Mapping[str, str]) -> AbstractContextManager[object]:
    return nullcontext()


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What a run is given to work with."""

    books: Books
    queue: Queue
    outbox: Outbox
    approvals: Approvals
    runs: Runs
    stops: Stops
    lessons: Lessons
    declarations: Declarations
    promises: Promises
    paid_items: PaidItems
    pay_links: PayLinks
    balances: Balances
    handovers: Handovers
    history: History
    documents: Documents
    dossiers: Dossiers
    events: MessageEvents
    trials: Trials
    replies: Replies
    errands: Errands
    slots: Slots
    workers: Workers
    evidence: EvidenceStore
    browser: Callable[[], Browser]
    """Starts the browser at its first call; the same one afterwards."""
    vault: Vault
    sessions: KeptSessions
    read_file: Callable[[str], bytes]
    """Content of a file of the workspace; raises `ConfigError` where it cannot be read."""
    clock: Clock
    read_statements: StatementReader
    read_reply: Callable[[Reply], Reading]
    """What a reply is taken for, and how surely."""
    channels: Mapping[str, Channel]
    archives: Mapping[str, Archive]
    """By name of the channel."""
    at_work: Callable[[], AbstractContextManager[object]]
    """Held by a run: nobody takes the store or the workspace away from under it."""
    holding: Holding
    login: Callable[[str], AbstractContextManager[object]]
    """Holds the login of a robot at its portal, once over all machines; raises what
    `Holding.hold` raises."""
    pause: Callable[[float], None]
    """Waits that many seconds before something is tried again."""
    write_reminder: Callable[[Plan], Message]
    write_approval: Callable[[Approval, int], Message]
    report: Callable[[str], None]
    """Writes the report of a run that has ended."""
    portals: Mapping[str, PortalSettings]
    accounts: Mapping[str, OwnAccount]
    """By IBAN."""
    matching: MatchingRules
    journeys: Sequence[Journey]
    credit: CreditPolicy
    calendar: Calendar
    inbox: Inbox | None = None
    """The mailbox that debtors answer to; None where none is read."""
    reply_rules: ReplyRules = field(default_factory=ReplyRules)
    paydays: Mapping[str, Payday] = field(default_factory=dict)
    segments: Sequence[Segment] = ()
    experiments: Sequence[Experiment] = ()
    tones: Collection[str] = ()
    """Those that the texts have in every language."""
    law: Law | None = None
    print_house: PrintHouse | None = None
    """Who prints the letters; None where they are printed by hand."""
    printed: Collection[str] = ()
    """Channels that only print: a letter counts once somebody said that it was posted, or the
    print house has it."""
    redact: Callable[[str], str] = str
    """Blots secrets out of a text."""
    versions: Callable[[], Mapping[str, str]] = dict
    """SHA-256 of the code and of each file of the workspace, as they are now."""
    creditor: str = ""
    """Whose claims they are: the name that stands above a dossier."""
    operator: str = ""
    """Who began this process, and where: 'user@machine'."""
    span: Callable[[str, Mapping[str, str]], AbstractContextManager[object]] = _untraced
    """Traces how long a block takes; what it is about holds no personal data."""
