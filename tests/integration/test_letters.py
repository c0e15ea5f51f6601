"""Messages as debtors read them: four languages, mail and paper, hostile names, a QR code."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import segno
from PIL import Image
from pypdf import PdfReader

from clerkwork.adapters.browser import find_browser, open_browser
from clerkwork.adapters.channels import LetterChannel
from clerkwork.adapters.letters import QuestionWriter, ReminderWriter, Texts
from clerkwork.core.approvals import Approval
from clerkwork.core.calendar import Calendar
from clerkwork.core.creditor import Creditor, payment_link, remittance
from clerkwork.core.journeys import Claim, Journeys, Plan, Step
from clerkwork.core.ledger import Debtor, OpenItem, Order
from clerkwork.core.messages import Message, message_id
from clerkwork.core.money import Money
from clerkwork.core.sms import odd_letters
from clerkwork.errors import ConfigError
from clerkwork.ports import Browser
from clerkwork.testing import FixedClock
from clerkwork.workspace.toml import read_table

CONFIG = Path(__file__).parents[2] / "config"
LANGUAGES = ("nl", "fr", "de", "en")
TODAY = date(2026, 3, 3)
CREDITOR = Creditor(
    name="Waterland B.V.",
    address=("Havenkade 12", "1131 EP Volendam"),
    email="ar@waterland.example",
    phone="030 555 01 40",
    iban="NL91ABNA0417164300",
    mail_domain="waterland.example",
    payment_link="https://pay.example/{iban}?a={amount}&c={currency}&n={name}&r={reference}",
)
HOSTILE = '<script>alert(1)</script> "Bos" & Zn\r\nBcc: x@y.example \u202egnp.exe{{ 7*7 }}'


def texts(language: str) -> Texts:
    found: Texts = read_table(CONFIG / "texts" / f"{language}.toml", language, Texts)
    return found


WRITER = ReminderWriter(creditor=CREDITOR, texts={lang: texts(lang) for lang in LANGUAGES})


def item(number: str, minor: int, overdue: int, currency: str = "EUR") -> OpenItem:
    return OpenItem(
        number=number,
        customer="10023",
        open=Money(minor, currency),
        due=TODAY - timedelta(days=overdue),
    )


ITEMS = (item("2026-01", 123450, 45), item("2026-02", -2500, 20), item("2026-03", 99, 1))


def plan(
    channel: str = "mail", tone: str = "friendly", items: tuple[OpenItem, ...] = ITEMS, **more: Any
) -> Plan:
    facts = {"name": "Bakkerij Bos", "address": ("Lange Laan 12", "1234 AB Stad"), **more}
    debtor = Debtor(number="10023", email="kas@bos.example", **facts)
    currencies = dict.fromkeys(i.open.currency for i in items)
    return Plan(
        debtor=debtor,
        journey="business",
        step=Step(name=tone, after=3, tone=tone, within=7),
        items=items,
        amounts=tuple(
            Money(sum(i.open.minor for i in items if i.open.currency == c), c) for c in currencies
        ),
        channel=channel,
        to=debtor.email if channel == "mail" else "\n".join((debtor.name, *debtor.address)),
        today=TODAY,
    )


class Seen(HTMLParser):
    """What a page shows, and every tag and address in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_reminder_says_what_is_owed_since_when_and_how_to_pay() -> None:
    message = WRITER(plan())
    assert message.subject == "Herinnering: uw facturen zijn nog niet betaald"
    for shown in (message.text, Seen(message.html).text):
        for part in (
            "Beste Bakkerij Bos,", "2026-01", "17 jan 2026", "45 dagen", "€\u00a01.234,50",
            "creditnota", "€\u00a0-25,00", "1 dag\n", "€\u00a01.210,49", "NL91 ABNA 0417 1643 00",
            "2026-01 2026-02 2026-03", "030 555 01 40", "Waterland B.V.",
        ):  # fmt: skip
            assert part.strip() in shown, part
    assert message.amount == Money(121049, "EUR")
    assert message.items == ("2026-01", "2026-02", "2026-03")
    assert (message.debtor, message.step, message.on) == ("10023", "friendly", TODAY)
    assert message.message_id == message_id(message.key, "waterland.example")


