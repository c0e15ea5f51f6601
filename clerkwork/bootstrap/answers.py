"""What the commands show of an office, in words and figures for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from clerkwork.adapters.store import is_on_server
from clerkwork.app.audit import verify_in_log, verify_run
from clerkwork.app.office import Office
from clerkwork.app.review import find
from clerkwork.app.verify import Audited, verify_all
from clerkwork.bootstrap.proving import copied_heads, evidence_of
from clerkwork.bootstrap.stores import store_url
from clerkwork.core.evidence import Finding, Verdict
from clerkwork.core.evidence.growth import Growth
from clerkwork.core.figures import READ, Figure
from clerkwork.core.queue import WorkItem
from clerkwork.errors import BusinessError, EvidenceError
from clerkwork.ports import Progress
from clerkwork.workspace import Workspace

__all__ = [
    "WRITES",
    "asked",
    "found_item",
    "grown_since",
    "pictures_of",
    "shown_figures",
    "signed_as_found",
    "verified",
    "verified_all",
]

WRITES = (
    Figure.KEYED,
    Figure.MAILS_SENT,
    Figure.LETTERS_SENT,
    Figure.APPROVALS_ASKED,
    Figure.QUESTIONS_ASKED,
    Figure.ORDERS_RELEASED,
    Figure.ORDERS_HELD,
)
"""Figures of what reaches a portal or a person; all zero when there is nothing new."""


def verified(place: Workspace, office: Office, run: str, trusted: Sequence[Path] = ()) -> Verdict:
    """What a check of a run's evidence, and of its place in the log, finds; 'last' is the newest.

    It trusts the public keys in the files `trusted`, or else those of this user. Raises
    `EvidenceError` where no run, or more than one, is meant.
    """
    if run == "last" and not office.runs.all():
        raise EvidenceError("nothing was run here yet: `clerkwork run TASK` leaves evidence")
    evidence = evidence_of(place, office.clock, office.redact, trusted=trusted)
    try:
        found = verify_run(evidence, run, office.runs, office.holding.is_at_work)
        return verify_in_log(evidence, found)
    except ValueError as error:
        raise EvidenceError(f"{error}. `clerkwork list` shows the last runs") from error


def signed_as_found(
    place: Workspace, office: Office, run: str, trusted: Sequence[Path] = ()
) -> Verdict:
    """What is found after the end of a run that died was signed as found by who asks for it.

    A run that woke after others had found it signs what it records itself; where it died before
    it could, a person has to say so. Raises `EvidenceError` for a run that may live, and for
    evidence that somebody altered: a signature would cover that up.
    """
    before = verified(place, office, run, trusted)
    if before.state == "broken":
        raise EvidenceError(
            f"{before.run}: its evidence is broken, so it is not signed as found. "
            "`clerkwork verify` names where"
        )
    if before.under_way or not office.holding.is_over(before.run):
        raise EvidenceError(f"{before.run} is under way; it signs its end itself")
    if before.state != "unfinished":
        return before
    evidence_of(place, office.clock, office.redact).recover(before.run, office.operator)
    return verified(place, office, before.run, trusted)


def verified_all(
    place: Workspace,
    office: Office,
    heads: Sequence[Path],
    progress: Progress,
    trusted: Sequence[Path] = (),
) -> Audited:
    """What a check of all evidence finds; `heads` are folders with copies of tree heads.

    It trusts the public keys in the files `trusted`, or else those of this user. Raises
    `EvidenceError` for what cannot be read.
    """
    evidence = evidence_of(place, office.clock, office.redact, trusted=trusted)
    return verify_all(
        evidence,
        office.runs,
        at_work=office.holding.is_at_work,
        copies=copied_heads(place, office.vault, office.clock, heads),
        progress=progress,
        # Runs of a store on a server may have been on other machines.
        all_here=not is_on_server(store_url(place)),
    )


def grown_since(
    place: Workspace, office: Office, noted: Path, trusted: Sequence[Path] = ()
) -> Growth | Finding:
    """Proof that the log of runs only grew since the tree head in a file; or why there is none.

    It trusts the public keys in the files `trusted`, or else those of this user. Raises
    `EvidenceError` for what cannot be read.
    """
    try:
        content = noted.read_bytes()
    except OSError as error:
        raise EvidenceError(
            f"{noted}: it cannot be read ({error.strerror}); name a file that holds a tree head"
        ) from error
    evidence = evidence_of(place, office.clock, office.redact, trusted=trusted)
    return evidence.grown_since(content, noted.name)


def found_item(office: Office, id: str) -> WorkItem:
    """A work item by the beginning of its id; raises `BusinessError` where not one is meant."""
    try:
        return find(office, id)
    except ValueError as error:
        raise BusinessError(f"{error}. `clerkwork review list` shows them") from error


def pictures_of(place: Workspace, office: Office, item: WorkItem) -> tuple[Path, ...]:
    """Files of the pictures of the step that a work item points at; empty if it names no step."""
    run, _, number = item.evidence.partition("#")
    if not number.isdigit():
        return ()
    try:
        steps = office.evidence.read(run).steps
    except EvidenceError:
        return ()
    return tuple(
        place.evidence / run / "pictures" / picture.file
        for step in steps
        if step.number == int(number)
        for picture in step.pictures
        if picture.file
    )


def shown_figures(figures: Mapping[str, int], *, dry: bool = False) -> dict[str, int]:
    """What a run counted, in reading order.

    A zero is told of what reaches people and portals, and of what was read to be empty.
    """
    told = {}
    empty = {figure for figure in READ if figure in figures}
    for figure in Figure:
        if figures.get(figure) or figure in empty or (figure in WRITES and not dry):
            told[str(figure)] = figures.get(figure, 0)
    return told | {name: n for name, n in figures.items() if n and name not in told}


def asked(figures: Mapping[str, int]) -> bool:
    """Whether a run asked an approver something."""
    return bool(figures.get(Figure.APPROVALS_ASKED))
