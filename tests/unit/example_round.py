"""A morning at a wholesaler's, made up by hand: what a round read, keyed, sent and left."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from PIL import Image, ImageDraw

from clerkwork.adapters.evidence import FileEvidence, open_evidence
from clerkwork.app.report import build_report
from clerkwork.core.approvals import Approval, Decision
from clerkwork.core.evidence import SelectorUse
from clerkwork.core.ledger import Debtor, LedgerBalance, OpenItem, Order, OwnAccount
from clerkwork.core.matching.model import Match, Outcome
from clerkwork.core.messages import Message, MessageState
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine, Statement, identified
from clerkwork.core.posting import Allocation, PostingState, make_posting
from clerkwork.core.queue import WorkItem
from clerkwork.core.report import Report
from clerkwork.ports import (
    Approvals,
    Books,
    Outbox,
    Picture,
    PostingRow,
    Queue,
    RunRow,
    Runs,
    StepRecord,
    Trail,
)

RUN = "20260303-090000-daily_round-1f3a"
MAIN, SAVINGS = "NL91ABNA0417164300", "NL20INGB0001234567"
TODAY = dt.date(2026, 3, 3)
HOSTILE = "<script>alert(1)</script> & Zn."
FORMULA = "=cmd|' /C calc'!A0"

PEOPLE = [
    ("10012", "Bakkerij Van der Meer B.V."),
    ("10047", "Slagerij De Gouden Os"),
    ("10103", "Müller & Söhne GmbH"),
    ("10155", "Jansen-de Wit, P.J."),
    ("10201", "Cafetaria 't Hoekje"),
    ("10233", HOSTILE),
    ("10240", FORMULA),
    ("10288", "Brasserie Le Pélican SPRL"),
]


class Ticking:
    """A clock on which a second passes whenever it is read."""

    def __init__(self) -> None:
        self._at = dt.datetime(2026, 3, 3, 8, tzinfo=dt.UTC)

    def now(self) -> dt.datetime:
        self._at += dt.timedelta(seconds=1)
        return self._at

    def today(self) -> dt.date:
        return TODAY


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def a_picture(title: str, fields: Mapping[str, str]) -> bytes:
    """Something like a form of an old ERP."""
    image = Image.new("RGB", (960, 600), "#d4d0c8")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 960, 34), fill="#0a246a")
    draw.text((12, 8), f"Kantoor ERP - {title}", fill="white", font_size=16)
    for at, (name, value) in enumerate(fields.items()):
        draw.text((60, 90 + 52 * at), name, fill="black", font_size=17)
        draw.rectangle((280, 84 + 52 * at, 700, 116 + 52 * at), fill="white", outline="#808080")
        draw.text((290, 90 + 52 * at), value, fill="black", font_size=17)
    content = io.BytesIO()
    image.save(content, "JPEG", quality=70)
    return content.getvalue()


CASES = [
    # debtor, amount, item, rule, reason, outcome
    ("10012", "1250.00", "2026-0412", "reference", "RF18 5390 0754 7034 names invoice 2026-0412"),
    ("10047", "318.45", "2026-0398", "invoice number", "the text names 2026-0398; amount fits"),
    ("10103", "4402.10", "2026-0371", "sum of items", "three items add up to the amount"),
    ("10155", "89.95", "2026-0420", "amount and name", "only one item of Jansen is 89.95"),
    ("10201", "640.00", "2026-0355", "discount", "2 % early-payment discount, valued in time"),
    ("10233", "212.00", "2026-0433", "reference", "betalingskenmerk 5000 0567 8901 2345"),
    ("10240", "75.00", "2026-0440", "invoice number", "the text names 2026-0440"),
    ("10288", "1980.50", "2026-0301", "iban", "paid from this IBAN 14 times before"),
]


def bank_lines() -> tuple[BankLine, ...]:
    lines = [
        BankLine(
            account=MAIN,
            booked=TODAY - dt.timedelta(days=1 + at % 3),
            valued=TODAY - dt.timedelta(days=1 + at % 3),
            amount=eur(amount),
            payer=dict(PEOPLE)[debtor],
            text=f"factuur {item}",
        )
        for at, (debtor, amount, item, *_) in enumerate(CASES)
    ]
    lines += [
        BankLine(
            account=MAIN,
            booked=TODAY - dt.timedelta(days=1),
            valued=TODAY - dt.timedelta(days=1),
            amount=eur(amount),
            payer=payer,
            text=text,
        )
        for payer, amount, text in (
            (HOSTILE, "500.00", "afrekening"),
            ("J. Bakker", "42.50", "bedankt voor de snelle levering"),
            ("ABN AMRO", "-12.35", "kosten rekening februari"),
        )
    ]
    return identified(lines)


def matches(lines: tuple[BankLine, ...]) -> tuple[Match, ...]:
    settled = [
        Match(
            line=line,
            outcome=Outcome.SETTLED,
            rule=rule,
            reasons=(reason,),
            customer=debtor,
            allocations=(
                Allocation(
                    item=item,
                    amount=line.amount,
                    discount=eur("13.06") if rule == "discount" else eur("0"),
                    open_before=line.amount,
                ),
            ),
        )
        for line, (debtor, _, item, rule, reason) in zip(lines, CASES, strict=False)
    ]
    doubtful = [
        Match(
            line=line,
            outcome=Outcome.REVIEW,
            rule="two candidates",
            reasons=("two open items have this amount", "the payer's name is unknown"),
        )
        for line in lines[8:10]
    ]
    costs = Match(
        line=lines[10], outcome=Outcome.NOT_OURS, rule="bank costs", reasons=("code of the bank",)
    )
    return (*settled, *doubtful, costs)


STATES = [PostingState.KEYED] * 5 + [PostingState.VOID, PostingState.REFUSED, PostingState.KEYED]


def postings(found: tuple[Match, ...]) -> tuple[PostingRow, ...]:
    notes = {
        PostingState.VOID: "2026-0433 has € 100.00 open, meant was € 212.00",
        PostingState.REFUSED: "Boekingsperiode is afgesloten <b>",
    }
    return tuple(
        PostingRow(
            posting=make_posting(
                line=match.line.id,
                customer=match.customer,
                account=match.line.account,
                booked=match.line.booked,
                amount=match.line.amount,
                allocations=match.allocations,
            ),
            state=state,
            rule=match.rule,
            reasons=match.reasons,
            run=RUN,
            note=notes.get(state, ""),
            receipt=f"26{at:05}" if state is PostingState.KEYED else "",
            at=dt.datetime(2026, 3, 3, 8, 2, at, tzinfo=dt.UTC),
        )
        for at, (match, state) in enumerate(zip(found, STATES, strict=False))
    )


def used(*names: str) -> tuple[SelectorUse, ...]:
    """Selectors used as they are written."""
    return tuple(SelectorUse(name=name) for name in names)


def record(evidence: FileEvidence, rows: tuple[PostingRow, ...], figures: dict[str, int]) -> None:
    recorded(evidence, rows).close("done", figures)


def recorded(evidence: FileEvidence, rows: tuple[PostingRow, ...]) -> Trail:
    """All steps of the round, which has not ended yet."""
    trail = evidence.begin(RUN, "daily_round")
    seen = a_picture("Openstaande posten", {"Totaal": "184.220,17", "Aantal": "601"})
    trail.record(StepRecord(robot="kantoor_erp", action="sign in", outcome="ok"))
    trail.record(
        StepRecord(
            robot="kantoor_erp",
            action="open items",
            outcome="ok",
            selectors=used("open_items.menu", "open_items.rows", "open_items.total"),
            pictures=(Picture(label="last page", image=seen),),
        )
    )
    for row in rows:
        posting = row.posting
        typed = {"Debiteur": posting.customer, "Betaald": str(posting.amount.decimal)}
        form = Picture(label="form before submit", image=a_picture("Ontvangst", typed))
        trail.record(
            StepRecord(
                robot="kantoor_erp",
                action="fill receipt",
                subject=posting.reference,
                outcome="ok",
                selectors=used("receipt.debtor", "receipt.paid", "receipt.memo"),
                details={"Debtor": dict(PEOPLE)[posting.customer], "Paid": str(posting.amount)},
                pictures=(form,),
            )
        )
        trail.anchor(f"before submitting {posting.reference}")
        refused = row.state is PostingState.REFUSED
        trail.record(
            StepRecord(
                robot="kantoor_erp",
                action="find receipt",
                subject=posting.reference,
                outcome=f"EntryRefused: {row.note}" if refused else "ok",
                pictures=(
                    Picture(label="list", image=b"", gap="Unable to capture screenshot")
                    if refused
                    else Picture(
                        label="receipt",
                        image=a_picture("Ontvangst", {**typed, "Nummer": row.receipt}),
                    ),
                ),
            )
        )
    trail.settled()
    return trail


FIGURES = {
    "debtors read": 152,
    "open items read": 601,
    "orders waiting": 12,
    "statements booked": 3,
    "bank lines new": 11,
    "matched": 8,
    "to review": 2,
    "not ours": 1,
    "keyed": 6,
    "voided": 1,
    "refused": 1,
    "orders released": 1,
    "orders held": 1,
    "approvals asked": 3,
    "mails sent": 2,
    "letters sent": 1,
    "reminders held back": 4,
    "coffee breaks": 2,
}


def debtors() -> tuple[Debtor, ...]:
    return tuple(Debtor(number=number, name=name) for number, name in PEOPLE)


def open_items() -> tuple[OpenItem, ...]:
    ages = [(-12, "8120.40"), (4, "3310.00"), (25, "1875.15"), (41, "960.00"), (77, "1212.50")]
    ages += [(130, "640.99"), (200, "410.00"), (10, "-150.00")]
    return tuple(
        OpenItem(
            number=f"2026-{at:04}",
            customer="10012",
            open=eur(amount),
            due=TODAY - dt.timedelta(days=age),
        )
        for at, (age, amount) in enumerate(ages)
    )


def statements(lines: tuple[BankLine, ...]) -> tuple[Statement, ...]:
    booked, balance = [], eur("20000.00")
    for back in (3, 2, 1):
        day = TODAY - dt.timedelta(days=back)
        of_day = tuple(line for line in lines if line.booked == day)
        opening = balance
        for line in of_day:
            balance += line.amount
        booked.append(
            Statement(
                account=MAIN,
                number=f"2026-0{44 - back}",
                opened=day,
                closed=day,
                opening=opening,
                closing=balance,
                lines=of_day,
                source=f"CAMT053_{MAIN}_{day:%Y%m%d}.xml",
            )
        )
    return tuple(booked)


def messages() -> tuple[Message, ...]:
    told = [
        ("10047", "mail", "friendly reminder", "318.45", MessageState.SENT, ""),
        ("10155", "mail", "second reminder", "89.95", MessageState.SENT, ""),
        ("10201", "letter", "14-day letter", "1042.00", MessageState.SENT, ""),
        ("10103", "mail", "friendly reminder", "99.00", MessageState.STOPPED, "paid meanwhile"),
        ("10233", "mail", "friendly reminder", "112.00", MessageState.DOUBTFUL, "not in archive"),
    ]
    return tuple(
        Message(
            key=f"{debtor}/{step}",
            channel=channel,
            to="someone@example.org",
            subject=f"Factuur 2026-{at:04}",
            text="",
            html="",
            debtor=debtor,
            step=step,
            amount=eur(amount),
            on=TODAY,
            state=state,
            note=note,
        )
        for at, (debtor, channel, step, amount, state, note) in enumerate(told)
    )


def approvals() -> tuple[Approval, ...]:
    at = dt.datetime(2026, 3, 3, 8, 4, tzinfo=dt.UTC)
    told = [
        ("SO-881", "10012", "4200.00", Decision(verdict="release", by="", at=at, via="policy")),
        ("SO-884", "10103", "18900.00", None),
        (
            "SO-885",
            "10288",
            "7450.00",
            Decision(verdict="hold", by="e.visser", at=at, via="mail", reason="wait for payment"),
        ),
    ]
    return tuple(
        Approval(
            id=number,
            order=Order(number=number, customer=debtor, amount=eur(amount), placed=TODAY),
            reasons=()
            if decision and decision.via == "policy"
            else ("limit of € 10,000 exceeded",),
            facts=(),
            approver="credit@example.org",
            asked=at,
            expires=at + dt.timedelta(days=2),
            decision=decision,
            keyed=decision is not None and decision.verdict == "release",
        )
        for number, debtor, amount, decision in told
    )


def work() -> tuple[WorkItem, ...]:
    return (
        WorkItem(
            id="4f2a9c",
            key="match/1",
            kind="match",
            title=f"two candidates: 500.00 EUR of {HOSTILE}",
            created=dt.datetime(2026, 3, 3, 8, 1, tzinfo=dt.UTC),
            facts={
                "Amount": "500.00 EUR",
                "Payer": HOSTILE,
                "Text": FORMULA,
                "Candidate 1": "debtor 10012: 2026-0412 500.00 of 1250.00",
                "Candidate 2": "debtor 10288: 2026-0301 500.00 of 500.00",
            },
            choices=(("1", "apply as candidate 1"), ("not-ours", "it is no debtor's money")),
            evidence=RUN,
        ),
        WorkItem(
            id="77b01d",
            key="posting/CW-X/refused by the portal",
            kind="posting",
            title="CW-X refused by the portal",
            created=dt.datetime(2026, 3, 3, 8, 3, tzinfo=dt.UTC),
            facts={"What happened": "Boekingsperiode is afgesloten <b>"},
            choices=(("approve", "key it"), ("reject", "do not key it; match the line anew")),
            evidence=f"{RUN}#16",
        ),
    )


class Kept:
    """The stores of the round, as far as a report asks them."""

    def __init__(self, *, ledger: str = "28681.00") -> None:
        self.lines = bank_lines()
        self.found = matches(self.lines)
        self.rows = postings(self.found)
        self.balance = eur(ledger)
        self.row = RunRow(
            run=RUN,
            task="daily_round",
            started=dt.datetime(2026, 3, 3, 8, tzinfo=dt.UTC),
            ended=dt.datetime(2026, 3, 3, 8, 1, 24, tzinfo=dt.UTC),
            outcome="done",
            figures=FIGURES,
        )

    def debtors(self) -> tuple[Debtor, ...]:
        return debtors()

    def open_items(self) -> tuple[OpenItem, ...]:
        return open_items()

    def statements(self) -> tuple[Statement, ...]:
        return statements(self.lines)

    def matches(self) -> tuple[Match, ...]:
        return self.found

    def unmatched(self) -> tuple[BankLine, ...]:
        voided = {row.posting.line for row in self.rows if row.state is PostingState.VOID}
        return tuple(line for line in self.lines if line.id in voided)

    def postings(self, *states: PostingState) -> tuple[PostingRow, ...]:
        return tuple(row for row in self.rows if not states or row.state in states)

    def ledger_balances(self) -> tuple[LedgerBalance, ...]:
        return (LedgerBalance(ledger="1100", balance=self.balance),)

    def open(self) -> tuple[WorkItem, ...]:
        return work()

    def find(self, run: str) -> RunRow | None:
        return self.row if self.row.run.startswith(run) or run == "last" else None


class Said:
    """An outbox or the approvals, as far as a report asks them."""

    def __init__(self, said: tuple[object, ...]) -> None:
        self._said = said

    def all(self) -> tuple[object, ...]:
        return self._said


def the_report(folder: Path, kept: Kept | None = None) -> Report:
    """The report of the round; its evidence is in `folder/evidence`, written if it is not there."""
    kept = kept or Kept()
    evidence = open_evidence(folder / "evidence", folder / "keys", Ticking())
    if not (folder / "evidence" / RUN).exists():
        record(evidence, Kept().rows, FIGURES)
    return build_report(
        books=cast(Books, kept),
        queue=cast(Queue, kept),
        outbox=cast(Outbox, Said(messages())),
        approvals=cast(Approvals, Said(approvals())),
        runs=cast(Runs, kept),
        evidence=evidence,
        accounts={MAIN: OwnAccount(iban=MAIN, ledger="1100")},
        run="last",
        clock=Ticking(),
        creditor="Groothandel De Linde B.V.",
    )
