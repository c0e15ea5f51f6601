"""The tables of experiments: which began, who is in which arm, and what was told of them."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from clerkwork.adapters.store.columns import Instant, Words
from clerkwork.adapters.store.schema_words import metadata, words

__all__ = ["experiment_entries", "experiment_looks", "experiments"]

experiments = Table(
    "experiments",
    metadata,
    Column("name", Words, primary_key=True),
    words("design"),
    Column("begun", Instant, nullable=False),
    Column("stopped", Instant),
    words("stopped_by"),
    words("note"),
)
"""`design` is as what it was declared when it began: it may not change any more."""

experiment_entries = Table(
    "experiment_entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("experiment", ForeignKey("experiments.name"), nullable=False),
    Column("debtor", Words, nullable=False),
    Column("arm", JSON, nullable=False),
    words("segment"),
    Column("steps", JSON, nullable=False),
    Column("since", Date, nullable=False),
    Column("items", JSON, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("experiment", "debtor"),
    Index(None, "since"),
)
"""Who came into which arm. `arm` and `steps` are what differed then, so that he stays where he is
whatever becomes of the experiment."""

experiment_looks = Table(
    "experiment_looks",
    metadata,
    Column("experiment", ForeignKey("experiments.name"), primary_key=True),
    Column("number", Integer, primary_key=True),
    words("control"),
    Column("control_paid", Integer, nullable=False),
    Column("control_of", Integer, nullable=False),
    words("arm"),
    Column("arm_paid", Integer, nullable=False),
    Column("arm_of", Integer, nullable=False),
    Column("critical", Float, nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("at", Instant, nullable=False),
)
