"""Which machine this is, and whether a worker's process on it still lives."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import socket
from pathlib import Path

from clerkwork.adapters.holding.processes import began, is_over

__all__ = ["lives_here", "new_worker_id", "this_machine"]

_BORN = re.compile(r"-(\d+)-([0-9a-f]+)t[0-9a-f]+$")
"""The end of a worker's id: the number of its process, and when that began."""


def this_machine() -> str:
    """Its name, with a mark that tells containers of one name, and the boots of one machine, apart.

    Empty of marks where the system has neither (then nobody's death is known by its process).
    """
    name = socket.gethostname() or "machine"
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
        processes = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        return name
    mark = hashlib.sha256(f"{boot.strip()} {processes}".encode()).hexdigest()[:6]
    return f"{name}/{mark}"


def new_worker_id() -> str:
    """Never given twice: 'desk-1/5f02ab-4711-9c3e4t7f'; it says when the process began."""
    number = os.getpid()
    return f"{this_machine()}-{number}-{int(began(number) or 0):x}t{secrets.token_hex(1)}"


def lives_here(machine: str, process: int, id: str = "") -> bool | None:
    """Whether a worker's process lives; None where only its own machine can tell.

    Told by its id from a later process of the same number. One that is frozen lives.
    """
    if "/" not in machine or machine != this_machine():
        return None
    born = _BORN.search(id)
    start = str(int(born[2], 16)) if born and born[1] == str(process) else ""
    return not is_over(process, start)
