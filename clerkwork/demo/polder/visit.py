"""One request to the bank: its language, its session, and the page that answers it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import jinja2
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from clerkwork.demo.faults import Faults, struck
from clerkwork.demo.polder.sessions import IDLE_SECONDS, WARNING_SECONDS, Session, Sessions
from clerkwork.demo.polder.wording import amount, chosen_language, day, say

__all__ = ["PORTAL", "Bank", "Visit", "bare_page", "class_name", "visiting"]

PORTAL = "polder"
ZONE = ZoneInfo("Europe/Amsterdam")
SESSION_COOKIE, CONSENT_COOKIE, LANGUAGE_COOKIE = "pb_session", "pb_consent", "pb_lang"

_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """What the pages share; `users` are PIN and TOTP secret by user name."""

    connection: sqlite3.Connection
    clock: Callable[[], datetime]
    faults: Faults
    users: Mapping[str, tuple[str, str]]
    sessions: Sessions

    def today(self) -> date:
        """The date in Amsterdam."""
        return self.clock().astimezone(ZONE).date()


def class_name(name: str, build: str) -> str:
    """A class as a bundler would name it: another with every build."""
    return f"{name}_{sha256(f'{name}/{build}'.encode()).hexdigest()[:6]}"


def build_of(*, changed: bool) -> str:
    return "26.3.1" if changed else "26.2.4"


def style_sheet(build: str) -> str:
    return _templates.get_template("main.css").render(c=lambda name: class_name(name, build))


def bare_page(language: str, title: str, text: str, status: int) -> Response:
    """A page of one sentence, for when nothing else works."""
    return HTMLResponse(
        _templates.get_template("bare.html").render(
            lang=language, title=say(language, title), text=say(language, text)
        ),
        status,
        {"Cache-Control": "no-store"},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    bank: Bank
    request: Request
    form: FormData
    language: str
    token: str
    session: Session | None
    changed: bool

    def say(self, key: str) -> str:
        return say(self.language, key, changed=self.changed)

    def field(self, name: str) -> str:
        """A text of the form, cut to a sane length; empty when there is none."""
        value = self.form.get(name, "")
        return value[:2000] if isinstance(value, str) else ""

    @property
    def mine(self) -> Session:
        """The session of a page that `visiting` shows at a stage only."""
        if self.session is None:
            raise RuntimeError(f"{self.request.url.path} needs a session: give its route a stage")
        return self.session

    def page(
        self, template: str, values: Mapping[str, object] | None = None, *, status: int = 200
    ) -> Response:
        build = build_of(changed=self.changed)
        html = _templates.get_template(template).render(
            t=self.say,
            c=lambda name: class_name(name, build),
            euros=lambda cents: amount(self.language, cents),
            day=lambda when: day(self.language, when),
            lang=self.language,
            build=build,
            path=self.request.url.path,
            wall=CONSENT_COOKIE not in self.request.cookies,
            signed_in=self.session is not None and self.session.stage == "in",
            idle=IDLE_SECONDS,
            warning=WARNING_SECONDS,
            **({"notice": ""} | dict(values or {})),
        )
        return HTMLResponse(html, status, {"Cache-Control": "no-store"})

    def go(self, path: str) -> Response:
        return RedirectResponse(path, 303, {"Cache-Control": "no-store"})

    def expired(self) -> Response:
        return self.go("/?notice=expired")


Show = Callable[[Visit], Response]


def visiting(
    show: Show, *, stage: str = "", prolongs: bool = True, walled: bool = True
) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint for `show`: for those whose session is at `stage`; '' is for anyone.

    A visitor who has not answered about cookies can look but, where it is `walled`, not post.
    """

    async def endpoint(request: Request) -> Response:
        bank: Bank = request.app.state.bank
        form = await request.form() if request.method == "POST" else FormData()
        token = request.cookies.get(SESSION_COOKIE, "")
        bank.faults.visited(PORTAL, token)
        if "expired" in struck(request):
            bank.sessions.end(token)
        visit = Visit(
            bank=bank,
            request=request,
            form=form,
            language=chosen_language(
                request.cookies.get(LANGUAGE_COOKIE, ""),
                request.headers.get("accept-language", ""),
            ),
            token=token,
            session=bank.sessions.find(token),
            changed="layout" in struck(request),
        )
        return await run_in_threadpool(_answer, visit, show, stage, prolongs, walled)

    return endpoint


def _answer(visit: Visit, show: Show, stage: str, prolongs: bool, walled: bool) -> Response:
    asked = CONSENT_COOKIE in visit.request.cookies
    if walled and visit.request.method == "POST" and not asked:
        return visit.go("/")
    if stage and (visit.session is None or visit.session.stage != stage):
        return visit.expired()
    if visit.session is not None and prolongs:
        visit.bank.sessions.prolong(visit.session)
    return show(visit)


def local_path(path: str) -> str:
    """`path` if it is one of ours, else '/': never an address elsewhere."""
    return path if re.fullmatch(r"/[a-z0-9/]*", path) and not path.startswith("//") else "/"
