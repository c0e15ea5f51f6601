"""A password goes where it is hidden and nowhere else, however the page changes."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from hostile_portal import HostilePortal, Reply, a_portal

from clerkwork.adapters.browser import find_browser, open_browser
from clerkwork.adapters.browser.proposals import Proposals
from clerkwork.adapters.browser.recorder import Line, record_script
from clerkwork.core.portals import Portal
from clerkwork.core.selectors import parse_selectors
from clerkwork.errors import SelectorLost, SelectorStopped
from clerkwork.ports import Screen, Secret
from clerkwork.testing import FixedClock
from clerkwork.workspace.recorded import robot_texts

DOOR = """<title>Acme</title><h1>Acme</h1><form method=post action=/login>
<label>User name <input name=u></label><label>Password <input type=password name=p></label>
<button>Log in</button></form>"""
RENAMED = DOOR.replace(
    "<label>Password", "<label>Client no. <input name=c></label><label>Passphrase"
)
SHOWN = DOOR.replace("type=password", "type=text")
PASSWORD = Secret("acme.password", "geheim-woord")
USER = Secret("acme.user", "clerk")
SELECTORS = """
[login]
user = "label=User name"
password = "label=Password"
submit = "role=button[name='Log in']"
"""


@dataclass(frozen=True, slots=True)
class Desk:
    """A portal with a door, and what is remembered of it."""

    portal: HostilePortal
    folder: Path
    closing: ExitStack

    def visit(self, page: str, selectors: str = SELECTORS) -> Screen:
        """A fresh session in front of this page; the one before is over."""
        self.closing.close()
        self.portal.routes["/"] = lambda _: Reply(page)
        browser = open_browser(
            selectors={"acme": parse_selectors(tomllib.loads(selectors), "selectors/acme.toml")},
            clock=FixedClock(),
            downloads=self.folder / "downloads",
            executable=find_browser(),
            memory=self.folder / "memory",
        )
        self.closing.callback(browser.close)
        return browser.open(Portal(name="acme", address=self.portal.address, patience=1))

    def known(self) -> None:
        """Sign in once while the page is as it was."""
        screen = self.visit(DOOR)
        sign_in(screen)
        screen.close()

    @property
    def proposals(self) -> Proposals:
        return Proposals(self.folder / "memory" / "proposals")

    @property
    def sent(self) -> list[object]:
        return [dict(each.form) for each in self.portal.seen("/login")]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_portal() as portal, ExitStack() as closing:
        portal.routes["/login"] = lambda _: Reply("<p>Welcome</p>")
        yield Desk(portal, tmp_path, closing)


def sign_in(screen: Screen) -> None:
    screen.fill("login.user", USER)
    screen.fill("login.password", PASSWORD)
    screen.click("login.submit")


@pytest.mark.parametrize("page", [RENAMED, SHOWN])
@pytest.mark.parametrize(
    "written", ['["label=Password", "near=User name", "near=Acme"]', '"css=label + label input"']
)
def test_on_a_first_run_no_visible_field_gets_the_password(
    desk: Desk, page: str, written: str
) -> None:
    screen = desk.visit(page, SELECTORS.replace('"label=Password"', written))

    with pytest.raises((SelectorStopped, SelectorLost)):
        sign_in(screen)

    assert "geheim-woord" not in screen.value("login.user")
    assert desk.sent == []


def test_a_field_that_shows_what_is_typed_is_told_and_stops(desk: Desk) -> None:
    desk.known()
    for _ in range(2):
        with pytest.raises(SelectorStopped, match=r"visible = \['password'\]"):
            sign_in(desk.visit(SHOWN))
    # Nor is it remembered as what it should be.
    sign_in(desk.visit(DOOR))
    assert desk.sent == [{"u": "clerk", "p": "geheim-woord"}] * 2


def test_a_portal_that_shows_passwords_is_declared(desk: Desk) -> None:
    desk.known()
    sign_in(desk.visit(SHOWN, SELECTORS + 'visible = ["password"]\n'))
    assert desk.sent[-1] == {"u": "clerk", "p": "geheim-woord"}


def test_signing_in_never_goes_on_with_something_else(desk: Desk) -> None:
    desk.known()
    with pytest.raises(SelectorLost, match="selectors review"):
        desk.visit(RENAMED).fill("login.password", PASSWORD)
    for renamed in ("User name", "Log in"):
        with pytest.raises(SelectorLost):
            sign_in(desk.visit(DOOR.replace(renamed, f"Your {renamed.lower()}")))
    assert len(desk.sent) == 1
    assert not any(each.used for each in desk.proposals.all())
    offered = [each for each in desk.proposals.all() if each.name == "login.password"]
    assert [each.changes[0].new for each in offered] == ["label=Passphrase"]


def test_after_the_sign_in_what_leads_on_is_healed_as_ever(desk: Desk) -> None:
    inside = SELECTORS + '[menu]\nitems = "text=Open items"\nlist = "text=To be paid"\n'
    home = "<p><a href='#1'>Open items</a> <a href='#2'>Orders</a></p>"
    for words in ("Open items", "Open posts"):
        inner = Reply(home.replace("Open items", words))
        desk.portal.routes["/login"] = partial(lambda reply, _: reply, inner)
        screen = desk.visit(DOOR, inside)
        sign_in(screen)
        screen.click("menu.items")
        screen.close()
    assert [each.used for each in desk.proposals.all()] == [True]


@pytest.mark.parametrize("name", ["acme.pin", "acme.user", "acme.answer.your_first_password"])
def test_what_portals_show_may_be_shown(desk: Desk, name: str) -> None:
    screen = desk.visit(DOOR)
    screen.fill("login.user", Secret(name, "4711"))
    assert screen.value("login.user") == "4711"


def test_what_was_hidden_once_stays_hidden_whatever_it_is_called(desk: Desk) -> None:
    selectors = SELECTORS.replace("password =", "word =")
    shibboleth = Secret("acme.shibboleth", "geheim-woord")
    screen = desk.visit(DOOR, selectors)
    screen.fill("login.word", shibboleth)
    screen.close()
    with pytest.raises(SelectorStopped):
        desk.visit(SHOWN, selectors).fill("login.word", shibboleth)


def test_a_one_time_code_may_be_shown_where_it_was_hidden(desk: Desk) -> None:
    selectors = SELECTORS.replace("password =", "code =")
    for page in (DOOR, SHOWN.replace("name=p", "name=p autocomplete=one-time-code")):
        screen = desk.visit(page, selectors)
        screen.one_time_code("login.code", Secret("acme.totp", "JBSWY3DPEHPK3PXP"))
        assert len(screen.value("login.code")) == 6
        screen.close()


Recorded = Callable[..., dict[str, object]]


@pytest.fixture
def recorded(desk: Desk) -> Recorded:
    """The section [login] of what is recorded at a door."""

    def record(page: str, *fields: tuple[str, str]) -> dict[str, object]:
        desk.portal.routes["/"] = lambda _: Reply(page)
        script = [
            Line(place=f"script.txt, line {n}", verb="type", words=words, secret=name)
            for n, (words, name) in enumerate(fields, start=1)
        ]
        acts = record_script(
            Portal(name="acme", address=desk.portal.address, patience=1),
            [*script, Line(place="script.txt, line 9", verb="click", words="Log in")],
            clock=FixedClock(),
            downloads=desk.folder / "downloads",
            secret=lambda name: Secret(f"acme.{name}", "geheim"),
        )
        texts, _ = robot_texts("acme", acts, dict(fields))
        login: dict[str, object] = tomllib.loads(texts["selectors/acme.toml"])["login"]
        return login

    return record


def test_a_recorded_password_falls_back_on_what_hides_it_alone(recorded: Recorded) -> None:
    login = recorded(DOOR, ("User name", "user"), ("Password", "password"))
    assert login["user"] == "label=User name"
    assert login["password"] == ["label=Password", "css=input[type=password]"]
    assert "hidden" not in login


def test_a_hidden_field_of_another_name_is_written_down_as_hidden(recorded: Recorded) -> None:
    page = DOOR.replace("Password", "Client code")
    login = recorded(page, ("User name", "user"), ("Client code", "client"))
    assert login["hidden"] == ["client"]
    parse_selectors({"login": login}, "selectors/acme.toml")


ROWS = """<h2>Sign in</h2><form method=post action=/login><table>
<tr><td>User name</td><td><input name=u></td></tr><tr><td>Word</td><td><input type=password name=p>
</td></tr></table><p>For clerks only</p><input name=x><button>Log in</button></form>"""
DIVS = """<h2>Sign in</h2><p>Welcome</p><form method=post action=/login><div><span>User name</span>
<div><input name=u></div></div><div><span>Word</span><input type=password name=p></div>
<button>Log in</button></form>"""


@pytest.mark.parametrize("page", [ROWS, DIVS])
def test_near_names_the_words_of_the_field_itself(recorded: Recorded, page: str) -> None:
    login = recorded(page, ("User name", "user"), ("Word", "password"))
    assert login["user"] == "near=User name"
    assert login["password"] == ["near=Word", "css=input[type=password]"]
