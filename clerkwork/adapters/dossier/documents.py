"""The files of a claim that the workspace has: agreement, invoices, proof of delivery, letters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from clerkwork.adapters.dossier.plan import CollectionPlan
from clerkwork.core.dossier import Document
from clerkwork.core.messages import Message
from clerkwork.errors import BusinessError

__all__ = ["ClaimFiles"]

_SAFE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
"""What a debtor's number has to look like to be the name of a folder."""
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LARGEST = 25_000_000
"""Bytes of a file that belongs to a claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFiles:
    """Fulfils `clerkwork.ports.Documents`, where the methods are described."""

    folder: Path
    letters: Path
    plan: CollectionPlan

    def of(self, debtor: str, items: Sequence[str]) -> tuple[Document, ...]:
        # The number comes from the ERP: it names a folder in this one, or nothing.
        if not _SAFE.fullmatch(debtor):
            return ()
        folder = self.folder / debtor
        if not folder.is_dir() or folder.is_symlink():
            return ()
        return tuple(self._found(folder, items))

    def _found(self, folder: Path, items: Sequence[str]) -> Iterator[Document]:
        for path in sorted(folder.iterdir()):
            about = tuple(item for item in items if _names(path.stem, item))
            kind = self._kind(path.name, about)
            if not kind or path.is_symlink() or not path.is_file():
                continue
            yield Document(kind=kind, name=path.name, content=_read(path), items=about)

    def _kind(self, name: str, about: Sequence[str]) -> str:
        plain = name.casefold()
        if plain.startswith(tuple(word.casefold() for word in self.plan.agreement)):
            return "agreement"
        if plain.startswith(tuple(word.casefold() for word in self.plan.delivery)):
            return "proof of delivery"
        return "invoice" if about else ""

    def printed(self, letter: Message) -> bytes:
        name = letter.proof
        if not name.endswith(".pdf") or not _SAFE.fullmatch(name):
            return b""
        path = self.letters / name
        return _read(path) if path.is_file() and not path.is_symlink() else b""


def _names(stem: str, number: str) -> bool:
    """Whether a file's name holds an invoice's number, and not as a part of a longer one."""
    spelt = _UNSAFE.sub("_", number)
    if not spelt.strip("_"):
        return False
    pattern = rf"(?<![A-Za-z0-9]){re.escape(spelt)}(?![A-Za-z0-9])"
    return re.search(pattern, stem, re.IGNORECASE) is not None


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            raise BusinessError(
                f"{path.name} has more than {_LARGEST // 1_000_000} MB, which is no paper of a "
                f"claim. Put a smaller one into {path.parent}"
            )
        return path.read_bytes()
    except OSError as error:
        raise BusinessError(
            f"{path} cannot be read: {error.strerror}. Give the robots' user the right to read it"
        ) from error
