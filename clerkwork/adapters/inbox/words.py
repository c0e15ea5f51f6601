"""Text out of what a mail holds: any charset, any header, HTML with its quotes marked."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from email.errors import HeaderParseError
from email.header import decode_header
from html import unescape

__all__ = ["decoded", "header_text", "html_text"]

_CHARSET = re.compile(
    r"utf-?8(?:-sig)?|utf-16(?:-[bl]e)?|ascii|latin-?1|iso8859-\d+|cp125\d|cp437|cp850|koi8-[rtu]"
    r"|gbk|gb2312|gb18030|big5|shift_jis|euc_(?:jp|kr)|iso2022_jp|mac-roman"
)
"""Python's names of real charsets: some of its other codecs are slow, or no text at all."""
_LONGEST_HEADER = 2_000
_LARGEST_HTML = 400_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
"""With the signs that turn text round, by which a sender looks like another."""

_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:-]{0,30})(?P<rest>[^<>]*)>|<[!?][^<>]*>"
)
_HIDDEN = re.compile(r"(?:^|\s)hidden(?:[\s=/]|$)|display\s{0,3}:\s{0,3}none", re.IGNORECASE)
_BREAKS = frozenset(
    (
        *("address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "footer", "h1", "h2"),
        *("h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section", "table"),
        *("tr", "ul"),
    )
)
_UNSEEN = frozenset(("head", "script", "style", "template", "title"))
_VOID = frozenset(
    (
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"),
        *("track", "wbr"),
    )
)


def decoded(content: bytes, charset: str) -> str:
    """Bytes as text, by the charset that is said, or else by what fits."""
    for name in (charset, "utf-8"):
        try:
            known = codecs.lookup(name).name if name else ""
        except (LookupError, ValueError):
            continue
        if not _CHARSET.fullmatch(known):
            continue
        try:
            return content.decode(known)
        except UnicodeError:
            if name == charset and known not in ("utf-8", "ascii"):
                return content.decode(known, "replace")
    return content.decode("cp1252", "replace")


def header_text(raw: object, longest: int = 300) -> str:
    """A header as one line for people."""
    value = str(raw or "")[:_LONGEST_HEADER]
    try:
        parts = decode_header(value)
    except (HeaderParseError, ValueError, LookupError):
        parts = [(value, None)]
    joined = "".join(
        decoded(part, str(charset or "")) if isinstance(part, bytes) else part
        for part, charset in parts
    )
    return " ".join(_CONTROL.sub(" ", joined).split())[:longest]


def html_text(html: str) -> str:
    """What a reader sees of HTML, line by line; what is quoted begins with '> '.

    Read with one expression that takes time in proportion, whatever it meets: the standard
    library's parser takes minutes over a mail of unclosed comments.
    """
    shown = _without_comments(html[:_LARGEST_HTML])
    reader = _Reader()
    at = 0
    for tag in _TAG.finditer(shown):
        reader.text(shown[at : tag.start()])
        if tag["name"]:
            reader.tag(tag["name"].lower(), tag["rest"], closes=bool(tag["end"]))
        at = tag.end()
    reader.text(shown[at:])
    return reader.lines()


def _without_comments(html: str) -> str:
    kept, at = [], 0
    while (begins := html.find("<!--", at)) >= 0:
        kept.append(html[at:begins])
        ends = html.find("-->", begins + 4)
        if ends < 0:
            return "".join(kept)
        at = ends + 3
    return "".join((*kept, html[at:]))


class _Reader:
    """Knows nothing of a page but lines, quotations, and what is not shown."""

    def __init__(self) -> None:
        self._lines: list[tuple[int, list[str]]] = [(0, [])]
        self._quoted = 0
        self._hiding = ""
        """The tag that hides all that is in it; empty where what comes is shown."""
        self._depth = 0
        """How many tags of that name are open in it."""

    def tag(self, name: str, rest: str, *, closes: bool) -> None:
        if closes:
            self._close(name)
        else:
            self._open(name, rest)
        if name in _BREAKS:
            self._break()

    def _open(self, name: str, rest: str) -> None:
        if name == "body" and self._hiding == "head":
            # A head that nobody closed ends here.
            self._hiding, self._depth = "", 0
        if self._hiding:
            self._depth += name == self._hiding
        elif name in _UNSEEN or (name not in _VOID and _HIDDEN.search(rest)):
            self._hiding, self._depth = name, 1
        elif name == "blockquote":
            self._quoted += 1

    def _close(self, name: str) -> None:
        if self._hiding:
            self._depth -= name == self._hiding
            if not self._depth:
                self._hiding = ""
        elif name == "blockquote" and self._quoted:
            self._quoted -= 1

    def text(self, text: str) -> None:
        if not self._hiding:
            self._lines[-1][1].append(text)

    def _break(self) -> None:
        if not "".join(self._lines[-1][1]).strip():
            self._lines.pop()
        self._lines.append((self._quoted, []))

    def lines(self) -> str:
        return "\n".join(_line(depth, parts) for depth, parts in self._lines).strip()


def _line(depth: int, parts: Iterable[str]) -> str:
    said = " ".join(unescape("".join(parts)).split())
    return f"{'> ' if depth and said else ''}{said}"
