"""Payment journeys: who is contacted about what today, how, and why someone is left alone."""

from __future__ import annotations

from clerkwork.core.journeys.claims import Claim
from clerkwork.core.journeys.due import (
    Due,
    Plan,
    as_sent,
    contacts_had,
    due_on,
    next_contact,
)
from clerkwork.core.journeys.journey import (
    CHANNELS,
    FEWEST,
    OFFERS,
    UNTOLD,
    Journey,
    Journeys,
    Payday,
    Step,
)
from clerkwork.core.journeys.law import Law
from clerkwork.core.journeys.plan import apart, journey_of, plan, with_claim
from clerkwork.core.journeys.reach import facts_of, mail_address, mobile_number, ways_to
from clerkwork.core.journeys.replay import Was, replayed
from clerkwork.core.journeys.standing import contacts, late_of, oldest_due, reached
from clerkwork.core.journeys.stops import Promised, Stops, stop_reasons

__all__ = [
    "CHANNELS",
    "FEWEST",
    "OFFERS",
    "UNTOLD",
    "Claim",
    "Due",
    "Journey",
    "Journeys",
    "Law",
    "Payday",
    "Plan",
    "Promised",
    "Step",
    "Stops",
    "Was",
    "apart",
    "as_sent",
    "contacts",
    "contacts_had",
    "due_on",
    "facts_of",
    "journey_of",
    "late_of",
    "mail_address",
    "mobile_number",
    "next_contact",
    "oldest_due",
    "plan",
    "reached",
    "replayed",
    "stop_reasons",
    "ways_to",
    "with_claim",
]
