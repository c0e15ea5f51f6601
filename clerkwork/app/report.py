"""Report: gather what a run read, matched, keyed, asked, sent and left, and whether it ties out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from clerkwork.app.ask import ASKED
from clerkwork.app.audit import verify_run
from clerkwork.core.aging import ageing
from clerkwork.core.approvals import Approval
from clerkwork.core.evidence import RunEvidence
from clerkwork.core.figures import Figure
from clerkwork.core.healing import healed_in
from clerkwork.core.ledger import OwnAccount
from clerkwork.core.matching.model import Match, Outcome
from clerkwork.core.messages import Message, MessageState
from clerkwork.core.money import Money
from clerkwork.core.payments import Statement
from clerkwork.core.posting import PostingState
from clerkwork.core.queue import WorkItem
from clerkwork.core.report import (
    DayTie,
    ExperimentLine,
    HealedLine,
    MatchLine,
    MessageLine,
    OrderLine,
    PostingLine,
    Proof,
    Report,
    RuleLine,
    StatementLine,
    WaitingLine,
)
from clerkwork.core.tieout import KEYED, NOT_OURS, PARKED, tie_days, tie_ledger
from clerkwork.errors import EvidenceError
from clerkwork.ports import Approvals, Books, Clock, EvidenceStore, Outbox, PostingRow, Queue, Runs

__all__ = ["Figure", "Report", "build_report", "healed_lines"]

DAYS_SHOWN = 31
_ENDED = (PostingState.KEYED, PostingState.VOID, PostingState.REJECTED, PostingState.REVERSED)
_IN_ERP = (PostingState.KEYED, PostingState.REVERSING)
_SETTLED = (MessageState.SENT, MessageState.STOPPED, MessageState.FAILED)


def build_report(
    *,
    books: Books,
    queue: Queue,
    outbox: Outbox,
    approvals: Approvals,
    runs: Runs,
    evidence: EvidenceStore,
    accounts: Mapping[str, OwnAccount],
    run: str,
    clock: Clock,
    creditor: str = "",
    locale: str = "en_GB",
    zone: str = "Europe/Amsterdam",
    experiments: Sequence[ExperimentLine] = (),
) -> Report:
    """The report of a run that the journal knows, best made after its trail was closed.

    `run` is what `Runs.find` takes. Amounts keep their currencies apart.
    Raises `EvidenceError` if the journal has no such run.
    """
    row = runs.find(run)
    if row is None:
        raise EvidenceError(f"The journal has no run {run}; `clerkwork list` shows the last ones")
    recorded = evidence.read(row.run)
    since = clock.today() - timedelta(days=DAYS_SHOWN)
    desk = _Desk(
        names={debtor.number: debtor.name for debtor in books.debtors()},
        matches={found.line.id: found for found in books.matches()},
        steps=_steps_by_subject(recorded),
        run=row.run,
        day=row.started.astimezone(ZoneInfo(zone)).date(),
        since=since,
    )
    statements = books.statements()
    postings = books.postings()
    states = _line_states(books, desk.matches.values(), postings)
    return Report(
        creditor=creditor,
        locale=locale,
        zone=ZoneInfo(zone),
        run=row.run,
        task=row.task,
        started=row.started,
        ended=row.ended,
        outcome=row.outcome,
        note=row.note,
        made=clock.now(),
        since=since,
        figures=dict(row.figures),
        days=_days(tie_days(statements, states), since),
        ledgers=tie_ledger(
            statements,
            states,
            ledgers={iban: account.ledger for iban, account in accounts.items()},
            balances=books.ledger_balances(),
        ),
        ageing=ageing(books.open_items(), clock.today()),
        statements=_statements(statements, since),
        rules=_rules(desk),
        unposted=_unposted(desk),
        postings=tuple(_posting(desk, posting) for posting in postings if _shown(desk, posting)),
        messages=_messages(desk, outbox.all()),
        experiments=tuple(experiments),
        orders=tuple(
            _order(desk, approval) for approval in approvals.all() if _recent(desk, approval)
        ),
        waiting=tuple(_waiting(item) for item in queue.open()),
        healed=healed_lines(recorded),
        evidence=recorded,
        verdict=verify_run(evidence, row.run, runs),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What every line of the report is looked up in."""

    names: Mapping[str, str]
    matches: Mapping[str, Match]
    steps: Mapping[str, int]
    run: str
    day: date
    """The run's, in the creditor's zone."""
    since: date

    def proof(self, run: str, *subjects: str) -> Proof | None:
        """The last step of this run that is about one of these; of another run, the run."""
        if run and run != self.run:
            return Proof(run)
        step = next((self.steps[name] for name in subjects if name in self.steps), 0)
        return Proof(self.run, step) if step or run else None


def _steps_by_subject(evidence: RunEvidence) -> dict[str, int]:
    return {step.subject: step.number for step in evidence.steps if step.subject}


def healed_lines(evidence: RunEvidence) -> tuple[HealedLine, ...]:
    """Each selector once, with the step that first used something else."""
    found: dict[tuple[str, str], HealedLine] = {}
    for step in evidence.steps:
        for selector, told in healed_in(step.selectors).items():
            proof = Proof(evidence.run, step.number)
            line = HealedLine(robot=step.robot, selector=selector, told=told, proof=proof)
            found.setdefault((step.robot, selector), line)
    return tuple(found.values())


