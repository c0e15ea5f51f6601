"""What no picture may show is covered before there is one, and the page does not notice."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pytesseract  # type: ignore[import-untyped]
import pytest
from hostile_portal import HostilePortal, Reply, a_portal
from PIL import Image
from playwright.sync_api import Page

from clerkwork.adapters.browser import find_browser, open_browser
from clerkwork.adapters.browser.screen import PortalScreen
from clerkwork.adapters.browser.terms import wire
from clerkwork.core.finders import Finder
from clerkwork.core.pictures import PictureRules
from clerkwork.core.portals import Portal
from clerkwork.core.selectors import parse_selectors
from clerkwork.errors import ConfigError
from clerkwork.ports import Browser, Picture, Screen, Secret
from clerkwork.testing import FixedClock

GREY = 140
SELECTORS = """
[form]
word = "css=#word"
code = "css=#code"
go = "css=#go"
name = "css=#name"

[person]
name = "css=#name"
town = "css=#town"
phone = "css=#phone"
sensitive = ["name"]

[lines]
rows = "css=#lines tr"
columns = { number = "css=.number", who = "css=.who" }
sensitive = ["who"]

[bare]
rows = "css=#bare tr"
columns = { who = "Who" }
sensitive = ["who"]

[seen]
who = "css=#who"
shown = ["who"]

[items]
rows = "css=#items tr"
columns = { number = "Number", debtor = "Debtor", open = "Open" }
sensitive = ["debtor"]

[orders]
rows = "css=#orders tr"
columns = { number = "Order", day = "Day" }
shown = ["number"]
"""
IBAN, OWN = "NL91 ABNA 0417 1643 00", "NL20 INGB 0001 2345 67"
BSN, CARD, MAIL = "111222333", "4111 1111 1111 1111", "jan.jansen@bakker.example"


@dataclass(frozen=True, slots=True)
class Desk:
    site: HostilePortal
    browser: Browser

    def showing(self, page: str, **others: str) -> Screen:
        """A fresh session that shows this page; others by their path."""
        self.site.routes["/"] = lambda _: Reply(page)
        for path, text in others.items():
            self.site.routes[f"/{path}"] = self._serving(text)
        return self.browser.open(Portal(name="acme", address=self.site.address, patience=4))

    @staticmethod
    def _serving(text: str) -> Callable[[object], Reply]:
        return lambda _: Reply(text)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    opened = open_browser(
        selectors={"acme": parse_selectors(tomllib.loads(SELECTORS), "selectors/acme.toml")},
        clock=FixedClock(),
        downloads=tmp_path_factory.mktemp("downloads"),
        executable=find_browser(),
        pictures=PictureRules(shown=(OWN.replace(" ", ""), "us@acme.example")),
    )
    yield opened
    opened.close()


@pytest.fixture
def desk(browser: Browser) -> Iterator[Desk]:
    with a_portal() as portal:
        yield Desk(portal, browser)


def taken(screen: Screen) -> Picture:
    screen.picture("as it is")
    (picture,) = screen.drain().pictures
    return picture


def boxes(screen: Screen, script: str) -> Sequence[tuple[float, float, float, float]]:
    """Left, top, right and bottom, as the page's own script (an expression) has them."""
    assert isinstance(screen, PortalScreen)
    page = screen.locator.session.main.page
    found = page.evaluate(f"[...({script})].map(r => [r.left, r.top, r.right, r.bottom])")
    return [tuple(each) for each in found]


def rects(of: str) -> str:
    return f"[...document.querySelectorAll('{of}')].map(el => el.getBoundingClientRect())"


def is_flat(image: Image.Image, box: Sequence[float]) -> bool:
    """Whether all that lies within a box is the one grey, but for what JPEG does at its edges."""
    left, top, right, bottom = (round(edge) for edge in box)
    part = image.convert("L").crop((left + 1, top + 1, max(right - 1, left + 2), bottom - 1))
    low, high = part.getextrema()
    return low >= GREY - 40 and high <= GREY + 40  # type: ignore[operator]


