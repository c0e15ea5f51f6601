"""A made world: its book, its bank lines and their truth, written as tables."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from random import Random

from benchmarks._matching_book import Book, make_book
from benchmarks._matching_cases_lists import LISTED
from benchmarks._matching_cases_named import NAMED
from benchmarks._matching_cases_unnamed import UNNAMED, stranger
from benchmarks._matching_draft import Draft, Scene
from benchmarks._matching_labels import label
from benchmarks._matching_style import Style
from benchmarks._matching_tables import Writer

__all__ = ["make_world"]

_PLAYS = {**NAMED, **LISTED, **UNNAMED}
_SPREAD = 16_777_213
"""A prime: line ids come in an order of their own, so that files are in none."""


def make_world(folder: Path, style: Style, size: int, seed: int) -> int:
    """Write a world of `size` open items into `folder`; how many lines it has."""
    # Worlds are drawn from a seed, so that each can be made again.
    rng = Random(f"{style.name}/{size}/{seed}")  # noqa: S311
    book = make_book(style, size, rng)
    writer = Writer(folder, book)
    step = 7_368_787
    count = 0
    for draft in _lines(book, style, rng):
        draft.serial = count
        count += 1
        writer.line(draft, f"L{draft.serial * step % _SPREAD:08d}")
    writer.close()
    return count


def _lines(book: Book, style: Style, rng: Random) -> Iterator[Draft]:
    """All lines, household by household; a reversed one before what reverses it."""
    plays = {**_PLAYS, **style.plays}
    names = list(style.cases)
    bounds = list(accumulate(style.cases.values()))
    serial = 0
    for unit in book.units:
        scene = Scene(rng=rng, style=style, book=book, unit=unit)
        owned = [i for account in unit for i in book.accounts[account].items]
        rng.shuffle(owned)
        scene.free = [i for i in owned if rng.random() >= style.unpaid]
        drafts: list[Draft] = []
        tries = 3 * len(scene.free) + 3
        while scene.free and tries:
            tries -= 1
            play = names[bisect(bounds, rng.random() * bounds[-1])]
            before = list(scene.free)
            made = plays[play](scene)
            if not made:
                scene.free = before
            for draft in made:
                if style.finish:
                    style.finish(scene, draft)
                draft.serial = serial
                draft.account = book.own_ibans[draft.customer % len(book.own_ibans)]
                serial += 1
            drafts.extend(made)
        yield from label(book, drafts, style.checks)
        if rng.random() < style.strangers * len(drafts):
            draft = stranger(scene, [book.items[i] for i in owned])
            if style.finish:
                style.finish(scene, draft)
            draft.account = book.own_ibans[0]
            draft.outcome, draft.decidable = draft.check, draft.check != "review"
            if draft.payer_iban != draft.account:
                yield draft
