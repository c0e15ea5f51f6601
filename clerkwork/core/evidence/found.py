"""What was signed of a run that was found dead, once or, where it woke, again; and its check."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from clerkwork.core.evidence.chain import span
from clerkwork.core.evidence.finding import BadSignature, Kind, Signed
from clerkwork.core.evidence.lines import Fields
from clerkwork.core.evidence.log import RunLeaves
from clerkwork.core.evidence.parse import found_of
from clerkwork.core.evidence.record import digest, signed_part

__all__ = ["Tell", "check_found", "found_name", "found_notes", "found_number"]

Tell = Callable[[Kind, str, str], None]
"""Kind, words and file of what is wrong."""

_NAME = re.compile(r"found(?:-([1-9][0-9]{0,8}))?\.json")


def found_name(number: int) -> str:
    """Of the file that holds what was signed when a run was found so often, from 1."""
    return "found.json" if number == 1 else f"found-{number}.json"


def found_number(name: str) -> int:
    """The other way round; 0 for another file's name."""
    fits = _NAME.fullmatch(name)
    number = int(fits[1] or 1) if fits else 0
    return number if fits and found_name(number) == name else 0


def check_found(
    run: str, files: Mapping[str, bytes], said: RunLeaves, signed: Signed, tell: Tell
) -> tuple[Fields, ...]:
    """What holds of all that was signed of a run as it was found, the first one first.

    `files` are those beside the run, by name; the log has `said` something of the run. One behind
    those of the log holds as well: whoever signed it died before he could say so there.
    """
    numbered = {found_number(name): content for name, content in files.items()}
    leaves = tuple({leaf["record"]: leaf for leaf in said.found}.values())
    begun = said.begun["header"] if said.begun is not None else ""
    held: list[Fields] = []
    seen: set[bytes] = set()
    for number in sorted({*range(1, len(leaves) + 1), *numbered}):
        name, content = found_name(number), numbered.get(number)
        leaf = leaves[number - 1] if number <= len(leaves) else None
        if leaf is not None:
            held.append(leaf)
        if content is None:
            words = f"{name} is missing: the log of runs says that the run was found dead"
            tell(Kind.MISSING_FILE, words, name)
            continue
        fields = found_of(content)
        if fields is None:
            tell(Kind.ALTERED, f"{name}: this is not what was signed of a dead run", name)
        elif wrong := _unsigned(fields, said, signed, held=leaf is not None):
            tell(wrong.kind, f"{name}: {wrong.words}", name)
        elif fields["run"] != run:
            tell(Kind.CONTRADICTION, f"{name}: it belongs to run {fields['run']}", name)
        elif content in seen:
            tell(Kind.REPEATED, f"{name}: it is a copy of one before it", name)
        elif leaf is not None and leaf["record"] != digest(content):
            tell(Kind.CONTRADICTION, f"{name}: the log of runs holds another one", name)
        elif leaf is None and number > 1 and number - 1 not in numbered:
            before = found_name(number - 1)
            tell(Kind.MISSING_FILE, f"{before} is missing: {name} came after it", before)
        elif leaf is None and begun and not fields["steps"] and fields["head"] != begun:
            tell(Kind.CONTRADICTION, f"{name}: it is of another run of this name", name)
        elif leaf is None:
            held.append(fields)
        seen.add(content)
    return tuple(held)


def _unsigned(
    fields: Fields, said: RunLeaves, signed: Signed, *, held: bool
) -> BadSignature | None:
    """What is wrong with its signature; a key that was replaced signs none that no leaf holds."""
    wrong = signed(fields["key"], signed_part("found", fields), fields["signature"])
    return wrong if wrong is not None or held else said.unheld(fields["key"])


def found_notes(run: str, finds: Sequence[Fields]) -> list[str]:
    """In words, for people, who found what."""
    notes = []
    before = 0
    for place, one in enumerate(finds):
        at = f"{one['at'][:16].replace('T', ' ')} UTC"
        # A run is named by its id, a person as who he is and where.
        who = one["by"] if "@" in one["by"] else f"run {one['by']}"
        if not place:
            notes.append(
                f"The run crashed, or was silent for so long that it was taken for dead; {who} "
                f"found {one['steps']} steps of it on {at}, of which an anchor signs "
                f"{one['anchored']}, and signed what it found."
            )
        elif one["by"] == run:
            notes.append(
                f"It had not died: it woke, recorded {span('step', before + 1, one['steps'])} "
                f"after it had been found, and signed that itself on {at}."
            )
        else:
            notes.append(
                f"{who[0].upper()}{who[1:]} found it again on {at}, with "
                f"{span('step', before + 1, one['steps'])} recorded after it had been found "
                "before, which the run itself did not sign; what was found was signed."
            )
        before = one["steps"]
    return notes
