"""Checks what stands beside a run's chain: the details of its steps, and their pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clerkwork.core.evidence.finding import Finding, Kind
from clerkwork.core.evidence.parse import Line
from clerkwork.core.evidence.record import commitment

__all__ = ["check_details", "check_pictures"]

_DETAILS = "details.jsonl"


def check_details(
    steps: Sequence[Line],
    lines: Sequence[Line],
    content: bytes | None,
    finished: bool,
    whole: bool,
    notes: list[str],
) -> list[Finding]:
    """What is wrong with the details; that some were deleted goes into the notes.

    `steps` are genuine; unless they are the `whole` chain, details of others are not judged.
    """
    found: list[Finding] = []

    def tell(kind: Kind, place: int, number: int, words: str) -> None:
        where = f"{_DETAILS}, line {place}: {words}"
        found.append(
            Finding(kind=kind, words=where, file=_DETAILS, line=place, first=number, last=number)
        )

    if content and not content.endswith(b"\n"):
        place = content.count(b"\n") + 1
        kind = Kind.ALTERED if finished else Kind.TORN
        tell(kind, place, place, "the record breaks off; it was not counted")
    promised = {int(line.fields["step"]): str(line.fields["details"]) for line in steps}
    last, seen, before = max(promised, default=0), {}, 0
    for line in lines:
        if not line.fields:
            tell(Kind.ALTERED, line.place, before + 1, "this is not a record that a run wrote")
            before += 1
            continue
        number = line.fields["step"]
        salt = bytes.fromhex(line.fields["salt"])
        fits = number in promised and commitment(salt, line.fields["details"]) == promised[number]
        if fits and number in seen:
            tell(Kind.REPEATED, line.place, number, f"details of step {number} are there twice")
        elif fits and number < before:
            words = f"details of step {number} stand behind those of step {before}: out of order"
            tell(Kind.REORDERED, line.place, number, words)
        elif number not in promised and not whole:
            continue
        elif number not in promised:
            left = number == last + 1 and not finished
            kind = Kind.TORN if left else Kind.ALTERED
            tell(kind, line.place, before + 1, f"step {number} is not in steps.jsonl")
        elif not fits:
            words = f"the details of step {number} are not those that were recorded"
            tell(Kind.ALTERED, line.place, number, words)
        seen[number] = line.place
        before = max(before, number)
    gone = sorted(promised.keys() - seen.keys() - {one.first for one in found})
    if gone:
        notes.append(f"The details of {_listed(gone)} were deleted; the chain still holds.")
    return found


def check_pictures(
    steps: Sequence[Line],
    there: Mapping[str, str],
    finished: bool,
    whole: bool,
    notes: list[str],
) -> tuple[int, list[Finding]]:
    """How many pictures the steps name, and what is wrong with them; `there` is name → SHA-256."""
    found: list[Finding] = []

    def tell(kind: Kind, name: str, number: int, words: str) -> None:
        file = f"pictures/{name}"
        found.append(
            Finding(kind=kind, words=f"{file}: {words}", file=file, first=number, last=number)
        )

    named: set[str] = set()
    gaps = []
    for line in steps:
        number = int(line.fields["step"])
        for picture in line.fields["pictures"]:
            if "gap" in picture:
                gaps.append(number)
                continue
            name = str(picture["file"])
            named.add(name)
            if name not in there:
                words = f"the picture of step {number} is missing"
                tell(Kind.MISSING_PICTURE, name, number, words)
            elif there[name] != picture["sha256"]:
                tell(Kind.ALTERED, name, number, f"the picture of step {number} was altered")
    last = max((int(line.fields["step"]) for line in steps), default=0)
    numbers = {int(line.fields["step"]) for line in steps}
    for name in sorted(set(there) - named):
        if not whole and _step_of(name) not in numbers:
            continue
        left = not finished and name.startswith(f"{last + 1:04}-")
        tell(Kind.TORN if left else Kind.ADDED, name, 0, "no step names this picture")
    if gaps:
        notes.append(f"No picture could be taken in {_listed(gaps)}; that was recorded.")
    return len(named), found


def _step_of(name: str) -> int:
    number = name.partition("-")[0]
    return int(number) if number.isdecimal() else 0


def _listed(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(number) for number in dict.fromkeys(numbers[:20]))
    more = f" and {len(numbers) - 20} more" if len(numbers) > 20 else ""
    return f"step{'s' if len(numbers) > 1 else ''} {shown}{more}"
