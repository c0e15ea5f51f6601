"""Changes of selectors files that wait for a person, one file each with its two pictures."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from clerkwork.core.healing import Change, Proposal

__all__ = ["Proposals", "write_whole"]


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).replace(path)


class Proposals:
    """A folder of proposals."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> tuple[Proposal, ...]:
        """Oldest first; a file that is none is passed over."""
        found = (self.get(path.stem) for path in sorted(self.folder.glob("*.json")))
        return tuple(sorted((one for one in found if one is not None), key=lambda one: one.at))

    def get(self, id: str) -> Proposal | None:
        try:
            return _proposal(json.loads((self.folder / f"{id}.json").read_bytes()))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def put(self, proposal: Proposal, pictures: Mapping[str, bytes] | None = None) -> Proposal:
        """Keep one, with its pictures by what they show; one that is there keeps its decision.

        Accepted before, it is open again: it broke anew.
        """
        before = self.get(proposal.id)
        if before is not None and before.state == "rejected":
            return before
        shown = {label: image for label, image in (pictures or {}).items() if image}
        for label, image in shown.items():
            write_whole(self.folder / f"{proposal.id}-{label}.jpg", image)
        names = tuple(f"{proposal.id}-{label}.jpg" for label in shown)
        kept = replace(proposal, pictures=names or proposal.pictures)
        if before is not None and before.state == "open":
            kept = replace(kept, at=before.at, used=before.used or kept.used)
        self._write(kept)
        return kept

    def decide(self, proposal: Proposal) -> None:
        """Keep what was decided of it."""
        self._write(proposal)

    def _write(self, proposal: Proposal) -> None:
        content = json.dumps(asdict(proposal), ensure_ascii=False, indent=1).encode()
        write_whole(self.folder / f"{proposal.id}.json", content)


def _proposal(data: Mapping[str, Any]) -> Proposal:
    changes = tuple(
        Change(path=tuple(each["path"]), old=each["old"], new=each["new"])
        for each in data["changes"]
    )
    return Proposal(
        id=data["id"],
        portal=data["portal"],
        name=data["name"],
        changes=changes,
        used=data["used"],
        reasons=tuple(data["reasons"]),
        at=data["at"],
        state=data["state"],
        by=data["by"],
        decided=data["decided"],
        pictures=tuple(data["pictures"]),
    )
