"""A debtor's payment page through a real browser on a telephone, and through hostile hands."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from httpx import Client, Response
from page_server import served
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from clerkwork.adapters.browser import find_browser
from clerkwork.adapters.dispute_files import DisputeFiles
from clerkwork.adapters.letters import Texts
from clerkwork.adapters.store import Store, open_store
from clerkwork.app.pay import Till
from clerkwork.bootstrap.office import open_office
from clerkwork.bootstrap.pages import pages_in_thread
from clerkwork.core.calendar import Calendar
from clerkwork.core.collection import Handover
from clerkwork.core.creditor import Creditor
from clerkwork.core.declarations import laid_over
from clerkwork.core.journeys import Journey, Plan, Step, due_on
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.messages import Message, MessageState
from clerkwork.core.money import Money
from clerkwork.core.paying import WISHES, Paying, PayLink, Provider, sign_link
from clerkwork.core.payments import BankLine, Statement
from clerkwork.demo.places import free_ports
from clerkwork.testing import FixedClock
from clerkwork.web.approvals import approval_app
from clerkwork.web.debtor import add_debtor_page
from clerkwork.web.door import Limits
from clerkwork.web.limits import Limit
from clerkwork.web.wishes import add_wishes_page
from clerkwork.workspace import make_workspace
from clerkwork.workspace.toml import read_table

KEY = b"k" * 32
CONFIG = Path(__file__).parents[2] / "config"
CREDITOR: Creditor = read_table(CONFIG / "creditor.toml", "config/creditor.toml", Creditor)
TEXTS: dict[str, Texts] = {
    file.stem: read_table(file, file.name, Texts) for file in (CONFIG / "texts").glob("*.toml")
}
SHIPPED: Paying = read_table(CONFIG / "paying.toml", "config/paying.toml", Paying)
RULES = replace(
    SHIPPED,
    providers=(Provider(name="iDEAL", link="https://pay.example/{cents}?r={reference}"),),
)
HOSTILE = '<script>alert(1)</script>"\u202e{{ 7*7 }}'
EARLY = Journey(
    name="consumer",
    hand_over=14,
    steps=(
        Step(name="notice", after=-5, tone="notice"),
        Step(name="friendly reminder", after=3, tone="friendly"),
    ),
)
NAVIGATES = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "none"}


def eur(euros: str) -> Money:
    return Money.of(euros, "EUR")


@dataclass
class Desk:
    store: Store
    clock: FixedClock
    client: Client
    folder: Path

    @property
    def today(self) -> date:
        return self.clock.today()

    def address(self, debtor: str = "10023", **more: int) -> str:
        link = PayLink(debtor=debtor, issued=self.today, **more)
        return f"/p/{sign_link(link, KEY)}"

    def wishes(self, debtor: str = "10023", **more: int) -> str:
        link = PayLink(debtor=debtor, issued=self.today, **more)
        return f"/p/{sign_link(link, KEY, WISHES)}/wishes"

    def due(self, days_overdue: int) -> Plan | None:
        """What the planner has for him, of one item, on a journey that begins before it is due."""
        (debtor,) = self.store.books.debtors("10023")
        debtor = laid_over(debtor, self.store.declarations.standing("10023"))
        due = self.today - timedelta(days=days_overdue)
        item = OpenItem(number="1", customer="10023", open=eur("10.00"), due=due)
        return due_on(debtor, [item], (), EARLY, self.today, Calendar()).first

    def whole(self, debtor: str = "10023") -> str:
        return f"{self.client.base_url}".rstrip("/") + self.address(debtor)

    def send(self, headers: Mapping[str, str] | None = None, **fields: str) -> Response:
        return self.client.post(self.address(), data=fields, headers=headers)


@contextmanager
def opened(folder: Path, limits: Limits | None = None) -> Iterator[Desk]:
    clock = FixedClock()
    store = open_store(f"sqlite:///{folder}/store.db", clock)
    day = timedelta(days=1)
    today = clock.today()
    store.books.replace_debtors(
        "erp",
        [
            Debtor(
                number="10023",
                name="Noor Jansen",
                kind="consumer",
                email="noor@home.example",
                address=("Laan 2", "1000 AB Stad"),
            ),
            Debtor(number="10024", name=HOSTILE, language="en"),
            Debtor(number="10025", name="Bos", block="deceased"),
            Debtor(number="10026", name="Dupont", language="fr", block="direct debit"),
        ],
    )
    store.books.replace_open_items(
        "erp",
        [
            OpenItem(number="2026-01", customer="10023", open=eur("149.00"), due=today - 60 * day),
            OpenItem(number="2026-02", customer="10023", open=eur("51.50"), due=today - 20 * day),
            OpenItem(number="2026-03", customer="10023", open=eur("12.00"), due=today + 9 * day),
            OpenItem(number="2026-04", customer="10023", open=eur("7.00"), due=today - 9 * day,
                     disputed=True),
            OpenItem(number=HOSTILE, customer="10024", open=eur("10.00"), due=today - day),
            OpenItem(number="2026-06", customer="10025", open=eur("99.00"), due=today - day),
            OpenItem(number="2026-07", customer="10026", open=eur("66.00"), due=today - day),
        ],
    )  # fmt: skip
    store.outbox.prepare(
        Message(
            key="last", channel="letter", to="x", subject="", text="", html="", debtor="10023",
            step="last notice", items=("2026-01",), on=today, amount=eur("190.23"),
            costs=eur("40.00"), interest=eur("1.23"), state=MessageState.SENT,
            message_id="<last@x>",
        )
    )  # fmt: skip
    till = Till(
        books=store.books, outbox=store.outbox, queue=store.queue,
        declarations=store.declarations, promises=store.promises, events=store.events,
        links=store.pay_links, files=DisputeFiles(folder / "disputes", clock), clock=clock,
        rules=RULES, key=KEY, ways=frozenset({"mail", "letter"}), handovers=store.handovers,
    )  # fmt: skip
    app = approval_app(
        approvals=store.approvals, books=store.books, queue=store.queue, clock=clock,
        calendar=Calendar(), key=KEY, house=CREDITOR.name,
    )  # fmt: skip
    for add in (add_debtor_page, add_wishes_page):
        add(app, till=till, creditor=CREDITOR, texts=TEXTS, zone="Europe/Amsterdam", limits=limits)
    with served(app) as address, Client(base_url=address, follow_redirects=True) as client:
        yield Desk(store, clock, client, folder / "disputes")
    store.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A telephone in somebody's hand."""
    context = browser.new_context(
        viewport={"width": 375, "height": 740}, is_mobile=True, has_touch=True
    )
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    yield page
    context.close()
    assert said == [], "nothing that the page's own policy refuses stands on it"


