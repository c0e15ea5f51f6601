"""Processor seconds of what a benchmark starts, by kind of process; read from Linux's /proc."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

__all__ = ["command_of", "descendants", "spent"]

_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_EVERY = 0.25
"""Seconds between looks: what lives shorter, and is reaped by nobody we see, is missed."""


@contextmanager
def spent(kind: Callable[[str], str]) -> Iterator[Mapping[str, float]]:
    """Processor seconds, user and system, of all our descendants inside the block, by kind.

    `kind` names a process by its command line. The mapping is filled when the block
    ends, and stays empty where there is no /proc.
    """
    result: dict[str, float] = {}
    before = dict(descendants(os.getpid()))
    seen: dict[int, tuple[str, float]] = {}
    ended = threading.Event()

    def look() -> None:
        for process, used in descendants(os.getpid()).items():
            # Asked each time: it bears its parent's name until it becomes what it will be, and
            # none once it has ended.
            command = command_of(process)
            name = kind(command) if command else seen.get(process, ("other", 0.0))[0]
            seen[process] = (name, used - before.get(process, 0.0))

    def watch() -> None:
        while not ended.wait(_EVERY):
            look()

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield result
    finally:
        ended.set()
        thread.join()
        look()
        sums: defaultdict[str, float] = defaultdict(float)
        for name, used in seen.values():
            sums[name] += used
        result.update(sums)


def descendants(root: int) -> dict[int, float]:
    """Processor seconds that each living descendant has used itself, by process id."""
    parents: dict[int, int] = {}
    used: dict[int, float] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            # It ended while we looked.
            continue
        process = int(entry.name)
        parents[process] = int(fields[1])
        used[process] = (int(fields[11]) + int(fields[12])) / _TICKS
    return {process: used[process] for process in used if _is_under(process, root, parents)}


def _is_under(process: int, root: int, parents: Mapping[int, int]) -> bool:
    at = parents.get(process, 0)
    while at and at != root:
        at = parents.get(at, 0)
    return at == root


def command_of(process: int) -> str:
    """What a process was started as; empty if it is over."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (OSError, UnicodeDecodeError):
        return ""
