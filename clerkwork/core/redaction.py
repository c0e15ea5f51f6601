"""Blots secrets out of texts, in every dress in which a program may write them."""

from __future__ import annotations

import base64
import html.entities
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import groupby

__all__ = ["MASK", "SHORTEST", "Redactor"]

MASK = "***"
SHORTEST = 4
"""Characters of the shortest secret that is hidden: a shorter one would blot out the whole log."""

_SHORT_TEXT, _KEPT = 80, 2_000
"""Characters of a text, and how many, that are known by heart once they are found clean."""
_DRESSED = re.compile(r"[%&\\+=]")
"""Without any of these nothing in a text is written otherwise than as it is, but for base64."""
_BROKEN = re.compile(r"[\r\n]|\\[rn]")
"""What parts the lines of wrapped base64."""
_BREAK = r"(?:\s|\\{1,4}[rn]){0,12}"
"""What may stand between two letters of base64 that was wrapped into lines."""
_SHORT = {
    **{"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f", "\v": "v", "\0": "0"},
    **{sign: sign for sign in "\"'`/\\<>&"},
}
"""Signs that programs write with a backslash before them."""


class Redactor:
    """Blots out secrets in a text, also where they are escaped, sign by sign, or in base64."""

    def __init__(self) -> None:
        self._sought: dict[str, _Sought] = {}
        self._forms: tuple[str, ...] = ()
        """Of all secrets, the shortest first: most texts are shorter than most of them."""
        self._clean: set[str] = set()
        """Short texts in which none of them was found: most of what is written comes again."""

    def hide(self, secret: str) -> None:
        """From now on this is blotted out; nothing for one of less than `SHORTEST` characters."""
        if len(secret) >= SHORTEST and secret not in self._sought:
            # New ones: another thread may be looking through the old ones.
            self._sought = {**self._sought, secret: _Sought(secret)}
            forms = {form for one in self._sought.values() for form in one.forms}
            self._forms = tuple(sorted(forms, key=lambda form: (len(form), form)))
            # Last: what another thread finds clean by the old ones, it puts among the old.
            self._clean = set()

    def __call__(self, text: str) -> str:
        """The text with every secret blotted out, the longest first."""
        clean = self._clean
        if text in clean:
            return text
        # Once more until nothing is found: what stood apart may form a secret with the mask.
        # It ends, because the mask is shorter than whatever it takes the place of.
        while spans := sorted(self._spans(text)):
            text = _masked(text, spans)
        if len(text) <= _SHORT_TEXT and len(clean) < _KEPT:
            clean.add(text)
        return text

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        size = len(text)
        for form in self._forms:
            if len(form) > size:
                break
            if form in text:
                yield from _standing(form, text)
        dressed, broken = _DRESSED.search(text), _BROKEN.search(text)
        for one in self._sought.values() if dressed or broken else ():
            if dressed:
                yield from _matching(one.dressed(), text)
            for pattern in one.wrapped() if broken else ():
                yield from _matching(pattern, text)


class _Sought:
    """One secret, with what it is sought by; what is seldom needed is made when it is."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._coded = tuple(sorted(set(_base64_forms(secret.encode("utf-8", "surrogatepass")))))
        shown = {secret, *(unicodedata.normalize(form, secret) for form in ("NFC", "NFD"))}
        self.forms = (*(form for form in shown if len(form) >= SHORTEST), *self._coded)
        self._dressed: re.Pattern[str] | None = None
        self._wrapped: tuple[re.Pattern[str], ...] | None = None

    def dressed(self) -> re.Pattern[str]:
        """Each sign as it is or escaped, whatever was done with those beside it."""
        if self._dressed is None:
            signs = ((sign, len([*same])) for sign, same in groupby(self._secret))
            self._dressed = re.compile("".join(_any_forms(sign, times) for sign, times in signs))
        return self._dressed

    def wrapped(self) -> tuple[re.Pattern[str], ...]:
        """In base64 that goes on over the ends of lines."""
        if self._wrapped is None:
            parts = (map(re.escape, each) for each in self._coded)
            self._wrapped = tuple(re.compile(_BREAK.join(each)) for each in parts)
        return self._wrapped


def _standing(form: str, text: str) -> Iterator[tuple[int, int]]:
    start = text.find(form)
    while start >= 0:
        yield start, start + len(form)
        start = text.find(form, start + 1)


def _matching(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    found = pattern.search(text)
    while found is not None:
        yield found.span()
        found = pattern.search(text, found.start() + 1)


def _masked(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with these spans, in order and perhaps overlapping, replaced by the mask."""
    parts, begin, end = [], *spans[0]
    kept = 0
    for start, stop in [*spans[1:], (len(text) + 1, 0)]:
        if start < end:
            end = max(end, stop)
            continue
        parts += [text[kept:begin], MASK]
        kept, begin, end = end, start, stop
    return "".join([*parts, text[kept:]])


