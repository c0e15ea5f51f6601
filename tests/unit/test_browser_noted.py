"""What a session did and saw, as the evidence may have it."""

from __future__ import annotations

import pytest

from clerkwork.adapters.browser.noted import Noted, page_of
from clerkwork.core.selectors import parse_selectors

SELECTORS = parse_selectors(
    {"form": {"paid": ["label=Paid", "near=Amount"], "memo": "label=Memo"}}, "selectors/bank.toml"
)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://erp.example/invoices?token=abc#top", "https://erp.example/invoices"),
        ("https://jansen:geheim@erp.example:8443/a", "https://erp.example:8443/a"),
        ("https://bank.example/app;jsessionid=8F3A/list", "https://bank.example/app/list"),
        ("https://bank.example/s/9f8e7d6c5b4a39281706f5e4d3c2b1a0/x", "https://bank.example/s/…/x"),
        ("https://erp.example/openstaande-posten/2026-0412", None),
        ("about:blank", "about:"),
        ("data:text/html,<p>geheim</p>", "data:"),
        ("", ""),
    ],
)
def test_an_address_is_told_without_what_may_be_a_secret(address: str, told: str | None) -> None:
    assert page_of(address) == (address if told is None else told)


def test_a_selector_is_told_as_written_and_as_used() -> None:
    noted = Noted(SELECTORS)
    noted.used("form.memo")
    noted.used("form.memo")
    noted.used("form.paid", 1)
    noted.healed("form.paid", "near=Amount → near=Sum")

    assert [str(use) for use in noted.drain()] == [
        "form.memo",
        "form.paid (near=Amount)",
        "form.paid (healed: near=Amount → near=Sum)",
    ]
    assert noted.drain() == ()


def test_what_a_loop_reads_does_not_fill_the_evidence() -> None:
    noted = Noted(SELECTORS)
    for number in range(1000):
        noted.read("form.memo", {"item": str(number)}, "x" * 10_000)
    _, read, _ = noted.drain_values()

    assert len(read) == 201
    assert read["form.memo item=0"] == "x" * 500 + " …"
    assert "more than 200" in read["…"]
