"""The tables of debtors, and of what becomes known of them over time."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)

from clerkwork.adapters.store.columns import Instant, Words
from clerkwork.adapters.store.schema_words import metadata, words

__all__ = [
    "debtors",
    "declarations",
    "due_balances",
    "message_events",
    "paid_items",
    "promises",
]

debtors = Table(
    "debtors",
    metadata,
    Column("source", String(200), primary_key=True),
    Column("number", Words, primary_key=True),
    Column("position", Integer, nullable=False),
    words("name"),
    words("kind"),
    Column("address", JSON, nullable=False),
    words("country"),
    words("language"),
    words("email"),
    Column("ibans", JSON, nullable=False),
    Column("credit_limit", BigInteger),
    Column("currency", String(3)),
    Column("terms", Integer, nullable=False),
    Column("paper", Boolean, nullable=False),
    words("block"),
    Column("mobile", Words, nullable=False, default="", server_default=""),
    Column("preferred", Words, nullable=False, default="", server_default=""),
    Column("age", Words, nullable=False, default="", server_default=""),
    Column("occupation", Words, nullable=False, default="", server_default=""),
    Column("needs", JSON, nullable=False, server_default="[]"),
)

_STANDING = text("withdrawn IS NULL")

declarations = Table(
    "declarations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("debtor", Words, nullable=False),
    Column("fact", String(20), nullable=False),
    words("value"),
    Column("since", Date, nullable=False),
    words("by"),
    words("ground"),
    Column("at", Instant, nullable=False),
    Column("withdrawn", Instant),
    words("withdrawn_by"),
    Index(
        "uq_declarations_standing",
        "debtor",
        "fact",
        "value",
        unique=True,
        sqlite_where=_STANDING,
        postgresql_where=_STANDING,
    ),
)
"""What debtors declared; one that was withdrawn stays as history and counts no more."""

paid_items = Table(
    "paid_items",
    metadata,
    Column("source", String(200), primary_key=True),
    Column("number", Words, primary_key=True),
    Column("customer", Words, primary_key=True),
    Column("due", Date, nullable=False),
    Column("on", Date, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    words("iban"),
    Column("by_fetch", Boolean, nullable=False),
    Column("issued", Date),
    Index(None, "customer"),
    Index(None, "on"),
)
"""Invoices that were open and are not any more; `by_fetch` where nothing was keyed for them, so
that `on` is only when they were not seen any more."""

due_balances = Table(
    "due_balances",
    metadata,
    Column("source", String(200), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("due", Date, primary_key=True),
    Column("open", BigInteger, nullable=False),
    Column("credit", BigInteger, nullable=False),
    Column("items", Integer, nullable=False),
)
"""What each source showed as open when it was fetched last on a day, summed by due date. Nobody is
named in it, so it is kept for good: how balances roll is told from it."""

promises = Table(
    "promises",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("debtor", Words, nullable=False),
    Column("items", JSON, nullable=False),
    Column("until", Date, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("owed", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("made", Instant, nullable=False),
    words("by"),
    Column("channel", String(40), nullable=False),
    Column("state", String(20), nullable=False),
    Column("settled", Instant),
    words("note"),
    Column("plan", Words, nullable=False, default="", server_default=""),
    Index(None, "state"),
)

pay_links = Table(
    "pay_links",
    metadata,
    Column("debtor", Words, primary_key=True),
    Column("turn", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    words("by"),
)
"""Debtors whose payment links were revoked: which turn of links is good now."""

message_events = Table(
    "message_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message", ForeignKey("messages.seq"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("at", Instant, nullable=False),
    Column("report", String(200), nullable=False),
    words("provider"),
    UniqueConstraint("message", "kind", "report"),
    Index(None, "at"),
)
"""What became known of messages that were sent. `report` is the provider's id of it, or else its
time: the same report twice is one."""
