"""Forms of old and odd portals: every way to find a field, fields with a will of their own."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from browser_desk import showing
from hostile_portal import HostilePortal, Reply

from clerkwork.core.money import Money
from clerkwork.core.portals import Portal
from clerkwork.errors import BusinessError, PageTimeout, ReadBackError, SelectorLost
from clerkwork.ports import Browser, Screen

pytest_plugins = ["hostile_fixtures"]
SELECTORS = """
[found]
role = "role=textbox[name='Naam']"
label = "label=Plaats"
text = "text=Alleen tekst"
contains = "contains=deel van"
placeholder = "placeholder=Zoek debiteur"
css = "css=#css"
xpath = "xpath=//td[.='Pad']/following-sibling::td/input"
near = "near=Naast"
title = "title=Hulp"
alt = "alt=Afdrukken"
row = { row = "{item}", column = "Betaald" }
twice = "placeholder=Dubbel"

[inner]
frame = "outer/inner"
name = "label=Diep"

[form]
amount = "near=Bedrag"
date = "near=Datum"
country = { list = "css=#country", options = "css=#options li" }
debtor = { list = "css=#debtor", options = "css=#found div" }
go = "role=button[name='Boek']"

[tree]
items = { tree = ["Verkoop", "Debiteuren", "Openstaand"] }
bought = { tree = ["Inkoop", "Crediteuren", "Openstaand"] }
lost = { tree = ["Verkoop", "Debiteuren", "Weg"] }
said = "css=#said"

