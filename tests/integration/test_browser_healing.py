"""Selectors that break in a real browser: healed in reading, stopped in writing, no guesses."""

from __future__ import annotations

import datetime as dt
import io
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hostile_portal import HostilePortal, Reply, a_portal
from PIL import Image, ImageChops

from clerkwork.adapters.browser import find_browser, open_browser
from clerkwork.adapters.browser.proposals import Proposals
from clerkwork.adapters.browser.screen import PortalScreen
from clerkwork.core.evidence import SelectorUse
from clerkwork.core.healing import Proposal
from clerkwork.core.portals import Portal
from clerkwork.core.selectors import parse_selectors
from clerkwork.errors import PageTimeout, SelectorLost, SelectorStopped
from clerkwork.ports import Browser, Screen

SELECTORS = """
[form]
customer  = "near=Debiteur"
amount    = "near=Bedrag"
reference = "near=Kenmerk"
memo      = "near=Omschrijving"
either    = ["label=Kenmerk", "near=Kenmerk"]
several   = ["css=input[name=a3]", "near=Kenmerk"]
submit    = "role=button[name='Boeken']"
done      = "text=Geboekt"
refused   = "text=Het bedrag klopt niet"
paid      = { row = "{item}", column = "Betaald" }

[who]
contact = "near=Contact"
town    = "near=Woonplaats"
phone   = "near=Telefoon"
sensitive = ["contact"]

[items]
rows    = "css=table[border='1'] tr:not(:first-child)"
columns = { number = "Stuknr", due = "Vervaldatum", open = "Openstaand", paid = "Betaald" }
"""

FORM = """<table>
<tr><td>Debiteur</td><td><input name="a1" size="8"></td></tr>
<tr><td>Bedrag</td><td><input name="a2" size="14"></td></tr>
<tr><td>Kenmerk</td><td><input name="a3" size="36" maxlength="35"></td></tr>
<tr><td>Omschrijving</td><td><input name="a4" size="50"></td></tr></table>
<table border="1">
<tr><td>Stuknr</td><td>Vervaldatum</td><td>Openstaand</td><td>Betaald</td></tr>
<tr><td>20260001</td><td>01-03-2026</td><td>1.250,00</td><td><input name="b1"></td></tr>
<tr><td>20260002</td><td>02-03-2026</td><td>80,50</td><td><input name="b2"></td></tr>
<tr><td>20260003</td><td>03-03-2026</td><td>17,00</td><td><input name="b3"></td></tr></table>
<input type="button" value="Boeken">"""

ROW = '<tr><td>Kenmerk</td><td><input name="a3" size="36" maxlength="35"></td></tr>'
TWIN = '<tr><td>Kenmerk</td><td><input name="n1" size="12"></td></tr>'
REFUSED = (
    FORM
    + """
<p>Administratie 7</p><p id="melding">Het bedrag klopt niet</p><p>Vragen? Bel de helpdesk</p>"""
)


class OneDay:
    def now(self) -> dt.datetime:
        return dt.datetime(2026, 3, 3, 9, tzinfo=dt.UTC)

    def today(self) -> dt.date:
        return self.now().date()


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("memory")


@pytest.fixture(scope="module")
def browser(memory: Path) -> Iterator[Browser]:
    opened = open_browser(
        selectors={"acme": parse_selectors(tomllib.loads(SELECTORS), "selectors/acme.toml")},
        clock=OneDay(),
        downloads=memory / "downloads",
        executable=find_browser(),
        memory=memory,
    )
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def site(browser: Browser) -> Iterator[HostilePortal]:
    """A portal whose form was driven once as it was, so that it is remembered."""
    with a_portal() as portal:
        portal.routes["/"] = lambda _: Reply(FORM)
        screen = browser.open(at(portal))
        for name in ("customer", "amount", "reference", "memo", "either"):
            screen.fill(f"form.{name}", "1")
        screen.fill("form.paid", "1", item="20260002")
        screen.click("form.submit")
        list(screen.rows("items"))
        portal.routes["/"] = lambda _: Reply(REFUSED)
        screen.open()
        screen.text("form.refused")
        screen.close()
        yield portal


@pytest.fixture
def proposals(memory: Path) -> Iterator[Proposals]:
    kept = Proposals(memory / "proposals")
    yield kept
    for one in kept.all():
        (kept.folder / f"{one.id}.json").unlink()


Visit = Callable[[str], Screen]


@pytest.fixture
def visit(browser: Browser, site: HostilePortal, proposals: Proposals) -> Iterator[Visit]:
    opened: list[Screen] = []

    def go(page: str) -> Screen:
        site.routes["/"] = lambda _: Reply(page)
        opened.append(browser.open(at(site)))
        return opened[-1]

    yield go
    for screen in opened:
        screen.close()


