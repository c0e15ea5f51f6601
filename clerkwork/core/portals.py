"""A portal as config and its robot describe it: where it is and how it writes."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Portal"]


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