def image_of(picture: Picture) -> Image.Image:
    assert picture.gap == ""
    return Image.open(io.BytesIO(picture.image)).convert("RGB")


def covered(screen: Screen, of: str) -> list[bool]:
    """Which of the elements a css selector finds are covered in a picture taken now."""
    where = boxes(screen, rects(of))
    image = image_of(taken(screen))
    assert where
    return [is_flat(image, box) for box in where]


PAGE = f"""<style>body {{ font: 16px Arial }}</style>
<p><span class=secret>geheim-woord</span> <span class=open>2026-0412</span></p>
<p><span class=iban>NL91 ABNA 0417 16</span>
<span class=kept>43 00</span></p>
<p><span class=open>{OWN}</span> <span class=open>us@acme.example</span>
<span class=open>NL92 ABNA 0417 1643 00</span> <span class=open>1.234,56</span></p>
<p><span class=hidden>{BSN}</span> <span class=open>111222334</span></p>
<p><span class=hidden>{CARD[:14]}</span> <span class=kept>1111</span>
<span class=open>4111 1111 1111 1112</span></p>
<p><span class=hidden>{MAIL}</span></p>
<input id=word value="geheim-woord"> <input type=password class=hidden value=x>
<input autocomplete="section-a one-time-code" class=hidden>
<textarea class=hidden>Geef {IBAN} door</textarea> <input class=open value="2026-0412">"""


def test_what_is_somebodys_is_covered_and_what_an_auditor_needs_is_not(desk: Desk) -> None:
    screen = desk.showing(PAGE)
    screen.fill("form.word", Secret("acme.user", "geheim-woord"))

    assert covered(screen, ".secret, .iban, .hidden, #word") == [True] * 9
    assert covered(screen, ".open, .kept") == [False] * 10


SECRET = Secret("acme.user", "geheim-woord")
TYPED = "<input id=word autocomplete=off>"


def with_secret(desk: Desk, page: str, **others: str) -> Screen:
    screen = desk.showing(TYPED + page, **others)
    screen.fill("form.word", SECRET)
    return screen


@pytest.mark.parametrize(
    "page",
    [
        "<p>ge<b>heim</b>-<i>wo</i>ord</p>",
        "<p style='text-transform: uppercase'>Geheim-woord</p>",
        "<p>ge heim \u200b- woord</p>",
        "<p><span style='display: block'>Woord: geheim-woord</span><span>2026</span></p>",
        "<select><option>geheim-woord</select>",
        "<select size=3><option>een<option>geheim-woord</select>",
        "<input placeholder='geheim-woord'>",
        "<input type=button value='geheim-woord'>",
        "<button>geheim-woord</button>",
        "<div contenteditable>geheim-woord</div>",
        "<svg width=300 height=40><text x=5 y=20>geheim-woord</text></svg>",
        "<div style='scale: 1.5; rotate: 3deg; width: 9em; margin: 4em'>geheim-woord</div>",
        "<div style='columns: 2; width: 300px'>a<br>b<br>c<br>geheim-woord</div>",
        "<p style='direction: rtl'>geheim-woord</p>",
        "<p style='position: fixed; bottom: 0; z-index: 2147483647'>geheim-woord</p>",
    ],
)
def test_a_secret_is_covered_however_a_page_shows_it(desk: Desk, page: str) -> None:
    screen = with_secret(desk, page)
    words = read(image_of(taken(screen))).lower().replace("-", " ").split()
    assert not {"geheim", "heim", "woord"} & set(words)


def read(image: Image.Image) -> str:
    """The words of a picture, twice as large as it is."""
    large = image.resize((image.width * 2, image.height * 2))
    return str(pytesseract.image_to_string(large, lang="eng", config="--psm 11"))


SMALLEST = (
    ("a@b.c", "a@b", ""),
    ("111222333", "111222334", ""),
    ("1112.22.333", "1112.22.334", ""),
    ("111\u00a0222\u00a0333", "111\u00a0222 333", ""),
    ("NO93 8601 111", "NO94 8601 111", "7 947"),
    ("<b>NO93</b> 8601 111", "<b>NO94</b> 8601 111", "7 947"),
)


