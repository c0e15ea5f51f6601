"""Processes of this machine: known again, told from a later one of the same number, and ended.

Only Linux tells enough. Elsewhere, and of other machines, nothing is said for certain.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import socket
import time
from dataclasses import asdict, dataclass
from pathlib import Path

__all__ = [
    "began",
    "browser_mark",
    "end_browsers",
    "is_dead",
    "is_over",
    "process",
    "this_process",
    "told",
]

_PROC = Path("/proc")
_PATIENCE = 5.0
"""Seconds in which a process that was ended is gone."""
_GONE = ("Z", "X")
"""States of a process that does nothing any more, though its parent has not asked after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Process:
    host: str
    """Its name, for people."""
    number: int
    boot: str
    """The start of the machine that it belongs to; no two machines have the same one."""
    space: str
    """The kernel's own name of the space in which processes are numbered, as a container has."""
    user: int
    began: str
    """In the kernel's ticks since the machine started: tells it from one of the same number."""


def this_process() -> str:
    """This process, as `Lease.worker` names it."""
    return process(os.getpid())


def process(number: int) -> str:
    """A process of this machine that lives, as `Lease.worker` names it."""
    return json.dumps(asdict(_seen(number)), separators=(",", ":"))


def told(worker: str) -> str:
    """For people: 'process 123 on blade'; empty where nothing is known."""
    known = _read(worker)
    return f"process {known.number} on {known.host}" if known else ""


def is_dead(worker: str) -> bool:
    """Whether that process is surely gone; False also where nobody here can know."""
    known = _read(worker)
    return known is not None and _is_ours(known) and is_over(known.number, known.began)


def is_over(number: int, start: str) -> bool:
    """Whether a process of this machine is surely gone, told by its `start` from a later one.

    Without a start, a later one of the same number is taken for it.
    """
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        # Of another user: it cannot be ours if ours began at another time.
        pass
    now = _stat(number)
    return now is not None and (now[0] in _GONE or (bool(start) and now[1] != start))


def began(number: int) -> str:
    """When a process of this machine began, in the kernel's ticks; empty where nothing tells."""
    now = _stat(number)
    return now[1] if now else ""


def browser_mark(worker: str) -> str:
    """What the browsers of a process bear on their command lines."""
    return f"--clerk={hashlib.sha256(worker.encode()).hexdigest()[:24]}"


def end_browsers(worker: str) -> int | None:
    """End the browsers of a process of this machine; how many there were.

    None where they cannot be looked for, or one of them does not end.
    """
    known = _read(worker)
    if known is None or not _is_ours(known):
        return None
    mark = browser_mark(worker).encode()
    found = _bearing(mark)
    for number in found:
        with contextlib.suppress(ProcessLookupError):
            # A browser leads a group of its own, in which all its helpers are.
            if os.getpgid(number) == number:
                os.killpg(number, signal.SIGKILL)
            os.kill(number, signal.SIGKILL)
    until = time.monotonic() + _PATIENCE
    while left := _bearing(mark):
        if time.monotonic() > until:
            return None
        time.sleep(0.01 * len(left))
    return len(found)


def _bearing(mark: bytes) -> list[int]:
    found = []
    for line in _PROC.glob("[0-9]*/cmdline"):
        # It may end while it is looked at; one of another user is none of ours.
        with contextlib.suppress(OSError):
            if mark in line.read_bytes().split(b"\0"):
                found.append(int(line.parent.name))
    return found


def _seen(number: int) -> _Process:
    stat = _stat(number)
    return _Process(
        host=socket.gethostname(),
        number=number,
        boot=_text(_PROC / "sys/kernel/random/boot_id") if stat else "",
        space=_link(_PROC / "self/ns/pid"),
        user=os.getuid() if hasattr(os, "getuid") else 0,
        began=stat[1] if stat else "",
    )


def _is_ours(known: _Process) -> bool:
    """Whether it was numbered by the kernel, and in the space, that number this process too."""
    here = _seen(os.getpid())
    return bool(known.boot) and (known.boot, known.space, known.user) == (
        here.boot,
        here.space,
        here.user,
    )


def _stat(number: int) -> tuple[str, str] | None:
    """State and start of a process, as proc_pid_stat(5) has them."""
    text = _text(_PROC / str(number) / "stat")
    fields = text.rpartition(")")[2].split()
    return (fields[0], fields[19]) if len(fields) > 19 else None


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def _link(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:
        return ""


def _read(worker: str) -> _Process | None:
    try:
        return _Process(**json.loads(worker))
    except (ValueError, TypeError):
        return None
