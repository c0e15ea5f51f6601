"""What the engine needs of the outside, as protocols; the adapters fulfil them."""

from __future__ import annotations

from clerkwork.ports.alerts import Alerts, Teller
from clerkwork.ports.asking import Ask
from clerkwork.ports.books import Books, Lessons, PostingRow, StatementReader
from clerkwork.ports.census import Census, RunTally
from clerkwork.ports.collection import Documents, Dossiers, Filed, Handovers
from clerkwork.ports.debtors import (
    Balances,
    DebtorFiles,
    Declarations,
    MessageEvents,
    PaidItems,
    PayLinks,
    Promises,
)
from clerkwork.ports.desk import Clock, Progress, Secret, Vault
from clerkwork.ports.engine import RunRow, Runs
from clerkwork.ports.errands import (
    NORMAL,
    QUEUE,
    Errand,
    Errands,
    Work,
    WorkerRow,
    Workers,
    WorkQueue,
    work_id,
)
from clerkwork.ports.gate import Ending, Holding, Lease, Leases, Stop, Stops
from clerkwork.ports.history import Decided, History, Moved, Passed
from clerkwork.ports.inbox import Inbox, Replies
from clerkwork.ports.people import (
    Approvals,
    Archive,
    Channel,
    ChannelPlugin,
    ChannelTools,
    Letters,
    Outbox,
    PrintHouse,
    ProvingArchive,
    Queue,
)
from clerkwork.ports.portals import Browser, Entrance, KeptSessions, Picture, Row, Screen, Seen
from clerkwork.ports.proof import EvidenceArchive, EvidenceStore, StepRecord, Trail
from clerkwork.ports.rooms import EvidenceRoom, OldRun, Room
from clerkwork.ports.seeking import EvidenceShelf, PictureWords
from clerkwork.ports.slots import BEGUN, Accounted, SlotRow, Slots
from clerkwork.ports.trials import Trials

__all__ = [
    "BEGUN",
    "NORMAL",
    "QUEUE",
    "Accounted",
    "Alerts",
    "Approvals",
    "Archive",
    "Ask",
    "Balances",
    "Books",
    "Browser",
    "Census",
    "Channel",
    "ChannelPlugin",
    "ChannelTools",
    "Clock",
    "DebtorFiles",
    "Decided",
    "Declarations",
    "Documents",
    "Dossiers",
    "Ending",
    "Entrance",
    "Errand",
    "Errands",
    "EvidenceArchive",
    "EvidenceRoom",
    "EvidenceShelf",
    "EvidenceStore",
    "Filed",
    "Handovers",
    "History",
    "Holding",
    "Inbox",
    "KeptSessions",
    "Lease",
    "Leases",
    "Lessons",
    "Letters",
    "MessageEvents",
    "Moved",
    "OldRun",
    "Outbox",
    "PaidItems",
    "Passed",
    "PayLinks",
    "Picture",
    "PictureWords",
    "PostingRow",
    "PrintHouse",
    "Progress",
    "Promises",
    "ProvingArchive",
    "Queue",
    "Replies",
    "Room",
    "Row",
    "RunRow",
    "RunTally",
    "Runs",
    "Screen",
    "Secret",
    "Seen",
    "SlotRow",
    "Slots",
    "StatementReader",
    "StepRecord",
    "Stop",
    "Stops",
    "Teller",
    "Trail",
    "Trials",
    "Vault",
    "Work",
    "WorkQueue",
    "WorkerRow",
    "Workers",
    "work_id",
]