[files]
bill = "near=Bijlage"
styled = "text=Kies bestand"
button = "role=button[name='Toevoegen']"
dead = "role=button[name='Niets']"
wipe = "role=button[name='Wis']"
said = "css=#said"
"""

FOUND = """
<p>Alleen tekst</p><p>Dit is een deel van een zin</p>
<label>Naam <input></label><label for=place>Plaats</label><input id=place>
<input placeholder="Zoek debiteur"><input placeholder=Dubbel><input placeholder=Dubbel>
<input id=css><table><tr><td>Pad<td><input><tr><td>Naast<td><input></table>
<input title=Hulp><img alt=Afdrukken width=9 height=9>
<table><tr><th>Stuknr<th>Betaald<tr><td>A1<td><input><tr><td>A2<td><input></table>
"""


def test_every_way_to_find_a_thing(screen: Screen, site: HostilePortal) -> None:
    showing(screen, site, FOUND)
    for way in ("role", "label", "placeholder", "css", "xpath", "near", "title"):
        screen.fill(f"found.{way}", way)
    screen.fill("found.row", "100,00", item="A2")

    for way in ("role", "label", "placeholder", "css", "xpath", "near", "title"):
        assert screen.value(f"found.{way}") == way
    assert screen.value("found.row", item="A1") == ""
    assert screen.text("found.text") == "Alleen tekst"
    assert screen.text("found.contains") == "Dit is een deel van een zin"
    assert screen.shows("found.alt")
    with pytest.raises(SelectorLost, match="there 2 times"):
        screen.fill("found.twice", "x")


def test_a_frame_in_a_frame_is_addressed_by_both_names(screen: Screen, site: HostilePortal) -> None:
    site.routes["/o"] = lambda _: Reply("<iframe name=inner src=/i></iframe>")
    site.routes["/i"] = lambda _: Reply("<label>Diep <input></label>")
    showing(screen, site, "<iframe name=outer src=/o></iframe>").fill("inner.name", "x")

    assert screen.value("inner.name") == "x"


FIELDS = "<table><tr><td>Bedrag<td><input {amount}><tr><td>Datum<td><input {date}></table>{script}"


def fields(amount: str = "", date: str = "", script: str = "") -> str:
    return FIELDS.format(amount=amount, date=date, script=f"<script>{script}</script>")


@pytest.mark.parametrize(
    ("decimal", "dates", "amount", "day"),
    [
        (",", "%d-%m-%Y", "1234,56", "31-03-2026"),
        (".", "%m/%d/%Y", "1234.56", "03/31/2026"),
        (",", "%d %b %Y", "1234,56", "31 Mar 2026"),
    ],
)
def test_amounts_and_days_in_the_portals_own_format(
    browser: Browser,
    hostile: Portal,
    site: HostilePortal,
    decimal: str,
    dates: str,
    amount: str,
    day: str,
) -> None:
    screen = browser.open(replace(hostile, decimal=decimal, dates=dates))
    showing(screen, site, fields())
    with screen.writing():
        screen.fill("form.amount", Money(123456, "EUR"))
        screen.fill("form.date", dt.date(2026, 3, 31))
        screen.read_back()

    assert (screen.value("form.amount"), screen.value("form.date")) == (amount, day)
    assert screen.money("form.amount") == Money(123456, "EUR")
    screen.close()


@pytest.mark.parametrize("decimal", [",", "."])
@pytest.mark.parametrize("dates", ["%d-%m-%Y", "%d %B %Y"])
def test_fields_with_a_form_of_their_own_for_numbers_and_days(
    browser: Browser, hostile: Portal, site: HostilePortal, decimal: str, dates: str
) -> None:
    screen = browser.open(replace(hostile, decimal=decimal, dates=dates))
    showing(screen, site, fields("type=number step=0.01", "type=date"))
    with screen.writing():
        screen.fill("form.amount", Money(123450, "EUR"))
        screen.fill("form.date", dt.date(2026, 4, 3))
        screen.read_back()

    assert screen.money("form.amount") == Money(123450, "EUR")
    assert screen.date("form.date") == dt.date(2026, 4, 3)
    screen.close()


GROUPED = """
document.querySelectorAll('input')[0].addEventListener('change', function () {
  var cents = Math.round(parseFloat(this.value.replace(/[.]/g, '').replace(',', '.')) * 100);
  var whole = String(Math.floor(cents / 100)).replace(/(?=(...)+$)(?!^)/g, '.');
  this.value = whole + ',' + ('0' + cents % 100).slice(-2);
});"""
KEYS_ALONE = """
var box = document.querySelectorAll('input')[NR], digits = '';
box.addEventListener('keydown', function (e) {
  if (/^[0-9]$/.test(e.key)) digits += e.key;
  if (e.key.length === 1) e.preventDefault();
  box.value = SHOWN;
});
box.addEventListener('input', function () { box.value = SHOWN; });"""


def test_an_amount_that_is_reformatted_on_leaving_is_the_same_amount(
    screen: Screen, site: HostilePortal
) -> None:
    showing(screen, site, fields(script=GROUPED)).fill("form.amount", Money(123456789, "EUR"))

    assert screen.value("form.amount") == "1.234.567,89"


def test_a_date_mask_that_hears_keys_alone(screen: Screen, site: HostilePortal) -> None:
    shown = "digits.replace(/^(..)(..)(.*)/, '$1-$2-$3')"
    script = KEYS_ALONE.replace("NR", "1").replace("SHOWN", shown)
    showing(screen, site, fields(script=script)).fill("form.date", dt.date(2026, 3, 31))

    assert screen.value("form.date") == "31-03-2026"


def test_an_amount_that_is_shifted_in_from_the_right(screen: Screen, site: HostilePortal) -> None:
    shown = "(Number(digits) / 100).toFixed(2).replace('.', ',')"
    script = KEYS_ALONE.replace("NR", "0").replace("SHOWN", shown)
    showing(screen, site, fields(script=script)).fill("form.amount", Money(123456, "EUR"))

    assert screen.value("form.amount") == "1234,56"


def test_a_mask_that_makes_another_amount_of_it_stops(screen: Screen, site: HostilePortal) -> None:
    script = "document.querySelector('input').onchange = function () { this.value = '12,34'; }"
    with pytest.raises(ReadBackError, match=r"form\.amount holds '12,34' after '1234\.56 EUR'"):
        showing(screen, site, fields(script=script)).fill("form.amount", Money(123456, "EUR"))


LIST = """<div id=country onclick="options.hidden = !options.hidden">Kies een land</div>
<ul id=options hidden style="height:60px;overflow:auto">OPTIONS</ul><script>
options.onclick = function (e) { country.textContent = SHOWN; options.hidden = true; };
</script>"""


def listed(shown: str = "e.target.textContent") -> str:
    countries = [
        "NL Nederland",
        "NO Noorwegen",
        "BE Belgi\u00eb",
        *(f"X{n} Land" for n in range(40)),
    ]
    options = "".join(f"<li>{each}</li>" for each in countries)
    return LIST.replace("OPTIONS", options).replace("SHOWN", shown)


def test_a_list_that_is_no_select(screen: Screen, site: HostilePortal) -> None:
    showing(screen, site, listed())
    with screen.writing():
        screen.choose("form.country", "X39")
        screen.choose("form.country", "NL Nederland")
        screen.read_back()

    assert screen.text("form.country") == "NL Nederland"
    with pytest.raises(BusinessError, match=r"0 options 'N', .* 'NL Nederland'"):
        screen.choose("form.country", "N")


def test_a_list_that_takes_another_option(screen: Screen, site: HostilePortal) -> None:
    with pytest.raises(ReadBackError, match="shows 'NO Noorwegen' after 'NL Nederland'"):
        showing(screen, site, listed("'NO Noorwegen'")).choose("form.country", "NL")


def test_a_list_that_shows_what_begins_as_it_is_typed(screen: Screen, site: HostilePortal) -> None:
    page = """<input id=debtor><div id=found></div><script>
    debtor.oninput = debtor.onfocus = function () {
      found.innerHTML = ['Bakker Jansen', 'Bakker Smit', 'Slager Vos'].filter(function (each) {
        return debtor.value && each.indexOf(debtor.value) === 0;
      }).concat(debtor.value ? [] : ['(alle)']).map(function (each) {
        return '<div onmousedown="debtor.value = this.textContent">' + each + '</div>';
      }).join('');
    };</script>"""
    showing(screen, site, page).choose("form.debtor", "Bakker Smit")

    assert screen.value("form.debtor") == "Bakker Smit"


NESTED = """<ul>BRANCHES</ul><p id=said></p><script>
document.querySelectorAll('span').forEach(function (each) {
  each.onclick = function () {
    var inner = each.nextElementSibling;
    if (inner) setTimeout(function () { inner.hidden = !inner.hidden; }, 60);
    else said.textContent += each.title;
  };
});</script>"""
FLAT = """<div id=tree></div><p id=said></p><script>
var open = {}, all = [['Verkoop', 0], ['Debiteuren', 1], ['Openstaand', 2, 'verkocht'],
  ['Inkoop', 0], ['Crediteuren', 1], ['Openstaand', 2, 'gekocht']];
