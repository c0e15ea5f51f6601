"""Secrets out of HashiCorp's and Robocorp's vaults, over real HTTP and through the real library."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from door_portal import Authority
from vault_servers import Answer, ControlRoom, Hashicorp, answering

from clerkwork.adapters.http import ask
from clerkwork.adapters.log import MASK, Redactor
from clerkwork.adapters.vault import (
    HashicorpServer,
    HashicorpVault,
    RobocorpVault,
    open_vault,
)
from clerkwork.errors import SecretMissing, SetupError

TOKEN = "hvs.root-token-of-the-test"
LOCAL = {"hashicorp.token": TOKEN, "hashicorp.role_id": "role-1", "hashicorp.secret_id": "shh-42"}

BY_TOKEN = HashicorpServer(address="", token="hashicorp.token", timeout=5.0)
BY_ROLE = replace(BY_TOKEN, token="", role="hashicorp.role_id", secret="hashicorp.secret_id")


@pytest.fixture
def keeper() -> Hashicorp:
    return Hashicorp(tokens={TOKEN}, roles={"role-1": "shh-42"})


@pytest.fixture
def address(keeper: Hashicorp) -> Iterator[str]:
    with answering(keeper) as opened:
        yield opened


@pytest.fixture
def redactor() -> Redactor:
    return Redactor()


def vault_at(
    address: str, redactor: Redactor | None = None, server: HashicorpServer = BY_TOKEN
) -> HashicorpVault:
    hide = redactor.hide if redactor else lambda value: None
    return HashicorpVault(replace(server, address=address), ask, LOCAL.__getitem__, hide)


def by_role(address: str, redactor: Redactor | None = None) -> HashicorpVault:
    return vault_at(address, redactor, BY_ROLE)


class TestHashicorp:
    def test_a_secret_is_read_and_one_that_is_not_there_is_missing(
        self, keeper: Hashicorp, address: str, redactor: Redactor
    ) -> None:
        keeper.put("clerkwork/polder_bank", pin="48151", user="jansen")
        vault = open_vault([vault_at(address)], redactor.hide)
        assert vault.get("polder_bank.pin").value == "48151"
        assert redactor("pin 48151") == f"pin {MASK}"
        with pytest.raises(SecretMissing, match=r"secret/clerkwork/kantoor_erp, key password"):
            vault.get("kantoor_erp.password")
        with pytest.raises(SecretMissing):
            vault.get("polder_bank.answer.what_is_it")

    def test_what_is_rotated_counts_the_next_time_it_is_asked(
        self, keeper: Hashicorp, address: str
    ) -> None:
        keeper.put("clerkwork/polder_bank", pin="48151")
        vault = vault_at(address)
        assert vault.read("polder_bank.pin") == "48151"
        keeper.put("clerkwork/polder_bank", pin="62342")
        assert vault.read("polder_bank.pin") == "62342"

    def test_names_are_listed_without_a_value_crossing_the_wire(
        self, keeper: Hashicorp, address: str
    ) -> None:
        keeper.put("clerkwork/polder_bank", pin="48151", user="jansen", Odd="x")
        keeper.put("clerkwork/kantoor_erp", password="geheim")
        keeper.put("clerkwork/of_others/deeper", key="x")
        keeper.put("others/acme", key="x")
        keeper.kept["clerkwork/gone"] = [{"pin": "1"}, None]
        names = vault_at(address).names()
        assert names == ("kantoor_erp.password", "polder_bank.pin", "polder_bank.user")
        assert not any("/data/" in one.path for one in keeper.asked)

    def test_one_is_set_beside_the_others_of_its_robot(
        self, keeper: Hashicorp, address: str
    ) -> None:
        keeper.put("clerkwork/polder_bank", user="jansen")
        vault = vault_at(address)
        vault.write("polder_bank.pin", "48151")
        vault.write("kantoor_erp.password", "geheim")
        assert keeper.kept["clerkwork/polder_bank"][-1] == {"user": "jansen", "pin": "48151"}
        assert vault.read("kantoor_erp.password") == "geheim"

    def test_what_somebody_else_sets_meanwhile_is_kept(
        self, keeper: Hashicorp, address: str
    ) -> None:
        keeper.before_write.append(lambda: keeper.put("clerkwork/polder_bank", user="jansen"))
        vault_at(address).write("polder_bank.pin", "48151")
        assert keeper.kept["clerkwork/polder_bank"][-1] == {"user": "jansen", "pin": "48151"}

    def test_the_namespace_is_named(self, keeper: Hashicorp, address: str) -> None:
        keeper.namespace = "finance/ar"
        named = replace(BY_TOKEN, namespace="finance/ar")
        keeper.put("clerkwork/polder_bank", pin="48151")
        assert vault_at(address, server=named).read("polder_bank.pin") == "48151"
        with pytest.raises(SetupError, match="policy has to allow"):
            vault_at(address).read("polder_bank.pin")

    def test_all_may_lie_in_the_mount_itself(self, keeper: Hashicorp, address: str) -> None:
        keeper.put("polder_bank", pin="48151")
        vault = vault_at(address, server=replace(BY_TOKEN, folder=""))
        assert (vault.read("polder_bank.pin"), vault.names()) == ("48151", ("polder_bank.pin",))

    @pytest.mark.parametrize(
        ("answer", "told"),
        [
            (Answer(403, {"errors": ["denied"]}), "policy"),
            (Answer(503, {"errors": ["sealed"]}), "unseal"),
            (Answer(429), "later"),
            (Answer(500, b"geheim"), "its own log"),
            (Answer(307, b"", {"Location": "http://127.0.0.1:9/v1/x"}), "another address"),
            (Answer(200, b"<html>geheim</html>"), "version 2"),
            (Answer(200, ["geheim"]), "version 2"),
            (Answer(404, b"<html>"), "version 2"),
            (Answer(200, b" " * 1_000_001), "larger than"),
        ],
        ids=lambda one: one if isinstance(one, str) else "",
    )
    def test_other_answers_are_told_with_what_to_do_and_no_value(
        self, answer: Answer, told: str
    ) -> None:
        with answering(lambda asked: answer) as address, pytest.raises(SetupError) as caught:
            vault_at(address).read("polder_bank.pin")
        message = str(caught.value)
        assert told in message
        assert address in message
        assert "geheim" not in message
        assert TOKEN not in message

    def test_a_redirect_is_not_followed(self, keeper: Hashicorp) -> None:
        """The token would go to another host."""
        with answering(keeper) as other:
            moved = Answer(302, b"", {"Location": f"{other}/v1/secret/data/clerkwork/polder_bank"})
            with answering(lambda asked: moved) as address, pytest.raises(SetupError):
                vault_at(address).read("polder_bank.pin")
        assert not keeper.asked

    def test_a_server_that_drips_is_given_up(self) -> None:
        slow = Answer(200, drips=True)
        with (
            answering(lambda asked: slow) as address,
            pytest.raises(SetupError, match=r"longer than 0\.2 s"),
        ):
            vault_at(address, server=replace(BY_TOKEN, timeout=0.2)).read("polder_bank.pin")

    def test_one_that_is_not_there_is_told(self) -> None:
        with answering(lambda asked: Answer(200)) as address:
            pass
        with pytest.raises(SetupError, match="does not answer: Connection refused"):
            vault_at(address).read("polder_bank.pin")

    def test_over_https_with_an_authority_of_its_own(
        self, keeper: Hashicorp, tmp_path: Path
    ) -> None:
        authority = Authority.new(tmp_path / "ca")
        keeper.put("clerkwork/polder_bank", pin="48151")
        with answering(keeper, authority.for_server()) as address:
            trusted = vault_at(address, server=replace(BY_TOKEN, authority=str(authority.pem)))
            assert trusted.read("polder_bank.pin") == "48151"
            with pytest.raises(SetupError, match="certificate is not trusted"):
                vault_at(address).read("polder_bank.pin")

    def test_the_app_role_is_signed_in_to_once_and_again_when_its_token_is_revoked(
        self, keeper: Hashicorp, address: str, redactor: Redactor
    ) -> None:
        keeper.put("clerkwork/polder_bank", pin="48151")
        vault = by_role(address, redactor)
        assert vault.read("polder_bank.pin") == vault.read("polder_bank.pin") == "48151"
        logins = [one for one in keeper.asked if one.path.endswith("/login")]
        assert len(logins) == 1
        keeper.tokens.clear()
        assert vault.read("polder_bank.pin") == "48151"
        (token,) = keeper.tokens
        assert redactor(f"token {token}") == f"token {MASK}"

    def test_a_token_that_has_run_out_is_not_used_again(
        self, keeper: Hashicorp, address: str
    ) -> None:
        keeper.put("clerkwork/polder_bank", pin="48151")
        keeper.lease = 1
        vault = by_role(address)
        vault._until = -1.0
        vault._token = "hvs.old"
        assert vault.read("polder_bank.pin") == "48151"
        assert all(one.headers.get("x-vault-token") != "hvs.old" for one in keeper.asked)

    def test_a_refused_role_says_which_secrets_to_look_at(
        self, keeper: Hashicorp, address: str
    ) -> None:
        keeper.roles.clear()
        with pytest.raises(SetupError, match=r"hashicorp\.role_id and hashicorp\.secret_id") as e:
            by_role(address).read("polder_bank.pin")
        assert "shh-42" not in str(e.value)


class TestRobocorpFile:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        path = tmp_path / "vault.json"
        path.write_text(json.dumps({"polder_bank": {"pin": "48151", "answer.dog": "Bello"}}))
        return path

    def test_secrets_are_read_and_listed(self, file: Path) -> None:
        vault = RobocorpVault(file, environ={})
        assert vault.read("polder_bank.pin") == "48151"
        assert vault.read("polder_bank.answer.dog") == "Bello"
        assert vault.read("polder_bank.user") is vault.read("kantoor_erp.password") is None
        assert vault.names() == ("polder_bank.answer.dog", "polder_bank.pin")

    def test_what_is_changed_counts_at_once(self, file: Path) -> None:
        vault = RobocorpVault(file, environ={})
        assert vault.read("polder_bank.pin") == "48151"
        file.write_text('{"polder_bank": {"pin": "62342"}}')
        assert vault.read("polder_bank.pin") == "62342"

    def test_the_environment_names_it_as_with_the_library_itself(self, file: Path) -> None:
        named = {
            "RPA_SECRET_MANAGER": "RPA.Robocorp.Vault.FileSecrets",
            "RPA_SECRET_FILE": str(file),
        }
        assert RobocorpVault(environ=named).read("polder_bank.pin") == "48151"

    def test_yaml_is_read_too(self, tmp_path: Path) -> None:
        path = tmp_path / "vault.yaml"
        path.write_text("polder_bank:\n  pin: '48151'\n  number: 12345\n")
        vault = RobocorpVault(path, environ={})
        assert vault.read("polder_bank.pin") == "48151"
        with pytest.raises(SetupError, match="in quotes"):
            vault.read("polder_bank.number")

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("vault.json", "{geheim"),
            ("vault.json", '["geheim"]'),
            ("vault.json", '{"polder_bank": "geheim"}'),
            ("vault.yaml", "a: [geheim\nb: }geheim"),
            ("vault.txt", "{}"),
        ],
    )
    def test_a_file_that_is_none_is_told_without_what_it_says(
        self, tmp_path: Path, name: str, content: str
    ) -> None:
        (tmp_path / name).write_text(content)
        with pytest.raises(SetupError, match="is not one of secrets") as caught:
            RobocorpVault(tmp_path / name, environ={}).read("polder_bank.pin")
        assert "geheim" not in str(caught.value)
        assert caught.value.__cause__ is None

    def test_a_file_that_is_not_there_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(SetupError, match=r"config/vault\.toml"):
            RobocorpVault(tmp_path / "gone.json", environ={}).read("polder_bank.pin")


class TestControlRoom:
    @pytest.fixture
    def room(self) -> ControlRoom:
        return ControlRoom("rc-token", "ws-1", {"polder_bank": {"pin": "48151"}})

    @pytest.fixture
    def vault(self, room: ControlRoom, monkeypatch: pytest.MonkeyPatch) -> Iterator[RobocorpVault]:
        with answering(room) as address:
            monkeypatch.setenv("RC_API_SECRET_HOST", address)
            monkeypatch.setenv("RC_API_SECRET_TOKEN", "rc-token")
            monkeypatch.setenv("RC_WORKSPACE_ID", "ws-1")
            yield RobocorpVault(timeout=20.0)

    def test_a_secret_is_decrypted_and_a_changed_one_counts(
        self, vault: RobocorpVault, room: ControlRoom
    ) -> None:
        assert vault.read("polder_bank.pin") == "48151"
        room.kept["polder_bank"] = {"pin": "62342"}
        assert vault.read("polder_bank.pin") == "62342"
        assert vault.read("polder_bank.user") is vault.read("kantoor_erp.password") is None
        assert vault.names() == ()

    def test_a_refusal_is_told_with_what_to_check(
        self, vault: RobocorpVault, room: ControlRoom
    ) -> None:
        room.token = "another"
        with pytest.raises(SetupError, match=r"it answered 403. Check RC_API_SECRET_HOST") as e:
            vault.read("polder_bank.pin")
        assert "rc-token" not in str(e.value)

    def test_one_that_hangs_is_given_up(self, vault: RobocorpVault, room: ControlRoom) -> None:
        room.hangs = threading.Event()
        with pytest.raises(SetupError, match=r"within 0\.2 s"):
            replace(vault, timeout=0.2).read("polder_bank.pin")
        room.hangs.set()

    def test_without_its_environment_it_says_what_is_lacking(self) -> None:
        with pytest.raises(SetupError, match=r"RC_API_SECRET_TOKEN.*`file` under \[robocorp\]"):
            RobocorpVault(environ={}).read("polder_bank.pin")
