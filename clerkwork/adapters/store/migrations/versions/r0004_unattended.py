"""Unattended work: errands, slots, leases, stops, workers and alerts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from clerkwork.adapters.store.columns import Instant, Words

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Runs of before belong to no errand and to no worker."""
    _errands()
    _slots()
    _leases()
    _stops()
    _workers()
    _alerts()
    for column in (
        sa.Column("errand", sa.String(length=200), nullable=True),
        sa.Column("worker", Words(), nullable=False, server_default=""),
        sa.Column("attempt", sa.Integer(), nullable=False, server_default="1"),
    ):
        op.add_column("runs", column)
    op.create_index("ix_runs_errand", "runs", ["errand"])


def _errands() -> None:
    op.create_table(
        "errands",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("task", Words(), nullable=False),
        sa.Column("subject", Words(), nullable=False),
        sa.Column("by", Words(), nullable=False),
        sa.Column("asked", Instant(), nullable=False),
        sa.Column("not_before", Instant(), nullable=True),
        sa.Column("queue", sa.String(length=40), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("note", Words(), nullable=False),
        sa.Column("ended", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name="pk_errands"),
        sa.UniqueConstraint("id", name="uq_errands_id"),
    )
    op.create_index("ix_errands_state", "errands", ["state"])


def _slots() -> None:
    op.create_table(
        "slots",
        sa.Column("task", sa.String(length=200), nullable=False),
        sa.Column("due", Instant(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("why", Words(), nullable=False),
        sa.Column("errand", sa.String(length=200), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["errand"], ["errands.id"], name="fk_slots_errand"),
        sa.PrimaryKeyConstraint("task", "due", name="pk_slots"),
    )


def _leases() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("shown", Words(), nullable=False),
        sa.Column("holder", Words(), nullable=False),
        sa.Column("worker", Words(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("taken", Instant(), nullable=True),
        sa.Column("until", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )


def _stops() -> None:
    op.create_table(
        "stops",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=200), nullable=False),
        sa.Column("by", Words(), nullable=False),
        sa.Column("why", Words(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("lifted", Instant(), nullable=True),
        sa.Column("lifted_by", Words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stops"),
    )
    standing = sa.text("lifted IS NULL")
    op.create_index(
        "uq_stops_standing",
        "stops",
        ["scope"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )


def _workers() -> None:
    op.create_table(
        "workers",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("host", Words(), nullable=False),
        sa.Column("process", sa.Integer(), nullable=False),
        sa.Column("version", Words(), nullable=False),
        sa.Column("queues", sa.JSON(), nullable=False),
        sa.Column("started", Instant(), nullable=False),
        sa.Column("seen", Instant(), nullable=False),
        sa.Column("draining", sa.Boolean(), nullable=False),
        sa.Column("ended", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_workers"),
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("cause", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", Words(), nullable=False),
        sa.Column("run", Words(), nullable=False),
        sa.Column("first", Instant(), nullable=False),
        sa.Column("last", Instant(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("told", Instant(), nullable=True),
        sa.Column("told_by", sa.JSON(), nullable=False),
        sa.Column("over", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("cause", name="pk_alerts"),
    )