class TestOnATelephone:
    def test_it_shows_what_is_open_with_costs_as_asked_and_every_way_to_pay(
        self, desk: Desk, phone: Page
    ) -> None:
        phone.goto(desk.whole())
        said = phone.locator("main").inner_text().replace("\u00a0", " ")
        for part in (
            "U moet nog € 241,73 betalen", "2026-01", "Te laat: 60 dagen", "€ 149,00",
            "Incassokosten", "€ 40,00", "Wettelijke rente", "€ 1,23", "Samen te betalen",
            "NL22 PLDR 3507 9633 10", "2026-01 2026-02", "Betaal met iDEAL",
            "Dit hoeft nu nog niet", "2026-03", "€ 12,00", "dit vragen wij nu niet", "2026-04",
            "Zo stond het op 3 maart 2026",
        ):  # fmt: skip
            assert part in said, part
        assert phone.locator("html").get_attribute("lang") == "nl"
        assert phone.locator(".go").get_attribute("href") == (
            "https://pay.example/24173?r=2026-01%202026-02"
        )
        assert phone.locator(".scan img").evaluate("e => e.naturalWidth") > 100

    def test_who_has_paid_is_not_asked_to_pay_again_while_it_is_booked(
        self, desk: Desk, phone: Page
    ) -> None:
        iban = "NL02RABO0123456789"
        debtor = Debtor(number="10023", name="Noor Jansen", kind="consumer", ibans=(iban,))
        desk.store.books.replace_debtors("erp", [debtor])
        paid = BankLine(
            account=CREDITOR.iban, booked=desk.today, valued=desk.today, amount=eur("149.00"),
            text="alles betaald", payer_iban=iban,
        )  # fmt: skip
        statement = Statement(
            account=CREDITOR.iban, number="1", opened=desk.today, closed=desk.today,
            opening=eur("0.00"), closing=eur("149.00"), lines=(paid,), source="test",
        )  # fmt: skip
        desk.store.books.book_statement(statement)
        phone.goto(desk.whole())
        said = phone.locator("main").inner_text()
        assert "Wij hebben een betaling die van u is of kan zijn." in said
        assert "2026-01" in said, "he still sees what is open"
        assert "Betaal met iDEAL" not in said
        assert phone.locator(".pay, .go, .scan").count() == 0

    def test_nothing_is_wider_than_the_screen_and_everything_is_large_enough_to_tap(
        self, desk: Desk, phone: Page
    ) -> None:
        for debtor in ("10023", "10024"):
            phone.goto(desk.whole(debtor))
            for summary in phone.locator("summary").all():
                summary.click()
                wide = phone.evaluate("document.documentElement.scrollWidth")
                assert wide <= 375
                for thing in phone.locator("button:visible, summary:visible, .go").all():
                    box = thing.bounding_box()
                    assert box is not None
                    assert box["height"] >= 44

    def test_a_line_is_taken_over_without_typing(self, desk: Desk, phone: Page) -> None:
        phone.goto(desk.whole())
        phone.get_by_text("NL22 PLDR").click()
        assert phone.evaluate("getSelection().toString().trim()") == "NL22 PLDR 3507 9633 10"

    def test_a_promise(self, desk: Desk, phone: Page) -> None:
        phone.goto(desk.whole())
        phone.get_by_text("Ik betaal later").click()
        phone.get_by_label("Dag", exact=True).fill("2026-03-10")
        phone.get_by_role("button", name="Dan betaal ik").click()
        expect(phone.locator(".told")).to_contain_text("uiterlijk op 10 maart 2026")
        expect(phone.get_by_text("Ik betaal later")).to_have_count(0)
        (made,) = desk.store.promises.all()
        assert (made.amount, made.until) == (eur("200.50"), date(2026, 3, 10))
        phone.reload()
        assert len(desk.store.promises.all()) == 1

    def test_a_plan(self, desk: Desk, phone: Page) -> None:
        phone.goto(desk.whole())
        phone.get_by_text("Ik betaal in delen").click()
        phone.get_by_label("Hoeveel delen?").select_option("3")
        phone.get_by_label("Eerste deel").fill("2026-03-05")
        phone.get_by_role("button", name="Zo betaal ik").click()
        told = phone.locator(".told li")
        expect(told).to_have_count(3)
        assert [one.replace("\u00a0", " ") for one in told.all_inner_texts()] == [
            "€ 66,84, uiterlijk op 5 maart 2026",
            "€ 66,83, uiterlijk op 5 april 2026",
            "€ 66,83, uiterlijk op 5 mei 2026",
        ]
        assert [one.amount for one in desk.store.promises.all()] == [
            eur("66.84"), eur("133.67"), eur("200.50"),
        ]  # fmt: skip

    def test_a_dispute_with_a_photograph(self, desk: Desk, phone: Page, tmp_path: Path) -> None:
        photo = io.BytesIO()
        Image.new("RGB", (900, 700), "teal").save(photo, "JPEG")
        phone.goto(desk.whole())
        phone.get_by_text("Er klopt iets niet", exact=True).click()
        phone.get_by_label("2026-02").check()
        phone.get_by_label("Wat klopt er niet?").fill("De doos was leeg.\nZie foto.")
        phone.locator("input[type=file]").set_input_files(
            {
                "name": "../../leeg.jpg", "mimeType": "image/jpeg",
                "buffer": photo.getvalue(),
            }
        )  # fmt: skip
        phone.get_by_role("button", name="Verstuur").click()
        expect(phone.locator(".told")).to_contain_text("Wij hebben uw bericht")
        (item,) = desk.store.queue.open()
        assert (item.kind, item.debtor) == ("dispute", "10023")
        assert item.facts["About"] == "2026-02"
        assert item.facts["Reason"] == "De doos was leeg.\nZie foto."
        (kept,) = desk.folder.iterdir()
        assert kept.read_bytes() == photo.getvalue()
        assert re.fullmatch(r"2026-03-03-10023-[0-9a-f]{20}\.jpg", kept.name)

    def test_how_he_wants_to_be_written_to(self, desk: Desk, phone: Page) -> None:
        phone.goto(desk.whole())
        phone.get_by_role("link", name="Hoe wij u schrijven").click()
        assert phone.evaluate("document.documentElement.scrollWidth") <= 375
        phone.get_by_role("button", name="Schrijf mij niet meer vooraf").click()
        expect(phone.locator(".told")).to_contain_text("Wij schrijven u niet meer vooraf")
        phone.get_by_label("Hoe hoort u het liefst van ons?").select_option("letter")
        phone.get_by_role("button", name="Bewaar").click()
        expect(phone.locator("select")).to_have_value("letter")
        found = desk.store.declarations.standing("10023")
        assert [(one.fact, one.value) for one in found] == [
            ("need", "no early notices"), ("preferred", "letter"),
        ]  # fmt: skip
        phone.get_by_role("button", name="Schrijf mij toch weer vooraf").click()
        expect(phone.locator(".told")).to_have_count(0)
        (left,) = desk.store.declarations.standing("10023")
        assert left.fact == "preferred"

    def test_a_visit_is_noted_as_a_link_that_was_opened(self, desk: Desk, phone: Page) -> None:
        phone.goto(desk.whole())
        phone.reload()
        (event,) = desk.store.events.all()
        assert (event.message, event.kind) == ("last", "link opened")


