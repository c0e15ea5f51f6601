"""Try out: what would become of bank lines, with nothing booked, keyed or asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypedDict

from clerkwork.app.office import Office
from clerkwork.app.reconcile import unsettled
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.matching import MatchingRules, match
from clerkwork.core.matching.explain import Explanation, explain
from clerkwork.core.matching.model import Match
from clerkwork.core.payments import BankLine, Statement
from clerkwork.core.reckoning import AccountTie, gather, tie_accounts

__all__ = ["Trial", "try_files", "try_store"]


class _Given(TypedDict):
    rules: MatchingRules
    paid_from: Mapping[str, Mapping[str, int]]
    today: date
    own_ibans: frozenset[str]


_NOBODY: Mapping[str, Mapping[str, int]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What each line was found to be, in the order of the statements."""

    today: date
    matches: tuple[Match, ...]
    accounts: tuple[AccountTie, ...] = ()
    """Empty where no statements were given."""
    previews: tuple[BankLine, ...] = ()
    notes: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    """Debtor's number to his name, where it is known."""
    why: Callable[[str], Explanation]
    """By a line's id: each rule's answer, and why not the others. Matches everything again."""


def try_files(
    statements: Iterable[Statement],
    items: Iterable[OpenItem],
    debtors: Iterable[Debtor],
    *,
    rules: MatchingRules,
    today: date,
    paid_from: Mapping[str, Mapping[str, int]] = _NOBODY,
    own_ibans: frozenset[str] = frozenset(),
) -> Trial:
    """Match the lines of statements; the accounts they are of count as our own.

    Raises `StatementError` if the statements contradict each other, `ValueError` if an item's
    number occurs twice.
    """
    gathered = gather(statements)
    people = tuple(debtors)
    known = tuple(items)
    given: _Given = {
        "rules": rules,
        "paid_from": paid_from,
        "today": today,
        "own_ibans": own_ibans | {one.account for one in gathered.statements},
    }
    found = match(gathered.lines, known, people, **given)
    by_line = {one.line.id: one for one in found}
    return Trial(
        today=today,
        matches=tuple(by_line[line.id] for line in gathered.lines),
        accounts=tie_accounts(gathered, found),
        previews=gathered.previews,
        notes=gathered.notes,
        names={debtor.number: debtor.name for debtor in people if debtor.name},
        why=lambda line: explain(line, gathered.lines, known, people, **given),
    )


def try_store(office: Office) -> Trial:
    """What the next run would make of the store's unmatched lines, and of those in review."""
    waiting = unsettled(office)
    return Trial(
        today=office.clock.today(),
        matches=waiting.matches(),
        names={one.number: one.name for one in waiting.debtors if one.name},
        why=waiting.why,
    )
