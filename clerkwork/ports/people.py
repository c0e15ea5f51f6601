"""What goes to people and comes back: work items, messages, approvals."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from clerkwork.core.approvals import Approval, Decision
from clerkwork.core.messages import Message, MessageState, Settled
from clerkwork.core.queue import WorkItem
from clerkwork.ports.desk import Vault

__all__ = [
    "Approvals",
    "Archive",
    "Channel",
    "ChannelPlugin",
    "ChannelTools",
    "Letters",
    "Outbox",
    "PrintHouse",
    "ProvingArchive",
    "Queue",
]


class Queue(Protocol):
    """Work that waits for people."""

    def put(self, item: WorkItem) -> bool:
        """Add it; False if one with its key is already there, open or decided.

        An empty id is filled with a short one. One that was withdrawn opens again.
        """

    def open(self, debtor: str = "") -> tuple[WorkItem, ...]:
        """Those that nobody decided yet, oldest first; all, or those about one debtor."""

    def get(self, id: str) -> WorkItem | None:
        """By id, or by an unambiguous beginning of it."""

    def close(self, id: str, *, decision: str, by: str, note: str = "") -> WorkItem:
        """Decide it; raises `ValueError` if it is decided already."""

    def reopen(self, id: str, *, by: str) -> WorkItem:
        """Undo a decision."""

    def withdraw(self, key: str, note: str) -> None:
        """Close an open one that has become moot; nothing if there is none."""

    def of_kind(self, kind: str) -> tuple[WorkItem, ...]:
        """All of one kind, open or decided, oldest first."""

    def holds(self, key: str) -> bool:
        """Whether there is one with this key, open or decided."""

    def beginning(self, key: str) -> tuple[WorkItem, ...]:
        """All whose key begins like that, open or decided, oldest first."""


class Outbox(Protocol):
    """Messages, each prepared and committed before it is sent."""

    def prepare(self, message: Message) -> bool:
        """Commit a message to be sent; False if its key is there already."""

    def prepare_all(self, messages: Sequence[Message]) -> tuple[Message, ...]:
        """Commit several at once; those whose key was not there already."""

    def pending(self, *states: MessageState) -> tuple[Message, ...]: ...

    def sending(self, key: str, run: str, *more: str) -> None:
        """Claim it, committed, just before the channel is called; all of several or none.

        Also what is in sending already, once the archive said that it was not sent.
        Raises `ValueError` on any other state. Passes the gate, as every claim of a write:
        raises `WritesStopped`, and `LeaseLost` where the run does not hold any more what it has
        to hold.
        """

    def handing(self, job: str, run: str, *keys: str) -> None:
        """Claim letters that lie printed for a job of the print house, committed, before anybody
        sees its folder; all of them or none.

        Raises `ValueError` on any other state, or where the job was claimed before. Passes the
        gate as `sending` does.
        """

    def jobs(self) -> frozenset[str]:
        """Every job of the print house that was ever claimed, by any machine."""

    def claimant(self, key: str) -> str:
        """The run that claimed it last; empty if none did."""

    def since(self, key: str) -> datetime | None:
        """When it came into the state that it is in (UTC); None if there is no such message."""

    def settle(
        self, key: str, state: MessageState, *, note: str = "", proof: str = "", run: str = ""
    ) -> None:
        """What became of it; raises `ValueError` on a forbidden move, as of what was sent.

        A run that lost what it held settles nothing: `LeaseLost`; a person has no `run`.
        """

    def settle_all(self, settled: Sequence[Settled], run: str) -> None:
        """What became of several, all of it or nothing; raises what `settle` raises."""

    def history(self, debtor: str) -> tuple[Message, ...]:
        """Every message to a debtor, oldest first."""

    def histories(self, *debtors: str) -> Mapping[str, tuple[Message, ...]]:
        """Debtor → his messages, oldest first; of some debtors, or of all in one reading.

        Without their texts, their HTML and what is attached, and with when letters left the house:
        for planning, not for sending.
        """

    def all(self) -> tuple[Message, ...]: ...

    def named(self, message_id: str) -> Message | None:
        """The message with a Message-ID."""

    def with_ids(self, *message_ids: str) -> Mapping[str, Message]:
        """Message-ID → the message that has it, without its texts; those that are ours."""


class Approvals(Protocol):
    """Orders that were asked about, and what was answered."""

    def ask(self, approval: Approval) -> bool:
        """Commit a question; False if it was asked already.

        The same order with other figures is another question; one that expired
        unanswered is replaced by a new one of another id.
        """

    def decide(self, id: str, decision: Decision) -> Approval:
        """Commit the answer; raises `ValueError` if there is one already or the time is up."""

    def get(self, id: str) -> Approval | None: ...

    def all(self) -> tuple[Approval, ...]: ...

    def submitting(self, id: str, *, run: str, robot: str) -> None:
        """Commit that the submit of a decision in the ERP is about to be clicked.

        Passes the gate, as every claim of a write: raises `WritesStopped` and `LeaseLost`, and
        `ValueError` where nothing is decided, or the decision stands in the ERP.
        """

    def keyed(self, id: str, note: str) -> None:
        """The decision stands in the ERP."""


class Channel(Protocol):
    """A way to reach a debtor or an approver."""

    @property
    def name(self) -> str:
        """'mail' or 'letter', as journeys call it."""

    def send(self, message: Message) -> str:
        """Send; the provider's id.

        Raises `ChannelDown` if it surely was not taken, `MessageRefused` if it never will be,
        `Undecided` if nobody on this side can know.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTools:
    """What a channel of another package is given to work with."""

    vault: Vault = field(repr=False)
    now: Callable[[], datetime]
    """The office's clock, UTC."""
    named: Callable[[str], Message | None]
    """The message with a Message-ID, for an archive."""


