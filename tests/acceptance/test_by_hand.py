"""People key too: what j.jansen keys between reconciling and keying is never keyed on top."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from back_office import BackOffice

from clerkwork import bootstrap
from clerkwork.app.report import build_report
from clerkwork.core.money import Money
from clerkwork.core.report import LedgerTie
from clerkwork.demo.clock import WorldClock
from clerkwork.demo.kantoor import Paid, Receipt, key_by_hand

LEDGER = "1100"


@pytest.fixture
def office(matched_office: BackOffice) -> BackOffice:
    return matched_office


@dataclass(frozen=True)
class Payment:
    """One of the book's payments that a robot would key by itself, over one item."""

    debtor: str
    booked: date
    item: str
    cents: int


def a_payment(office: BackOffice) -> Payment:
    for line in office.truth()["lines"]:
        parts = line["truth"]["allocations"]
        if line["truth"]["decidable"] and len(parts) == 1 and not parts[0]["discount"]:
            (found,) = office.erp("SELECT open FROM items WHERE number = ?", parts[0]["item"])
            if found == (parts[0]["cents"],):
                return Payment(
                    debtor=line["truth"]["debtor"],
                    booked=date.fromisoformat(line["booked"]),
                    item=parts[0]["item"],
                    cents=parts[0]["cents"],
                )
    raise AssertionError("the book has no payment of one whole item")


def keyed_by_jansen(office: BackOffice, payment: Payment, cents: int) -> None:
    now = WorldClock(office.world_folder / "clock.json")()
    key_by_hand(
        office.world_folder / "kantoor.sqlite",
        Receipt(
            debtor=payment.debtor,
            day=payment.booked,
            ledger=LEDGER,
            cents=cents,
            reference="",
            description="per telefoon",
            lines=(Paid(item=payment.item, cents=cents),),
        ),
        at=now,
        today=now.date(),
    )


def postings_over(office: BackOffice, item: str) -> list[str]:
    query = (
        "SELECT postings.state FROM postings JOIN allocations USING (reference)"
        " WHERE allocations.item = ?"
    )
    return [state for (state,) in office.store(query, item)]


def question_about(office: BackOffice, item: str) -> str:
    """The id of the open question whose bank line names the item."""
    with bootstrap.open_office(office.folder) as (_, desk):
        found = [
            one.id
            for one in desk.queue.open()
            if one.kind == "match" and any(item in fact for fact in one.facts.values())
        ]
    assert len(found) == 1
    return found[0]


def ledger_tie(office: BackOffice) -> LedgerTie:
    with bootstrap.open_office(office.folder) as (place, desk):
        run = desk.runs.find("last")
        assert run is not None
        report = build_report(
            books=desk.books,
            queue=desk.queue,
            outbox=desk.outbox,
            approvals=desk.approvals,
            runs=desk.runs,
            evidence=desk.evidence,
            accounts=place.config.accounts,
            run=run.run,
            clock=desk.clock,
            creditor=place.config.creditor.name,
            zone=place.config.calendar.zone,
        )
        return next(tie for tie in report.ledgers if tie.ledger == LEDGER)


def nothing_paid_too_much(office: BackOffice) -> None:
    below = "SELECT number FROM items WHERE total > 0 AND open < 0"
    assert office.erp(below) == []


def test_an_item_paid_by_hand_voids_the_posting_and_asks_a_person(
    office: BackOffice,
) -> None:
    payment = a_payment(office)
    assert postings_over(office, payment.item) == ["approved"]
    keyed_by_jansen(office, payment, payment.cents)

    office.done("run", "key_payments")
    keyed = office.figures()
    assert (keyed["voided"], keyed["keyed"]) == (1, 5)
    assert postings_over(office, payment.item) == ["void"]

    office.done("run", "daily_round")
    again = office.figures()
    assert again.get("keyed", 0) == again.get("voided", 0) == 0
    assert postings_over(office, payment.item) == ["void"]
    over = "SELECT keyed_by FROM receipts JOIN receipt_lines ON receipt = number WHERE item = ?"
    assert office.erp(over, payment.item) == [("j.jansen",)]
    nothing_paid_too_much(office)
    question = question_about(office, payment.item)
    assert payment.item in office.done("review", "show", question)

    tie = ledger_tie(office)
    assert tie.difference == Money(payment.cents, "EUR"), "what was keyed by hand, and no more"


def test_an_item_partly_paid_by_hand_is_matched_anew_within_the_round(
    office: BackOffice,
) -> None:
    payment = a_payment(office)
    by_hand = payment.cents // 2
    keyed_by_jansen(office, payment, by_hand)

    office.done("run", "daily_round")
    figures = office.figures()
    assert (figures["voided"], figures["keyed"]) == (1, 5)
    assert postings_over(office, payment.item) == ["void"]
    still_open = "SELECT open FROM items WHERE number = ?"
    assert office.erp(still_open, payment.item) == [(payment.cents - by_hand,)]
    nothing_paid_too_much(office)
    question = question_about(office, payment.item)

    assert ledger_tie(office).difference == Money(by_hand, "EUR")
    # The person finds out that the rest is of this item, and the whole was of this payment.
    office.done("review", "decide", question, f"items:{payment.item}", "--by", "ann")
    office.done("run", "daily_round")
    assert office.figures()["keyed"] == 1
    assert office.erp(still_open, payment.item) == [(0,)]
    nothing_paid_too_much(office)
