"""What this process holds over all machines, and whether the process of another is gone."""

from __future__ import annotations

from clerkwork.adapters.holding.awake import awake
from clerkwork.adapters.holding.holding import HeldLeases
from clerkwork.adapters.holding.machine import lives_here, new_worker_id, this_machine
from clerkwork.adapters.holding.processes import (
    browser_mark,
    end_browsers,
    process,
    this_process,
)

__all__ = [
    "HeldLeases",
    "awake",
    "browser_mark",
    "end_browsers",
    "lives_here",
    "new_worker_id",
    "process",
    "this_machine",
    "this_process",
]
