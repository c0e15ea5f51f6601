"""Things on a page by how they look: a small picture, or words that are painted, not written."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clerkwork.adapters.browser.ocr import SPARSE, installed, tell
from clerkwork.errors import ConfigError, PageTimeout

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Pixels = NDArray[np.float64]

__all__ = ["Spot", "picture_spots", "word_spots"]

_SMALLEST, _LARGEST = 6, 1_000
"""Pixels that each side of a picture to look for may have."""
_LIKE = 0.9
"""Correlation from which two pictures may be of one thing."""
_OFF, _SHARE = 48.0, 0.04
"""So far (of 255) a colour may be off, in this share of the pixels; a twin is off in more."""
_FLAT = 4.0
_MOST = 20
_SURE = 40.0
"""Tesseract's own confidence, of 100, below which a word was not read."""


@dataclass(frozen=True, slots=True)
class Spot:
    """The middle of a thing, in pixels of the picture that was searched."""

    x: float
    y: float


def picture_spots(page: bytes, small: bytes, name: str) -> tuple[Spot, ...]:
    """Where on a page (PNG) a small picture (PNG) is to be seen, at its own size.

    Raises `ConfigError` if the picture is too small, too large, or of one colour.
    """
    import numpy as np
    from PIL import Image

    with Image.open(io.BytesIO(small)) as opened:
        if not all(_SMALLEST <= side <= _LARGEST for side in opened.size):
            raise ConfigError(
                f"The picture {name} has {opened.width} by {opened.height} pixels; expected "
                f"{_SMALLEST} to {_LARGEST} each way. Cut out the thing to look for."
            )
        wanted = _pixels(opened)
    seen = _pixels(Image.open(io.BytesIO(page)))
    if wanted.mean(axis=2).std() < _FLAT:
        raise ConfigError(f"The picture {name} is of one colour, which is found everywhere.")
    height, width = wanted.shape[:2]
    if height > seen.shape[0] or width > seen.shape[1]:
        return ()
    alike = _correlation(seen.mean(axis=2), wanted.mean(axis=2))
    spots = []
    for _ in range(_MOST):
        top, left = (int(at) for at in np.unravel_index(int(alike.argmax()), alike.shape))
        if alike[top, left] < _LIKE:
            break
        part = seen[top : top + height, left : left + width]
        off = np.abs(part - wanted).max(axis=2) > _OFF
        if float(off.mean()) <= _SHARE:
            spots.append(Spot(left + width / 2, top + height / 2))
        around = (slice(max(0, top - height // 2), top + height // 2 + 1),)
        alike[(*around, slice(max(0, left - width // 2), left + width // 2 + 1))] = 0
    return tuple(spots)


def _pixels(image: Image) -> Pixels:
    import numpy as np

    return np.asarray(image.convert("RGB"), dtype=np.float64)


def _correlation(seen: Pixels, wanted: Pixels) -> Pixels:
    """How alike each place is, from -1 to 1, whatever its brightness (normalised correlation)."""
    import numpy as np

    height, width = wanted.shape
    shape = (seen.shape[0] + height, seen.shape[1] + width)
    pattern = wanted - wanted.mean()
    # Correlation is a product of transforms, which spares going over every place pixel by pixel.
    spectrum = np.fft.rfft2(seen, shape) * np.conj(np.fft.rfft2(pattern, shape))
    rows, columns = seen.shape[0] - height + 1, seen.shape[1] - width + 1
    product = np.fft.irfft2(spectrum, shape)[:rows, :columns]
    sums, squares = _window_sums(seen, height, width), _window_sums(seen**2, height, width)
    spread = np.sqrt(np.maximum(squares - sums**2 / (height * width), 0))
    strength = spread * np.sqrt((pattern**2).sum())
    found: Pixels = np.where(strength > 1, product / np.maximum(strength, 1), 0)
    return found


def _window_sums(values: Pixels, height: int, width: int) -> Pixels:
    """The sum of each stretch of that size."""
    import numpy as np

    total = np.pad(values, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
    sums: Pixels = (
        total[height:, width:]
        - total[:-height, width:]
        - total[height:, :-width]
        + total[:-height, :-width]
    )
    return sums


def word_spots(page: bytes, words: str, language: str, patience: float) -> tuple[Spot, ...]:
    """Where on a page (PNG) these words stand next to each other on one line.

    `language` is ISO 639-1; `patience` in seconds. Raises `PageTimeout` if reading takes
    longer, `ProgramMissing` without Tesseract.
    """
    wanted = words.split()
    lines = _read(page, language, patience)
    return tuple(
        _middle(line[at : at + len(wanted)])
        for line in lines
        for at in range(len(line) - len(wanted) + 1)
        if [word.text for word in line[at : at + len(wanted)]] == wanted
    )


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    left: float
    top: float
    right: float
    bottom: float


def _middle(words: list[_Word]) -> Spot:
    left, right = min(word.left for word in words), max(word.right for word in words)
    top, bottom = min(word.top for word in words), max(word.bottom for word in words)
    return Spot((left + right) / 2, (top + bottom) / 2)


def _read(page: bytes, language: str, patience: float) -> list[list[_Word]]:
    """The words of a picture, line by line."""
    from PIL import Image

    image = Image.open(io.BytesIO(page)).convert("RGB")
    try:
        return _lines(tell(image, installed(language), SPARSE, patience, places=True))
    except PageTimeout:
        raise PageTimeout(
            f"Reading the page's picture took longer than {patience:g} s. Give its section a "
            f"'frame', so that less has to be read."
        ) from None


def _lines(told: dict[str, list[Any]]) -> list[list[_Word]]:
    lines: dict[tuple[int, int, int], list[_Word]] = {}
    for i, text in enumerate(told["text"]):
        if not text.strip() or float(told["conf"][i]) < _SURE:
            continue
        left, top = float(told["left"][i]), float(told["top"][i])
        word = _Word(
            text.strip(), left, top, left + float(told["width"][i]), top + float(told["height"][i])
        )
        place = (told["block_num"][i], told["par_num"][i], told["line_num"][i])
        lines.setdefault(place, []).append(word)
    return list(lines.values())