function draw() {
  var shown = [true], html = '';
  all.forEach(function (row, i) {
    if (row[1] && !shown[row[1]]) { shown[row[1] + 1] = false; return; }
    shown[row[1] + 1] = Boolean(open[i]);
    html += '<table><tr><td width=' + (20 + 20 * row[1]) + '><td><a href="javascript:press(' + i +
      ')">' + row[0] + '</a></table>';
  });
  tree.innerHTML = html;
}
function press(i) {
  if (all[i][2]) said.textContent += all[i][2];
  else { open[i] = !open[i]; draw(); }
}
draw();</script>"""


def nested() -> str:
    def branch(name: str, inner: str, said: str) -> str:
        leaf = f"<li><span title={said}>Openstaand</span></li>"
        middle = f"<li><span>{inner}</span><ul hidden>{leaf}</ul></li>"
        return f"<li><span>{name}</span><ul hidden>{middle}</ul></li>"

    both = branch("Verkoop", "Debiteuren", "verkocht") + branch("Inkoop", "Crediteuren", "gekocht")
    return NESTED.replace("BRANCHES", both)


@pytest.mark.parametrize("page", [nested(), FLAT], ids=["lists", "tables"])
def test_a_menu_that_is_a_tree(screen: Screen, site: HostilePortal, page: str) -> None:
    showing(screen, site, page)
    screen.click("tree.bought")
    screen.click("tree.items")
    screen.click("tree.bought")

    assert screen.text("tree.said") == "gekochtverkochtgekocht"
    with pytest.raises(SelectorLost, match=r"tree\.lost"):
        screen.click("tree.lost")


FILES = """<table><tr><td>Bijlage<td><input type=file></table>
<label>Kies bestand<input type=file hidden></label>
<button onclick="ask()">Toevoegen</button><button>Niets</button><p id=said></p><script>
function ask() {
  var field = document.createElement('input');
  field.type = 'file';
  field.onchange = function () { said.textContent = field.files[0].name; };
  field.click();
}
document.querySelectorAll('input').forEach(function (each) {
  each.onchange = function () { said.textContent += each.files[0].name; WIPE };
});</script>"""


@pytest.fixture
def bill(tmp_path: Path) -> Path:
    path = tmp_path / "factuur 12.pdf"
    path.write_bytes(b"%PDF-1.4")
    return path


def test_a_file_is_handed_over_and_its_name_read_back(
    screen: Screen, site: HostilePortal, bill: Path
) -> None:
    showing(screen, site, FILES.replace("WIPE", ""))
    screen.upload("files.bill", bill)
    assert screen.value("files.bill") == "factuur 12.pdf"
    screen.upload("files.styled", bill)
    assert screen.text("files.said") == "factuur 12.pdffactuur 12.pdf"
    screen.upload("files.button", bill)
    assert screen.text("files.said") == "factuur 12.pdf"


def test_a_file_that_is_wiped_shows_when_the_form_is_read_back(
    screen: Screen, site: HostilePortal, bill: Path
) -> None:
    page = FILES.replace("WIPE", "") + "<button onclick=\"inputs[0].value = ''\">Wis</button>"
    page += "<script>var inputs = document.querySelectorAll('input');</script>"
    showing(screen, site, page)
    with screen.writing():
        screen.upload("files.bill", bill)
        screen.read_back()
        screen.click("files.wipe")
        with pytest.raises(ReadBackError, match=r"files\.bill holds '' after 'factuur 12\.pdf'"):
            screen.read_back()


def test_a_file_that_is_sent_as_soon_as_it_is_chosen(
    screen: Screen, site: HostilePortal, bill: Path
) -> None:
    site.routes["/sent"] = lambda _: Reply("<p id=said>ontvangen</p>")
    page = FILES.replace("WIPE", "location.href = '/sent'")
    showing(screen, site, page).upload("files.bill", bill)

    assert screen.text("files.said") == "ontvangen"


def test_files_that_cannot_be_handed_over(screen: Screen, site: HostilePortal, bill: Path) -> None:
    showing(screen, site, FILES.replace("WIPE", ""))
    with pytest.raises(BusinessError, match="not there or empty"):
        screen.upload("files.bill", bill.with_name("weg.pdf"))
    with pytest.raises(PageTimeout, match="asked for no file within 4 s"):
        screen.upload("files.dead", bill)
