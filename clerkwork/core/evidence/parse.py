"""Reads the files of a run's evidence, which may have been tampered with, into checked records."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from clerkwork.core.evidence.record import FORMAT, canonical, digest

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
        fields = plain_fields(text)
        lines.append(Line(place, fields if fields and fits(fields) else {}, digest(text)))
    return lines


def plain_fields(text: bytes) -> Fields | None:
    """The object, if these bytes are its canonical form."""
    try:
        value = json.loads(text)
        if not isinstance(value, dict) or canonical(value) != text:
            return None
    except (ValueError, RecursionError):
        return None
    return value


def _typed(fields: Fields, **types: type | re.Pattern[str]) -> bool:
    return fields.keys() == types.keys() and all(
        _is(fields[name], wanted) for name, wanted in types.items()
    )


def _is(value: object, wanted: type | re.Pattern[str]) -> bool:
    if isinstance(wanted, re.Pattern):
        return isinstance(value, str) and wanted.fullmatch(value) is not None
    return type(value) is wanted


def _is_step(fields: Fields) -> bool:
    return (
        _typed(
            fields,
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
        and instant(fields["at"]) is not None
        and all(_is_selector(selector) for selector in fields["selectors"])
        and all(isinstance(total, str) for total in fields["totals"].values())
        and all(_is_picture(picture) for picture in fields["pictures"])
    )


def _is_selector(selector: object) -> bool:
    return isinstance(selector, dict) and _typed(
        selector, name=str, written=str, used=str, healed=bool
    )


def _is_picture(picture: object) -> bool:
    return isinstance(picture, dict) and (
        _typed(picture, label=str, gap=str)
        or _typed(picture, label=str, file=_PICTURE, sha256=_HASH)
    )


def _is_detail(fields: Fields) -> bool:
    return _typed(fields, step=int, salt=_SALT, details=list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(text, str) for text in pair)
        for pair in fields["details"]
    )


def _is_anchor(fields: Fields) -> bool:
    return _typed(
        fields,
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


def _is_checkpoint(fields: Fields) -> bool:
    return _typed(
        fields,
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


def _is_found(fields: Fields) -> bool:
    return _typed(
        fields,
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
