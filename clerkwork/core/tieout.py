"""The controller's first page: the bank's balances against what became of each line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from clerkwork.core.ledger import LedgerBalance
from clerkwork.core.money import Money, total
from clerkwork.core.payments import BankLine, Statement
from clerkwork.core.report import DayTie, LedgerTie

__all__ = ["KEYED", "NOT_OURS", "PARKED", "tie_days", "tie_ledger"]

KEYED, PARKED, NOT_OURS = "keyed", "parked", "not ours"
"""A line is in the ERP, waits (for keying or for a person), or is no debtor's money."""


def tie_days(statements: Iterable[Statement], states: Mapping[str, str]) -> tuple[DayTie, ...]:
    """Per account and booking day: opening + keyed + parked + not ours = closing.

    `states` maps the id of each line to one of the three states; a line without one shows as a
    difference, and so does a statement that does not go on where the one before it ended.
    `statements` are those of all accounts, each account's oldest first. Raises `ValueError` on a
    state that is none of the three.
    """
    ties = []
    for account, own in _by_account(statements).items():
        opening: Money | None = None
        for day in _days(own):
            start = day.opening if opening is None else opening
            tie = _day_tie(account, day, start, states)
            ties.append(tie)
            opening = tie.closing
    return tuple(ties)


def tie_ledger(
    statements: Iterable[Statement],
    states: Mapping[str, str],
    *,
    ledgers: Mapping[str, str],
    balances: Iterable[LedgerBalance],
) -> tuple[LedgerTie, ...]:
    """Per account: closing - parked - not ours is what the ERP's ledger account must show.

    `ledgers` maps an account's IBAN to its ledger account. An account whose ledger balance is not
    known has no tie. Raises `ValueError` on a state that is none of the three.
    """
    shown = {one.ledger: one.balance for one in balances}
    ties = []
    for account, own in _by_account(statements).items():
        ledger = ledgers.get(account, "")
        if ledger not in shown:
            continue
        lines = [line for statement in own for line in statement.lines]
        closing = own[-1].closing
        parked = _sum(lines, states, PARKED, closing.currency)
        not_ours = _sum(lines, states, NOT_OURS, closing.currency)
        expected = closing - parked - not_ours
        ties.append(
            LedgerTie(
                account=account,
                ledger=ledger,
                closing=closing,
                parked=parked,
                not_ours=not_ours,
                expected=expected,
                balance=shown[ledger],
                difference=shown[ledger] - expected,
            )
        )
    return tuple(ties)


@dataclass(frozen=True, slots=True)
class _Day:
    day: date
    opening: Money
    closing: Money
    lines: tuple[BankLine, ...]


def _by_account(statements: Iterable[Statement]) -> dict[str, list[Statement]]:
    accounts: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        accounts[statement.account].append(statement)
    return accounts


def _days(statements: Sequence[Statement]) -> list[_Day]:
    """The days of one account; pages of one day are taken together."""
    days: list[_Day] = []
    for statement in statements:
        for part in _days_of(statement):
            if days and days[-1].day == part.day:
                before = days.pop()
                lines = (*before.lines, *part.lines)
                part = _Day(part.day, before.opening, part.closing, lines)
            days.append(part)
    return days


def _days_of(statement: Statement) -> list[_Day]:
    dates = sorted({line.booked for line in statement.lines} | {statement.closed})
    days = []
    start = statement.opening
    for number, day in enumerate(dates, 1):
        lines = tuple(line for line in statement.lines if line.booked == day)
        moved = total((line.amount for line in lines), start.currency)
        # The last day ends on the bank's own balance, so that a false one shows.
        end = statement.closing if number == len(dates) else start + moved
        days.append(_Day(day, start, end, lines))
        start = end
    return days


def _day_tie(account: str, day: _Day, opening: Money, states: Mapping[str, str]) -> DayTie:
    currency = day.closing.currency
    keyed, parked, not_ours = (
        _sum(day.lines, states, state, currency) for state in (KEYED, PARKED, NOT_OURS)
    )
    return DayTie(
        account=account,
        day=day.day,
        opening=opening,
        keyed=keyed,
        parked=parked,
        not_ours=not_ours,
        closing=day.closing,
        difference=day.closing - (opening + keyed + parked + not_ours),
    )


def _sum(lines: Iterable[BankLine], states: Mapping[str, str], state: str, currency: str) -> Money:
    amounts = []
    for line in lines:
        found = states.get(line.id)
        if found not in (KEYED, PARKED, NOT_OURS, None):
            raise ValueError(f"bank line {line.id} is {found!r}: expected keyed, parked, not ours")
        if found == state:
            amounts.append(line.amount)
    return total(amounts, currency)
