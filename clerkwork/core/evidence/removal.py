"""What stays of a run's evidence that was removed, and how that is checked."""

from __future__ import annotations

from typing import Any

from clerkwork.core.evidence.finding import Finding, Kind, Signed
from clerkwork.core.evidence.log import RunLeaves
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
    leaves: RunLeaves | None = None,
) -> Verdict:
    """What a check finds of a run whose evidence was removed: whether that is what was signed.

    `left` names files that should be gone. The record holds the hashes of header and checkpoint,
    so that neither can be exchanged, and nobody without the key can pass a loss off as a removal.
    `leaves` is what the log says of the run; None where there is no log.
    """
    fields = removal_of(removal)
    found: list[Finding] = []

    def tell(kind: Kind, file: str, words: str) -> None:
        found.append(Finding(kind=kind, words=f"{file}: {words}", file=file))

    if fields is None:
        tell(Kind.ALTERED, REMOVAL, "this is not the record of a removal")
        return Verdict(run=run, findings=tuple(found))
    said = leaves or RunLeaves()
    wrong = signed(fields["key"], signed_part("removal", fields), fields["signature"])
    if wrong is None and said.removed is None:
        wrong = said.unheld(fields["key"])
    if wrong is not None:
        tell(wrong.kind, REMOVAL, wrong.words)
    if fields["run"] != run:
        tell(Kind.CONTRADICTION, REMOVAL, f"it belongs to run {fields['run']}")
    if said.removed is not None and said.removed["record"] != digest(removal):
        tell(Kind.CONTRADICTION, REMOVAL, "the log of runs holds another one of this run")
    if problem := header_problem(header, run):
        kind = Kind.MISSING_FILE if header is None else Kind.ALTERED
        found.append(Finding(kind=kind, words=problem, file="run.json"))
    for name, content in (("header", header), ("checkpoint", checkpoint)):
        if (digest(content) if content is not None else "") != fields[name]:
            file = "run.json" if name == "header" else "checkpoint.json"
            kind = Kind.MISSING_FILE if content is None else Kind.ALTERED
            tell(kind, file, "it is not the one that stood there at the removal")
    if checkpoint is not None and checkpoint_of(checkpoint) is None:
        tell(Kind.ALTERED, "checkpoint.json", "this is not the checkpoint that the run wrote")
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
        findings=tuple({one.file: one for one in reversed(found)}.values()),
        notes=tuple(notes),
        removed=str(fields["at"])[:10],
    )
