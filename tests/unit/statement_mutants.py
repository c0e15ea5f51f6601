"""Statement files spoilt at random, but every time the same: cut, flipped, doubled, bloated."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

__all__ = ["mutants"]

Mutation = Callable[[random.Random, bytes], bytes]

_ELEMENT = re.compile(rb"<([A-Za-z:]{1,40})(?: [^<>]{0,99})?>[^<>]{0,500}</\1>")
_GROUP = re.compile(rb"<(Ntry|TxDtls|Bal|Stmt|STMTTRN|LEDGERBAL)>.*?</\1>", re.DOTALL)
_AMOUNT = re.compile(rb"(?<![0-9])[0-9]{1,15}[.,][0-9]{0,2}")
_BOMB = (
    b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY x SYSTEM "file:///etc/hostname">]>'
)


def mutants(name: str, content: bytes, count: int) -> Iterator[tuple[str, bytes]]:
    """That many spoilt copies, each with the names of what was done to it: one to three things."""
    for number in range(count):
        chance = random.Random(f"{name} {number}")
        spoilt, done = content, []
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            mutation = chance.choice(_MUTATIONS)
            spoilt = mutation(chance, spoilt) or content
            done.append(mutation.__name__.strip("_"))
        yield f"{name} {number}: {', '.join(done)}", spoilt


def _flipped(chance: random.Random, content: bytes) -> bytes:
    spoilt = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 8))):
        spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
    return bytes(spoilt)


def _cut(chance: random.Random, content: bytes) -> bytes:
    return content[: chance.randrange(1, len(content) + 1)]


def _beheaded(chance: random.Random, content: bytes) -> bytes:
    return content[chance.randrange(len(content)) :]


def _part_lost(chance: random.Random, content: bytes) -> bytes:
    start = chance.randrange(len(content))
    return content[:start] + content[start + chance.choice((1, 2, 10, 100, 1_000)) :]


def _of_lines(change: Callable[[random.Random, list[bytes]], None]) -> Mutation:
    def mutation(chance: random.Random, content: bytes) -> bytes:
        lines = content.split(b"\n")
        change(chance, lines)
        return b"\n".join(lines)

    mutation.__name__ = change.__name__
    return mutation


def _line_doubled(chance: random.Random, lines: list[bytes]) -> None:
    place = chance.randrange(len(lines))
    lines.insert(place, lines[place])


def _line_lost(chance: random.Random, lines: list[bytes]) -> None:
    del lines[chance.randrange(len(lines))]


def _lines_swapped(chance: random.Random, lines: list[bytes]) -> None:
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _line_wrapped(chance: random.Random, lines: list[bytes]) -> None:
    place = chance.randrange(len(lines))
    at = chance.randrange(len(lines[place]) + 1)
    lines[place : place + 1] = [lines[place][:at], lines[place][at:]]


def _digit_changed(chance: random.Random, content: bytes) -> bytes:
    places = [found.start() for found in re.finditer(rb"[0-9]", content)]
    return _with_digit(chance, content, places)


def _amount_changed(chance: random.Random, content: bytes) -> bytes:
    found = list(_AMOUNT.finditer(content))
    if not found:
        return content
    one = chance.choice(found)
    digits = [place for place in range(*one.span()) if content[place : place + 1].isdigit()]
    return _with_digit(chance, content, digits)


def _with_digit(chance: random.Random, content: bytes, places: list[int]) -> bytes:
    if not places:
        return content
    place = chance.choice(places)
    return content[:place] + str(chance.randrange(10)).encode() + content[place + 1 :]


def _sign_changed(chance: random.Random, content: bytes) -> bytes:
    pairs = ((b"CRDT", b"DBIT"), (b"C", b"D"), (b",", b"."), (b"-", b"+"), (b"EUR", b"USD"))
    before, after = chance.choice(pairs)
    places = [found.start() for found in re.finditer(re.escape(before), content)]
    if not places:
        return content
    place = chance.choice(places)
    return content[:place] + after + content[place + len(before) :]


def _part_doubled(chance: random.Random, content: bytes) -> bytes:
    found = list(_GROUP.finditer(content)) + list(_ELEMENT.finditer(content))
    if not found:
        start = chance.randrange(len(content))
        return content[:start] + content[start : start + 200] + content[start:]
    one = chance.choice(found)
    return content[: one.end()] + one[0] + content[one.end() :]


def _part_dropped(chance: random.Random, content: bytes) -> bytes:
    found = list(_GROUP.finditer(content)) + list(_ELEMENT.finditer(content))
    if not found:
        return _part_lost(chance, content)
    one = chance.choice(found)
    return content[: one.start()] + content[one.end() :]


def _recoded(chance: random.Random, content: bytes) -> bytes:
    text = content.decode("utf-8", errors="replace")
    encoding = chance.choice(("utf-16", "utf-16-le", "utf-8-sig", "cp1252", "cp037"))
    return text.encode(encoding, errors="replace")


def _bloated(chance: random.Random, content: bytes) -> bytes:
    place = chance.randrange(len(content))
    more = chance.choice((b"x", b" ", b"9", b"\n", b"/")) * 300_000
    return content[:place] + more + content[place:]


def _nested(chance: random.Random, content: bytes) -> bytes:
    place = content.find(b">", chance.randrange(len(content))) + 1
    return content[:place] + b"<a>" * 3_000 + b"</a>" * 3_000 + content[place:]


def _bombed(chance: random.Random, content: bytes) -> bytes:
    start = content.find(b"?>") + 2 if content.startswith(b"<?xml") else 0
    inside = content[start:].replace(b"Factuur", b"&c;&x;")
    return content[:start] + _BOMB + inside


def _forged(chance: random.Random, content: bytes) -> bytes:
    lies = (
        b"\n:61:2603020302C99,00NTRFNONREF//LIE\n",
        b"\n:61:2603020302C99,00NTRFNONREF\n:61:2603020302D99,00NTRFNONREF\n",
        b"\n:62F:C260302EUR1,00\n",
        b"\n:20:LIE\n:25:NL02ABNA0123456789\n",
        b'";"\n"',
        b"</Ustrd></RmtInf><Amt>1</Amt>",
        b"\x00",
        b"\r",
        b"\xff\xfe",
        b"=cmd|' /C calc'!A0",
    )
    place = chance.randrange(len(content))
    return content[:place] + chance.choice(lies) + content[place:]


_MUTATIONS: tuple[Mutation, ...] = (
    _flipped,
    _cut,
    _beheaded,
    _part_lost,
    _of_lines(_line_doubled),
    _of_lines(_line_lost),
    _of_lines(_lines_swapped),
    _of_lines(_line_wrapped),
    _digit_changed,
    _amount_changed,
    _amount_changed,
    _sign_changed,
    _part_doubled,
    _part_dropped,
    _recoded,
    _bloated,
    _nested,
    _bombed,
    _forged,
)
