"""The browser against pages that fight back: what a robot meets, and what it is told."""

from __future__ import annotations

import base64
import datetime as dt
import io
import random
import traceback
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hostile_portal import HostilePortal, Reply, Visit, a_portal
from PIL import Image

from clerkwork.core.money import Money
from clerkwork.core.portals import Portal
from clerkwork.demo.polder.pinpad import make_pinpad
from clerkwork.errors import (
    BusinessError,
    ConfigError,
    ControlTotalError,
    EntryRefused,
    PageTimeout,
    PictureUnread,
    PortalUnreachable,
    ReadBackError,
    SelectorLost,
    SelectorStopped,
    SessionLost,
)
from clerkwork.ports import Browser, Screen, Secret

pytest_plugins = ["hostile_fixtures"]


@pytest.fixture
def site(site: HostilePortal) -> HostilePortal:
    """The portal with the pages of `pages/`, as `hostile.toml` describes them."""
    site.routes = {"/postback": posted_back}
    return site


@pytest.fixture
def hostile(site: HostilePortal) -> Portal:
    return Portal(name="hostile", address=site.address, patience=3, largest_download=100_000)


def posted_back(visit: Visit) -> Reply:
    """The form again with its debtor, and everything else wiped."""
    page = (Path(__file__).with_name("pages") / "form.html").read_text()
    debtor = visit.form.get("a1", "")
    name = f"<td>Naam</td><td>Debiteur van {debtor}</td>" if debtor else ""
    page = page.replace('name="a1"', f'name="a1" value="{debtor}"')
    return Reply(page.replace("<tr><td>Kenmerk", f"<tr>{name}</tr><tr><td>Kenmerk"))


def test_a_change_posts_the_form_back_and_the_field_is_read_in_the_new_page(
    screen: Screen, site: HostilePortal
) -> None:
    screen.fill("form.customer", "10001")

    assert screen.value("form.customer") == "10001"
    assert screen.text("form.name") == "Debiteur van 10001"
    assert len(site.seen("/postback")) == 1


def test_a_slow_postback_is_waited_for(screen: Screen, site: HostilePortal) -> None:
    def late(visit: Visit) -> Reply:
        site.over.wait(0.7)
        return posted_back(visit)

    site.routes["/postback"] = late

    screen.fill("form.customer", "10002")

    assert screen.text("form.name") == "Debiteur van 10002"


def test_what_a_postback_wipes_shows_when_the_form_is_read_back(screen: Screen) -> None:
    with screen.writing():
        screen.fill("form.reference", "CW-1")
        screen.read_back()
        screen.fill("form.customer", "10001")
        with pytest.raises(ReadBackError, match=r"form\.reference holds '' after 'CW-1'"):
            screen.read_back()


def test_the_form_reads_back_as_it_was_entered(screen: Screen) -> None:
    with screen.writing():
        screen.fill("form.customer", "10001")
        screen.fill("form.reference", "CW-1 <b>&amp;")
        screen.fill("form.amount", Money(123456, "EUR"))
        screen.fill("form.date", dt.date(2026, 3, 31))
        screen.choose("form.ledger", "1200 Kas")
        screen.check("form.tick", item="20260001")
        screen.fill("form.paid", Money(-5000, "EUR"), item="C0001")
        screen.read_back()

    assert screen.value("form.amount") == "1234,56"
    assert screen.value("form.date") == "31-03-2026"
    assert screen.value("form.paid", item="C0001") == "-50,00"
    assert screen.value("form.tick", item="20260001") == "on"


def test_an_account_is_chosen_by_its_number(screen: Screen) -> None:
    screen.choose("form.ledger", "1200")

    assert screen.value("form.ledger") == "1200 Kas"
    with pytest.raises(BusinessError, match="1100 Bank"):
        screen.choose("form.ledger", "12")


def test_a_field_that_cuts_off_what_is_typed_is_an_error(screen: Screen) -> None:
    with pytest.raises(ReadBackError, match="holds 'abcd' after 'abcdef'"):
        screen.fill("form.short", "abcdef")


