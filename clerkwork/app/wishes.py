"""Wishes: what a debtor says on his own page of how he wants to be written to."""

from __future__ import annotations

from dataclasses import dataclass

from clerkwork.app.pay import Till, caller
from clerkwork.core.declarations import Declaration
from clerkwork.core.journeys import UNTOLD, ways_to
from clerkwork.core.ledger import Debtor
from clerkwork.core.paying import WISHES
from clerkwork.errors import BusinessError

__all__ = ["Wishes", "be_told", "leave_untold", "prefer", "wishes"]

_HIMSELF = "the debtor himself"
_OFFERED = ("mail", "letter", "sms", "whatsapp")
"""Who wants to be called says so to a person: a call is for what writing did not settle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How one debtor is written to, as he wants it."""

    debtor: Debtor
    """With what he declared."""
    told_early: bool
    """Whether he hears from us before the due date."""
    ways: tuple[str, ...]
    """Channels among which he may choose; none where there is no choice."""


def wishes(till: Till, token: str) -> Wishes:
    """What stands behind a token; raises `BadLink` where there is nothing, whatever the reason."""
    _, debtor = caller(till, token, WISHES)
    reached = ways_to(debtor)
    ways = tuple(way for way in _OFFERED if way in reached and way in till.ways)
    # Who declared that he needs paper gets paper, whatever else he would prefer.
    paper = debtor.paper or "paper" in debtor.needs
    return Wishes(
        debtor=debtor,
        told_early=UNTOLD not in debtor.needs,
        ways=ways if len(ways) > 1 and not paper else (),
    )


def leave_untold(till: Till, seen: Wishes) -> Declaration:
    """He wants no word before the due date any more; said twice, it stands once."""
    ground = "asked on his own page not to be written to before the due date, which no law asks"
    return _declared(till, seen, "need", UNTOLD, ground)


def be_told(till: Till, seen: Wishes) -> None:
    """He wants to be written to before the due date again."""
    for one in till.declarations.standing(seen.debtor.number):
        if (one.fact, one.value) == ("need", UNTOLD):
            till.declarations.withdraw(one.id, by=_HIMSELF)


def prefer(till: Till, seen: Wishes, way: str) -> Declaration:
    """He wants to be reached by a channel first; raises `BusinessError` for one not offered."""
    if way not in seen.ways:
        raise BusinessError(f"{way!r} is no channel that is offered on the page")
    ground = "chosen on his own page, to be reached there where that can be"
    return _declared(till, seen, "preferred", way, ground)


def _declared(till: Till, seen: Wishes, fact: str, value: str, ground: str) -> Declaration:
    return till.declarations.declare(
        Declaration(
            debtor=seen.debtor.number,
            fact=fact,
            value=value,
            since=till.clock.today(),
            by=_HIMSELF,
            ground=ground,
        )
    )
