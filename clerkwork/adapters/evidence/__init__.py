"""Evidence as files: a folder a run, written before it is needed, checked when it is asked for."""

from clerkwork.adapters.evidence.copies import kept_heads
from clerkwork.adapters.evidence.store import Decided, FileEvidence, open_evidence

__all__ = ["Decided", "FileEvidence", "kept_heads", "open_evidence"]