def test_a_number_is_found_among_all_the_texts_of_a_page_however_small(desk: Desk) -> None:
    rows = "".join(
        f"<tr><td>{n}</td><td><span class=hidden>{yes}</span>{rest}</td><td>9</td>"
        f"<td><span class=open>{no}</span>{rest}</td><td>1.234,56</td></tr>"
        for n, (yes, no, rest) in enumerate(SMALLEST)
    )
    screen = desk.showing(f"<table>{rows}</table><p><span class=open>2{BSN}</span>")
    assert covered(screen, ".hidden") == [True] * len(SMALLEST)
    assert covered(screen, ".open") == [False] * (len(SMALLEST) + 1)


PARTED = """<p><span class=x>NL91 ABNA
   0417\t 16</span>43 00</p>
<p><span class=x>NL91 ABNA</span><br><span class=x>0417 16</span> 43 00</p>
<p><span class=x>NL91 ABNA</span> \u200b <b class=x>0417 16</b>43 00</p>
<p><span class=x>111
222
333</span></p> <p><span class=x>111\u200b222333</span></p>
<p><span class=x>4111  1111\u00a0 1111</span> 1111</p>
<p><span class=open>111</span><br><span class=open>222</span><br><span class=open>333</span></p>
<p><span class=open>2026-0412</span><br><span class=x>111222333</span><br></p>"""


def test_a_number_is_found_however_its_blanks_and_lines_are_written(desk: Desk) -> None:
    screen = desk.showing(PARTED)
    assert covered(screen, ".x") == [True] * 9
    assert covered(screen, ".open") == [False] * 4


def test_what_is_shown_lets_nothing_beside_it_be_shown(desk: Desk) -> None:
    """Both stand in one block, and only one of them has to be seen."""
    page = f"<p><span id=who>{BSN}</span><br><b>tel</b> <i class=x>{BSN}</i></p>"
    screen = desk.showing(page)
    assert covered(screen, "#who") == [False]
    assert covered(screen, ".x") == [True]


def test_a_sign_that_parts_texts_within_one_hides_none_of_it(desk: Desk) -> None:
    page = f"<p id=p></p><p><span class=x>{MAIL}</span></p>"
    screen = desk.showing(f"{page}<script>p.textContent = 'a\\0\\0\\0b'</script>")
    assert covered(screen, ".x") == [True]


ROOTS = {
    "positioned": "<style>html { position: relative; margin: 50px; border: 5px solid }</style>",
    "shifted": "<style>html { transform: translate(40px, 30px) }</style>",
    "zoomed": "<style>html { zoom: 1.5 }</style>",
    "body zoomed": "<style>body { zoom: 0.8 }</style>",
    "body shifted": "<style>body { transform: translate(30px, 60px); width: 500px }</style>",
    "filtered": "<style>html { filter: invert(0) }</style>",
    "scrolled": "<style>body { height: 3000px }</style><script>scrollTo(0, 9)</script>",
    "from the right": "<style>html { direction: rtl } body { width: 3000px; padding-right: 999px }"
    "</style><script>addEventListener('load', () => scrollTo(-900, 0))</script>",
    "body from the right": "<style>body { direction: rtl; width: 3000px; padding-right: 999px }"
    "</style><script>addEventListener('load', () => scrollTo(-900, 0))</script>",
    "stubborn": "<style>html#x#x::after { content: 'x' !important; display: none !important; "
    "clip-path: none !important; opacity: 0 !important; left: 500px !important }</style>"
    "<script>document.documentElement.id = 'x'</script>",
}


@pytest.mark.parametrize("root", ROOTS)
def test_the_cover_lies_where_the_words_are_whatever_the_page_is_made_of(
    desk: Desk, root: str
) -> None:
    screen = with_secret(
        desk,
        f"{ROOTS[root]}<p><span class=x>geheim-woord</span> <span class=open>2026-0412</span></p>",
    )
    assert covered(screen, "#word, .x") == [True, True]
    assert covered(screen, ".open") == [False]


