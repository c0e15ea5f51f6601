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
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from clerkwork.adapters.store.columns import Instant, Words

__all__ = [
    "KNOWN",
    "allocations",
    "approvals",
    "attachments",
    "balances",
    "debtors",
    "fetches",
    "items",
    "line_parts",
    "lines",
    "matches",
    "message_moves",
    "messages",
    "metadata",
    "notices",
    "orders",
    "posting_moves",
    "postings",
    "remembered",
    "runs",
    "statements",
    "work_decisions",
    "work_items",
]

KNOWN = ("0001", "0002", "0003")
"""Schema revisions this release knows, oldest first; the last one is what it needs."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _words(name: str) -> Column[str]:
    return Column(name, Words, nullable=False, default="")


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

debtors = Table(
    "debtors",
    metadata,
    Column("source", String(200), primary_key=True),
    Column("number", Words, primary_key=True),
    Column("position", Integer, nullable=False),
    _words("name"),
    _words("kind"),
    Column("address", JSON, nullable=False),
    _words("country"),
    _words("language"),
    _words("email"),
    Column("ibans", JSON, nullable=False),
    Column("credit_limit", BigInteger),
    Column("currency", String(3)),
    Column("terms", Integer, nullable=False),
    Column("paper", Boolean, nullable=False),
    _words("block"),
)

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
    _words("description"),
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
    _words("number"),
    Column("opened", Date, nullable=False),
    Column("closed", Date, nullable=False),
    Column("opening", BigInteger, nullable=False),
    Column("closing", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    _words("source"),
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
    _words("payer"),
    _words("payer_iban"),
    _words("text"),
    _words("structured"),
    _words("end_to_end"),
    _words("bank_ref"),
    _words("code"),
    _words("raw"),
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
    _words("bank_ref"),
    Column("parts", JSON, nullable=False),
    Column("state", String(20), nullable=False),
    Column("line", ForeignKey("bank_lines.id")),
    _words("source"),
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
    _words("rule"),
    Column("reasons", JSON, nullable=False),
    _words("customer"),
    Column("allocations", JSON, nullable=False),
    Column("candidates", JSON, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Column("confidence", Float, nullable=False),
    _words("residual"),
    _words("reverses"),
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
    _words("memo"),
    Column("state", String(20), nullable=False),
    _words("rule"),
    Column("reasons", JSON, nullable=False),
    _words("run"),
    _words("note"),
    _words("receipt"),
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
    _words("run"),
    _words("note"),
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
    _words("kind"),
    _words("title"),
    Column("created", Instant, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("choices", JSON, nullable=False),
    _words("evidence"),
    _words("decision"),
    _words("by"),
    Column("decided", Instant),
    _words("note"),
)

work_decisions = Table(
    "work_decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item", ForeignKey("work_items.seq"), nullable=False),
    _words("decision"),
    _words("by"),
    Column("at", Instant, nullable=False),
    _words("note"),
    Index(None, "item"),
)
"""What was ever decided of an item; an empty decision is a reopening."""

remembered = Table(
    "remembered",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    _words("what"),
    _words("customer"),
    _words("line"),
    _words("item"),
    _words("by"),
    Column("at", Instant, nullable=False),
    _words("forgotten_by"),
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

messages = Table(
    "messages",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    Column("channel", String(40), nullable=False),
    _words("recipient"),
    _words("subject"),
    _words("text"),
    _words("html"),
    _words("debtor"),
    _words("step"),
    Column("amount", BigInteger),
    Column("currency", String(3)),
    Column("items", JSON, nullable=False),
    Column("on", Date),
    _words("message_id"),
    Column("state", String(20), nullable=False),
    _words("note"),
    _words("proof"),
    Index(
        "uq_messages_message_id",
        "message_id",
        unique=True,
        sqlite_where=text("message_id <> ''"),
        postgresql_where=text("message_id <> ''"),
    ),
    Index(None, "debtor"),
    Index(None, "state"),
)

attachments = Table(
    "attachments",
    metadata,
    Column("message", ForeignKey("messages.seq"), primary_key=True),
    Column("position", Integer, primary_key=True),
    _words("name"),
    _words("media_type"),
    Column("content", LargeBinary, nullable=False),
    _words("inline"),
)

message_moves = Table(
    "message_moves",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message", ForeignKey("messages.seq"), nullable=False),
    Column("state", String(20), nullable=False),
    Column("at", Instant, nullable=False),
    _words("run"),
    _words("note"),
    _words("proof"),
    Index(None, "message"),
)

approvals = Table(
    "approvals",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("order", Words, nullable=False),
    Column("customer", Words, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("placed", Date, nullable=False),
    _words("description"),
    Column("reasons", JSON, nullable=False),
    Column("facts", JSON, nullable=False),
    _words("approver"),
    Column("asked", Instant, nullable=False),
    Column("expires", Instant, nullable=False),
    Column("replaced", Boolean, nullable=False),
    _words("verdict"),
    _words("by"),
    Column("decided", Instant),
    _words("via"),
    _words("reason"),
    Column("keyed", Boolean, nullable=False),
    _words("note"),
    Index(
        "uq_approvals_question",
        "order",
        "customer",
        "amount",
        "currency",
        unique=True,
        sqlite_where=text("NOT replaced"),
        postgresql_where=text("NOT replaced"),
    ),
)

runs = Table(
    "runs",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("run", String(200), nullable=False, unique=True),
    _words("task"),
    Column("started", Instant, nullable=False),
    Column("ended", Instant),
    Column("outcome", String(20), nullable=False),
    Column("figures", JSON, nullable=False),
    _words("note"),
)
