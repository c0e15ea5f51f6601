"""Matching: what each bank line pays, decided only where it is certain, always with reasons."""

from clerkwork.core.matching.matcher import match, match_tables
from clerkwork.core.matching.rules import MatchingRules
from clerkwork.core.matching.tables import Tables, tables_of
from clerkwork.core.matching.verdicts import Verdicts

__all__ = ["MatchingRules", "Tables", "Verdicts", "match", "match_tables", "tables_of"]
