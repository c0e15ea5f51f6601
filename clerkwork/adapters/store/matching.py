"""What became of each bank line: its outcomes, and the postings they propose."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    Text,
    cast,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from clerkwork.adapters.store import schema
from clerkwork.adapters.store.bank_rows import bank_line, explained
from clerkwork.adapters.store.values import (
    from_allocations,
    from_candidates,
    to_allocations,
    to_candidates,
)
from clerkwork.core.matching.model import Match, Outcome
from clerkwork.core.payments import BankLine
from clerkwork.core.posting import Posting, PostingState

__all__ = ["free", "park", "read_matches", "read_unmatched", "record"]

_OUTCOME = (
    "outcome",
    "rule",
    "reasons",
    "customer",
    "allocations",
    "candidates",
    "confidence",
    "residual",
    "reverses",
)
"""Columns of `matches` that make a `Match`."""
_ENDED = {PostingState.VOID, PostingState.REJECTED}
"""States out of which a posting may be proposed again."""
_GONE = _ENDED | {PostingState.REVERSED}


def record(
    connection: Connection, matches: Sequence[Match], postings: Sequence[Posting], at: dt.datetime
) -> None:
    """Take down outcomes and propose their postings. Raises `ValueError`."""
    of_line = _checked(matches, postings)
    live = _live(connection, list(of_line))
    for match in matches:
        if match.line.id in live:
            raise ValueError(
                f"bank line {match.line.id} has the posting {live[match.line.id]} already; "
                "void or reject that before the line gets another outcome"
            )
    _supersede(connection, list(of_line), at)
    _insert_matches(connection, matches, at)
    _propose(connection, postings, of_line, at)


def _checked(matches: Sequence[Match], postings: Sequence[Posting]) -> dict[str, Match]:
    of_line = {match.line.id: match for match in matches}
    if len(of_line) < len(matches):
        raise ValueError("a bank line has two outcomes")
    wanted = {match.line.id for match in matches if match.outcome is Outcome.SETTLED}
    given = {posting.line for posting in postings}
    if wanted != given or len(given) < len(postings):
        odd = sorted(wanted ^ given) or sorted(given)
        raise ValueError(
            f"bank line {odd[0]}: a settled line has exactly one posting, and no other line has any"
        )
    for posting in postings:
        line = of_line[posting.line].line
        if (posting.amount, posting.account) != (line.amount, line.account):
            raise ValueError(
                f"posting {posting.reference} is over {posting.amount} on {posting.account}, its "
                f"bank line over {line.amount} on {line.account}"
            )
    return of_line


def _live(connection: Connection, lines: list[str]) -> dict[str, str]:
    table = schema.postings
    found: dict[str, str] = {}
    for some in _chunks(lines):
        rows = connection.execute(
            select(table.c.line, table.c.reference, table.c.state)
            .where(table.c.line.in_(some))
            .where(table.c.state.not_in(_GONE))
        )
        found |= {row.line: f"{row.reference} ({row.state})" for row in rows}
    return found


def _chunks(lines: list[str]) -> list[list[str]]:
    return [lines[start : start + 500] for start in range(0, len(lines), 500)]


def _supersede(connection: Connection, lines: list[str], at: dt.datetime) -> None:
    table = schema.matches
    booked: set[str] = set()
    for some in _chunks(lines):
        booked |= set(
            connection.scalars(
                select(schema.lines.c.id).where(schema.lines.c.id.in_(some), ~explained())
            )
        )
        connection.execute(
            update(table)
            .where(table.c.line.in_(some))
            .where(table.c.until.is_(None))
            .values(until=at)
        )
    if missing := sorted(set(lines) - booked):
        raise ValueError(
            f"bank line {missing[0]} is in no booked statement, or was a batch that its "
            "transactions stand for now; match what is booked"
        )


def free(connection: Connection, line: str, at: dt.datetime) -> None:
    """The line has no outcome any more."""
    _supersede(connection, [line], at)


def park(connection: Connection, line: str, why: str, at: dt.datetime) -> None:
    """The line waits for a person, and its money counts as parked."""
    table = schema.matches
    was = select(table.c.customer).where(table.c.line == line).where(table.c.until.is_(None))
    customer = connection.scalar(was) or ""
    free(connection, line, at)
    connection.execute(
        insert(table).values(
            line=line,
            outcome=Outcome.REVIEW.value,
            rule="reversed",
            reasons=[why],
            customer=customer,
            allocations=[],
            candidates=[],
            confidence=0.0,
            residual="",
            reverses="",
            since=at,
        )
    )


def _insert_matches(connection: Connection, matches: Sequence[Match], at: dt.datetime) -> None:
    rows: list[dict[str, Any]] = [
        {
            "line": match.line.id,
            "outcome": match.outcome.value,
            "rule": match.rule,
            "reasons": list(match.reasons),
            "customer": match.customer,
            "allocations": from_allocations(match.allocations),
            "candidates": from_candidates(match.candidates),
            "confidence": match.confidence,
            "residual": match.residual,
            "reverses": match.reverses,
            "since": at,
        }
        for match in matches
    ]
    _insert_all(connection, schema.matches, rows)


def _propose(
    connection: Connection, postings: Sequence[Posting], of_line: dict[str, Match], at: dt.datetime
) -> None:
    table, parts = schema.postings, schema.allocations
    was = _states(connection, [posting.reference for posting in postings])
    for reference, state in was.items():
        if PostingState(state) not in _ENDED:
            raise ValueError(f"posting {reference} is {state} already; it is never keyed again")
        connection.execute(delete(parts).where(parts.c.reference == reference))
    last = connection.scalar(select(func.max(table.c.turn))) or 0
    fresh = []
    for turn, posting in enumerate(postings, start=last + 1):
        values = _posting_values(posting, of_line[posting.line], turn, at)
        if posting.reference in was:
            again = update(table).where(table.c.reference == posting.reference)
            connection.execute(again.values(**values))
        else:
            fresh.append(values)
    _insert_all(connection, table, fresh)
    _insert_all(
        connection,
        parts,
        [
            {"reference": posting.reference, "position": position, **row}
            for posting in postings
            for position, row in enumerate(from_allocations(posting.allocations))
        ],
    )
    _insert_all(
        connection,
        schema.posting_moves,
        [
            {
                "reference": posting.reference,
                "was": was.get(posting.reference, ""),
                "state": PostingState.PROPOSED.value,
                "at": at,
            }
            for posting in postings
        ],
    )


def _states(connection: Connection, references: list[str]) -> dict[str, str]:
    table = schema.postings
    found: dict[str, str] = {}
    for some in _chunks(references):
        rows = connection.execute(
            select(table.c.reference, table.c.state).where(table.c.reference.in_(some))
        )
        found |= {row.reference: row.state for row in rows}
    return found


def _insert_all(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _posting_values(posting: Posting, match: Match, turn: int, at: dt.datetime) -> dict[str, Any]:
    return {
        "reference": posting.reference,
        "turn": turn,
        "line": posting.line,
        "customer": posting.customer,
        "account": posting.account,
        "booked": posting.booked,
        "amount": posting.amount.minor,
        "currency": posting.amount.currency,
        "memo": posting.memo,
        "state": PostingState.PROPOSED.value,
        "rule": match.rule,
        "reasons": list(match.reasons),
        "run": "",
        "note": "",
        "receipt": "",
        "at": at,
        "submitted": None,
    }


def read_unmatched(connection: Connection, ibans: Collection[str] = ()) -> tuple[BankLine, ...]:
    """Lines without a current outcome, in the order in which they were booked; all of them, or
    those that were paid from one of these accounts."""
    lines, matches = schema.lines, schema.matches
    current = exists().where(matches.c.line == lines.c.id).where(matches.c.until.is_(None))
    query = select(lines).where(~current, ~explained())
    if ibans:
        query = query.where(lines.c.payer_iban.in_(ibans))
    rows = connection.execute(query.order_by(lines.c.statement, lines.c.position))
    return tuple(bank_line(row) for row in rows.mappings())


def read_matches(
    connection: Connection, customer: str = "", ibans: Collection[str] = ()
) -> tuple[Match, ...]:
    """The current outcome of each line that has one, in the order of the lines; of all, or of
    those that are one debtor's, name him as a candidate, or were paid from these accounts."""
    lines, matches = schema.lines, schema.matches
    outcome = [matches.c[name].label(f"match_{name}") for name in _OUTCOME]
    query = (
        select(lines, *outcome)
        .join_from(lines, matches, matches.c.line == lines.c.id)
        .where(matches.c.until.is_(None))
        .order_by(lines.c.statement, lines.c.position)
    )
    if not customer:
        return _matches(connection, query)
    found = _matches(connection, query.where(_may_concern(customer, ibans)))
    return tuple(
        match
        for match in found
        if customer in (match.customer, *(c.customer for c in match.candidates))
        or match.line.payer_iban in ibans
    )


def _may_concern(customer: str, ibans: Collection[str]) -> ColumnElement[bool]:
    """Every outcome that concerns him, and a few that only hold his number in another place."""
    lines, matches = schema.lines, schema.matches
    named = cast(matches.c.candidates, Text).contains(json.dumps(customer), autoescape=True)
    return or_(matches.c.customer == customer, lines.c.payer_iban.in_(ibans), named)


def _matches(connection: Connection, query: Select[Any]) -> tuple[Match, ...]:
    return tuple(
        Match(
            line=bank_line(row),
            outcome=Outcome(row["match_outcome"]),
            rule=row["match_rule"],
            reasons=tuple(row["match_reasons"]),
            customer=row["match_customer"],
            allocations=to_allocations(row["match_allocations"]),
            candidates=to_candidates(row["match_candidates"]),
            confidence=row["match_confidence"],
            residual=row["match_residual"],
            reverses=row["match_reverses"],
        )
        for row in connection.execute(query).mappings()
    )
