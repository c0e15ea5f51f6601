"""What `config/channels.toml` says of the telephone: `[twilio]` and what is in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from clerkwork.core.journeys import mobile_number

__all__ = ["Calls", "Template", "Twilio", "WhatsApp"]

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 &+_.-]{1,11}")
_CONTENT = re.compile(r"HX[0-9a-fA-F]{32}")
_PLACE = re.compile(r"\{\{(\d+)\}\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A WhatsApp text as it was approved; only such texts may open a conversation."""

    content: str
    """Its content SID, 'HX' and 32 digits."""
    body: str
    """The approved text, with {{1}}, {{2}} and so on where values go."""

    def __post_init__(self) -> None:
        if not _CONTENT.fullmatch(self.content):
            raise ValueError(f"content is {self.content!r}; expected HX and 32 hexadecimal digits")
        places = [int(number) for number in _PLACE.findall(self.body)]
        if sorted(set(places)) != list(range(1, len(set(places)) + 1)):
            raise ValueError("the places of a body are numbered {{1}}, {{2}} and so on")

    def values(self, text: str) -> dict[str, str] | None:
        """What stands at its places if this text is of the template; None if it is not."""
        pattern, seen = "", set[str]()
        for at, part in enumerate(_PLACE.split(self.body)):
            if at % 2 == 0:
                pattern += re.escape(part)
            elif part in seen:
                pattern += f"(?P=v{part})"
            else:
                seen.add(part)
                # WhatsApp refuses values with line breaks.
                pattern += rf"(?P<v{part}>[^\r\n\t]+?)"
        found = re.fullmatch(pattern, text.strip())
        return {key[1:]: value for key, value in found.groupdict().items()} if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatsApp:
    """Leave the table out where there is no WhatsApp."""

    sender: str
    """The number that is registered with WhatsApp, such as '+31201234567'."""
    templates: tuple[Template, ...]

    def __post_init__(self) -> None:
        if not mobile_number(self.sender):
            raise ValueError(f"sender is {self.sender!r}; expected a number such as +31201234567")
        if not self.templates:
            raise ValueError("WhatsApp takes approved texts only; add the first of its templates")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Calls that the computer makes; leave the table out where people call."""

    sender: str
    """The number that calls, such as '+31201234567'."""
    ring: int = 25
    """Seconds; most voicemails answer later."""
    promise_days: int = 14
    """Most days ahead that a debtor may promise by pressing keys."""

    def __post_init__(self) -> None:
        if mobile_number(self.sender) != self.sender:
            raise ValueError(f"sender is {self.sender!r}; expected a number such as +31201234567")
        if not 5 <= self.ring <= 60:
            raise ValueError(f"ring is {self.ring}; expected 5 to 60 seconds")
        if not 1 <= self.promise_days <= 60:
            raise ValueError(f"promise_days is {self.promise_days}; expected 1 to 60")


@dataclass(frozen=True, slots=True, kw_only=True)
class Twilio:
    """An account at Twilio. `account` and `token` are names in the vault, not the secrets."""

    account: str = "twilio.account"
    token: str = "twilio.token"  # noqa: S105 - a name in the vault
    shared_key: str = ""
    """Name in the vault of the shared key under which Twilio signs what it asks and reports, where
    the account has one; empty where it signs under the token."""
    sms: str = ""
    """Who texts come from: a number, a name of at most 11 characters, or a messaging service
    ('MG...'); empty for no texts."""
    whatsapp: WhatsApp | None = None
    calls: Calls | None = None
    callbacks: str = ""
    """Address under which Twilio reaches the pages of `clerkwork serve`; empty for no delivery
    reports, and no calls."""
    address: str = "https://api.twilio.com"
    authority: str = ""
    """PEM file of the authority that signed its certificate, if the system has it not."""
    timeout: float = 15.0
    """Seconds."""
    patience: float = 10.0
    """Seconds after which a message that Twilio does not list was surely not taken."""

    def __post_init__(self) -> None:
        if self.sms and not is_sender(self.sms):
            raise ValueError(
                f"sms is {self.sms!r}; expected a number such as +31201234567, a name of at most "
                "11 letters and digits, or a messaging service (MG and 32 digits)"
            )
        if self.calls and not self.callbacks:
            raise ValueError("calls ask our pages what to say: set `callbacks` to their address")
        for key in ("address", "callbacks"):
            value = getattr(self, key)
            if value and not is_safe(value):
                raise ValueError(
                    f"{key} is {value!r}; expected https://, or http:// on this machine only"
                )


def is_sender(text: str) -> bool:
    """Whether texts can come from it."""
    return bool(mobile_number(text) == text or _SERVICE.fullmatch(text) or _NAME.fullmatch(text))


def is_service(text: str) -> bool:
    """Whether it is a messaging service."""
    return bool(_SERVICE.fullmatch(text))


def is_safe(address: str) -> bool:
    """Whether what is sent there cannot be read on the way."""
    parts = urlsplit(address)
    if parts.scheme == "http":
        return parts.hostname in _LOOPBACK
    return parts.scheme == "https" and bool(parts.hostname)
