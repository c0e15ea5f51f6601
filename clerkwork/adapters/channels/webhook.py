"""Alerts to a webhook: JSON that is signed, so that whoever gets it knows where it comes from."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from clerkwork.core.alerts import Notice
from clerkwork.errors import ChannelDown, MessageRefused
from clerkwork.ports import Ask, Vault

__all__ = ["SignedWebhook", "hand_over"]

_FORMAT = "clerkwork alert 1"
_RETRIED = (408, 425, 429)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedWebhook:
    """Posts each alert as one JSON object.

    `X-Clerkwork-Signature` is the hex HMAC-SHA256 of `X-Clerkwork-Timestamp` (seconds since 1970),
    a point, and the body, under the secret `key`; `Idempotency-Key` is the same whenever the same
    is told.
    """

    name: str
    address: str
    key: str
    """Name of the secret with which it is signed."""
    vault: Vault = field(repr=False)
    ask: Ask
    now: Callable[[], datetime]
    authority: str = ""
    timeout: float = 10.0

    def tell(self, notice: Notice) -> None:
        body = json.dumps(_as_object(notice), separators=(",", ":")).encode()
        stamp = str(int(self.now().timestamp()))
        key = self.vault.get(self.key).value.encode()
        signature = hmac.new(key, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        hand_over(
            self.ask,
            self.address,
            {
                "X-Clerkwork-Timestamp": stamp,
                "X-Clerkwork-Signature": signature,
                "Idempotency-Key": notice.key,
            },
            body,
            shown=f"the webhook {self.name}",
            authority=self.authority,
            timeout=self.timeout,
        )


def hand_over(
    ask: Ask,
    address: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    shown: str,
    authority: str = "",
    timeout: float = 10.0,
) -> None:
    """Post JSON; anything but a 2xx raises `ChannelDown` (may pass) or `MessageRefused`.

    The address is never repeated: many of them are secret.
    """
    try:
        status, _ = ask(
            "POST",
            address,
            {"Content-Type": "application/json", "User-Agent": "clerkwork", **headers},
            body,
            authority=authority,
            timeout=timeout,
        )
    except ConnectionError as error:
        raise ChannelDown(
            f"{shown} does not answer: {error}; see that it can be reached and that "
            "config/alerts.toml names it rightly"
        ) from None
    if 200 <= status < 300:
        return
    if status >= 500 or status in _RETRIED:
        raise ChannelDown(f"{shown} answered {status}; it is tried again at the next look")
    raise MessageRefused(
        f"{shown} answered {status}: it does not take alerts from here; check its address and key "
        "in config/alerts.toml and the vault"
    )


def _as_object(notice: Notice) -> dict[str, object]:
    picture = {"type": "image/jpeg", "base64": base64.b64encode(notice.picture).decode()}
    return {
        "format": _FORMAT,
        "cause": notice.cause,
        "kind": notice.kind,
        "state": "over" if notice.over else "open",
        "title": notice.title,
        "text": notice.text,
        "run": notice.run,
        "since": _instant(notice.since),
        "at": _instant(notice.at),
        "times": notice.times,
        "picture": picture if notice.picture else None,
    }


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
