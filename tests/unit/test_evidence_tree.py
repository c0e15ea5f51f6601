"""The Merkle tree against the vectors of Certificate Transparency, and what must always hold."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerkwork.core.evidence.merkle import (
    EMPTY,
    consistency,
    consistent,
    grown,
    included,
    inclusion,
    leaf_hash,
    node_hash,
    peaks_of,
    root,
    root_of,
)

# The leaves and roots that the implementations of RFC 6962 test each other with.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
HASHES = [leaf_hash(leaf) for leaf in LEAVES]


def hexes(proof: tuple[bytes, ...]) -> list[str]:
    return [each.hex() for each in proof]


def test_a_tree_without_leaves_has_the_hash_of_nothing() -> None:
    assert root([]) == EMPTY == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("count", range(1, 9))
def test_the_published_roots(count: int) -> None:
    assert root(HASHES[:count]).hex() == ROOTS[count - 1]


@pytest.mark.parametrize(
    ("place", "count", "proof"),
    [
        (0, 1, []),
        (
            0,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
        (
            1,
            5,
            [
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ],
)
def test_the_published_proofs_of_inclusion(place: int, count: int, proof: list[str]) -> None:
    assert hexes(inclusion(HASHES[:count], place)) == proof


@pytest.mark.parametrize(
    ("before", "count", "proof"),
    [
        (1, 1, []),
        (
            1,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            6,
            8,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            5,
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ],
)
def test_the_published_proofs_of_consistency(before: int, count: int, proof: list[str]) -> None:
    assert hexes(consistency(HASHES[:count], before)) == proof


def leaves_of(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


def by_the_book(leaves: list[bytes]) -> bytes:
    """The definition of RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(by_the_book(leaves[:split]), by_the_book(leaves[split:]))


@given(st.integers(0, 200))
def test_growing_leaf_by_leaf_gives_the_root_of_the_definition(count: int) -> None:
    leaves = leaves_of(count)
    assert root_of(peaks_of(leaves)) == by_the_book(leaves)
    assert len(peaks_of(leaves)) == count.bit_count()
    assert grown(count, peaks_of(leaves), b"x" * 32) == peaks_of([*leaves, b"x" * 32])


@given(st.integers(1, 100), st.data())
def test_any_leaf_is_proved_to_be_there_and_no_other_one(count: int, data: st.DataObject) -> None:
    leaves = leaves_of(count)
    place = data.draw(st.integers(0, count - 1))
    proof, head = inclusion(leaves, place), root(leaves)
    assert included(leaves[place], place, count, proof, head)
    assert not included(leaf_hash(b"another"), place, count, proof, head)
    assert not included(leaves[place], place, count, (*proof, head), head)
    assert not included(leaves[place], place, count, proof, leaf_hash(b"another"))
    elsewhere = data.draw(st.integers(-1, count))
    if elsewhere != place:
        assert not included(leaves[place], elsewhere, count, proof, head)
    if proof:
        assert not included(leaves[place], place, count, proof[:-1], head)


@given(st.integers(1, 100), st.data())
def test_a_tree_that_only_grew_is_proved_so_and_no_other(count: int, data: st.DataObject) -> None:
    leaves = leaves_of(count)
    before = data.draw(st.integers(1, count))
    former, head, proof = root(leaves[:before]), root(leaves), consistency(leaves, before)
    assert consistent(before, count, former, head, proof)
    assert not consistent(before, count, leaf_hash(b"another"), head, proof)
    assert not consistent(before, count, former, leaf_hash(b"another"), proof)
    assert not consistent(before, count, former, head, (*proof, head))
    changed = data.draw(st.integers(0, before - 1))
    other = [*leaves]
    other[changed] = leaf_hash(b"another")
    assert not consistent(before, count, former, root(other), consistency(other, before))


def test_what_never_was_cannot_be_proved() -> None:
    for wrong in (-1, 3):
        with pytest.raises(IndexError):
            inclusion(leaves_of(3), wrong)
    for before in (0, 4):
        with pytest.raises(IndexError):
            consistency(leaves_of(3), before)
    assert not consistent(0, 3, EMPTY, root(leaves_of(3)), ())
    assert not consistent(4, 3, EMPTY, root(leaves_of(3)), ())
