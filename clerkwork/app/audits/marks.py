"""What the log of runs was told of decisions: a mark of each, signed with its leaf."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from clerkwork.app.audits.sources import Sources
from clerkwork.app.decided import POLICY, Made
from clerkwork.core.evidence.marks import decision_marks
from clerkwork.core.evidence.parse import instant

__all__ = ["LoggedMarks", "marks_in"]

_LEEWAY = dt.timedelta(minutes=1)
"""What was being decided while a run began may be told with the next one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedMarks:
    """A log of before it was told anything says nothing.

    One of several beside the same store does not know what was told the others.
    """

    marks: Mapping[str, tuple[str, dt.datetime | None]]
    """Mark → kind of the decision, and when the log was told (UTC)."""
    told_by: dt.datetime | None
    """When a run last began, which tells the log of all decisions first; None if none did."""
    policy_since: dt.datetime | None
    """When the log was first told of what policy approved; None if it never was."""
    alone: bool
    """Whether no other log may have been told instead."""

    def hold(self, one: Made) -> bool:
        return one.mark in self.marks

    def speak_of(self, at: dt.datetime | None, *, policy: bool = False) -> bool:
        """Whether a decision of that moment, a person's or that of policy, is among them."""
        if at is None or self.told_by is None or not self.alone:
            return False
        since = self.policy_since if policy else at
        return since is not None and since <= at < self.told_by - _LEEWAY


def marks_in(sources: Sources) -> LoggedMarks:
    """All that the log holds."""
    leaves, told, told_by = sources.log(), False, None
    for leaf in leaves:
        told = told or leaf.get("kind") == "decisions"
        if told and leaf.get("kind") == "begun":
            # Whoever began this run had told the log first.
            told_by = instant(leaf.get("at"))
    marks = decision_marks(leaves)
    of_policy = (at for kind, at in marks.values() if kind == POLICY and at)
    return LoggedMarks(
        marks=marks,
        told_by=told_by,
        policy_since=min(of_policy, default=None),
        alone=sources.one_log,
    )
