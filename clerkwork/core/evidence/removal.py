"""What stays of a run's evidence that was removed, and how that is checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clerkwork.core.evidence.parse import checkpoint_of, header_problem, instant, plain_fields
from clerkwork.core.evidence.record import FORMAT, Verdict, digest, signed_part

__all__ = ["REMOVAL", "STAYS", "check_removed", "removal_of"]

REMOVAL = "removed.json"
STAYS = frozenset({"run.json", "checkpoint.json", "public-key.pem", REMOVAL})
"""Names of what stays: who ran what and when, how it ended, and the record of the removal."""

_KINDS: dict[str, type] = {
    "format": str,
    "run": str,
    "at": str,
    "why": str,
    "state": str,
    "steps": int,
    "pictures": int,
    "header": str,
    "checkpoint": str,
    "key": str,
    "signature": str,
}

Signed = Callable[[str, bytes, str], str]


def removal_of(content: bytes | None) -> dict[str, Any] | None:
    """The record of a removal; None if there is none, or it is none."""
    fields = plain_fields(content) if content is not None else None
    if fields is None or fields.keys() != _KINDS.keys() or fields["format"] != FORMAT:
        return None
    typed = all(type(fields[name]) is kind for name, kind in _KINDS.items())
    return fields if typed and instant(fields["at"]) else None


def check_removed(
    run: str,
    *,
    removal: bytes,
    header: bytes | None,
    checkpoint: bytes | None,
    left: tuple[str, ...],
    signed: Signed,
) -> Verdict:
    """What a check finds of a run whose evidence was removed: whether that is what was signed.

    `left` names files that should be gone. The record holds the hashes of header and checkpoint,
    so that neither can be exchanged, and nobody without the key can pass a loss off as a removal.
    """
    fields = removal_of(removal)
    if fields is None:
        wrong = f"{REMOVAL}: this is not the record of a removal"
        return Verdict(run=run, broken=(wrong,))
    broken: list[str] = []
    if problem := signed(fields["key"], signed_part("removal", fields), fields["signature"]):
        broken.append(f"{REMOVAL}: {problem}")
    if fields["run"] != run:
        broken.append(f"{REMOVAL}: it belongs to run {fields['run']}")
    if problem := header_problem(header, run):
        broken.append(problem)
    for name, content in (("header", header), ("checkpoint", checkpoint)):
        if (digest(content) if content is not None else "") != fields[name]:
            file = "run.json" if name == "header" else "checkpoint.json"
            broken.append(f"{file}: it is not the one that stood there at the removal")
    checkpoint_of(checkpoint, broken)
    notes = [
        f"Its evidence was sound when it was removed ({fields['steps']} steps, "
        f"{fields['pictures']} pictures): {fields['why']}."
        if fields["state"] == "sound"
        else f"Its evidence was {fields['state']} when it was removed: {fields['why']}."
    ]
    if left:
        notes.append("The removal broke off: `clerkwork tidy` ends it.")
    return Verdict(
        run=run,
        steps=fields["steps"],
        pictures=fields["pictures"],
        key=fields["key"],
        broken=tuple(broken),
        notes=tuple(notes),
        removed=str(fields["at"])[:10],
    )
