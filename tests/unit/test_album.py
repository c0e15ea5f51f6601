"""Pictures of a step: as they were kept, however many, and gone with it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clerkwork.adapters.browser.album import Album
from clerkwork.ports import Picture

images = st.lists(st.binary(max_size=60), max_size=12)


@given(images=images, in_memory=st.integers(min_value=1, max_value=200))
def test_pictures_come_back_as_they_were_kept_in_memory_or_not(
    images: list[bytes], in_memory: int
) -> None:
    album = Album(in_memory)
    kept = [Picture(label=f"page {at}", image=image) for at, image in enumerate(images, start=1)]
    for picture in kept:
        album.keep(picture)

    assert list(album) == kept
    assert len(album) == len(kept)
    assert list(album[1:3]) == kept[1:3]
    if kept:
        assert album[-1] == kept[-1]


def test_pictures_are_kept_on_while_others_were_read() -> None:
    album = Album(10)
    for page in range(1, 6):
        album.keep(Picture(label=f"page {page}", image=b"%d" % page * 8))
        assert album[0].image == b"1" * 8

    assert [picture.image[:1] for picture in album] == [b"1", b"2", b"3", b"4", b"5"]


def test_a_gap_keeps_its_reason() -> None:
    album = Album()
    album.keep(Picture(label="form", image=b"", gap="the window was closed"))

    (picture,) = album
    assert (picture.image, picture.gap) == (b"", "the window was closed")


def test_an_empty_album_is_nothing() -> None:
    assert not Album()
