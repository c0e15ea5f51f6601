"""Polder Bank: its statements in three formats, its door over HTTP, and all of it in a browser."""

from __future__ import annotations

import base64
import csv
import io
import random
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import httpx
import mt940
import pytesseract  # type: ignore[import-untyped]
import pytest
from kantoor_desk import DeskClock, served
from lxml import etree
from PIL import Image
from playwright.sync_api import Browser, Dialog, Page, expect, sync_playwright

from clerkwork.demo.book import Book
from clerkwork.demo.faults import Fault, Faults
from clerkwork.demo.polder import (
    Statement,
    create_database,
    make_app,
    statement_camt053,
    statement_csv,
    statement_mt940,
    statements_of,
)
from clerkwork.demo.polder.mt940 import wrapped
from clerkwork.demo.polder.totp import code_at, hand_out_secret
from clerkwork.demo.polder.visit import Bank
from clerkwork.demo.seed import make_book

PIN = "40917"
SECRET = "JBSWY3DPEHPK3PXP"
USERS = {"robot": (PIN, SECRET)}
NS = {"c": "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"}


@dataclass(slots=True)
class Counter:
    """A bank that is open: what runs, and what a test may turn."""

    bank: Bank
    address: str
    clock: DeskClock
    faults: Faults

    def code(self) -> str:
        return code_at(SECRET, self.clock())

    def pin(self) -> list[str]:
        """The buttons to press, by what the bank itself knows of the pad it showed last."""
        pads = [session.pad for session in self.bank.sessions if session.pad is not None]
        names = {digit: name for name, digit in pads[-1].digits.items()}
        return [names[digit] for digit in PIN]


@pytest.fixture(scope="module")
def book() -> Book:
    return make_book()


@pytest.fixture(scope="module")
def statements(book: Book) -> tuple[Statement, ...]:
    return statements_of(book)


@pytest.fixture
def bank(tmp_path: Path, book: Book) -> Iterator[Counter]:
    create_database(tmp_path / "polder.db", book)
    clock, faults = DeskClock(datetime(2026, 3, 3, 8, 0, tzinfo=UTC)), Faults()
    app = make_app(tmp_path / "polder.db", clock, faults, USERS)
    with served(app) as address:
        yield Counter(app.state.bank, address, clock, faults)


@contextmanager
def visitor(bank: Counter, language: str = "nl") -> Iterator[httpx.Client]:
    headers = {"accept-language": language}
    with httpx.Client(base_url=bank.address, follow_redirects=True, headers=headers) as client:
        yield client


@contextmanager
def customer(bank: Counter) -> Iterator[httpx.Client]:
    with visitor(bank) as client:
        client.post("/consent", data={"choice": "necessary", "back": "/"})
        client.post("/sign-in", data={"user": "robot"})
        client.post("/pin", data={"keys": ",".join(bank.pin())})
        assert "<h1>Rekeningen" in client.post("/code", data={"code": bank.code()}).text
        yield client


def asked(**other: str) -> dict[str, str]:
    return {"account": "all", "from": "2026-02-26", "to": "2026-03-02", "format": "csv"} | other


def test_the_same_money_is_the_same_line_in_all_three_formats(
    book: Book, statements: tuple[Statement, ...]
) -> None:
    expected = {line.bank_ref: (line.account, line.booked, line.cents) for line in book.lines}
    assert in_camt(statement_camt053(statements)) == expected
    assert in_mt940(statement_mt940(statements)) == expected
    assert in_table(statement_csv(statements)) == expected


def in_camt(document: bytes) -> dict[str, tuple[str, date, int]]:
    found = {}
    for stmt in etree.fromstring(document).iterfind(".//c:Stmt", NS):
        iban = stmt.findtext("c:Acct/c:Id/c:IBAN", "", NS)
        for entry in stmt.iterfind("c:Ntry", NS):
            sign = 1 if entry.findtext("c:CdtDbtInd", "", NS) == "CRDT" else -1
            cents = sign * int(Decimal(entry.findtext("c:Amt", "", NS)) * 100)
            booked = date.fromisoformat(entry.findtext("c:BookgDt/c:Dt", "", NS))
            found[entry.findtext("c:AcctSvcrRef", "", NS)] = (iban, booked, cents)
    return found


def in_mt940(messages: bytes) -> dict[str, tuple[str, date, int]]:
    found = {}
    for message in messages.decode("ascii").split("-}\r\n")[:-1]:
        parsed = mt940.parse(message + "-}")
        iban = parsed.data["account_identification"].removesuffix("EUR")
        for line in parsed:
            cents = int(line.data["amount"].amount * 100)
            if line.data["status"] == "RC":
                cents = -abs(cents)
            found[line.data["bank_reference"]] = (iban, line.data["entry_date"], cents)
    return found


