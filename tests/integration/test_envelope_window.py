"""The address of a letter stands in the window of its envelope, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from clerkwork.adapters.browser import find_browser, open_browser
from clerkwork.adapters.letters import ReminderWriter, Texts
from clerkwork.core.creditor import Creditor
from clerkwork.core.journeys import Plan, Step
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.money import Money
from clerkwork.ports import Browser
from clerkwork.testing import FixedClock
from clerkwork.workspace.toml import read_table

CONFIG = Path(__file__).parents[2] / "config"
TODAY = date(2026, 3, 3)
LEFT, RIGHT, TOP, BOTTOM = 20.0, 105.0, 45.0, 90.0
"""Millimetres from the left and the top of an A4 sheet (DIN 5008, form B; a left DL window of
Dutch envelopes lies within it)."""
MM = 72 / 25.4


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    executable = find_browser()
    assert executable is not None
    downloads = tmp_path_factory.mktemp("downloads")
    opened = open_browser(
        selectors={}, clock=FixedClock(), downloads=downloads, executable=executable
    )
    yield opened
    opened.close()


def printed(browser: Browser, to: Path, *address: str, country: str = "NL") -> PdfReader:
    texts: Texts = read_table(CONFIG / "texts" / "nl.toml", "nl", Texts)
    creditor = Creditor(
        name="Waterland B.V.", address=("Havenkade 12", "1131 EP Volendam"), phone="030 555 01 40",
        email="ar@waterland.example", iban="NL91ABNA0417164300", mail_domain="waterland.example",
    )  # fmt: skip
    debtor = Debtor(number="10023", name="Bakkerij Bos", address=address, country=country)
    owed = Money(8900, "EUR")
    due = Plan(
        debtor=debtor,
        journey="business",
        step=Step(name="friendly", after=3, tone="friendly"),
        items=(OpenItem(number="F1", customer="10023", open=owed, due=date(2026, 2, 2)),),
        amounts=(owed,),
        channel="letter",
        to="\n".join((debtor.name, *address)),
        today=TODAY,
    )
    browser.print_pdf(ReminderWriter(creditor=creditor, texts={"nl": texts})(due).html, to)
    return PdfReader(to)


def places(reader: PdfReader) -> list[tuple[str, float, float]]:
    """Each piece of text with the millimetres from the left and the top where it begins."""
    page, found = reader.pages[0], list[tuple[str, float, float]]()
    height = float(page.mediabox.height)

    def seen(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        if text.strip():
            found.append((text.strip(), x / MM, (height - y) / MM))

    page.extract_text(visitor_text=seen)
    return found


def test_all_of_an_address_stands_in_the_window_and_nothing_else(
    browser: Browser, tmp_path: Path
) -> None:
    address = ("t.a.v. de administratie", "Gebouw Noord", "Hauptstraße 12", "48143 Münster")
    reader = printed(browser, tmp_path / "l.pdf", *address, country="DE")
    there = places(reader)
    inside = [text for text, x, y in there if LEFT <= x <= RIGHT and TOP <= y <= BOTTOM - 10]
    assert inside == ["Bakkerij Bos", *address, "DUITSLAND"]


def test_an_address_that_is_too_long_is_cut_and_does_not_run_into_the_letter(
    browser: Browser, tmp_path: Path
) -> None:
    reader = printed(browser, tmp_path / "l.pdf", *(f"regel {n}" for n in range(30)))
    assert all(y < BOTTOM for text, _, y in places(reader) if text.startswith("regel 5"))
    assert len(reader.pages) == 1