def test_a_page_whose_style_cannot_be_overruled_is_a_gap(desk: Desk) -> None:
    style = "<style>@layer a { :root::after { opacity: 0 !important } }</style>"
    picture = taken(desk.showing(style + MAIL))
    assert (picture.image, picture.gap) == (b"", "the page's own style keeps it from being covered")


DIALOGS = {
    "plain": "<dialog id=d>",
    "centred": "<dialog id=d style='transform: translate(50px, 70px); border: 9px solid'>",
    "popover": "<div popover id=d>",
}


@pytest.mark.parametrize("kind", DIALOGS)
def test_what_lies_over_all_else_of_a_page_is_covered_too(desk: Desk, kind: str) -> None:
    opened = "d.showPopover()" if kind == "popover" else "d.showModal()"
    inner = f"{DIALOGS[kind]}<span class=x>{MAIL}</span> 2026-0412"
    screen = desk.showing(f"{inner}</div></dialog><script>{opened}</script>")
    assert covered(screen, ".x") == [True]


def test_a_dialog_that_is_turned_is_a_gap(desk: Desk) -> None:
    page = f"<dialog id=d style='rotate: 9deg'>{MAIL}</dialog><script>d.showModal()</script>"
    picture = taken(desk.showing(page))
    assert (picture.image, picture.gap) == (b"", "a window within the page cannot be covered")


def test_a_secret_is_covered_in_frames_and_shadows(desk: Desk) -> None:
    inner = "<style>body { margin: 30px }</style><p>geheim-woord</p>" + "<br>" * 90 + "geheim-woord"
    page = """<iframe src=/inner width=400 height=200 style='border: 9px solid'></iframe>
<div id=host></div><script>host.attachShadow({mode: 'open'}).innerHTML =
"<b>geheim-</b>woord<dialog><p>geheim-woord</p></dialog>";
host.shadowRoot.querySelector('dialog').showModal()</script>"""
    screen = with_secret(desk, page, inner=inner)
    assert "woord" not in read(image_of(taken(screen)))


def test_what_scrolls_is_covered_where_it_is_seen_alone(desk: Desk) -> None:
    page = f"""<div style='height: 60px; overflow: auto; width: 500px' id=box><p>een</p><p class=x>
<span class=x>{MAIL}</span></p><p>drie</p></div><p style='margin: 0'><span class=open>2026-0412
2026-0413 2026-0414</span></p>"""
    screen = desk.showing(page)
    assert covered(screen, ".open") == [False]
    assert "bakker" not in read(image_of(taken(screen)))


def test_a_frame_that_cannot_be_looked_into_is_covered_whole(desk: Desk) -> None:
    screen = desk.showing("<iframe class=x sandbox srcdoc='<p>wie weet</p>'></iframe><p>2026-0412")
    assert covered(screen, ".x") == [True]


REVEALED = """<input type=password id=word><button id=go type=button>Toon</button><script>
go.onclick = () => { word.type = 'text'; }</script>"""


def test_a_password_that_the_page_reveals_stays_covered(desk: Desk) -> None:
    screen = desk.showing(REVEALED)
    screen.fill("form.word", Secret("acme.pin", "47"))
    screen.click("form.go")
    assert covered(screen, "#word") == [True]


CHANGING = """<p id=p>rust</p><input id=i><script>
const says = () => { p.textContent = 'geheim-woord'; i.value = 'geheim-woord' };
let calm = true;
const rests = () => { p.textContent = 'rust'; i.value = '' };
const turn = () => { if (calm) says(); else rests(); calm = !calm };
setInterval(turn, %d)</script>"""


@pytest.mark.parametrize("every", [1, 7, 30, 90])
def test_what_a_page_brings_while_it_is_covered_is_in_no_picture(desk: Desk, every: int) -> None:
    screen = with_secret(desk, CHANGING % every)
    pictures = [taken(screen) for _ in range(8)]
    for picture in pictures:
        assert picture.gap in ("", "the page changed while it was covered")
        assert not picture.image or "woord" not in read(image_of(picture))


