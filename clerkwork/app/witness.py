"""Channels whose every message leaves a step in the run's evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from clerkwork.app.run import Run
from clerkwork.app.steps import failed
from clerkwork.core.messages import Message
from clerkwork.core.writes import ERROR
from clerkwork.errors import ClerkworkError
from clerkwork.ports import Channel, StepRecord, Trail

__all__ = ["Witness"]


@dataclass(slots=True)
class Witness:
    """Signs a run's evidence before its messages go, and records each that went."""

    run: Run
    announced: set[str] = field(default_factory=set)
    """Keys of messages before which the evidence was signed."""

    def channels(self) -> Mapping[str, Channel]:
        """The office's channels, each with a witness."""
        office, trail = self.run.office, self.run.trail
        return {
            name: _Witnessed(channel, trail, office.holding.sure, self.announced)
            for name, channel in office.channels.items()
        }

    def announce(self, messages: Sequence[Message]) -> None:
        """Sign once for messages that are claimed together, and so go one after the other."""
        more = f" and {len(messages) - 1} more" if len(messages) > 1 else ""
        self.run.trail.anchor(f"before sending {messages[0].key}{more}")
        self.announced.clear()
        self.announced.update(message.key for message in messages)


@dataclass(frozen=True, slots=True)
class _Witnessed:
    channel: Channel
    trail: Trail
    sure: Callable[[], None]
    announced: set[str]

    @property
    def name(self) -> str:
        return self.channel.name

    def send(self, message: Message) -> str:
        if message.key not in self.announced:
            self.trail.anchor(f"before sending {message.key}")
        outcome = "ended from outside"
        proof = said = ""
        try:
            # The last look: a process that slept until now may have lost what it held.
            self.sure()
            proof = self.channel.send(message)
            outcome = "ok"
        except ClerkworkError as error:
            outcome, said = failed(error), str(error)
            raise
        finally:
            self.trail.record(_step(message, outcome, proof, said))
        return proof


def _step(message: Message, outcome: str, proof: str, said: str) -> StepRecord:
    return StepRecord(
        robot=message.channel,
        action="send",
        outcome=outcome,
        subject=message.key,
        details={
            "to": message.to,
            "subject": message.subject,
            "amount": str(message.amount or ""),
            "items": ", ".join(message.items),
            "message id": message.message_id,
            "proof": proof,
            "journey": message.journey,
            "segment": message.segment,
            "reckoning": message.note,
            "ground": "; ".join(message.ground),
            **({ERROR: said} if said else {}),
        },
    )
