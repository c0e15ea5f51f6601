"""A pad of pictures: which digit each button shows, read twice over and never guessed."""

from __future__ import annotations

import io
import os
import subprocess
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clerkwork.errors import PictureUnread, ProgramMissing

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["read_digits"]

_HEIGHT = 90
_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to prepare the pictures and have them read."""

    blur: float
    threshold: int
    gap: int
    mode: int
    """Tesseract's page segmentation mode."""


_WAYS = (_Way(2, 128, 25, 13), _Way(2, 0, 30, 7), _Way(2, 128, 30, 7), _Way(1.2, 140, 40, 13))
"""Of 25 pads tried, the first read all, the others 23 each; the two misread none as distinct."""


def read_digits(pictures: Sequence[bytes], place: str) -> tuple[str, ...]:
    """The digit on each of ten pictures (PNG), in their order.

    Two different ways of reading must each give ten distinct digits and agree
    on all of them; else `PictureUnread`. `place` says where, for messages.
    """
    from PIL import Image

    # Whole before they are shared: Pillow reads a picture at its first use, and for one thread.
    images = [Image.open(io.BytesIO(picture)).convert("L") for picture in pictures]
    votes: Counter[tuple[str, ...]] = Counter()
    # Two are needed at least, so two are at work at once.
    with ThreadPoolExecutor(2) as pool:
        for ways in (_WAYS[:2], _WAYS[2:]):
            for reading in pool.map(lambda way: _read(images, way), ways):
                if sorted(reading) == list(_DIGITS):
                    votes[reading] += 1
                    if votes[reading] == 2:
                        return reading
    raise PictureUnread(
        f"{place}: the pictures of the PIN pad could not be read with certainty, and are not "
        f"guessed. Look at the pad: if it has changed, 'buttons' in the selectors file may need "
        f"mending. Until then a person must sign in."
    )


def _prepared(image: Image, way: _Way) -> Image:
    """The digit alone, dark on white, at one height."""
    from PIL import Image as Pictures
    from PIL import ImageFilter, ImageOps

    edge = max(1, round(min(image.size) * 0.06))
    inner = image.crop((edge, edge, image.width - edge, image.height - edge))
    scale = max(1, round(176 / inner.height))
    large = inner.resize((inner.width * scale, inner.height * scale), Pictures.Resampling.LANCZOS)
    clear = ImageOps.autocontrast(large).filter(ImageFilter.GaussianBlur(way.blur))
    if way.threshold:
        clear = clear.point([255 if value > way.threshold else 0 for value in range(256)])
    ink = ImageOps.invert(clear).point([255 if value > 100 else 0 for value in range(256)])
    digit = clear.crop(ink.getbbox() or (0, 0, clear.width, clear.height))
    width = max(1, round(digit.width * _HEIGHT / digit.height))
    return digit.resize((min(width, 3 * _HEIGHT), _HEIGHT), Pictures.Resampling.LANCZOS)


def _read(images: Sequence[Image], way: _Way) -> tuple[str, ...]:
    """What Tesseract sees at each place of a strip; '' or several signs where it is unsure."""
    from PIL import Image as Pictures

    digits = [_prepared(image, way) for image in images]
    width = sum(digit.width for digit in digits) + way.gap * (len(digits) + 1)
    strip = Pictures.new("L", (width, _HEIGHT + 60), 255)
    at, spans = way.gap, []
    for digit in digits:
        strip.paste(digit, (at, 30))
        spans.append((at - way.gap / 2, at + digit.width + way.gap / 2))
        at += digit.width + way.gap
    found = [""] * len(digits)
    for line in _boxes(strip, way.mode).splitlines():
        sign, left, _, right = line.split()[:4]
        middle = (int(left) + int(right)) / 2
        for place, (start, end) in enumerate(spans):
            if start <= middle < end:
                found[place] += sign
    return tuple(found)


def _boxes(strip: Image, mode: int) -> str:
    """A line for each sign that Tesseract sees: the sign, and where its box begins and ends."""
    file = io.BytesIO()
    strip.save(file, "PNG")
    only = ("-c", f"tessedit_char_whitelist={_DIGITS}", "-c", "tessedit_create_boxfile=1")
    # Asked without a library, which would import pandas for it.
    command = ("tesseract", "stdin", "stdout", "--psm", str(mode), *only, "batch.nochop", "makebox")
    # Several threads make Tesseract slower on a picture this small.
    env = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            command, input=file.getvalue(), env=env, capture_output=True, check=False
        )
    except FileNotFoundError:
        done = None
    if done is None:
        raise ProgramMissing(
            "Tesseract is not installed, which reads the PIN pad. As root, run: "
            "apt-get install tesseract-ocr"
        )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()[:200]
        raise ProgramMissing(
            f"Tesseract, which reads the PIN pad, failed with status {done.returncode}: {said}. "
            "Try it on any picture, or install it anew: apt-get install tesseract-ocr"
        )
    return done.stdout.decode()
