"""What the wiring refuses and says: names that are none, secrets that nobody asks for, the demo."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from warm import run
from workspaces import change, fresh

PROGRAM = """
import sys
from pathlib import Path
from clerkwork import bootstrap
from clerkwork.errors import ClerkworkError
root = Path(sys.argv[1])
place = bootstrap.open_workspace(root)
try:
    print(eval(sys.argv[2]))
except ClerkworkError as error:
    print(f"{type(error).__name__}: {error}")
"""

Ask = Callable[[str], str]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return fresh(tmp_path)


@pytest.fixture
def ask(root: Path, tmp_path: Path) -> Ask:
    """Ask of a workspace, in a process of its own: its robots and tasks are imported there."""
    own = {"CLERKWORK_VAULT_KEY": str(tmp_path / "key"), "XDG_STATE_HOME": str(tmp_path)}

    def asked(question: str) -> str:
        words, env = (str(root), question), {**os.environ, **own}
        done = run(words, tmp_path, env, patience=120, program=PROGRAM)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return asked


class TestSecrets:
    def test_one_that_a_robot_asks_for_is_kept_without_a_word(self, ask: Ask) -> None:
        assert ask("bootstrap.set_secret(root, 'polder_bank.pin', '12345')") == ""
        assert ask("bootstrap.secret_names(root)") == "(('polder_bank.pin', 'file'),)"

    def test_one_that_nobody_asks_for_is_kept_and_doubted(self, ask: Ask) -> None:
        said = ask("bootstrap.set_secret(root, 'polder_bnk.pin', '12345')")
        wanted = "nothing asks for polder_bnk.pin yet. Did you mean 'polder_bank.pin'?"
        assert said == wanted

    def test_what_a_portal_asks_at_its_door_is_kept_without_a_word(
        self, root: Path, ask: Ask
    ) -> None:
        word = "bootstrap.set_secret(root, 'polder_bank.certificate_password', 'x')"
        assert ask("bootstrap.set_secret(root, 'polder_bank.answer.first_pet', 'Rex')") == ""
        assert ask(word).startswith("nothing asks for polder_bank.certificate_password yet")
        change(root, "config/portals.toml", "[polder_bank]", '[polder_bank]\ncertificate = "vault"')
        assert ask(word) == ""

    def test_the_ways_to_tell_of_trouble_have_secrets_too(self, root: Path, ask: Ask) -> None:
        hook = '[[webhooks]]\nname = "p"\naddress = "https://x.example/"\nkey = "alerts.pager"\n'
        teams = '[teams]\nwebhook = "alerts.teams"\n'
        (root / "config" / "alerts.toml").write_text(teams + hook)
        said = ask("[f.found for f in bootstrap.examine(root) if f.what == 'Vault']")
        assert said == "['does not hold alerts.teams, alerts.pager']"
        for name in ("alerts.teams", "alerts.pager", "metrics.token"):
            assert ask(f"bootstrap.set_secret(root, '{name}', 'x-12345')") == ""
        said = ask("[f.found for f in bootstrap.examine(root) if f.what == 'Vault']")
        assert said == "['holds all 2 secrets asked for']"

    def test_the_doctor_asks_for_all_that_the_robots_ask_for(self, root: Path, ask: Ask) -> None:
        place = root / "config" / "workspace.toml"
        place.write_text(place.read_text().partition("# The demo's")[0])
        said = ask("[f.found for f in bootstrap.examine(root) if f.what == 'Vault']")
        names = ("kantoor_erp.user", "kantoor_erp.password", "polder_bank.pin", "polder_bank.totp")
        for name in names:
            assert name in said

    def test_the_doctor_tells_what_is_wrong_with_a_workspace(self, root: Path) -> None:
        from clerkwork import bootstrap

        change(root, "config/portals.toml", "writes =", "wirtes =")
        (found,) = (f for f in bootstrap.examine(root) if f.what == "Workspace")
        assert not found.ok
        assert found.found.startswith("config/portals.toml, line ")


class TestTheDemo:
    def test_it_plays_in_the_workspace_that_comes_along(self, ask: Ask) -> None:
        assert ask("bootstrap.check_demo(place)") == "None"

    @pytest.mark.parametrize(
        ("file", "old", "new", "said"),
        [
            ("portals.toml", "http://127.0.0.1:8472/", "https://bank.example/", "polder_bank is"),
            ("portals.toml", "http://127.0.0.1:8471/", "http://127.0.0.1:80/", "kantoor_erp is"),
            ("channels.toml", "port = 8474", "port = 25", "mail is at smtp://127.0.0.1:25"),
            ("workspace.toml", "output/clerkwork.db", "our.db", "'store' is not output/"),
        ],
    )
    def test_it_leaves_a_workspace_alone_that_is_somebodys_own(
        self, root: Path, ask: Ask, file: str, old: str, new: str, said: str
    ) -> None:
        change(root, f"config/{file}", old, new)
        answer = ask("bootstrap.check_demo(place)")
        assert answer.startswith("ConfigError: config")
        assert said in answer

    def test_an_empty_store_is_nobodys(self, root: Path, ask: Ask) -> None:
        """Looking into a fresh workspace, as `clerkwork list` does, makes one."""
        look = "[office.runs.all() for _, office in [bootstrap.open_office(place).__enter__()]]"
        assert ask(look) == "[()]"
        assert (root / "output" / "clerkwork.db").exists()
        assert ask("bootstrap.forget_demo(place)") == "True"
        assert not (root / "output" / "clerkwork.db").exists()

    def test_what_the_last_one_left_is_put_aside(self, root: Path, ask: Ask) -> None:
        for name in ("demo", "evidence", "reports", "letters"):
            (root / "output" / name).mkdir(parents=True)
            (root / "output" / name / "left").write_text("")
        (root / "output" / "mine.txt").write_text("mine")
        assert ask("bootstrap.forget_demo(place)") == "True"
        kept = {"mine.txt", "previous"}
        assert {f.name for f in (root / "output").iterdir()} - {"run.lock"} == kept
        assert (root / "output" / "previous" / "evidence" / "left").exists()
        assert ask("bootstrap.forget_demo(place)") == "False"
