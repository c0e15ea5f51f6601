"""The statements of several files as one account each, and what their lines add up to."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from clerkwork.core.matching.model import Match, Outcome
from clerkwork.core.money import Money, total
from clerkwork.core.payments import BankLine, Kind, Statement, identified
from clerkwork.errors import StatementError

__all__ = ["AccountTie", "Gathered", "gather", "tie_accounts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What several files say together: each bank line once, and what is only shown."""

    statements: tuple[Statement, ...]
    """Those that book, by account and date, each once."""
    lines: tuple[BankLine, ...]
    """Their lines, each once; a batch that a notification explains, by its transactions."""
    previews: tuple[BankLine, ...]
    """Lines that may still change: shown, never counted."""
    notes: tuple[str, ...]
    """What a controller should know of the files, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTie:
    """One account: opening + what became of each line + what is missing = closing."""

    account: str
    opening: Money
    by_outcome: Mapping[Outcome, Money]
    """Every outcome, zero where no line has it."""
    count: Mapping[Outcome, int]
    missing: Money
    """Between statements that do not follow each other; zero where none is lacking."""
    closing: Money

    @property
    def difference(self) -> Money:
        """Zero when it ties out."""
        moved = total(self.by_outcome.values(), self.opening.currency)
        return self.closing - (self.opening + moved + self.missing)


def gather(found: Iterable[Statement]) -> Gathered:
    """Put the statements of several files together; the order of the files changes nothing.

    A statement that is there twice, in one format or two, counts once, and so does a line. Raises
    `StatementError` if two statements share lines and do not agree about the rest.
    """
    every = sorted(found, key=_place)
    parts = _explained(one for one in every if one.kind is Kind.NOTIFICATION)
    chains: dict[str, _Chain] = {}
    for one in every:
        if one.kind is Kind.STATEMENT:
            chains.setdefault(one.account, _Chain()).add(one)
    booked = {line.id: line for chain in chains.values() for line in chain.lines()}
    lines = [part for id, line in booked.items() for part in parts.get(id, (line,))]
    seen = {line.id for line in lines} | booked.keys()
    previews = {
        line.id: line
        for one in every
        if one.kind is Kind.PREVIEW
        for line in one.lines
        if line.id not in seen
    }
    return Gathered(
        statements=tuple(one for chain in chains.values() for one in chain.kept),
        lines=tuple(lines),
        previews=tuple(previews.values()),
        notes=(
            *(note for chain in chains.values() for note in chain.notes),
            *_unbooked(every, booked),
        ),
    )


class _Chain:
    """The statements of one account, each going on where the one before ended."""

    def __init__(self) -> None:
        self.kept: list[Statement] = []
        self.notes: list[str] = []
        self._whole: list[Statement] = []
        self._ids: set[str] = set()

    def lines(self) -> Iterator[BankLine]:
        for one in self.kept:
            yield from one.lines

    def add(self, one: Statement) -> None:
        if any(_same_content(one, other) for other in self._whole):
            self.notes.append(f"{_named(one)} in {one.source} is there twice; it counts once")
            return
        self._whole.append(one)
        if not self.kept:
            self._keep(one)
            return
        last = self.kept[-1]
        if one.opening.currency != last.closing.currency:
            raise StatementError(
                f"{one.source}: {_named(one)} is in {one.opening.currency}, the one before it in "
                f"{last.closing.currency}. Check the account in the file"
            )
        known = [line for line in one.lines if line.id in self._ids]
        new = tuple(line for line in one.lines if line.id not in self._ids)
        if not known:
            if one.opening != last.closing:
                self.notes.append(_gap(last, one))
            self._keep(one)
        elif _ends(last, new) == one.closing:
            self._repeats(one, len(known))
            if new:
                self._keep(replace(one, lines=new, opening=last.closing))
        elif one.opening == last.closing and not any(line.bank_ref for line in known):
            # Equal lines in two statements of a day, each of which counts from 1.
            before = tuple(self.lines())
            lines = identified((*before, *one.lines))[len(before) :]
            self._keep(replace(one, lines=lines))
        elif not new:
            self._repeats(one, len(known))
        else:
            raise StatementError(
                f"{one.source}: {_named(one)} repeats {len(known)} lines of other files, but with "
                f"its {len(new)} further lines the account would close with {_ends(last, new)}, "
                f"not {one.closing}. Take one format for each period"
            )

    def _repeats(self, one: Statement, count: int) -> None:
        self.notes.append(f"{_named(one)} in {one.source} repeats {count} lines; they count once")

    def _keep(self, one: Statement) -> None:
        self.kept.append(one)
        self._ids.update(line.id for line in one.lines)


def tie_accounts(gathered: Gathered, matches: Iterable[Match]) -> tuple[AccountTie, ...]:
    """Per account what became of its money; an account's currency is its statements'."""
    found = {one.line.id: one for one in matches}
    own: dict[str, list[Match]] = defaultdict(list)
    for line in gathered.lines:
        own[line.account].append(found[line.id])
    ties = []
    for account, statements in _by_account(gathered.statements).items():
        currency = statements[0].opening.currency
        by_outcome = {
            outcome: total((m.line.amount for m in own[account] if m.outcome is outcome), currency)
            for outcome in Outcome
        }
        count = {outcome: sum(m.outcome is outcome for m in own[account]) for outcome in Outcome}
        ties.append(
            AccountTie(
                account=account,
                opening=statements[0].opening,
                by_outcome=by_outcome,
                count=count,
                missing=_missing(statements),
                closing=statements[-1].closing,
            )
        )
    return tuple(ties)


def _place(one: Statement) -> tuple[object, ...]:
    # Between two of one day, the one that the other goes on from is told by its number.
    return one.account, one.opened, one.closed, len(one.number), one.number, one.source


def _same_content(one: Statement, other: Statement) -> bool:
    """By balances, dates and amounts; unless the bank's own references say that they differ."""
    frame = (one.opened, one.closed, one.opening, one.closing)
    if frame != (other.opened, other.closed, other.opening, other.closing):
        return False
    ours, theirs = (Counter((x.booked, x.amount) for x in s.lines) for s in (one, other))
    if ours != theirs:
        return False
    every = (*one.lines, *other.lines)
    if every and all(line.bank_ref for line in every):
        return {line.id for line in one.lines} == {line.id for line in other.lines}
    return True