def test_an_amount_in_other_money_is_not_typed(screen: Screen) -> None:
    with pytest.raises(BusinessError, match="USD"):
        screen.fill("form.amount", Money(100, "USD"))


def test_cells_are_read_by_row_and_heading(screen: Screen) -> None:
    assert screen.money("form.open", item="20260001") == Money(125000, "EUR")
    assert screen.money("form.open", item="C0001") == Money(-5000, "EUR")
    assert not screen.shows("form.open", item="2026")


def test_a_declared_confirm_is_accepted_and_the_form_sent(
    screen: Screen, site: HostilePortal
) -> None:
    screen.fill("form.reference", "CW-2")
    screen.click("form.submit")

    assert [visit.form["a2"] for visit in site.seen("/postback")] == ["CW-2"]


def test_an_undeclared_dialog_is_dismissed_and_stops(screen: Screen) -> None:
    screen.click("menu.dialogs")
    with pytest.raises(BusinessError, match="Periode 13") as caught:
        screen.click("dialogs_page.unknown")
    assert type(caught.value) is BusinessError


def test_a_refusal_in_a_dialog_keeps_the_portals_words(screen: Screen) -> None:
    screen.click("menu.dialogs")
    with pytest.raises(EntryRefused, match="Periode is afgesloten"):
        screen.click("dialogs_page.refused")


def test_a_refusal_on_the_page_keeps_the_portals_words(screen: Screen, site: HostilePortal) -> None:
    site.routes["/postback"] = lambda _: Reply("<p class=refusal>Bedrag sluit niet aan</p>")
    with pytest.raises(EntryRefused, match="Bedrag sluit niet aan"):
        screen.click("form.submit")


def test_a_choice_in_a_popup_closes_it_and_reloads_its_opener(
    screen: Screen, site: HostilePortal
) -> None:
    screen.click("form.look")
    screen.click("lookup.pick")

    assert screen.value("form.customer") == "10001"
    assert screen.text("form.name") == "Debiteur van 10001"
    assert not screen.shows("lookup.pick")


def test_a_popup_that_does_not_open_is_a_timeout(screen: Screen) -> None:
    with pytest.raises(PageTimeout, match="'lookup'"):
        screen.click("lookup.pick")


def test_a_server_error_in_a_frame(screen: Screen, site: HostilePortal) -> None:
    site.routes["/broken"] = lambda _: Reply("<h1>Fout</h1>", 500)
    with pytest.raises(PortalUnreachable, match="500"):
        screen.click("menu.broken")


def test_a_frame_that_cannot_load_its_page(screen: Screen, site: HostilePortal) -> None:
    site.routes["/nobody"] = lambda _: Reply("x", 302, {"Location": "/nobody"})
    with pytest.raises(PortalUnreachable, match=site.address):
        screen.click("menu.nobody")


def test_a_session_that_ends_with_status_200(screen: Screen) -> None:
    with pytest.raises(SessionLost, match="Uw sessie is verlopen"):
        screen.click("menu.expired")


def test_maintenance(screen: Screen) -> None:
    with pytest.raises(PortalUnreachable, match="maintenance"):
        screen.click("menu.maintenance")


def test_a_page_that_does_not_come(screen: Screen, site: HostilePortal) -> None:
    site.routes["/slow"] = lambda _: Reply("<p>", hang_after=True)
    with pytest.raises(PageTimeout, match="work"):
        screen.click("menu.slow")


def test_another_host_is_not_asked(browser: Browser, hostile: Portal, site: HostilePortal) -> None:
    with a_portal() as other:
        site.routes["/stray"] = lambda _: Reply("", 302, {"Location": other.address})
        screen = browser.open(hostile)
        with pytest.raises(PortalUnreachable, match="another host"):
            screen.click("menu.stray")
        screen.close()
        assert other.visits == []


