"""Checks what stands beside a run's chain: the details of its steps, and their pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clerkwork.core.evidence.deletion import DETAILS, PICTURES
from clerkwork.core.evidence.finding import Finding, Kind
from clerkwork.core.evidence.parse import Line
from clerkwork.core.evidence.record import commitment

__all__ = ["Beside", "check_details", "check_pictures"]

_DETAILS = "details.jsonl"
_BROKE_OFF = "The deletion of the {} broke off: `clerkwork tidy` ends it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What is known of the run beside whose chain it stands."""

    finished: bool
    whole: bool
    """Whether the steps are the whole chain: else what is of others is not judged."""
    deleted: Mapping[str, str]
    """What a signed note says was deleted, in words, by what it was."""
    notes: list[str]
    """Gets what is as it should be, and worth knowing."""


def check_details(
    steps: Sequence[Line], lines: Sequence[Line], content: bytes | None, of: Beside
) -> list[Finding]:
    """What is wrong with the details of steps, which are genuine themselves."""
    found: list[Finding] = []
    finished, whole = of.finished, of.whole

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
    said = of.deleted.get(DETAILS)
    if said is not None and gone:
        of.notes.append(f"The details of {_listed(gone)} were deleted {said}, which is signed.")
    elif gone == [last] and not finished:
        # A machine that lost its power may have had the one on its disk, and not the other.
        tell(
            Kind.TORN, len(lines) + 1, last, f"the details of step {last} did not come to the disk"
        )
    elif gone:
        be = "is" if len(gone) == 1 else "are"
        words = f"{_DETAILS}: details of {_listed(gone)} {be} gone without a signed note"
        missing = Finding(
            kind=Kind.MISSING_DETAILS, words=words, file=_DETAILS, first=gone[0], last=gone[-1]
        )
        found.append(missing)
    if said is not None and seen:
        of.notes.append(_BROKE_OFF.format(DETAILS))
    return found


def check_pictures(
    steps: Sequence[Line], there: Mapping[str, str], of: Beside
) -> tuple[int, list[Finding]]:
    """How many pictures the steps name, and what is wrong with them; `there` is name → SHA-256."""
    found: list[Finding] = []

    def tell(kind: Kind, name: str, number: int, words: str) -> None:
        file = f"pictures/{name}"
        found.append(
            Finding(kind=kind, words=f"{file}: {words}", file=file, first=number, last=number)
        )

    named: set[str] = set()
    gaps: list[int] = []
    gone: list[int] = []
    said = of.deleted.get(PICTURES)
    for line in steps:
        number = int(line.fields["step"])
        for picture in line.fields["pictures"]:
            if "gap" in picture:
                gaps.append(number)
                continue
            name = str(picture["file"])
            named.add(name)
            if name not in there and said is not None:
                gone.append(number)
            elif name not in there:
                words = f"the picture of step {number} is missing"
                tell(Kind.MISSING_PICTURE, name, number, words)
            elif there[name] != picture["sha256"]:
                tell(Kind.ALTERED, name, number, f"the picture of step {number} was altered")
    last = max((int(line.fields["step"]) for line in steps), default=0)
    numbers = {int(line.fields["step"]) for line in steps}
    for name in sorted(set(there) - named):
        if not of.whole and _step_of(name) not in numbers:
            continue
        left = not of.finished and name.startswith(f"{last + 1:04}-")
        tell(Kind.TORN if left else Kind.ADDED, name, 0, "no step names this picture")
    if gaps:
        of.notes.append(f"No picture could be taken in {_listed(gaps)}; that was recorded.")
    if gone:
        of.notes.append(f"The pictures of {_listed(gone)} were deleted {said}, which is signed.")
    if said is not None and there:
        of.notes.append(_BROKE_OFF.format(PICTURES))
    return len(named), found


def _step_of(name: str) -> int:
    number = name.partition("-")[0]
    return int(number) if number.isdecimal() else 0


def _listed(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(number) for number in dict.fromkeys(numbers[:20]))
    more = f" and {len(numbers) - 20} more" if len(numbers) > 20 else ""
    return f"step{'s' if len(numbers) > 1 else ''} {shown}{more}"
