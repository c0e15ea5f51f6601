"""The daily round over the small book, compared with the ERP's own database and the mailboxes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from back_office import APPROVER, BackOffice, approval_pages


def test_a_morning_ends_with_the_right_books_and_the_same_again_does_nothing(
    office: BackOffice,
) -> None:
    # As it is typed, with Python's own start: the other tests spare themselves that.
    office = replace(office, warm=False)
    with approval_pages(office):
        office.done("run", "daily_round")
        first = office.figures()
        _wait_for_answers(office)
        office.done("run", "key_decisions")

    truth = [line["truth"] for line in office.truth()["lines"] if line["truth"]["decidable"]]
    receipts = office.erp("SELECT number, debtor, reference FROM receipts")
    assert first["keyed"] == len(receipts) == len(truth) == 6
    assert len({reference for _, _, reference in receipts}) == 6
    booked = Counter(
        (debtor, item, paid, discount)
        for number, debtor, _ in receipts
        for item, paid, discount in office.erp(
            "SELECT item, paid, discount FROM receipt_lines WHERE receipt = ?", number
        )
    )
    assert booked == Counter(
        (line["debtor"], part["item"], part["cents"], part["discount"])
        for line in truth
        for part in line["allocations"]
    )

    to = Counter(recipient for recipient, _ in office.mail())
    assert to.pop(APPROVER) == first["approvals asked"] == 1
    assert to.total() == first["mails sent"] == 5
    assert set(to.values()) == {1}
    states = dict(office.erp("SELECT number, state FROM orders"))
    assert "wacht" not in states.values()

    office.done("verify", "last")
    printed = office.done("run", "daily_round")
    again = office.figures()
    for figure in ("keyed", "mails sent", "letters sent", "approvals asked", "questions asked"):
        assert again.get(figure, 0) == 0, figure
        assert figure in printed
    assert len(office.erp("SELECT 1 FROM receipts")) == 6
    assert len(office.mail()) == 6


def test_a_dry_run_says_what_it_would_do_and_does_nothing(office: BackOffice) -> None:
    printed = office.done("run", "daily_round", "--dry-run")
    assert printed.count("would key") == 1 + 6
    assert "would ask about order" in printed
    assert office.erp("SELECT count(*) FROM receipts") == [(0,)]
    assert office.erp("SELECT count(*) FROM orders WHERE state <> 'wacht'") == [(0,)]
    assert office.mail() == []
    # There is a store, lest the evidence of this look like that of runs whose store was lost.
    for table in ("runs", "postings", "bank_lines", "work_items", "messages"):
        assert office.store(f"SELECT count(*) FROM {table}") == [(0,)], table  # noqa: S608 - ours


def _wait_for_answers(office: BackOffice) -> None:
    from clerkwork import bootstrap

    with bootstrap.open_office(office.folder) as (_, desk):
        bootstrap.wait_for_answers(desk)


def test_a_slow_portal_is_waited_for_and_nothing_is_taken_as_missing(
    matched_office: BackOffice,
) -> None:
    office = matched_office
    office.control(
        "POST", "/faults", portal="kantoor", kind="slow", match=r"^/ontvangst\.asp", seconds=1.5
    )
    office.done("run", "key_payments")
    figures = office.figures()
    assert (figures["keyed"], figures.get("voided", 0)) == (6, 0)
    assert office.erp("SELECT count(*) FROM receipts") == [(6,)]