def test_nobody_listens(browser: Browser, hostile: Portal) -> None:
    gone = replace(hostile, address="http://127.0.0.1:1/")
    with pytest.raises(PortalUnreachable, match=r"hostile cannot be reached at http://127"):
        browser.open(gone)


def test_two_hits_are_none(screen: Screen) -> None:
    with pytest.raises(SelectorLost, match=r"form\.twice .* there 2 times"):
        screen.text("form.twice")


def test_what_is_not_there_is_lost_and_while_writing_stops(screen: Screen) -> None:
    with pytest.raises(SelectorLost, match=r"form\.absent .*not there.*hostile\.toml"):
        screen.text("form.absent")
    with screen.writing(), pytest.raises(SelectorStopped, match="Nothing was submitted"):
        screen.fill("form.absent", "x")


def test_what_was_typed_and_read_is_told_but_no_secret(screen: Screen) -> None:
    screen.fill("form.amount", Money(125000, "EUR"))
    screen.fill("form.reference", Secret("hostile.user", "jansen-geheim"))
    screen.value("form.amount")
    seen = screen.drain()

    assert seen.typed == {"form.amount": "1250,00", "form.reference": "<hostile.user>"}
    assert seen.read == {"form.amount": "1250,00"}
    assert seen.page.startswith("http://")
    assert "?" not in seen.page
    assert "geheim" not in repr(seen)


def test_a_fallback_serves_for_reading_and_stops_a_write(screen: Screen) -> None:
    screen.fill("form.fallback", "CW-3")

    assert [str(each) for each in screen.drain().selectors] == ["form.fallback (near=Kenmerk)"]
    with screen.writing(), pytest.raises(SelectorStopped):
        screen.fill("form.fallback", "CW-4")
    assert screen.value("form.reference") == "CW-3"


def test_a_field_that_takes_nothing_is_lost(screen: Screen) -> None:
    with pytest.raises(SelectorLost, match="disabled"):
        screen.fill("form.fixed", "y")


def test_a_selector_without_its_value_is_the_robots_mistake(screen: Screen) -> None:
    with pytest.raises(ConfigError, match="item"):
        screen.shows("form.open")


def test_a_cookie_wall_is_clicked_away(screen: Screen) -> None:
    screen.open("cookies")
    screen.fill("cookie_page.name", "Jansen")
    screen.click("cookie_page.go")

    assert screen.shows("cookie_page.gone")


def page_of(number: int, last: int, total: str, count: int) -> Reply:
    rows = "".join(
        f"<tr><td>S{number}{i}</td><td>0{i}-03-2026</td><td><font>1.000,0{i}</font></td></tr>"
        for i in range(1, 4)
    )
    turn = f'<a href="/items?p={number + 1}">Volgende</a>' if number < last else ""
    ends = f"<tr><td colspan=2>Totaal</td><td>{total}</td></tr>" if number == last else ""
    told = f"<p>Aantal posten: {count}</p>" if number == last else ""
    head = "<tr><th>Stuknr</th><th> Vervaldatum\n</th><th>Openstaand</th></tr>"
    return Reply(f"<table>{head}{rows}{ends}</table>{turn}{told}")


def test_all_pages_are_read_and_tied_to_the_total(screen: Screen, site: HostilePortal) -> None:
    site.routes["/items"] = lambda v: page_of(int(v.query.get("p", 1)), 3, "9.000,18", 9)
    screen.open("items")
    rows = list(screen.rows("items"))

    assert [row.text("number") for row in rows][::4] == ["S11", "S22", "S33"]
    assert rows[-1].money("open") == Money(100003, "EUR")
    assert rows[-1].date("due") == dt.date(2026, 3, 3)
    labels = [picture.label for picture in screen.drain().pictures]
    assert labels == ["items, page 1", "items, page 2", "items, page 3"]


