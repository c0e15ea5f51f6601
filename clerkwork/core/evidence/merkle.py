"""The Merkle tree of RFC 6962 and RFC 9162: its root, and proofs of inclusion and consistency."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

__all__ = [
    "EMPTY",
    "Roots",
    "consistency",
    "consistent",
    "grown",
    "included",
    "inclusion",
    "leaf_hash",
    "node_hash",
    "peaks_of",
    "root",
    "root_of",
]

EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without leaves (RFC 9162, 2.1.1)."""

Peaks = tuple[bytes, ...]
"""Roots of the perfect subtrees from the left: all that an append has to know of a tree."""


def leaf_hash(content: bytes) -> bytes:
    """Of one leaf; told apart from that of a node by its first byte."""
    return hashlib.sha256(b"\0" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def grown(count: int, peaks: Peaks, leaf: bytes) -> Peaks:
    """The peaks of a tree of `count` leaves after one more, given by its hash."""
    left = list(peaks)
    while count & 1:
        leaf = node_hash(left.pop(), leaf)
        count >>= 1
    return (*left, leaf)


def peaks_of(leaves: Iterable[bytes]) -> Peaks:
    """Of the hashes of all leaves."""
    peaks: Peaks = ()
    for count, leaf in enumerate(leaves):
        peaks = grown(count, peaks, leaf)
    return peaks


def root_of(peaks: Peaks) -> bytes:
    """The root of the tree that has these peaks."""
    if not peaks:
        return EMPTY
    *rest, found = peaks
    for peak in reversed(rest):
        found = node_hash(peak, found)
    return found


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over the hashes of all leaves (RFC 9162, 2.1.1)."""
    return root_of(peaks_of(leaves))


class Roots:
    """Roots over the first so many leaves; cheap where they are asked for in order."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        """Of the hashes of all leaves."""
        self._leaves = leaves
        self._count = 0
        self._peaks: Peaks = ()

    def over(self, count: int) -> bytes:
        """Raises `IndexError` if there are not so many leaves."""
        if count < self._count:
            self._count, self._peaks = 0, ()
        while self._count < count:
            self._peaks = grown(self._count, self._peaks, self._leaves[self._count])
            self._count += 1
        return root_of(self._peaks)


def inclusion(leaves: Sequence[bytes], place: int) -> tuple[bytes, ...]:
    """Proof that the leaf at `place`, from 0, is in the tree (RFC 9162, 2.1.3.1).

    Raises `IndexError` if there is no such leaf.
    """
    if not 0 <= place < len(leaves):
        raise IndexError(f"there is no leaf {place} among {len(leaves)}")
    if len(leaves) == 1:
        return ()
    split = _split(len(leaves))
    if place < split:
        return (*inclusion(leaves[:split], place), root(leaves[split:]))
    return (*inclusion(leaves[split:], place - split), root(leaves[:split]))


def included(leaf: bytes, place: int, count: int, proof: Sequence[bytes], head: bytes) -> bool:
    """Whether the proof shows the leaf at `place` under the root of `count` (RFC 9162, 2.1.3.2)."""
    if not 0 <= place < count:
        return False
    first, last, found = place, count - 1, leaf
    for other in proof:
        if last == 0:
            return False
        if first & 1 or first == last:
            found = node_hash(other, found)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            found = node_hash(found, other)
        first, last = first >> 1, last >> 1
    return last == 0 and found == head


def consistency(leaves: Sequence[bytes], before: int) -> tuple[bytes, ...]:
    """Proof that the first `before` leaves are those of the former tree (RFC 9162, 2.1.4.1).

    Raises `IndexError` if there were none, or more than there are.
    """
    if not 0 < before <= len(leaves):
        raise IndexError(f"a tree of {len(leaves)} was never one of {before}")
    return _subproof(before, leaves, whole=True)


def _subproof(before: int, leaves: Sequence[bytes], *, whole: bool) -> tuple[bytes, ...]:
    if before == len(leaves):
        return () if whole else (root(leaves),)
    split = _split(len(leaves))
    if before <= split:
        return (*_subproof(before, leaves[:split], whole=whole), root(leaves[split:]))
    return (*_subproof(before - split, leaves[split:], whole=False), root(leaves[:split]))


def consistent(before: int, count: int, former: bytes, head: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree with root `head` only added to that with root `former` (RFC 9162, 2.1.4.2).

    `before` and `count` are their numbers of leaves.
    """
    if before == count:
        return not proof and former == head
    if not 0 < before < count:
        return False
    path = list(proof)
    if before & (before - 1) == 0:
        path.insert(0, former)
    if not path:
        return False
    first, last = before - 1, count - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old = new = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            old, new = node_hash(other, old), node_hash(other, new)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            new = node_hash(new, other)
        first, last = first >> 1, last >> 1
    return last == 0 and old == former and new == head


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1
