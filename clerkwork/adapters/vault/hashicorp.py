"""Secrets in HashiCorp's Vault, or OpenBao: its key/value engine of version 2, over HTTP.

'polder_bank.pin' is the key `pin` of the secret `<folder>/polder_bank` of the mount. See
https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2 and .../auth/approle.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from clerkwork.adapters.vault.names import check_name, is_name
from clerkwork.errors import SetupError
from clerkwork.ports import Ask

__all__ = ["HashicorpServer", "HashicorpVault"]

_WITHIN = 0.9
"""Share of a token's life after which another is asked for."""
_TRIES = 3
"""Writes of other people in between, after which setting a secret is given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HashicorpServer:
    """Where it is, and how Clerkwork signs in: with `token`, or with `role` and `secret`.

    These three are names of secrets that lie in the environment, the encrypted file or the
    keyring, not the secrets themselves.
    """

    address: str
    mount: str = "secret"
    folder: str = "clerkwork"
    """Below which all secrets lie; empty for the mount itself."""
    namespace: str = ""
    token: str = ""
    role: str = ""
    secret: str = ""
    approle: str = "approle"
    """Where the AppRole method is mounted."""
    authority: str = ""
    """PEM file of the authority that signed the server's certificate, if the system has it not."""
    timeout: float = 10.0
    """Seconds."""


