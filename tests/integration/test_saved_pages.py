"""Saved pages as a portal for a robot's test: what the fixture serves, and the skeleton's test."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.error import HTTPError

import pytest

from clerkwork import OpenItem, Robot
from clerkwork.errors import ConfigError, SecretMissing
from clerkwork.testing_portal import Portals, Visit
from clerkwork.workspace import make_workspace
from clerkwork.workspace.new_robot import make_robot


class Vreeland(Robot):
    """A robot that signs in as all do, and reads one table."""

    name = "vreeland"

    def open_items(self) -> tuple[OpenItem, ...]:
        self.screen.click("open_items.menu")
        return self.read("open_items", OpenItem)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A workspace with a new robot in it."""
    make_workspace(tmp_path / "office")
    make_robot(tmp_path / "office", "vreeland")
    return tmp_path / "office"


@pytest.fixture
def pages(office: Path) -> Path:
    return office / "tests" / "pages" / "vreeland"


def asked(address: str) -> tuple[int, str, str]:
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - loopback
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except HTTPError as refused:
        with refused:
            return refused.code, refused.headers["Content-Type"], refused.read().decode()


def test_the_skeletons_own_test_passes_at_once(office: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "tests/test_vreeland.py"],
        cwd=office,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


def test_a_robot_signs_in_and_reads_on_saved_pages(portal: Portals, pages: Path) -> None:
    served = portal(pages, after={"/login": "home"})
    robot = served.robot(Vreeland, secrets={"user": "clerk", "password": "geheim"})
    robot.sign_in()
    assert [str(item.open) for item in robot.open_items()] == ["1234.56 EUR", "10.50 EUR"]
    sent = [visit for visit in served.visits if visit.method == "POST"]
    assert sent == [Visit("POST", "/login", {"user": "clerk", "password": "geheim"})]


def test_two_robots_of_one_test_share_a_browser(portal: Portals, pages: Path) -> None:
    served = portal(pages, after={"/login": ["index", "home"]})
    for _ in range(2):
        robot = served.robot(Vreeland)
        with pytest.raises(SecretMissing, match=r"vreeland\.user"):
            robot.sign_in()


def test_a_path_is_a_page_and_nothing_outside_its_folder(portal: Portals, pages: Path) -> None:
    (pages / "items@page=2.html").write_text("<p>second")
    (pages / "style.css").write_text("p { color: red }")
    (pages.parent / "beside.html").write_text("not to be seen")
    address = portal(pages).address
    assert "Ledger" in asked(f"{address}items")[2]
    assert asked(f"{address}items?page=2")[2] == "<p>second"
    assert "Ledger" in asked(f"{address}items?page=3")[2]
    assert asked(f"{address}items?page=2")[1] == "text/html; charset=utf-8"
    assert asked(f"{address}style.css")[1] == "text/css"
    for path in ("nowhere", "../beside", "%2e%2e/beside", "<b>"):
        status, _, told = asked(f"{address}{path}")
        assert status == 404
        assert "not to be seen" not in told
        assert "<b>" not in told


def test_pages_that_are_declared_and_missing_are_named(portal: Portals, pages: Path) -> None:
    with pytest.raises(ConfigError, match="is no folder"):
        portal("pages/nobody")
    with pytest.raises(ConfigError, match=r"after /login comes the page 'hom'"):
        portal(pages, after={"/login": "hom"})


def test_pytest_loads_nothing_heavy_with_the_plugin() -> None:
    heavy = "{'RPA', 'pandas', 'playwright', 'sqlalchemy', 'PIL', 'altair', 'fastapi', 'rich'}"
    program = (
        "import json, sys\nimport clerkwork.pytest_plugin\n"
        f"print(json.dumps(sorted({heavy} & set(sys.modules))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == []
