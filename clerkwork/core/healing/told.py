"""What was healed, as the steps of a run's evidence tell it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

__all__ = ["REVIEW", "healed_in"]

REVIEW = "clerkwork selectors review list"
"""The command that shows what was healed, to accept or to reject."""

_MARK = " (healed: "


def healed_in(selectors: Iterable[str]) -> Mapping[str, str]:
    """Of the selectors a step used, those that were healed: 'section.key' to 'written → used'."""
    found = (each.partition(_MARK) for each in selectors)
    return {name: told.removesuffix(")") for name, mark, told in found if mark}
