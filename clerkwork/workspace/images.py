"""The small pictures that selectors look for on a page, each a PNG beside its selectors file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from clerkwork.errors import ConfigError

__all__ = ["read_images"]

_MOST = 100
_LARGEST = 256 * 1024
_PNG = b"\x89PNG\r\n\x1a\n"


def read_images(folder: Path, shown: str) -> Mapping[str, bytes]:
    """Every PNG of a folder by its name; none if there is no such folder.

    `shown` is the folder's name for people. Raises `ConfigError` for a file that is no
    PNG or larger than 256 kB, and for more than 100 of them.
    """
    files = sorted(folder.glob("*.png")) if folder.is_dir() else []
    if len(files) > _MOST:
        raise ConfigError(f"{shown} holds {len(files)} pictures; expected {_MOST} at most")
    return {file.name: _read(file, f"{shown}/{file.name}") for file in files}


def _read(file: Path, shown: str) -> bytes:
    if file.stat().st_size > _LARGEST:
        raise ConfigError(
            f"{shown} is larger than {_LARGEST // 1024} kB; cut out only the thing to look for"
        )
    image = file.read_bytes()
    if not image.startswith(_PNG):
        raise ConfigError(f"{shown} is no PNG picture; save it as PNG")
    return image
