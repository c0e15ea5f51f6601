"""What is done at a portal becomes a robot that replays it; nothing that was typed is in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from acme_bench import Bench, acme_bench
from back_office import settle_in
from kantoor_desk import USERS, a_demo

from clerkwork.bootstrap.recording import record_robot
from clerkwork.errors import ConfigError
from clerkwork.workspace import open_workspace
from clerkwork.workspace.script import read_script

ACME = """
# Acme, by what a person sees
type "User name" secret user
type "Password" secret password
click "Log in"
click "Open items"
table "Doc no."
click "New receipt"
type "Account" "A-10"
type "Reference" "typed 4711"
submit "Post"
"""
KANTOOR = """
type "Gebruikersnaam" secret user
type "Wachtwoord" secret password
click "Aanmelden"
click "Openstaande posten"
table "Stuknr"
"""


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with acme_bench(tmp_path) as opened:
        yield opened


def test_a_script_becomes_a_robot_that_replays_it_and_holds_nothing_typed(
    bench: Bench, tmp_path: Path
) -> None:
    script = tmp_path / "acme.txt"
    script.write_text(ACME)
    bench.office.keep({"acme_two.user": "clerk", "acme_two.password": "correct horse"})
    words = ("record", bench.address, "--name", "acme_two", "--script", str(script), "--headless")
    said = bench.office.done(*words)
    assert "clerkwork vault set acme_two.password" in said
    assert "No total was seen of [open_items]: if the portal shows one" in said
    files = [
        bench.office.folder / "robots/acme_two.py",
        *bench.office.folder.glob("*/acme_two.toml"),
    ]
    written = "".join(file.read_text(encoding="utf-8") for file in files)
    assert 'user = "label=User name"' in written
    assert "def fill_new_receipt(self, account: str, reference: str) -> None:" in written
    for typed in ("correct horse", "typed 4711", "A-10"):
        assert typed not in written
    assert bench.acme.ask("SELECT count(*) FROM receipts") == [(1,)]

    assert "acme_two" in bench.office.done("list")
    replayed = bench.office.done("try", "acme_two", "open_items")
    assert "2026-7003" in replayed
    assert "3 rows" in replayed

    again = bench.office.run(*words)
    assert again.returncode == 2
    assert "there is a robot 'acme_two' already" in again.stderr


def test_a_portal_of_frames_and_without_labels_is_recorded_and_replayed(tmp_path: Path) -> None:
    office = settle_in(tmp_path)
    script = tmp_path / "kantoor.txt"
    script.write_text(KANTOOR)
    office.keep({"kantoor_two.user": "robot", "kantoor_two.password": USERS["robot"]})
    with a_demo(tmp_path) as demo:
        where = ("--name", "kantoor_two", "--script", str(script))
        office.done("record", f"{demo.address}/", *where)
        selectors = (office.folder / "selectors" / "kantoor_two.toml").read_text(encoding="utf-8")
        assert 'user = "near=Gebruikersnaam"' in selectors
        assert 'frame = "menu"' in selectors
        assert 'frame = "werk"' in selectors
        assert "next = [\"role=link[name='Volgende']\"" in selectors
        replayed = office.done("try", "kantoor_two", "openstaande_posten")
    assert "20260001" in replayed
    # 62 items over three pages, and the row of their total: which row that is, a person declares.
    assert "63 rows" in replayed


def test_what_a_person_does_is_taken_down_until_the_window_closes(bench: Bench) -> None:
    place = open_workspace(bench.office.folder)

    def hand(page: object) -> None:
        from playwright.sync_api import Page

        assert isinstance(page, Page)
        page.get_by_label("User name").fill(bench.acme.user)
        page.get_by_label("Password").fill(bench.acme.password)
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("link", name="Open items").click()
        page.get_by_text("2026-7001").click(modifiers=["Alt"])
        page.get_by_role("link", name="New receipt").click()
        page.get_by_label("Reference").fill("typed 4711")
        page.get_by_role("button", name="Post").click(modifiers=["Alt"])
        page.close()

    made = record_robot(place, "acme_by_hand", bench.address, hand=hand)
    assert made.secrets == ("user", "password")
    assert made.unchecked == ("open_items",)
    place = open_workspace(bench.office.folder)
    robot = place.robots["acme_by_hand"]
    assert {"open_items", "fill_new_receipt", "submit_new_receipt"} <= set(vars(robot))
    table = place.selectors["acme_by_hand"].sections["open_items"].table
    assert table is not None
    assert [column.heading for column in table.columns.values()] == [
        "Doc no.",
        "Account",
        "Due",
        "Balance",
    ]
    assert bench.acme.ask("SELECT count(*) FROM receipts") == [(1,)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no act"),
        ('clik "Open items"', "line 1: 'clik' is no act. Did you mean 'click'?"),
        ("click", 'line 1: expected click "Open items"'),
        ('\nclick "Open', "line 2: No closing quotation. Words stand in quotes"),
        ('type "Password" secret', "line 1: expected type"),
        ('choose "Country"', "line 1: expected choose"),
    ],
)
def test_a_script_that_cannot_be_read_is_told_with_its_line(
    tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "script.txt"
    file.write_text(text)
    with pytest.raises(ConfigError, match=said.replace("?", r"\?").replace(".", r"\.")):
        read_script(file)


def test_a_script_that_is_not_there_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"nothere\.txt: there is no such file\. Write one"
    ) as told:
        read_script(tmp_path / "nothere.txt")
    assert "clerkwork init" not in str(told.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('\nclick "Open posts"', "acme.txt, line 2: click 'Open posts': it is not there"),
        ('type "User name" secret pin', "acme.txt, line 1: The secret acme_two.pin is missing"),
        ('type "Log in" "x"', "acme.txt, line 1: "),
    ],
)
def test_what_goes_wrong_while_playing_is_told_with_file_and_line(
    bench: Bench, tmp_path: Path, text: str, said: str
) -> None:
    script = tmp_path / "acme.txt"
    script.write_text(text)
    words = ("record", bench.address, "--name", "acme_two", "--script", str(script))
    done = bench.office.run(*words)
    assert done.returncode in (1, 2)
    assert said in " ".join(done.stderr.split())
    for folder in ("robots", "selectors"):
        assert not [*(bench.office.folder / folder).glob("acme_two*")]


def test_where_no_table_was_read_no_total_is_asked_for(bench: Bench, tmp_path: Path) -> None:
    script = tmp_path / "acme.txt"
    script.write_text("\n".join(line for line in ACME.splitlines() if "table" not in line))
    bench.office.keep({"acme_two.user": "clerk", "acme_two.password": "correct horse"})
    words = ("record", bench.address, "--name", "acme_two", "--script", str(script))
    assert "total" not in bench.office.done(*words)
