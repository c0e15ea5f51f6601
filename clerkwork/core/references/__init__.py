"""What a payer says he pays: numbers, ranges and structured references in text from outside."""

from clerkwork.core.references.leftovers import Typo
from clerkwork.core.references.numbering import Numbers, canonical, learn, learn_columns, shape_of
from clerkwork.core.references.periods import Period
from clerkwork.core.references.plain import key_of
from clerkwork.core.references.reading import read_remittance
from clerkwork.core.references.remittance import Certainty, Mention, Remittance
from clerkwork.core.references.slips import slip_of, typed_alike
from clerkwork.core.references.structured import StructuredReference, structured_readings

__all__ = [
    "Certainty",
    "Mention",
    "Numbers",
    "Period",
    "Remittance",
    "StructuredReference",
    "Typo",
    "canonical",
    "key_of",
    "learn",
    "learn_columns",
    "read_remittance",
    "shape_of",
    "slip_of",
    "structured_readings",
    "typed_alike",
]
