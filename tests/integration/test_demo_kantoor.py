"""Kantoor ERP books, misreads and forgets as an ERP of 2004 does."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import httpx
import lxml.html
import pytest
from kantoor_desk import (
    BANK,
    LINES,
    RECEIPT,
    TODAY,
    Demo,
    a_demo,
    alert,
    by_hand,
    form,
    signed_in,
    submit,
    table,
    tree,
)

from clerkwork.demo.kantoor.formats import amount, read_amount, read_day
from clerkwork.demo.kantoor.posting import Refused


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with a_demo(tmp_path) as running:
        yield running


@pytest.fixture
def desk(demo: Demo) -> Iterator[httpx.Client]:
    with signed_in(demo, "robot") as client:
        yield client


def test_the_truth_stays_out_of_the_database(demo: Demo) -> None:
    with closing(sqlite3.connect(demo.database)) as connection:
        dump = "\n".join(connection.iterdump())
    assert "Bakkerij Café Noir" in dump
    assert "secret-" not in dump


def test_open_items_are_paged_with_the_total_on_the_last_page_only(
    demo: Demo, desk: httpx.Client
) -> None:
    pages = [desk.get("/posten.asp", params={"p": p}) for p in (1, 2, 3)]
    rows = [row for page in pages for row in table(page)]
    assert [len(table(page)) for page in pages] == [25, 25, 12]
    assert len({row["Stuknr"] for row in rows}) == 62
    assert ["Totaal openstaand" in page.text for page in pages] == [False, False, True]
    total = amount(demo.value("SELECT sum(open) FROM items"))
    assert total in tree(pages[2]).xpath("//tr[td[@colspan]]")[0].text_content()
    assert sum(read_amount(row["Openstaand"]) or 0 for row in rows) == read_amount(total)
    credit = next(row for row in rows if row["Stuknr"] == "C0000001")
    assert (credit["Openstaand"], credit["Vervaldatum"]) == ("50,00-", "03-03-2026")


def test_the_debtors_are_counted_on_the_last_page_and_names_are_only_text(
    desk: httpx.Client,
) -> None:
    first, last = (desk.get("/debiteuren.asp", params={"p": p}) for p in (1, 2))
    assert "Aantal debiteuren" not in first.text
    assert "Aantal debiteuren: 30" in last.text
    assert table(first)[1]["Naam"] == "<script>alert(1)</script>"
    assert "<script>alert(1)" not in first.text
    assert table(first)[0]["Naam"] == "Bakkerij Café Noir"


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1.234,56", 123456),
        ("1234.56", 12345600),
        ("1,234.56", 123),
        ("50,00-", -5000),
        ("-50", -5000),
        ("7", 700),
        ("twaalf", None),
        ("", None),
    ],
)
def test_amounts_are_silently_misread(typed: str, cents: int | None) -> None:
    assert read_amount(typed) == cents


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("03-04-2026", date(2026, 4, 3)),
        ("3/4/26", date(2026, 4, 3)),
        ("04-25-2026", date(2026, 4, 25)),
        ("2026-04-03", TODAY),
        ("31-02-2026", TODAY),
        ("", TODAY),
    ],
)
def test_dates_are_silently_misread(typed: str, read: date) -> None:
    assert read_day(typed, TODAY) == read


def test_a_receipt_settles_its_items_and_is_found_by_its_reference(
    demo: Demo, desk: httpx.Client
) -> None:
    answer = submit(desk, form(desk), RECEIPT, LINES)
    assert alert(answer) == ""
    assert "Bakkerij" not in answer.text
    assert [demo.open(number) for number in LINES] == [0, 0, 0]
    rows = table(desk.get("/ontvangsten.asp", params={"kenmerk": "CW-1"}))
    assert {row["Stuknr"]: (row["Betaald"], row["Korting"]) for row in rows} == LINES
    head = {"Bedrag": "1.300,00", "Debiteur": "10001", "Dagboek": BANK, "Op rekening": "2,00"}
    assert all(head.items() <= row.items() for row in rows)
    assert demo.ask("SELECT keyed_by, action FROM writes") == [("robot", "ontvangst")]
    assert "Geen ontvangsten gevonden" in desk.get("/ontvangsten.asp?kenmerk=CW").text


def test_every_receipt_balances_in_the_ledger(demo: Demo, desk: httpx.Client) -> None:
    submit(desk, form(desk), RECEIPT, LINES)
    entries = dict(demo.ask("SELECT account, cents FROM ledger_entries"))
    assert entries == {BANK: 130000, "8090": 200, "1300": -130200}


def test_what_is_not_ticked_is_not_settled(demo: Demo, desk: httpx.Client) -> None:
    filled = form(desk)
    row = filled.xpath(".//tr[td[normalize-space()='20260001']]")[0]
    paid = [i.get("name") for i in row.iter("input")][2]
    filled.fields[paid] = "100,00"
    submit(desk, filled, RECEIPT | {"Bedrag": "100,00"}, {})
    assert demo.ask("SELECT cents, unallocated FROM receipts") == [(10000, 10000)]
    assert demo.open("20260001") == 10000


@pytest.mark.parametrize(
    ("head", "paid", "message"),
    [
        ({"Datum": "31-01-2026"}, LINES, "Periode is afgesloten"),
        ({"Bedrag": "1.297,99"}, LINES, "Bedrag sluit niet aan"),
        ({"Bedrag": "veel"}, LINES, "Ongeldig bedrag"),
        ({"Bedrag": "0"}, {}, "Ongeldig bedrag"),
        ({"Debiteur": "99999"}, {}, "Onbekende debiteur"),
        ({"Debiteur": "10002"}, LINES, "Post is al afgeboekt"),
        (
            {},
            {"20260001": ("100,00", "0,01")},
            "Betaald is meer dan openstaand bij post 20260001 (100,00)",
        ),
        (
            {},
            {"C0000001": ("50,00", "")},
            "Betaald is meer dan openstaand bij post C0000001 (50,00-)",
        ),
        ({}, {"20260001": ("", "")}, "Betaald ontbreekt bij post 20260001"),
    ],
)
def test_a_refused_receipt_writes_nothing(
    demo: Demo,
    desk: httpx.Client,
    head: dict[str, str],
    paid: dict[str, tuple[str, str]],
    message: str,
) -> None:
    assert alert(submit(desk, form(desk), RECEIPT | head, paid)) == message
    counts = [demo.value(f"SELECT count(*) FROM {t}") for t in ("receipts", "writes")]  # noqa: S608
    assert counts == [0, 0]
    assert demo.open("20260001") == 10000


def test_last_month_is_open_still(demo: Demo, desk: httpx.Client) -> None:
    submit(desk, form(desk), RECEIPT | {"Datum": "01-02-2026"}, LINES)
    assert demo.value("SELECT day FROM receipts") == "2026-02-01"


def test_nothing_protects_an_item_that_someone_else_has_settled(
    demo: Demo, desk: httpx.Client
) -> None:
    filled = form(desk)
    by_hand(demo)
    answer = submit(desk, filled, RECEIPT, {"20260001": ("100,00", "")})
    assert alert(answer) == ""
    assert demo.open("20260001") == -10000
    assert "20260002" in str(lxml.html.tostring(form(desk)))
    assert demo.ask("SELECT keyed_by FROM receipts ORDER BY id") == [("j.jansen",), ("robot",)]


def test_keying_by_hand_meets_the_same_checks(demo: Demo) -> None:
    with pytest.raises(Refused, match="Periode is afgesloten"):
        by_hand(demo, day=date(2026, 1, 31))
    assert by_hand(demo) == "ON10001"
    with pytest.raises(Refused, match="Post is al afgeboekt"):
        by_hand(demo)


def test_the_open_amount_of_one_item_is_read_fresh(demo: Demo, desk: httpx.Client) -> None:
    before = table(desk.get("/post.asp", params={"stuknr": "20260001"}))
    by_hand(demo)
    after = table(desk.get("/post.asp", params={"stuknr": "20260001"}))
    assert [before[0]["Openstaand"], after[0]["Openstaand"]] == ["100,00", "0,00"]
    assert "Geen post gevonden" in desk.get("/post.asp", params={"stuknr": "2026"}).text


def test_a_reversal_reopens_the_items_once(demo: Demo, desk: httpx.Client) -> None:
    submit(desk, form(desk), RECEIPT, LINES)
    page = tree(desk.get("/storno.asp", params={"ontvangstnr": "ON10001"}))
    fields = dict(page.forms[1].fields)
    assert alert(desk.post("/storno.asp", data=fields)) == ""
    assert [demo.open(number) for number in LINES] == [10000, 125000, -5000]
    assert demo.value("SELECT sum(cents) FROM ledger_entries WHERE account = ?", BANK) == 0
    rows = table(desk.get("/ontvangsten.asp", params={"kenmerk": "CW-1"}))
    assert {row["Status"] for row in rows} == {"gestorneerd"}
    assert alert(desk.post("/storno.asp", data=fields)) == "Ontvangst is al gestorneerd"


def test_the_ledger_card_runs_from_opening_to_closing_balance(
    demo: Demo, desk: httpx.Client
) -> None:
    by_hand(demo, day=date(2026, 3, 1))
    for number in range(26):
        submit(desk, form(desk, "10003"), RECEIPT | {"Bedrag": f"{number + 1},00"}, {})
    asked = {"rekening": BANK, "vanaf": "02-03-2026"}
    first, last = (desk.get("/grootboek.asp", params=asked | {"p": p}) for p in (1, 2))
    assert "Beginsaldo: 1.100,00" in first.text
    assert "Eindsaldo" not in first.text
    assert "Eindsaldo: 1.451,00" in last.text
    rows = table(first) + table(last)
    assert sum(read_amount(row["Debet"]) or 0 for row in rows) == 35100
    assert {row["Gebruiker"] for row in rows} == {"robot"}


def test_an_order_is_decided_once_and_looked_up(demo: Demo, desk: httpx.Client) -> None:
    assert "Aantal orders: 1" in desk.get("/orders.asp").text
    decision = {"nr": "V-501", "besluit": "geblokkeerd", "reden": ""}
    assert alert(desk.post("/order_besluit.asp", data=decision)) == "Reden is verplicht"
    decision["reden"] = "over de limiet"
    assert "Aantal orders: 0" in desk.post("/order_besluit.asp", data=decision).text
    decision["besluit"] = "vrijgegeven"
    assert alert(desk.post("/order_besluit.asp", data=decision)) == "Order is al afgehandeld"
    row = table(desk.get("/orderzoek.asp", params={"ordernr": "V-501"}))[0]
    assert (row["Status"], row["Door"], row["Reden"]) == ("geblokkeerd", "robot", "over de limiet")
    assert demo.ask("SELECT state, decided_by FROM orders") == [("geblokkeerd", "robot")]
