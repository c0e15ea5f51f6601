"""The log of all runs on disk: appended to by several processes, signed after each leaf."""

from __future__ import annotations

import json
import os
import secrets
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from clerkwork.adapters.evidence.disk import (
    append_line,
    heal,
    last_line,
    read_if_there,
    sync,
)
from clerkwork.adapters.evidence.keys import Signer
from clerkwork.adapters.evidence.recovery import Leaf
from clerkwork.core.evidence import canonical, digest, stamp
from clerkwork.core.evidence.finding import Signed
from clerkwork.core.evidence.log import (
    HEADS,
    LEAVES,
    LOG_FORMAT,
    is_leaf,
    may_follow,
    read_leaves,
    signed_head,
    signed_leaf,
)
from clerkwork.core.evidence.merkle import grown, leaf_hash, root_of
from clerkwork.core.evidence.parse import plain_fields
from clerkwork.core.evidence.rotations import note_rotation, replaced
from clerkwork.errors import EvidenceError

__all__ = ["FileLog", "last_head"]

_PATIENCE = 30.0
"""Seconds for others to end their appends, of some milliseconds each."""
_LOCK = "log.lock"


class FileLog:
    """The log in a folder of evidence; that folder is one machine's own.

    An append holds the lock, heals what a dead process left half written, forces the leaf to the
    disk, and then the tree head over all leaves so far. Raises `EvidenceError`.
    """

    def __init__(
        self,
        folder: Path,
        machine: str = "",
        signed: Callable[[], Signed] = lambda: lambda key, message, signature: None,
        unlogged: Callable[[], Iterable[Leaf]] = tuple,
    ) -> None:
        self._folder = folder
        self._machine = machine or socket.gethostname()
        self._signed = signed
        """Checks signatures of leaves that others left without a tree head."""
        self._unlogged = unlogged
        """Leaves for what was signed of runs by somebody who died before it was one."""

    def open(
        self,
        at: datetime,
        signer: Callable[[], Signer],
        rotations: Callable[[], Mapping[str, Mapping[str, str]]] = dict,
    ) -> Mapping[str, object]:
        """The log as its last tree head has it: name, count and root; it is opened if it is not."""
        with self._alone():
            self._prepare(at, signer(), rotations)
            head = last_head(self._folder)
        return {name: head[name] for name in ("log", "count", "root")} if head else {}

    def append(
        self,
        kind: str,
        own: Mapping[str, object],
        at: datetime,
        signer: Callable[[], Signer],
        rotations: Callable[[], Mapping[str, Mapping[str, str]]] = dict,
    ) -> None:
        """Append a leaf of that kind and sign the tree head; opens the log at its first.

        Where another key signed before, its rotation goes first; `rotations` are by new key. Who
        signs is asked for while nobody else appends: a key that was replaced signs nothing more.
        """
        self.append_noted(lambda _: (kind, own), at, signer, rotations)

    def append_noted(
        self,
        noted: Callable[[Signer], Leaf | None],
        at: datetime,
        signer: Callable[[], Signer],
        rotations: Callable[[], Mapping[str, Mapping[str, str]]] = dict,
    ) -> None:
        """The same for a leaf of what is signed while nobody else appends; none where it is None.

        So no new key can come between the two, and what a crash left between them is found by
        whoever appends that one came.
        """
        with self._alone():
            own_signer = signer()
            self._prepare(at, own_signer, rotations)
            if leaf := noted(own_signer):
                self._append(*leaf, at, own_signer)

    def append_rotation(
        self,
        at: datetime,
        signer: Callable[[], Signer],
        rotations: Callable[[], Mapping[str, Mapping[str, str]]],
    ) -> None:
        """Say at once that another key signs; whatever is appended next would say it as well."""
        if not (self._folder / LEAVES).exists():
            return
        with self._alone():
            heal(self._folder / LEAVES)
            heal(self._folder / HEADS)
            self._append_rotated(rotations, at, signer())

    def _prepare(
        self,
        at: datetime,
        signer: Signer,
        rotations: Callable[[], Mapping[str, Mapping[str, str]]],
    ) -> None:
        """Take back what is half written, open a log that is not there, say who signs now."""
        leaves, heads = self._folder / LEAVES, self._folder / HEADS
        heal(leaves)
        heal(heads)
        if not _size(leaves) and _size(heads):
            raise EvidenceError(
                f"{leaves}: the log of runs is gone, and its tree heads are there. Look with "
                "`clerkwork verify --all`; nothing runs before it is restored"
            )
        if not _size(leaves):
            opened = {"format": LOG_FORMAT, "log": secrets.token_hex(8), "machine": self._machine}
            self._append("opened", opened, at, signer)
        self._append_rotated(rotations, at, signer)

    def _append_rotated(
        self,
        rotations: Callable[[], Mapping[str, Mapping[str, str]]],
        at: datetime,
        signer: Signer,
    ) -> None:
        head = last_head(self._folder)
        if head is None or head["key"] == signer.id:
            return
        rotated = _rotated(rotations(), head["key"], signer.id)
        # From then on nobody can tell it from what somebody signs who kept the old key.
        for kind, own in tuple(self._unlogged()) if rotated else ():
            self._append(kind, own, at, signer)
        for leaf in rotated:
            self._append("key", leaf, at, signer)

    def contents(self) -> tuple[bytes | None, bytes | None]:
        """Leaves and tree heads as they stand at one moment; None for a file that is missing.

        A folder that cannot be written to is read as it is: nobody appends to it.
        """
        lock = FileLock(self._folder / _LOCK, timeout=_PATIENCE, fallback_to_soft=False)
        try:
            with lock if os.access(self._folder, os.W_OK) else nullcontext():
                return read_if_there(self._folder / LEAVES), read_if_there(self._folder / HEADS)
        except Timeout:
            raise EvidenceError(
                f"{self._folder / _LOCK}: another process has held the log of runs for "
                f"{_PATIENCE:g} s; end it, then check again"
            ) from None

    def open_runs(self) -> tuple[str, ...]:
        """Runs that began and did not end, as the last tree head says."""
        head = last_head(self._folder)
        return tuple(head["open"]) if head else ()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        lock = FileLock(self._folder / _LOCK, timeout=_PATIENCE, fallback_to_soft=False)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with lock:
                yield
        except Timeout:
            raise EvidenceError(
                f"{self._folder / _LOCK}: another process has held the log of runs for "
                f"{_PATIENCE:g} s; end it, then start again. Nothing runs without its log."
            ) from None
        except OSError as error:
            raise EvidenceError(
                f"{self._folder / LEAVES}: the log of runs cannot be written ({error.strerror}); "
                "make room on the disk or mend its permissions, and start again"
            ) from error
        except (ValueError, TypeError, KeyError) as error:
            raise EvidenceError(
                f"{self._folder / LEAVES}: the log of runs cannot be read ({error}): somebody "
                "altered it. Look with `clerkwork verify --all`; nothing runs before it is restored"
            ) from error

    def _append(self, kind: str, own: Mapping[str, object], at: datetime, signer: Signer) -> None:
        leaves, heads = self._folder / LEAVES, self._folder / HEADS
        head = last_head(self._folder) or _NO_HEAD
        count, peaks = head["count"], tuple(bytes.fromhex(peak) for peak in head["peaks"])
        open_runs = list(head["open"])
        last = b""
        # A leaf whose writer died before it could sign: signed along with the next one.
        for last in self._written_since(count):
            peaks = grown(count, peaks, leaf_hash(last))
            count += 1
            _keep_open(open_runs, json.loads(last))
        if not last:
            last = last_line(leaves)
        stamped = stamp(at)
        previous = digest(last) if last else ""
        leaf = {"number": count + 1, "at": stamped, "kind": kind, "previous": previous, **own}
        leaf["key"] = signer.id
        line = canonical({**leaf, "signature": signer.sign(signed_leaf(leaf))})
        _add(leaves, line)
        peaks = grown(count, peaks, leaf_hash(line))
        _keep_open(open_runs, {"kind": kind, **own})
        fields: dict[str, object] = {
            "number": head["number"] + 1,
            "log": head["log"] or own.get("log") or _name_of(leaves),
            "count": count + 1,
            "root": root_of(peaks).hex(),
            "at": stamped,
            "peaks": [peak.hex() for peak in peaks],
            "open": open_runs,
            "previous": digest(head["line"]) if head["line"] else "",
            "key": signer.id,
        }
        fields["signature"] = signer.sign(signed_head(fields))
        _add(heads, canonical(fields))

    def _written_since(self, count: int) -> Iterator[bytes]:
        """Leaves behind the first `count`, each surely written by who has the key."""
        path = self._folder / LEAVES
        known, since = _since(path, count)
        all_signed = bool(known) and "signature" in (plain_fields(known[-1]) or {})
        gone = replaced(read_leaves(b"".join(line + b"\n" for line in known)))
        for line in since:
            leaf = plain_fields(line)
            if leaf is None or not is_leaf(leaf):
                raise ValueError("its last line is no leaf")
            note_rotation(gone, leaf)
            if wrong := may_follow(leaf, self._signed(), gone, all_signed=all_signed):
                raise EvidenceError(
                    f"{path.parent / wrong.words}. Look with `clerkwork verify --all`; nothing "
                    "runs before that line is taken out"
                )
            all_signed = all_signed or "signature" in leaf
            yield line


