"""A dossier as files: its pages printed by the browser, the papers bound behind, all in a zip."""

from __future__ import annotations

import hashlib
import io
import json
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from clerkwork.adapters.dossier.words import words_of
from clerkwork.core.dossier import Dossier
from clerkwork.core.money import by_currency
from clerkwork.errors import StoreError
from clerkwork.ports import Filed

__all__ = ["DossierFolder"]

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_MOST_PAGES = 400
"""Pages of one paper that are bound in."""
_PAPER = Environment(
    loader=PackageLoader("clerkwork.adapters.dossier", "templates"),
    autoescape=select_autoescape(("html",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

Words = Mapping[str, Any]
Part = tuple[str, str, bytes]
"""Name in the zip, what it is, and its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierFolder:
    """Fulfils `clerkwork.ports.Dossiers`, where the methods are described."""

    folder: Path
    print_pdf: Callable[[str, Path], None]
    zone: ZoneInfo
    language: str = "en"
    """Of its own words (ISO 639-1): the creditor's, in whose country it is read."""

    def write(self, dossier: Dossier) -> Filed:
        words = words_of(self.language)
        parts = tuple(_parts(dossier, words))
        cover = self._printed(dossier, parts, words)
        title = f"{words['title']} ({words['draft']})" if dossier.unmet else words["title"]
        bound, pages, unbound = _bind(cover, parts, title)
        packed = _pack(dossier, bound, parts)
        number = _UNSAFE.sub("_", dossier.debtor.number)[:40]
        stem = f"{number}-{dossier.made.astimezone(self.zone):%Y%m%d-%H%M%S}"
        stem += "-draft" if dossier.unmet else ""
        _written(self.folder / f"{stem}.pdf", bound)
        _written(self.folder / f"{stem}.zip", packed)
        return Filed(
            name=f"{stem}.zip",
            sha256=hashlib.sha256(packed).hexdigest(),
            pages=pages,
            unbound=unbound,
        )

    def _printed(self, dossier: Dossier, parts: Sequence[Part], words: Words) -> bytes:
        locale = words["locale"]
        page = _PAPER.get_template("dossier.html").render(
            d=dossier,
            s=dossier.statement,
            parts=[what for _, what, _ in parts],
            owed=by_currency(item.open for item in dossier.others),
            w=words,
            language=locale.partition("_")[0],
            say=lambda sentence, **values: sentence.format(**values),
            money=lambda amount: amount.for_people(locale),
            day=lambda day: format_date(day, "d MMM y", locale=locale) if day else "",
            moment=lambda at: format_datetime(
                at, "d MMM y, HH:mm", tzinfo=self.zone, locale=locale
            ),
        )
        with tempfile.TemporaryDirectory(prefix="clerkwork-dossier-") as folder:
            path = Path(folder) / "cover.pdf"
            self.print_pdf(page, path)
            return path.read_bytes()


def _parts(dossier: Dossier, words: Words) -> Iterator[Part]:
    """Papers in the order of the dossier; names in the zip are safe on every system, and unique."""
    taken: set[str] = set()
    for document in sorted(dossier.documents, key=lambda one: (one.kind, one.name)):
        folder = document.kind.replace(" ", "-")
        told = f"{words['documents'][document.kind]}: {document.name}"
        yield _named(folder, document.name, taken), told, document.content
    for letter in dossier.letters:
        if letter.printed:
            told = words["letter_paper"].format(day=letter.message.on, step=letter.message.step)
            if letter.is_notice:
                told += f" ({words['notice']})"
            yield _named("letters", letter.message.proof, taken), told, letter.printed


def _named(folder: str, name: str, taken: set[str]) -> str:
    stem, dot, ending = _UNSAFE.sub("_", name).rpartition(".")
    if not dot:
        stem, ending = ending, ""
    number, found = 1, f"{folder}/{stem[:80]}{dot}{ending[:8]}"
    while found in taken:
        number += 1
        found = f"{folder}/{stem[:80]}-{number}{dot}{ending[:8]}"
    taken.add(found)
    return found


def _bind(cover: bytes, parts: Sequence[Part], title: str) -> tuple[bytes, int, tuple[str, ...]]:
    """One PDF, its pages, and what could not be bound in."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    writer.append(io.BytesIO(cover), outline_item=title, import_outline=False)
    unbound = []
    for name, told, content in parts:
        try:
            reader = PdfReader(io.BytesIO(content))
            if reader.is_encrypted:
                raise ValueError("it is encrypted")
            if len(reader.pages) > _MOST_PAGES:
                raise ValueError(f"it has more than {_MOST_PAGES} pages")
            writer.append(reader, outline_item=told, import_outline=False)
        except Exception as error:
            # What a stranger's file makes the library raise is not to be foreseen; the file is in
            # the zip, and a person is told.
            unbound.append(f"{name} is in the zip only: {_why(content, error)}")
    bound = io.BytesIO()
    writer.write(bound)
    return bound.getvalue(), len(writer.pages), tuple(unbound)


def _why(content: bytes, error: Exception) -> str:
    if not content.startswith(b"%PDF-"):
        return "it is no PDF"
    return f"it cannot be bound in ({error})"[:200]


def _pack(dossier: Dossier, bound: bytes, parts: Sequence[Part]) -> bytes:
    files = [("dossier.pdf", "the dossier", bound), *parts]
    manifest = {
        "format": "clerkwork dossier 1",
        "debtor": dossier.debtor.number,
        "made": dossier.made.isoformat(),
        "total": str(dossier.statement.total),
        "files": [
            {"name": name, "what": told, "sha256": hashlib.sha256(content).hexdigest()}
            for name, told, content in files
        ],
        "missing": [str(one) for one in dossier.missing],
        "draft": list(dossier.unmet),
    }
    listed = json.dumps(manifest, indent=2, ensure_ascii=False).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, _, content in (*files, ("manifest.json", "", listed)):
            entry = zipfile.ZipInfo(name, dossier.made.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return packed.getvalue()


def _written(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise StoreError(
            f"{path}: the dossier cannot be written ({error.strerror}); make room on the disk and "
            "make it again"
        ) from error
