"""Resident memory of a process and of what it started, by kind; read from Linux's /proc."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks._cpu import command_of, descendants

__all__ = ["Sample", "kind", "memory_of"]


@dataclass(frozen=True, slots=True)
class Sample:
    """Megabytes by kind: 'own', 'driver' (Playwright's), 'browser', 'other'."""

    megabytes: Mapping[str, float]

    def of(self, kind: str) -> float:
        return self.megabytes.get(kind, 0.0)


def memory_of(process: int) -> Sample:
    """What is resident now; pages that browser processes share count in each of them."""
    sums: dict[str, float] = {"own": _resident(process)}
    for each in descendants(process):
        name = kind(command_of(each))
        sums[name] = sums.get(name, 0.0) + _resident(each)
    return Sample(sums)


def kind(command: str) -> str:
    """What a process is, by its command line."""
    if "run-driver" in command:
        return "driver"
    return "browser" if "chrom" in command or "headless" in command else "other"


def _resident(process: int) -> float:
    try:
        told = Path(f"/proc/{process}/status").read_text()
    except OSError:
        # It ended while we looked.
        return 0.0
    lines = [line for line in told.splitlines() if line.startswith("VmRSS:")]
    return int(lines[0].split()[1]) / 1024 if lines else 0.0
