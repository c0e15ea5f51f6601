"""One folder a day for the print house, which is there whole with its manifest, or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import secrets
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from clerkwork.core.cells import harmless
from clerkwork.core.messages import Message
from clerkwork.errors import ApplicationError

__all__ = ["Carrier", "FolderPrintHouse", "PrintPlan", "Sftp"]

_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")
_CLOSING, _CLOSED, _MOVING, _CARRIED = "closing", "closed", "moving", "carried"

Carrier = Callable[[Path, bool, Callable[[], None]], None]
"""Brings a closed folder to the print house; whether an earlier try may have let it be seen there,
and what to call just before that is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sftp:
    """Where closed folders are brought. `password` and `key` are names in the vault."""

    host: str
    user: str
    host_key: str
    """The server's public key as a line of known_hosts has it: 'ssh-ed25519 AAAA...'."""
    port: int = 22
    folder: str = "."
    password: str = ""
    key: str = ""
    """A private key, in the vault as text; instead of a password."""
    timeout: float = 30.0
    """Seconds."""

    def __post_init__(self) -> None:
        if len(self.host_key.split()) < 2:
            raise ValueError("host_key is the server's public key, such as 'ssh-ed25519 AAAA...'")
        if bool(self.password) == bool(self.key):
            raise ValueError("set either password or key, the name of a secret in the vault")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintPlan:
    """Who prints the letters; leave the table out where they are printed by hand."""

    since: date
    """The first day whose letters it gets: those of before were printed already."""
    folder: str = "output/print"
    sftp: Sftp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letter:
    file: str
    debtor: str
    pages: int
    address: tuple[str, ...]
    sha256: str


def _sync(path: Path) -> None:
    """Have it on the disk; folders of some systems cannot be opened, and need it not."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderPrintHouse:
    """Fulfils `clerkwork.ports.PrintHouse`.

    Which letters are in which job is claimed by who calls it, for all machines. How far this
    machine got with a job of its own stands in a ledger beside the letters, so that it makes no
    difference when the print house takes its folders away.
    """

    plan: PrintPlan
    letters: Path
    """Where the letters lie that were printed as PDF."""
    print: Callable[[Message], str]
    """Prints a letter unless it lies there, as where another machine printed it; its file."""
    folder: Path
    today: Callable[[], date]
    carry: Carrier | None = field(default=None, repr=False)
    sync: Callable[[Path], None] = _sync
    """Makes sure that a file, or what a folder names, is on the disk."""

    def hand_over(
        self,
        printed: Sequence[Message],
        jobs: Collection[str],
        claim: Callable[[str, Sequence[str]], None],
    ) -> frozenset[str]:
        """Letters of `since` and later, each once; the keys of all that went from this machine.

        Raises `ChannelDown` if the server of the print house does not take what is closed; the
        next time goes on.
        """
        self._finish(jobs)
        known = {key for ledger in self._ledgers() for key in ledger["keys"]}
        fresh = [
            one
            for one in printed
            if one.channel == "letter"
            and one.on is not None
            and one.on >= self.plan.since
            and one.key not in known
        ]
        if fresh:
            self._close(fresh, jobs, claim)
        self._carry()
        over = _CLOSED if self.carry is None else _CARRIED
        return frozenset(
            key
            for job in self._ledgers()
            if job["state"] in (over, _CARRIED)
            for key in job["keys"]
        )

    def _close(
        self,
        messages: Sequence[Message],
        jobs: Collection[str],
        claim: Callable[[str, Sequence[str]], None],
    ) -> None:
        name = self._free_name(jobs)
        part = self.folder / f".{name}.part"
        if part.exists():
            shutil.rmtree(part)
        part.mkdir(parents=True)
        letters = [_letter(self.letters / self.print(one), one) for one in messages]
        for letter in letters:
            shutil.copyfile(self.letters / letter.file, part / letter.file)
        _write(part / "manifest.csv", _csv(letters))
        rows = [asdict(letter) for letter in letters]
        _write(part / "manifest.json", json.dumps({"job": name, "letters": rows}, indent=2))
        for file in part.iterdir():
            self.sync(file)
        self.sync(part)
        keys = [one.key for one in messages]
        # Another machine may claim a job of the same name: this one is known by more than that.
        claimed = f"{name} {secrets.token_hex(4)}"
        ledger = {"job": name, "claimed": claimed, "letters": rows, "keys": keys}
        self._note(ledger, _CLOSING)
        claim(claimed, keys)
        self._let_be_seen(ledger)

    def _let_be_seen(self, ledger: Mapping[str, Any]) -> None:
        name = ledger["job"]
        part = self.folder / f".{name}.part"
        if part.exists():
            part.replace(self.folder / name)
            self.sync(self.folder)
        # Where it is not there any more, it was seen, and perhaps taken away already.
        self._note(ledger, _CLOSED)

    def _finish(self, jobs: Collection[str]) -> None:
        """Go on where a run died between writing its ledger and letting the folder be seen.

        What it did not come to claim is nobody's job: its letters go with the next, or another
        machine has them by now.
        """
        for ledger in self._ledgers():
            if ledger["state"] != _CLOSING:
                continue
            if ledger["claimed"] in jobs:
                self._let_be_seen(ledger)
            else:
                shutil.rmtree(self.folder / f".{ledger['job']}.part", ignore_errors=True)
                self._ledger(ledger["job"]).unlink()

    def _carry(self) -> None:
        if self.carry is None:
            return
        for ledger in self._ledgers():
            state = ledger["state"]
            if state in (_CLOSED, _MOVING):
                note = partial(self._note, ledger, _MOVING)
                self.carry(self.folder / ledger["job"], state == _MOVING, note)
                self._note(ledger, _CARRIED)

    def _free_name(self, jobs: Collection[str]) -> str:
        day = self.today().isoformat()
        # Machines share one server of the print house, so their jobs share one row of names.
        taken = {job.partition(" ")[0] for job in jobs}
        taken |= {ledger["job"] for ledger in self._ledgers()}
        name, number = day, 1
        while name in taken or (self.folder / name).exists():
            number += 1
            name = f"{day}-{number}"
        return name

    def _ledgers(self) -> Iterator[dict[str, Any]]:
        for path in sorted((self.letters / "jobs").glob("*.json")):
            try:
                # One of an earlier version names no keys: its letters counted from the start.
                yield {"keys": (), "claimed": "", **json.loads(path.read_text(encoding="utf-8"))}
            except (OSError, ValueError) as error:
                raise ApplicationError(
                    f"{path} cannot be read: {error}. It tells which letters went to the print "
                    "house: put it back from a backup before more are handed over"
                ) from error

    def _ledger(self, name: str) -> Path:
        return self.letters / "jobs" / f"{name}.json"

    def _note(self, ledger: Mapping[str, Any], state: str) -> None:
        path = self._ledger(ledger["job"])
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        _write(part, json.dumps({**ledger, "state": state}, indent=2))
        self.sync(part)
        part.replace(path)
        self.sync(path.parent)


def _letter(path: Path, message: Message) -> _Letter:
    content = path.read_bytes()
    return _Letter(
        file=path.name,
        debtor=message.debtor,
        pages=len(_PAGE.findall(content)),
        address=tuple(message.to.splitlines()),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _csv(letters: Sequence[_Letter]) -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(("file", "debtor", "pages", "address", "sha256"))
    for one in letters:
        address = " | ".join(one.address)
        rows.writerow((one.file, harmless(one.debtor), one.pages, harmless(address), one.sha256))
    return text.getvalue()


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode())