def test_a_mail_programs_button_declines_what_no_law_asks_and_a_visit_does_not(desk: Desk) -> None:
    """RFC 8058: one POST without a browser behind it, answered without a redirect."""
    for _ in range(2):
        assert desk.client.get(desk.wishes(), headers=NAVIGATES).status_code == 200
        assert desk.client.head(desk.wishes()).status_code == 200
    assert desk.store.declarations.all() == ()
    assert desk.due(-5) is not None
    for _ in range(2):
        answer = desk.client.post(
            desk.wishes(), data={"List-Unsubscribe": "One-Click"}, follow_redirects=False
        )
        assert answer.status_code == 200
        assert "Wij schrijven u niet meer vooraf" in answer.text
    (one,) = desk.store.declarations.all()
    assert (one.debtor, one.value, one.by) == ("10023", "no early notices", "the debtor himself")
    assert desk.due(-5) is None
    reminder = desk.due(3)
    assert reminder is not None
    assert reminder.step == EARLY.steps[1]


def test_wishes_are_taken_from_our_own_page_alone_and_show_nobody_what_he_owes(
    desk: Desk,
) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}
    answer = desk.client.post(desk.wishes(), data={"do": "fewer"}, headers=foreign)
    assert answer.status_code == 404
    for fields in ({}, {"do": "later"}, {"do": "way", "way": "sms"}, {"List-Unsubscribe": "No"}):
        assert desk.client.post(desk.wishes(), data=fields).status_code == 400
    pay = desk.address()
    for wrong in (f"{pay}/wishes", desk.wishes().removesuffix("/wishes"), "/p/x/wishes",
                  desk.wishes("10025"), desk.wishes(turn=3)):  # fmt: skip
        assert desk.client.get(wrong).status_code == 404
        assert desk.client.post(wrong, data={"do": "fewer"}).status_code == 404
    assert desk.store.declarations.all() == ()
    assert "149" not in desk.client.get(desk.wishes()).text
    assert "How we write to you" in desk.client.get(desk.wishes("10024")).text


