"""Which machine this is, and whether a process of it still lives."""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
from pathlib import Path

__all__ = ["lives_here", "new_worker_id", "this_machine"]


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
    """Never given twice: 'desk-1/5f02ab-4711-9c3e'."""
    return f"{this_machine()}-{os.getpid()}-{secrets.token_hex(2)}"


def lives_here(machine: str, process: int) -> bool | None:
    """Whether a process lives; None where only its own machine can tell."""
    if "/" not in machine or machine != this_machine():
        return None
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
