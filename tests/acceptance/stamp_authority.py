"""A time-stamping authority of our own: OpenSSL's, which answers over HTTP as RFC 3161 says.

Its program comes with the PostgreSQL that tests start for themselves.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

__all__ = ["Authority", "served"]

_CONFIG = """\
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
"""


class Authority:
    """Its root's certificate is `root`, in `folder`; it stamps what it is asked."""

    def __init__(self, folder: Path, name: str = "Notary", *, chained: bool = False) -> None:
        folder.mkdir(parents=True)
        self._chained = chained
        self._folder = folder
        self.root = folder / "root.pem"
        root_key, key = ec.generate_private_key(ec.SECP256R1()), None
        root = _certificate(f"{name} Root", root_key.public_key(), f"{name} Root", root_key, None)
        key = ec.generate_private_key(ec.SECP256R1())
        stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        own = _certificate(f"{name} Clock", key.public_key(), f"{name} Root", root_key, stamping)
        self.root.write_bytes(root.public_bytes(Encoding.PEM))
        (folder / "tsa.pem").write_bytes(own.public_bytes(Encoding.PEM))
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "tsa.key").write_bytes(pem)
        (folder / "tsa.cnf").write_text(_CONFIG.format(folder=folder))
        (folder / "serial").write_text("01\n")
        self._turn = threading.Lock()

    def stamp(self, query: bytes) -> bytes:
        """The answer (DER) to a request (DER)."""
        files = {"-signer": "tsa.pem", "-inkey": "tsa.key", "-config": "tsa.cnf"}
        named = [word for flag, file in files.items() for word in (flag, f"{self._folder / file}")]
        with self._turn:
            asked = self._folder / "asked.tsq"
            asked.write_bytes(query)
            # With the chain, as many do, in whatever order the certificates come.
            named += ["-chain", str(self.root)] if self._chained else []
            command = ["openssl", "ts", "-reply", "-queryfile", str(asked), *named]
            done = subprocess.run(command, capture_output=True, check=True)
        return done.stdout


def _certificate(
    name: str,
    key: ec.EllipticCurvePublicKey,
    issuer: str,
    by: ec.EllipticCurvePrivateKey,
    usage: x509.ExtendedKeyUsage | None,
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=usage is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False
        )
    )
    if usage is not None:
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(by, hashes.SHA256())


class _Door(BaseHTTPRequestHandler):
    authority: Authority
    answers: list[bytes]
    """Given instead of its own, as long as there are any; empty ones are an error of the server."""

    def do_POST(self) -> None:
        query = self.rfile.read(int(self.headers["content-length"]))
        asked = self.headers["content-type"] == "application/timestamp-query"
        answer = self.answers.pop(0) if self.answers else self.authority.stamp(query)
        self.send_response(200 if asked and answer else 500)
        self.send_header("content-type", "application/timestamp-reply")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a test's output is its own."""


@contextmanager
def served(authority: Authority, answers: list[bytes] | None = None) -> Iterator[str]:
    """The authority's address inside the block; `answers` are given instead of its own first."""
    told = {"authority": authority, "answers": answers if answers is not None else []}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (_Door,), told))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsr"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