def at(portal: HostilePortal) -> Portal:
    return Portal(name="acme", address=portal.address, patience=1)


def only(proposals: Proposals) -> Proposal:
    (one,) = proposals.all()
    return one


def names_used(screen: Screen) -> list[str]:
    return [str(each) for each in screen.drain().selectors]


RENAMED = FORM.replace(">Kenmerk<", ">Referentie<")


def test_reading_goes_on_with_what_was_found_and_tells(visit: Visit, proposals: Proposals) -> None:
    screen = visit(RENAMED)

    screen.fill("form.reference", "CW-1")

    assert screen.value("form.reference") == "CW-1"
    seen = screen.drain()
    pictures = seen.pictures
    assert seen.selectors == (
        SelectorUse(
            name="form.reference",
            written="near=Kenmerk",
            used="near=Kenmerk → near=Referentie",
            healed=True,
        ),
    )
    assert [one.label for one in pictures] == [
        "form.reference as it was", "form.reference as it is",
    ]  # fmt: skip
    assert all(one.image for one in pictures)
    one = only(proposals)
    assert [(each.path, each.old, each.new) for each in one.changes] == [
        (("form", "reference"), "near=Kenmerk", "near=Referentie")
    ]
    assert one.used
    assert all((proposals.folder / name).stat().st_size for name in one.pictures)


WHO = FORM.replace("Kenmerk", "Contact").replace("Bedrag", "Woonplaats")
WHO = WHO.replace("Omschrijving", "Telefoon")


def test_what_is_sensitive_is_covered_where_it_was_found_instead(
    browser: Browser, site: HostilePortal, visit: Visit
) -> None:
    site.routes["/"] = lambda _: Reply(WHO)
    first = browser.open(at(site))
    for name in ("contact", "town", "phone"):
        first.fill(f"who.{name}", "1")
    first.close()
    screen = visit(WHO.replace("Contact", "Aanspreekpunt"))
    screen.fill("who.contact", "Jansen")
    screen.drain()
    screen.picture("as it is")
    (picture,) = screen.drain().pictures
    assert picture.gap == ""
    assert isinstance(screen, PortalScreen)
    left, top, right, bottom = screen.locator.session.main.page.evaluate(
        "(({left, top, right, bottom}) => [left, top, right, bottom])"
        "(document.querySelector('[name=a3]').getBoundingClientRect())"
    )
    shown = Image.open(io.BytesIO(picture.image)).convert("L")
    low, high = shown.crop((left + 2, top + 2, right - 2, bottom - 2)).getextrema()
    assert low >= 100  # type: ignore[operator]
    assert high <= 180  # type: ignore[operator]


def test_writing_stops_and_asks(visit: Visit, proposals: Proposals) -> None:
    screen = visit(RENAMED)

    with screen.writing(), pytest.raises(SelectorStopped, match="selectors review"):
        screen.fill("form.reference", "CW-1")

    assert only(proposals).changes[0].new == "near=Referentie"
    assert not only(proposals).used


def test_what_was_found_in_reading_is_not_written_into(visit: Visit) -> None:
    screen = visit(RENAMED)
    screen.fill("form.reference", "CW-1")

    with screen.writing(), pytest.raises(SelectorStopped):
        screen.fill("form.reference", "CW-2")


def test_a_twin_that_took_the_label_is_not_written_into(visit: Visit) -> None:
    screen = visit(FORM.replace(ROW, TWIN + ROW.replace("Kenmerk", "Betalingskenmerk")))

    with screen.writing():
        screen.fill("form.memo", "still itself")
        with pytest.raises(SelectorStopped, match="not what it was"):
            screen.fill("form.reference", "CW-1")


def test_a_fallback_is_written_into_only_where_it_is_what_it_was(visit: Visit) -> None:
    screen = visit(FORM)
    with screen.writing():
        screen.fill("form.either", "CW-1")
    assert names_used(screen) == ["form.either (near=Kenmerk)"]

    screen = visit(FORM.replace(ROW, TWIN + ROW.replace("Kenmerk", "Betalingskenmerk")))
    with screen.writing(), pytest.raises(SelectorStopped, match="not what it was"):
        screen.fill("form.either", "CW-1")


