"""Confidence and reversals of matches, and what people's decisions taught."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from clerkwork.adapters.store.columns import Instant, Words

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Matches of before have confidence 0: none was stated."""
    op.add_column(
        "matches", sa.Column("confidence", sa.Float(), nullable=False, server_default="0")
    )
    for name in ("residual", "reverses"):
        op.add_column("matches", sa.Column(name, Words(), nullable=False, server_default=""))
    _remembered()


def _remembered() -> None:
    current = sa.text("forgotten IS NULL")
    op.create_table(
        "remembered",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        *(
            sa.Column(name, Words(), nullable=False)
            for name in ("what", "customer", "line", "item", "by")
        ),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("forgotten_by", Words(), nullable=False),
        sa.Column("forgotten", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_remembered"),
    )
    op.create_index(
        "uq_remembered_current",
        "remembered",
        ["kind", "what", "customer"],
        unique=True,
        sqlite_where=current,
        postgresql_where=current,
    )
