"""The round's clicks and pictures as a bare Playwright script: nothing is matched, kept or proved.

Run as `python -m benchmarks._bare_round PLAN.json`; its last line of output is one JSON object:
seconds by stage, and the number of pictures.
"""

from __future__ import annotations

import base64
import io
import json
import smtplib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Frame, Locator, Page, sync_playwright

ROWS = """() => [...document.querySelectorAll("table[border='1'] tr")].slice(1)
    .map(row => [...row.cells].map(cell => cell.innerText.trim()))"""
BOXES = """keys => keys.map(key => key.getBoundingClientRect())
    .map(box => ({x: box.x, y: box.y, width: box.width, height: box.height}))"""
POINT = """([what, words]) => {
    const found = [...document.querySelectorAll(what)]
        .find(el => (el.value || el.innerText).trim() === words);
    if (!found || !found.getClientRects().length) return null;
    found.scrollIntoView({block: "nearest"});
    const box = found.getBoundingClientRect();
    let x = box.x + box.width / 2, y = box.y + box.height / 2;
    for (let at = window; at.frameElement; at = at.parent) {
        const frame = at.frameElement.getBoundingClientRect();
        x += frame.x; y += frame.y;
    }
    return [x, y];
}"""
TYPE = """([fields, parts]) => {
    const cell = words => [...document.querySelectorAll("td")]
        .find(td => td.textContent.trim() === words);
    const type = (field, text) => {
        field.focus();
        field.value = text;
        field.dispatchEvent(new Event("input", {bubbles: true}));
        field.dispatchEvent(new Event("change", {bubbles: true}));
    };
    for (const [label, text] of Object.entries(fields))
        type(cell(label).nextElementSibling.querySelector("input,select"), text);
    for (const part of parts) {
        const row = cell(part.item).parentElement;
        row.querySelector("input[type=checkbox]").click();
        const [paid, discount] = row.querySelectorAll("input[type=text]");
        type(paid, part.amount);
        if (part.discount) type(discount, part.discount);
    }
}"""
PICTURE = {"format": "jpeg", "quality": 60, "optimizeForSpeed": True}
PAD_SCALE = 4

Plan = dict[str, Any]


@dataclass
class Watch:
    """Seconds by stage, and the pictures taken."""

    folder: Path
    stages: dict[str, float] = field(default_factory=dict)
    pictures: int = 0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.stages[name] = self.stages.get(name, 0.0) + time.perf_counter() - began

    def camera(self, page: Page) -> Callable[[], None]:
        line = page.context.new_cdp_session(page)

        def take() -> None:
            self.pictures += 1
            data = base64.b64decode(line.send("Page.captureScreenshot", PICTURE)["data"])
            (self.folder / f"{self.pictures:05}.jpg").write_bytes(data)

        return take