def test_what_was_learnt_in_writing_counts_in_writing(visit: Visit, proposals: Proposals) -> None:
    with (screen := visit(FORM)).writing():
        screen.fill("form.several", "CW-1")
    screen.close()

    with (screen := visit(FORM.replace('maxlength="35"', 'maxlength="35" title="Nr"'))).writing():
        screen.fill("form.several", "CW-1")
    assert names_used(screen) == ["form.several"]
    screen.close()

    with (screen := visit(FORM.replace('name="a3"', 'name="a9"'))).writing():
        screen.fill("form.several", "CW-1")
    assert names_used(screen) == ["form.several (near=Kenmerk)"]
    screen.close()

    gone = RENAMED.replace('name="a3"', 'name="a9"')
    with (screen := visit(gone)).writing(), pytest.raises(SelectorStopped, match="review"):
        screen.fill("form.several", "CW-1")
    assert [(each.path, each.old) for each in only(proposals).changes] == [
        (("form", "several", 0), "css=input[name=a3]")
    ]


def test_a_form_that_moved_about_is_written_into_as_before(visit: Visit) -> None:
    first, second, third, fourth, *rest = FORM.removeprefix("<table>\n").split("\n")
    moved = "\n".join(["<table>", third, first, second, fourth, *rest])
    screen = visit(moved.replace('name="a', 'name="x'))

    with screen.writing():
        screen.fill("form.reference", "CW-1")
        screen.fill("form.paid", "5,00", item="20260003")
        screen.read_back()


def test_absence_is_an_answer_and_never_healed(visit: Visit, proposals: Proposals) -> None:
    screen = visit(RENAMED)

    assert not screen.shows("form.reference")
    with pytest.raises(PageTimeout):
        screen.wait_for("form.reference")
    assert proposals.all() == ()


def test_a_field_that_is_gone_is_not_found(visit: Visit, proposals: Proposals) -> None:
    screen = visit(FORM.replace(ROW, ""))

    with pytest.raises(SelectorLost):
        screen.fill("form.reference", "CW-1")
    assert proposals.all() == ()


def test_what_a_person_rejected_is_not_used_again(visit: Visit, proposals: Proposals) -> None:
    visit(RENAMED).fill("form.reference", "CW-1")
    proposals.decide(replace(only(proposals), state="rejected"))

    with pytest.raises(SelectorLost) as told:
        visit(RENAMED).fill("form.reference", "CW-1")
    assert "selectors review" not in str(told.value), "there is nothing left to decide"


def test_a_table_is_read_by_what_its_columns_hold(visit: Visit, proposals: Proposals) -> None:
    changed = FORM.replace("Stuknr", "Document").replace("Openstaand", "Saldo")
    screen = visit(changed)

    rows = list(screen.rows("items"))

    assert [row.text("open") for row in rows] == ["1.250,00", "80,50", "17,00"]
    assert rows[0].text("number") == "20260001"
    assert "open: Openstaand → Saldo" in screen.drain().selectors[0].used
    assert {each.path[-1] for each in only(proposals).changes} == {"number", "open"}


def test_a_table_of_other_elements_is_found_again(visit: Visit) -> None:
    changed = FORM
    for old, new in (("<table", "<section"), ("</table", "</section"), ("<tr", "<div"),
                     ("</tr", "</div"), ("<td", "<span"), ("</td", "</span")):  # fmt: skip
        changed = changed.replace(old, new)
    screen = visit(changed)

    assert [row.text("due") for row in screen.rows("items")][-1] == "03-03-2026"


def test_the_column_of_a_row_is_found_again_and_not_written_into(visit: Visit) -> None:
    screen = visit(FORM.replace("Betaald", "Afgeboekt"))

    screen.fill("form.paid", "5,00", item="20260003")
    assert screen.value("form.paid", item="20260003") == "5,00"
    with screen.writing(), pytest.raises(SelectorStopped):
        screen.fill("form.paid", "6,00", item="20260003")


REWORDED = REFUSED.replace(">Het bedrag klopt niet<", ">Onjuiste invoer<")


def test_what_is_read_by_its_words_is_found_in_other_words(
    visit: Visit, proposals: Proposals
) -> None:
    screen = visit(REWORDED)

    assert screen.text("form.refused") == "Onjuiste invoer"
    assert screen.text("form.refused") == "Onjuiste invoer"
    assert [(each.old, each.new) for each in only(proposals).changes] == [
        ("text=Het bedrag klopt niet", "text=Onjuiste invoer")
    ]
    assert only(proposals).used


def test_other_words_are_not_taken_in_a_writing_step(visit: Visit, proposals: Proposals) -> None:
    screen = visit(REWORDED)

    with screen.writing(), pytest.raises(SelectorStopped, match="selectors review"):
        screen.text("form.refused")
    assert not only(proposals).used


def test_words_that_are_gone_are_not_found(visit: Visit, proposals: Proposals) -> None:
    screen = visit(REFUSED.replace('<p id="melding">Het bedrag klopt niet</p>', ""))

    with pytest.raises(SelectorLost):
        screen.text("form.refused")
    assert proposals.all() == ()


