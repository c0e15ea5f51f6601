"""A portal walked through, reading only: which selectors stand, which broke, and pictures of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from acme_bench import Bench, acme_bench
from PIL import Image

from clerkwork.testing_portal import Portals
from clerkwork.workspace.new_robot import UNKNOWN, make_robot

SELECTORS = "selectors/acme_erp.toml"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with acme_bench(tmp_path) as opened:
        yield opened


def checked(bench: Bench, *words: str, status: int) -> dict[str, Any]:
    done = bench.office.run("selectors", "check", "acme_erp", "--json", *words)
    assert done.returncode == status, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def standing(told: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["status"] for each in told["selectors"]}


def test_what_the_reading_verbs_use_is_found_and_shown_in_pictures(bench: Bench) -> None:
    told = checked(bench, "--method", "open_items", "--method", "find_receipt CW-OLD", status=0)
    found = standing(told)
    for name in ("login.password", "open_items.menu", "open_items.columns", "open_items.total"):
        assert found[name] == "found"
    assert found["find.rows"] == "found"
    assert found["receipt.paid"] == "not reached"
    assert set(told["verbs"].values()) == {"ok"}
    assert [Path(picture).stem for picture in told["pictures"]] == ["login", "open_items", "find"]
    for picture in told["pictures"]:
        with Image.open(picture) as opened:
            assert opened.size == (1100, 800)
    assert bench.acme.ask("SELECT count(*) FROM receipts") == [(1,)]
    assert not (bench.office.output / "clerkwork.db").exists()


def test_what_is_lost_and_what_is_there_twice_are_told_apart(bench: Bench) -> None:
    bench.write(SELECTORS, "text=Open items", "css=nav a")
    told = checked(bench, status=1)
    assert standing(told)["open_items.menu"] == "ambiguous"
    bench.write(SELECTORS, "css=nav a", "text=Open posts")
    told = checked(bench, status=1)
    assert standing(told)["open_items.menu"] == "lost"
    assert standing(told)["open_items.rows"] == "not reached"
    assert "open_items.menu (text=Open posts)" in told["verbs"]["open_items"]
    said = bench.office.run("selectors", "check", "acme_erp")
    assert said.returncode == 1
    assert "1 lost" in said.stdout


def test_a_heading_that_is_gone_is_told_of_its_table(bench: Bench) -> None:
    bench.write(SELECTORS, 'due = "Due"', 'due = "Due date"')
    found = standing(checked(bench, status=1))
    assert found["open_items.columns"] == "lost"
    assert found["open_items.rows"] == "found"


def test_what_was_healed_is_told_and_proposed(bench: Bench, portal: Portals) -> None:
    root = bench.office.folder
    make_robot(root, "vreeland")
    pages = root / "tests" / "pages" / "vreeland"
    address = portal(pages, after={"/login": "home"}).address
    bench.write("config/portals.toml", UNKNOWN, address)
    bench.office.keep({"vreeland.user": "clerk", "vreeland.password": "geheim"})
    bench.office.done("selectors", "check", "vreeland")
    page = (pages / "index.html").read_text(encoding="utf-8")
    (pages / "index.html").write_text(page.replace("User name", "Your user name"), encoding="utf-8")
    said = bench.office.done("selectors", "check", "vreeland")
    assert "login.user          healed" in said
    assert "1 healed" in said
    assert "login.user" in bench.office.done("selectors", "review", "list")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["acme"], "there is no robot 'acme'"),
        (["acme_erp", "--method", "fill_receipt CW-1"], "fill_receipt types into the portal"),
        (["acme_erp", "--method", "submit_receipt"], "never tried alone"),
        (["acme_erp", "--method", "find_receipt"], "find_receipt wants REFERENCE"),
        (["acme_erp", "--method", ""], "has no verb ''"),
    ],
)
def test_a_check_that_cannot_be_made_is_told_before_it_starts(
    bench: Bench, words: list[str], said: str
) -> None:
    done = bench.office.run("selectors", "check", *words)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())


def test_a_verb_that_writes_under_a_reading_name_is_refused(bench: Bench) -> None:
    robot = "robots/acme_erp.py"
    bench.write(
        robot,
        "    def find_receipt(",
        "    def tidy(self) -> None:\n        with self.screen.writing():\n"
        '            self.screen.click("receipt.submit")\n\n    def find_receipt(',
    )
    told = checked(bench, "--method", "tidy", status=1)
    assert "a check of selectors only reads" in told["verbs"]["tidy"]
