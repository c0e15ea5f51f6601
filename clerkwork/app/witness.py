"""Channels whose every message leaves a step in the run's evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from clerkwork.app.run import Run
from clerkwork.core.messages import Message
from clerkwork.errors import ClerkworkError
from clerkwork.ports import Channel, StepRecord, Trail

__all__ = ["witnessed"]


def witnessed(run: Run) -> Mapping[str, Channel]:
    """The office's channels, each with a witness."""
    sure = run.office.holding.sure
    return {
        name: _Witnessed(channel, run.trail, sure) for name, channel in run.office.channels.items()
    }


@dataclass(frozen=True, slots=True)
class _Witnessed:
    channel: Channel
    trail: Trail
    sure: Callable[[], None]

    @property
    def name(self) -> str:
        return self.channel.name

    def send(self, message: Message) -> str:
        self.trail.anchor(f"before sending {message.key}")
        outcome = "ended from outside"
        proof = ""
        try:
            # The last look: a process that slept until now may have lost what it held.
            self.sure()
            proof = self.channel.send(message)
            outcome = "ok"
        except ClerkworkError as error:
            outcome = f"{type(error).__name__}: {error}"
            raise
        finally:
            self.trail.record(_step(message, outcome, proof))
        return proof


def _step(message: Message, outcome: str, proof: str) -> StepRecord:
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
        },
    )
