"""What the engine needs of the outside, as protocols; the adapters fulfil them."""

from __future__ import annotations

from clerkwork.ports.books import Books, Lessons, PostingRow, StatementReader
from clerkwork.ports.desk import Clock, Progress, Secret, Vault
from clerkwork.ports.engine import RunRow, Runs
from clerkwork.ports.people import Approvals, Archive, Channel, Letters, Outbox, Queue
from clerkwork.ports.portals import Browser, Entrance, KeptSessions, Picture, Row, Screen
from clerkwork.ports.proof import EvidenceStore, StepRecord, Trail

__all__ = [
    "Approvals",
    "Archive",
    "Books",
    "Browser",
    "Channel",
    "Clock",
    "Entrance",
    "EvidenceStore",
    "KeptSessions",
    "Lessons",
    "Letters",
    "Outbox",
    "Picture",
    "PostingRow",
    "Progress",
    "Queue",
    "Row",
    "RunRow",
    "Runs",
    "Screen",
    "Secret",
    "StatementReader",
    "StepRecord",
    "Trail",
    "Vault",
]
