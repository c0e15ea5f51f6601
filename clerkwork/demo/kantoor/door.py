"""Kantoor ERP's way in and out: signing in, the frames, the menu."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from starlette.responses import RedirectResponse, Response

from clerkwork.demo.kantoor.sessions import Names
from clerkwork.demo.kantoor.view import page, plain_page
from clerkwork.demo.kantoor.visit import COOKIE, Office, Visit

__all__ = ["MENU", "banner", "enter", "frames", "leave", "login", "menu", "overview", "welcome"]

PORTAL = "kantoor"

MENU = (
    (
        "Debiteuren",
        (
            ("Overzicht", "overzicht.asp?deel=deb"),
            ("Debiteurenlijst", "debiteuren.asp"),
            ("Openstaande posten", "posten.asp"),
            ("Post opzoeken", "post.asp"),
            ("Ontvangst boeken", "ontvangst.asp"),
            ("Ontvangsten zoeken", "ontvangsten.asp"),
            ("Ontvangst storneren", "storno.asp"),
        ),
    ),
    (
        "Verkoop",
        (
            ("Overzicht", "overzicht.asp?deel=vrk"),
            ("Orders (wachtend op krediet)", "orders.asp"),
            ("Order opzoeken", "orderzoek.asp"),
        ),
    ),
    (
        "Grootboek",
        (
            ("Overzicht", "overzicht.asp?deel=grb"),
            ("Grootboekkaart", "grootboek.asp"),
        ),
    ),
)


def login(office: Office, fields: Mapping[str, str]) -> Response:
    # The names of the fields follow from a number in the form, so that no session is needed yet.
    ticket = office.clock().strftime("%H%M%S")
    return page("aanmelden.html", f=Names(ticket), ticket=ticket)


def enter(office: Office, fields: Mapping[str, str]) -> Response:
    names = Names(fields.get("t", ""))
    user = fields.get(names("gebruikersnaam"), "")
    word = fields.get(names("wachtwoord"), "")
    known = office.users.get(user)
    if known is None or not hmac.compare_digest(known.encode(), word.encode()):
        return plain_page("Kantoor ERP", "Onjuist wachtwoord")
    session = office.sessions.begin(user, office.clock())
    office.faults.signed_in(PORTAL, user)
    response = RedirectResponse("kantoor.asp", 303)
    response.set_cookie(COOKIE, session.id, httponly=True)
    return response


def frames(visit: Visit) -> Response:
    return visit.page("kantoor.html")


def banner(visit: Visit) -> Response:
    return visit.page("kop.html")


def menu(visit: Visit) -> Response:
    return visit.page("menu.html", menu=MENU)


def welcome(visit: Visit) -> Response:
    return visit.page("welkom.html")


def overview(visit: Visit) -> Response:
    """A page of counts, another one under each branch of the menu."""
    part = visit.field("deel")
    title, counts = _COUNTS.get(part, _COUNTS["deb"])
    figures = [(label, visit.connection.execute(query).fetchone()[0]) for label, query in counts]
    return visit.page("overzicht.html", title=title, figures=figures)


def leave(visit: Visit) -> Response:
    visit.office.sessions.end(visit.session)
    return plain_page("Kantoor ERP", "U bent afgemeld.")


_COUNTS = {
    "deb": (
        "Overzicht debiteuren",
        (
            ("Geblokkeerde debiteuren", "SELECT count(*) FROM debtors WHERE block <> ''"),
            ("Betwiste posten", "SELECT count(*) FROM items WHERE disputed AND open <> 0"),
            ("Geboekte ontvangsten", "SELECT count(*) FROM receipts WHERE reversed_at IS NULL"),
        ),
    ),
    "vrk": (
        "Overzicht verkoop",
        (
            ("Vrijgegeven orders", "SELECT count(*) FROM orders WHERE state = 'vrijgegeven'"),
            ("Geblokkeerde orders", "SELECT count(*) FROM orders WHERE state = 'geblokkeerd'"),
        ),
    ),
    "grb": (
        "Overzicht grootboek",
        (
            ("Grootboekrekeningen", "SELECT count(*) FROM ledger_accounts"),
            ("Boekingsregels", "SELECT count(*) FROM ledger_entries"),
        ),
    ),
}
