"""What was open on each day by due date, and when invoices that were paid had been issued."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Balances are kept from now on; when invoices of before were issued is not known."""
    op.add_column("paid_items", sa.Column("issued", sa.Date(), nullable=True))
    op.create_table(
        "due_balances",
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("open", sa.BigInteger(), nullable=False),
        sa.Column("credit", sa.BigInteger(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "day", "currency", "due", name="pk_due_balances"),
    )
