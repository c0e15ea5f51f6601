"""One question over HTTP, to whoever is neither a portal nor the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

__all__ = ["Ask"]


class Ask(Protocol):
    def __call__(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        *,
        authority: str = "",
        timeout: float = 10.0,
    ) -> tuple[int, bytes]:
        """Status and body; raises `ConnectionError` if there is no answer."""
