"""Kantoor ERP in a real browser: frames, pop-up, postback, dialogs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from kantoor_desk import OVER, USERS, Demo, a_demo
from playwright.sync_api import Browser, Dialog, Frame, Locator, Page, sync_playwright


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with a_demo(tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    installed = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, demo: Demo) -> Iterator[Page]:
    page = browser.new_page()
    page.set_default_timeout(15_000)
    page.goto(demo.address)
    page.locator("input[type=text]").fill("robot")
    page.locator("input[type=password]").fill(USERS["robot"])
    page.get_by_role("button", name="Aanmelden").click()
    welcome = page.frame_locator("frame[name=werk]").get_by_text("Kies een onderdeel in het menu.")
    welcome.wait_for()
    yield page
    page.close()


@pytest.fixture
def dialogs(page: Page) -> list[str]:
    """What the dialogs said; each is accepted."""
    seen: list[str] = []

    def accept(dialog: Dialog) -> None:
        seen.append(f"{dialog.type}: {dialog.message}")
        dialog.accept()

    page.on("dialog", accept)
    return seen


def work(page: Page) -> Frame:
    frame = page.frame(name="werk")
    assert frame is not None
    return frame


def choose(page: Page, entry: str) -> Frame:
    menu = page.frame(name="menu")
    assert menu is not None
    menu.get_by_role("link", name=entry, exact=True).click()
    work(page).locator("b", has_text=entry).wait_for()
    return work(page)


def beside(frame: Frame, label: str) -> Locator:
    return frame.locator("tr", has=frame.get_by_text(label, exact=True)).locator("input[type=text]")


def row_of(frame: Frame, number: str) -> Locator:
    return frame.locator("tr[bgcolor]", has=frame.get_by_text(number, exact=True))


def name_debtor(frame: Frame, number: str, name: str) -> None:
    beside(frame, "Debiteur").fill(number)
    beside(frame, "Debiteur").press("Tab")
    frame.get_by_text(name).wait_for()


def test_the_desktop_is_three_frames_and_its_menu_has_twins(page: Page) -> None:
    assert [frame.name for frame in page.frames[1:]] == ["kop", "menu", "werk"]
    assert page.evaluate("document.characterSet") == "windows-1252"
    menu = page.frame(name="menu")
    assert menu is not None
    assert menu.get_by_role("link", name="Overzicht").count() == 1
    for twins, branch in enumerate(("Verkoop", "Grootboek"), start=1):
        menu.get_by_role("link", name=branch, exact=True).click()
        # Each click loads the menu anew: the next one has to meet the new menu.
        menu.get_by_role("link", name="Overzicht").nth(twins).wait_for()
    assert menu.get_by_role("link", name="Overzicht").count() == 3
    for frame in page.frames:
        assert frame.locator("[id], label").count() == 0


def test_naming_the_debtor_wipes_reference_and_description(page: Page) -> None:
    form = choose(page, "Ontvangst boeken")
    beside(form, "Kenmerk").fill("CW-1")
    beside(form, "Omschrijving").fill("Factuur 20260001")
    beside(form, "Bedrag").fill("100.00")
    name_debtor(form, "10001", "Bakkerij Café Noir")
    assert beside(form, "Kenmerk").input_value() == ""
    assert beside(form, "Omschrijving").input_value() == ""
    assert beside(form, "Bedrag").input_value() == "10.000,00"
    assert row_of(form, "C0000001").inner_text().split()[-1] == "50,00-"


def test_a_receipt_is_keyed_through_frame_tick_and_confirm(
    demo: Demo, page: Page, dialogs: list[str]
) -> None:
    form = choose(page, "Ontvangst boeken")
    name_debtor(form, "10001", "Bakkerij Café Noir")
    row_of(form, "20260002").get_by_role("checkbox").check()
    assert row_of(form, "20260002").get_by_role("textbox").first.input_value() == "1.250,00"
    beside(form, "Bedrag").fill("1.250,00")
    beside(form, "Kenmerk").fill("CW-1")
    beside(form, "Omschrijving").fill("Café, € 1.250")
    form.get_by_role("button", name="Boeken").click()
    form.get_by_text("20260002").wait_for(state="detached")
    assert dialogs == ["confirm: Weet u het zeker?"]
    assert beside(form, "Kenmerk").input_value() == ""
    assert demo.ask("SELECT reference, description FROM receipts") == [("CW-1", "Café, € 1.250")]
    found = choose(page, "Ontvangsten zoeken")
    beside(found, "Kenmerk").fill("CW-1")
    found.get_by_role("button", name="Zoeken").click()
    found.get_by_text("20260002").wait_for()
    assert "ON10001" in row_of(found, "20260002").inner_text()


def test_saying_no_or_pressing_enter_books_nothing(demo: Demo, page: Page) -> None:
    form = choose(page, "Ontvangst boeken")
    name_debtor(form, "10001", "Bakkerij Café Noir")
    beside(form, "Bedrag").fill("5,00")
    page.once("dialog", lambda dialog: dialog.dismiss())
    form.get_by_role("button", name="Boeken").click()
    assert beside(form, "Bedrag").input_value() == "5,00"
    beside(form, "Bedrag").press("Enter")
    form.get_by_text("Bakkerij Café Noir").wait_for(state="detached")
    assert demo.value("SELECT count(*) FROM receipts") == 0


def test_a_refusal_is_an_alert(demo: Demo, page: Page, dialogs: list[str]) -> None:
    form = choose(page, "Ontvangst boeken")
    name_debtor(form, "10001", "Bakkerij Café Noir")
    row_of(form, "20260001").get_by_role("checkbox").check()
    beside(form, "Bedrag").fill("99,99")
    with page.expect_event("dialog", predicate=lambda dialog: dialog.type == "alert"):
        form.get_by_role("button", name="Boeken").click()
    assert dialogs == ["confirm: Weet u het zeker?", "alert: Bedrag sluit niet aan"]
    assert demo.value("SELECT count(*) FROM receipts") == 0


def test_the_pop_up_fills_the_debtor_and_posts_back(page: Page) -> None:
    form = choose(page, "Ontvangst boeken")
    with page.expect_popup() as opened:
        form.get_by_role("button", name="...").click()
    popup = opened.value
    popup.locator("input[type=text]").fill("café")
    popup.get_by_role("button", name="Zoeken").click()
    popup.get_by_text("Bakkerij Café Noir").wait_for()
    with popup.expect_event("close"):
        popup.get_by_role("link", name="10001").click()
    form.get_by_text("Bakkerij Café Noir").wait_for()
    assert beside(form, "Debiteur").input_value() == "10001"
    assert row_of(form, "20260001").count() == 1


def test_an_idle_session_is_over_inside_the_work_frame(demo: Demo, page: Page) -> None:
    demo.clock.now += timedelta(minutes=16)
    menu = page.frame(name="menu")
    assert menu is not None
    menu.get_by_role("link", name="Openstaande posten").click()
    work(page).get_by_text(OVER).wait_for()
    assert menu.get_by_role("link", name="Openstaande posten").is_visible()
    work(page).get_by_role("link", name="Opnieuw aanmelden").click()
    page.get_by_role("button", name="Aanmelden").wait_for()
    assert page.frames == [page.main_frame]


def test_an_order_is_released_behind_a_confirm(demo: Demo, page: Page, dialogs: list[str]) -> None:
    menu = page.frame(name="menu")
    assert menu is not None
    menu.get_by_role("link", name="Verkoop", exact=True).click()
    orders = choose(page, "Orders (wachtend op krediet)")
    orders.get_by_role("link", name="V-501").click()
    beside(orders, "Reden").fill("binnen de limiet")
    orders.get_by_role("button", name="Vrijgeven").click()
    orders.get_by_text("Aantal orders: 0").wait_for()
    assert dialogs == ["confirm: Weet u het zeker?"]
    assert demo.ask("SELECT state, reason FROM orders") == [("vrijgegeven", "binnen de limiet")]
