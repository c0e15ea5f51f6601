"""The review queue on the command line: decided by a person, keyed by the next run."""

from __future__ import annotations

import re

from back_office import BackOffice


def test_what_people_decide_is_keyed_by_the_next_run(matched_office: BackOffice) -> None:
    office = matched_office
    listed = office.done("review", "list")
    assert "2 wait" in listed
    too_much = the_one(listed, "472.89 EUR")
    unknown = the_one(listed, "217.80 EUR")

    shown = office.done("review", "show", too_much)
    assert "Inzake 2025-0812, met dank" in shown
    assert "items:NUMBER,NUMBER" in shown

    nonsense = office.run("review", "decide", too_much, "maybe")
    assert nonsense.returncode == 1
    assert "'maybe' is no decision" in nonsense.stderr

    by = ("--by", "ann")
    office.done("review", "decide", too_much, "items:2025-0812", *by)
    office.done("review", "decide", unknown, "not-ours", *by)
    office.done("review", "undo", unknown, *by)
    assert the_one(office.done("review", "list"), "217.80 EUR") == unknown
    office.done("review", "decide", unknown, "account:10022", *by, "--note", "asked her")

    office.done("run", "key_payments")
    assert office.figures()["keyed"] == 6 + 2
    query = "SELECT debtor, cents, unallocated FROM receipts WHERE cents IN (47289, 21780)"
    assert sorted(office.erp(query)) == [("10022", 21780, 21780), ("10031", 47289, 47289 - 41225)]
    assert office.erp("SELECT open FROM items WHERE number = '2025-0812'") == [(0,)]

    late = office.run("review", "undo", too_much, *by)
    assert late.returncode == 1
    assert "is keyed already; correct it in the ERP" in late.stderr


def the_one(listed: str, words: str) -> str:
    """The id of the item that the list shows with these words."""
    found = [line for line in listed.splitlines() if words in line]
    assert len(found) == 1, listed
    return re.split(r"\s+", found[0].strip())[0]
