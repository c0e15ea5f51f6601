"""The demo portals' pages as pictures, with the numbers that a person sees on each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks._healing_scenes import Lookup, live, page_of, walk_bank, walk_erp
from clerkwork.core.portals import Portal
from clerkwork.core.selectors import parse_selectors
from clerkwork.ports import Screen

__all__ = ["Page", "pages"]

_ROOT = Path(__file__).resolve().parents[1]
_INVOICE = re.compile(r"(?<![\d-])20\d\d-\d{4}(?![\d-])")

_TEXTS = """() => {
    const texts = [];
    const add = (text, box) => {
        const across = box.left >= 0 && box.right <= innerWidth;
        const shown = across && box.top >= 0 && box.bottom <= innerHeight;
        if (box.width && box.height) texts.push([text, shown]);
    };
    const walk = document.createTreeWalker(document.body || document, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        const range = document.createRange();
        range.selectNodeContents(node);
        add(node.nodeValue, range.getBoundingClientRect());
    }
    for (const field of document.querySelectorAll("input:not([type=hidden]), textarea"))
        add(field.value, field.getBoundingClientRect());
    return texts;
}"""


@dataclass(frozen=True, slots=True)
class Page:
    """A picture as a step of a run has it, with invoices' numbers by the page's own text."""

    name: str
    image: bytes
    seen: frozenset[str]
    """In what the window shows."""
    there: frozenset[str]
    """Anywhere on the page."""


class _Camera:
    def __init__(self, portal: str, screen: Screen) -> None:
        self._portal = portal
        self._screen = screen
        self.pages: list[Page] = []

    def take(self, name: str, lookups: Sequence[Lookup], *, half: int | None = None) -> None:
        self._screen.picture(name)
        picture = self._screen.drain().pictures[-1]
        texts = [each for frame in page_of(self._screen).frames for each in frame.evaluate(_TEXTS)]
        self.pages.append(
            Page(
                f"{self._portal}, {name}",
                picture.image,
                _numbers(text for text, shown in texts if shown),
                _numbers(text for text, _ in texts),
            )
        )


def _numbers(texts: Any) -> frozenset[str]:
    return frozenset(number for text in texts for number in _INVOICE.findall(text))


def pages(seed: int, visits: int) -> list[Page]:
    """What robots see at both portals, of the book that a seed makes."""
    selectors = {
        name: parse_selectors(
            tomllib.loads((_ROOT / "selectors" / f"{name}.toml").read_text("utf-8")), name
        )
        for name in ("kantoor_erp", "polder_bank")
    }
    found: list[Page] = []
    with live(selectors, seed) as (browser, places, known):
        at: Mapping[str, Any] = {
            "kantoor_erp": (places.kantoor, walk_erp),
            "polder_bank": (places.polder, walk_bank),
        }
        for visit in range(visits):
            for name, (port, walk) in at.items():
                screen = browser.open(Portal(name=name, address=f"http://127.0.0.1:{port}/"))
                camera = _Camera(name, screen)
                walk(screen, camera, known, visit)
                found += camera.pages
                screen.close()
    return found