def test_the_words_themselves_are_trusted_wherever_they_stand(
    visit: Visit, proposals: Proposals
) -> None:
    screen = visit(f"<h1>Het bedrag klopt niet</h1>{REWORDED}")

    assert screen.text("form.refused") == "Het bedrag klopt niet"
    with screen.writing():
        assert screen.text("form.refused") == "Het bedrag klopt niet"
    assert proposals.all() == ()


LIST = """<table border="1" style="table-layout:fixed;width:900px">
<tr><td>Stuknr</td><td>Debiteur</td><td>Openstaand</td><td>Rekening</td></tr>
<tr><td>20260001</td><td><a href="#">NAME</a></td><td>1.250,00</td><td>IBAN</td></tr>
<tr><td>20260002</td><td>Smit</td><td>AMOUNT</td><td>-</td></tr></table>
<table style="table-layout:fixed;width:400px"><tr><td>Aan</td><td><span>NAME</span></td></tr>
<tr><td>Ter attentie van</td><td>NAME</td></tr></table>
<iframe name="werk" width="700" height="90" srcdoc="<table style='table-layout:fixed;width:600px'>
<tr><th>Nr<th>Naam<tr><td>1<td>NAME<tr><td>2<td>Smit</table>"></iframe>"""


def kept(visit: Visit, proposals: Proposals, name: str, iban: str, amount: str) -> Image.Image:
    """The picture that a proposal keeps of a page with this debtor on it."""
    page = RENAMED.replace('name="a4"', 'name="a4" value="NAME"') + LIST
    page = page.replace("NAME", name).replace("IBAN", iban).replace("AMOUNT", amount)
    screen = visit(page)
    screen.fill("form.reference", "CW-1")
    screen.close()
    image = (proposals.folder / f"{only(proposals).id}-now.jpg").read_bytes()
    assert screen.drain().pictures[-1].image == image
    return Image.open(io.BytesIO(image)).convert("L")


def differ(one: Image.Image, other: Image.Image) -> bool:
    """Whether more than the traces of packing differ."""
    much = ImageChops.difference(one, other).point([0] * 61 + [255] * 195)
    return much.getbbox() is not None


def test_kept_pictures_show_amounts_and_nobodys_name(visit: Visit, proposals: Proposals) -> None:
    shown = kept(visit, proposals, "J. Jansen", "NL91ABNA0417164300", "80,50")
    of_another = kept(visit, proposals, "P. Peters", "DE89370400440532013000", "80,50")
    of_another_amount = kept(visit, proposals, "J. Jansen", "NL91ABNA0417164300", "90,60")

    assert not differ(shown, of_another)
    assert differ(shown, of_another_amount)


SIDE = "<table>{}</table>"
LED = "<tr><td>&nbsp;</td><td style='width:300px'><a href='{}'>{}</a></td></tr>"


def test_a_menu_is_shown_and_a_list_of_people_is_not(visit: Visit, proposals: Proposals) -> None:
    def shown(*rows: tuple[str, str]) -> Image.Image:
        side = SIDE.format("".join(LED.format(*row) for row in rows))
        screen = visit(FORM.replace(">Bedrag<", ">Som<") + side)
        screen.fill("form.amount", "1,00")
        screen.close()
        image = (proposals.folder / f"{only(proposals).id}-now.jpg").read_bytes()
        return Image.open(io.BytesIO(image)).convert("L")

    menu = shown(("list.asp", "Overzicht"), ("items.asp?part=a", "Posten"))
    assert differ(menu, shown(("list.asp", "Lijsten"), ("items.asp?part=a", "Posten")))
    people = shown(("who.asp?nr=1", "J. Jansen"), ("who.asp?nr=2", "P. Smit"))
    assert not differ(people, shown(("who.asp?nr=1", "A. Bakker"), ("who.asp?nr=2", "P. Smit")))


def test_the_picture_of_now_frames_the_column_that_changed(
    visit: Visit, proposals: Proposals
) -> None:
    list(visit(FORM.replace("Openstaand", "Saldo")).rows("items"))
    name = next(each for each in only(proposals).pictures if "now" in each)
    image = Image.open(proposals.folder / name).convert("RGB")
    reds = [
        (x, y)
        for x in range(image.width)
        for y in range(image.height)
        if image.getpixel((x, y))[0] > 150 and max(image.getpixel((x, y))[1:]) < 70  # type: ignore[index]
    ]
    left, right = min(x for x, _ in reds), max(x for x, _ in reds)
    top, bottom = min(y for _, y in reds), max(y for _, y in reds)
    # One of four columns, over its heading and three rows.
    assert right - left < bottom - top + 60
    assert bottom - top > 80
