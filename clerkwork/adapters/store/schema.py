"""The store's tables as this release knows them; `migrations/` brings a store there.

Amounts are integers in minor units beside a column with their currency. What
must be unique is unique by constraint, so that a second process cannot get
past it either.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)

from clerkwork.adapters.store.columns import Instant, Words
from clerkwork.adapters.store.schema_debtors import (
    debtors,
    declarations,
    due_balances,
    message_events,
    paid_items,
    pay_links,
    promises,
)
from clerkwork.adapters.store.schema_engine import alerts, errands, leases, slots, stops, workers
from clerkwork.adapters.store.schema_experiments import (
    experiment_entries,
    experiment_looks,
    experiments,
)
from clerkwork.adapters.store.schema_people import (
    approvals,
    attachments,
    handovers,
    message_moves,
    messages,
)
from clerkwork.adapters.store.schema_replies import replies
from clerkwork.adapters.store.schema_words import metadata, words

__all__ = [
    "KNOWN",
    "alerts",
    "allocations",
    "approvals",
    "attachments",
    "balances",
    "debtors",
    "declarations",
    "due_balances",
    "errands",
    "experiment_entries",
    "experiment_looks",
    "experiments",
    "fetches",
    "handovers",
    "items",
    "leases",
    "line_parts",
    "lines",
    "matches",
    "message_events",
    "message_moves",
    "messages",
    "metadata",
    "notices",
    "orders",
    "paid_items",
    "pay_links",
    "posting_moves",
    "postings",
    "promises",
    "remembered",
    "replies",
    "runs",
    "slots",
    "statements",
    "stops",
    "work_decisions",
    "work_items",
    "workers",
]

KNOWN = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011")
"""Schema revisions this release knows, oldest first; the last one is what it needs."""

fetches = Table(
    "fetches",
    metadata,
    Column("what", String(40), primary_key=True),
    Column("source", String(200), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("count", Integer, nullable=False),
    Column("last_move", Integer, nullable=False),
)
"""`last_move` is the newest of `posting_moves` when the fetch began, because clocks can stand."""

items = Table(
    "open_items",
    metadata,
    Column("source", String(200), primary_key=True),
    Column("number", Words, primary_key=True),
    Column("customer", Words, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("open", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("due", Date, nullable=False),
    Column("issued", Date),
    Column("total", BigInteger),
    Column("discount", BigInteger),
    Column("discount_until", Date),
    Column("disputed", Boolean, nullable=False),
    Index(None, "number", "customer"),
)

orders = Table(
    "orders",
    metadata,
    Column("source", String(200), primary_key=True),
    Column("number", Words, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("customer", Words, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("placed", Date, nullable=False),
    words("description"),
)

balances = Table(
    "ledger_balances",
    metadata,
    Column("source", String(200), primary_key=True),
    Column("ledger", Words, primary_key=True),
    Column("balance", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
)

statements = Table(
    "statements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", String(64), nullable=False),
    Column("position", Integer, nullable=False),
    words("number"),
    Column("opened", Date, nullable=False),
    Column("closed", Date, nullable=False),
    Column("opening", BigInteger, nullable=False),
    Column("closing", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    words("source"),
    Column("at", Instant, nullable=False),
    UniqueConstraint("account", "position"),
)
"""`position` counts an account's statements from 1: two can never follow the same one."""

