"""The demo's clock as the portals read it: it starts on a Tuesday at 09:00 and is shared by file.

The file holds {"demo": ISO instant in UTC, "real": seconds since the epoch when that was
written, "running": whether it ticks}. Whoever runs the demo's world writes it; it stands
still while the world is down.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

__all__ = ["START", "WorldClock"]

START = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
"""09:00 in Amsterdam."""


class WorldClock:
    """Reads the file at each call and goes on from what it says; `start` and `stop` write it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self) -> datetime:
        anchor = json.loads(self.path.read_text(encoding="utf-8"))
        demo = datetime.fromisoformat(anchor["demo"])
        return demo + timedelta(seconds=time.time() - anchor["real"] if anchor["running"] else 0)

    def start(self) -> None:
        """Tick, from where it stood; from `START` the first time."""
        self._write(self() if self.path.exists() else START, running=True)

    def stop(self) -> None:
        self._write(self(), running=False)

    def move(self, to: datetime) -> None:
        """Go on from that instant: a week is not waited for."""
        self._write(to, running=True)

    def _write(self, demo: datetime, *, running: bool) -> None:
        fresh = self.path.with_suffix(".new")
        anchor = {"demo": demo.isoformat(), "real": time.time(), "running": running}
        fresh.write_text(json.dumps(anchor), encoding="utf-8")
        fresh.replace(self.path)
