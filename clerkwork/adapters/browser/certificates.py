"""Certificates: the one that a portal wants to see of its robot, and those of its own issuer."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from clerkwork.core.portals import Portal
from clerkwork.errors import ConfigError
from clerkwork.ports import Entrance

if TYPE_CHECKING:
    # Playwright takes it in its public methods, and gives it no public name.
    from playwright._impl._api_structures import ClientCertificate

__all__ = ["shown_to", "trust"]


def shown_to(portal: Portal, entrance: Entrance, now: dt.datetime) -> Sequence[ClientCertificate]:
    """What Playwright takes, for the portal's own origin alone; empty if there is none.

    Raises `ConfigError` for a certificate that cannot be opened with its password, or is over.
    """
    if not entrance.certificate:
        return ()
    parts = urlsplit(portal.address)
    if parts.scheme != "https":
        raise ConfigError(
            f"config/portals.toml, [{portal.name}]: a certificate is shown over https alone, and "
            f"the address is {portal.address}. Correct the address, or remove 'certificate'."
        )
    passphrase = entrance.passphrase.value if entrance.passphrase else ""
    _check(portal, entrance.certificate, passphrase, now)
    shown: ClientCertificate = {
        "origin": f"{parts.scheme}://{parts.netloc}",
        "pfx": entrance.certificate,
        "passphrase": passphrase,
    }
    return (shown,)


def trust(authorities: Sequence[Path]) -> Path | None:
    """Have the driver, which shows certificates for the browser, trust these issuers too.

    Before it is started: it reads them once, from the file that is returned. Raises `ConfigError`.
    """
    if not authorities:
        return None
    parts = []
    for path in authorities:
        try:
            text = path.read_text(encoding="ascii")
        except (OSError, ValueError):
            text = ""
        if "-----BEGIN CERTIFICATE-----" not in text:
            raise ConfigError(
                f"config/portals.toml: authority {path} holds no certificate as PEM text. Ask "
                f"the portal's owner for the certificate of its issuer."
            )
        parts.append(text.strip())
    handle, name = tempfile.mkstemp(prefix="clerkwork-authorities-", suffix=".pem")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write("\n".join(parts) + "\n")
    os.environ["NODE_EXTRA_CA_CERTS"] = name
    return Path(name)


def _check(portal: Portal, certificate: bytes, passphrase: str, now: dt.datetime) -> None:
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

    try:
        found = load_pkcs12(certificate, passphrase.encode() or None)
        shown = found.cert if found.key is not None else None
    except ValueError:
        shown = None
    # Outside of the block: the library's own error is not carried along.
    if shown is None:
        raise ConfigError(
            f"The certificate of {portal.name} cannot be opened: it is no PKCS #12 file with a "
            f"key in it, or {portal.name}.certificate_password in the vault is not its password. "
            f"Set the right one with `clerkwork vault set {portal.name}.certificate_password`."
        )
    ended = shown.certificate.not_valid_after_utc
    if now > ended:
        raise ConfigError(
            f"The certificate of {portal.name} ended on {ended:%Y-%m-%d}. Ask the portal's owner "
            f"for a new one, and put it in its place."
        )