class ChannelPlugin(Protocol):
    """A channel of another package, as its entry point in `clerkwork.channels` gives it.

    The entry point's name is that of its table in `config/channels.toml`: [plugins.NAME].
    """

    way: str
    """Which way to reach a debtor it is: 'sms', or another of `core.journeys.CHANNELS`."""
    settings: type[Any]
    """A frozen dataclass; its table is checked against it."""

    def open(self, settings: Any, tools: ChannelTools) -> Channel:
        """The channel; called when an office opens, so nothing is to be asked for yet.

        What also has `holds` is asked after a crash, as an `Archive`; without it a message that a
        crash interrupted is doubtful, and a person's.
        """


@runtime_checkable
class Archive(Protocol):
    """Where sent messages can be asked after."""

    def holds(self, message_id: str, age: float = inf) -> bool | None:
        """Whether a message with this id was sent; None if it cannot be asked.

        `age` is how many seconds ago it was claimed: what was given away since may still be on
        its way here, so a 'no' is waited with for as long as that takes.
        """


@runtime_checkable
class ProvingArchive(Archive, Protocol):
    """An archive that knows what sending gave: the provider's id, or the letter's file."""

    def proof(self, message: Message) -> str:
        """Of a message that it holds."""


class PrintHouse(Protocol):
    """Who prints and posts letters."""

    def hand_over(
        self,
        printed: Sequence[Message],
        jobs: Collection[str],
        claim: Callable[[str, Sequence[str]], None],
    ) -> frozenset[str]:
        """Hand over, each once, the letters among these that lie printed; keys of all it ever got
        from this machine.

        `jobs` are those that were claimed so far. `claim` is called with the name of a new one and
        the keys of its letters, before anybody sees it; what it raises leaves them as they were.
        Raises `ChannelDown` if the print house does not take them; the next time goes on.
        """


class Letters(Protocol):
    def write(self, message: Message, to: Path) -> None:
        """Print a message as a PDF letter, written whole or not at all."""