@pytest.mark.parametrize(
    ("total", "count", "words"), [("9.000,19", 9, "own total"), ("9.000,18", 10, "counts 10")]
)
def test_rows_that_do_not_tie(
    screen: Screen, site: HostilePortal, total: str, count: int, words: str
) -> None:
    site.routes["/items"] = lambda v: page_of(int(v.query.get("p", 1)), 3, total, count)
    screen.open("items")
    with pytest.raises(ControlTotalError, match=words):
        list(screen.rows("items"))


def test_a_table_without_a_heading_is_lost(screen: Screen, site: HostilePortal) -> None:
    changed = page_of(1, 1, "3.000,06", 3)
    changed.body = str(changed.body).replace("Openstaand", "Saldo")
    site.routes["/items"] = lambda _: changed
    screen.open("items")
    with pytest.raises(SelectorLost, match="no column 'Openstaand'"):
        list(screen.rows("items"))


def test_no_rows_only_if_the_page_says_so(screen: Screen, site: HostilePortal) -> None:
    site.routes["/items"] = lambda _: Reply("<table></table><p>Aantal posten: 0</p>Totaal 0,00")
    site.routes["/bare"] = lambda _: Reply("<p>Welkom</p>")
    screen.open("items")
    with pytest.raises(SelectorLost):
        list(screen.rows("items"))
    screen.open("bare")
    with pytest.raises(SelectorLost, match=r"items\.rows"):
        list(screen.rows("items"))


def test_rows_that_load_as_one_scrolls(screen: Screen, site: HostilePortal) -> None:
    site.routes["/more"] = lambda _: Reply("ok")
    screen.open("scroll")
    rows = list(screen.rows("scroll"))

    assert [row.money("amount").minor for row in rows] == [100 * n for n in range(1, 61)]


def test_a_download_stays_in_its_folder_under_a_safe_name(
    screen: Screen, site: HostilePortal, downloads: Path
) -> None:
    attached = {"Content-Disposition": 'attachment; filename="../../x.xml"'}
    site.routes["/climbing"] = lambda _: Reply("<a/>", headers=attached)
    screen.open("files")
    first = screen.download("files.climbing")
    second = screen.download("files.climbing")

    assert first.read_text() == second.read_text() == "<a/>"
    assert first.parent == second.parent == downloads / "hostile"
    assert first != second
    assert first.name.endswith("x.xml")


def test_a_download_that_never_ends_is_given_up(
    screen: Screen, site: HostilePortal, downloads: Path
) -> None:
    attached = {"Content-Disposition": "attachment; filename=endless.csv"}
    site.routes["/endless"] = lambda _: Reply("a;b", headers=attached, hang_after=True)
    screen.open("files")
    before = set(downloads.rglob("*"))
    with pytest.raises(PageTimeout, match="did not come whole"):
        screen.download("files.endless")
    assert set(downloads.rglob("*")) == before


def test_an_empty_file_and_a_large_one_are_not_kept(
    screen: Screen, site: HostilePortal, downloads: Path
) -> None:
    attached = {"Content-Disposition": "attachment; filename=a.csv"}
    site.routes["/nothing"] = lambda _: Reply("", headers=attached)
    site.routes["/large"] = lambda _: Reply("x" * 200_000, headers=attached)
    screen.open("files")
    before = set(downloads.rglob("*"))
    with pytest.raises(BusinessError, match="empty"):
        screen.download("files.nothing")
    with pytest.raises(BusinessError, match="100000"):
        screen.download("files.large")
    assert set(downloads.rglob("*")) == before


def test_a_page_instead_of_a_file(screen: Screen) -> None:
    screen.open("files")
    with pytest.raises(SessionLost):
        screen.download("files.page")


def picture_of(screen: Screen, value: str | Secret) -> bytes:
    screen.open("signin")
    screen.fill("signin.user", value)
    screen.click("signin.show")
    screen.picture("signed in")
    (picture,) = screen.drain().pictures
    assert picture.gap == ""
    return picture.image


