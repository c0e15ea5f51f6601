"""Pictures of what debtors see, made anew with `python -m scripts.gallery`: docs/gallery/."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from html import escape
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from clerkwork.adapters.browser import find_browser, missing_browser_message
from clerkwork.adapters.letters import ReminderWriter
from clerkwork.app.pay import Visit
from clerkwork.core.journeys import Claim, Plan, Step
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.messages import Message
from clerkwork.core.money import Money
from clerkwork.core.paying import Dues, PayLink, Provider, sign_link
from clerkwork.errors import ProgramMissing
from clerkwork.web.debtor_words import PageWriter
from clerkwork.web.pages import render
from clerkwork.workspace.config import Config, read_config

__all__ = ["PICTURES", "main", "make"]

ROOT = Path(__file__).resolve().parents[1]
GALLERY = ROOT / "docs" / "gallery"
PICTURES = (
    "business-letter-nl.png",
    "plain-letter-nl.png",
    "mail-nl.png",
    "student-whatsapp-nl.png",
    "payment-page-nl.png",
    "payment-page-parts-nl.png",
)
_TODAY = date(2026, 3, 3)
_KEY = b"a key for pictures alone, of nobody"
_PAPER = "html { background: #fff; } body { padding: 20mm 20mm 18mm 25mm; width: 210mm; }"
"""The margins that a printed sheet has: a screen knows no @page."""
_COLOURS = 128
_PHONE = """
* { box-sizing: border-box; }
body { margin: 0; background: #efe7dd; color: #111b21;
  font: 15.5px/1.38 "Liberation Sans", Arial, sans-serif; }
header { background: #0b5c6b; color: #fff; padding: 34px 18px 12px; display: flex; gap: 12px;
  align-items: center; }
header b { font-size: 17px; }
header small { display: block; opacity: .85; }
i { width: 40px; height: 40px; border-radius: 50%; background: #d8e8eb; color: #0b5c6b;
  font: bold 18px/40px "Liberation Sans", Arial, sans-serif; text-align: center; }