def in_table(rows: bytes) -> dict[str, tuple[str, date, int]]:
    found = {}
    for row in csv.DictReader(io.StringIO(rows.decode("utf-8-sig")), delimiter=";"):
        day, month, year = map(int, row["Boekdatum"].split("-"))
        cents = int(row["Bedrag"].replace(".", "").replace(",", ""))
        found[row["Bankreferentie"]] = (row["Rekening"], date(year, month, day), cents)
    return found


def test_each_statement_adds_up_and_follows_the_one_before(
    book: Book, statements: tuple[Statement, ...]
) -> None:
    for account in book.accounts:
        opening = account.opening
        for statement in (one for one in statements if one.iban == account.iban):
            assert statement.opening == opening
            opening += sum(entry.cents for entry in statement.entries)
            assert statement.closing == opening
    numbers = [one.number for one in statements if one.iban == book.accounts[0].iban]
    assert numbers == list(range(numbers[0], numbers[0] + 3))


def test_the_summary_of_a_statement_counts_its_entries(statements: tuple[Statement, ...]) -> None:
    document = etree.fromstring(statement_camt053(statements))
    for stmt, statement in zip(document.iterfind(".//c:Stmt", NS), statements, strict=True):
        total = stmt.find("c:TxsSummry/c:TtlNtries", NS)
        assert total is not None
        assert int(total.findtext("c:NbOfNtries", "", NS)) == len(statement.entries)
        moved = sum(abs(entry.cents) for entry in statement.entries)
        assert Decimal(total.findtext("c:Sum", "", NS)) * 100 == moved


def test_texts_and_references_survive_the_format(
    book: Book, statements: tuple[Statement, ...]
) -> None:
    document = etree.fromstring(statement_camt053(statements))
    entries = {e.findtext("c:AcctSvcrRef", "", NS): e for e in document.iterfind(".//c:Ntry", NS)}
    for line in book.lines:
        details = entries[line.bank_ref].find("c:NtryDtls/c:TxDtls", NS)
        assert details is not None
        assert details.findtext("c:RmtInf/c:Ustrd", "", NS) == line.text
        assert details.findtext("c:RmtInf/c:Strd/c:CdtrRefInf/c:Ref", "", NS) == line.structured
        assert details.findtext("c:Refs/c:EndToEndId", "", NS) == line.end_to_end
        names = [node.text for node in details.iterfind("c:RltdPties/*/c:Pty/c:Nm", NS)]
        assert names == ([line.name] if line.name else [])


def test_mt940_wraps_through_numbers_but_never_ends_a_field() -> None:
    assert wrapped("x" * 60 + "2026-0412") == ["x" * 60 + "2026-", "0412"]
    assert wrapped("x" * 61 + "2026-0412") == ["x" * 61 + "202", "6-0412"]
    assert wrapped("x" * 61 + "2026:-0412") == ["x" * 61 + "202", "6:-0412"]
    assert all(len(line) <= 65 for line in wrapped("ab " * 200))
    assert len(wrapped("ab " * 200)) == 6


def test_nothing_can_be_posted_past_the_cookie_wall(bank: Counter) -> None:
    with visitor(bank) as client:
        assert "Wij gebruiken cookies" in client.get("/").text
        assert "Wij gebruiken cookies" in client.post("/sign-in", data={"user": "robot"}).text
        client.post("/consent", data={"choice": "all", "back": "//elsewhere.example"})
        assert "pincode" in client.post("/sign-in", data={"user": "robot"}).text


def test_three_wrong_pins_lock_the_user_for_good(bank: Counter) -> None:
    with visitor(bank, "en") as client:
        client.post("/consent", data={"choice": "all", "back": "/"})
        client.post("/sign-in", data={"user": "robot"})
        for _ in range(2):
            wrong = ",".join(reversed(bank.pin()))
            assert "not correct" in client.post("/pin", data={"keys": wrong}).text
        assert "blocked" in client.post("/pin", data={"keys": wrong}).text
        client.post("/sign-in", data={"user": "robot"})
        assert "blocked" in client.post("/pin", data={"keys": ",".join(bank.pin())}).text


def test_an_old_pad_is_worth_nothing(bank: Counter) -> None:
    with visitor(bank) as client:
        client.post("/consent", data={"choice": "all", "back": "/"})
        client.post("/sign-in", data={"user": "robot"})
        old = bank.pin()
        client.get("/pin")
        assert "kloppen niet" in client.post("/pin", data={"keys": ",".join(old)}).text
        assert client.get(f"/pad/{old[0]}.png").status_code == 404


