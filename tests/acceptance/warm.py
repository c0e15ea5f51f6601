"""Commands in processes of their own, forked from one that has imported all of Clerkwork.

Most of what a short command takes is Python's start with its imports, which is the same each time.
All else is as if it had been typed: folder, environment, path, what it prints, how it ends.
"""

from __future__ import annotations

import atexit
import fcntl
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing import util
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

__all__ = ["COMMAND", "Clerk", "run"]

COMMAND = "from clerkwork.cli import main; main()"

_IMPORTED = (
    "clerkwork.bootstrap",
    "clerkwork.bootstrap.engine",
    "clerkwork.bootstrap.ready",
    "clerkwork.cli.app",
    "clerkwork.cli.fault",
    "clerkwork.cli.world",
    "clerkwork.demo.world",
    "clerkwork.app.execute",
    "clerkwork.adapters.report",
    "alembic.runtime.environment",
    "dbos",
    "fastapi",
    "holidays",
    "jinja2",
    "psycopg",
    "uvicorn.lifespan.on",
    "uvicorn.protocols.http.auto",
)
_WORK = ("serve", "worker")
"""Commands that fork their attempts from a process of its own, which has the same imported."""
_BYTES = 65_536
_FREE = 500
"""A file's number from which on none is taken."""
_PID = 10
"""Signs in which the number of a process is told."""
_one_at_a_time = threading.Lock()


class Clerk:
    """A command at work; has what the tests use of `subprocess.Popen`."""

    def __init__(
        self,
        words: Sequence[str],
        folder: Path,
        env: Mapping[str, str],
        streams: Sequence[int],
        program: str = COMMAND,
    ) -> None:
        """Begin it; `streams` are its standard input, output and error, as in `Popen`."""
        self._words = [*words]
        self._ended, telling = os.pipe()
        order = json.dumps(
            {"words": self._words, "folder": str(folder), "env": dict(env), "program": program}
        )
        try:
            with _one_at_a_time:
                socket.send_fds(_line(), [f"{order}\n".encode()], [*streams, telling])
        finally:
            os.close(telling)
        self.pid = int(os.read(self._ended, _PID))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self._status(0)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status, or below zero the signal; raises `subprocess.TimeoutExpired`."""
        status = self._status(timeout)
        if status is None:
            raise subprocess.TimeoutExpired(self._words, timeout or 0.0)
        return status

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def send_signal(self, which: signal.Signals) -> None:
        # Its number is not given to another while nobody has heard how it ended.
        if self.poll() is None:
            os.kill(self.pid, which)

    def _status(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._ended], [], [], timeout)[0]:
            self.returncode = int(os.read(self._ended, _BYTES))
            os.close(self._ended)
        return self.returncode


def run(
    words: Sequence[str],
    folder: Path,
    env: Mapping[str, str],
    *,
    said: str = "",
    patience: float,
    program: str = COMMAND,
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, as `subprocess.run` does; `said` is its standard input."""
    with TemporaryFile() as stdin, TemporaryFile() as out, TemporaryFile() as err:
        stdin.write(said.encode())
        stdin.seek(0)
        streams = [stream.fileno() for stream in (stdin, out, err)]
        clerk = Clerk(words, folder, env, streams, program)
        try:
            status = clerk.wait(patience)
        finally:
            clerk.kill()
        for stream in (out, err):
            stream.seek(0)
        printed, complained = out.read().decode(), err.read().decode()
    return subprocess.CompletedProcess([*words], status, printed, complained)


@cache
def _line() -> socket.socket:
    """The line to the process that is forked from; it ends when this one does."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-P", __file__, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    def hang_up() -> None:
        ours.close()
        process.wait()

    atexit.register(hang_up)
    return ours


def _await_orders(line: socket.socket) -> str:
    """Fork a clerk for each order; what this process has to do if it has become one."""
    while True:
        order, streams, _, _ = socket.recv_fds(line, _BYTES, 4)
        while order and not order.endswith(b"\n"):
            order += line.recv(_BYTES)
        if not order:
            return ""
        # Whoever waits for the clerk is nobody's to wait for.
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        if not os.fork():
            line.close()
            return _wait_for_clerk(json.loads(order), streams)
        for stream in streams:
            os.close(stream)


def _wait_for_clerk(order: Mapping[str, Any], streams: Sequence[int]) -> str:
    """Fork the clerk and tell how it ended; what it has to do, in the clerk itself."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    *standard, telling = streams
    clerk = os.fork()
    if not clerk:
        os.close(telling)
        _become(order, standard)
        return str(order["program"])
    for stream in standard:
        os.close(stream)
    os.write(telling, f"{clerk:{_PID}}".encode())
    status = os.waitstatus_to_exitcode(os.waitpid(clerk, 0)[1])
    os.write(telling, str(status).encode())
    return ""


def _become(order: Mapping[str, Any], standard: Sequence[int]) -> None:
    """Stand where the command was typed."""
    os.setsid()
    for number, stream in enumerate(standard):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["env"])
    sys.argv = ["clerkwork", *order["words"]]
    sys.path.insert(0, order["folder"])
    if order["words"] and order["words"][0] in _WORK:
        _keep_forkserver()


def _keep_forkserver() -> None:
    """Keep a process like this one for when `multiprocessing` would start Python for its server."""
    ours, theirs = socket.socketpair()
    kept = os.fork()
    if not kept:
        ours.close()
        _be_forkserver(theirs)
        os._exit(0)
    theirs.close()
    begin = util.spawnv_passfds

    def begun(path: bytes, args: Sequence[Any], passfds: Sequence[int]) -> int:
        if "forkserver" not in str(args[-1]):
            return begin(path, args, passfds)
        util.spawnv_passfds = begin
        with ours:
            told = json.dumps({"program": args[-1], "fds": [*passfds]})
            socket.send_fds(ours, [told.encode()], [*passfds])
        return kept

    util.spawnv_passfds = begun


def _be_forkserver(line: socket.socket) -> None:
    """As Python would be, started with that program and these files; nothing if none is wanted."""
    with line:
        order, files, _, _ = socket.recv_fds(line, _BYTES, 8)
    if not order:
        return
    told = json.loads(order)
    free = [fcntl.fcntl(file, fcntl.F_DUPFD, _FREE) for file in files]
    for file, number in zip(free, told["fds"], strict=True):
        os.dup2(file, number)
        os.close(file)
    exec(told["program"], {"__name__": "__main__"})  # noqa: S102 - multiprocessing's own


def _work() -> None:
    for name in _IMPORTED:
        importlib.import_module(name)
    # What is never looked through again stays shared between the processes.
    gc.freeze()
    program = _await_orders(socket.socket(fileno=int(sys.argv[1])))
    exec(program, {"__name__": "__main__"})  # noqa: S102 - a test's own


if __name__ == "__main__":
    _work()
