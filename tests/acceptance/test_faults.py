"""Ten bad days at the portals: the books end as without them, or a person is asked; never wrong.

Two hundred of them are played by `make soak`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from soak import Books, clean_books, play


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Books:
    return clean_books(tmp_path_factory.mktemp("clean"))


@pytest.mark.parametrize("seed", range(10))
def test_a_bad_day_ends_with_the_same_books_or_with_a_work_item(
    tmp_path: Path, clean: Books, seed: int
) -> None:
    morning = play(tmp_path, seed, clean)
    assert morning.wrong == ()
    assert morning.ended == "same books" or morning.why
    assert morning.recovered