_NO_HEAD: Mapping[str, Any] = {
    "number": 0,
    "log": "",
    "count": 0,
    "peaks": [],
    "open": [],
    "line": b"",
}


def _rotated(known: Mapping[str, Mapping[str, str]], old: str, new: str) -> list[Mapping[str, str]]:
    """From one key to another; nothing where the chain between them is not known."""
    found: list[Mapping[str, str]] = []
    while new != old and new in known and len(found) <= len(known):
        found.insert(0, known[new])
        new = known[new]["old"]
    return found if new == old else []


def last_head(folder: Path) -> Mapping[str, Any] | None:
    """The last tree head with its `line` as it stands there; None if there is none.

    Raises `EvidenceError` if it cannot be read.
    """
    path = folder / HEADS
    line = last_line(path)
    if not line:
        return None
    try:
        return {**json.loads(line), "line": line}
    except (ValueError, TypeError) as error:
        raise EvidenceError(
            f"{path}: its last line is no tree head: somebody altered it. "
            "Look with `clerkwork verify --all`; nothing runs before it is restored"
        ) from error


def _keep_open(runs: list[str], leaf: Mapping[str, Any]) -> None:
    if leaf["kind"] == "begun":
        runs.append(str(leaf["run"]))
    elif leaf["kind"] in ("ended", "found", "removed") and leaf["run"] in runs:
        runs.remove(leaf["run"])


def _since(path: Path, count: int) -> tuple[Sequence[bytes], Sequence[bytes]]:
    """The first `count` leaves, if there are any behind them, and those behind them.

    At most one, unless somebody cut the tree heads.
    """
    last = last_line(path)
    if not last:
        return (), ()
    try:
        if json.loads(last)["number"] == count:
            return (), ()
    except (ValueError, TypeError, KeyError):
        pass
    lines = path.read_bytes().split(b"\n")[:-1]
    return lines[:count], lines[count:]


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _name_of(path: Path) -> str:
    with path.open("rb") as file:
        return str(json.loads(file.readline()).get("log", ""))


def _add(path: Path, line: bytes) -> None:
    """A line, whole and on the disk, or not at all."""
    fresh = not path.exists()
    append_line(path, line, synced=True)
    if fresh:
        sync(path.parent)
