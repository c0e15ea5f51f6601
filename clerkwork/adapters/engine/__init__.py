"""Durable runs: the queue, the workers, and the processes in which attempts are carried out."""

from __future__ import annotations

from clerkwork.adapters.engine.children import DIED, Deadlines, Ended, Nursery, Sign
from clerkwork.adapters.engine.queue import EngineQueue, engine_url
from clerkwork.adapters.engine.worker import launch, stop

__all__ = [
    "DIED",
    "Deadlines",
    "Ended",
    "EngineQueue",
    "Nursery",
    "Sign",
    "engine_url",
    "launch",
    "stop",
]
