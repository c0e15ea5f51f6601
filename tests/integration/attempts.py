"""What attempts do in the tests: importable by name, as a process of its own has to import it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

Sign = Callable[[str], None]


def well(word: str, sign: Sign) -> str:
    sign("one step")
    return word


def hang(folder: str, sign: Sign) -> str:
    """Hang for ever, with a program of its own, whose number it leaves behind."""
    child = subprocess.Popen([sys.executable, "-c", "import threading; threading.Event().wait()"])
    (Path(folder) / "program").write_text(str(child.pid))
    (Path(folder) / "attempt").write_text(str(os.getpid()))
    sign("a program was begun")
    threading.Event().wait()
    return "never"


def busy(steps: int, sign: Sign) -> str:
    """Give a sign at each step, for as long as somebody listens."""
    for step in range(steps):
        sign(str(step))
        threading.Event().wait(0.05)
    return "done"


def die(sign: Sign) -> str:
    os.abort()
