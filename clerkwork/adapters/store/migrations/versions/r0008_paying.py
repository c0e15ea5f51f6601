"""Paying: what messages asked beyond the items, plans of instalments, links that were revoked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from clerkwork.adapters.store.columns import Instant, Words

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Of messages of before it is not known what was costs in them: none are shown."""
    op.add_column("messages", sa.Column("costs", sa.BigInteger(), nullable=True))
    op.add_column("messages", sa.Column("interest", sa.BigInteger(), nullable=True))
    op.add_column("messages", sa.Column("claimed_in", sa.String(length=3), nullable=True))
    op.add_column("promises", sa.Column("plan", Words(), nullable=False, server_default=""))
    op.create_table(
        "pay_links",
        sa.Column("debtor", Words(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", Words(), nullable=False),
        sa.PrimaryKeyConstraint("debtor", name="pk_pay_links"),
    )
