"""Files that debtors send in with a dispute: kept under names of our own, never served again."""

from __future__ import annotations

import hashlib
import re
import secrets
from pathlib import Path

from clerkwork.errors import StoreError
from clerkwork.ports import Clock

__all__ = ["DisputeFiles"]

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_ENDINGS = ("pdf", "png", "jpg")


class DisputeFiles:
    """A folder that its owner alone may read. Fulfils `clerkwork.ports.DebtorFiles`.

    A name is day, debtor and the content's own hash; nothing of the sender's name for it stays. The
    same content of a debtor on a day is kept once.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock

    def keep(self, debtor: str, content: bytes, ending: str) -> str:
        if ending not in _ENDINGS:
            raise ValueError(f"{ending!r} is none of {', '.join(_ENDINGS)}")
        digest = hashlib.sha256(content).hexdigest()[:20]
        who = _UNSAFE.sub("_", debtor)[:40] or "_"
        kept = self._folder / f"{self._clock.today().isoformat()}-{who}-{digest}.{ending}"
        draft = kept.with_name(f".{kept.name}.{secrets.token_hex(4)}")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.touch(0o600)
            draft.write_bytes(content)
            draft.replace(kept)
        except OSError as error:
            raise StoreError(
                f"{kept}: what a debtor sent in cannot be kept ({error.strerror}); make room on "
                "the disk, or mend the folder's permissions"
            ) from error
        return kept.name
