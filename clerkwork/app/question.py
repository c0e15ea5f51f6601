"""The question that a bank line becomes: all that is known of it, the sensible answer first."""

from __future__ import annotations

from clerkwork.app.office import Office
from clerkwork.core.matching.model import Candidate, Match, Outcome
from clerkwork.core.posting import PostingState
from clerkwork.core.queue import WorkItem
from clerkwork.ports import PostingRow

__all__ = ["question"]

_WHY = {
    Outcome.UNAPPLIED: "Why it pays no open item",
    Outcome.REOPENS: "Why it takes a payment back",
}


def question(office: Office, found: Match, reversed: PostingRow | None, run: str) -> WorkItem:
    """A work item about a line that waits; `reversed` is the posting that a return takes back."""
    line = found.line
    facts = {
        "Amount": str(line.amount),
        "Booked": line.booked.isoformat(),
        "Payer": line.payer,
        "Payer's IBAN": line.payer_iban,
        "Text": line.text or line.structured,
        _WHY.get(found.outcome, "Why it is doubtful"): "; ".join(found.reasons),
    }
    if found.confidence:
        facts["Confidence"] = f"{found.confidence:.1%}"
    choices = _sensible(found, reversed)
    for number, candidate in enumerate(found.candidates, start=1):
        facts[f"Candidate {number}"] = _told(candidate)
        choices.append((str(number), f"apply as candidate {number}"))
    if line.amount.minor > 0:
        choices += [
            ("account:NUMBER", "put it on account of the debtor with that number"),
            ("items:NUMBER,NUMBER", "apply it to these open items, the oldest first"),
        ]
    choices.append(("not-ours", "it is no debtor's money"))
    if found.outcome is not Outcome.REOPENS:
        choices.append(("not-ours-always", "the same, and so is what comes like it from now on"))
    return WorkItem(
        id="",
        key=f"match/{line.id}",
        kind="match",
        title=f"{found.rule}: {line.amount} of {line.payer or 'an unnamed payer'}",
        created=office.clock.now(),
        facts=facts,
        choices=tuple(choices),
        evidence=run,
    )


def _sensible(found: Match, reversed: PostingRow | None) -> list[tuple[str, str]]:
    if found.outcome is Outcome.UNAPPLIED and found.customer:
        return [(f"account:{found.customer}", f"put it on account of debtor {found.customer}")]
    if found.outcome is not Outcome.REOPENS or not found.reverses:
        return []
    if reversed is None:
        return [("reverses", f"it takes back line {found.reverses}: both are no debtor's money")]
    posting = reversed.posting
    what = f"it takes back posting {posting.reference} over {posting.amount}"
    if reversed.state is PostingState.KEYED:
        return [("reverses", f"{what}: you have undone its receipt in the ERP")]
    return [("reverses", f"{what}, which will not be keyed")]


def _told(candidate: Candidate) -> str:
    parts = ", ".join(f"{a.item} {a.amount} of {a.open_before}" for a in candidate.allocations)
    return f"debtor {candidate.customer}: {parts or 'on account'} ({'; '.join(candidate.reasons)})"