def _line_states(
    books: Books, matches: Iterable[Match], postings: Sequence[PostingRow]
) -> dict[str, str]:
    """The state of each bank line; one in none of them, or in two, has none here, so it shows."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in books.unmatched():
        found[line.id].append(PARKED)
    for match in matches:
        if match.outcome is not Outcome.SETTLED:
            waits = match.outcome in ASKED
            found[match.line.id].append(PARKED if waits else NOT_OURS)
    for row in postings:
        if row.state in _IN_ERP:
            found[row.posting.line].append(KEYED)
        elif row.state not in _ENDED:
            found[row.posting.line].append(PARKED)
    return {line: states[0] for line, states in found.items() if len(states) == 1}


def _days(ties: Sequence[DayTie], since: date) -> tuple[DayTie, ...]:
    """Newest first; a day that does not tie out is shown however old it is."""
    shown = [tie for tie in ties if tie.difference or tie.day >= since]
    return tuple(sorted(shown, key=lambda tie: tie.day, reverse=True))


def _statements(statements: Sequence[Statement], since: date) -> tuple[StatementLine, ...]:
    newest: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        newest[statement.account].append(statement)
    shown = [
        statement
        for booked in newest.values()
        for at, statement in enumerate(reversed(booked))
        if at == 0 or statement.closed >= since
    ]
    return tuple(
        StatementLine(
            account=statement.account,
            number=statement.number,
            opened=statement.opened,
            closed=statement.closed,
            lines=len(statement.lines),
            opening=statement.opening,
            closing=statement.closing,
            source=statement.source,
        )
        for statement in shown
    )


def _rules(desk: _Desk) -> tuple[RuleLine, ...]:
    lines: Counter[tuple[str, str, str]] = Counter()
    amounts: Counter[tuple[str, str, str]] = Counter()
    for found in desk.matches.values():
        if found.line.booked >= desk.since:
            key = (str(found.outcome), found.rule, found.line.amount.currency)
            lines[key] += 1
            amounts[key] += found.line.amount.minor
    order = [str(outcome) for outcome in Outcome]
    return tuple(
        RuleLine(rule=key[1], outcome=key[0], lines=count, amount=Money(amounts[key], key[2]))
        for key, count in sorted(
            lines.items(), key=lambda kv: (order.index(kv[0][0]), -kv[1], kv[0])
        )
    )


def _unposted(desk: _Desk) -> tuple[MatchLine, ...]:
    shown = [
        found
        for found in desk.matches.values()
        if found.outcome is not Outcome.SETTLED
        and (found.outcome in ASKED or found.line.booked >= desk.since)
    ]
    shown.sort(key=lambda found: (str(found.outcome), found.line.booked, found.line.id))
    return tuple(
        MatchLine(
            booked=found.line.booked,
            amount=found.line.amount,
            payer=found.line.payer,
            rule=found.rule,
            reasons=_with_confidence(found.reasons, found),
            outcome=str(found.outcome),
        )
        for found in shown
    )


def _with_confidence(reasons: tuple[str, ...], found: Match | None) -> tuple[str, ...]:
    """The reasons, and how often such a match was right where that was measured."""
    if found is None or not found.confidence:
        return reasons
    return (*reasons, f"right in {found.confidence:.1%} of such cases")


def _shown(desk: _Desk, row: PostingRow) -> bool:
    """This run's, the last days', and any that waits."""
    return row.state not in _ENDED or row.run == desk.run or row.posting.booked >= desk.since


def _posting(desk: _Desk, row: PostingRow) -> PostingLine:
    posting = row.posting
    return PostingLine(
        reference=posting.reference,
        state=str(row.state),
        debtor=posting.customer,
        name=desk.names.get(posting.customer, ""),
        booked=posting.booked,
        amount=posting.amount,
        items=tuple((part.item, part.amount, part.discount) for part in posting.allocations),
        on_account=posting.on_account,
        rule=row.rule,
        reasons=_with_confidence(row.reasons, desk.matches.get(posting.line)),
        receipt=row.receipt,
        note=row.note,
        at=row.at,
        proof=desk.proof(row.run, posting.reference),
    )


def _messages(desk: _Desk, messages: Sequence[Message]) -> tuple[MessageLine, ...]:
    """The run's day's, and any that is not settled; an approver's mail shows with its order."""
    shown = [
        message
        for message in messages
        if message.step != "approval" and (message.on == desk.day or message.state not in _SETTLED)
    ]
    return tuple(
        MessageLine(
            debtor=message.debtor,
            name=desk.names.get(message.debtor, ""),
            channel=message.channel,
            step=message.step,
            subject=message.subject,
            amount=message.amount,
            state=str(message.state),
            note=message.note,
            on=message.on,
            proof=desk.proof("", message.key),
        )
        for message in shown
    )


def _recent(desk: _Desk, approval: Approval) -> bool:
    """Still waiting, or asked or decided since the days that are shown."""
    decision = approval.decision
    return decision is None or not approval.keyed or decision.at.date() >= desk.since


def _order(desk: _Desk, approval: Approval) -> OrderLine:
    decision, order = approval.decision, approval.order
    given = (decision.reason,) if decision and decision.reason else ()
    return OrderLine(
        number=order.number,
        debtor=order.customer,
        name=desk.names.get(order.customer, ""),
        amount=order.amount,
        verdict=decision.verdict if decision else "",
        by=decision.by if decision else approval.approver,
        via=decision.via if decision else "",
        why=approval.reasons + given,
        asked=approval.asked,
        keyed=approval.keyed,
        proof=desk.proof("", order.number, approval.id),
    )


def _waiting(item: WorkItem) -> WaitingLine:
    return WaitingLine(
        id=item.id,
        kind=item.kind,
        title=item.title,
        created=item.created,
        facts=tuple(item.facts.items()),
        choices=item.choices,
        proof=_proof(item.evidence),
    )


def _proof(evidence: str) -> Proof | None:
    run, _, step = evidence.partition("#")
    if not run:
        return None
    return Proof(run, int(step) if step.isdigit() else 0)