def test_every_language_speaks_every_tone_of_the_journeys() -> None:
    journeys: Journeys = read_table(CONFIG / "journeys.toml", "journeys.toml", Journeys)
    tones = {step.tone for journey in journeys.journeys for step in journey.steps}
    assert len(tones) == 11
    seen = set()
    for language in LANGUAGES:
        for tone in tones:
            for items in (ITEMS, ITEMS[:1]):
                message = WRITER(plan(tone=tone, language=language, items=items))
                assert not re.search(r"\{\{|\}\}|\.\.|  ", message.subject + message.text)
                assert f'<html lang="{language}">' in message.html
                seen.add(message.text)
    assert len(seen) == 88


def test_what_falls_due_soon_is_late_by_no_days() -> None:
    soon = replace(ITEMS[0], due=TODAY + timedelta(days=3))
    message = WRITER(plan(tone="notice", items=(soon,)))
    assert "| - |" in message.text
    assert "U bent niet te laat" in message.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_before_costs_names_them_and_its_term_and_asks_only_the_items(
    language: str,
) -> None:
    due = plan(tone="formal", language=language)
    costs = Money(18143, "EUR")
    message = WRITER(replace(due, claim=Claim(announced=costs, term=15, last_day=TODAY)))
    locale = texts(language).locale
    for shown in (message.text, Seen(message.html).text):
        assert costs.for_people(locale) in shown
        assert " 15 " in shown
    assert message.amount == due.amounts[0]
    plain = WRITER(due)
    assert costs.for_people(locale) not in plain.text


@pytest.mark.parametrize("channel", ["mail", "letter"])
def test_costs_and_interest_stand_in_lines_of_their_own_and_in_what_is_to_be_paid(
    channel: str,
) -> None:
    claim = Claim(costs=Money(18143, "EUR"), interest=Money(1708, "EUR"))
    message = WRITER(replace(plan(channel, tone="last"), claim=claim))
    # 1,234.50 - 25.00 + 0.99 + 181.43 + 17.08
    assert message.amount == Money(140900, "EUR")
    shown = Seen(message.html).text
    for said in ("Incassokosten", "181,43", "Wettelijke rente", "17,08", "1.409,00"):
        assert said in shown
        assert said in message.text
    if channel == "mail":
        assert "a=1409.00" in message.html
    late = WRITER(replace(plan(channel, tone="last"), claim=replace(claim, left=Money(708, "EUR"))))
    assert late.amount == message.amount
    shown = Seen(late.html).text
    for said in ("10,00", "Wettelijke rente over wat te laat betaald is", "7,08", "1.409,00"):
        assert said in shown


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_what_goes_to_a_telephone_says_who_asks_how_much_and_how_to_pay_and_has_no_html(
    channel: str,
) -> None:
    tones = texts("nl").tones
    for language in LANGUAGES:
        for tone in tones:
            for items in (ITEMS, ITEMS[:1]):
                message = WRITER(plan(channel, tone, items, language=language, mobile="+316123"))
                amount = message.amount
                assert amount is not None
                said = message.text.replace("\u00a0", " ").replace("\u202f", " ")
                link = payment_link(CREDITOR, amount, " ".join(i.number for i in items))
                for part in (
                    "Waterland B.V.", "2026-01", link, f"{amount.minor % 100:02}",
                ):  # fmt: skip
                    assert part in said, (language, tone, part)
                assert (message.html, message.attachments) == ("", ())
                assert not re.search(r"\{\{|\}\}|<|  ", message.text)
                if channel == "sms":
                    assert (odd_letters(message.text), "\n" in message.text) == ("", False)
                    assert message.text.endswith(link)


