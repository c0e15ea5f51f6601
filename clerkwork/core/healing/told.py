"""What was healed, as the steps of a run's evidence tell it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clerkwork.core.evidence import SelectorUse

__all__ = ["REVIEW", "healed_in"]

REVIEW = "clerkwork selectors review list"
"""The command that shows what was healed, to accept or to reject."""


def healed_in(selectors: Iterable[SelectorUse]) -> Mapping[str, str]:
    """Of the selectors a step used, those that were healed: 'section.key' to 'written → used'."""
    return {each.name: each.used for each in selectors if each.healed}
