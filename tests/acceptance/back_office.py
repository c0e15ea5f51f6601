"""A whole back office for a test: a workspace, both portals, a mail server, the approval pages."""

from __future__ import annotations

import json
import mailbox
import os
import shutil
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import warm
from warm import Clerk

from clerkwork.adapters.vault import EncryptedFile
from clerkwork.demo.mailroom import ARCHIVE
from clerkwork.demo.places import on_free_ports, own_keys
from clerkwork.demo.start import Places, credentials
from clerkwork.workspace import make_workspace
from clerkwork.workspace.starter import carried

APPROVER = "inge.visser@waterland.example"
PATIENCE = 240.0
"""Seconds that a command may take, on a slow machine."""
_MATCH_ALL = '''"""All that comes before keying, in one run."""

from clerkwork import Run, task
from tasks.fetch_ledger import fetch_ledger
from tasks.fetch_statements import fetch_statements
from tasks.reconcile_payments import reconcile_payments


@task()
def match_all(run: Run) -> None:
    """Fetch and match."""
    for each in (fetch_ledger, fetch_statements, reconcile_payments):
        run.do(each)
'''
_WORLD = "from clerkwork.demo.world import main; main()"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackOffice:
    """Everything by its folder; commands run as a user would type them, in their own process."""

    folder: Path
    places: Places
    env: dict[str, str]
    warm: bool = True
    """Whether a command may be spared Python's own start, which is the same each time."""

    @property
    def output(self) -> Path:
        return self.folder / "output"

    @property
    def world_folder(self) -> Path:
        return self.output / "demo"

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "clerkwork.cli", *words]

    def run(self, *words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; exit status and all it printed."""
        if self.warm:
            return warm.run(words, self.folder, self.env, said=stdin or "", patience=PATIENCE)
        return subprocess.run(
            self.command(*words),
            cwd=self.folder,
            env=self.env,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def done(self, *words: str) -> str:
        """Run a command that must succeed; what it printed."""
        ended = self.run(*words)
        assert ended.returncode == 0, f"{words}: {ended.stdout}\n{ended.stderr}"
        return ended.stdout

    def start(self, *words: str) -> Clerk:
        """Start a command, to be killed; what it prints goes to output/started.log."""
        self.output.mkdir(exist_ok=True)
        with (self.output / "started.log").open("a") as log, Path(os.devnull).open() as nothing:
            streams = (nothing.fileno(), log.fileno(), log.fileno())
            return Clerk(words, self.folder, self.env, streams)

    def keep(self, secrets: Mapping[str, str]) -> None:
        """Set secrets as `clerkwork vault set` does, without a process for each."""
        key = Path(self.env["CLERKWORK_VAULT_KEY"])
        vault = EncryptedFile(self.folder / "config" / "secrets.vault", key)
        for name, value in secrets.items():
            vault.write(name, value)

    def figures(self) -> dict[str, int]:
        """The last run's figures, as our store has them."""
        query = "SELECT figures FROM runs ORDER BY started DESC, rowid DESC LIMIT 1"
        return dict(json.loads(self.store(query)[0][0]))

    def store(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask our own store."""
        with closing(sqlite3.connect(self.output / "clerkwork.db")) as store:
            return store.execute(query, values).fetchall()

    def erp(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the ERP's own database."""
        with closing(sqlite3.connect(self.world_folder / "kantoor.sqlite")) as erp:
            return erp.execute(query, values).fetchall()

    def truth(self) -> dict[str, Any]:
        """What a perfect clerk would conclude of the book."""
        known: dict[str, Any] = json.loads((self.world_folder / "truth.json").read_text())
        return known

    def mail(self, *, archived: bool = False) -> list[tuple[str, mailbox.MaildirMessage]]:
        """Recipient and message of every mail that arrived."""
        found = []
        for place in sorted((self.world_folder / "mail").glob("*")):
            if (place.name == ARCHIVE) == archived:
                found += [(place.name, message) for message in mailbox.Maildir(place)]
        return found

    def control(self, method: str, path: str, **body: object) -> dict[str, Any]:
        """Speak to the control desk of the world: faults, holds, what it saw."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.places.control}{path}",
            data=json.dumps(body).encode() if body else None,
            method=method,
        )
        with urllib.request.urlopen(request, timeout=130) as answer:  # noqa: S310 - loopback
            return dict(json.loads(answer.read()))


def settle_in(folder: Path) -> BackOffice:
    """A fresh workspace in a folder, on ports of its own, with keys of its own."""
    make_workspace(folder / "workspace")
    return _settled(folder)


def _settled(folder: Path) -> BackOffice:
    root = folder / "workspace"
    settings = root / "config" / "workspace.toml"
    settings.write_text(settings.read_text().replace("workbook = true", "workbook = false"))
    return BackOffice(
        folder=root,
        places=on_free_ports(root / "config"),
        env={**os.environ, **own_keys(folder)},
    )


def match_all(folder: Path) -> None:
    """Leave a back office there that has fetched and matched: all there is to do is to key."""
    office = settle_in(folder)
    (office.folder / "tasks" / "match_all.py").write_text(_MATCH_ALL)
    with open_world(office):
        office.done("run", "match_all")


def move_in(left: Path, folder: Path) -> BackOffice:
    """The back office that was left in a folder, with its world and keys, on ports of its own."""
    shutil.copytree(left, folder, dirs_exist_ok=True)
    for fresh in carried("workspace.toml").parent.glob("*.toml"):
        shutil.copy(fresh, folder / "workspace" / "config")
    return _settled(folder)


@contextmanager
def open_world(
    office: BackOffice, *, size: str = "small", approver: bool = True, hiccups: bool = True
) -> Iterator[None]:
    """Both portals, the mail server and the approver, with the robots' secrets in the vault."""
    words = [str(office.world_folder), "--size", size, "--ports", office.places.told()]
    words += [] if approver else ["--no-approver"]
    words += [] if hiccups else ["--no-hiccups"]
    with _world(office, words):
        office.keep(credentials(office.world_folder))
        yield


@contextmanager
def _world(office: BackOffice, words: Sequence[str]) -> Iterator[None]:
    """As `clerkwork.demo.start.world` begins and ends it, without Python's own start."""
    office.world_folder.mkdir(parents=True, exist_ok=True)
    log = office.world_folder / "world.log"
    hears, ours = os.pipe()
    said, says = os.pipe()
    with log.open("wb") as file:
        streams = (hears, says, file.fileno())
        process = Clerk(words, office.folder, os.environ, streams, _WORLD)
    os.close(hears)
    os.close(says)
    with ExitStack() as stack:
        # Its input ends first: it ends with that.
        stack.callback(process.wait, 30.0)
        stack.enter_context(os.fdopen(ours, "wb"))
        told = stack.enter_context(os.fdopen(said, "rb"))
        assert told.readline() == b"ready\n", log.read_text(errors="replace")[-500:]
        yield


@contextmanager
def approval_pages(office: BackOffice) -> Iterator[None]:
    """`clerkwork serve`, for the approver's links."""
    process = office.start("console")
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)
