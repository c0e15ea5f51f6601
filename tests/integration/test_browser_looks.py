"""Things found by how they look: pictures cut out of the page, and words that are painted."""

from __future__ import annotations

import base64
import io

import pytest
from browser_desk import showing
from hostile_portal import HostilePortal, Reply
from PIL import Image, ImageDraw, ImageFont

from clerkwork.errors import ConfigError, SelectorLost
from clerkwork.ports import Screen

pytest_plugins = ["hostile_fixtures"]
PATIENCE = 8
SELECTORS = """
[bar]
print = "image=print.png"
save = ["text=Bewaren", "image=save.png"]
plain = "image=plain.png"
book = "ocr=Ontvangst boeken"
amount = "ocr=1.250,00"
said = "css=#said"

[inner]
frame = "work"
print = "image=print.png"
book = "ocr=Ontvangst boeken"
said = "css=#said"
"""


def icon(colour: str, cross: bool = False) -> Image.Image:
    """A little printer, or the same with a cross on it."""
    drawn = Image.new("RGB", (24, 24), "#dddddd")
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((4, 10, 19, 18), fill=colour, outline="black")
    pen.rectangle((7, 3, 16, 10), fill="white", outline="black")
    pen.line((7, 14, 16, 14), fill="white")
    if cross:
        pen.line((2, 2, 21, 21), fill="red", width=3)
        pen.line((2, 21, 21, 2), fill="red", width=3)
    return drawn


def words(text: str) -> Image.Image:
    drawn = Image.new("RGB", (260, 32), "#eeeeff")
    font = ImageFont.load_default(18)
    ImageDraw.Draw(drawn).text((8, 5), text, fill="#102040", font=font)
    return drawn


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def shown(image: Image.Image, does: str, style: str = "") -> str:
    source = base64.b64encode(png(image)).decode()
    onclick = f"document.getElementById('said').textContent += '{does} '"
    return (
        f'<img style="margin:9px;{style}" onclick="{onclick}" src="data:image/png;base64,{source}">'
    )


PRINT, SAVE, SPOILT = icon("#3366cc"), icon("#33aa55"), icon("#3366cc", cross=True)
IMAGES = {
    "print.png": png(PRINT),
    "save.png": png(SAVE),
    "plain.png": png(Image.new("RGB", (20, 20), "white")),
}
SAID = "<p id=said></p>"


def test_a_picture_is_told_from_those_that_are_like_it(screen: Screen, site: HostilePortal) -> None:
    grey = shown(icon("#aaaaaa"), "grijs")
    page = shown(SPOILT, "kapot") + grey + shown(PRINT, "print") + shown(SAVE, "bewaar") + SAID
    showing(screen, site, page)
    screen.click("bar.print")
    screen.click("bar.save")

    assert screen.text("bar.said") == "print bewaar"
    used = [str(each) for each in screen.drain().selectors]
    assert used == ["bar.print", "bar.save (image=save.png)", "bar.said"]


def test_two_pictures_are_no_choice_and_a_greyed_out_one_is_none(
    screen: Screen, site: HostilePortal
) -> None:
    showing(screen, site, shown(PRINT, "een") + shown(PRINT, "twee") + SAID)
    with pytest.raises(SelectorLost, match=r"bar\.print .* there 2 times"):
        screen.click("bar.print")
    showing(screen, site, shown(PRINT, "grijs", "filter:grayscale(1) opacity(.5)") + SAID)
    assert not screen.shows("bar.print")


def test_a_part_of_one_large_picture_is_clicked_where_it_is(
    screen: Screen, site: HostilePortal
) -> None:
    bar = Image.new("RGB", (300, 40), "#dddddd")
    bar.paste(SAVE, (20, 8))
    bar.paste(PRINT, (200, 8))
    source = base64.b64encode(png(bar)).decode()
    page = (
        f'<div style="height:1500px"></div><img id=bar src="data:image/png;base64,{source}">{SAID}'
        "<script>bar.onclick = function (e) { said.textContent = e.offsetX; };"
        "onload = function () { scrollTo(0, 9999); }</script>"
    )
    showing(screen, site, page).click("bar.print")

    assert abs(int(screen.text("bar.said")) - 212) <= 2


def test_a_picture_of_one_colour_is_refused(screen: Screen, site: HostilePortal) -> None:
    showing(screen, site, SAID)
    with pytest.raises(ConfigError, match=r"plain\.png is of one colour"):
        screen.click("bar.plain")


def test_painted_words_are_read_and_clicked(screen: Screen, site: HostilePortal) -> None:
    page = shown(words("Ontvangst zoeken"), "zoek") + shown(words("Ontvangst boeken"), "boek")
    showing(screen, site, f"{page}{shown(words('Saldo 1.250,00'), 'saldo')}{SAID}")
    screen.click("bar.book")

    assert screen.text("bar.said") == "boek"
    assert screen.shows("bar.amount")


def test_painted_words_that_are_there_twice_or_not_at_all(
    screen: Screen, site: HostilePortal
) -> None:
    showing(screen, site, shown(words("Ontvangst boeken"), "a") * 2 + SAID)
    with pytest.raises(SelectorLost, match=r"bar\.book .* there 2 times"):
        screen.click("bar.book")
    assert not showing(screen, site, shown(words("Betaling boeken"), "a")).shows("bar.book")


def test_looks_are_looked_for_in_their_frame_alone(screen: Screen, site: HostilePortal) -> None:
    site.routes["/work"] = lambda _: Reply(
        shown(PRINT, "print") + shown(words("Ontvangst boeken"), "boek") + SAID
    )
    around = shown(PRINT, "buiten") + shown(words("Ontvangst boeken"), "buiten") + SAID
    frame = "<iframe name=work src=/work width=600 height=300></iframe>"
    showing(screen, site, f"{around}<br>{frame}")
    screen.click("inner.print")
    screen.click("inner.book")

    assert screen.text("inner.said") == "print boek"
    assert not screen.shows("bar.said")
    with pytest.raises(SelectorLost, match="there 2 times"):
        screen.click("bar.print")