def test_a_scanner_or_a_preview_opens_and_decides_nothing(desk: Desk) -> None:
    for headers in ({}, {"Sec-Purpose": "prefetch;prerender", **NAVIGATES}):
        assert desk.client.get(desk.address(), headers=headers).status_code == 200
    assert desk.client.head(desk.address(), headers=NAVIGATES).status_code == 200
    assert desk.store.events.all() == ()
    assert desk.store.promises.all() == ()
    assert "149" not in desk.client.get(desk.address()).text.partition("</title>")[0]


def test_a_debtor_reads_his_own_language_and_a_hostile_name_is_only_text(desk: Desk) -> None:
    page = desk.client.get(desk.address("10024")).text
    assert "You have to pay" in page
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page
    assert "{{ 7*7 }}" in page


def test_a_direct_debit_under_way_asks_for_no_payment(desk: Desk) -> None:
    page = desk.client.get(desk.address("10026")).text
    assert "Nous prenons ce montant sur votre compte" in page
    assert CREDITOR.iban[-4:] not in page
    assert "<summary>Je paie plus tard" not in page


def test_every_wrong_link_gets_one_answer_that_tells_nothing(desk: Desk) -> None:
    good = desk.address()
    desk.store.pay_links.revoke("10024", by="anna")
    old = PayLink(debtor="10023", issued=desk.today - timedelta(days=90))
    other = sign_link(PayLink(debtor="10023", issued=desk.today), b"x" * 32)
    wrong = [
        good[:-1], good + "A", "/p/x", "/p/%00%ff", "/p/" + "x" * 900, f"/p/{other}",
        f"/p/{sign_link(old, KEY)}", desk.address("10024"), desk.address("10025"),
        desk.address("99999"), desk.address(turn=3),
    ]  # fmt: skip
    answers = [desk.client.get(address) for address in wrong]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "Deze link werkt niet" in answers[0].text
    assert CREDITOR.phone in answers[0].text
    assert desk.client.post(wrong[0], data={"do": "later"}).status_code == 404


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"do": "pay"},
        {"do": "later"},
        {"do": "later", "until": "2027-03-10"},
        {"do": "later", "until": "2026-03-02"},
        {"do": "later", "until": "<script>"},
        {"do": "parts", "parts": "9", "first": "2026-03-05"},
        {"do": "parts", "parts": "²", "first": "2026-03-05"},
        {"do": "parts", "parts": "2", "first": "2026-04-30"},
        {"do": "wrong", "reason": " \u202e "},
        {"do": "wrong", "reason": "x" * 6_000_000},
    ],
)
def test_a_form_beyond_the_bounds_changes_nothing(desk: Desk, fields: dict[str, str]) -> None:
    answer = desk.send(None, **fields)
    assert answer.status_code == 400
    assert "Er is niets veranderd" in answer.text
    assert desk.store.promises.all() == ()
    assert desk.store.queue.open() == ()


