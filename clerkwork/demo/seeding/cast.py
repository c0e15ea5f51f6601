"""Who plays which part in the full book: who pays how, who orders, who must be left alone."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from clerkwork.demo.book import Debtor
from clerkwork.demo.seeding.bundles import ALONE, pair_of
from clerkwork.demo.seeding.people import make_debtors

__all__ = ["Cast", "make_cast"]

_BLOCKS = {"promised": 4, "blocked": 3, "deceased": 2, "insolvent": 3, "direct debit": 6}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    alone: list[Debtor]
    """One for each case that speaks through IBAN and amount."""
    pair: tuple[Debtor, Debtor]
    """Two firms on one account."""
    shared: list[Debtor]
    """Debtors who pay with a number, several cases to each."""
    within: list[Debtor]
    """Order within the limit, nothing due."""
    over: list[Debtor]
    """Order over the limit, nothing due."""
    late: list[Debtor]
    """Order while invoices are more than two months overdue."""
    quiet: list[Debtor]
    """Pay nothing this week."""

    def debtors(self) -> list[Debtor]:
        groups = (self.alone, list(self.pair), self.shared, self.within, self.over, self.late)
        return sorted(
            (debtor for group in (*groups, self.quiet) for debtor in group),
            key=lambda debtor: debtor.number,
        )


def make_cast(rng: random.Random, count: int) -> Cast:
    debtors = make_debtors(rng, count)
    hostile, rest = debtors[16:18], debtors[:16] + debtors[18:]
    pair = pair_of(rng, [debtor for debtor in rest if debtor.country == "NL"])
    rest = [one for one in rest if one.number not in {debtor.number for debtor in pair}]
    rng.shuffle(rest)
    firms = [one for one in rest if one.kind == "business"][:12]
    rest = [one for one in rest if one not in firms]
    needed = sum(ALONE.values())
    alone, rest = rest[:needed], rest[needed:]
    shared, quiet = [*hostile, *rest[:66]], rest[66:]
    return Cast(
        alone=alone,
        pair=pair,
        shared=[_reachable(rng, debtor) for debtor in shared],
        within=firms[:5],
        over=firms[5:9],
        late=firms[9:],
        quiet=_blocked(rng, [_reachable(rng, debtor) for debtor in quiet]),
    )


def _reachable(rng: random.Random, debtor: Debtor) -> Debtor:
    """Some want paper, some have no mail, of some the account is not known."""
    chance = rng.random()
    if chance < 0.07:
        return replace(debtor, paper=True, email="")
    if chance < 0.14:
        return replace(debtor, paper=True)
    if chance < 0.20:
        return replace(debtor, email="")
    return replace(debtor, iban="") if chance < 0.35 else debtor


def _blocked(rng: random.Random, quiet: list[Debtor]) -> list[Debtor]:
    waiting = sorted(quiet, key=lambda debtor: (debtor.kind, debtor.number))
    done: list[Debtor] = []
    for block, count in _BLOCKS.items():
        kind = {"deceased": "consumer", "insolvent": "business"}.get(block, "")
        chosen = [debtor for debtor in waiting if kind in ("", debtor.kind)]
        for debtor in rng.sample(chosen, count):
            waiting.remove(debtor)
            done.append(replace(debtor, block=block))
    return done + waiting