NOTICING = """<span class=x>%s</span><script>const seen = []; window.seen = seen;
new MutationObserver(all => seen.push(...all.map(m => m.type))).observe(document,
{subtree: true, childList: true, attributes: true, characterData: true});
for (const each of ['resize', 'scroll', 'focus', 'blur', 'animationstart', 'transitionrun'])
addEventListener(each, () => seen.push(each), true);
new ResizeObserver(() => seen.push('size')).observe(document.querySelector('.x'));</script>"""


def test_the_page_does_not_notice(desk: Desk) -> None:
    screen = desk.showing(NOTICING % MAIL)
    assert isinstance(screen, PortalScreen)
    page = screen.locator.session.main.page
    before = page.evaluate("[document.documentElement.outerHTML, seen.splice(0)]")[0]
    assert covered(screen, ".x") == [True]
    after = page.evaluate(
        "[document.documentElement.outerHTML, seen, document.adoptedStyleSheets.length, "
        "getComputedStyle(document.documentElement, '::after').content]"
    )
    assert after == [before, [], 0, "none"]


def test_a_strict_page_lets_itself_be_covered(desk: Desk) -> None:
    desk.site.routes["/strict"] = lambda _: Reply(
        f"<span class=x>{MAIL}</span>",
        headers={
            "Content-Security-Policy": "default-src 'none'; require-trusted-types-for 'script'"
        },
    )
    screen = desk.showing("<p>Welkom")
    screen.open("strict")
    assert covered(screen, ".x") == [True]


COVER = "getComputedStyle(document.documentElement, '::after').content !== 'none'"
FORM = """<input id=name> <input id=word autocomplete=off> <button id=go type=button>Boek</button>
<span class=x>%s</span><p id=p>rust</p><script>const clicks = []; let late = 0;
go.onclick = e => clicks.push(e.isTrusted);
document.getElementById('name').onchange = () => {
  if (late) setTimeout(() => { p.innerHTML = '<b class=y>geheim-woord</b>' }, late);
}</script>"""


def foreseeing(desk: Desk) -> tuple[PortalScreen, Page]:
    """A page that was filled and pictured, so that it is covered as it is filled again."""
    screen = desk.showing(FORM % MAIL)
    assert isinstance(screen, PortalScreen)
    screen.fill("form.name", "CW-1")
    assert covered(screen, ".x") == [True]
    page = screen.locator.session.main.page
    assert not page.evaluate(COVER)
    screen.fill("form.name", "CW-2")
    assert page.evaluate(COVER)
    return screen, page


def test_a_page_that_is_covered_along_with_an_act_is_covered_in_its_picture(desk: Desk) -> None:
    screen, page = foreseeing(desk)
    assert covered(screen, ".x") == [True]
    assert not page.evaluate(COVER)


def test_a_cover_that_no_picture_is_taken_of_is_lifted_with_what_is_asked_next(desk: Desk) -> None:
    screen, page = foreseeing(desk)
    assert screen.value("form.name") == "CW-2"
    assert not page.evaluate(COVER)


def test_a_cover_that_no_picture_is_taken_of_goes_by_itself(desk: Desk) -> None:
    _, page = foreseeing(desk)
    page.wait_for_function(f"!({COVER})")


def test_a_secret_that_is_typed_after_the_page_was_covered_is_covered_too(desk: Desk) -> None:
    screen, page = foreseeing(desk)
    page.evaluate("p.innerHTML = '<b class=y>geheim-woord</b>'")
    screen.camera.hide(SECRET)
    assert covered(screen, ".x, .y") == [True, True]


@pytest.mark.parametrize("late", [1, 15, 60])
def test_what_a_page_brings_after_the_act_it_was_covered_along_with_is_covered(
    desk: Desk, late: int
) -> None:
    screen, page = foreseeing(desk)
    screen.camera.hide(SECRET)
    for _ in range(2):
        screen.fill("form.name", "CW-3")
        assert covered(screen, ".x") == [True]
    page.evaluate(f"late = {late}")
    for number in range(6):
        screen.fill("form.name", f"CW-4{number}")
        picture = taken(screen)
        assert picture.gap in ("", "the page changed while it was covered")
        assert not picture.image or "woord" not in read(image_of(picture))
        page.evaluate("p.textContent = 'rust'")


