"""A year of debtors who do not exist, to compare journeys before one is switched on."""

from __future__ import annotations

from clerkwork.core.simulation.compare import LADDER, Policy, Town, simulated
from clerkwork.core.simulation.lived import Year
from clerkwork.core.simulation.people import PEOPLE, People, person
from clerkwork.core.simulation.rules import broken
from clerkwork.core.simulation.tally import COSTS, Tally
from clerkwork.core.simulation.year import live

__all__ = [
    "COSTS",
    "LADDER",
    "PEOPLE",
    "People",
    "Policy",
    "Tally",
    "Town",
    "Year",
    "broken",
    "live",
    "person",
    "simulated",
]