@dataclass(slots=True)
class HashicorpVault:
    """Asked anew for each secret, so that one that is changed there counts at once."""

    server: HashicorpServer
    ask: Ask
    local: Callable[[str], str]
    """The secret of a name, of a source on this machine; raises `SecretMissing`."""
    hide: Callable[[str], object]
    """Told of the tokens that it gives out, before anybody has them."""
    _token: str = field(default="", repr=False)
    _until: float = 0.0

    def read(self, name: str) -> str | None:
        path, key = _place(name)
        value = self._data(path)[0].get(key)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise SetupError(
                f"{self.where(name)}: its value is no text. Set it anew, as text, with "
                f"`clerkwork vault set {name} --in hashicorp`."
            )
        return value

    def names(self) -> tuple[str, ...]:
        """Keys are listed without their values."""
        found = []
        for robot in self._listed():
            answer = self._get(f"subkeys/{self._path(robot)}")
            found += [f"{robot}.{key}" for key in (answer or {}).get("subkeys") or {}]
        return tuple(sorted(name for name in found if is_name(name)))

    def where(self, name: str) -> str:
        path, key = _place(name)
        return f"HashiCorp's Vault ({self.server.mount}/{self._path(path)}, key {key})"

    def write(self, name: str, value: str) -> None:
        """Keep a secret beside those of the same robot; raises `SetupError`."""
        check_name(name)
        if not value:
            raise SetupError(f"The secret {name} is empty; nothing was changed.")
        path, key = _place(name)
        for _ in range(_TRIES):
            kept, version = self._data(path)
            # Check and set: what somebody else wrote meanwhile is read again, not overwritten.
            body = {"data": {**kept, key: value}, "options": {"cas": version}}
            status, answer = self._ask("POST", f"{self.server.mount}/data/{self._path(path)}", body)
            if status in (200, 204):
                return
            if status != 400 or b"check-and-set" not in answer:
                raise self._refused(status, f"does not take {name}")
        raise SetupError(
            f"{self._named}: others change {path} all the time; nothing was changed. Try again."
        )

    @property
    def _named(self) -> str:
        return f"HashiCorp's Vault at {self.server.address}"

    def _path(self, path: str) -> str:
        return f"{self.server.folder.strip('/')}/{path}".strip("/")

    def _data(self, path: str) -> tuple[dict[str, Any], int]:
        """The keys of a secret with its version; none, and the last version, if it is not there."""
        answer = self._get(f"data/{self._path(path)}") or {}
        kept = answer.get("data") or {}
        return kept, int((answer.get("metadata") or {}).get("version", 0))

    def _listed(self) -> tuple[str, ...]:
        folder = self._path("")
        answer = self._get(f"metadata/{folder}/?list=true" if folder else "metadata/?list=true")
        keys = (answer or {}).get("keys") or ()
        return tuple(key for key in keys if is_name(key))

    def _get(self, rest: str) -> dict[str, Any] | None:
        """What it answers under 'data'; of a deleted secret as well, and None if there is none."""
        status, body = self._ask("GET", f"{self.server.mount}/{rest}")
        if status not in (200, 404):
            raise self._refused(status, f"does not give out {rest.partition('?')[0]}")
        return self._parsed(body).get("data")

    def _ask(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        status, answer = self._raw(method, path, body, self._signed_in())
        if status == 403 and self.server.role:
            # A token may be revoked before its time.
            self._token = ""
            status, answer = self._raw(method, path, body, self._signed_in())
        return status, answer

    def _signed_in(self) -> str:
        if not self.server.role:
            return self.local(self.server.token)
        if not self._token or time.monotonic() >= self._until:
            role, secret = self.local(self.server.role), self.local(self.server.secret)
            status, answer = self._raw(
                "POST",
                f"auth/{self.server.approle.strip('/')}/login",
                {"role_id": role, "secret_id": secret},
            )
            if status != 200:
                raise SetupError(
                    f"{self._named} refused the sign-in ({status}): check the secrets "
                    f"{self.server.role} and {self.server.secret}; a secret id may have run out, "
                    "then have a new one made and set it with `clerkwork vault set "
                    f"{self.server.secret}`."
                )
            granted = self._parsed(answer).get("auth")
            if not isinstance(granted, dict) or not isinstance(granted.get("client_token"), str):
                raise self._strange()
            self.hide(granted["client_token"])
            life = granted.get("lease_duration") or 0
            # 0 is a token without an end; a strange answer is asked anew each time.
            seconds = float(life) if isinstance(life, int) and life > 0 else 3600.0
            self._token = granted["client_token"]
            self._until = time.monotonic() + seconds * _WITHIN
        return self._token

    def _raw(self, method: str, path: str, body: object, token: str = "") -> tuple[int, bytes]:
        headers = {"Accept": "application/json", "X-Vault-Request": "true"}
        if token:
            headers["X-Vault-Token"] = token
        if self.server.namespace:
            headers["X-Vault-Namespace"] = self.server.namespace
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            return self.ask(
                method,
                f"{self.server.address.rstrip('/')}/v1/{path}",
                headers,
                None if body is None else json.dumps(body).encode(),
                authority=self.server.authority,
                timeout=self.server.timeout,
            )
        except ConnectionError as error:
            raise SetupError(
                f"{self._named} does not answer: {error}. See that it runs and that "
                "config/vault.toml names it rightly; nothing was changed."
            ) from None

    def _parsed(self, body: bytes) -> dict[str, Any]:
        # The cause is left out: it would show what was read.
        try:
            answer = json.loads(body)
        except ValueError:
            raise self._strange() from None
        if not isinstance(answer, dict):
            raise self._strange()
        return answer

    def _strange(self) -> SetupError:
        return SetupError(
            f"{self._named} does not answer as a vault of version 2 should. Check `address`, "
            "`mount` and `folder` in config/vault.toml."
        )

    def _refused(self, status: int, what: str) -> SetupError:
        remedies = {
            400: "check that `mount` is a key/value engine of version 2",
            403: "its policy has to allow that path, and the token must not have run out: "
            f"set another with `clerkwork vault set {self.server.token or self.server.secret}`",
            429: "it is asked too much; try again later",
            503: "it is sealed or in maintenance; unseal it",
        }
        if 300 <= status < 400:
            remedy = "it sends on to another address; name that one in config/vault.toml"
        else:
            remedy = remedies.get(status, "look into its own log")
        return SetupError(f"{self._named} {what} ({status}): {remedy}.")


def _place(name: str) -> tuple[str, str]:
    """Secret and key of a name; one without a point is a key of its own secret."""
    path, _, key = name.partition(".")
    return path, key or "value"