@dataclass
class Erp:
    """Kantoor ERP's frames: a menu, and the page it opens beside it.

    Playwright's locators are left aside: the script they put into each new document doubles
    what a page costs, and who tunes such a script finds out.
    """

    page: Page
    take: Callable[[], None]

    def sign_in(self, plan: Plan) -> None:
        self.page.goto(plan["erp"])
        self.page.locator("input[type=text]").fill(plan["secrets"]["kantoor_erp.user"])
        self.page.locator("input[type=password]").fill(plan["secrets"]["kantoor_erp.password"])
        with self.page.expect_navigation():
            self.page.locator("input[type=submit]").click()
        self.take()

    @property
    def work(self) -> Frame:
        return self._frame("werk")

    def _frame(self, name: str) -> Frame:
        found = self.page.frame(name=name)
        if found is None:
            raise LookupError(f"the ERP has no frame {name}")
        return found

    def go(self, entry: str, branch: str = "") -> None:
        menu = self._frame("menu")
        point = menu.evaluate(POINT, ["a", entry])
        if point is None:
            self.page.mouse.click(*self._point(menu, "a", branch))
            # The branch unfolds by a javascript: link, which runs a moment after the click.
            point = menu.wait_for_function(POINT, arg=["a", entry]).json_value()
        with self.work.expect_navigation():
            self.page.mouse.click(*point)

    def press(self, what: str, words: str) -> None:
        """Press what brings another page into the frame, and wait until it is there."""
        point = self._point(self.work, what, words)
        with self.work.expect_navigation():
            self.page.mouse.click(*point)

    def _point(self, frame: Frame, what: str, words: str) -> tuple[float, float]:
        point = frame.evaluate(POINT, [what, words])
        if point is None:
            raise LookupError(f"the ERP shows no {what} {words}")
        return point[0], point[1]

    def type(self, fields: dict[str, str], parts: Sequence[Plan] = ()) -> None:
        self.work.evaluate(TYPE, [fields, list(parts)])

    def turn(self) -> bool:
        """On to the next page of a list; whether there was one."""
        point = self.work.evaluate(POINT, ["a", "Volgende"])
        if point is None:
            return False
        with self.work.expect_navigation():
            self.page.mouse.click(*point)
        return True

    def read(self, entry: str, branch: str = "") -> list[list[str]]:
        self.go(entry, branch)
        rows: list[list[str]] = []
        while True:
            rows += self.work.evaluate(ROWS)
            self.take()
            if not self.turn():
                return rows

    def find(self, entry: str, label: str, what: str, branch: str = "") -> list[list[str]]:
        self.go(entry, branch)
        self.type({label: what})
        self.press("input[type=submit]", "Zoeken")
        rows: list[list[str]] = self.work.evaluate(ROWS)
        self.take()
        return rows

    def find_receipt(self, reference: str) -> bool:
        return bool(self.find("Ontvangsten zoeken", "Kenmerk", reference))

    def key(self, posting: Plan) -> None:
        if self.find_receipt(posting["reference"]):
            raise ValueError(f"{posting['reference']} is there already")
        self.go("Ontvangst boeken")
        with self.work.expect_navigation():
            self.type({"Debiteur": posting["debtor"]})
        fields = {
            "Datum": posting["day"],
            "Dagboek": posting["ledger"],
            "Bedrag": posting["amount"],
            "Kenmerk": posting["reference"],
            "Omschrijving": posting["memo"],
        }
        self.type(fields, posting["parts"])
        self.take()
        self.press("input[type=button]", "Boeken")
        if not self.find_receipt(posting["reference"]):
            raise ValueError(f"{posting['reference']} was not booked")

    def balance(self, ledger: str) -> None:
        self.go("Grootboekkaart", "Grootboek")
        self.type({"Rekening": ledger})
        self.press("input[type=submit]", "Tonen")
        while not self.work.evaluate("() => document.body.innerText.includes('Eindsaldo')"):
            self.turn()
        self.take()

    def find_order(self, number: str) -> list[list[str]]:
        return self.find("Order opzoeken", "Ordernr", number, "Verkoop")

    def decide(self, order: Plan) -> None:
        self.find_order(order["number"])
        self.go("Orders (wachtend op krediet)", "Verkoop")
        self.press("a", order["number"])
        self.type({"Reden": order["reason"]})
        self.take()
        self.press("input[type=button]", "Vrijgeven" if order["release"] else "Blokkeren")
        self.find_order(order["number"])


def sign_in_at_the_bank(page: Page, plan: Plan, take: Callable[[], None]) -> None:
    from clerkwork.adapters.browser.onetime import code_now
    from clerkwork.adapters.browser.pinpad import read_digits
    from clerkwork.ports import Secret

    secrets = plan["secrets"]
    page.goto(plan["bank"])
    press(page, "Alleen noodzakelijk")
    page.get_by_label("Gebruikersnaam").fill(secrets["polder_bank.user"])
    press(page, "Verder")
    keys = page.locator("[role=group] button")
    digits = read_digits(pad(page, keys), "the PIN pad")
    for digit in secrets["polder_bank.pin"]:
        keys.nth(digits.index(digit)).click()
    press(page, "Inloggen")
    anchor = json.loads(Path(plan["clock"]).read_text())
    now = datetime.fromisoformat(anchor["demo"]) + timedelta(seconds=time.time() - anchor["real"])
    code = code_now(Secret("totp", secrets["polder_bank.totp"]), now)
    page.get_by_label("Beveiligingscode").fill(code)
    press(page, "Bevestigen")
    take()


def press(page: Page, words: str) -> None:
    """Press the button that brings another page."""
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).click()


