"""XML from a stranger, streamed: small trees of chosen elements, with entities and DTDs refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from xml.parsers import expat

from clerkwork.adapters.statements.checks import clean, refusal

__all__ = ["Node", "Reader"]

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
_DEEPEST = 40
_LARGEST_PART = 32 * 1024 * 1024


class Node:
    """One element by its local name, with its attributes, text and children."""

    __slots__ = ("attributes", "children", "name", "parts", "raw", "start")

    def __init__(self, name: str, attributes: dict[str, str], start: int) -> None:
        self.name = name
        self.attributes = attributes
        self.start = start
        self.parts: list[str] = []
        self.children: list[Node] = []
        self.raw = ""

    @property
    def text(self) -> str:
        return "".join(self.parts)

    def all(self, path: str) -> Iterator[Node]:
        """Every element at a path of local names, as in 'NtryDtls/TxDtls'."""
        name, _, rest = path.partition("/")
        for child in self.children:
            if child.name == name:
                if rest:
                    yield from child.all(rest)
                else:
                    yield child

    def one(self, path: str) -> Node | None:
        return next(self.all(path), None)

    def says(self, *paths: str) -> str:
        """The text at the first of these paths that has any; empty when none has."""
        for path in paths:
            for node in self.all(path):
                if text := clean(node.text):
                    return text
        return ""


class Reader:
    """Feeds a file to expat and hands on each child of `within` as a tree, once it is complete.

    `opened` and `ended` are called where a `within` element starts and ends. Elements named in
    `kept` carry their own bytes as `raw`. Memory is bounded by the largest child, not the file.
    """

    def __init__(
        self,
        path: Path,
        *,
        within: str,
        kept: frozenset[str],
        opened: Callable[[], None],
        part: Callable[[Node], None],
        ended: Callable[[], None],
    ) -> None:
        self.path = path
        self.root = ""
        self.second = ""
        self._within, self._kept = within, kept
        self._opened, self._part, self._ended = opened, part, ended
        self._names: list[str] = []
        self._nodes: list[Node] = []
        self._window = bytearray()
        self._base = 0
        self._encoding = "utf-8"
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._refuse_dtd
        self._parser.EntityDeclHandler = self._refuse_dtd
        self._parser.XmlDeclHandler = self._declared

    @property
    def place(self) -> str:
        return f"line {self._parser.CurrentLineNumber}"

    def read(self) -> None:
        """Read the whole file; raises `StatementError` where it is not well-formed or hostile."""
        try:
            with self.path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    self._window += chunk
                    self._parser.Parse(chunk, False)
                    self._forget()
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            found = expat.ErrorString(error.code)
            cut = " (the file is cut off)" if error.code in _CUT_OFF else ""
            place = f"line {error.lineno}"
            raise refusal(self.path, place, f"{found}{cut}", "well-formed XML") from error
        except (LookupError, ValueError) as error:
            raise refusal(self.path, self.place, str(error), "UTF-8") from error

    def _forget(self) -> None:
        """Drop the bytes that no element under construction needs."""
        keep = self._nodes[0].start if self._nodes else self._parser.CurrentByteIndex
        if self._nodes and len(self._window) > _LARGEST_PART:
            name = self._nodes[0].name
            found = f"{name} of more than {_LARGEST_PART:,} bytes"
            raise refusal(self.path, self.place, found, "smaller parts")
        if keep > self._base:
            del self._window[: keep - self._base]
            self._base = keep

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if len(self._names) >= _DEEPEST:
            raise refusal(self.path, self.place, "elements too deep", f"at most {_DEEPEST} levels")
        if not self._names:
            self.root = local
        elif len(self._names) == 1:
            self.second = self.second or local
        if self._nodes or (self._names and self._names[-1] == self._within):
            node = Node(local, attributes, self._parser.CurrentByteIndex)
            if self._nodes:
                self._nodes[-1].children.append(node)
            self._nodes.append(node)
        elif local == self._within:
            self._opened()
        self._names.append(local)

    def _end(self, name: str) -> None:
        local = self._names.pop()
        if self._nodes:
            node = self._nodes.pop()
            if local in self._kept:
                node.raw = self._bytes(node.start)
            if not self._nodes:
                self._part(node)
        elif local == self._within:
            self._ended()

    def _bytes(self, start: int) -> str:
        stop = self._window.find(b">", self._parser.CurrentByteIndex - self._base) + 1
        found = self._window[start - self._base : stop or None]
        return bytes(found).decode(self._encoding, errors="replace")

    def _characters(self, text: str) -> None:
        if self._nodes:
            self._nodes[-1].parts.append(text)

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        self._encoding = encoding or "utf-8"

    def _refuse_dtd(self, *_: object) -> None:
        raise refusal(
            self.path, self.place, "a document type or entity declaration", "plain CAMT.053 XML"
        )
