"""A portal as config and its robot describe it: where it is and how it writes."""

from __future__ import annotations

from dataclasses import dataclass

from clerkwork.core.money import Money

__all__ = ["Portal", "PortalSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    name: str
    address: str
    """URL; a redirect to another host is refused."""
    currency: str = "EUR"
    dates: str = "%d-%m-%Y"
    """Format of its dates, as in `datetime.strptime`."""
    decimal: str = ","
    """Its decimal sign, ',' or '.'."""
    language: str = "nl"
    """Asked for with Accept-Language."""
    patience: float = 20.0
    """Seconds to wait for a page or an element before `PageTimeout`."""
    largest_download: int = 64 * 1024 * 1024
    """Bytes."""
    hosts: tuple[str, ...] = ()
    """Other hosts that its pages may ask for anything but pages, as in the config."""

    def may_ask(self, host: str) -> bool:
        """Whether its pages may ask that other host for pictures, styles, scripts and data."""
        return any(
            known in ("*", host) or (known[:2] == "*." and host.endswith(known[1:]))
            for known in self.hosts
        )


_SMALL = Money(2_500_000, "EUR")


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalSettings:
    """What the back office sets for a portal in `config/portals.toml`."""

    address: str
    writes: str = "confirm"
    """'confirm': a person confirms each write first; 'auto': policy does; 'never': read only."""
    max_postings: int = 25
    """Cap of one run; the rest waits for a person."""
    max_amount: Money = _SMALL
    """Cap of one run over all postings."""
    in_flight: float = 30.0
    """Seconds for which the portal may still be working on a submit that was cut off."""
    patience: float = 20.0
    """Seconds to wait for one of its pages."""
    largest_download: int = 64 * 1024 * 1024
    """Bytes."""
    hosts: tuple[str, ...] = ()
    """Other hosts that its pages may ask for pictures, styles, scripts and data, such as
    'cdn.acme.example' or '*.acme.example'. Every other one is refused."""
    reuse_session: bool = False
    """Whether a session is kept, encrypted, and gone on in until the portal ends it."""
    sessions: int = 0
    """Most sessions at its host at a time, over all robots, logins and machines; 0: any number,
    of each login one, as ever."""
    answer_within: float = 10.0
    """Minutes for which a robot waits for a person, once only a person can go on."""
    certificate: str = ""
    """PKCS #12 file that the portal wants to see, relative to the workspace; 'vault': it stands
    in the vault as `<robot>.certificate`, in base64. Its password is always in the vault."""
    authority: str = ""
    """PEM file of whoever issued the portal's own certificate, where that is no public one."""
    closed: tuple[str, ...] = ()
    """When it may not be touched, in the creditor's zone, e.g. 'sun 02:00-06:00'."""