def pad(page: Page, keys: Locator) -> list[bytes]:
    """The picture of each key, cut from one capture of the pad."""
    from PIL import Image

    boxes = keys.evaluate_all(BOXES)
    left, top = min(box["x"] for box in boxes), min(box["y"] for box in boxes)
    right = max(box["x"] + box["width"] for box in boxes)
    bottom = max(box["y"] + box["height"] for box in boxes)
    clip = {"x": left, "y": top, "width": right - left, "height": bottom - top, "scale": PAD_SCALE}
    line = page.context.new_cdp_session(page)
    shot = line.send("Page.captureScreenshot", {"format": "png", "clip": clip})["data"]
    whole = Image.open(io.BytesIO(base64.b64decode(shot))).convert("RGB")
    cut = []
    for box in boxes:
        x, y = box["x"] - left, box["y"] - top
        corners = (x, y, x + box["width"], y + box["height"])
        file = io.BytesIO()
        whole.crop(tuple(round(each * PAD_SCALE) for each in corners)).save(file, "PNG")
        cut.append(file.getvalue())
    return cut


def download(page: Page, wanted: Plan, folder: Path, take: Callable[[], None]) -> None:
    page.get_by_role("button", name="Afschriften downloaden", exact=True).click()
    page.get_by_label("Rekening", exact=True).select_option(label=wanted["account"])
    page.get_by_label("Van", exact=True).fill(wanted["first"])
    page.get_by_label("Tot en met").fill(wanted["last"])
    page.get_by_label(wanted["format"]).check()
    with page.expect_download() as arriving:
        page.get_by_role("button", name="Download", exact=True).click()
    arriving.value.save_as(folder / arriving.value.suggested_filename)
    take()


def print_letters(browser: Browser, letters: list[str], folder: Path) -> None:
    if not letters:
        return
    page = browser.new_context(offline=True, java_script_enabled=False).new_page()
    for number, html in enumerate(letters, start=1):
        page.set_content(html)
        page.pdf(
            path=folder / f"{number:04}.pdf",
            format="A4",
            print_background=True,
            prefer_css_page_size=True,
        )


def send(mails: list[Plan], plan: Plan) -> None:
    with smtplib.SMTP("127.0.0.1", plan["mail"]) as smtp:
        for mail in mails:
            smtp.sendmail(plan["sender"], mail["to"], mail["content"])


def do_round(plan: Plan, launch: Callable[[], Browser], watch: Watch, folder: Path) -> None:
    def visit() -> BrowserContext:
        return browser.new_context(locale="nl-NL", viewport={"width": 1100, "height": 800})

    with watch.stage("sign in"):
        browser = launch()
        page = visit().new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        erp = Erp(page, watch.camera(page))
        erp.sign_in(plan)
    with watch.stage("read the lists"):
        erp.read("Debiteurenlijst")
        erp.read("Openstaande posten")
        erp.read("Orders (wachtend op krediet)", "Verkoop")
    with watch.stage("sign in"):
        bank = visit().new_page()
        take = watch.camera(bank)
        sign_in_at_the_bank(bank, plan, take)
    with watch.stage("statements"):
        for wanted in plan["downloads"]:
            download(bank, wanted, folder, take)
        bank.context.close()
    with watch.stage("ask"):
        send(plan["questions"], plan)
    with watch.stage("key"):
        for posting in plan["postings"]:
            erp.key(posting)
    with watch.stage("read again"):
        erp.read("Openstaande posten")
        for ledger in plan["ledgers"]:
            erp.balance(ledger)
    with watch.stage("orders"):
        for order in plan["orders"]:
            erp.decide(order)
    with watch.stage("remind"):
        send(plan["reminders"], plan)
        print_letters(browser, plan["letters"], folder)


def main() -> None:
    began = time.time()
    plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    folder = Path(plan["folder"])
    (folder / "pictures").mkdir(parents=True)
    watch = Watch(folder / "pictures")
    with ExitStack() as stack:

        def launch() -> Browser:
            playwright = stack.enter_context(sync_playwright())
            return playwright.chromium.launch(executable_path=plan["browser"], args=plan["flags"])

        do_round(plan, launch, watch, folder)
    print(json.dumps({"began": began, "stages": watch.stages, "pictures": watch.pictures}))


if __name__ == "__main__":
    main()