time { display: block; text-align: center; margin: 14px 0 10px; }
time span { background: #fff; border-radius: 8px; padding: 4px 12px; font-size: 13px;
  color: #54656f; }
article { position: relative; background: #fff; margin: 0 44px 0 14px; padding: 9px 12px 24px;
  border-radius: 0 10px 10px 10px; overflow-wrap: anywhere; box-shadow: 0 1px 1px #0003; }
p { margin: 0 0 10px; }
p:last-of-type { margin: 0; }
u { color: #027eb5; }
article small { position: absolute; right: 12px; bottom: 6px; color: #667781; font-size: 12px; }
"""


def main(arguments: list[str]) -> int:
    """Make all pictures, in a folder that is named or else in docs/gallery; the exit status."""
    folder = Path(arguments[0]) if arguments else GALLERY
    for name, size in make(folder).items():
        print(f"{folder / name}: {size / 1000:.0f} kB")
    return 0


def make(folder: Path) -> dict[str, int]:
    """Make all pictures in a folder; their sizes in bytes, by name."""
    folder.mkdir(parents=True, exist_ok=True)
    config = read_config(ROOT)
    page_of = "https://betalen.waterland.example/p/{token}"
    config = replace(config, creditor=replace(config.creditor, payment_link=page_of))
    made = {}
    with _browser() as browser:
        for name, shown in zip(PICTURES, _shown(config), strict=True):
            picture = _picture(browser, shown)
            (folder / name).write_bytes(picture)
            made[name] = len(picture)
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A page to take a picture of."""

    html: str
    width: int
    height: int
    scale: float
    whole: bool = True
    """The whole page, however long."""
    css: str = ""
    press: str = ""
    """What is opened on it first, by its text."""


def _shown(config: Config) -> Iterator[_Shown]:
    sheet = {"width": 794, "height": 1123, "scale": 1.25, "whole": False, "css": _PAPER}
    business = _written(config, _business(), "letter", "formal", 45)
    yield _Shown(html=business.html, **sheet)  # type: ignore[arg-type]
    claim = Claim(announced=Money(4000, "EUR"), term=15)
    plain = _written(config, _consumer(), "letter", "plain_formal", 36, claim)
    yield _Shown(html=plain.html, **sheet)  # type: ignore[arg-type]
    mail = _written(config, _business(), "mail", "second", 12)
    yield _Shown(html=_with_pictures(mail), width=720, height=700, scale=1.25)
    text = _written(config, _student(), "whatsapp", "friendly", 8)
    html = _phone(text.text, config.creditor.name)
    yield _Shown(html=html, width=390, height=700, scale=1.5, whole=False)
    yield _Shown(html=_page(config), width=390, height=844, scale=1.25)
    open_parts = config.texts["nl"].page
    press = open_parts.in_parts if open_parts else ""
    yield _Shown(html=_page(config), width=390, height=844, scale=1.25, whole=False, press=press)


def _business() -> Debtor:
    address = ("t.a.v. de crediteurenadministratie", "Nijverheidsweg 48", "3812 PM Amersfoort")
    return Debtor(
        number="10417", name="Bouwbedrijf Van Dam B.V.", address=address, email="ap@vandam.example"
    )


def _consumer() -> Debtor:
    address = ("Kerkstraat 9", "1135 HD Edam")
    return Debtor(number="10388", name="Mevrouw A. de Graaf", kind="consumer", address=address)


def _student() -> Debtor:
    return Debtor(number="10502", name="Noor", kind="consumer", mobile="+31612345678")


def _written(
    config: Config,
    debtor: Debtor,
    channel: str,
    tone: str,
    overdue: int,
    claim: Claim | None = None,
) -> Message:
    def token(plan: Plan) -> str:
        return sign_link(PayLink(debtor=plan.debtor.number, issued=plan.today), _KEY)

    items = _items(debtor, overdue)
    write = ReminderWriter(creditor=config.creditor, texts=config.texts, token=token)
    to = {"mail": debtor.email, "letter": "\n".join((debtor.name, *debtor.address))}
    return write(
        Plan(
            debtor=debtor,
            journey="",
            step=Step(name=tone, after=overdue, tone=tone, channels=(channel,), within=7),
            items=items,
            amounts=(sum((i.open for i in items[1:]), items[0].open),),
            channel=channel,
            to=to.get(channel, debtor.mobile),
            today=_TODAY,
            claim=claim,
        )
    )


def _items(debtor: Debtor, overdue: int) -> tuple[OpenItem, ...]:
    if debtor.kind == "consumer":
        euros = {"2026-0188": ("86.50", overdue)}
    else:
        euros = {
            "2025-1187": ("4218.60", overdue),
            "2026-0042": ("1954.15", overdue - 10),
            "2026-C007": ("-310.00", overdue - 11),
        }
    return tuple(
        OpenItem(
            number=number,
            customer=debtor.number,
            open=Money.of(amount, "EUR"),
            due=_TODAY - timedelta(days=days),
        )
        for number, (amount, days) in euros.items()
    )


def _page(config: Config) -> str:
    """A consumer's own page, after a last notice that asked costs."""
    debtor = replace(_student(), name="Noor Jansen")

    def item(number: str, euros: str, overdue: int) -> OpenItem:
        due = _TODAY - timedelta(days=overdue)
        return OpenItem(number=number, customer=debtor.number, open=Money.of(euros, "EUR"), due=due)

    dues = Dues(
        due=(item("2025-1203", "86.50", 61), item("2026-0091", "42.00", 14)),
        coming=(item("2026-0188", "42.00", -16),),
        costs=Money(4000, "EUR"),
    )
    seen = Visit(
        link=PayLink(debtor=debtor.number, issued=_TODAY),
        debtor=debtor,
        dues=dues,
        fetched=datetime(2026, 3, 3, 5, 30, tzinfo=UTC),
        promise_until=_TODAY + timedelta(days=config.paying.promise_days),
        most_parts=config.paying.most_parts(dues.owed[0]),
        may_dispute=True,
    )
    ideal = Provider(name="iDEAL", link="https://pay.example/{cents}?r={reference}")
    write = PageWriter(
        creditor=config.creditor,
        texts=config.texts,
        rules=replace(config.paying, providers=(ideal,)),
        zone=config.calendar.zone,
    )
    return render("debt.html", **write.values(seen, _TODAY), wishes="/p/x/wishes")


def _with_pictures(mail: Message) -> str:
    """A mail as its reader shows it: with the pictures that came along in their places."""
    from clerkwork.adapters.letters import data_uri

    html = mail.html
    for one in mail.attachments:
        html = html.replace(f"cid:{one.inline}", data_uri(one.content))
    return html


def _phone(text: str, sender: str) -> str:
    """A message as a telephone shows it."""
    paragraphs = "".join(
        f"<p>{_linked(escape(part)).replace(chr(10), '<br>')}</p>" for part in text.split("\n\n")
    )
    return (
        f'<!doctype html><html lang="nl"><meta charset="utf-8"><style>{_PHONE}</style><header>'
        f"<i>{escape(sender[0])}</i><div><b>{escape(sender)}</b><small>zakelijk account</small>"
        f"</div></header><time><span>vandaag</span></time><article>{paragraphs}"
        "<small>10:02</small></article></html>"
    )


def _linked(text: str) -> str:
    head, sign, rest = text.partition("https://")
    if not sign:
        return text
    address, space, after = rest.partition(" ")
    return f"{head}<u>{sign}{address}</u>{space}{after}"


@contextmanager
def _browser() -> Iterator[Browser]:
    executable = find_browser()
    if executable is None:
        raise ProgramMissing(missing_browser_message())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=["--no-sandbox", "--font-render-hinting=none", "--lang=nl-NL"],
        )
        yield browser
        browser.close()


def _picture(browser: Browser, shown: _Shown) -> bytes:
    context = browser.new_context(
        viewport={"width": shown.width, "height": shown.height},
        device_scale_factor=shown.scale,
        locale="nl-NL",
    )
    page = context.new_page()
    page.set_content(shown.html, wait_until="load")
    if shown.css:
        page.add_style_tag(content=shown.css)
    if shown.press:
        page.get_by_text(shown.press, exact=True).click()
        page.get_by_text(shown.press, exact=True).scroll_into_view_if_needed()
        page.mouse.move(0, 0)
        page.evaluate("scrollBy(0, 420)")
    raw = page.screenshot(full_page=shown.whole)
    context.close()
    # Few colours are all that such a page has, and take a third of the room.
    picture = io.BytesIO()
    with Image.open(io.BytesIO(raw)) as image:
        image.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(
            picture, "PNG", optimize=True
        )
    return picture.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
