"""What all tables of the store share: how constraints are named, and columns of text."""

from __future__ import annotations

from sqlalchemy import Column, MetaData

from clerkwork.adapters.store.columns import Words

__all__ = ["metadata", "words"]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def words(name: str) -> Column[str]:
    """A text that is never missing, but may be empty."""
    return Column(name, Words, nullable=False, default="")
