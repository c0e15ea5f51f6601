"""Marks of decisions, as the leaves of the log of runs hold them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from clerkwork.core.evidence.parse import instant

__all__ = ["decision_marks"]


def decision_marks(
    leaves: Iterable[Mapping[str, Any]],
) -> dict[str, tuple[str, datetime | None]]:
    """Mark → kind of the decision, and when the log was told of it (UTC)."""
    return {
        str(one[0]): (str(one[1]), instant(leaf.get("at")))
        for leaf in leaves
        if leaf.get("kind") == "decisions"
        for one in leaf["made"]
        if isinstance(one, list) and len(one) == 2
    }
