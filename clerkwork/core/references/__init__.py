"""What a payer says he pays: numbers, ranges and structured references in text from outside."""

from clerkwork.core.references.numbering import Numbers, learn
from clerkwork.core.references.plain import key_of, plain_key
from clerkwork.core.references.reading import Certainty, Mention, Remittance, read_remittance
from clerkwork.core.references.structured import StructuredReference, structured_readings

__all__ = [
    "Certainty",
    "Mention",
    "Numbers",
    "Remittance",
    "StructuredReference",
    "key_of",
    "learn",
    "plain_key",
    "read_remittance",
    "structured_readings",
]
