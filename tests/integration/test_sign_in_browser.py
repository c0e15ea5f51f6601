"""Signing in with a real browser: questions, pictures, kept sessions, certificates."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from door_portal import (
    ANSWER,
    PASSWORD,
    QUESTION,
    SEEN,
    SELECTORS,
    USER,
    Authority,
    DoorPortal,
    served,
)

from clerkwork.adapters.browser import find_browser, open_browser
from clerkwork.app.robot import Robot
from clerkwork.core.portals import Portal
from clerkwork.core.selectors import parse_selectors
from clerkwork.core.signing import answer_name
from clerkwork.errors import (
    ApplicationError,
    ConfigError,
    PageTimeout,
    PortalUnreachable,
    SessionLost,
    SignInRefused,
)
from clerkwork.ports import Browser, Entrance, Screen, Secret
from clerkwork.testing import FixedClock, MemoryVault

SECRETS = {
    "door.user": USER,
    "door.password": PASSWORD,
    f"door.{answer_name(QUESTION)}": ANSWER,
}


class Door(Robot):
    """The robot of the portal that is all door."""

    name = "door"

    def sign_in(self) -> None:
        super().sign_in()
        self.arrive("items.heading")


@dataclass
class Someone:
    """A person who knows the pictures, and presses what a strange page wants."""

    screen: Screen
    answers: list[str] = field(default_factory=list)
    press: Callable[[], None] = lambda: None
    pictures: int = 0

    def read(self, what: str) -> str:
        self.screen.picture("asked")
        taken = self.screen.drain().pictures
        self.pictures += sum(len(one.image) > 1000 for one in taken)
        return self.answers.pop(0)

    def see_to(self, trouble: ApplicationError, arrived: Callable[[], bool]) -> None:
        assert not arrived()
        self.press()
        assert arrived()


@contextmanager
def a_browser(folder: Path, *authorities: Path) -> Iterator[Browser]:
    opened = open_browser(
        selectors={"door": parse_selectors(tomllib.loads(SELECTORS), "selectors/door.toml")},
        clock=FixedClock(dt.datetime.now(dt.UTC)),
        downloads=folder,
        executable=find_browser(),
        authorities=authorities,
    )
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.new(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[Browser]:
    with a_browser(tmp_path_factory.mktemp("downloads"), authority.pem) as opened:
        yield opened


@pytest.fixture
def site() -> DoorPortal:
    return DoorPortal()


@pytest.fixture
def portal(site: DoorPortal) -> Iterator[Portal]:
    with served(site.app()) as address:
        yield Portal(name="door", address=address, patience=4)


@pytest.fixture
def visits() -> Iterator[ExitStack]:
    """What is opened in a test, and closed at its end."""
    with ExitStack() as stack:
        yield stack


def come_in(browser: Browser, portal: Portal, visits: ExitStack, *answers: str) -> Door:
    screen = browser.open(portal)
    visits.callback(screen.close)
    robot = Door(screen, MemoryVault(SECRETS), {}, Someone(screen, [*answers]))
    robot.sign_in()
    screen.entered()
    return robot


def go_on(browser: Browser, portal: Portal, visits: ExitStack, kept: str) -> Door:
    screen = browser.open(portal, Entrance(kept=kept))
    visits.callback(screen.close)
    return Door(screen, MemoryVault({}), {})


def numbers(robot: Door) -> list[str]:
    return [row.text("number") for row in robot.screen.rows("items")]


def test_a_question_and_a_picture_stand_between_the_password_and_the_items(
    browser: Browser, portal: Portal, site: DoorPortal, visits: ExitStack
) -> None:
    site.asks = ["question", "captcha", "question"]
    robot = come_in(browser, portal, visits, "wrong", SEEN)
    assert isinstance(robot.person, Someone)
    assert robot.person.pictures == 2, "each asking has a picture of the page"
    assert len(numbers(robot)) == 9
    assert site.sign_ins == 1


def test_a_strange_page_is_seen_to_by_a_person(
    browser: Browser, portal: Portal, site: DoorPortal, visits: ExitStack
) -> None:
    site.asks = ["strange"]
    screen = browser.open(portal)
    visits.callback(screen.close)
    someone = Someone(screen, press=lambda: screen.click("login.question_submit"))
    robot = Door(screen, MemoryVault(SECRETS), {}, someone)
    robot.sign_in()
    assert len(numbers(robot)) == 9


def test_a_strange_page_with_nobody_there_is_a_failure_and_no_guess(
    browser: Browser, portal: Portal, site: DoorPortal, visits: ExitStack
) -> None:
    site.asks = ["strange"]
    screen = browser.open(portal)
    visits.callback(screen.close)
    with pytest.raises(PageTimeout, match=r"items\.heading"):
        Door(screen, MemoryVault(SECRETS), {}).sign_in()
    assert site.sessions == {}


def test_a_wrong_password_is_refused_in_the_portals_own_words(
    browser: Browser, portal: Portal, visits: ExitStack
) -> None:
    screen = browser.open(portal)
    visits.callback(screen.close)
    with pytest.raises(SignInRefused):
        Door(screen, MemoryVault({**SECRETS, "door.password": "no"}), {}).sign_in()


@pytest.mark.parametrize("in_tab", [False, True], ids=["cookie", "cookie and session storage"])
def test_a_kept_session_is_gone_on_in_without_the_password(
    browser: Browser, portal: Portal, site: DoorPortal, visits: ExitStack, in_tab: bool
) -> None:
    site.in_tab = in_tab
    kept = come_in(browser, portal, visits).screen.session()

    robot = go_on(browser, portal, visits, kept)

    assert robot.is_inside()
    assert len(numbers(robot)) == 9
    assert site.sign_ins == 1
    (token,) = site.sessions.values()
    assert token in kept, "the tab's own storage is kept too"


def test_a_kept_session_that_the_portal_ended_is_noticed_at_once(
    browser: Browser, portal: Portal, site: DoorPortal, visits: ExitStack
) -> None:
    kept = come_in(browser, portal, visits).screen.session()
    site.end_sessions()
    with pytest.raises(SessionLost, match="Your session has ended"):
        go_on(browser, portal, visits, kept)
    site.over = "login"
    assert not go_on(browser, portal, visits, kept).is_inside()


@pytest.mark.parametrize("kept", ["nonsense", "{}", '{"storage": 1, "tab": [], "at": ""}', "[]"])
def test_what_is_no_session_is_said_to_be_none(
    browser: Browser, portal: Portal, visits: ExitStack, kept: str
) -> None:
    with pytest.raises(SessionLost, match="kept session is none"):
        go_on(browser, portal, visits, kept)


def test_a_kept_session_leads_to_no_other_host(
    browser: Browser, portal: Portal, visits: ExitStack
) -> None:
    plain = json.loads(come_in(browser, portal, visits).screen.session())
    plain["at"] = "http://elsewhere.example/items"
    with pytest.raises(PortalUnreachable, match=r"elsewhere\.example"):
        go_on(browser, portal, visits, json.dumps(plain))


@pytest.mark.parametrize("status", [200, 401, 403, 404, 500, 503])
@pytest.mark.parametrize("over", ["text", "login"])
def test_a_session_that_ends_in_the_middle_is_noticed_whatever_the_status(
    browser: Browser, portal: Portal, site: DoorPortal, visits: ExitStack, status: int, over: str
) -> None:
    site.status, site.over = status, over
    robot = come_in(browser, portal, visits)
    rows = robot.screen.rows("items")
    assert next(rows).text("number") == "N-10"
    site.end_sessions()
    with pytest.raises(SessionLost):
        list(rows)


@pytest.fixture
def guarded(site: DoorPortal, authority: Authority) -> Iterator[Portal]:
    """The same portal over https, for those who show a certificate of its own authority."""
    with served(site.app(), authority) as address:
        yield Portal(name="door", address=address, patience=4)


def test_a_portal_that_wants_a_certificate_is_shown_it(
    guarded: Portal, authority: Authority, site: DoorPortal, browser: Browser, visits: ExitStack
) -> None:
    entrance = Entrance(
        certificate=authority.for_robot("open it"), passphrase=Secret("door.p", "open it")
    )
    screen = browser.open(guarded, entrance)
    visits.callback(screen.close)
    robot = Door(screen, MemoryVault(SECRETS), {})
    robot.sign_in()
    assert len(numbers(robot)) == 9
    assert site.sign_ins == 1


def test_without_its_certificate_nobody_comes_in(
    guarded: Portal, browser: Browser, site: DoorPortal
) -> None:
    with pytest.raises(PortalUnreachable, match="cannot be reached"):
        browser.open(guarded)
    assert site.sign_ins == 0


def test_a_portal_whose_issuer_nobody_knows_is_shown_nothing(
    site: DoorPortal, browser: Browser, tmp_path: Path
) -> None:
    stranger = Authority.new(tmp_path / "stranger")
    entrance = Entrance(certificate=stranger.for_robot("x"), passphrase=Secret("door.p", "x"))
    with served(site.app(), stranger) as address, pytest.raises(ApplicationError):
        browser.open(Portal(name="door", address=address, patience=4), entrance)
    assert site.visits == []


@pytest.mark.parametrize("password", ["wrong", ""])
def test_a_certificate_that_its_password_does_not_open_is_told_without_the_password(
    guarded: Portal, authority: Authority, browser: Browser, password: str
) -> None:
    entrance = Entrance(
        certificate=authority.for_robot("open it"), passphrase=Secret("door.p", password)
    )
    with pytest.raises(ConfigError, match=r"door\.certificate_password") as told:
        browser.open(guarded, entrance)
    assert told.value.__cause__ is None
    assert "open it" not in str(told.value)


def test_a_certificate_that_is_over_is_told_with_its_last_day(
    guarded: Portal, authority: Authority, browser: Browser
) -> None:
    robots = authority.for_robot("open it", days=-200, until=-196)
    entrance = Entrance(certificate=robots, passphrase=Secret("door.p", "open it"))
    with pytest.raises(ConfigError, match=r"ended on \d{4}-\d\d-\d\d\. Ask"):
        browser.open(guarded, entrance)


def test_a_certificate_is_shown_over_https_alone(
    portal: Portal, authority: Authority, browser: Browser
) -> None:
    entrance = Entrance(certificate=authority.for_robot("open it"))
    with pytest.raises(ConfigError, match="over https alone"):
        browser.open(portal, entrance)