@pytest.mark.parametrize(
    "content", [b"<svg onload=alert(1)>", b"MZ\x90", b"%PDF-" + b"x" * 5_000_000]
)
def test_a_file_that_is_not_taken_leaves_nothing(desk: Desk, content: bytes) -> None:
    answer = desk.client.post(
        desk.address(),
        data={"do": "wrong", "reason": "leeg"},
        files={"file": ("photo.jpg", content, "image/jpeg")},
    )
    assert answer.status_code == 400
    assert desk.store.queue.open() == ()
    assert not desk.folder.exists()


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]
)
def test_a_foreign_page_promises_nothing(desk: Desk, headers: dict[str, str]) -> None:
    assert desk.send(headers, do="later", until="2026-03-05").status_code == 404
    assert desk.store.promises.all() == ()


def test_a_button_pressed_twice_promises_once(desk: Desk) -> None:
    desk.send(do="later", until="2026-03-05")
    assert desk.send(do="later", until="2026-03-06").status_code == 400
    assert len(desk.store.promises.all()) == 1


def test_who_is_in_collection_is_told_where_and_shown_how_to_pay(desk: Desk) -> None:
    given = desk.store.handovers.approve(
        Handover(
            id="", debtor="10023", cycle=desk.today, items=("2026-01",), by="Inge",
            at=desk.clock.now(),
        )
    )  # fmt: skip
    desk.store.handovers.blocked(given.id, run="r", note="")
    blocked = Debtor(number="10023", name="Noor Jansen", kind="consumer", block="blocked")
    desk.store.books.replace_debtors("erp", [blocked])
    said = desk.client.get(desk.address()).text
    assert "Wij hebben 2026-01 uit handen gegeven aan een incassobureau." in said
    assert "NL22 PLDR 3507 9633 10" in said
    assert "Ik betaal later" not in said
    assert desk.send(do="later", until="2026-03-05").status_code == 400


