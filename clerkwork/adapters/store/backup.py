"""A backup: the whole store in one file, the same for every database, checked when it is read."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from clerkwork.adapters.store.copying import carry_over, copy_file, is_sound
from clerkwork.adapters.store.database import Database, open_database
from clerkwork.adapters.store.schema import KNOWN
from clerkwork.adapters.store.upgrade import upgrade
from clerkwork.errors import StoreError

__all__ = ["Backup", "opened_backup", "write_backup"]

_BEGINS = b"clerkwork backup 1 "


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What the first line of a backup says of the rest, which is a packed file of SQLite."""

    taken: str
    """ISO, UTC."""
    release: str
    schema: str
    sha256: str
    """Of all that follows the first line."""
    size: int
    """Bytes that follow the first line."""


def write_backup(store: Database, file: Path, *, at: dt.datetime, release: str) -> Backup:
    """Write a store, which is at this release's schema, as it stands at one moment.

    It may be in use meanwhile. The file is written whole or not at all, is readable by its owner
    alone, and never replaces another one. Raises `StoreError`.
    """
    if file.exists():
        raise StoreError(f"{file} exists already; nothing was written. Name another file.")
    try:
        with tempfile.TemporaryDirectory(prefix=".clerkwork-backup-", dir=file.parent) as folder:
            plain, packed = Path(folder, "store.db"), Path(folder, "packed")
            _snapshot(store, plain)
            with plain.open("rb") as of, gzip.open(packed, "wb", compresslevel=4) as to:
                shutil.copyfileobj(of, to, 1 << 20)
            plain.unlink()
            digest, size = _digest(packed)
            header = Backup(
                taken=at.astimezone(dt.UTC).isoformat(timespec="seconds"),
                release=release,
                schema=KNOWN[-1],
                sha256=digest,
                size=size,
            )
            whole = Path(folder, "whole")
            with whole.open("xb") as out, packed.open("rb") as of:
                whole.chmod(0o600)
                out.write(_BEGINS + json.dumps(asdict(header)).encode() + b"\n")
                shutil.copyfileobj(of, out, 1 << 20)
                out.flush()
                os.fsync(out.fileno())
            # A link, unlike a rename, never takes the place of a file that came meanwhile.
            os.link(whole, file)
            return header
    except OSError as error:
        raise StoreError(
            f"The backup {file} cannot be written: {error.strerror}. Nothing is left of it; check "
            "that its folder exists, may be written to, and has room."
        ) from error


def _snapshot(store: Database, to: Path) -> None:
    if store.engine.dialect.name == "sqlite" and store.engine.url.database:
        copy_file(Path(store.engine.url.database), to)
    else:
        with closing(open_database(f"sqlite:///{to}")) as copy:
            upgrade(copy)
            carry_over(store, copy)
    with closing(sqlite3.connect(to)) as copied:
        # One file, without a journal beside it.
        copied.execute("PRAGMA journal_mode = DELETE")
    if not is_sound(to):
        raise StoreError(f"The store {store.at} is damaged. Put back its last backup.")


def _digest(file: Path) -> tuple[str, int]:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest(), file.stat().st_size


@contextmanager
def opened_backup(file: Path) -> Iterator[tuple[Backup, Database]]:
    """A backup that was checked, unpacked and brought to this release; gone after the block.

    Raises `StoreError`: not a backup, damaged or cut off, or of a newer release.
    """
    try:
        with file.open("rb") as opened, tempfile.TemporaryDirectory() as folder:
            header = _header(file, opened.readline(4096))
            start = opened.tell()
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
            size = opened.tell() - start
            if (digest, size) != (header.sha256, header.size):
                raise StoreError(
                    f"The backup {file} is damaged or cut off ({size} bytes of {header.size}); "
                    "nothing was changed. Take another one."
                )
            opened.seek(start)
            plain = Path(folder, "store.db")
            _unpack(opened, plain)
            with closing(open_database(f"sqlite:///{plain}")) as database:
                upgrade(database)
                yield header, database
    except OSError as error:
        raise StoreError(
            f"The backup {file} cannot be read: {error.strerror or error}. Nothing was changed."
        ) from error


def _unpack(packed: BinaryIO, to: Path) -> None:
    to.touch(mode=0o600)
    with gzip.open(packed, "rb") as of, to.open("wb") as out:
        shutil.copyfileobj(of, out, 1 << 20)


def _header(file: Path, line: bytes) -> Backup:
    if not line.startswith(_BEGINS):
        raise StoreError(
            f"{file} is no backup of a store. Name a file that `clerkwork store backup` wrote."
        )
    try:
        header = Backup(**json.loads(line[len(_BEGINS) :]))
    except (ValueError, TypeError) as error:
        raise StoreError(
            f"The backup {file} is damaged in its first line; nothing was changed. Take another."
        ) from error
    if header.schema not in KNOWN:
        raise StoreError(
            f"The backup {file} is of a newer release ({header.release}, schema {header.schema}; "
            f"this one knows up to {KNOWN[-1]}). Upgrade Clerkwork first."
        )
    return header
