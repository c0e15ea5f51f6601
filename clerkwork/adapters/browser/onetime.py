"""One-time codes (TOTP, RFC 6238) at the clock's time."""

from __future__ import annotations

import base64
import binascii
import datetime as dt

from clerkwork.errors import ConfigError
from clerkwork.ports import Secret

__all__ = ["OneTime", "code_now"]

_DIGITS, _SECONDS = 6, 30


class OneTime(Secret):
    """A code that is worth nothing after its minute: a field may show it."""


def code_now(secret: Secret, at: dt.datetime) -> str:
    """Six digits for an instant; `ConfigError` if the secret is not base32, without showing it.

    Secrets under 112 bits are taken too, against RFC 4226's advice: banks hand them out.
    """
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.twofactor.totp import TOTP

    key = _key(secret.value)
    if not key:
        raise ConfigError(
            f"The secret {secret.name} is no key for one-time codes: it must be base32, the "
            f"letters A to Z and digits 2 to 7. Put it into the vault again as the portal gave it."
        )
    # SHA-1 is what RFC 6238 and every portal means; HMAC does not suffer from its weakness.
    code = TOTP(key, _DIGITS, SHA1(), _SECONDS, enforce_key_length=False)  # noqa: S303
    return code.generate(int(at.timestamp())).decode()


def _key(written: str) -> bytes:
    """From base32; empty if it is none, so that no error carries it along."""
    plain = "".join(written.split()).rstrip("=").upper()
    try:
        return base64.b32decode(plain + "=" * (-len(plain) % 8))
    except (binascii.Error, ValueError):
        return b""
