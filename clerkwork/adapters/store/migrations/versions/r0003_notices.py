"""Batches that the bank explains, and the lines they were replaced by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from clerkwork.adapters.store.columns import Instant, Words

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Nothing of what is there changes."""
    op.create_table(
        "notices",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("booked", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("bank_ref", Words(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("line", sa.String(length=64), nullable=True),
        sa.Column("source", Words(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["line"], ["bank_lines.id"], name="fk_notices_line"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
    )
    op.create_index("ix_notices_account_booked", "notices", ["account", "booked"])
    applied = sa.text("state = 'applied'")
    op.create_index(
        "uq_notices_applied",
        "notices",
        ["line"],
        unique=True,
        sqlite_where=applied,
        postgresql_where=applied,
    )
    op.create_table(
        "line_parts",
        sa.Column("part", sa.String(length=64), nullable=False),
        sa.Column("line", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["part"], ["bank_lines.id"], name="fk_line_parts_part"),
        sa.ForeignKeyConstraint(["line"], ["bank_lines.id"], name="fk_line_parts_line"),
        sa.PrimaryKeyConstraint("part", name="pk_line_parts"),
    )
    op.create_index("ix_line_parts_line", "line_parts", ["line"])
