"""`clerkwork channels`, as docs/channels.md shows it, and the settings that it shows."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner
from workspaces import fresh

from clerkwork.cli.app import app
from clerkwork.errors import ConfigError
from clerkwork.workspace import open_workspace

PAGE = (Path(__file__).parents[2] / "docs" / "channels.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(console|toml)\n(.*?)```", PAGE, re.DOTALL)
CONSOLES = [text for kind, text in BLOCKS if kind == "console"]
TABLES = [text for kind, text in BLOCKS if kind == "toml"]


def said(root: Path, *words: str) -> str:
    done = CliRunner().invoke(app, [*words, "--workspace", str(root)], env={"COLUMNS": "160"})
    assert done.exit_code == 0, (done.output, done.exception)
    return str(done.stdout)


def cells(table: str) -> list[list[str]]:
    """What stands in a table, however wide its columns are."""
    return [re.split(r" {2,}", line.strip()) for line in table.strip().splitlines()]


def add(root: Path, file: str, text: str) -> None:
    path = root / "config" / file
    path.write_text(path.read_text() + f"\n{text}")


def with_twilio(folder: Path) -> Path:
    root: Path = fresh(folder)
    channels = root / "config" / "channels.toml"
    channels.write_text(channels.read_text().replace("people_call = true", "people_call = false"))
    add(root, "channels.toml", table("[twilio]"))
    return root


def table(name: str) -> str:
    return str(next(text for text in TABLES if text.startswith(name)))


def test_the_page_shows_what_is_said_before_and_after_twilio_is_set_up(tmp_path: Path) -> None:
    before, after = (text.partition("\n") for text in CONSOLES)
    assert before[0] == after[0] == "$ clerkwork channels"
    assert cells(said(fresh(tmp_path / "a"), "channels")) == cells(before[2])
    assert cells(said(with_twilio(tmp_path / "b"), "channels")) == cells(after[2])


@pytest.mark.parametrize(
    ("house", "since"),
    [
        ("", "by whoever posts it, as a work item"),
        ("[print_house]\nsince = 2026-03-03", "once the print house has it"),
    ],
)
def test_where_no_demo_is_played_it_says_since_when_a_letter_counts(
    tmp_path: Path, house: str, since: str
) -> None:
    root = fresh(tmp_path)
    settings = root / "config" / "workspace.toml"
    settings.write_text(settings.read_text().partition("[demo]")[0])
    add(root, "channels.toml", house)
    assert cells(said(root, "channels"))[2][-1] == since


def test_machines_read_the_same(tmp_path: Path) -> None:
    rows = json.loads(said(with_twilio(tmp_path), "channels", "--json"))["channels"]
    assert [row["channel"] for row in rows] == ["call", "letter", "mail", "sms", "whatsapp"]
    assert rows[3] == {
        "channel": "sms",
        "by": "Twilio",
        "from": "+31201234567",
        "asked": "Twilio",
        "reports": "https://clerk.example",
    }


def test_what_is_set_up_is_no_longer_left_out_of_journeys(tmp_path: Path) -> None:
    root = with_twilio(tmp_path)
    assert "left out" not in said(root, "journeys", "show")
    assert open_workspace(root).config.ways == {"call", "letter", "mail", "sms", "whatsapp"}


def test_the_other_tables_of_the_page_are_good(tmp_path: Path) -> None:
    root = fresh(tmp_path)
    add(root, "channels.toml", table("[print_house]") + table("[print_house.sftp]"))
    journeys = root / "config" / "journeys.toml"
    text = journeys.read_text()
    hours = "[journeys.hours]\nstart = 07:00:00"
    journeys.write_text(text.replace(hours, f"{table('[journeys.call_hours]')}\n{hours}", 1))
    config = open_workspace(root).config
    assert config.journeys[0].call_hours is not None
    assert config.channels.print_house is not None
    assert tomllib.loads(table("[project"))["project"]["entry-points"]["clerkwork.channels"]


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ('[twilio]\nsms = "0612345678"', "config/channels.toml, line"),
        ('[twilio]\n[twilio.calls]\nsender = "+31201234567"', "set `callbacks`"),
        ('[twilio]\n[twilio.whatsapp]\nsender = "+31201234567"\ntemplates = []', "approved texts"),
        ("[print_house]\nsince = 2026-03-03\nfolders = 'x'", "Did you mean 'folder'"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, more: str, wrong: str) -> None:
    root = fresh(tmp_path)
    add(root, "channels.toml", more)
    with pytest.raises(ConfigError) as caught:
        open_workspace(root)
    assert wrong in str(caught.value)
