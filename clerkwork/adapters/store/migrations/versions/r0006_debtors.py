"""What becomes known of debtors: declarations, promises, paid items, events of their messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from clerkwork.adapters.store.columns import Instant, Words

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Of debtors of before nothing was declared; their messages were of no segment."""
    for name in ("mobile", "preferred", "age", "occupation"):
        op.add_column("debtors", sa.Column(name, Words(), nullable=False, server_default=""))
    op.add_column("debtors", sa.Column("needs", sa.JSON(), nullable=False, server_default="[]"))
    for name in ("journey", "segment"):
        op.add_column("messages", sa.Column(name, Words(), nullable=False, server_default=""))
    op.add_column("messages", sa.Column("ground", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("work_items", sa.Column("debtor", Words(), nullable=False, server_default=""))
    _declarations()
    _paid_items()
    _promises()
    _message_events()


def _declarations() -> None:
    op.create_table(
        "declarations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("debtor", Words(), nullable=False),
        sa.Column("fact", sa.String(length=20), nullable=False),
        sa.Column("value", Words(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("by", Words(), nullable=False),
        sa.Column("ground", Words(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("withdrawn", Instant(), nullable=True),
        sa.Column("withdrawn_by", Words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_declarations"),
    )
    standing = sa.text("withdrawn IS NULL")
    op.create_index(
        "uq_declarations_standing",
        "declarations",
        ["debtor", "fact", "value"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )


def _paid_items() -> None:
    op.create_table(
        "paid_items",
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("number", Words(), nullable=False),
        sa.Column("customer", Words(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("iban", Words(), nullable=False),
        sa.Column("by_fetch", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("source", "number", "customer", name="pk_paid_items"),
    )
    op.create_index("ix_paid_items_customer", "paid_items", ["customer"])
    op.create_index("ix_paid_items_on", "paid_items", ["on"])


def _promises() -> None:
    op.create_table(
        "promises",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("debtor", Words(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("owed", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("made", Instant(), nullable=False),
        sa.Column("by", Words(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("settled", Instant(), nullable=True),
        sa.Column("note", Words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_promises"),
    )
    op.create_index("ix_promises_state", "promises", ["state"])


def _message_events() -> None:
    op.create_table(
        "message_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("report", sa.String(length=200), nullable=False),
        sa.Column("provider", Words(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["messages.seq"], name="fk_message_events_message"),
        sa.PrimaryKeyConstraint("id", name="pk_message_events"),
        sa.UniqueConstraint(
            "message", "kind", "report", name="uq_message_events_message_kind_report"
        ),
    )
    op.create_index("ix_message_events_at", "message_events", ["at"])