def test_a_text_message_and_one_for_whatsapp_word_for_word() -> None:
    writer = replace(
        WRITER, creditor=replace(CREDITOR, payment_link="https://pay.example/{amount}")
    )
    assert writer(plan("sms", "second", ITEMS[:1])).text == (
        "Waterland B.V.: € 1.234,50 staat nog open. Wilt u dit binnen 7 dagen betalen? "
        "Kenmerk: 2026-01. Betaal hier: https://pay.example/1234.50"
    )
    assert writer(plan("whatsapp", "second", ITEMS[:1])).text.split("\n\n") == [
        "Beste Bakkerij Bos,",
        "Wij stuurden u eerder een herinnering. Er staat nog €\u00a01.234,50 open. Wilt u dit "
        "binnen 7 dagen betalen?",
        "Kenmerk: 2026-01.\nBetaal hier: https://pay.example/1234.50",
        "Hebt u in de laatste dagen al betaald? Dan hoeft u niets te doen. Vragen, of lukt "
        "betalen niet? Bel 030 555 01 40.",
        "Waterland B.V.",
    ]


def test_a_short_text_of_many_items_names_the_debtor_and_without_a_page_the_account() -> None:
    many = tuple(item(f"2026-{n}", 1000, 60 - n) for n in range(9))
    writer = replace(WRITER, creditor=replace(CREDITOR, payment_link=""))
    message = writer(plan("sms", "friendly", many, name=HOSTILE))
    assert (
        "Kenmerk: 10023. Maak het over naar Waterland B.V., NL91 ABNA 0417 1643 00." in message.text
    )
    assert "script" not in message.text
    assert message.items == tuple(one.number for one in many)


def test_a_short_text_announces_costs_and_names_those_it_asks() -> None:
    announced = Claim(announced=Money(18143, "EUR"), term=15, last_day=TODAY)
    message = WRITER(replace(plan("sms", "formal"), claim=announced))
    assert "binnen 15 dagen nadat dit bericht bij u is bezorgd" in message.text
    asked = Claim(costs=Money(4000, "EUR"), interest=Money(123, "EUR"))
    for channel in ("sms", "whatsapp"):
        text = WRITER(replace(plan(channel, "last"), claim=asked)).text.replace("\u00a0", " ")
        assert "Incassokosten: € 40,00." in text
        assert "Wettelijke rente: € 1,23." in text


def test_a_tone_without_a_wording_for_a_telephone_is_refused() -> None:
    bare = replace(texts("nl"), tones={"friendly": replace(texts("nl").tones["friendly"], sms="")})
    with pytest.raises(ConfigError, match=r"add 'sms' to their \[tones\.friendly\]"):
        replace(WRITER, texts={"nl": bare})(plan("sms"))


def test_who_speaks_another_language_gets_the_creditors_own() -> None:
    assert WRITER(plan(language="pl")).text == WRITER(plan(language="nl")).text
    with pytest.raises(ConfigError, match=r"config/texts/nl\.toml is missing"):
        replace(WRITER, texts={"en": texts("en")})(plan())
    with pytest.raises(ConfigError, match=r"\[tones\.angry\]"):
        WRITER(plan(tone="angry"))


@pytest.mark.parametrize("channel", ["mail", "letter"])
def test_a_hostile_name_is_only_ever_text(channel: str) -> None:
    message = WRITER(plan(channel, name=HOSTILE, items=(item("<b onload=x>1", 100, 9),)))
    page = Seen(message.html)
    assert not {"script", "b", "form", "iframe"} & set(page.tags)
    assert '<script>alert(1)</script> "Bos" & Zn Bcc: x@y.example gnp.exe{{ 7*7 }}' in page.text
    assert "\u202e" not in message.text + message.html
    assert "\nBcc" not in message.text
    assert not re.search(r"[\r\n]", message.subject)


