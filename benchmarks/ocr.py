"""Pictures read for the search: which of the invoice numbers they show are found, at what cost."""

from __future__ import annotations

import datetime as dt
import io
import os
import resource
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytesseract  # type: ignore[import-untyped]
from PIL import Image
from rich.console import Console
from rich.table import Table

from benchmarks._ocr_pages import Page, pages
from benchmarks.frame import Figure, bench
from clerkwork.adapters.browser.ocr import picture_text
from clerkwork.adapters.wordindex import WordIndex
from clerkwork.core.evidence import digest
from clerkwork.core.seeking import query_of

_SEEDS = (2026, 7, 11, 42)

Read = Callable[[bytes], str]


@dataclass(frozen=True, slots=True)
class Score:
    """One way of reading, over all pages."""

    shown: int
    found: int
    wrong: int
    """Numbers found on pages where they do not stand."""
    seconds: float
    """Of the processor, a picture."""
    slowest: float
    missed: tuple[str, ...]


def measure(quick: bool) -> Sequence[Figure]:
    seen = [
        page for seed in _SEEDS[: 1 if quick else None] for page in pages(seed, 1 if quick else 2)
    ]
    ours = score(seen, picture_text)
    ways = {"as it is read": ours}
    # What each part of it brings is measured where it matters: on pages with many numbers.
    full = [page for page in seen if len(page.seen) > 1]
    for name, read in () if quick else _OTHERS.items():
        ways[name] = score(full, read)
    _print(ways)
    return (
        Figure(
            name="found_share",
            value=ours.found / ours.shown,
            unit="",
            meaning=f"invoice numbers found of the {ours.shown} that {len(seen)} pictures show",
        ),
        Figure(
            name="wrong_finds", value=ours.wrong, unit="", meaning="numbers found where none stands"
        ),
        Figure(
            name="seconds_per_picture",
            value=ours.seconds,
            unit="s",
            meaning="processor seconds a picture, on one core",
        ),
        Figure(
            name="slowest_seconds",
            value=ours.slowest,
            unit="s",
            meaning="processor seconds of the slowest picture",
        ),
    )


def score(seen: Sequence[Page], read: Read) -> Score:
    """Index the pictures and search for every number there is, as an auditor would."""
    spent = []
    with (
        TemporaryDirectory(prefix="ocr-") as folder,
        closing(WordIndex(Path(folder) / "w")) as words,
    ):
        for page in seen:
            before = _spent()
            text = read(page.image)
            spent.append(_spent() - before)
            words.keep(digest(page.image), text, dt.datetime(2026, 3, 3, tzinfo=dt.UTC))
        every = sorted({number for page in seen for number in page.there})
        hits = {number: words.with_words(query_of(number)) for number in every}
    # The same page may be seen twice: it is one picture then.
    known = {digest(page.image): page for page in seen}
    shown = [(key, number) for key, page in known.items() for number in sorted(page.seen)]
    missed = [f"{known[key].name}: {number}" for key, number in shown if key not in hits[number]]
    wrong = sum(number not in known[key].there for number, found in hits.items() for key in found)
    return Score(
        shown=len(shown),
        found=len(shown) - len(missed),
        wrong=wrong,
        seconds=sum(spent) / len(spent),
        slowest=max(spent),
        missed=tuple(missed),
    )


def _spent() -> float:
    """Processor seconds of this process and of the programs it ran."""
    used = [resource.getrusage(of) for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _plainly(scale: int, how: str, *, language: str = "eng", binary: bool = False) -> Read:
    def read(picture: bytes) -> str:
        with Image.open(io.BytesIO(picture)) as opened:
            grey = opened.convert("L")
        large = grey.resize((grey.width * scale, grey.height * scale), Image.Resampling.BICUBIC)
        if binary:
            border = _otsu(large.histogram())
            large = large.point([0 if level <= border else 255 for level in range(256)])
        large.format = "PPM"
        return str(pytesseract.image_to_string(large, lang=language, config=how))

    return read


def _otsu(counts: Sequence[int]) -> int:
    """The level that parts light from dark best (Otsu, 1979)."""
    total, weighed = sum(counts), sum(level * count for level, count in enumerate(counts))
    below = moment = 0
    best, most = 127, 0.0
    for level, count in enumerate(counts):
        below, moment = below + count, moment + level * count
        if 0 < below < total:
            apart = moment / below - (weighed - moment) / (total - below)
            between = below * (total - below) * apart**2
            if between > most:
                best, most = level, between
    return best


def _many_threads(picture: bytes) -> str:
    """As ours, with as many threads as Tesseract likes."""
    from clerkwork.adapters.browser import ocr

    with Image.open(io.BytesIO(picture)) as opened:
        bare = Image.fromarray(ocr.without_lines(opened.convert("L")))
    large = bare.resize((bare.width * 2, bare.height * 2), Image.Resampling.BICUBIC)
    large.format = "PPM"
    before = os.environ.pop("OMP_THREAD_LIMIT", None)
    try:
        return str(pytesseract.image_to_string(large, lang="eng", config="--psm 6"))
    finally:
        if before is not None:
            os.environ["OMP_THREAD_LIMIT"] = before


_OTHERS: dict[str, Read] = {
    "as captured, --psm 11": _plainly(1, "--psm 11"),
    "as captured, --psm 6": _plainly(1, "--psm 6"),
    "twice as large, --psm 11": _plainly(2, "--psm 11"),
    "twice as large, --psm 6": _plainly(2, "--psm 6"),
    "twice as large, in black and white, --psm 11": _plainly(2, "--psm 11", binary=True),
    "twice as large, in black and white, --psm 6": _plainly(2, "--psm 6", binary=True),
    "twice as large, --psm 11, Dutch and English": _plainly(2, "--psm 11", language="nld+eng"),
    "as it is read, threads unlimited": _many_threads,
}


def _print(ways: dict[str, Score]) -> None:
    drawn = Table(title="Ways to read a picture", title_justify="left")
    for heading in ("way", "numbers found", "found wrongly", "CPU s a picture", "slowest"):
        drawn.add_column(heading, justify="left" if heading == "way" else "right")
    for name, one in ways.items():
        share = f"{one.found} of {one.shown}, {one.found / one.shown:.1%}"
        drawn.add_row(name, share, str(one.wrong), f"{one.seconds:.2f}", f"{one.slowest:.2f}")
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(drawn)
    for missed in ways["as it is read"].missed:
        console.print(f"not found: {missed}")


if __name__ == "__main__":
    sys.exit(bench(__doc__, measure))
