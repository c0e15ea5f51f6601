"""One request to Kantoor ERP: its session, its fields by meaning, what every page does first."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from clerkwork.demo.faults import Faults, struck
from clerkwork.demo.kantoor.sessions import Names, Session, Sessions
from clerkwork.demo.kantoor.view import CHARSET, page, plain_page

__all__ = ["COOKIE", "PORTAL", "Office", "Visit", "anyone", "fields_of", "members", "oops"]

PORTAL = "kantoor"
COOKIE = "ASPSESSIONIDKANT"
MOST_FIELDS = 5000

ZONE = ZoneInfo("Europe/Amsterdam")


@dataclass(slots=True)
class Office:
    """What all pages share."""

    connection: sqlite3.Connection
    clock: Callable[[], datetime]
    faults: Faults
    users: Mapping[str, str]
    hiccup_every: int
    sessions: Sessions = field(default_factory=Sessions)
    pictures: dict[str, tuple[str, str]] = field(default_factory=dict)
    """User and word of each picture that a sign-in still has to read, by its ticket."""
    reads: int = 0

    def hiccups(self) -> bool:
        """Count a read; every so many of them fail, and a plain reload works."""
        self.reads += 1
        return self.hiccup_every > 0 and self.reads % self.hiccup_every == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    office: Office
    session: Session
    fields: Mapping[str, str]
    """What was sent, by what it means, spaces around it dropped."""
    now: datetime
    changed: bool
    """The layout fault struck."""

    @property
    def connection(self) -> sqlite3.Connection:
        return self.office.connection

    @property
    def names(self) -> Names:
        return self.session.names

    @property
    def today(self) -> date:
        return self.now.astimezone(ZONE).date()

    def field(self, meaning: str) -> str:
        return self.fields.get(meaning, "")

    def page(self, template: str, **values: object) -> Response:
        return page(
            template, changed=self.changed, f=self.names, today=self.today, visit=self, **values
        )


def members(
    show: Callable[[Visit], Response], *, reads: bool = False
) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint for who is signed in; others read that their session is over, with HTTP 200.

    `reads`: it only reads, so it may fail now and then.
    """

    async def endpoint(request: Request) -> Response:
        office: Office = request.app.state.office
        now = office.clock()
        token = request.cookies.get(COOKIE, "")
        office.faults.visited(PORTAL, token)
        session = office.sessions.find(token, now)
        kinds = struck(request)
        if session and "expired" in kinds:
            office.sessions.end(session)
            session = None
        if session is None:
            return page("verlopen.html")
        if reads and request.method == "GET" and office.hiccups():
            return oops()
        sent = await fields_of(request)
        return show(
            Visit(
                office=office,
                session=session,
                fields={session.names.meaning(name): value for name, value in sent.items()},
                now=now,
                changed="layout" in kinds,
            )
        )

    return endpoint


def anyone(
    show: Callable[[Office, Mapping[str, str], frozenset[str]], Response],
) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint for those who are not signed in; `show` is told which faults strike."""

    async def endpoint(request: Request) -> Response:
        return show(request.app.state.office, await fields_of(request), struck(request))

    return endpoint


async def fields_of(request: Request) -> dict[str, str]:
    """What a form sent, in the query or the body, read in the pages' own charset."""
    text = request.url.query
    if request.method == "POST":
        text = (await request.body()).decode("ascii", "replace")
    pairs = parse_qsl(
        text,
        keep_blank_values=True,
        encoding=CHARSET,
        errors="replace",
        max_num_fields=MOST_FIELDS,
    )
    return {name: value.strip() for name, value in pairs}


def oops() -> Response:
    return plain_page(
        "HTTP 500 - Interne serverfout",
        "Microsoft VBScript runtime error '800a01a8'. Object required.",
        status=500,
    )
