"""The pictures of docs/gallery are made by their script, are small, and show something."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from scripts.gallery import GALLERY, PICTURES, make

MOST = 150_000


def test_every_picture_is_there_and_small() -> None:
    assert sorted(one.name for one in GALLERY.iterdir()) == sorted(PICTURES)
    assert all((GALLERY / name).stat().st_size < MOST for name in PICTURES)


def test_the_script_makes_them_all(tmp_path: Path) -> None:
    made = make(tmp_path)
    assert list(made) == list(PICTURES)
    for name, size in made.items():
        assert 5_000 < size < MOST
        with Image.open(tmp_path / name) as new, Image.open(GALLERY / name) as kept:
            # Fonts differ between machines, so a page's length may; its width does not.
            assert new.width == kept.width
            assert len(new.getcolors() or ()) > 8
