"""The tables of what goes to people and comes back: messages and approvals."""

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
    LargeBinary,
    String,
    Table,
    text,
)

from clerkwork.adapters.store.columns import Instant, Words
from clerkwork.adapters.store.schema_words import metadata, words

__all__ = ["approvals", "attachments", "handovers", "message_moves", "messages"]

messages = Table(
    "messages",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    Column("channel", String(40), nullable=False),
    words("recipient"),
    words("subject"),
    words("text"),
    words("html"),
    words("debtor"),
    words("step"),
    Column("amount", BigInteger),
    Column("currency", String(3)),
    Column("costs", BigInteger),
    Column("interest", BigInteger),
    Column("claimed_in", String(3)),
    Column("items", JSON, nullable=False),
    Column("on", Date),
    words("message_id"),
    Column("state", String(20), nullable=False),
    words("note"),
    words("proof"),
    Column("journey", Words, nullable=False, default="", server_default=""),
    Column("segment", Words, nullable=False, default="", server_default=""),
    Column("ground", JSON, nullable=False, server_default="[]"),
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
"""`ground` is the list of why its debtor was in his segment; of a notice of costs an object: that
list as `why`, and as `announced` what it said in minor units of `claimed_in`."""

attachments = Table(
    "attachments",
    metadata,
    Column("message", ForeignKey("messages.seq"), primary_key=True),
    Column("position", Integer, primary_key=True),
    words("name"),
    words("media_type"),
    Column("content", LargeBinary, nullable=False),
    words("inline"),
)

message_moves = Table(
    "message_moves",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message", ForeignKey("messages.seq"), nullable=False),
    Column("state", String(20), nullable=False),
    Column("at", Instant, nullable=False),
    words("run"),
    words("note"),
    words("proof"),
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
    words("description"),
    Column("reasons", JSON, nullable=False),
    Column("facts", JSON, nullable=False),
    words("approver"),
    Column("asked", Instant, nullable=False),
    Column("expires", Instant, nullable=False),
    Column("replaced", Boolean, nullable=False),
    words("verdict"),
    words("by"),
    Column("decided", Instant),
    words("via"),
    words("reason"),
    Column("keyed", Boolean, nullable=False),
    words("note"),
    Column("run", Words, nullable=False, default="", server_default=""),
    Column("submitted", Instant),
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

_STANDING = text("state <> 'recalled'")

handovers = Table(
    "handovers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("debtor", Words, nullable=False),
    Column("cycle", Date, nullable=False),
    Column("items", JSON, nullable=False),
    words("by"),
    Column("at", Instant, nullable=False),
    Column("state", String(20), nullable=False),
    words("run"),
    Column("submitted", Instant),
    words("dossier"),
    Column("sha256", String(64), nullable=False),
    words("note"),
    Index(
        "uq_handovers_standing",
        "debtor",
        unique=True,
        sqlite_where=_STANDING,
        postgresql_where=_STANDING,
    ),
)
"""Debtors who were handed over to collection; one that was recalled stays as history."""
