"""Whether a process is over, waited for by the kernel's own word."""

from __future__ import annotations

import os
import select

PATIENCE = 20
"""Seconds that a process which was killed may take to be over."""


def gone(process: int) -> bool:
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], PATIENCE)[0])
    finally:
        os.close(handle)