def test_every_answer_keeps_itself_to_itself(desk: Desk) -> None:
    for answer in (
        desk.client.get(desk.address()), desk.client.get("/p/x"),
        desk.send(do="later", until="x"),
    ):  # fmt: skip
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src")
        assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert not re.search(r"<script|url\(|@import|style=", answer.text)


def test_who_guesses_is_stopped_and_who_hammers_too(tmp_path: Path) -> None:
    still = Limits(
        visits=Limit(8, 60.0, lambda: 0.0), wrong=Limit(2, 60.0, lambda: 0.0),
        sent=Limit(1, 60.0, lambda: 0.0),
    )  # fmt: skip
    with opened(tmp_path, still) as desk:
        assert desk.send(do="later", until="x").status_code == 400
        assert desk.send(do="later", until="2026-03-05").status_code == 429
        assert [desk.client.get("/p/x").status_code for _ in range(3)] == [404, 404, 429]
        assert desk.client.post("/p/x", data={"do": "later"}).status_code == 429
        visits = [desk.client.get(desk.address()) for _ in range(7)]
        assert [one.status_code for one in visits] == [200] * 6 + [429]
        refused = visits[-1]
        assert refused.headers["Retry-After"]
        assert "2026-01" not in refused.text
        assert desk.store.promises.all() == ()


def test_strangers_keep_nobody_out_who_asks_from_the_same_address(tmp_path: Path) -> None:
    """As behind a proxy that nobody declared: everybody comes from its address."""
    still = Limits(visits=Limit(3, 60.0, lambda: 0.0), wrong=Limit(2, 60.0, lambda: 0.0))
    with opened(tmp_path, still) as desk:
        for _ in range(10):
            desk.client.get("/p/x")
        assert desk.client.get("/p/x").status_code == 429
        assert [desk.client.get(desk.address()).status_code for _ in range(4)] == [200] * 3 + [429]
        assert desk.client.get(desk.address("10024")).status_code == 200


@pytest.mark.parametrize(("proxies", "told_apart"), [('["127.0.0.1"]', True), ("[]", False)])
def test_only_a_declared_proxy_is_believed_for_whom_it_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxies: str, told_apart: bool
) -> None:
    monkeypatch.setenv("CLERKWORK_VAULT_KEY", str(tmp_path / "key"))
    make_workspace(tmp_path / "office")
    settings = tmp_path / "office" / "config" / "workspace.toml"
    settings.write_text(f"proxies = {proxies}\n{settings.read_text()}")
    (port,) = free_ports(1)
    with (
        open_office(tmp_path / "office") as (place, office),
        pages_in_thread(place, office, host="127.0.0.1", port=port),
        Client(base_url=f"http://127.0.0.1:{port}") as client,
    ):

        def asked(sender: str) -> int:
            return client.get("/p/x", headers={"X-Forwarded-For": sender}).status_code

        assert [asked("203.0.113.7") for _ in range(21)] == [404] * 20 + [429]
        assert asked("203.0.113.8") == (404 if told_apart else 429)


def test_a_limit_begins_anew_with_each_span_and_never_fills_the_memory() -> None:
    now = [0.0]
    limit = Limit(2, 10.0, lambda: now[0])
    assert [limit.takes("a"), limit.takes("a"), limit.takes("a"), limit.takes("b")] == [
        True, True, False, True,
    ]  # fmt: skip
    now[0] = 10.0
    assert limit.takes("a")
    for number in range(20_100):
        limit.takes(f"flood {number}")
    assert not limit.takes("one more")


def test_a_store_that_fails_says_so_and_tells_nothing(desk: Desk) -> None:
    with desk.store.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE pay_links RENAME TO elsewhere")
    answer = desk.client.get(desk.address())
    assert answer.status_code == 503
    assert "elsewhere" not in answer.text
    with desk.store.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO pay_links")
    assert desk.client.get(desk.address()).status_code == 200
