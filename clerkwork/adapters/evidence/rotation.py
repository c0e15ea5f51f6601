"""Keys that sign evidence, one after the other: each new one is signed by the one before it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from filelock import FileLock

from clerkwork.adapters.evidence.disk import put_whole
from clerkwork.adapters.evidence.keys import PRIVATE, TRUSTED, Signer, open_signer
from clerkwork.core.evidence import canonical
from clerkwork.core.evidence.log import rotated_part
from clerkwork.errors import EvidenceError

__all__ = ["KnownKey", "known_keys", "rotate", "rotations"]

_RECORD = ".rotation.json"
_FIELDS = ("old", "new", "public", "by_old", "by_new", "at")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKey:
    """A key whose signatures are trusted."""

    id: str
    """SHA-256 of the raw public key."""
    since: datetime
    until: datetime | None
    """When another took its place; None for the one that signs."""
    file: Path
    """Its public key."""


def rotate(folder: Path, at: datetime) -> tuple[str, str]:
    """Make a new key, which signs from now on; ids of the old one and of the new one.

    The old private key is gone afterwards; its public one stays trusted. A crash leaves either
    the old key or the new one, whole. Raises `EvidenceError`.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(folder / f"{PRIVATE}.lock", fallback_to_soft=False):
            old = open_signer(folder)
            private = Ed25519PrivateKey.generate()
            new = Signer(private)
            fields = {"old": old.id, "new": new.id, "public": new.public_pem.decode()}
            message = rotated_part(fields)
            record = {**fields, "at": at.astimezone(UTC).isoformat(timespec="seconds")}
            record |= {"by_old": old.sign(message), "by_new": new.sign(message)}
            put_whole(folder / TRUSTED / f"{new.id}.pem", new.public_pem, 0o644)
            put_whole(folder / TRUSTED / f"{new.id}{_RECORD}", canonical(record), 0o644)
            pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            put_whole(folder / PRIVATE, pem, 0o600)
    except OSError as error:
        raise EvidenceError(
            f"{folder}: the key cannot be rotated ({error.strerror}); the old one is as it was"
        ) from error
    return old.id, new.id


def rotations(folder: Path) -> Mapping[str, Mapping[str, str]]:
    """What was signed of each rotation, as a leaf holds it, by the new key's id."""
    found = {}
    for path in (folder / TRUSTED).glob(f"*{_RECORD}"):
        record = _record(path)
        found[record["new"]] = {name: text for name, text in record.items() if name != "at"}
    return found


def known_keys(folder: Path) -> tuple[KnownKey, ...]:
    """All keys that are trusted, the oldest first."""
    records = {}
    for path in (folder / TRUSTED).glob(f"*{_RECORD}"):
        record = _record(path)
        records[record["new"]] = record
    ended = {record["old"]: datetime.fromisoformat(record["at"]) for record in records.values()}
    found = []
    for path in (folder / TRUSTED).glob("*.pem"):
        id = path.stem
        if id in records:
            since = datetime.fromisoformat(records[id]["at"])
        else:
            since = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        found.append(KnownKey(id=id, since=since, until=ended.get(id), file=path))
    # The first ones have no record, and their files' times are another clock's.
    return tuple(sorted(found, key=lambda key: (key.id in records, key.since)))


def _record(path: Path) -> dict[str, str]:
    try:
        record = json.loads(path.read_bytes())
        return {
            name: str(record[name]) for name in ("old", "new", "public", "by_old", "by_new", "at")
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvidenceError(
            f"{path}: the record of a rotation cannot be read ({error}); restore it from a backup"
        ) from error
