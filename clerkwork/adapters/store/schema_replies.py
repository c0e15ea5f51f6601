"""The table of replies that were read."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from clerkwork.adapters.store.columns import Instant, Words
from clerkwork.adapters.store.schema_words import metadata, words

__all__ = ["replies"]

replies = Table(
    "replies",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("folder", String(200), nullable=False),
    Column("message_id", Words, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("validity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
    Column("received", Instant, nullable=False),
    Column("on", Date, nullable=False),
    words("sender"),
    words("subject"),
    words("text"),
    Column("cut", Boolean, nullable=False),
    Column("automatic", Boolean, nullable=False),
    Column("answers", JSON, nullable=False),
    Column("failed_to", JSON, nullable=False),
    Column("delayed_to", JSON, nullable=False),
    words("debtor"),
    Column("perhaps", JSON, nullable=False),
    words("message"),
    Column("known", Boolean, nullable=False),
    Column("label", String(20), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("sure", Boolean, nullable=False),
    Column("why", JSON, nullable=False),
    Column("promised", Date),
    Column("reason", String(20), nullable=False),
    words("run"),
    Column("read", Instant, nullable=False),
    Column("state", String(20), nullable=False),
    words("note"),
    UniqueConstraint("folder", "message_id", "digest"),
    Index(None, "folder", "validity", "uid"),
    Index(None, "state"),
    Index(None, "received"),
)
"""What came into the mailbox. `promised` is the one day that a promise or an automatic reply names.
The digest is of what a mail says: a second mail that pretends to be
the first by its Message-ID is another one."""
