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
    """One record of a file, from 1, with the hash of its bytes."""

    place: int
    fields: Fields
    sha256: str


def step_lines(content: bytes | None, broken: list[str], torn: list[str]) -> list[Line]:
    """The records of steps.jsonl."""
    return _lines("steps.jsonl", content, _is_step, broken, torn)


def anchor_lines(content: bytes | None, broken: list[str], torn: list[str]) -> list[Line]:
    """The records of anchors.jsonl."""
    return _lines("anchors.jsonl", content, _is_anchor, broken, torn)


def detail_lines(content: bytes | None, broken: list[str], torn: list[str]) -> list[Line]:
    """The records of details.jsonl; none if the file was deleted."""
    return _lines("details.jsonl", content or b"", _is_detail, broken, torn)


def checkpoint_of(content: bytes | None, broken: list[str]) -> Checkpoint | None:
    """The checkpoint; None if there is none or it is none."""
    if content is None:
        return None
    fields = plain_fields(content)
    if fields is None or not _is_checkpoint(fields):
        broken.append("checkpoint.json: this is not the checkpoint that the run wrote")
        return None
    return fields


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


def _lines(
    name: str,
    content: bytes | None,
    fits: Callable[[Fields], bool],
    broken: list[str],
    torn: list[str],
) -> list[Line]:
    if content is None:
        broken.append(f"{name} is missing")
        return []
    *whole, rest = content.split(b"\n")
    lines = []
    for place, text in enumerate(whole, start=1):
        fields = plain_fields(text)
        if fields is None or not fits(fields):
            broken.append(f"{name}, line {place}: this is not a record that a run wrote")
        else:
            lines.append(Line(place, fields, digest(text)))
    if rest:
        torn.append(f"{name}, line {len(whole) + 1}: the record breaks off; it was not counted")
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
