"""Files of signed lines, each of which names the one before it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from clerkwork.adapters.evidence.disk import append_line, last_line, sync
from clerkwork.adapters.evidence.keys import Signer
from clerkwork.core.evidence import canonical, digest

__all__ = ["add_signed"]


def add_signed(
    path: Path,
    own: Mapping[str, object],
    signed: Callable[[Mapping[str, object]], bytes],
    signer: Signer,
) -> bytes:
    """The next line, on the disk, with its number, the hash of the one before, and a signature.

    `signed` makes of the other fields what the signature is over. Raises `OSError`.
    """
    last, fresh = last_line(path), not path.exists()
    fields: dict[str, object] = {
        **own,
        "number": json.loads(last)["number"] + 1 if last else 1,
        "previous": digest(last) if last else "",
        "key": signer.id,
    }
    fields["signature"] = signer.sign(signed(fields))
    line = canonical(fields)
    append_line(path, line, synced=True)
    if fresh:
        sync(path.parent)
    return line
