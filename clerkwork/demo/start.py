"""Start the demo's world as a separate process, and look into it from outside."""

from __future__ import annotations

import json
import mailbox
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from clerkwork.demo.mailroom import ARCHIVE

__all__ = ["Counts", "Places", "count", "credentials", "is_up", "world"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Ports of the world, all on loopback."""

    kantoor: int
    polder: int
    control: int
    mail: int

    def told(self) -> str:
        return f"{self.kantoor},{self.polder},{self.control},{self.mail}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What stands in the ERP's own database and in the mailboxes."""

    receipts: int
    """Receipts that the robot keyed."""
    double: int
    """Bank references that more than one receipt bears."""
    released: int
    held: int
    mails: int
    """Mails that debtors received."""
    mails_twice: int
    """Message-IDs that arrived more than once."""
    asked: int
    """Mails that approvers received."""


@contextmanager
def world(
    folder: Path,
    places: Places,
    *,
    size: str = "full",
    seed: int = 2026,
    approver: bool = True,
    hiccups: bool = True,
) -> Iterator[None]:
    """The world in a process of its own, up and answering inside the block.

    Raises `OSError` with what it said if it does not come up.
    """
    command = [sys.executable, "-m", "clerkwork.demo.world", str(folder), "--size", size]
    command += ["--seed", str(seed), "--ports", places.told()]
    command += [] if approver else ["--no-approver"]
    command += [] if hiccups else ["--no-hiccups"]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "world.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            # Of a session of its own: Ctrl-C is ours, the world ends with its input.
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    try:
        said = process.stdout.readline() if process.stdout else b""
        if said.strip() != b"ready":
            process.wait(timeout=10)
            why = (folder / "world.log").read_text(errors="replace").strip().splitlines()
            raise OSError(
                f"the demo's world did not start: {why[-1] if why else 'no reason given'}"
            )
        yield
    finally:
        process.communicate(timeout=30)


def is_up(places: Places) -> bool:
    """Whether something listens where the ERP of the world should."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", places.kantoor)) == 0


def credentials(folder: Path) -> dict[str, str]:
    """Name → value of the secrets that the portals' owners hand to the robots."""
    known: dict[str, str] = json.loads((folder / "credentials.json").read_text())
    return known


def count(folder: Path, *, approvers: frozenset[str]) -> Counts:
    """Count in the ERP's own database and in the mailboxes, without asking Clerkwork."""
    robot = credentials(folder)["kantoor_erp.user"]
    with closing(sqlite3.connect(folder / "kantoor.sqlite")) as erp:

        def one(query: str, *values: str) -> int:
            return int(erp.execute(query, values).fetchone()[0])

        receipts = one("SELECT count(*) FROM receipts WHERE keyed_by = ?", robot)
        double = one(
            "SELECT count(*) FROM (SELECT 1 FROM receipts WHERE reference <> ''"
            " AND reversed_at IS NULL GROUP BY reference HAVING count(*) > 1)"
        )
        decided = {
            state: one("SELECT count(*) FROM orders WHERE state = ?", state)
            for state in ("vrijgegeven", "geblokkeerd")
        }
    ids = [(box, message_id) for box, message_id in _mail(folder / "mail")]
    debtors = [each for each in ids if each[0] not in approvers]
    return Counts(
        receipts=receipts,
        double=double,
        released=decided["vrijgegeven"],
        held=decided["geblokkeerd"],
        mails=len(debtors),
        mails_twice=len(ids) - len(set(ids)),
        asked=len(ids) - len(debtors),
    )


def _mail(folder: Path) -> Iterator[tuple[str, str]]:
    """Recipient and Message-ID of every mail, the archive's copies left out."""
    for place in sorted(folder.iterdir()) if folder.is_dir() else ():
        if place.name == ARCHIVE:
            continue
        for message in mailbox.Maildir(place):
            yield place.name, str(message["Message-ID"])
