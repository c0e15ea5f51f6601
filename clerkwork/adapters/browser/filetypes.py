"""What a downloaded file is, by its bytes and its name, against what was declared."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

__all__ = ["amiss"]

_LOOKED_AT = 64 * 1024
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_EXTENSIONS: Mapping[str, Collection[str]] = {
    "csv": ("csv", "tsv"),
    "gif": ("gif",),
    "html": ("htm", "html", "xhtml", "xls"),
    "jpeg": ("jpg", "jpeg"),
    "json": ("json",),
    "pdf": ("pdf",),
    "png": ("png",),
    "text": ("csv", "tsv", "json"),
    "xls": ("xls",),
    "xlsx": ("xlsx",),
    "xml": ("xml",),
    "zip": ("zip",),
}
_PROGRAMS = frozenset(
    "bat cmd com dll docm exe hta jar js jse lnk msi ps1 reg scr sh vbe vbs wsf xlsm".split()  # noqa: SIM905
)
"""Endings of what runs when it is opened."""
_KNOWN = frozenset(each for group in _EXTENSIONS.values() for each in group) | _PROGRAMS


def amiss(file: Path, name: str, kinds: Collection[str]) -> str:
    """What is wrong with a file that should be one of these kinds, in words; '' if nothing is.

    `name` is what the portal calls it. An ending that is not known, such as '.053' or
    '.sta', says nothing; one of another kind, or of a program, is wrong.
    """
    if not kinds:
        return ""
    with file.open("rb") as opened:
        head = opened.read(_LOOKED_AT)
    wanted = " or ".join(kinds)
    fitting = [kind for kind in kinds if _LOOKS[kind](file, head)]
    if not fitting:
        return f"it is no {wanted}, but {_told(file, head)}"
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending in _KNOWN and not any(ending in _EXTENSIONS[kind] for kind in fitting):
        return f"it is called {name[:60]!r}, which is no name for {wanted}"
    return ""


def _told(file: Path, head: bytes) -> str:
    named = ("html", "pdf", "zip", "xls", "png", "jpeg", "gif", "xml", "json")
    found = next((kind for kind in named if _LOOKS[kind](file, head)), "")
    return f"a file of kind {found}" if found else f"begins with {head[:20]!r}"


def _plain(head: bytes) -> bytes:
    """The beginning without marks of the encoding and white space, in small letters."""
    for mark in _MARKS:
        head = head.removeprefix(mark)
    return head[:2000].replace(b"\0", b"").lstrip().lower()


def _begins(*marks: bytes) -> Callable[[Path, bytes], bool]:
    return lambda file, head: head.startswith(marks)


def _is_html(file: Path, head: bytes) -> bool:
    plain = _plain(head)
    return plain.startswith((b"<!doctype html", b"<html")) or b"<html" in plain[:500]


def _is_xml(file: Path, head: bytes) -> bool:
    return _plain(head).startswith(b"<") and not _is_html(file, head)


def _is_text(file: Path, head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return not _is_html(file, head)
    odd = sum(byte < 9 or 13 < byte < 32 for byte in head)
    # MT940 may stand between the control signs of SWIFT's own envelope.
    return odd <= 4 and b"\0" not in head and not _is_html(file, head)


def _is_json(file: Path, head: bytes) -> bool:
    return _plain(head).startswith((b"{", b"[")) and b"\0" not in head


def _is_xlsx(file: Path, head: bytes) -> bool:
    try:
        with zipfile.ZipFile(file) as packed:
            return "xl/workbook.xml" in packed.namelist()
    except zipfile.BadZipFile:
        return False


_LOOKS: Mapping[str, Callable[[Path, bytes], bool]] = {
    "csv": _is_text,
    "gif": _begins(b"GIF87a", b"GIF89a"),
    "html": _is_html,
    "jpeg": _begins(b"\xff\xd8\xff"),
    "json": _is_json,
    "pdf": _begins(b"%PDF-"),
    "png": _begins(b"\x89PNG\r\n\x1a\n"),
    "text": _is_text,
    "xls": _begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    "xlsx": _is_xlsx,
    "xml": _is_xml,
    "zip": _begins(b"PK\x03\x04", b"PK\x05\x06"),
}
