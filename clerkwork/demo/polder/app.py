"""Polder Bank as a web application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clerkwork.demo.faults import Faults, Faulty
from clerkwork.demo.polder import desk, door
from clerkwork.demo.polder.database import open_database
from clerkwork.demo.polder.sessions import Sessions
from clerkwork.demo.polder.visit import PORTAL, Bank, bare_page, style_sheet, visiting

__all__ = ["make_app"]

LARGEST_BODY = 64 * 1024


def make_app(
    database: Path,
    clock: Callable[[], datetime],
    faults: Faults,
    users: Mapping[str, tuple[str, str]],
) -> Starlette:
    """The portal over `database`, as made by `create_database`.

    `clock` gives instants in UTC; `users` are PIN (five digits) and TOTP secret
    (base 32, see `totp.hand_out_secret`) by user name.
    """
    bank = Bank(
        connection=open_database(database),
        clock=clock,
        faults=faults,
        users=users,
        sessions=Sessions(clock),
    )

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        bank.connection.close()

    pages = {
        "500": bare_page("nl", "error", "error text", 500),
        "maintenance": bare_page("nl", "maintenance", "maintenance text", 503),
    }
    app = Starlette(
        routes=_routes(),
        lifespan=lifespan,
        max_body_size=LARGEST_BODY,
        middleware=[Middleware(Faulty, portal=PORTAL, faults=faults, pages=pages)],
    )
    app.state.bank = bank
    return app


async def _style(request: Request) -> Response:
    return Response(style_sheet(request.path_params["build"]), media_type="text/css")


async def _no_icon(request: Request) -> Response:
    return Response(status_code=204)


def _routes() -> list[Route]:
    return [
        Route("/", visiting(door.welcome), methods=["GET"]),
        Route("/consent", visiting(door.consent, walled=False), methods=["POST"]),
        Route("/language", visiting(door.language), methods=["GET"]),
        Route("/sign-in", visiting(door.take_name), methods=["POST"]),
        Route("/pin", visiting(door.pin_page, stage="pin"), methods=["GET"]),
        Route("/pin", visiting(door.check_pin, stage="pin"), methods=["POST"]),
        Route("/pad/{name}.png", visiting(door.picture, stage="pin"), methods=["GET"]),
        Route("/code", visiting(door.code_page, stage="code"), methods=["GET"]),
        Route("/code", visiting(door.check_code, stage="code"), methods=["POST"]),
        Route("/accounts", visiting(desk.overview, stage="in"), methods=["GET"]),
        Route("/accounts/{number:int}", visiting(desk.account_page, stage="in"), methods=["GET"]),
        Route("/accounts/{number:int}/more", visiting(desk.more, stage="in"), methods=["GET"]),
        Route("/export", visiting(desk.export, stage="in"), methods=["GET"]),
        Route("/session", visiting(door.seconds_left, prolongs=False), methods=["GET"]),
        Route("/stay", visiting(door.keep_alive, stage="in"), methods=["POST"]),
        Route("/sign-out", visiting(door.sign_out), methods=["POST"]),
        Route("/assets/{build}.css", _style),
        Route("/favicon.ico", _no_icon),
    ]
