"""Read pictures: what they show, once each, so that it can be looked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from clerkwork.core.evidence import RunEvidence, StepPicture
from clerkwork.errors import EvidenceError, PageTimeout
from clerkwork.ports import EvidenceShelf, PictureWords, Progress

__all__ = ["PicturesRead", "forget_words", "read_pictures"]

Read = Callable[[bytes], str]
"""A picture's words; raises `PageTimeout`, and `ValueError` for what is no picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturesRead:
    read: int
    """Now."""
    unreadable: tuple[str, ...]
    """Pictures that cannot be read, and why; their words are none."""


def read_pictures(
    *,
    shelf: EvidenceShelf,
    words: PictureWords,
    read: Read,
    is_over: Callable[[str], bool],
    now: Callable[[], dt.datetime],
    progress: Progress = lambda *_: None,
    ending: Callable[[], bool] = lambda: False,
) -> PicturesRead:
    """Read every picture that was not read yet of the runs that are over, the newest run first.

    Each is committed by itself, so that whoever is stopped goes on there. A picture that is missing
    or altered is left to `verify`.
    """
    done, amiss = 0, []
    behind = words.looked_through()
    runs = [run for run in shelf.names() if run not in behind and is_over(run)]
    for at, run in enumerate(reversed(runs)):
        try:
            evidence = shelf.read(run)
        except EvidenceError as error:
            amiss.append(f"{run}: {error}")
            words.close_run(run)
            continue
        fresh = _fresh(evidence, words)
        for number, picture in enumerate(fresh):
            if ending():
                return PicturesRead(read=done, unreadable=tuple(amiss))
            progress(f"Reading the pictures of run {at + 1} of {len(runs)}", number, len(fresh))
            content = shelf.picture(run, picture)
            if not content:
                continue
            told = ""
            try:
                told = read(content)
            except (PageTimeout, ValueError) as error:
                amiss.append(f"{run}, {picture.file}: {error}")
            words.keep(picture.sha256, told, now())
            done += 1
        words.close_run(run)
    return PicturesRead(read=done, unreadable=tuple(amiss))


def forget_words(shelf: EvidenceShelf, words: PictureWords) -> int:
    """Forget what pictures showed that are gone, or whose step's details were deleted; how many."""
    if not words.all():
        return 0
    runs = list(shelf.names())
    kept = set[str]()
    for run in runs:
        there = shelf.pictured(run)
        kept |= {p.sha256 for p in _pictures(shelf.read(run)) if p.file in there}
    return words.keep_only(kept, runs)


def _fresh(evidence: RunEvidence, words: PictureWords) -> list[StepPicture]:
    there = {picture.sha256: picture for picture in _pictures(evidence)}
    known = words.known(there)
    return [picture for sha256, picture in there.items() if sha256 not in known]


def _pictures(evidence: RunEvidence) -> Iterator[StepPicture]:
    for step in evidence.steps:
        if step.details is not None:
            yield from (picture for picture in step.pictures if picture.file)
