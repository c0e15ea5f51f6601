"""Matching: what each bank line pays, decided only where it is certain, always with reasons."""

from clerkwork.core.matching.matcher import match
from clerkwork.core.matching.rules import MatchingRules

__all__ = ["MatchingRules", "match"]
