"""One-time codes as the bank checks them (RFC 6238: SHA-1, six digits, thirty seconds)."""

from __future__ import annotations

import base64
import hmac
import random
import struct
from datetime import datetime
from hashlib import sha1

__all__ = ["code_at", "hand_out_secret", "is_right"]

STEP = 30


def hand_out_secret(rng: random.Random) -> str:
    """Eighty bits in base 32: shorter than RFC 4226 wants, and what banks do hand out."""
    return base64.b32encode(rng.randbytes(10)).decode()


def code_at(secret: str, instant: datetime, *, steps: int = 0) -> str:
    """The six digits for `instant` (aware), or for so many steps of thirty seconds later."""
    counter = int(instant.timestamp()) // STEP + steps
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), sha1).digest()
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def is_right(secret: str, code: str, instant: datetime) -> bool:
    """Whether `code` is this step's, or its neighbour's on either side."""
    return any(
        hmac.compare_digest(code_at(secret, instant, steps=steps).encode(), code.encode())
        for steps in (-1, 0, 1)
    )