def test_a_secret_does_not_show_in_a_picture(screen: Screen) -> None:
    plain = {picture_of(screen, "robot-aa"), picture_of(screen, "robot-bb")}
    hidden = {
        picture_of(screen, Secret("hostile.user", "clerk-ab")),
        picture_of(screen, Secret("hostile.user", "clerk-ba")),
    }

    assert len(plain) == 2
    assert len(hidden) == 1
    assert Image.open(io.BytesIO(hidden.pop())).format == "JPEG"


def test_a_secret_does_not_show_in_an_error(screen: Screen) -> None:
    secret = Secret("hostile.password", "zeer-geheim-woord")
    acts: tuple[Callable[[], None], ...] = (
        lambda: screen.fill("form.short", secret),
        lambda: screen.fill("form.absent", secret),
        lambda: screen.fill("form.ledger", secret),
        lambda: screen.one_time_code("form.reference", secret),
        lambda: screen.pin("pin", secret),
    )
    for act in acts:
        with pytest.raises(Exception, match="hostile") as caught:
            act()
        told = "".join(traceback.format_exception(caught.value))
        assert secret.value not in told
        assert caught.value.__context__ is None


def test_a_one_time_code_of_the_clock(screen: Screen) -> None:
    key = base64.b32encode(b"12345678901234567890").decode()
    screen.open("signin")
    screen.one_time_code("signin.code", Secret("hostile.totp", key))

    assert screen.value("signin.code") == "287082"


def shows(reply: Reply, visit: Visit) -> Reply:
    return reply


def pad(seed: int) -> Reply:
    drawn = make_pinpad(random.Random(seed))
    buttons = "".join(
        f"<button onclick=\"document.getElementById('typed').value += '{drawn.digits[name]}'\">"
        f'<img src="data:image/png;base64,{base64.b64encode(picture).decode()}"></button>'
        for name, picture in drawn.pictures.items()
    )
    return Reply(f'<div id="pad" style="width:400px">{buttons}</div><input id="typed">')


def test_a_scrambled_pad_of_pictures(screen: Screen, site: HostilePortal) -> None:
    for seed in range(2):
        shown = pad(seed)
        site.routes["/pad"] = partial(shows, shown)
        screen.open("pad")
        screen.pin("pin", Secret("hostile.pin", "90217"))
        assert screen.value("pin.typed") == "90217"


def test_a_pad_that_cannot_be_read_is_not_guessed(screen: Screen, site: HostilePortal) -> None:
    same = "<button>7</button>" * 10
    site.routes["/pad"] = lambda _: Reply(f'<div id="pad">{same}</div><input id="typed">')
    screen.open("pad")
    with pytest.raises(PictureUnread, match="not guessed"):
        screen.pin("pin", Secret("hostile.pin", "90217"))
    assert screen.value("pin.typed") == ""


def test_a_letter_is_printed_whole_and_without_the_network(
    browser: Browser, site: HostilePortal, tmp_path: Path
) -> None:
    to = tmp_path / "letter.pdf"
    browser.print_pdf(f"<h1>Geachte heer</h1><img src='{site.address}track.png'>", to)

    assert to.read_bytes().startswith(b"%PDF")
    assert list(tmp_path.iterdir()) == [to]
    assert site.visits == []


def test_a_portal_without_selectors_is_named(browser: Browser, hostile: Portal) -> None:
    with pytest.raises(ConfigError, match=r"selectors/other\.toml"):
        browser.open(replace(hostile, name="other"))


def test_a_selector_the_browser_does_not_understand(screen: Screen) -> None:
    for act in (screen.text, screen.shows, screen.wait_for):
        with pytest.raises(ConfigError, match=r"form\.wrong"):
            act("form.wrong")


def test_a_window_that_is_gone(browser: Browser, hostile: Portal) -> None:
    screen = browser.open(hostile)
    screen.close()
    screen.picture("too late")

    (picture,) = screen.drain().pictures
    assert (picture.label, picture.image) == ("too late", b"")
    assert "closed" in picture.gap
    with pytest.raises(SessionLost, match="fresh session"):
        screen.text("form.reference")
