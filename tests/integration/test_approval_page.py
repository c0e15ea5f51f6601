"""The approval page: a visit decides nothing, a button once, a forged link nothing at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx import Client, Response
from page_server import served

from clerkwork.adapters.letters import Texts
from clerkwork.adapters.store import Store, open_store
from clerkwork.core.approvals import Approval, Decision, approval_id, sign_token
from clerkwork.core.calendar import Calendar
from clerkwork.core.creditor import Creditor
from clerkwork.core.ledger import Order
from clerkwork.core.money import Money
from clerkwork.testing import FixedClock
from clerkwork.web.approvals import approval_app
from clerkwork.web.headers import style_source
from clerkwork.web.payments import add_payment_page
from clerkwork.workspace.toml import read_table

KEY = b"k" * 32
ORDER = Order(
    number="SO-7",
    customer="10023",
    amount=Money(1240000, "EUR"),
    placed=date(2026, 3, 2),
    description="<script>alert(1)</script>",
)


CONFIG = Path(__file__).parents[2] / "config"
CREDITOR: Creditor = read_table(CONFIG / "creditor.toml", "config/creditor.toml", Creditor)
TEXTS: Texts = read_table(CONFIG / "texts" / "nl.toml", "config/texts/nl.toml", Texts)


@dataclass
class Visitor:
    store: Store
    clock: FixedClock
    client: Client
    approval: Approval

    @property
    def address(self) -> str:
        return f"/approve/{sign_token(self.approval, KEY)}"

    def answer(self, verdict: str = "release", headers: Any = None, **fields: str) -> Response:
        return self.client.post(self.address, data={"verdict": verdict, **fields}, headers=headers)

    def decision(self) -> Decision | None:
        found = self.store.approvals.get(self.approval.id)
        assert found
        return found.decision


@pytest.fixture
def visitor(tmp_path: Path) -> Iterator[Visitor]:
    clock = FixedClock()
    store = open_store(f"sqlite:///{tmp_path}/store.db", clock)
    approval = Approval(
        id=approval_id(ORDER), order=ORDER, reasons=("the debtor is marked '<b>insolvent</b>'",),
        facts=(("Credit limit", "€15,000.00"),), approver="inge@waterland.example",
        asked=clock.now(), expires=clock.now() + timedelta(hours=48),
    )  # fmt: skip
    store.books.replace_orders("erp", [ORDER])
    store.approvals.ask(approval)
    app = approval_app(
        approvals=store.approvals, books=store.books, queue=store.queue, clock=clock,
        calendar=Calendar(), key=KEY, house="Waterland B.V.",
    )  # fmt: skip
    add_payment_page(app, CREDITOR, {"nl": TEXTS})
    with served(app) as address, Client(base_url=address, follow_redirects=True) as client:
        yield Visitor(store, clock, client, approval)
    store.close()


def test_a_visit_shows_the_figures_and_decides_nothing(visitor: Visitor) -> None:
    for _ in range(3):
        page = visitor.client.get(visitor.address)
    assert page.status_code == 200
    for part in (
        "Order SO-7: €12,400.00", "Credit limit", "€15,000.00", "inge@waterland.example",
        "Thursday 5 March, 09:00", "&lt;script&gt;", "&lt;b&gt;insolvent",
    ):  # fmt: skip
        assert part in page.text, part
    assert "<script" not in page.text
    assert re.findall(r'name="verdict" value="(\w+)"', page.text) == ["release", "hold"]
    assert visitor.decision() is None


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {}),
        ("GET", {"Purpose": "prefetch", "Sec-Purpose": "prefetch"}),
        ("OPTIONS", {}),
        ("PUT", {}),
        ("DELETE", {}),
    ],
)
def test_scanners_and_previews_decide_nothing(
    visitor: Visitor, method: str, headers: dict[str, str]
) -> None:
    for address in (visitor.address, f"{visitor.address}?verdict=release"):
        visitor.client.request(method, address, headers=headers)
    assert visitor.decision() is None


@pytest.mark.parametrize("verdict", ["release", "hold"])
def test_a_button_decides_in_the_approvers_name(visitor: Visitor, verdict: str) -> None:
    page = visitor.answer(verdict, reason=" pays <late> ")
    assert [r.status_code for r in page.history] == [303]
    assert page.status_code == 200
    assert "by inge@waterland.example on 2026-03-03 08:00 UTC (pays &lt;late&gt;)" in page.text
    assert "<form" not in page.text
    assert visitor.decision() == Decision(
        verdict=verdict, by="inge@waterland.example", at=visitor.clock.now(), via="mail",
        reason="pays <late>",
    )  # fmt: skip


def test_a_second_answer_is_told_of_the_first(visitor: Visitor) -> None:
    visitor.answer("hold")
    page = visitor.answer("release")
    assert page.status_code == 409
    assert "was put on hold by inge@waterland.example" in page.text
    decision = visitor.decision()
    assert decision
    assert decision.verdict == "hold"


def test_an_answer_given_elsewhere_meanwhile_stands(visitor: Visitor) -> None:
    visitor.client.get(visitor.address)
    answer = Decision(verdict="hold", by="bob", at=visitor.clock.now(), via="command line")
    visitor.store.approvals.decide(visitor.approval.id, answer)
    assert "was put on hold by bob" in visitor.answer("release").text
    assert visitor.decision() == answer


def test_a_link_is_good_until_its_time_and_says_what_to_do_after(visitor: Visitor) -> None:
    visitor.clock.advance(timedelta(hours=48) - timedelta(seconds=1))
    assert visitor.client.get(visitor.address).status_code == 200
    visitor.clock.advance(timedelta(seconds=1))
    for page in (visitor.client.get(visitor.address), visitor.answer()):
        assert page.status_code == 403
        assert "ask the credit desk" in page.text
    assert visitor.decision() is None


def forged(visitor: Visitor) -> list[str]:
    approval = visitor.approval
    larger = replace(approval, order=replace(ORDER, amount=Money(1, "EUR")))
    later = replace(approval, expires=approval.expires + timedelta(days=9))
    token = sign_token(approval, KEY)
    return [
        sign_token(approval, b"x" * 32),
        sign_token(larger, KEY),
        sign_token(later, KEY),
        sign_token(replace(approval, id="SO-8-x"), KEY),
        token[:-1],
        token + "A",
        token.partition(".")[0],
        "x" * 1000,
        "%00%ff",
    ]


def test_a_forged_link_opens_and_decides_nothing(visitor: Visitor) -> None:
    for token in forged(visitor):
        for page in (
            visitor.client.get(f"/approve/{token}"),
            visitor.client.post(f"/approve/{token}", data={"verdict": "release"}),
        ):
            assert page.status_code == 403, token
            assert "SO-7" not in page.text
            assert "mail itself" in page.text
    assert visitor.decision() is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
    ],
)
def test_a_foreign_page_cannot_press_the_button(visitor: Visitor, headers: dict[str, str]) -> None:
    assert visitor.answer(headers=headers).status_code == 403
    assert visitor.decision() is None


@pytest.mark.parametrize("origin", ["null", ""])
def test_our_own_page_can(visitor: Visitor, origin: str) -> None:
    own = str(visitor.client.base_url).rstrip("/")
    headers = {"Origin": origin or own} | ({"Sec-Fetch-Site": "same-origin"} if origin else {})
    assert visitor.answer(headers=headers).status_code == 200
    assert visitor.decision()


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"verdict": "maybe"}, 400),
        ({"verdict": "release", "reason": "x" * 9000}, 413),
        ({"verdict": "release"} | {f"f{n}": "x" for n in range(20)}, 400),
    ],
)
def test_a_form_that_is_not_ours_decides_nothing(
    visitor: Visitor, fields: dict[str, str], status: int
) -> None:
    assert visitor.client.post(visitor.address, data=fields).status_code == status
    assert visitor.client.post(visitor.address, content=b"\xff\xfe\x00").status_code == 400
    assert visitor.decision() is None


def test_a_changed_order_voids_the_question(visitor: Visitor) -> None:
    visitor.store.books.replace_orders("erp", [replace(ORDER, amount=Money(1, "EUR"))])
    page = visitor.answer()
    assert page.status_code == 409
    assert "changed since the question" in page.text
    assert visitor.decision() is None


def test_a_store_that_fails_decides_nothing_and_says_so(visitor: Visitor) -> None:
    with visitor.store.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE approvals RENAME TO elsewhere")
    page = visitor.answer()
    assert page.status_code == 503
    assert "Nothing was decided" in page.text
    assert "elsewhere" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    with visitor.store.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO approvals")
    assert visitor.decision() is None


def test_every_answer_keeps_itself_to_itself(visitor: Visitor) -> None:
    good = visitor.client.get(visitor.address)
    pages = [good, visitor.client.get("/approve/x"), visitor.client.get("/nowhere"),
             visitor.client.get("/openapi.json"), visitor.answer()]  # fmt: skip
    assert [page.status_code for page in pages] == [200, 403, 404, 404, 200]
    css = re.search(r"<style>(.*)</style>", good.text, re.S)
    assert css
    for page in pages:
        policy = page.headers["Content-Security-Policy"]
        assert policy.startswith(f"default-src 'none'; style-src {style_source(css[1])};")
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert not re.search(r"(src|href)=|url\(|@import", page.text)


def test_the_payment_page_asks_for_money_to_our_own_account_only(visitor: Visitor) -> None:
    page = visitor.client.get(
        "/pay",
        params={
            "amount": "1210.49", "reference": "2026-01 <b>\r\n", "language": "nl",
            "iban": "NL20INGB0001234567",
        },
    )  # fmt: skip
    assert page.status_code == 200
    grouped = CREDITOR.iban[:4] + " " + CREDITOR.iban[4:8]
    for part in ("€\u00a01.210,49", grouped, "2026-01 &lt;b&gt;", "data:image/png;base64,"):
        assert part in page.text, part
    assert "INGB" not in page.text
    assert "img-src data:" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("amount", ["", "0", "-1", "1e9", "1.234", "9" * 12, "١٢", "nan"])
def test_a_payment_of_no_amount_is_no_page(visitor: Visitor, amount: str) -> None:
    assert visitor.client.get("/pay", params={"amount": amount}).status_code == 404
