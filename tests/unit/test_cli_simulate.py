"""`clerkwork simulate` with the config and the law that come along, as docs/simulation.md shows."""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner
from workspaces import change, fresh

from clerkwork.cli.app import app
from clerkwork.core.simulation import Policy, person
from clerkwork.workspace.config import read_config

PAGE = (Path(__file__).parents[2] / "docs" / "simulation.md").read_text(encoding="utf-8")
CONSOLE = "\n".join(re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL))
SHORT = ("--debtors", "60", "--days", "200", "--seed", "7", "--from", "2026-01-01")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fresh(tmp_path_factory.mktemp("office"))


def said(root: Path, *words: str, status: int = 0) -> str:
    line = ["simulate", *words, "--workspace", str(root)]
    done = CliRunner().invoke(app, line, env={"COLUMNS": "120"})
    assert done.exit_code == status, (done.output, done.exception)
    return done.stdout


def shape(text: str) -> list[str]:
    """Its words without figures, which change with each journey."""
    return [" ".join(re.sub(r"[-\d.,%]+", "#", line).split()) for line in text.splitlines() if line]


def test_the_page_shows_what_is_said(root: Path) -> None:
    command, _, answer = CONSOLE.removeprefix("$ clerkwork simulate ").partition("\n")
    assert shape(said(root, *shlex.split(command))) == shape(answer)


def test_what_comes_along_breaks_no_rule_and_costs_what_was_declared(root: Path) -> None:
    found = json.loads(said(root, *SHORT, "--json"))
    mine, ladder = (found["policies"][name]["whole"] for name in ("journeys", "three letters"))
    assert mine["debtors"] == ladder["debtors"] == 60
    assert mine["breaches"] == {}
    assert found["channels"] == ["call", "letter", "mail"]
    assert {"letter", "mail"} <= set(mine["contacts"]) <= {"call", "letter", "mail"}
    of = {"mail": Decimal("0.002"), "letter": Decimal("1.45"), "call": Decimal("0.30")}
    assert Decimal(mine["cost"]["amount"]) == sum(of[c] * n for c, n in mine["contacts"].items())
    assert (mine["cost"]["currency"], mine["cost"]["unpriced"]) == ("EUR", [])


def test_every_journey_that_comes_along_is_played_by_some_and_none_by_too_many(root: Path) -> None:
    config, debtors = read_config(root), 3000
    policy = Policy(name="journeys", journeys=config.journeys, segments=config.segments.segments)
    who = (person(7, number) for number in range(debtors))
    taken = Counter(policy.journey_of(one, config.ways).name for one in who)
    assert set(taken) == {journey.name for journey in config.journeys}
    for name in ("short steps", "more time"):
        assert 0.02 < taken[name] / debtors < 0.1, taken


def test_channels_that_are_not_set_up_are_played_on_demand(root: Path) -> None:
    found = json.loads(said(root, *SHORT, "--json", "--all-channels"))
    assert {"sms", "whatsapp"} <= set(found["policies"]["journeys"]["whole"]["contacts"])


def test_costs_are_those_of_the_config(tmp_path: Path) -> None:
    root = fresh(tmp_path)
    change(root, "config/reports.toml", "letter = 1.45", "letter = 2.00")
    change(root, "config/reports.toml", "mail = 0.002\n", "")
    found = json.loads(said(root, *SHORT, "--json"))["policies"]["journeys"]["whole"]
    sent = found["contacts"]
    told = Decimal(found["cost"]["amount"])
    assert told == 2 * sent["letter"] + Decimal("0.3") * sent.get("call", 0)
    assert found["cost"]["unpriced"] == ["mail"]
    shown = said(root, *SHORT)
    assert "no cost in config/reports.toml, and counted as nothing: mail." in shown


def test_a_broken_rule_is_told_and_ends_with_a_status_of_its_own(tmp_path: Path) -> None:
    """An owner who declares wider hours than the Dutch quality rules is told what comes of it."""
    root = fresh(tmp_path)
    law = root / "config" / "law.toml"
    declared = (
        '[countries.nl]\nsource = "none"\nconfirmed_by = "nobody"\nconfirmed_on = 2026-01-01\n'
        "hours = { sundays = true }\n"
    )
    law.write_text(f"{law.read_text()}\n{declared}")
    walks = root / "config" / "journeys.toml"
    walks.write_text(walks.read_text().replace("end = 20:00:00", "end = 20:00:00\nsundays = true"))
    told = said(root, *SHORT, status=1)
    assert re.search(r"rule broken: Sunday, \d+ times", told)
    assert set(
        json.loads(said(root, *SHORT, "--json", status=1))["policies"]["journeys"]["whole"][
            "breaches"
        ]
    ) == {"Sunday"}


def test_other_journeys_are_tried_before_they_are_switched_on(root: Path, tmp_path: Path) -> None:
    text = (root / "config" / "journeys.toml").read_text()
    tried = tmp_path / "patient.toml"
    tried.write_text(re.sub(r"^after = (\d)$", r"after = 9", text, flags=re.MULTILINE))
    mine = json.loads(said(root, *SHORT, "--json"))["policies"]["journeys"]["whole"]
    other = json.loads(said(root, *SHORT, "--json", "--journeys", str(tried)))
    assert other["policies"]["journeys"]["whole"] != mine
    assert other["policies"]["journeys"]["whole"]["debtors"] == mine["debtors"]


def test_of_another_law_it_says_what_it_does_not_check(tmp_path: Path) -> None:
    root = fresh(tmp_path)
    change(root, "config/law.toml", 'country = "nl"', 'country = "be"')
    told = said(root, *SHORT)
    assert "what is asked by the law of be beyond the items is not checked" in told