def test_nothing_is_fetched_from_elsewhere() -> None:
    mail, letter = WRITER(plan("mail")), WRITER(plan("letter"))
    links = [a for a in Seen(mail.html).addresses if not a.startswith("cid:")]
    assert links == [payment_link(CREDITOR, Money(121049, "EUR"), "2026-01 2026-02 2026-03")]
    assert links[0].startswith("https://pay.example/NL91ABNA0417164300?a=1210.49&c=EUR&n=Waterland")
    assert links[0].endswith("&r=2026-01%202026-02%202026-03")
    assert [a[:22] for a in Seen(letter.html).addresses] == ["data:image/png;base64,"]
    assert [(a.inline, a.media_type) for a in mail.attachments] == [("pay", "image/png")]


def test_the_qr_code_is_a_sepa_transfer_with_amount_and_reference() -> None:
    payload = "\n".join(
        ["BCD", "002", "2", "SCT", "", "Waterland B.V.", "NL91ABNA0417164300", "EUR1210.49", "",
         "", "2026-01 2026-02 2026-03"]
    )  # fmt: skip
    (picture,) = WRITER(plan()).attachments
    shown = Image.open(io.BytesIO(picture.content)).convert("L")
    meant = segno.make(payload, error="m", boost_error=False, micro=False, encoding="iso-8859-1")
    modules = [
        [shown.getpixel((5 * (x + 4) + 2, 5 * (y + 4) + 2)) == 0 for x in range(len(row))]
        for y, row in enumerate(meant.matrix)
    ]
    assert shown.width == 5 * (len(modules) + 8)
    assert modules == [[bool(dark) for dark in row] for row in meant.matrix]


def test_what_is_not_in_euros_has_no_qr_code() -> None:
    dollars = (item("1", 1000, 9, "USD"),)
    message = WRITER(plan(items=dollars))
    assert (message.attachments, "img" in Seen(message.html).tags) == ((), False)
    both = WRITER(plan(items=(*ITEMS, *dollars), language="en"))
    assert "€1,210.49 and US$10.00" in both.text


@pytest.mark.parametrize(
    ("offers", "code", "link"),
    [((), False, False), (("code",), True, False), (("link",), False, True)],
)
def test_a_step_offers_what_it_says_and_always_the_transfer(
    offers: tuple[str, ...], code: bool, link: bool
) -> None:
    step = Step(name="friendly", after=3, tone="friendly", offers=offers)
    for channel in ("mail", "letter"):
        message = WRITER(replace(plan(channel), step=step))
        seen = Seen(message.html)
        assert "NL91 ABNA" in message.text
        assert "NL91 ABNA" in seen.text
        assert ("img" in seen.tags) is code
        assert ("https://pay.example" in message.text) is link
    short = WRITER(replace(plan("sms"), step=step)).text
    assert ("https://pay.example" in short) is link
    assert ("NL91 ABNA" in short) is not link


def test_a_reference_too_long_for_a_transfer_is_the_debtors_number() -> None:
    assert remittance(CREDITOR, ("x" * 140,), "10023") == "x" * 140
    assert remittance(CREDITOR, ("x" * 140, "y"), "10023") == "10023"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://pay.example", "pay.example"])
def test_a_payment_link_is_a_web_address(link: str) -> None:
    with pytest.raises(ValueError, match="https"):
        replace(CREDITOR, payment_link=link)


def test_a_text_with_an_unknown_value_is_refused_when_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "nl.toml"
    text = (CONFIG / "texts" / "nl.toml").read_text(encoding="utf-8")
    file.write_text(text.replace("Beste {{ debtor }}", "Beste {{ debitor }}"), encoding="utf-8")
    with pytest.raises(ConfigError, match="debitor") as caught:
        read_table(file, "config/texts/nl.toml", Texts)
    assert "line 4" in str(caught.value)


