"""Vaults on loopback for the tests: as HashiCorp's and Robocorp's documents describe their APIs."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_der_public_key

__all__ = ["Answer", "ControlRoom", "Hashicorp", "answering"]


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def parsed(self) -> Any:
        return json.loads(self.body or b"null")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    drips: bool = False
    """Sends byte by byte until nobody listens."""

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@contextmanager
def answering(
    reply: Callable[[Asked], Answer], certificate: tuple[Path, Path] | None = None
) -> Iterator[str]:
    """A server on loopback that answers so; its address. Over https with a certificate and key."""
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(size)
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = reply(Asked(self.command, self.path, headers, body))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.drips:
                self.end_headers()
                while not ended.wait(0.02):
                    try:
                        self.wfile.write(b" ")
                    except OSError:
                        return
                return
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST = do_PUT = do_PATCH = _any

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    scheme = "https" if certificate else "http"
    try:
        yield f"{scheme}://127.0.0.1:{server.server_address[1]}"
    finally:
        ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Hashicorp:
    """HashiCorp's key/value engine of version 2 at `secret/`, and AppRole, for one namespace."""

    namespace: str = ""
    tokens: set[str] = field(default_factory=set)
    roles: dict[str, str] = field(default_factory=dict)
    """Secret id by role id."""
    lease: int = 3600
    kept: dict[str, list[dict[str, str] | None]] = field(default_factory=dict)
    """Versions by path, oldest first; None is a deleted one."""
    sealed: bool = False
    asked: list[Asked] = field(default_factory=list)
    before_write: list[Callable[[], None]] = field(default_factory=list)
    """Done, one a write, between what is read and what is written."""

    def put(self, path: str, **keys: str) -> None:
        self.kept.setdefault(path, []).append(keys)

    def __call__(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if self.sealed:
            return Answer(503, {"errors": ["Vault is sealed"]})
        if asked.headers.get("x-vault-namespace", "") != self.namespace:
            return Answer(403, {"errors": ["permission denied"]})
        address = urlsplit(asked.path)
        path = address.path.removeprefix("/v1/")
        if path == "auth/approle/login" and asked.method == "POST":
            return self._login(asked.parsed)
        if asked.headers.get("x-vault-token") not in self.tokens:
            return Answer(403, {"errors": ["permission denied"]})
        mount, _, rest = path.partition("/")
        kind, _, name = rest.partition("/")
        if mount != "secret":
            return Answer(404, {"errors": [f"no handler for route {path!r}"]})
        if kind == "metadata" and parse_qs(address.query).get("list") == ["true"]:
            return self._list(name)
        if kind == "data" and asked.method == "POST":
            return self._write(name, asked.parsed)
        return self._read(kind, name)

    def _login(self, given: dict[str, str]) -> Answer:
        if self.roles.get(given["role_id"]) != given["secret_id"]:
            return Answer(400, {"errors": ["invalid role or secret ID"]})
        token = f"hvs.{secrets.token_hex(12)}"
        self.tokens.add(token)
        return Answer(200, {"auth": {"client_token": token, "lease_duration": self.lease}})

    def _list(self, folder: str) -> Answer:
        below = [p.removeprefix(folder) for p in self.kept if p.startswith(folder)]
        keys = sorted({f"{k.partition('/')[0]}/" if "/" in k else k for k in below})
        return Answer(200, {"data": {"keys": keys}}) if keys else Answer(404, {"errors": []})

    def _read(self, kind: str, name: str) -> Answer:
        versions = self.kept.get(name)
        if not versions:
            return Answer(404, {"errors": []})
        metadata = {"version": len(versions), "destroyed": False}
        found = versions[-1]
        status = 200 if found is not None else 404
        if kind == "subkeys":
            keys = dict.fromkeys(found) if found is not None else None
            return Answer(status, {"data": {"metadata": metadata, "subkeys": keys}})
        return Answer(status, {"data": {"data": found, "metadata": metadata}})

    def _write(self, name: str, given: dict[str, Any]) -> Answer:
        if self.before_write:
            self.before_write.pop(0)()
        versions = self.kept.setdefault(name, [])
        if given["options"]["cas"] != len(versions):
            wrong = "check-and-set parameter did not match the current version"
            return Answer(400, {"errors": [wrong]})
        versions.append(given["data"])
        return Answer(200, {"data": {"version": len(versions)}})


@dataclass
class ControlRoom:
    """The part of Robocorp's Control Room that gives out secrets, encrypted as its client asks."""

    token: str
    workspace: str
    kept: dict[str, dict[str, str]] = field(default_factory=dict)
    hangs: threading.Event | None = None
    """Waited for before anything is answered."""

    def __call__(self, asked: Asked) -> Answer:
        if self.hangs is not None:
            self.hangs.wait()
        address = urlsplit(asked.path)
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return Answer(403, {"error": {"code": "FORBIDDEN"}})
        before = f"/secrets-v1/workspaces/{self.workspace}/secrets/"
        name = address.path.removeprefix(before)
        if name not in self.kept:
            return Answer(404, {"error": {"code": "NOT_FOUND"}})
        (encoded,) = parse_qs(address.query)["publicKey"]
        public = load_der_public_key(base64.b64decode(encoded))
        assert isinstance(public, rsa.RSAPublicKey)
        key, iv = AESGCM.generate_key(256), secrets.token_bytes(16)
        plain = json.dumps(self.kept[name]).encode()
        sealed = AESGCM(key).encrypt(binascii.hexlify(iv), plain, b"")
        oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
        return Answer(
            200,
            {
                "name": name,
                "description": "",
                "value": base64.b64encode(sealed[:-16]).decode(),
                "encryption": {
                    "encryptionScheme": "robocloud-vault-transit-v2",
                    "encryptedAES": base64.b64encode(public.encrypt(key, oaep)).decode(),
                    "authTag": base64.b64encode(sealed[-16:]).decode(),
                    "iv": base64.b64encode(iv).decode(),
                },
            },
        )