lines = Table(
    "bank_lines",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("statement", ForeignKey("statements.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("account", String(64), nullable=False),
    Column("booked", Date, nullable=False),
    Column("valued", Date, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    words("payer"),
    words("payer_iban"),
    words("text"),
    words("structured"),
    words("end_to_end"),
    words("bank_ref"),
    words("code"),
    words("raw"),
    UniqueConstraint("statement", "position"),
)

notices = Table(
    "notices",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("booked", Date, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    words("bank_ref"),
    Column("parts", JSON, nullable=False),
    Column("state", String(20), nullable=False),
    Column("line", ForeignKey("bank_lines.id")),
    words("source"),
    Column("at", Instant, nullable=False),
    Index(None, "account", "booked"),
    Index(
        "uq_notices_applied",
        "line",
        unique=True,
        sqlite_where=text("state = 'applied'"),
        postgresql_where=text("state = 'applied'"),
    ),
)
"""Batches that the bank explained, with their transactions: waiting for their line, applied to
it (`line`), or recorded, because that was settled already."""

line_parts = Table(
    "line_parts",
    metadata,
    Column("part", ForeignKey("bank_lines.id"), primary_key=True),
    Column("line", ForeignKey("bank_lines.id"), nullable=False),
    Index(None, "line"),
)
"""Lines that a batch was replaced by; the batch stays, as the statement has it."""

matches = Table(
    "matches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("line", ForeignKey("bank_lines.id"), nullable=False),
    Column("outcome", String(20), nullable=False),
    words("rule"),
    Column("reasons", JSON, nullable=False),
    words("customer"),
    Column("allocations", JSON, nullable=False),
    Column("candidates", JSON, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Column("confidence", Float, nullable=False),
    words("residual"),
    words("reverses"),
    Index(
        "uq_matches_current",
        "line",
        unique=True,
        sqlite_where=text("until IS NULL"),
        postgresql_where=text("until IS NULL"),
    ),
    Index(None, "line"),
)
"""A line's outcomes; the one without `until` is the current one."""

_LIVE = text("state NOT IN ('void', 'rejected', 'reversed')")

postings = Table(
    "postings",
    metadata,
    Column("reference", String(64), primary_key=True),
    Column("turn", Integer, nullable=False),
    Column("line", ForeignKey("bank_lines.id"), nullable=False),
    Column("customer", Words, nullable=False),
    Column("account", String(64), nullable=False),
    Column("booked", Date, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    words("memo"),
    Column("state", String(20), nullable=False),
    words("rule"),
    Column("reasons", JSON, nullable=False),
    words("run"),
    words("note"),
    words("receipt"),
    Column("at", Instant, nullable=False),
    Column("submitted", Instant),
    Index("uq_postings_live", "line", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
    UniqueConstraint("turn"),
)

allocations = Table(
    "allocations",
    metadata,
    Column("reference", ForeignKey("postings.reference"), primary_key=True),
    Column("item", Words, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("discount", BigInteger, nullable=False),
    Column("open_before", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
)

posting_moves = Table(
    "posting_moves",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reference", ForeignKey("postings.reference"), nullable=False),
    Column("was", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("at", Instant, nullable=False),
    words("run"),
    words("note"),
    Column("receipt", JSON),
    Index(None, "reference"),
)
"""Every state a posting was ever in, for the auditor; `was` is empty when it was proposed first."""

work_items = Table(
    "work_items",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("key", Words, nullable=False, unique=True),
    words("kind"),
    words("title"),
    Column("created", Instant, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("choices", JSON, nullable=False),
    words("evidence"),
    words("decision"),
    words("by"),
    Column("decided", Instant),
    words("note"),
    Column("debtor", Words, nullable=False, default="", server_default=""),
)

work_decisions = Table(
    "work_decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item", ForeignKey("work_items.seq"), nullable=False),
    words("decision"),
    words("by"),
    Column("at", Instant, nullable=False),
    words("note"),
    Index(None, "item"),
)
"""What was ever decided of an item; an empty decision is a reopening."""

remembered = Table(
    "remembered",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    words("what"),
    words("customer"),
    words("line"),
    words("item"),
    words("by"),
    Column("at", Instant, nullable=False),
    words("forgotten_by"),
    Column("forgotten", Instant),
    Index(
        "uq_remembered_current",
        "kind",
        "what",
        "customer",
        unique=True,
        sqlite_where=text("forgotten IS NULL"),
        postgresql_where=text("forgotten IS NULL"),
    ),
)
"""What people's decisions taught; what was forgotten stays as history and counts no more."""

runs = Table(
    "runs",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("run", String(200), nullable=False, unique=True),
    words("task"),
    Column("started", Instant, nullable=False),
    Column("ended", Instant),
    Column("outcome", String(20), nullable=False),
    Column("figures", JSON, nullable=False),
    words("note"),
    Column("errand", String(200)),
    Column("worker", Words, nullable=False, default="", server_default=""),
    Column("attempt", Integer, nullable=False, default=1, server_default="1"),
    Index(None, "errand"),
)
"""`errand` is what a run was an attempt of; missing where a person ran it at his desk."""