def test_a_field_that_a_page_fills_unseen_while_it_is_covered_is_in_no_picture(desk: Desk) -> None:
    screen, page = foreseeing(desk)
    page.evaluate(f"word.value = '{MAIL}'")
    assert covered(screen, ".x, #word") == [True, True]


def test_a_click_on_a_page_that_is_covered_hits_what_it_is_meant_for(desk: Desk) -> None:
    screen, page = foreseeing(desk)
    ((left, top, right, bottom),) = boxes(screen, rects("#go"))
    screen.locator.session.main.press((left + right) / 2, (top + bottom) / 2)
    assert page.evaluate("clicks") == [True]
    assert not page.evaluate(COVER)


def test_a_page_that_is_shorter_while_it_is_covered_is_not_kept_long(desk: Desk) -> None:
    screen, page = foreseeing(desk)
    page.evaluate("p.style.height = '3000px'")
    assert page.evaluate(COVER)
    page.evaluate("p.style.height = ''")
    height = "document.scrollingElement.scrollHeight"
    assert page.evaluate(f"{height} === innerHeight")
    assert covered(screen, ".x") == [True]


def test_no_script_of_the_page_notices_that_it_is_covered_along(desk: Desk) -> None:
    screen = desk.showing(NOTICING % MAIL + "<input id=name>")
    assert isinstance(screen, PortalScreen)
    page = screen.locator.session.main.page
    before = page.evaluate("document.documentElement.outerHTML")
    told = []
    for number in range(3):
        page.evaluate("seen.length = 0")
        screen.fill("form.name", f"CW-{number}")
        told.append(page.evaluate("[seen.filter(each => each !== 'blur' && each !== 'focus')]"))
        assert covered(screen, ".x") == [True]
    assert told == [[[]]] * 3
    assert page.evaluate("document.documentElement.outerHTML") == before


TABLE = """<table id=items><tr><th>Number</th><th>%s</th><th>Open</th></tr>
<tr><td>2026-1</td><td class=x>Bakkerij Jansen</td><td>1,00</td></tr>
<tr><td>2026-2</td><td class=x>De Vries</td><td>2,00</td></tr></table>
<table id=orders><tr><th>Order</th><th>Day</th></tr><tr><td class=open>111222333</td><td class=x>
111222333</td></tr></table><p id=name class=x>Jansen</p>"""


def test_a_selectors_file_says_what_is_sensitive_and_what_is_shown(desk: Desk) -> None:
    screen = desk.showing(TABLE % "Debtor")
    assert covered(screen, ".x") == [True] * 4
    assert covered(screen, ".open") == [False]


def test_a_column_that_is_to_be_covered_and_is_gone_is_a_gap(desk: Desk) -> None:
    picture = taken(desk.showing(TABLE % "Customer"))
    assert picture.image == b""
    assert "items.debtor is not where it was" in picture.gap


PERSON = "<p id=town>Delft</p><p id=phone>015</p><p id=%s class=x>Jansen</p>"
LINES = """<table id=lines><tr><th>No</th><th>Who</th></tr>
<tr><td class=number>1</td><td class="%s x">Jansen</td></tr></table>"""
BARE = "<table id=bare><tr><th>%s</th></tr><tr><td class=x>Jansen</td></tr></table>"


@pytest.mark.parametrize(
    ("page", "there", "gone", "told"),
    [
        (PERSON, "name", "naam", "person.name"),
        (LINES, "who", "wie", "lines.who"),
        (BARE, "Who", "Wie", "bare.who"),
    ],
)
def test_what_is_sensitive_and_is_gone_where_its_section_is_there_is_a_gap(
    desk: Desk, page: str, there: str, gone: str, told: str
) -> None:
    assert covered(desk.showing(page % there), ".x") == [True]
    picture = taken(desk.showing(page % gone))
    assert picture.image == b""
    assert f"{told} is not where it was" in picture.gap


