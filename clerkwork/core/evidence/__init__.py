"""What proves a run: its steps as a chain of records, and what is wrong with such a chain."""

from clerkwork.core.evidence.check import check
from clerkwork.core.evidence.finding import Finding, Kind
from clerkwork.core.evidence.record import (
    FORMAT,
    InLog,
    RunEvidence,
    SelectorUse,
    Step,
    StepPicture,
    Verdict,
    canonical,
    commitment,
    digest,
    picture_name,
    signed_part,
    stamp,
    well_formed,
)

__all__ = [
    "FORMAT",
    "Finding",
    "InLog",
    "Kind",
    "RunEvidence",
    "SelectorUse",
    "Step",
    "StepPicture",
    "Verdict",
    "canonical",
    "check",
    "commitment",
    "digest",
    "picture_name",
    "signed_part",
    "stamp",
    "well_formed",
]