@lru_cache(maxsize=1024)
def _any_forms(sign: str, times: int) -> str:
    """A pattern of all ways to write a sign so many times; each may be escaped up to thrice more.

    Each way begins with a letter of its own, by which `re` passes quickly over most of a text.
    """
    written = _written(sign)
    if sign == "\\" and times > 1:
        # Of many together nobody can tell which of them escapes which.
        return rf"(?:\\{{{times},{5 * times}}}|(?:{'|'.join(written)}){{{times}}})"
    plain = {re.escape(sign), re.escape(unicodedata.normalize("NFD", sign))}
    if sign in _SHORT:
        plain.add(rf"\\\\{{0,3}}{re.escape(_SHORT[sign])}")
    if sign == " ":
        plain.add(r"\+")
    forms = sorted({*plain, *written}, key=lambda form: (-len(form), form))
    return f"(?:{'|'.join(forms)})" * times


def _written(sign: str) -> list[str]:
    """Patterns of the ways to write a sign by its number or by a name."""
    code = f"0*{_hex(sign)}"
    raw = sign.encode("utf-8", "surrogatepass")
    pairs = sign.encode("utf-16-be", "surrogatepass").hex()
    data = [_of_any_case(f"{byte:02x}") for byte in raw]
    units = [_of_any_case(pairs[at : at + 4]) for at in range(0, len(pairs), 4)]
    found = [
        # In addresses and in mails; in JSON, JavaScript and Python; in HTML.
        "".join(f"%(?:25){{0,3}}{byte}" for byte in data),
        "".join(f"={byte}" for byte in data),
        "".join(f"%(?:25){{0,3}}u{unit}" for unit in units),
        rf"\\\\{{0,3}}[xuU]\{{?{code}\}}?",
        rf"&(?:amp;){{0,3}}#(?:0*{ord(sign)}|[xX]{code});?",
        *(f"&(?:amp;){{0,3}}{re.escape(name)}" for name in _entities().get(sign, ())),
    ]
    # In bytes as Python shows them, in two halves, and in the bytes of older pages, where that is
    # another way: if an escape could be read in two, a row of them would be read in all of them.
    if len(raw) > 1:
        found.append("".join(rf"\\\\{{0,3}}x{byte}" for byte in data))
    if len(units) > 1:
        found.append("".join(rf"\\\\{{0,3}}u{unit}" for unit in units))
    if old := sign.encode("cp1252", "ignore") if len(raw) > 1 else b"":
        byte = _of_any_case(old.hex())
        found += [f"%(?:25){{0,3}}{byte}", f"={byte}"]
    return found


def _hex(sign: str) -> str:
    return _of_any_case(f"{ord(sign):x}")


def _of_any_case(digits: str) -> str:
    return "".join(f"[{each}{each.upper()}]" if each.isalpha() else each for each in digits)


@lru_cache(maxsize=1)
def _entities() -> Mapping[str, tuple[str, ...]]:
    """Names that HTML has for a sign, each with its semicolon."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, sign in html.entities.html5.items():
        if name.endswith(";"):
            found[sign].append(name)
    return {sign: tuple(names) for sign, names in found.items()}


def _base64_forms(data: bytes) -> Iterator[str]:
    """What of it shows in base64, wherever it begins in the encoded text, as in 'user:password'."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + data).decode()
        first, last = -(-before * 8 // 6), (before + len(data)) * 8 // 6
        own = encoded[first:last]
        if len(own) >= SHORTEST:
            yield own
            yield own.replace("+", "-").replace("/", "_")
            # In JSON as some write it, and in an address.
            yield own.replace("/", "\\/")
            yield own.replace("+", "%2B").replace("/", "%2F")
            yield own.replace("+", "%2b").replace("/", "%2f")