def test_an_approver_is_asked_with_figures_and_one_link() -> None:
    order = Order(
        number="SO-7", customer="10023", amount=Money(1240000, "EUR"), placed=TODAY,
        description="<i>chairs</i>",
    )  # fmt: skip
    now = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
    approval = Approval(
        id="SO-7-x", order=order, reasons=("the debtor is marked '<b>'",),
        facts=(("Credit limit", "none"),), approver="inge@waterland.example", asked=now,
        expires=now + timedelta(hours=48),
    )  # fmt: skip
    write = QuestionWriter(
        creditor=CREDITOR, calendar=Calendar(), link=lambda a: f"https://x.example/approve/{a.id}"
    )
    message, second = write(approval, 1), write(approval, 2)
    page = Seen(message.html)
    assert message.subject == "Order SO-7 of €12,400.00: release or hold?"
    assert page.addresses == ["https://x.example/approve/SO-7-x"]
    for shown in (message.text, page.text):
        for part in ("<i>chairs</i>", "marked '<b>'", "Credit limit", "Thursday 5 March, 09:00"):
            assert part in shown
    assert (message.to, message.step, message.debtor) == (approval.approver, "approval", "")
    assert message.key != second.key


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    opened = open_browser(
        selectors={}, clock=FixedClock(), downloads=tmp_path_factory.mktemp("downloads"),
        executable=find_browser(),
    )  # fmt: skip
    yield opened
    opened.close()


def test_a_letter_is_printed_once_on_one_sheet(browser: Browser, tmp_path: Path) -> None:
    printed: list[Path] = []

    def print_pdf(html: str, to: Path) -> None:
        printed.append(to)
        browser.print_pdf(html, to)

    channel = LetterChannel(print_pdf, tmp_path / "letters")
    message = WRITER(plan("letter", "formal", name=HOSTILE, country="DE", language="de"))
    assert channel.holds(message.message_id) is False
    name = channel.send(message)
    assert re.fullmatch(r"2026-03-03-10023-formal-[0-9a-f]{20}\.pdf", name)
    assert channel.holds(message.message_id) is True
    assert channel.send(message) == channel.proof(message) == name
    assert len(printed) == 1
    (sheet,) = PdfReader(tmp_path / "letters" / name).pages
    assert [round(float(side)) for side in sheet.mediabox[2:]] == [595, 842]
    shown = sheet.extract_text()
    for part in ("<script>alert(1)</script>", "DUITSLAND", "1.210,49", "NL91 ABNA", "3. März 2026"):
        assert part in shown, part
    assert len(sheet.images) == 1


def test_a_letter_over_many_items_runs_on_and_repeats_its_head(
    browser: Browser, tmp_path: Path
) -> None:
    many = tuple(item(f"F{n:03}", 1000, 60 - n) for n in range(60))
    channel = LetterChannel(browser.print_pdf, tmp_path)
    name = channel.send(WRITER(plan("letter", items=many)))
    sheets = [sheet.extract_text() for sheet in PdfReader(tmp_path / name).pages]
    assert len(sheets) > 1
    assert "Vervaldatum" in sheets[1]
    whole = "".join(sheets)
    assert all(f"F{n:03}" in whole for n in range(60))


def test_half_a_letter_is_printed_again(tmp_path: Path) -> None:
    def print_pdf(_html: str, to: Path) -> None:
        to.write_bytes(b"%PDF-1.7 whole %%EOF\n")

    channel = LetterChannel(print_pdf, tmp_path)
    message = Message(
        key="k", channel="letter", to="x", subject="", text="", html="",
        debtor="../../etc/passwd", step="a b", on=TODAY, message_id="<00ff@x>",
    )  # fmt: skip
    name = channel.file_name(message)
    assert name == "2026-03-03-.._.._etc_passwd-a_b-00ff.pdf"
    (tmp_path / name).write_bytes(b"%PDF-1.7 hal")
    assert channel.holds("<00ff@x>") is False
    channel.send(message)
    assert channel.holds("<00ff@x>") is True
