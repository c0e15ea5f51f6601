"""Which run keys a decision, and since when its submit may be on its way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from clerkwork.adapters.store.columns import Instant, Words

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Of decisions of before, nobody knows it."""
    op.add_column("approvals", sa.Column("run", Words(), nullable=False, server_default=""))
    op.add_column("approvals", sa.Column("submitted", Instant(), nullable=True))
