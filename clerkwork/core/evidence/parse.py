"""Reads the files of a run's evidence, which may have been tampered with, into checked records."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

import orjson

from clerkwork.core.evidence.record import FORMAT, canonical, digest, plain_canonical

__all__ = [
    "Checkpoint",
    "Line",
    "anchor_lines",
    "checkpoint_of",
    "detail_lines",
    "found_of",
    "header_problem",
    "instant",
    "plain_fields",
    "step_lines",
]

Fields = dict[str, Any]
Checkpoint = Fields

_HIGH = re.compile(rb"[\xed-\xff]")
"""Begins each character from U+D000 on."""
_HASH = re.compile(r"[0-9a-f]{64}")
_SALT = re.compile(r"([0-9a-f]{2}){16,64}")
_PICTURE = re.compile(r"\d{4,}-\d+-[a-z0-9-]+\.jpg")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file, from 1, with the hash of its bytes."""

    place: int
    fields: Fields
    """Empty if it is no record that a run wrote."""
    sha256: str


def step_lines(content: bytes | None) -> list[Line]:
    """The whole lines of steps.jsonl; none if it is missing."""
    return _lines(content, _is_step)


def anchor_lines(content: bytes | None) -> list[Line]:
    """The whole lines of anchors.jsonl; none if it is missing."""
    return _lines(content, _is_anchor)


def detail_lines(content: bytes | None) -> list[Line]:
    """The whole lines of details.jsonl; none if it was deleted."""
    return _lines(content, _is_detail)


def checkpoint_of(content: bytes | None) -> Checkpoint | None:
    """The checkpoint; None if there is none or it is none."""
    fields = plain_fields(content) if content is not None else None
    return fields if fields is not None and _is_checkpoint(fields) else None


def found_of(content: bytes) -> Fields | None:
    """What was signed of a run that died; None if it is none."""
    fields = plain_fields(content)
    return fields if fields is not None and _is_found(fields) else None


def header_problem(content: bytes | None, run: str) -> str:
    """What is wrong with run.json; empty if nothing is."""
    if content is None:
        return "run.json is missing"
    fields = plain_fields(content)
    if fields is None or fields.get("format") != FORMAT:
        return f"run.json: this is not a header of '{FORMAT}'"
    if fields.get("run") != run:
        return f"run.json: this is the evidence of run {fields.get('run')}, not of {run}"
    return ""


def instant(text: object) -> datetime | None:
    """A recorded instant (UTC); None if it is none."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return at if at.utcoffset() == timedelta(0) else None


def _lines(content: bytes | None, fits: Callable[[Fields], bool]) -> list[Line]:
    lines = []
    for place, text in enumerate((content or b"").split(b"\n")[:-1], start=1):
        # Many times as fast; it lets a float pass, which the types of all that `fits` do not.
        fields = _fields(text, orjson.loads)
        lines.append(Line(place, fields if fields and fits(fields) else {}, digest(text)))
    return lines


def plain_fields(text: bytes) -> Fields | None:
    """The object, if these bytes are its canonical form."""
    return _fields(text, lambda text: _READ(text.decode()))


def _fields(text: bytes, read: Callable[[bytes], object]) -> Fields | None:
    try:
        value = read(text)
        return value if isinstance(value, dict) and _canonical(value, text) == text else None
    except (ValueError, RecursionError):
        return None


def _canonical(value: Fields, text: bytes) -> bytes:
    """The canonical form; quickly, unless the text may have names that are sorted otherwise."""
    quick = text.isascii() or not _HIGH.search(text)
    return plain_canonical(value) if quick else canonical(value)


def _no_float(text: str) -> float:
    raise ValueError(f"{text}: no record holds such a number")


_READ = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float).decode


def _shape(**wanted: type | re.Pattern[str]) -> Callable[[Fields], bool]:
    """Whether an object has just these names, with values of these types or forms."""
    names = tuple(wanted)
    types = tuple(str if isinstance(each, re.Pattern) else each for each in wanted.values())
    forms = [(name, each.fullmatch) for name, each in wanted.items() if not isinstance(each, type)]
    values = itemgetter(*names)

    def fits(fields: Fields) -> bool:
        return (
            fields.keys() == wanted.keys()
            and tuple(map(type, values(fields))) == types
            and all(matches(fields[name]) is not None for name, matches in forms)
        )

    return fits


_STEP = _shape(
    step=int,
    at=str,
    elapsed=int,
    run=str,
    robot=str,
    credential=str,
    action=str,
    subject=str,
    outcome=str,
    page=str,
    selectors=list,
    totals=dict,
    pictures=list,
    details=_HASH,
    anchors=int,
    previous=_HASH,
)
_SELECTOR = _shape(name=str, written=str, used=str, healed=bool)
_GAP = _shape(label=str, gap=str)
_SHOWN = _shape(label=str, file=_PICTURE, sha256=_HASH)
_DETAIL = _shape(step=int, salt=_SALT, details=list)
_is_anchor = _shape(
    number=int,
    at=str,
    run=str,
    step=int,
    head=_HASH,
    why=str,
    previous=str,
    key=_HASH,
    signature=str,
)
_is_checkpoint = _shape(
    format=str,
    run=str,
    task=str,
    ended=str,
    outcome=str,
    figures=dict,
    steps=int,
    head=_HASH,
    anchors=int,
    key=_HASH,
    signature=str,
)
_is_found = _shape(
    format=str,
    at=str,
    run=str,
    steps=int,
    head=_HASH,
    anchored=int,
    by=str,
    key=_HASH,
    signature=str,
)


def _is_step(fields: Fields) -> bool:
    return (
        _STEP(fields)
        and instant(fields["at"]) is not None
        and all(isinstance(one, dict) and _SELECTOR(one) for one in fields["selectors"])
        and all(type(total) is str for total in fields["totals"].values())
        and all(isinstance(one, dict) and (_SHOWN(one) or _GAP(one)) for one in fields["pictures"])
    )


def _is_detail(fields: Fields) -> bool:
    return _DETAIL(fields) and all(
        type(pair) is list and tuple(map(type, pair)) == (str, str) for pair in fields["details"]
    )
