"""What attempts do in the tests: importable by name, as a process of its own has to import it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from clerkwork.bootstrap.holding import mark

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


def hang_with_browser(folder: str, sign: Sign) -> str:
    """Hang with a program in a group of its own that bears this process' mark, as a browser does.

    It is stopped, so that no polite request would end it.
    """
    child = subprocess.Popen(
        [sys.executable, "-c", "import threading; threading.Event().wait()", mark()],
        start_new_session=True,
    )
    os.kill(child.pid, signal.SIGSTOP)
    (Path(folder) / "browser").write_text(str(child.pid))
    sign("a browser was begun")
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
