"""Experiments: which began, who is in which arm, and what was told of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from clerkwork.adapters.store.columns import Instant, Words

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Nothing was tried on anybody before."""
    op.create_table(
        "experiments",
        sa.Column("name", Words(), nullable=False),
        sa.Column("design", Words(), nullable=False),
        sa.Column("begun", Instant(), nullable=False),
        sa.Column("stopped", Instant(), nullable=True),
        sa.Column("stopped_by", Words(), nullable=False),
        sa.Column("note", Words(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_experiments"),
    )
    op.create_table(
        "experiment_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("experiment", Words(), nullable=False),
        sa.Column("debtor", Words(), nullable=False),
        sa.Column("arm", sa.JSON(), nullable=False),
        sa.Column("segment", Words(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment"], ["experiments.name"], name="fk_experiment_entries_experiment"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_experiment_entries"),
        sa.UniqueConstraint("experiment", "debtor", name="uq_experiment_entries_experiment_debtor"),
    )
    op.create_index("ix_experiment_entries_since", "experiment_entries", ["since"])
    op.create_table(
        "experiment_looks",
        sa.Column("experiment", Words(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("control", Words(), nullable=False),
        sa.Column("control_paid", sa.Integer(), nullable=False),
        sa.Column("control_of", sa.Integer(), nullable=False),
        sa.Column("arm", Words(), nullable=False),
        sa.Column("arm_paid", sa.Integer(), nullable=False),
        sa.Column("arm_of", sa.Integer(), nullable=False),
        sa.Column("critical", sa.Float(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment"], ["experiments.name"], name="fk_experiment_looks_experiment"
        ),
        sa.PrimaryKeyConstraint("experiment", "number", name="pk_experiment_looks"),
    )
