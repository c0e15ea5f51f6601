"""Kantoor ERP's way in and out: signing in, the frames, the menu."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping

from starlette.responses import RedirectResponse, Response

from clerkwork.demo.kantoor.picture import drawn
from clerkwork.demo.kantoor.sessions import Names
from clerkwork.demo.kantoor.view import page, plain_page
from clerkwork.demo.kantoor.visit import COOKIE, PORTAL, Office, Visit

__all__ = [
    "MENU",
    "banner",
    "enter",
    "frames",
    "leave",
    "login",
    "menu",
    "overview",
    "read_picture",
    "welcome",
]

_LETTERS = "ABCDEFHKMNPRTWXY34789"

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
            ("Debiteur blokkeren", "blokkade.asp"),
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


def login(office: Office, fields: Mapping[str, str], struck: frozenset[str]) -> Response:
    # The names of the fields follow from a number in the form, so that no session is needed yet.
    ticket = office.clock().strftime("%H%M%S")
    return page("aanmelden.html", f=Names(ticket), ticket=ticket)


def enter(office: Office, fields: Mapping[str, str], struck: frozenset[str]) -> Response:
    names = Names(fields.get("t", ""))
    user = fields.get(names("gebruikersnaam"), "")
    word = fields.get(names("wachtwoord"), "")
    known = office.users.get(user)
    if known is None or not hmac.compare_digest(known.encode(), word.encode()):
        return plain_page("Kantoor ERP", "Onjuist wachtwoord")
    return _picture(office, user) if "picture" in struck else _let_in(office, user)


def read_picture(office: Office, fields: Mapping[str, str], struck: frozenset[str]) -> Response:
    """In, for who reads the picture; another picture for who does not."""
    user, word = office.pictures.pop(fields.get("t", ""), ("", ""))
    if not user:
        return page("verlopen.html")
    right = fields.get("woord", "").casefold() == word.casefold()
    return _let_in(office, user) if right else _picture(office, user)


def _picture(office: Office, user: str) -> Response:
    word = "".join(secrets.choice(_LETTERS) for _ in range(5))
    ticket = secrets.token_hex(8)
    office.pictures[ticket] = (user, word)
    office.faults.drew(PORTAL, word)
    return page("controle.html", ticket=ticket, picture=drawn(word))


def _let_in(office: Office, user: str) -> Response:
    session = office.sessions.begin(user, office.clock())
    office.faults.signed_in(PORTAL, user, session.id)
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
