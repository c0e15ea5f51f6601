"""One-time codes (TOTP, RFC 6238) at the clock's time."""

from __future__ import annotations

import binascii
import datetime as dt

from clerkwork.errors import ConfigError
from clerkwork.ports import Secret

__all__ = ["code_now"]


def code_now(secret: Secret, at: dt.datetime) -> str:
    """Six digits for an instant; `ConfigError` if the secret is not base32, without showing it.

    Secrets under 112 bits are taken too: banks hand them out.
    """
    import pyotp

    try:
        code = pyotp.TOTP("".join(secret.value.split()).rstrip("=")).at(at)
    except (binascii.Error, ValueError):
        code = ""
    if not code:
        raise ConfigError(
            f"The secret {secret.name} is no key for one-time codes: it must be base32, the "
            f"letters A to Z and digits 2 to 7. Put it into the vault again as the portal gave it."
        )
    return code
