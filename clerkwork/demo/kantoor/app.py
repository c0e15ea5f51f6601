"""Kantoor ERP as a web application."""

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
from clerkwork.demo.kantoor import blocks, debtors, door, ledger, receipts, sales
from clerkwork.demo.kantoor.database import open_database
from clerkwork.demo.kantoor.view import plain_page
from clerkwork.demo.kantoor.visit import PORTAL, Office, anyone, members, oops

__all__ = ["make_app"]

LARGEST_BODY = 256 * 1024


def make_app(
    database: Path,
    clock: Callable[[], datetime],
    faults: Faults,
    users: Mapping[str, str],
    *,
    hiccup_every: int = 97,
) -> Starlette:
    """The portal over `database`, as made by `create_database`.

    `clock` gives instants in UTC; `users` are passwords by user name. Every
    `hiccup_every`-th read fails with HTTP 500 and works when reloaded; 0 for never.
    """
    office = Office(
        connection=open_database(database),
        clock=clock,
        faults=faults,
        users=users,
        hiccup_every=hiccup_every,
    )

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        office.connection.close()

    pages = {
        "500": oops(),
        "maintenance": plain_page(
            "Onderhoud", "Het systeem is tijdelijk niet beschikbaar wegens onderhoud."
        ),
    }
    app = Starlette(
        routes=_routes(),
        lifespan=lifespan,
        max_body_size=LARGEST_BODY,
        middleware=[Middleware(Faulty, portal=PORTAL, faults=faults, pages=pages)],
    )
    app.state.office = office
    return app


async def _no_icon(request: Request) -> Response:
    return Response(status_code=204)


def _routes() -> list[Route]:
    def reading(path: str, show: Callable[..., Response]) -> Route:
        return Route(path, members(show, reads=True), methods=["GET"])

    def keying(path: str, show: Callable[..., Response]) -> Route:
        return Route(path, members(show), methods=["POST"])

    return [
        Route("/", anyone(door.login), methods=["GET"]),
        Route("/aanmelden.asp", anyone(door.enter), methods=["POST"]),
        Route("/controle.asp", anyone(door.read_picture), methods=["POST"]),
        Route("/kantoor.asp", members(door.frames), methods=["GET"]),
        Route("/kop.asp", members(door.banner), methods=["GET"]),
        Route("/menu.asp", members(door.menu), methods=["GET"]),
        Route("/welkom.asp", members(door.welcome), methods=["GET"]),
        Route("/afmelden.asp", members(door.leave), methods=["GET"]),
        reading("/overzicht.asp", door.overview),
        reading("/posten.asp", debtors.open_items),
        reading("/debiteuren.asp", debtors.debtor_list),
        reading("/post.asp", debtors.find_item),
        reading("/zoekdeb.asp", debtors.look_up),
        reading("/blokkade.asp", blocks.block),
        keying("/blokkade.asp", blocks.set_block),
        Route("/ontvangst.asp", members(receipts.blank_form), methods=["GET"]),
        keying("/ontvangst.asp", receipts.wipe),
        keying("/ontvangst_boek.asp", receipts.book),
        reading("/ontvangsten.asp", receipts.find),
        reading("/storno.asp", receipts.reversal),
        keying("/storno.asp", receipts.reverse),
        reading("/grootboek.asp", ledger.ledger_card),
        reading("/orders.asp", sales.waiting_orders),
        reading("/order.asp", sales.order),
        keying("/order_besluit.asp", sales.decide),
        reading("/orderzoek.asp", sales.find_order),
        Route("/favicon.ico", _no_icon),
    ]
