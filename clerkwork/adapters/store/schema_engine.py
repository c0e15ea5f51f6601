"""The tables of unattended work: what was asked for, when it was due, and who does it."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    text,
)

from clerkwork.adapters.store.columns import Instant
from clerkwork.adapters.store.schema_words import metadata, words

__all__ = ["alerts", "errands", "leases", "slots", "stops", "workers"]

errands = Table(
    "errands",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", String(200), nullable=False, unique=True),
    words("task"),
    words("subject"),
    words("by"),
    Column("asked", Instant, nullable=False),
    Column("not_before", Instant),
    Column("queue", String(40), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    words("note"),
    Column("ended", Instant),
    Index(None, "state"),
)
"""A task that is to be run once: by a slot, by a person, or by an answer that was waited for.

`id` is the engine's workflow id; `subject` the id of what it goes on with, e.g. of a work item.
`state`: 'queued', 'running', 'done', 'stopped', 'failed' or 'refused' (never begun, `note` says
why)."""

slots = Table(
    "slots",
    metadata,
    Column("task", String(200), primary_key=True),
    Column("due", Instant, primary_key=True),
    Column("state", String(20), nullable=False),
    words("why"),
    Column("errand", ForeignKey("errands.id")),
    Column("at", Instant, nullable=False),
)
"""Every moment at which a task was due: 'queued' (its errand says how that ended), 'skipped',
'missed' or 'refused', each with its reason; `at` is when it was accounted for."""

leases = Table(
    "leases",
    metadata,
    Column("name", String(200), primary_key=True),
    words("shown"),
    words("holder"),
    words("worker"),
    Column("epoch", BigInteger, nullable=False),
    Column("taken", Instant),
    Column("until", Instant),
)
"""What may be held once over all machines, such as a portal's login (`name` shows neither address
nor user, `shown` is for people). `epoch` grows with every taking, so that a holder that slept can
tell. Free where `until` is missing (given up in order, or taken from a holder known to be dead, at
`taken`) or past (it ran out: nobody knows whether its holder is dead); both are of the database's
clock, not of the office's, which the demo moves. `worker` is the holder's process."""

stops = Table(
    "stops",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("scope", String(200), nullable=False),
    words("by"),
    words("why"),
    Column("since", Instant, nullable=False),
    Column("lifted", Instant),
    words("lifted_by"),
    Index(
        "uq_stops_standing",
        "scope",
        unique=True,
        sqlite_where=text("lifted IS NULL"),
        postgresql_where=text("lifted IS NULL"),
    ),
)
"""What somebody, or too many failures in a row, has stopped: 'writes' (every write of every robot
and channel), 'robot NAME' (the writes of one) or 'task NAME' (a task is not begun any more)."""

workers = Table(
    "workers",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("kind", String(20), nullable=False),
    words("host"),
    Column("process", Integer, nullable=False),
    words("version"),
    Column("queues", JSON, nullable=False),
    Column("started", Instant, nullable=False),
    Column("seen", Instant, nullable=False),
    Column("draining", Boolean, nullable=False),
    Column("ended", Instant),
)
"""Processes of the engine: 'worker', 'scheduler', 'console' or 'serve'. `seen` is of the database's
clock; one that was not seen for too long has died, and what it had taken is taken over."""

alerts = Table(
    "alerts",
    metadata,
    Column("cause", String(200), primary_key=True),
    Column("kind", String(20), nullable=False),
    words("text"),
    words("run"),
    Column("first", Instant, nullable=False),
    Column("last", Instant, nullable=False),
    Column("times", Integer, nullable=False),
    Column("told", Instant),
    Column("told_by", JSON, nullable=False),
    Column("over", Instant),
)
"""Causes of trouble, each told once; one that was over and comes back is told again."""
