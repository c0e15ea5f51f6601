"""What this process holds over all machines, and whether the process of another is gone."""

from __future__ import annotations

from clerkwork.adapters.holding.holding import HeldLeases
from clerkwork.adapters.holding.processes import (
    browser_mark,
    end_browsers,
    process,
    this_process,
)

__all__ = ["HeldLeases", "browser_mark", "end_browsers", "process", "this_process"]
