"""Replies of debtors: each mail once, with what was read in it and what became of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from clerkwork.adapters.store.columns import Instant, Words

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Nothing was read before."""
    op.create_table(
        "replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("folder", sa.String(length=200), nullable=False),
        sa.Column("message_id", Words(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("validity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("received", Instant(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("sender", Words(), nullable=False),
        sa.Column("subject", Words(), nullable=False),
        sa.Column("text", Words(), nullable=False),
        sa.Column("cut", sa.Boolean(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("failed_to", sa.JSON(), nullable=False),
        sa.Column("delayed_to", sa.JSON(), nullable=False),
        sa.Column("debtor", Words(), nullable=False),
        sa.Column("perhaps", sa.JSON(), nullable=False),
        sa.Column("message", Words(), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("label", sa.String(length=20), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("sure", sa.Boolean(), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("promised", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("run", Words(), nullable=False),
        sa.Column("read", Instant(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("note", Words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_replies"),
        sa.UniqueConstraint(
            "folder", "message_id", "digest", name="uq_replies_folder_message_id_digest"
        ),
    )
    op.create_index("ix_replies_folder_validity_uid", "replies", ["folder", "validity", "uid"])
    op.create_index("ix_replies_state", "replies", ["state"])
    op.create_index("ix_replies_received", "replies", ["received"])
