"""Proposals for a workspace's selectors files: shown, taken in, rejected, taken out again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from clerkwork.adapters.browser.proposals import Proposals
from clerkwork.bootstrap.office import clock_of
from clerkwork.core.healing import Proposal, State
from clerkwork.errors import BusinessError
from clerkwork.workspace import Workspace, open_workspace
from clerkwork.workspace.mend import proposed_diff, write_mended

__all__ = ["Mending", "open_mending"]


class Mending:
    """The proposals of one workspace."""

    def __init__(self, place: Workspace) -> None:
        self._place = place
        self._proposals = Proposals(place.output / "selectors" / "proposals")

    @property
    def folder(self) -> Path:
        return self._proposals.folder

    def all(self) -> tuple[Proposal, ...]:
        return self._proposals.all()

    def get(self, id: str) -> Proposal:
        """By id or the beginning of it; raises `BusinessError` where not one is meant."""
        found = [one for one in self.all() if one.id.startswith(id)]
        if len(found) != 1 or not id:
            how = "no proposal begins" if not found else f"{len(found)} proposals begin"
            raise BusinessError(f"{how} with {id!r}. `clerkwork selectors review list` shows them")
        return found[0]

    def diff(self, proposal: Proposal) -> tuple[str, ...]:
        """As lines of a unified diff; raises `ConfigError` where the file changed meanwhile."""
        return proposed_diff(self._place.root, proposal)

    def accept(self, id: str, by: str) -> Proposal:
        """Write it into the selectors file."""
        proposal = self.get(id)
        if proposal.state == "accepted":
            raise BusinessError(f"{proposal.id} was accepted by {proposal.by} already")
        write_mended(self._place.root, proposal)
        return self._decide(proposal, "accepted", by)

    def reject(self, id: str, by: str) -> Proposal:
        """It is never used again, nor proposed."""
        proposal = self.get(id)
        if proposal.state != "open":
            raise BusinessError(f"{proposal.id} was {proposal.state} by {proposal.by} already")
        return self._decide(proposal, "rejected", by)

    def undo(self, id: str, by: str) -> Proposal:
        """Take a decision back; of one that was accepted, the file is as it was."""
        proposal = self.get(id)
        if proposal.state == "open":
            raise BusinessError(f"{proposal.id} is not decided, so there is nothing to take back")
        if proposal.state == "accepted":
            write_mended(self._place.root, proposal, back=True)
        return self._decide(proposal, "open", by)

    def _decide(self, proposal: Proposal, state: State, by: str) -> Proposal:
        now = clock_of(self._place).now().isoformat(timespec="seconds")
        decided = replace(proposal, state=state, by=by, decided=now)
        self._proposals.decide(decided)
        return decided


def open_mending(folder: Path | None) -> Mending:
    """Of the workspace in or above a folder; raises `ConfigError` where something is wrong."""
    return Mending(open_workspace(folder))
