"""XML from a stranger, streamed through expat: bounded, without entities or document types."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

from clerkwork.adapters.statements.checks import refusal
from clerkwork.adapters.statements.nodes import (
    EACH,
    LEAF,
    MARK,
    MONEY,
    NESTED,
    Found,
    Misplaced,
    Node,
)
from clerkwork.adapters.statements.shapes import Shapes

__all__ = ["Scan"]

_Started = Callable[[str, dict[str, str]], None]
_Ended = Callable[[str], None]
_CUT_OFF = {
    expat.errors.codes[text]
    for text in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
_CHUNK = 1 << 16
_LARGEST_TEXT = 1 << 20
_LARGEST_UNIT = 128 * 1024 * 1024
_LARGEST_SIMPLE = 1 << 18
# In these a tag is the bytes it has in ASCII.
_SIMPLE = {"ascii", "utf-8", "iso8859-1", "iso8859-15", "cp1252"}
_MOST = {EACH: 10_000, NESTED: 500_000}


class Scan:
    """One pass over a file: what is declared below `top` is read, and units are handed on.

    What is in a `NESTED` element stands in a list of the element around it; a `UNIT` is handed
    to its node's `done`, with what is known of the element around it, as soon as it ends. Nodes
    marked `raw` have their own bytes under 'raw', but for a unit of several nested ones, where
    each of these has. Memory is bounded by the largest unit, which may have `largest` bytes.

    Units that follow each other are read by their shapes where they can be, and the parser, with
    nobody listening, only says that they are well-formed: twice as fast, with the same result.
    `simply` can be set to False to read all of them tag by tag.
    """

    def __init__(
        self, path: Path, top: Node, *, largest: int = _LARGEST_UNIT, simply: bool = True
    ) -> None:
        self.path = path
        self._top, self._largest = top, largest
        self._window = bytearray()
        self._base = 0
        self._unit = -1
        self._fed = 0
        self._encoding = "utf-8"
        self._shapes = Shapes() if simply else None
        self._is_simple = True
        self._ended: tuple[Node, Node, bytes] | None = None
        self._listening = False
        self._handlers: tuple[_Started, _Ended]
        self._state: Callable[[], tuple[Node, Found]]
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse_dtd
        self._parser.EntityDeclHandler = self._refuse_dtd
        self._parser.XmlDeclHandler = self._declared

    @property
    def place(self) -> str:
        return f"line {self._parser.CurrentLineNumber}"

    def read(self) -> None:
        """Read the whole file; raises `StatementError` where it is not well-formed or hostile."""
        parts: list[str] = []
        # Where each element whose bytes are wanted began, the outer one first; -1 once they
        # are not wanted any more.
        began: list[int] = []
        self._handle(parts, began)
        try:
            with self.path.open("rb") as file:
                self._marked(file.read(2))
                file.seek(0)
                while chunk := file.read(_CHUNK):
                    self._window += chunk
                    self._feed()
                    self._bound(parts)
                    self._forget(began)
            self._parse(len(self._window))
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            found = expat.ErrorString(error.code)
            cut = " (the file is cut off)" if error.code in _CUT_OFF else ""
            place = f"line {error.lineno}"
            raise refusal(self.path, place, f"{found}{cut}", "well-formed XML") from error
        except Misplaced as error:
            raise refusal(self.path, self.place, str(error), "the elements of a CAMT") from error
        except (LookupError, ValueError) as error:
            raise refusal(self.path, self.place, str(error), "UTF-8") from error

    def _feed(self) -> None:
        """Give the parser what has come, unit by unit once one was seen."""
        while self._ended is not None and self._shapes is not None:
            unit, around, tag = self._ended
            start = self._fed - self._base
            between = self._state()[0] is around
            end = self._window.find(tag, start)
            if end < 0:
                # A unit that has only begun can be read by its shape when the rest has come.
                if between and len(self._window) - start < _LARGEST_SIMPLE:
                    return
                break
            end += len(tag)
            if not (between and self._read_simply(unit, around, start, end)):
                self._parse(end)
        self._parse(len(self._window))

    def _read_simply(self, unit: Node, around: Node, start: int, end: int) -> bool:
        """Read the bytes between as one unit by its shape; False if that is not possible."""
        if end - start > _LARGEST_SIMPLE or self._shapes is None:
            return False
        content = bytes(self._window[start:end])
        try:
            text = content.lstrip(b" \t\n").decode(self._encoding)
        except UnicodeDecodeError:
            return False
        found = self._shapes.read(text, around)
        if found is None:
            return False
        self._listen(to=False)
        self._parser.Parse(content, False)
        self._fed += len(content)
        if unit.done:
            unit.done(found, self._state()[1])
        return True

    def _parse(self, end: int) -> None:
        """Give the parser what it has not had of the window up to a place, tag by tag."""
        content = bytes(self._window[self._fed - self._base : end])
        self._listen(to=True)
        self._fed += len(content)
        self._parser.Parse(content, False)

    def _listen(self, *, to: bool) -> None:
        if self._listening is not to:
            start, end = self._handlers if to else (None, None)
            self._parser.StartElementHandler = start
            self._parser.EndElementHandler = end
            self._listening = to

    def _handle(self, parts: list[str], began: list[int]) -> None:
        """Make the handlers, and what tells the element under way with what was read of it.

        They run some 80 times an entry, so what they work on are closed-over names.
        """
        parser = self._parser
        here, currency = self._top, ""
        found: Found = {}
        stack: list[Node] = []
        scopes: list[Found] = []
        push, pop, take, clear, join = (stack.append, stack.pop, parts.append, parts.clear, "".join)

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal here, found, currency
            push(here)
            here = here[name]
            act = here.act
            if act:
                if act <= MONEY:
                    clear()
                    parser.CharacterDataHandler = take
                    if act == MONEY:
                        currency = attributes.get("Ccy", "")
                elif act >= NESTED:
                    scopes.append(found)
                    found = {}
                    if here.raw:
                        began.append(parser.CurrentByteIndex)
                        self._unit = began[0] if len(began) == 1 else self._unit

        def end(name: str) -> None:
            nonlocal here, found
            act = here.act
            if act:
                if act <= MONEY:
                    parser.CharacterDataHandler = None
                if act == LEAF:
                    if here.key not in found and (text := join(parts).strip()):
                        found[here.key] = text
                elif act == MONEY:
                    found.setdefault(here.key, (join(parts).strip(), currency))
                elif act == EACH:
                    if text := join(parts).strip():
                        self._add(found, here, text)
                elif act == MARK:
                    found[here.key] = ""
                elif act == NESTED:
                    inner, found = found, scopes.pop()
                    count = self._add(found, here, inner)
                    if here.raw:
                        inner["raw"] = (began.pop(), parser.CurrentByteIndex)
                        if count > 1:
                            self._several(found[here.key], began)
                else:
                    if here.raw:
                        found["raw"] = self._bytes(began.pop(), parser.CurrentByteIndex)
                    inner, found = found, scopes.pop()
                    if here.done:
                        here.done(inner, found)
                    if here.raw and self._is_simple:
                        self._ended = (here, stack[-1], f"</{name}>".encode())
            here = pop()

        self._handlers = (start, end)
        self._state = lambda: (here, found)

    def _add(self, found: Found, node: Node, one: object) -> int:
        """Append to the list of that name; how long it is now."""
        there = found.get(node.key)
        if there is None:
            there = found[node.key] = []
        there.append(one)
        if len(there) > _MOST[node.act]:
            what = f"more than {_MOST[node.act]:,} <{node.local}> in one element"
            raise refusal(self.path, self.place, what, "fewer")
        return len(there)

    def _bound(self, parts: list[str]) -> None:
        in_text = self._state()[0].act in (LEAF, EACH, MONEY)
        size = sum(map(len, parts))
        if not in_text:
            parts.clear()
        if (in_text and size > _LARGEST_TEXT) or self._fed - self._at() > _LARGEST_TEXT + _CHUNK:
            found = f"a text or a tag of more than {_LARGEST_TEXT:,} bytes"
            raise refusal(self.path, self.place, found, "shorter ones")

    def _at(self) -> int:
        return max(self._parser.CurrentByteIndex, 0)

    def _forget(self, began: list[int]) -> None:
        """Drop the bytes that no element under construction needs."""
        if began and self._at() - self._unit > self._largest:
            found = f"an entry of more than {self._largest:,} bytes"
            raise refusal(self.path, self.place, found, "smaller ones")
        keep = min([self._at(), *(place for place in began if place >= 0)])
        if keep > self._base:
            del self._window[: keep - self._base]
            self._base = keep

    def _several(self, nested: list[Found], began: list[int]) -> None:
        """Of an element with several nested ones these have their own bytes, not it itself."""
        for inner in nested if len(nested) == 2 else nested[-1:]:
            inner["raw"] = self._bytes(*inner["raw"])
        began[-1] = -1

    def _bytes(self, start: int, end: int) -> str:
        """The text of the element that began there and whose end tag begins at `end`."""
        if start < 0:
            return ""
        stop = self._window.find(b">", end - self._base) + 1
        stop += self._encoding == "utf-16-le"
        found = self._window[start - self._base : stop or None]
        return found.decode(self._encoding, errors="replace")

    def _marked(self, start: bytes) -> None:
        marks = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
        self._encoding = marks.get(start, self._encoding)
        self._is_simple = start not in marks

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        if not self._encoding.startswith("utf-16"):
            self._encoding = encoding or "utf-8"
        self._is_simple = codecs.lookup(self._encoding).name in _SIMPLE

    def _refuse_dtd(self, *_: object) -> None:
        raise refusal(
            self.path, self.place, "a document type or entity declaration", "plain CAMT XML"
        )
