"""A year of debtors who do not exist, to compare journeys before one is switched on."""

from __future__ import annotations

from clerkwork.core.simulation.compare import LADDER, Policy, Town, simulated
from clerkwork.core.simulation.dutch import Confirmed
from clerkwork.core.simulation.lived import Year
from clerkwork.core.simulation.people import PEOPLE, People, person
from clerkwork.core.simulation.rules import Measure, broken
from clerkwork.core.simulation.tally import Tally
from clerkwork.core.simulation.year import live

__all__ = [
    "LADDER",
    "PEOPLE",
    "Confirmed",
    "Measure",
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
