"""Secrets are found where they lie, hidden at once, and useless to whoever has only the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked, PasswordDeleteError

from clerkwork.adapters.vault import (
    EncryptedFile,
    Environment,
    SystemKeyring,
    check_name,
    default_key_file,
    open_vault,
    variable,
)
from clerkwork.adapters.vault.names import name_of
from clerkwork.errors import SecretMissing, SetupError

PART = st.from_regex(r"[a-z][a-z0-9]{0,5}(_[a-z0-9]{1,4}){0,2}", fullmatch=True)


class DictKeyring(KeyringBackend):
    """A keyring in memory; it has no `priority`, so the library never picks it by itself."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("the keyring is locked")
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked("the keyring is locked")
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        raise PasswordDeleteError("not needed here")


class Nowhere(NoKeyring):
    """The library's own backend for a machine without keyring."""

    def __init__(self) -> None: ...


def file_in(folder: Path) -> EncryptedFile:
    return EncryptedFile(folder / "config" / "secrets.vault", folder / "home" / "vault.key")


def test_a_secret_is_registered_for_redaction_before_anybody_has_it() -> None:
    hidden: list[str] = []
    source = Environment({"CLERKWORK_SECRET_POLDER_BANK__PIN": "48151"})
    secret = open_vault([source], hidden.append).get("polder_bank.pin")
    assert (secret.value, hidden) == ("48151", ["48151"])
    assert "48151" not in f"{secret} {secret!r}"


def test_the_first_source_that_has_it_wins(tmp_path: Path) -> None:
    file = file_in(tmp_path)
    file.write("polder_bank.pin", "11111")
    file.write("polder_bank.user", "jansen")
    environment = Environment({"CLERKWORK_SECRET_POLDER_BANK__PIN": "22222"})
    vault = open_vault([environment, file], lambda value: None)
    assert vault.get("polder_bank.pin").value == "22222"
    assert vault.get("polder_bank.user").value == "jansen"
    assert vault.names() == ("polder_bank.pin", "polder_bank.user")


def test_a_missing_secret_says_where_it_was_looked_for_and_what_to_do(tmp_path: Path) -> None:
    vault = open_vault([Environment({}), file_in(tmp_path)], lambda value: None)
    with pytest.raises(SecretMissing) as caught:
        vault.get("kantoor_erp.password")
    message = str(caught.value)
    assert "CLERKWORK_SECRET_KANTOOR_ERP__PASSWORD" in message
    assert "clerkwork vault set kantoor_erp.password" in message


def test_an_empty_variable_is_no_secret() -> None:
    source = Environment({"CLERKWORK_SECRET_BANK__PIN": ""})
    assert source.read("bank.pin") is None
    assert source.names() == ()


@given(PART, PART)
def test_a_name_and_its_variable_are_one_to_one(robot: str, secret: str) -> None:
    name = f"{robot}.{secret}"
    assert name_of(variable(name)) == name


@pytest.mark.parametrize("name", ["", "Bank.pin", "bank..pin", "a__b", "bank.pin\n", "../etc"])
def test_an_odd_name_is_refused(name: str) -> None:
    with pytest.raises(SetupError, match=r"polder_bank\.pin"):
        check_name(name)


def test_the_file_alone_says_nothing(tmp_path: Path) -> None:
    file = file_in(tmp_path)
    file.write("polder_bank.pin", "geheim-48151")
    content = file.path.read_bytes()
    assert b"geheim" not in content
    assert b"polder" not in content
    assert file.path.stat().st_mode & 0o077 == 0
    assert file.key_file.stat().st_mode & 0o077 == 0
    assert file.key_file.parent not in file.path.parents


def test_the_file_is_read_by_another_process_with_the_key(tmp_path: Path) -> None:
    file_in(tmp_path).write("bank.pin", 'a"\\ü\n')
    assert file_in(tmp_path).read("bank.pin") == 'a"\\ü\n'


def test_without_the_key_the_message_says_what_to_do(tmp_path: Path) -> None:
    file = file_in(tmp_path)
    file.write("bank.pin", "48151")
    file.key_file.unlink()
    with pytest.raises(SetupError, match="Copy it from where the vault was made"):
        file.read("bank.pin")
    with pytest.raises(SetupError, match="Copy it from where the vault was made"):
        file.write("bank.user", "jansen")


def test_another_key_or_an_altered_file_is_told(tmp_path: Path) -> None:
    file = file_in(tmp_path)
    file.write("bank.pin", "48151")
    other = EncryptedFile(tmp_path / "other.vault", tmp_path / "other.key")
    other.write("bank.pin", "1")
    with pytest.raises(SetupError, match="altered, or was made with another key"):
        EncryptedFile(file.path, other.key_file).read("bank.pin")
    file.path.write_bytes(file.path.read_bytes()[:-6] + b"AAAA=\n")
    with pytest.raises(SetupError, match="altered"):
        file.read("bank.pin")


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = file_in(tmp_path)
    file.write("bank.pin", "48151")
    file.key_file.chmod(0o644)
    with pytest.raises(SetupError, match="chmod 600"):
        file.read("bank.pin")


def test_no_secret_is_set_empty(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="empty"):
        file_in(tmp_path).write("bank.pin", "")
    assert not file_in(tmp_path).path.exists()


def test_the_key_lies_in_the_users_own_folder() -> None:
    assert default_key_file({"XDG_CONFIG_HOME": "/c"}) == Path("/c/clerkwork/vault.key")
    assert default_key_file({"CLERKWORK_VAULT_KEY": "/run/key"}) == Path("/run/key")
    assert default_key_file({}).is_relative_to(Path.home())


def test_a_keyring_is_read_written_and_listed() -> None:
    backend = DictKeyring()
    source = SystemKeyring(backend=backend)
    source.write("bank.pin", "48151")
    source.write("bank.user", "jansen")
    assert source.read("bank.pin") == "48151"
    assert source.names() == ("bank.pin", "bank.user")
    index = json.loads(backend.entries["clerkwork", "__names__"])
    assert index == ["bank.pin", "bank.user"]


def test_a_machine_without_keyring_holds_nothing_there() -> None:
    source = SystemKeyring(backend=Nowhere())
    assert source.read("bank.pin") is None
    assert source.names() == ()


def test_a_locked_keyring_is_told() -> None:
    backend = DictKeyring()
    backend.locked = True
    with pytest.raises(SetupError, match="Unlock it"):
        SystemKeyring(backend=backend).read("bank.pin")
    with pytest.raises(SetupError, match="Unlock it"):
        SystemKeyring(backend=backend).write("bank.pin", "48151")
