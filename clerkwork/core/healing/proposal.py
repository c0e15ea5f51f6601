"""A change of a selectors file that a person accepts or rejects."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Change", "Proposal", "State", "Written", "proposal_id"]

State = Literal["open", "accepted", "rejected"]

Written = str | Mapping[str, str]
"""A selector as a selectors file has it: text, or { row = ..., column = ... }."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One value of a selectors file, and what is to stand there instead."""

    path: tuple[str | int, ...]
    """Keys and places in lists that lead to it: ('menu', 'open_items') or ('login', 'user', 0)."""
    old: Written | None
    """None where nothing stands there yet."""
    new: Written


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a broken selector should be instead, with why."""

    id: str
    portal: str
    name: str
    """'section.name', or 'section.columns'."""
    changes: tuple[Change, ...]
    used: bool
    """Whether a run went on with it; else the run stopped and asks."""
    reasons: tuple[str, ...] = ()
    at: str = ""
    """When it was made (UTC, ISO 8601)."""
    state: State = "open"
    by: str = ""
    decided: str = ""
    pictures: tuple[str, ...] = field(default=())
    """Names of the picture files beside it: as it was, as it is."""


def proposal_id(portal: str, changes: tuple[Change, ...]) -> str:
    """The same for the same change of the same portal's file."""
    told = json.dumps([portal, [[each.path, each.new] for each in changes]], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:8]