def _ends(last: Statement, new: Sequence[BankLine]) -> Money:
    return last.closing + total((line.amount for line in new), last.closing.currency)


def _gap(before: Statement, after: Statement) -> str:
    return (
        f"{_named(after)} opens on {after.opening}, the one before it closed on {before.closing}: "
        f"{after.opening - before.closing} is missing between {before.closed} and {after.opened}"
    )


def _named(one: Statement) -> str:
    number = f"statement {one.number}" if one.number else f"the statement of {one.closed}"
    return f"{number} of {one.account}"


def _explained(notifications: Iterable[Statement]) -> Mapping[str, Sequence[BankLine]]:
    """Id of a batch's line to its transactions, where these make up its amount."""
    result: dict[str, Sequence[BankLine]] = {}
    for one in notifications:
        for batch in one.batches:
            parts = one.lines[batch.first : batch.first + batch.count]
            amounts = [part.amount for part in parts]
            if total(amounts, batch.whole.amount.currency) == batch.whole.amount:
                result[batch.whole.id] = parts
    return result


def _by_account(statements: Iterable[Statement]) -> Mapping[str, Sequence[Statement]]:
    accounts: dict[str, list[Statement]] = defaultdict(list)
    for one in statements:
        accounts[one.account].append(one)
    return accounts


def _missing(statements: Sequence[Statement]) -> Money:
    gaps = (after.opening - before.closing for before, after in itertools.pairwise(statements))
    return total(gaps, statements[0].opening.currency)


def _unbooked(every: Iterable[Statement], lines: Mapping[str, BankLine]) -> list[str]:
    notes = []
    for one in every:
        if one.kind is Kind.PREVIEW:
            notes.append(f"{one.source} is a preview: its lines are shown, and counted nowhere")
        elif one.kind is Kind.NOTIFICATION:
            used = sum(batch.whole.id in lines for batch in one.batches)
            notes.append(
                f"{one.source} explains {used} entries of the statements; it books nothing"
            )
        if one.unbooked:
            notes.append(f"{one.source} holds {one.unbooked} entries that are not booked yet")
    return notes
