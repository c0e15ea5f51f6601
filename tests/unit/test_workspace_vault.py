"""Which sources a workspace's vault asks, as config/vault.toml has them; what is wrong in it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from warm import run
from workspaces import fresh

from clerkwork.errors import ConfigError
from clerkwork.workspace.config import read_config

SERVER = '[hashicorp]\naddress = "https://vault.example:8200"\n'
BY_TOKEN = f'{SERVER}token = "hashicorp.token"\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return fresh(tmp_path)


def write(root: Path, text: str) -> None:
    (root / "config" / "vault.toml").write_text(text)


def test_without_the_file_it_is_as_it_comes_along(root: Path) -> None:
    there = read_config(root).vault
    (root / "config" / "vault.toml").unlink()
    assert read_config(root).vault == there
    assert there.sources == ("environment", "file", "keyring")


def test_all_that_stands_there_as_an_example_can_be_meant(root: Path) -> None:
    place = root / "config" / "vault.toml"
    head, *rest = place.read_text().partition("# [robocorp]")
    (root / "config" / "robocorp-vault.json").write_text("{}")
    (root / "config" / "vault-ca.pem").write_text("")
    told = "".join(rest).replace("# role =", "#").replace("# secret =", "#").splitlines()
    lines = [line.removeprefix("# ") for line in told if line.startswith("# ") and "=" in line]
    robocorp, hashicorp = lines[:2], lines[2:]
    write(root, "\n".join([head, "[robocorp]", *robocorp, "[hashicorp]", *hashicorp]))
    server = read_config(root).vault.hashicorp
    assert server is not None
    assert (server.namespace, server.timeout, server.token) == ("finance", 10.0, "hashicorp.token")


WRONG = [
    ('sources = ["file", "keyrng"]', 1, "Did you mean 'keyring'?"),
    ('sources = ["file", "file"]', 1, "stands there twice"),
    ("sources = []", 1, "one or more of"),
    ('sources = ["file", "hashicorp"]', 1, "no table [hashicorp]"),
    (f'sources = ["hashicorp"]\n{BY_TOKEN}', 1, "without one of environment, file, keyring"),
    (f'sources = ["file"]\n{SERVER}', 2, "no one way to sign in"),
    (f'{BY_TOKEN}role = "hashicorp.role"\nsecret = "hashicorp.secret"', 1, "no one way to sign in"),
    (f'{SERVER}role = "hashicorp.role"', 3, "half a sign-in"),
    (BY_TOKEN.replace("https", "http"), 2, "expected https://"),
    (BY_TOKEN.replace("https://", ""), 2, "an address such as"),
    (BY_TOKEN.replace("hashicorp.token", "hvs.CAESIJ-a-real-one"), 3, "no name of a secret"),
    (f'{BY_TOKEN}mount = "/"', 4, "where the engine is mounted"),
    (f'{BY_TOKEN}authority = "gone.pem"', 4, "no such file"),
    (f"{BY_TOKEN}timeout = 0.0", 4, "more than 0"),
    (f"{BY_TOKEN}tokn = 1", 4, "Did you mean 'token'?"),
    ('[robocorp]\nfile = "gone.json"', 2, "no such file"),
    ("[robocorp]\ntimeout = -1.0", 2, "more than 0"),
]


@pytest.mark.parametrize(("text", "line", "told"), WRONG)
def test_what_is_wrong_is_told_with_its_line(root: Path, text: str, line: int, told: str) -> None:
    write(root, text)
    with pytest.raises(ConfigError) as caught:
        read_config(root)
    said = str(caught.value)
    assert said.startswith(f"config/vault.toml, line {line}: ")
    assert told in said
    assert "CAESIJ" not in said


class TestCommands:
    """Each in a process of its own."""

    @pytest.fixture
    def env(self, tmp_path: Path) -> Mapping[str, str]:
        return {"CLERKWORK_VAULT_KEY": str(tmp_path / "key"), "COLUMNS": "90"}

    def said(
        self, root: Path, env: Mapping[str, str], *words: str, stdin: str = "", code: int = 0
    ) -> str:
        done = run(words, root, {**os.environ, **env}, patience=60, said=stdin)
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    def test_a_name_is_listed_with_where_it_is_taken_from_and_never_a_value(
        self, root: Path, env: Mapping[str, str]
    ) -> None:
        (root / "config" / "rc.json").write_text(json.dumps({"polder_bank": {"totp": "JBSWY3DP"}}))
        write(
            root, 'sources = ["environment", "file", "robocorp"]\n[robocorp]\nfile="config/rc.json"'
        )
        self.said(root, env, "vault", "set", "polder_bank.pin", stdin="48151623\n")
        own = {**env, "CLERKWORK_SECRET_KANTOOR_ERP__USER": "robot-1"}
        listed = self.said(root, own, "vault", "list")
        rows = [line.split() for line in listed.splitlines()[1:]]
        assert rows == [
            ["kantoor_erp.user", "environment"],
            ["polder_bank.pin", "file"],
            ["polder_bank.totp", "robocorp"],
        ]
        assert not any(value in listed for value in ("48151623", "robot-1", "JBSWY3DP"))

    def test_a_secret_is_set_only_where_it_can_be(self, root: Path, env: Mapping[str, str]) -> None:
        words = ("vault", "set", "polder_bank.pin", "--in")
        told = self.said(root, env, *words, "environment", stdin="48151623\n", code=2)
        assert "no secret can be set in 'environment'. Known are file, keyring." in told
        write(root, 'sources = ["environment"]')
        told = self.said(root, env, *words[:3], stdin="48151623\n", code=2)
        assert "none of its sources can be written to" in told
        assert not (root / "config" / "secrets.vault").exists()

    def test_a_vault_that_is_not_there_is_one_clear_error(
        self, root: Path, env: Mapping[str, str]
    ) -> None:
        write(
            root,
            'sources = ["file", "hashicorp"]\n[hashicorp]\naddress = "http://127.0.0.1:9"\n'
            'token = "hashicorp.token"',
        )
        told = self.said(root, env, "vault", "list", code=2)
        assert "The secret hashicorp.token is missing" in told
        self.said(root, env, "vault", "set", "hashicorp.token", stdin="hvs.CAESIJ1234\n")
        told = self.said(root, env, "vault", "list", code=2)
        assert told.startswith("error: HashiCorp's Vault at http://127.0.0.1:9 does not answer")
        assert "CAESIJ" not in told
