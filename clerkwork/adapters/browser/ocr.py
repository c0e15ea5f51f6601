"""Words that are painted, not written: pictures read by Tesseract."""

from __future__ import annotations

import io
import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from clerkwork.errors import PageTimeout, ProgramMissing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Grey = NDArray[np.uint8]
    Mask = NDArray[np.bool_]

__all__ = ["SPARSE", "installed", "picture_text", "tell", "without_lines"]

SCALE = 2
"""Pictures are enlarged this many times before they are read."""
SPARSE, BLOCK = "--psm 11", "--psm 6"
"""How Tesseract looks at a page: for words anywhere, or for lines, which is faster."""
_ACROSS, _DOWN = 40, 18
"""Pixels from which on a thin dark line is one between cells, and no stroke of a letter."""
_THIN = 7
_DARKER = 20
_LANGUAGES = {"nl": "nld", "de": "deu", "fr": "fra", "es": "spa", "it": "ita", "pt": "por"}


def tell(image: Image, language: str, how: str, patience: float, *, places: bool) -> Any:
    """What Tesseract reads: with `places` each word with where it stands, else the text alone.

    `language` is Tesseract's; `patience` in seconds. Raises `PageTimeout` and `ProgramMissing`.
    """
    import pytesseract  # type: ignore[import-untyped]

    # Several threads make Tesseract slower on a single page.
    os.environ["OMP_THREAD_LIMIT"] = "1"
    # It is handed over in a file: packing that takes longer than reading it.
    image.format = "PPM"
    options = {"lang": language, "config": how, "timeout": patience}
    try:
        if places:
            return pytesseract.image_to_data(image, output_type=pytesseract.Output.DICT, **options)
        return pytesseract.image_to_string(image, **options)
    except pytesseract.TesseractNotFoundError:
        missing = True
    except RuntimeError:
        missing = False
    if missing:
        raise ProgramMissing(
            "Tesseract is not installed, which reads words in pictures. As root, run: "
            "apt-get install tesseract-ocr"
        )
    raise PageTimeout(f"Reading a picture took longer than {patience:g} s.")


def picture_text(picture: bytes, patience: float = 60.0) -> str:
    """The words of a picture (JPEG or PNG), line by line, as far as they can be read.

    The lines between a table's cells are taken out first: with them Tesseract reads half of the
    numbers beside them wrongly. Raises `PageTimeout`, `ProgramMissing`, and `ValueError` for
    what is no picture.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(picture)) as opened:
            grey = opened.convert("L")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise ValueError(f"this is no picture that can be read ({error})") from error
    bare = Image.fromarray(without_lines(grey))
    large = bare.resize((bare.width * SCALE, bare.height * SCALE), Image.Resampling.BICUBIC)
    # English alone: another language besides makes it half as slow again, and reads no number
    # better. What accents are lost, a search does not ask for.
    text = str(tell(large, "eng", BLOCK, patience, places=False))
    return "\n".join(line for line in (" ".join(raw.split()) for raw in text.splitlines()) if line)


def without_lines(image: Image) -> Grey:
    """Long thin dark lines painted over with what is beside them."""
    import numpy as np

    grey = np.asarray(image)
    across = _painted_over(np.ascontiguousarray(grey.T), _ACROSS)
    return _painted_over(np.ascontiguousarray(across.T), _DOWN)


def _painted_over(grey: Grey, least: int) -> Grey:
    """With the vertical lines of that length gone."""
    import numpy as np

    beside = _closed(grey)
    thin = (beside.astype(np.int16) - grey) > _DARKER
    line = _runs(np.ascontiguousarray(thin.T), least).T
    return np.where(line, beside, grey)


def _closed(grey: Grey) -> Grey:
    """Each row without what is dark and thin (morphological closing)."""
    import numpy as np

    half, wide = _THIN // 2, grey.shape[1]
    for pick in (np.maximum, np.minimum):
        padded = np.pad(grey, ((0, 0), (half, half)), mode="edge")
        grey = padded[:, :wide].copy()
        for at in range(1, _THIN):
            pick(grey, padded[:, at : at + wide], out=grey)
    return grey


def _runs(mask: Mask, least: int) -> Mask:
    """Of each row only what is true for so many pixels in a row."""
    import numpy as np

    if mask.shape[1] < least:
        return np.zeros_like(mask)
    counted = np.cumsum(np.pad(mask, ((0, 0), (1, 0))), axis=1, dtype=np.int32)
    begins = (counted[:, least:] - counted[:, :-least]) == least
    change = np.zeros((mask.shape[0], mask.shape[1] + 1), np.int32)
    change[:, : begins.shape[1]] += begins
    change[:, least : least + begins.shape[1]] -= begins
    kept: Mask = np.cumsum(change, axis=1)[:, :-1] > 0
    return kept


@lru_cache(maxsize=8)
def installed(language: str) -> str:
    """The language (ISO 639-1) and English, as far as Tesseract has learnt them."""
    import pytesseract

    try:
        known = pytesseract.get_languages()
    except pytesseract.TesseractNotFoundError:
        known = []
    wanted = _LANGUAGES.get(language[:2].lower(), "")
    return f"{wanted}+eng" if wanted in known else "eng"
