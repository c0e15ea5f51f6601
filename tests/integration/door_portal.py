"""A portal that is all door: what it asks of whoever comes in is set by the test."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import secrets
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

__all__ = ["SELECTORS", "Authority", "DoorPortal", "served"]

SELECTORS = """
[portal]
expired = "text=Your session has ended"

[login]
user = "label=User"
password = "label=Password"
submit = "role=button[name='Log in']"
inside = "role=heading[name='Items']"
refused = "css=.refused"
question = "css=#question"
question_answer = "label=Your answer"
question_submit = "role=button[name='Go on']"
captcha = "css=img.captcha"
captcha_answer = "label=What do you see?"
captcha_submit = "role=button[name='Go on']"

[items]
heading = "role=heading[name='Items']"
rows = "css=tbody tr"
columns = { number = "Number" }
next = "text=Next"
"""

USER, PASSWORD, SEEN, QUESTION, ANSWER = "clerk", "sesame-77", "x7Kq", "Your first pet?", "Rex"
_PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
    "WjR9awAAAABJRU5ErkJggg=="
)


@dataclass(slots=True)
class DoorPortal:
    """What it asks after the password, and how it says that a session is over."""

    asks: list[str] = field(default_factory=list)
    """Of 'question', 'captcha' and 'strange', in order, at each sign-in."""
    over: str = "text"
    """How an ended session shows: 'text' or 'login'."""
    status: int = 200
    """HTTP status of that page."""
    in_tab: bool = False
    """Whether a session also needs its token in the tab's session storage."""
    sessions: dict[str, str] = field(default_factory=dict)
    """Token of the tab by cookie."""
    sign_ins: int = 0
    visits: list[str] = field(default_factory=list)
    """Cookies of each visit to the door."""
    _pending: list[str] = field(default_factory=list)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/", self._home, methods=["GET"]),
                Route("/login", self._login, methods=["POST"]),
                Route("/asked", self._asked, methods=["POST"]),
                Route("/items", self._items, methods=["GET"]),
                Route("/favicon.ico", lambda request: Response(status_code=204)),
            ]
        )

    def end_sessions(self) -> None:
        self.sessions.clear()

    async def _home(self, request: Request) -> Response:
        self.visits.append(request.headers.get("cookie", ""))
        if request.cookies.get("sid") in self.sessions:
            return RedirectResponse("/items", 303)
        return _page(_LOGIN)

    async def _login(self, request: Request) -> Response:
        form = await request.form()
        if (form.get("user"), form.get("password")) != (USER, PASSWORD):
            return _page(f"<p class=refused>Wrong name or password</p>{_LOGIN}")
        self.sign_ins += 1
        self._pending = [*self.asks]
        return self._next()

    async def _asked(self, request: Request) -> Response:
        given = str((await request.form()).get("given", ""))
        wanted = {"question": ANSWER, "captcha": SEEN}.get(self._pending[0], "")
        if given == wanted:
            self._pending.pop(0)
        return self._next()

    def _next(self) -> Response:
        if self._pending:
            return _page(_ASKED[self._pending[0]])
        sid, token = secrets.token_hex(12), secrets.token_hex(12)
        self.sessions[sid] = token
        page = _page(
            f"<script>sessionStorage.setItem('token', {json.dumps(token)});"
            f"localStorage.setItem('greeted', 'yes'); location.replace('/items')</script>"
        )
        page.set_cookie("sid", sid, httponly=True)
        return page

    async def _items(self, request: Request) -> Response:
        token = self.sessions.get(request.cookies.get("sid", ""))
        if token is None:
            ended = "<p>Your session has ended</p>" if self.over == "text" else _LOGIN
            return _page(ended, self.status)
        at = int(request.query_params.get("at", "1"))
        rows = "".join(f"<tr><td>N-{at}{row}</td></tr>" for row in range(3))
        more = f'<a href="/items?at={at + 1}">Next</a>' if at < 3 else ""
        page = (
            f"<h1>Items</h1><table><thead><tr><th>Number</th></tr></thead><tbody>{rows}</tbody>"
            f"</table>{more}"
        )
        if not self.in_tab:
            return _page(page)
        known = f"sessionStorage.getItem('token') === {json.dumps(token)}"
        ended = json.dumps("<p>Your session has ended</p>")
        greeted = "localStorage.getItem('greeted') === 'yes'"
        return _page(
            f"<main hidden>{page}</main><script>if ({known} && {greeted}) "
            f"document.querySelector('main').hidden = false; "
            f"else document.body.innerHTML = {ended};</script>"
        )


_LOGIN = """<form method=post action=/login><label>User <input name=user></label>
<label>Password <input name=password type=password></label><button>Log in</button></form>"""
_GIVEN = """<form method=post action=/asked>{}<label>{} <input name=given></label>
<button>Go on</button></form>"""
_ASKED = {
    "question": _GIVEN.format(f"<p id=question>{escape(QUESTION)}</p>", "Your answer"),
    "captcha": _GIVEN.format(
        f'<img class=captcha src="{_PIXEL}" width=120 height=40>', "What do you see?"
    ),
    "strange": _GIVEN.format("<h1>We have renewed our terms</h1>", "Your initials"),
}


def _page(body: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(f"<!DOCTYPE html><title>Door</title><body>{body}</body>", status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """An issuer of certificates for one test: one for the portal on loopback, one for its robot."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def new(cls, folder: Path) -> Authority:
        folder.mkdir(exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("Test Authority")
        made = _about(name, name, key).add_extension(x509.BasicConstraints(True, None), True)
        issued = made.sign(key, hashes.SHA256())
        (folder / "authority.pem").write_bytes(issued.public_bytes(Encoding.PEM))
        return cls(folder=folder, key=key, certificate=issued)

    @property
    def pem(self) -> Path:
        return self.folder / "authority.pem"

    def for_server(self) -> tuple[Path, Path]:
        """Files of a certificate for 127.0.0.1 and of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        made = _about(_name("127.0.0.1"), self.certificate.subject, key).add_extension(here, False)
        issued = made.sign(self.key, hashes.SHA256())
        certificate, private = self.folder / "server.pem", self.folder / "server.key"
        certificate.write_bytes(issued.public_bytes(Encoding.PEM))
        plain = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        private.write_bytes(key.private_bytes(*plain))
        return certificate, private

    def for_robot(self, password: str, *, days: int = -1, until: int = 1) -> bytes:
        """PKCS #12 of the robot's certificate with its key; it holds from `days` to `until`."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _about(_name("robot"), self.certificate.subject, key, days, until)
        issued = made.sign(self.key, hashes.SHA256())
        sealed = BestAvailableEncryption(password.encode())
        return pkcs12.serialize_key_and_certificates(b"robot", key, issued, None, sealed)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _about(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    days: int = -1,
    until: int = 1,
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + dt.timedelta(days=days))
        .not_valid_after(now + dt.timedelta(days=until))
    )


@contextmanager
def served(app: Starlette, authority: Authority | None = None) -> Iterator[str]:
    """The app on loopback; with an authority over https, for those who show its certificate."""
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    config = uvicorn.Config(app, log_level="critical")
    if authority is not None:
        certificate, key = authority.for_server()
        config = uvicorn.Config(
            app,
            log_level="critical",
            ssl_certfile=str(certificate),
            ssl_keyfile=str(key),
            ssl_ca_certs=str(authority.pem),
            ssl_cert_reqs=ssl.CERT_REQUIRED,
        )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    scheme = "https" if authority else "http"
    try:
        yield f"{scheme}://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
