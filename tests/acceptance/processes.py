"""Processes as the kernel's own table shows them: whose they are, and their end."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from pathlib import Path

__all__ = ["command_of", "kill_all", "offspring", "parent_of", "signal_all"]


def parent_of(process: int) -> int:
    """The number of its parent; 0 if it is over."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(status.rpartition(")")[2].split()[1])


def offspring(process: int) -> tuple[int, ...]:
    """A process's children and all of theirs."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        one = int(folder.name)
        children.setdefault(parent_of(one), []).append(one)
    found: list[int] = []
    ask = [process]
    while ask:
        own = children.get(ask.pop(), [])
        found += own
        ask += own
    return tuple(found)


def command_of(process: int) -> str:
    """What a process was started as; empty if it is over."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def signal_all(processes: Iterable[int], number: int) -> None:
    """Those that are over are left out."""
    for process in processes:
        try:
            os.kill(process, number)
        except ProcessLookupError:
            continue


def kill_all(processes: Iterable[int]) -> None:
    """As if the plug were pulled: none of them has time to notice the others' end."""
    all_of_them = tuple(processes)
    signal_all(all_of_them, signal.SIGSTOP)
    signal_all(all_of_them, signal.SIGKILL)
