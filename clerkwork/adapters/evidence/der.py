"""Puts the certificates of a time stamp in the order that DER asks for."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["in_order"]

_SEQUENCE, _FIRST = 0x30, 0xA0
"""Tags of a sequence, and of the part of one that bears the number 0."""

Part = tuple[int, bytes]
"""A tag and what it holds."""


def in_order(answer: bytes) -> bytes:
    """A time stamp's answer (RFC 3161) with the certificates beside its signature in order.

    They are no part of what is signed (RFC 5652, 5.1), and a set in BER may stand in any order;
    the library that reads it wants DER. What is no such answer comes back as it is.
    """
    try:
        ((tag, response),) = _parts(answer)
        status, (_, content_info) = _parts(response)
        kind, (_, explicit) = _parts(content_info)
        ((_, signed_data),) = _parts(explicit)
        parts = _parts(signed_data)
        ordered = [
            (tag, b"".join(sorted(_joined([one]) for one in _parts(content))))
            if tag == _FIRST
            else (tag, content)
            for tag, content in parts
        ]
    except ValueError:
        return answer
    signed = _joined([(_SEQUENCE, _joined(ordered))])
    info = _joined([kind, (_FIRST, signed)])
    return _joined([(tag, _joined([status, (_SEQUENCE, info)]))])


def _parts(content: bytes) -> list[Part]:
    """The values that stand there one after the other; raises `ValueError`."""
    found, place = [], 0
    while place < len(content):
        head = content[place : place + 2]
        if len(head) < 2:
            raise ValueError("it breaks off")
        tag, length, place = head[0], head[1], place + 2
        if length & 0x80:
            size = length & 0x7F
            length = int.from_bytes(content[place : place + size], "big")
            place += size
        if place + length > len(content):
            raise ValueError("it breaks off")
        found.append((tag, content[place : place + length]))
        place += length
    return found


def _joined(parts: Sequence[Part]) -> bytes:
    return b"".join(bytes([tag]) + _length(len(content)) + content for tag, content in parts)


def _length(count: int) -> bytes:
    if count < 0x80:
        return bytes([count])
    digits = count.to_bytes((count.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(digits)]) + digits
