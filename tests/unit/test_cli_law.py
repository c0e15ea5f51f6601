"""`clerkwork law`, as docs/law.md shows it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner
from workspaces import change, fresh

from clerkwork.bootstrap import law_for
from clerkwork.cli.app import app
from clerkwork.core.law.declared import law_packs
from clerkwork.errors import ConfigError
from clerkwork.workspace.config import read_config

PAGE = (Path(__file__).parents[2] / "docs" / "law.md").read_text(encoding="utf-8")
CONSOLE = "\n".join(re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL))
TYPED = re.findall(r"^\$ clerkwork (.*)\n((?:[^$\n].*\n)*)", CONSOLE, re.MULTILINE)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fresh(tmp_path_factory.mktemp("office"))


def typed(root: Path, line: str) -> str:
    found = CliRunner().invoke(app, [*shlex.split(line), "--workspace", str(root)])
    assert found.exit_code == 0, found.output
    return found.output


@pytest.mark.parametrize(("line", "answer"), TYPED)
def test_the_page_shows_what_the_command_says(root: Path, line: str, answer: str) -> None:
    assert typed(root, line) == answer


def test_the_page_shows_each_command() -> None:
    assert [line.split()[1] for line, _ in TYPED] == ["costs", "letter", "interest"]


def test_the_pages_declarations_can_be_read(tmp_path: Path) -> None:
    root = fresh(tmp_path)
    blocks = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 2
    (root / "config" / "law.toml").write_text("\n".join(blocks))
    assert "at" in law_packs(read_config(root).law)


def test_belgian_costs_are_asked_only_if_they_were_agreed(root: Path) -> None:
    assert "costs: 0.00 EUR" in typed(root, "law costs 1000 --country be")
    assert "costs: 90.00 EUR" in typed(root, "law costs 1000 --country be --agreed")


def test_what_all_contracts_provide_for_is_said_once_in_the_config(tmp_path: Path) -> None:
    root = fresh(tmp_path)
    change(root, "config/law.toml", 'country = "nl"', 'country = "be"')
    assert "costs: 0.00 EUR" in typed(root, "law costs 1000")
    change(root, "config/law.toml", "agreed = false", "agreed = true")
    assert "costs: 90.00 EUR" in typed(root, "law costs 1000")
    # What reminders ask, and dossiers claim, is reckoned by the same word.
    assert law_for(read_config(root).law).agreed


def test_a_proven_arrival_counts(root: Path) -> None:
    said = typed(root, "law letter 2026-12-18 --arrived 2026-12-31")
    assert "last day to pay without costs: Fri 2027-01-15" in said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("law costs much", "'much'; expected an amount of zero or more, such as 2500.00"),
        ("law costs -- -5", "expected an amount of zero or more"),
        ("law costs 12.345", "expected an amount of zero or more"),
        ("law costs 10 --debtor student", "'student'; expected one of consumer, business"),
        ("law letter tomorrow", "'tomorrow'; expected a day such as 2026-12-18"),
        ("law letter 2026-12-18 --arrived 2026-12-17", "before it was sent"),
        ("law letter 2026-12-18 --debtor business", "asks no notice to a business"),
        ("law interest 10 --since 2025-01-02 --until 2025-01-01", "lies before --since"),
    ],
)
def test_what_cannot_be_meant_is_told(root: Path, line: str, said: str) -> None:
    words = shlex.split(line)
    at = words.index("--") if "--" in words else len(words)
    ordered = [*words[:at], "--workspace", str(root), *words[at:]]
    found = CliRunner().invoke(app, ordered)
    assert found.exit_code == 2, found.output
    shown = " ".join(re.sub("[│╭╮╰╯─]", " ", found.output).split())
    assert said in shown


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("law costs 10 --country fr", "no law of 'fr' is known: known are be, de, nl"),
        ("law costs 10 --country be --debtor business", r"[countries.be.business]"),
        (
            "law interest 10 --since 2025-07-01 --until 2025-07-02 --trade",
            "the trade rate of 2025-07-01 is not confirmed",
        ),
    ],
)
def test_what_is_not_known_is_refused_and_never_guessed(root: Path, line: str, said: str) -> None:
    found = CliRunner().invoke(app, [*shlex.split(line), "--workspace", str(root)])
    assert isinstance(found.exception, ConfigError)
    assert said in str(found.exception)