@pytest.mark.parametrize(
    "page",
    [
        "<p id=town>Delft</p>",
        "<table id=lines><tr><th>No</th><th>Who</th></tr><tr><td colspan=2>None</td></tr></table>",
    ],
)
def test_a_page_that_is_not_that_of_what_is_sensitive_has_its_picture(
    desk: Desk, page: str
) -> None:
    assert taken(desk.showing(page)).gap == ""


def test_what_was_used_instead_is_covered_too(desk: Desk) -> None:
    screen = desk.showing(PERSON % "naam")
    assert isinstance(screen, PortalScreen)
    finder = Finder(kind="css", text="#naam", written="css=#naam")
    screen.camera.found_instead("person.name", (), wire((finder,), {}))
    assert covered(screen, ".x") == [True]


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ('sensitive = ["who"]', "sensitive.*names of things or columns"),
        ('cell = { row = "{item}", css = "b" }\nsensitive = ["cell"]', "without a value"),
        ("shown = 1", "shown.*names of things or columns"),
    ],
)
def test_what_is_sensitive_is_checked_as_it_is_read(key: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        parse_selectors(tomllib.loads(f'[form]\nname = "css=b"\n{key}'), "selectors/acme.toml")


ROWS = "".join(f"<p>{n} <input id={n}></p>" for n in range(60))


@pytest.mark.parametrize("around", ["%s", "<div style='height: 300px; overflow: auto'>%s</div>"])
def test_a_form_that_is_larger_than_the_window_is_shown_whole(desk: Desk, around: str) -> None:
    form = f"<form><input id=word>{ROWS}<b class=end>{MAIL}</b></form>"
    screen = desk.showing(around % form)
    assert isinstance(screen, PortalScreen)
    page = screen.locator.session.main.page
    screen.fill("form.word", "CW-1")
    screen.picture("form filled")
    pictures = screen.drain().pictures
    assert [picture.label for picture in pictures[:-1]] == [
        f"form filled, part {n} of {len(pictures)}" for n in range(1, len(pictures))
    ]
    words = [read(image_of(picture)) for picture in pictures]
    assert "59" in words[-1]
    assert "59" not in words[0]
    assert not any("bakker" in each for each in words)
    assert page.evaluate("[scrollY, document.querySelector('form').parentElement.scrollTop]") == [
        0,
        0,
    ]
    screen.open("elsewhere")
    assert len([taken(screen)]) == 1


CELLS = "".join(f"<td>{n} <input id={n} size=30></td>" for n in range(12))


@pytest.mark.parametrize("way", ["ltr", "rtl"])
@pytest.mark.parametrize("around", ["%s", "<div style='width: 500px; overflow: auto'>%s</div>"])
def test_a_form_that_is_wider_than_the_window_is_shown_whole(
    desk: Desk, around: str, way: str
) -> None:
    cells = f"{CELLS}<td><b class=end>{MAIL}</b><p style='font: 40px Arial'>ENDE</td>"
    form = f"<form style='width: 3600px'><input id=word><table><tr>{cells}</table></form>"
    screen = desk.showing(f"<html dir={way}>{around % form}")
    assert isinstance(screen, PortalScreen)
    page = screen.locator.session.main.page
    screen.fill("form.word", "CW-1")
    screen.picture("form filled")
    pictures = screen.drain().pictures
    assert len(pictures) > 2
    assert {picture.gap for picture in pictures} == {""}
    images = [image_of(picture) for picture in pictures]
    assert len({image.size for image in images}) == 1, "none is made smaller"
    assert len({image.tobytes() for image in images}) == len(images), "each shows another part"
    words = [read(image) for image in images]
    assert any("ENDE" in each for each in words), words
    assert not any("bakker" in each for each in words)
    assert page.evaluate("[scrollX, document.querySelector('form').parentElement.scrollLeft]") == [
        0,
        0,
    ]


def test_a_form_without_end_is_shown_as_far_as_the_rule_says(desk: Desk) -> None:
    screen = desk.showing(f"<form style='height: 9000px'><input id=word>{ROWS}</form>")
    screen.fill("form.word", "CW-1")
    screen.picture("form filled")
    pictures = screen.drain().pictures
    assert len(pictures) == 5 + 1
    assert "pixels longer than pictures are taken of" in pictures[-1].gap
