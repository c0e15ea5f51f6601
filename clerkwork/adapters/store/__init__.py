"""Our own store of the truth: books, queue, outbox, approvals and runs in one database."""

from __future__ import annotations

from dataclasses import dataclass

from clerkwork.adapters.store.alerts import StoredAlerts
from clerkwork.adapters.store.approvals import StoredApprovals
from clerkwork.adapters.store.balances import StoredBalances
from clerkwork.adapters.store.books import StoredBooks
from clerkwork.adapters.store.census import StoredCensus
from clerkwork.adapters.store.database import Database, is_on_server, open_database
from clerkwork.adapters.store.debtors import (
    StoredDeclarations,
    StoredMessageEvents,
    StoredPaidItems,
    StoredPayLinks,
    StoredPromises,
)
from clerkwork.adapters.store.errands import StoredErrands, StoredWorkers
from clerkwork.adapters.store.gate import Gate
from clerkwork.adapters.store.handovers import StoredHandovers
from clerkwork.adapters.store.history import StoredHistory
from clerkwork.adapters.store.instants import Now, database_now
from clerkwork.adapters.store.leases import StoredLeases
from clerkwork.adapters.store.outbox import StoredOutbox
from clerkwork.adapters.store.queue import StoredQueue
from clerkwork.adapters.store.remembered import StoredLessons
from clerkwork.adapters.store.replies import StoredReplies
from clerkwork.adapters.store.runs import StoredRuns
from clerkwork.adapters.store.slots import StoredSlots
from clerkwork.adapters.store.stops import StoredStops
from clerkwork.adapters.store.trials import StoredTrials
from clerkwork.adapters.store.upgrade import upgrade
from clerkwork.ports import (
    Alerts,
    Approvals,
    Balances,
    Books,
    Census,
    Clock,
    Declarations,
    Errands,
    Handovers,
    History,
    Leases,
    Lessons,
    MessageEvents,
    Outbox,
    PaidItems,
    PayLinks,
    Promises,
    Queue,
    Replies,
    Runs,
    Slots,
    Stops,
    Trials,
    Workers,
)

__all__ = ["Gate", "Store", "is_on_server", "open_store", "store_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """An open store; what was returned from its methods is committed and stays."""

    books: Books
    queue: Queue
    outbox: Outbox
    approvals: Approvals
    runs: Runs
    lessons: Lessons
    errands: Errands
    slots: Slots
    workers: Workers
    leases: Leases
    stops: Stops
    alerts: Alerts
    census: Census
    history: History
    declarations: Declarations
    paid_items: PaidItems
    pay_links: PayLinks
    promises: Promises
    events: MessageEvents
    trials: Trials
    balances: Balances
    handovers: Handovers
    replies: Replies
    database: Database

    def close(self) -> None:
        self.database.close()


def open_store(url: str, clock: Clock, password: str = "", gate: Gate | None = None) -> Store:
    """Open the store at an SQLAlchemy URL and bring its tables to this release.

    E.g. 'sqlite:///output/clerkwork.db' (made if it is not there, readable by
    its owner alone), 'sqlite://' in memory, or 'postgresql://clerk@host/clerkwork', whose
    password, if any, is given beside it or by libpq's own means. Every claim of a write
    passes `gate`. Raises `StoreError`: of a newer release, locked, full, read-only, damaged, not
    to be reached, or not a store of Clerkwork.
    """
    return store_in(open_database(url, password), clock, gate)


def store_in(
    database: Database, clock: Clock, gate: Gate | None = None, now: Now = database_now
) -> Store:
    """The store in a database that was opened, brought to this release; closed if it cannot be.

    `now` is the database's own clock, by which leases are counted.
    """
    try:
        upgrade(database)
    except BaseException:
        database.close()
        raise
    gate = gate or Gate()
    return Store(
        books=StoredBooks(database, clock, gate),
        queue=StoredQueue(database, clock),
        outbox=StoredOutbox(database, clock, gate),
        approvals=StoredApprovals(database, clock, gate),
        runs=StoredRuns(database),
        lessons=StoredLessons(database, clock),
        errands=StoredErrands(database, clock),
        slots=StoredSlots(database),
        workers=StoredWorkers(database),
        leases=StoredLeases(database, now),
        stops=StoredStops(database, clock),
        alerts=StoredAlerts(database),
        census=StoredCensus(database),
        history=StoredHistory(database),
        declarations=StoredDeclarations(database, clock),
        paid_items=StoredPaidItems(database),
        pay_links=StoredPayLinks(database, clock),
        promises=StoredPromises(database, clock),
        events=StoredMessageEvents(database),
        trials=StoredTrials(database, clock),
        balances=StoredBalances(database),
        handovers=StoredHandovers(database, clock, gate),
        replies=StoredReplies(database, clock),
        database=database,
    )
