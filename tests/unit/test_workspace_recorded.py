"""What was recorded, as files of a robot: names, verbs, and pages that tell nonsense."""

from __future__ import annotations

import ast
import tomllib
from dataclasses import replace

import pytest

from clerkwork.adapters.browser.recorder import Act
from clerkwork.core.selectors import parse_selectors
from clerkwork.errors import ConfigError
from clerkwork.workspace.recorded import robot_texts


def act(kind: str, words: str, *finders: tuple[str, str], frame: tuple[str, ...] = ()) -> Act:
    found = finders or (("text", words),)
    return Act(
        act=kind,
        frame=frame,
        finders=tuple({"kind": way, "text": text, "name": ""} for way, text in found),
        words=words,
        secret=False,
        login=False,
        link=kind == "click",
    )


def files(*acts: Act) -> tuple[str, str]:
    """The robot and its selectors, both as they must be to be loaded."""
    texts, _ = robot_texts("acme", acts, {})
    robot, selectors = texts["robots/acme.py"], texts["selectors/acme.toml"]
    ast.parse(robot)
    parse_selectors(tomllib.loads(selectors), "selectors/acme.toml")
    return robot, selectors


def test_a_page_that_is_opened_by_its_path_begins_a_verb() -> None:
    table = replace(act("table", "No."), rows="table tr", heads=("No.", "", "No."))
    robot, selectors = files(act("open", "/items"), table)
    assert "def items(self)" in robot
    assert 'self.screen.open("/items")' in robot
    assert 'column_2 = "css=:scope > :nth-child(2)"' in selectors


def test_words_of_a_page_cannot_leave_the_quotes_they_stand_in() -> None:
    hostile = 'x"]\n[evil]\ny = "'
    robot, selectors = files(
        act("click", '"); import os; ("', ("text", hostile)),
        act("fill", "class", ("near", "'''")),
    )
    assert "import os" not in robot
    assert "evil" not in tomllib.loads(selectors)
    assert "class_: str" in robot


def test_verbs_of_one_name_and_words_of_the_engine_get_names_of_their_own() -> None:
    robot, _ = files(
        act("click", "Read"),
        act("fill", "Self"),
        act("click", "Read"),
        act("fill", "Rows"),
        act("click", "Submit order"),
        act("fill", "Columns"),
    )
    assert "def read_2(self, self_: str)" in robot
    assert "def read_3(self, rows_field: str)" in robot
    assert "def submit_order_page(self, columns_field: str)" in robot


def test_what_no_selector_can_say_is_refused_with_its_words() -> None:
    with pytest.raises(ConfigError, match="nothing was recorded"):
        robot_texts("acme", (), {})
    with pytest.raises(ConfigError, match="'Pay' was done in a frame without a name"):
        robot_texts("acme", (act("click", "Pay", frame=("main", "")),), {})
    with pytest.raises(ConfigError, match=r"'\{item\}' is on something"):
        robot_texts("acme", (act("click", "{item}"),), {})