@pytest.mark.parametrize(
    ("unix", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_rfc_6238(unix: int, code: str) -> None:
    # Appendix B, SHA-1, of its eight digits the last six.
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert code_at(secret, datetime.fromtimestamp(unix, UTC)) == code


def test_the_bank_hands_out_eighty_bits() -> None:
    handed_out = hand_out_secret(random.Random(1))
    assert len(base64.b32decode(handed_out)) == 10


@pytest.mark.parametrize(
    ("seconds", "let_in"), [(0, True), (-30, True), (30, True), (-60, False), (60, False)]
)
def test_a_code_is_good_for_one_step_either_way(bank: Counter, seconds: int, let_in: bool) -> None:
    with visitor(bank) as client:
        client.post("/consent", data={"choice": "all", "back": "/"})
        client.post("/sign-in", data={"user": "robot"})
        client.post("/pin", data={"keys": ",".join(bank.pin())})
        code = code_at(SECRET, bank.clock() + timedelta(seconds=seconds))
        answer = client.post("/code", data={"code": code})
        assert ("<h1>Rekeningen" in answer.text) is let_in
        assert bool(bank.faults.requests()["polder"]["sessions"]) is let_in


def test_a_session_ends_after_five_idle_minutes(bank: Counter) -> None:
    with customer(bank) as client:
        bank.clock.now += timedelta(seconds=241)
        assert client.get("/session").json() == {"left": 59}
        assert client.post("/stay").json() == {"left": 300}
        bank.clock.now += timedelta(seconds=299)
        assert "<h1>Rekeningen" in client.get("/accounts").text
        bank.clock.now += timedelta(seconds=300)
        assert client.get("/session").json() == {"left": 0}
        answer = client.get("/export", params=asked())
        assert "U bent automatisch uitgelogd" in answer.text


def test_faults_end_the_session_and_change_the_wording(bank: Counter) -> None:
    with customer(bank) as client:
        bank.faults.add(Fault(portal="polder", kind="layout", match="^/accounts$", times=1))
        assert "<h1>Mijn rekeningen" in client.get("/accounts").text
        bank.faults.add(Fault(portal="polder", kind="maintenance", times=1))
        assert client.get("/accounts").status_code == 503
        bank.faults.add(Fault(portal="polder", kind="expired", times=1))
        assert "automatisch uitgelogd" in client.get("/accounts").text


def test_a_statement_is_out_on_the_next_bank_day(bank: Counter, book: Book) -> None:
    with customer(bank) as client:
        bank.clock.now = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
        before = in_table(client.get("/export", params=asked()).content)
        bank.clock.now = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
    assert {booked for _, booked, _ in before.values()} == {date(2026, 2, 26), date(2026, 2, 27)}
    with customer(bank) as client:
        after = in_table(client.get("/export", params=asked()).content)
        assert len(after) == len(book.lines)
        none = client.get("/export", params=asked(**{"from": "2026-03-03", "to": "2026-03-09"}))
        assert none.status_code == 404
        assert "Geen afschriften" in none.text


@pytest.mark.parametrize(
    "wrong", [{"from": "soon"}, {"format": "pdf"}, {"account": "9"}, {"to": "2026-02-01"}]
)
def test_a_senseless_period_is_refused(bank: Counter, wrong: dict[str, str]) -> None:
    with customer(bank) as client:
        answer = client.get("/export", params=asked(**wrong))
        assert answer.status_code == 422
        assert "Controleer de gekozen periode" in answer.text


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    installed = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed)
        yield browser
        browser.close()


def read_digit(png: bytes) -> str:
    """Enlarged, as a block of text: as a character of its own Tesseract rejects many digits."""
    grey = Image.open(io.BytesIO(png)).convert("L")
    for times, mode in ((4, 6), (3, 6), (3, 10)):
        large = grey.resize((grey.width * times, grey.height * times), Image.Resampling.BICUBIC)
        config = f"--psm {mode} -c tessedit_char_whitelist=0123456789"
        read = str(pytesseract.image_to_string(large, config=config)).strip()
        if len(read) == 1:
            return read
    return ""


def up_to_the_pad(page: Page, bank: Counter) -> None:
    page.goto(bank.address)
    page.get_by_role("button", name="Accept all").click()
    page.get_by_label("User name").fill("robot")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("group", name="PIN").get_by_role("button")).to_have_count(10)


def from_the_pad(page: Page, bank: Counter) -> None:
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Security code").fill(bank.code())
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Accounts")).to_be_visible()


