"""Debtors who were handed over to collection."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from clerkwork.adapters.store.columns import Instant, Words

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Nobody was handed over before."""
    op.create_table(
        "handovers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("debtor", Words(), nullable=False),
        sa.Column("cycle", sa.Date(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("by", Words(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("run", Words(), nullable=False),
        sa.Column("submitted", Instant(), nullable=True),
        sa.Column("dossier", Words(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("note", Words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_handovers"),
    )
    standing = sa.text("state <> 'recalled'")
    op.create_index(
        "uq_handovers_standing",
        "handovers",
        ["debtor"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
