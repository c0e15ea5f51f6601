"""A back office whose work is done by engine processes of its own, each to be killed."""

from __future__ import annotations

import json
import os
import re
import select
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from back_office import BackOffice, settle_in
from processes import kill_all, offspring
from sqlalchemy import Engine, NullPool, create_engine, text
from warm import Clerk

from clerkwork.adapters.store import open_store
from clerkwork.testing import FixedClock

PATIENCE = 240.0
"""Seconds for which a moment is waited for, on a slow machine."""
ENDURANCE = {
    "attempts": 9,
    # It grows to four times as much with each failure, of which a test may have many.
    "back_off": 0.01,
    "stop_after": 9,
    "heartbeat": 0.5,
    "dead_after": 10.0,
}


@dataclass(slots=True)
class Plant:
    """The processes of the engine in one back office, by the names that the test gives them."""

    office: BackOffice
    store_url: str
    restarts: bool = False
    """Whether what ends by itself is begun again, as systemd does: on a slow machine a process
    that is at work may be silent for so long that the others take it for dead."""
    processes: dict[str, Clerk | subprocess.Popen[bytes]] = field(default_factory=dict)
    begun: dict[str, tuple[str, ...]] = field(default_factory=dict)
    asked: Engine = field(init=False)
    """By which the store is asked, again and again while something is waited for."""

    def __post_init__(self) -> None:
        # A file is opened anew each time: a restore puts another in its place.
        pool = NullPool if self.store_url.startswith("sqlite") else None
        self.asked = create_engine(self.store_url, pool_pre_ping=True, poolclass=pool)

    def begin(self, name: str, *words: str, env: Mapping[str, str] | None = None) -> None:
        """Start a process, e.g. `begin('a', 'worker')`; what it says goes to output/NAME.log.

        One with an environment of its own has Python's own start, too.
        """
        self.begun[name] = words
        log_of_it = self.office.output / f"{name}.log"
        with log_of_it.open("ab") as log, Path(os.devnull).open() as nothing:
            if env is None:
                streams = (nothing.fileno(), log.fileno(), log.fileno())
                self.processes[name] = Clerk(words, self.office.folder, self.office.env, streams)
                return
            self.processes[name] = subprocess.Popen(
                self.office.command(*words),
                cwd=self.office.folder,
                env={**self.office.env, **env},
                stdin=nothing,
                stdout=log,
                stderr=log,
            )

    def tree(self, name: str) -> tuple[int, ...]:
        """A process and all that it began, it first."""
        process = self.processes[name].pid
        return (process, *offspring(process))

    def begin_again(self) -> None:
        """What has ended by itself."""
        for name, process in [*self.processes.items()]:
            if process.poll() is not None:
                self.begin(name, *self.begun[name])

    def kill(self, name: str, *, whole: bool) -> None:
        """Kill it with -9, alone or with all that it began."""
        kill_all(self.tree(name) if whole else (self.processes[name].pid,))
        self.processes.pop(name).wait()

    def end(self) -> None:
        """Kill whatever still runs."""
        for name in [*self.processes]:
            kill_all(self.tree(name))
            self.processes.pop(name).wait()
        self.asked.dispose()

    def ask(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        """Ask our own store, in SQLite or PostgreSQL."""
        with self.asked.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]

    def wait(self, came: Callable[[], bool], what: str) -> None:
        """Until it came; fails, with what the processes said last, if it never does."""
        until = time.monotonic() + PATIENCE
        while not came():
            ended = [name for name, one in self.processes.items() if one.poll() is not None]
            if self.restarts:
                self.begin_again()
                ended = []
            if ended or time.monotonic() > until:
                raise AssertionError(f"{what} never came; {ended} ended\n{self.said()}")
            select.select([], [], [], 0.05)

    def is_locked(self) -> bool:
        """Whether somebody keeps the file of the store, or of its queue, locked for longer than
        any write takes."""
        if "sqlite" not in self.store_url:
            return False
        file = Path(self.store_url.removeprefix("sqlite:///"))
        return any(_is_locked(one) for one in (file, file.with_name("engine.db")))

    def said(self) -> str:
        logs = sorted(self.office.output.glob("*.log"))
        return "\n".join(f"--- {log.name}\n{log.read_text()[-1500:]}" for log in logs)


def _is_locked(file: Path) -> bool:
    with closing(sqlite3.connect(file, timeout=3)) as opened:
        try:
            opened.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        opened.rollback()
        return False


@contextmanager
def plant(
    folder: Path, store: str = "", *, restarts: bool = False, **more: float
) -> Iterator[Plant]:
    """A fresh back office with an engine's settings for tests; every process ended at the end.

    `store` is the address of another store than the workspace's own file.
    """
    office = settle_in(folder)
    settings = office.folder / "config" / "workspace.toml"
    told = settings.read_text()
    if store:
        told = re.sub(r"(?m)^store = .*", f"store = {json.dumps(store)}", told)
    endurance = {**ENDURANCE, **more}
    told += "\n[engine]\n" + "".join(f"{key} = {value}\n" for key, value in endurance.items())
    settings.write_text(told)
    office.output.mkdir(exist_ok=True)
    url = store or f"sqlite:///{office.output / 'clerkwork.db'}"
    # Made before anybody asks it.
    open_store(url, FixedClock()).close()
    made = Plant(
        office=office,
        store_url=url.replace("postgresql://", "postgresql+psycopg://"),
        restarts=restarts,
    )
    with ExitStack() as stack:
        stack.callback(made.end)
        yield made