@pytest.fixture
def stranger(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB", accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


@pytest.fixture
def page(stranger: Page, bank: Counter) -> Page:
    """Signed in, by someone who knows the pad."""
    up_to_the_pad(stranger, bank)
    for name in bank.pin():
        stranger.locator(f"button[name={name}]").click()
    from_the_pad(stranger, bank)
    return stranger


def test_the_pad_is_read_from_its_pictures_alone(stranger: Page, bank: Counter) -> None:
    keys = stranger.get_by_role("group", name="PIN").get_by_role("button")
    digits: list[str] = []
    # Each visit draws another pad; on one in some dozens a simple reader misses a digit.
    for _ in range(5):
        up_to_the_pad(stranger, bank)
        assert [key.inner_text() for key in keys.all()] == [""] * 10
        sources = [str(picture.get_attribute("src")) for picture in keys.locator("img").all()]
        digits = [read_digit(stranger.request.get(bank.address + one).body()) for one in sources]
        if sorted(digits) == list("0123456789"):
            break
        stranger.context.clear_cookies()
    assert sorted(digits) == list("0123456789")
    for digit in PIN:
        keys.nth(digits.index(digit)).click()
    from_the_pad(stranger, bank)


def test_transactions_load_as_one_scrolls_down_to_the_opening_balance(
    page: Page, bank: Counter, book: Book
) -> None:
    second = book.accounts[1]
    page.get_by_role("link", name=second.name).click()
    rows = page.locator("tbody tr")
    expect(rows.first).to_be_visible()
    number = sum(line.account == second.iban for line in book.lines)
    while rows.count() < number:
        loaded = rows.count()
        page.get_by_role("status").scroll_into_view_if_needed()
        expect(rows.nth(loaded)).to_be_attached()
    expect(page.get_by_role("status")).to_have_text("No older transactions")
    table = [[cents(cell) for cell in row.inner_text().split("\t")[-2:]] for row in rows.all()]
    assert table[-1][1] - table[-1][0] == second.opening
    assert all(newer[1] - newer[0] == older[1] for newer, older in pairwise(table))


def cents(shown: str) -> int:
    return int(re.sub(r"[^0-9-]", "", shown))


def test_statements_come_through_the_dialog(page: Page, book: Book) -> None:
    for kind, ending in (("CAMT.053", ".xml"), ("MT940", ".sta"), ("CSV", ".csv")):
        page.get_by_role("button", name="Export statements").click()
        dialog = page.get_by_role("dialog", name="Export statements")
        dialog.get_by_label("Account").select_option(label="All accounts")
        dialog.get_by_label("From").fill("2026-02-26")
        dialog.get_by_label("Up to and including").fill("2026-03-02")
        dialog.get_by_role("radio", name=kind).check()
        with page.expect_download() as started:
            dialog.get_by_role("button", name="Export", exact=True).click()
        assert started.value.suggested_filename.endswith(ending)
        read = {".xml": in_camt, ".sta": in_mt940, ".csv": in_table}[ending]
        assert len(read(Path(started.value.path()).read_bytes())) == len(book.lines)
        expect(dialog).to_be_hidden()


def test_the_warning_counts_down_and_can_be_answered(page: Page, bank: Counter) -> None:
    bank.clock.now += timedelta(seconds=245)
    warning = page.get_by_role("heading", name="You will be signed out in 55 seconds")
    expect(warning).to_be_visible()
    bank.clock.now += timedelta(seconds=10)
    expect(page.get_by_text("in 45 seconds")).to_be_visible()
    page.get_by_role("button", name="Stay signed in").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    bank.clock.now += timedelta(seconds=301)
    expect(page.get_by_role("alert")).to_have_text("You have been signed out automatically.")


def test_the_language_can_be_switched(page: Page) -> None:
    page.get_by_role("link", name="Nederlands").click()
    expect(page.get_by_role("heading", name="Rekeningen")).to_be_visible()
    expect(page.get_by_role("button", name="Afschriften downloaden")).to_be_visible()


def test_names_are_shown_as_text_and_run_nothing(page: Page, bank: Counter, book: Book) -> None:
    said: list[str] = []

    def hear(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", hear)
    page.get_by_role("link", name=book.accounts[0].name).click()
    hostile = page.get_by_text(re.compile("<script>alert", re.I)).first
    while hostile.count() == 0:
        loaded = page.locator("tbody tr").count()
        page.get_by_role("status").scroll_into_view_if_needed()
        expect(page.locator("tbody tr").nth(loaded)).to_be_attached()
    expect(hostile).to_be_visible()
    assert not said
