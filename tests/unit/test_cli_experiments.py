"""`clerkwork experiments`, as docs/experiments.md shows it."""

from __future__ import annotations

import json
import re
import shlex
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from test_cli_journeys import ITEMS, TODAY, page_office, refused, said

from clerkwork import bootstrap
from clerkwork.adapters.store import schema
from clerkwork.adapters.store.trials import StoredTrials
from clerkwork.app.experiment import laboratory_of, look_in
from clerkwork.core.experiments import Entry, drawn
from clerkwork.core.ledger import OpenItem
from clerkwork.core.lots import Lots
from clerkwork.core.money import Money

PAGE = (Path(__file__).parents[2] / "docs" / "experiments.md").read_text(encoding="utf-8")
BEFORE, AFTER = PAGE.split("## What came of it")
DECLARED = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0]
NAME = "plain words first"
SHARES = {"as it is": 0.40, "plain words": 0.54}
DAY = timedelta(days=1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The page's own back office, with what the page declares."""
    root = page_office(tmp_path)
    (root / "config" / "experiments.toml").write_text(DECLARED)
    return root


def live(root: Path, days: int, each: int = 30) -> None:
    """So many days on which debtors came in, the last ten days ago; and the next run's looks."""
    with bootstrap.open_office(root) as (place, office):
        (experiment,) = place.config.experiments.experiments
        entries: list[Entry] = []
        paid: list[dict[str, Any]] = []
        left: list[OpenItem] = []
        for number in range(days * each):
            since = TODAY - (9 + days - number // each) * DAY
            debtor, invoice, due = f"2{number:05}", f"2025-{number:05}", since - 3 * DAY
            arm = drawn(experiment, debtor)
            entries.append(
                Entry(
                    experiment=NAME, debtor=debtor, arm=arm, segment=experiment.segment,
                    steps=experiment.steps, since=since, items=(invoice,),
                )
            )  # fmt: skip
            if Lots("pays", debtor).falls(SHARES[arm.name]):
                paid.append(
                    {
                        "source": "kantoor_erp", "number": invoice, "customer": debtor,
                        "due": due, "on": since + 5 * DAY, "amount": 2000, "currency": "EUR",
                        "iban": "", "by_fetch": False,
                    }
                )  # fmt: skip
            else:
                owed = Money(2000, "EUR")
                left.append(OpenItem(number=invoice, customer=debtor, open=owed, due=due))
        office.trials.enter(entries, {NAME: experiment.design})
        office.books.replace_open_items("kantoor_erp", [*ITEMS, *left])
        assert isinstance(office.trials, StoredTrials)
        with office.trials.database.write() as connection:
            connection.execute(insert(schema.paid_items), paid)
        look_in(laboratory_of(office), office.queue, office.clock, dry=False)


def shows(root: Path, page: str) -> None:
    console = "\n".join(re.findall(r"```console\n(.*?)```", page, re.DOTALL))
    shown: list[tuple[str, list[str]]] = []
    for line in console.splitlines():
        if line.startswith("$ "):
            shown.append((line.removeprefix("$ clerkwork "), []))
        elif line.strip():
            shown[-1][1].append(line.rstrip())
    assert shown
    for command, lines in shown:
        answer = said(root, *shlex.split(command))
        assert [line.rstrip() for line in answer.splitlines() if line.strip()] == lines, command


def test_the_page_shows_what_is_said(root: Path) -> None:
    shows(root, BEFORE)
    live(root, days=20)
    shows(root, AFTER)


def test_nothing_is_tried_out_as_it_comes(tmp_path: Path) -> None:
    root = page_office(tmp_path)
    assert said(root, "experiments").startswith("Nothing is tried out")
    assert json.loads(said(root, "experiments", "--json")) == {"experiments": []}


def test_before_a_look_nobody_is_told_what_came_of_it(root: Path) -> None:
    """Neither in words nor for a program."""
    live(root, days=5)
    (listed,) = json.loads(said(root, "experiments", "--json"))["experiments"]
    shown = json.loads(said(root, "experiments", "show", NAME, "--json"))
    assert shown == listed | {"looks": []}
    assert sum(listed["came_in"].values()) == 150
    assert 50 < listed["known_of_each_arm"] < 80
    assert not {"paid", "difference"} & set(shown)
    told = said(root, "experiments", "show", NAME)
    assert "nothing is told before" in told
    assert "%" not in told.split("State", 1)[1]


def test_a_look_for_a_program(root: Path) -> None:
    live(root, days=20)
    shown = json.loads(said(root, "experiments", "show", NAME, "--json"))
    first = shown["looks"][0]
    assert first["look"] == 1
    assert [of for _, of in first["paid"].values()] == [132, 132]
    low, high = first["between"]
    assert low < first["difference"] < high


def test_where_a_debtor_stands_says_which_experiment_he_is_in(root: Path) -> None:
    with bootstrap.open_office(root) as (place, office):
        (experiment,) = place.config.experiments.experiments
        one = Entry(
            experiment=NAME, debtor="10004", arm=experiment.arms[1], segment=experiment.segment,
            steps=experiment.steps, since=TODAY, items=("2026-104",),
        )  # fmt: skip
        office.trials.enter([one], {NAME: experiment.design})
    assert "arm 'plain words' (tone plain)" in " ".join(
        said(root, "journeys", "who", "10004").split()
    )


def test_a_bandit_tells_how_likely_each_is_the_best(root: Path) -> None:
    text = DECLARED.replace("days = 7", 'days = 7\nmethod = "bandit"')
    (root / "config" / "experiments.toml").write_text(text)
    live(root, days=10)
    told = said(root, "experiments", "show", NAME)
    assert "likely the best" in told
    assert "This is no test" in told
    shown = json.loads(said(root, "experiments", "show", NAME, "--json"))
    assert (shown["looks_at"], set(shown["paid"])) == ([], set(SHARES))


def test_what_was_removed_is_still_there(root: Path) -> None:
    live(root, days=20)
    (root / "config" / "experiments.toml").write_text("")
    assert NAME in said(root, "experiments")
    assert "verdict" in said(root, "experiments", "show", NAME)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "plain words frist"), "Did you mean 'plain words first'?"),
        (("stop", "other"), "there is no experiment 'other'"),
    ],
)
def test_what_cannot_be_meant_is_refused(root: Path, words: tuple[str, ...], told: str) -> None:
    assert told in " ".join(refused(root, "experiments", *words).split())


def test_it_is_stopped_once(root: Path) -> None:
    said(root, "experiments", "stop", NAME, "--by", "ann", "--note", "not in December")
    told = " ".join(said(root, "experiments", "show", NAME).split())
    assert "by ann: not in December" in told
    assert "was stopped already, by ann" in refused(root, "experiments", "stop", NAME)
