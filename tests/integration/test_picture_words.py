"""Pictures are read by Tesseract as portals paint them: small letters between a table's lines."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from clerkwork.adapters.browser.ocr import picture_text
from clerkwork.core.seeking import folded, holds, query_of

ROWS = [
    ("2025-0792", "Tandartspraktijk Visser", "126,20"),
    ("2025-0801", "Garage in 't Veld", "5.484,68"),
    ("2026-0009", "Renee Brouwer", "82,34"),
]


def a_table() -> bytes:
    """Between dark lines, as browsers of the nineties drew them."""
    drawn = Image.new("RGB", (520, 160), "#d6d0c8")
    pen, font = ImageDraw.Draw(drawn), ImageFont.load_default(12)
    for at, row in enumerate([("Stuknr", "Naam", "Open"), *ROWS]):
        left = 10
        for text, wide in zip(row, (80, 180, 70), strict=True):
            top = 10 + 24 * at
            fill, colour = ("#003366", "white") if not at else ("white", "black")
            pen.rectangle((left, top, left + wide, top + 24), fill=fill, outline="#555555", width=2)
            pen.text((left + 4, top + 5), text, fill=colour, font=font)
            left += wide
    file = io.BytesIO()
    drawn.save(file, "JPEG", quality=60)
    return file.getvalue()


def test_numbers_names_and_amounts_of_a_table_are_found() -> None:
    told = folded(picture_text(a_table()), seen=True)
    for row in ROWS:
        for cell in row:
            assert holds(query_of(cell), told, seen=True), cell


def test_what_is_no_picture_is_said_to_be_none() -> None:
    with pytest.raises(ValueError, match="no picture"):
        picture_text(b"%PDF-1.7")


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (2000, 3)])
def test_a_picture_of_any_size_is_looked_at(size: tuple[int, int]) -> None:
    file = io.BytesIO()
    Image.new("RGB", size, "white").save(file, "PNG")
    assert picture_text(file.getvalue()) == ""


def test_without_tesseract_it_says_what_to_install(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from clerkwork.adapters.browser.ocr import picture_text\n"
        "from clerkwork.errors import ProgramMissing\n"
        "try:\n    picture_text(sys.stdin.buffer.read())\n"
        "except ProgramMissing as error:\n    print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=a_table(),
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True,
        check=True,
    )
    assert b"apt-get install tesseract-ocr" in done.stdout
