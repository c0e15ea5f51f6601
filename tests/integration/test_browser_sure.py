"""The last look before each act on a page: a run that may have lost its login touches nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser_desk import a_browser, showing
from hostile_portal import HostilePortal

from clerkwork.adapters.holding import browser_mark, end_browsers, this_process
from clerkwork.core.portals import Portal
from clerkwork.errors import LeaseLost, SessionLost
from clerkwork.ports import Browser, Screen

pytest_plugins = ["hostile_fixtures"]
WORKER = this_process().replace('"began":"', '"began":"7')
"""Not this process itself, which has other browsers as well."""
SELECTORS = """
[form]
amount = "css=#amount"
kind = "css=#kind"
paid = "css=#paid"
bill = "css=#bill"
go = "role=button[name='Boek']"
said = "css=#said"
"""
PAGE = """
<label>Bedrag <input id="amount"></label>
<label>Soort <select id="kind"><option>Nota<option>Factuur</select></label>
<label>Betaald <input type="checkbox" id="paid"></label>
<label>Bijlage <input type="file" id="bill"></label>
<button onclick="said.textContent += 'geboekt'">Boek</button>
<p id="said">.</p>
"""


@dataclass
class Holding:
    lost: bool = False
    asked: int = 0

    def sure(self) -> None:
        self.asked += 1
        if self.lost:
            raise LeaseLost("the login is not surely held any more")


@pytest.fixture(scope="module")
def holding() -> Holding:
    return Holding()


@pytest.fixture(scope="module")
def browser(downloads: Path, holding: Holding) -> Iterator[Browser]:
    with a_browser(downloads, SELECTORS, mark=browser_mark(WORKER), sure=holding.sure) as opened:
        yield opened


@pytest.fixture
def form(screen: Screen, site: HostilePortal, holding: Holding) -> Screen:
    holding.lost = False
    showing(screen, site, PAGE)
    holding.asked = 0
    return screen


def attached(screen: Screen, folder: Path) -> None:
    file = folder / "nota.txt"
    file.write_text("nota")
    screen.upload("form.bill", file)


ACTS: dict[str, Callable[[Screen, Path], None]] = {
    "click": lambda screen, _: screen.click("form.go"),
    "fill": lambda screen, _: screen.fill("form.amount", "12,50"),
    "choose": lambda screen, _: screen.choose("form.kind", "Factuur"),
    "check": lambda screen, _: screen.check("form.paid"),
    "upload": attached,
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("writing", [True, False])
def test_nothing_is_done_on_a_page_once_it_is_not_sure(
    form: Screen, holding: Holding, tmp_path: Path, act: str, writing: bool
) -> None:
    holding.lost = True
    with form.writing() if writing else nullcontext(), pytest.raises(LeaseLost):
        ACTS[act](form, tmp_path)
    assert form.text("form.said") == ".", "reading goes on"
    assert form.value("form.amount") == ""
    assert form.value("form.kind") == "Nota"
    assert form.value("form.bill") == ""
    holding.lost = False
    ACTS[act](form, tmp_path)
    assert holding.asked >= 2


def test_reading_asks_nobody(form: Screen, holding: Holding) -> None:
    form.text("form.said")
    form.shows("form.go")
    assert holding.asked == 0


def test_a_browser_that_is_ended_from_outside_is_a_lost_session(
    browser: Browser, form: Screen, hostile: Portal, site: HostilePortal
) -> None:
    """As a lost lease ends it; another opens at the next use."""
    assert end_browsers(WORKER)
    with pytest.raises(SessionLost):
        form.click("form.go")
    another = browser.open(hostile)
    showing(another, site, PAGE)
    assert another.text("form.said") == "."
    another.close()
