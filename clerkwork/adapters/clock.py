"""Clocks: the machine's own, and the demo's, which all its processes share by a file.

The file of a demo clock is one JSON object:

    {"demo": "2026-03-03T08:00:00+00:00", "real": 1772524800.0, "running": true}

`demo` is the instant (ISO 8601 with its offset) at which the clock was set,
`real` the machine's time then, in seconds since 1970 UTC. While `running`,
the time is `demo` plus what passed since `real`; else it stands at `demo`.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from clerkwork.errors import ConfigError

__all__ = ["DemoClock", "SystemClock", "anchor"]


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's time, with days counted in the creditor's zone."""

    zone: ZoneInfo

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    def today(self) -> dt.date:
        return self.now().astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class DemoClock:
    """A clock that goes on from the instant that `anchor` wrote into its file."""

    path: Path
    zone: ZoneInfo

    def now(self) -> dt.datetime:
        """Raises `ConfigError` if the file is missing or not as described above."""
        try:
            data = json.loads(self.path.read_text(encoding="utf-8"))
            demo = dt.datetime.fromisoformat(data["demo"])
            passed = time.time() - float(data["real"]) if data["running"] else 0.0
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise ConfigError(
                f"The demo's clock {self.path} cannot be read ({type(error).__name__}: {error}). "
                "Start the demo again: it sets its clock."
            ) from error
        if demo.tzinfo is None:
            raise ConfigError(
                f"The demo's clock {self.path} says {data['demo']} without an offset; "
                "write it like 2026-03-03T08:00:00+00:00."
            )
        return demo.astimezone(dt.UTC) + dt.timedelta(seconds=passed)

    def today(self) -> dt.date:
        return self.now().astimezone(self.zone).date()


def anchor(path: Path, instant: dt.datetime, *, running: bool = True) -> None:
    """Set a demo clock, for all who read its file; it goes on from there if `running`.

    Raises `ValueError` on an instant without time zone.
    """
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no time zone")
    demo = instant.astimezone(dt.UTC).isoformat()
    content = json.dumps({"demo": demo, "real": time.time(), "running": running})
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(content)
    # Readers see the old time or the new one, never half a file.
    Path(name).replace(path)
