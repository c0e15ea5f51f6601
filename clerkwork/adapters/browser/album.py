"""The pictures of one step: in memory while they are few, in a file without a name from then on."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from dataclasses import replace
from tempfile import SpooledTemporaryFile
from typing import overload

from clerkwork.ports import Picture

__all__ = ["Album"]

_IN_MEMORY = 8 * 1024 * 1024
"""Bytes from which on pictures go to a file."""


class Album(Sequence[Picture]):
    """Pictures in the order they were kept, each read from where it lies when it is asked for.

    A table of a thousand pages is one step with a thousand pictures; only one is held at a
    time. The file has no name that another could open, and is gone with the album. A picture for
    which there is no room on the disk becomes a gap. Reading one back may raise `OSError`.
    """

    def __init__(self, in_memory: int = _IN_MEMORY) -> None:
        self._file = SpooledTemporaryFile(max_size=in_memory)  # noqa: SIM115
        self._kept: list[tuple[Picture, int, int]] = []
        """Each without its image, with the image's offset and length in bytes."""
        self._end = 0
        weakref.finalize(self, self._file.close)

    def keep(self, picture: Picture) -> None:
        size = len(picture.image)
        try:
            self._file.seek(self._end)
            self._file.write(picture.image)
        except OSError as error:
            gap = f"there was no room to keep it ({error.strerror})"
            self._kept.append((replace(picture, image=b"", gap=gap), self._end, 0))
            return
        self._kept.append((replace(picture, image=b""), self._end, size))
        self._end += size

    def __len__(self) -> int:
        return len(self._kept)

    @overload
    def __getitem__(self, at: int) -> Picture: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Picture]: ...
    def __getitem__(self, at: int | slice) -> Picture | Sequence[Picture]:
        if isinstance(at, slice):
            return tuple(self._read(*each) for each in self._kept[at])
        return self._read(*self._kept[at])

    def _read(self, picture: Picture, offset: int, size: int) -> Picture:
        if not size:
            return picture
        self._file.seek(offset)
        return replace(picture, image=self._file.read(size))
