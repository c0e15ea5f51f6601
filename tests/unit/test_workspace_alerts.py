"""Who is told of trouble, as config/alerts.toml has it; what is wrong in it; `clerkwork alerts`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from warm import run
from workspaces import fresh

from clerkwork.errors import ConfigError
from clerkwork.workspace.config import read_config

HOOK = '[[webhooks]]\nname = "pager"\naddress = "https://hooks.example/x?y=1"\nkey = "alerts.key"\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return fresh(tmp_path)


def write(root: Path, text: str) -> None:
    (root / "config" / "alerts.toml").write_text(text)


def test_without_the_file_it_is_as_it_comes_along(root: Path) -> None:
    there = read_config(root).alerts
    (root / "config" / "alerts.toml").unlink()
    assert read_config(root).alerts == there
    assert (there.mail, there.teams, there.webhooks) == (None, None, ())


def test_all_that_stands_there_as_an_example_can_be_meant(root: Path) -> None:
    lines = (root / "config" / "alerts.toml").read_text().splitlines()
    told = [one.removeprefix("# ") for one in lines if one[:3] == "# [" or " = " in one]
    write(root, "\n".join(told))
    plan = read_config(root).alerts
    assert plan.mail is not None
    assert plan.teams is not None
    assert [hook.name for hook in plan.webhooks] == ["pager"]


WRONG = [
    ("late_after = 0.0", 1, "more than 0"),
    ("late_aftre = 1.0", 1, "Did you mean 'late_after'?"),
    ("[mail]\nto = []", 2, "one mail address or more"),
    ('[mail]\nto = [\n  "ops",\n]', 2, "a mail address such as"),
    ('[teams]\nwebhook = "https://prod-1.logic.azure.com/?sig=S3CRET"', 2, "no name of a secret"),
    ('[teams]\nwebhook = "alerts.teams"\ntimeout = 0.0', 3, "more than 0"),
    (HOOK.replace("pager", "teams"), 2, "each has its own"),
    (HOOK.replace("pager", "Pager 1"), 2, "in small letters"),
    (HOOK.replace("https", "http"), 3, "expected https://"),
    (HOOK.replace('"alerts.key"', '"S3CRET key"'), 4, "no name of a secret"),
    (f'{HOOK}authority = "gone.pem"', 5, "no such file"),
    (f"{HOOK}\n{HOOK}", 7, "each has its own"),
]


@pytest.mark.parametrize(("text", "line", "told"), WRONG)
def test_what_is_wrong_is_told_with_its_line(root: Path, text: str, line: int, told: str) -> None:
    write(root, text)
    with pytest.raises(ConfigError) as caught:
        read_config(root)
    said = str(caught.value)
    assert said.startswith(f"config/alerts.toml, line {line}: ")
    assert told in said
    assert "S3CRET" not in said


class TestCommands:
    """Each in a process of its own."""

    @pytest.fixture
    def env(self, tmp_path: Path) -> Mapping[str, str]:
        return {"CLERKWORK_VAULT_KEY": str(tmp_path / "key"), "COLUMNS": "120"}

    def said(self, root: Path, env: Mapping[str, str], *words: str, code: int = 0) -> str:
        done = run(words, root, {**os.environ, **env}, patience=60)
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    def test_a_way_that_does_not_work_is_told_and_the_status_is_1(
        self, root: Path, env: Mapping[str, str]
    ) -> None:
        write(root, '[teams]\nwebhook = "alerts.teams"\n')
        told = self.said(root, env, "alerts", "test", code=1)
        assert "error: teams: The secret alerts.teams is missing" in told

    def test_where_nobody_is_told_it_says_so(self, root: Path, env: Mapping[str, str]) -> None:
        assert "declares no way to tell anybody" in self.said(root, env, "alerts", "test", code=2)
        assert "nothing is wrong" in self.said(root, env, "alerts", "look")
        assert "Nothing is wrong" in self.said(root, env, "alerts", "list")

    def test_what_a_look_finds_is_listed_until_it_is_over(
        self, root: Path, env: Mapping[str, str]
    ) -> None:
        # The demo's portals are not there: the run fails.
        self.said(root, env, "run", "daily_round", code=1)
        assert "daily_round failed: kantoor_erp" in self.said(root, env, "alerts", "look")
        listed = self.said(root, env, "alerts", "list")
        assert "nobody" in listed
        assert "daily_round failed: kantoor_erp" in listed
        assert len(self.said(root, env, "alerts", "list", "--last", "5").splitlines()) > 1
