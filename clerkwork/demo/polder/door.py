"""Polder Bank's way in and out: cookies, user name, PIN pad, code, and staying signed in."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from clerkwork.demo.polder import database
from clerkwork.demo.polder.pinpad import make_pinpad
from clerkwork.demo.polder.totp import is_right
from clerkwork.demo.polder.visit import (
    CONSENT_COOKIE,
    LANGUAGE_COOKIE,
    PORTAL,
    SESSION_COOKIE,
    Visit,
    local_path,
)
from clerkwork.demo.polder.wording import LANGUAGES

__all__ = [
    "check_code",
    "check_pin",
    "code_page",
    "consent",
    "keep_alive",
    "language",
    "picture",
    "pin_page",
    "seconds_left",
    "sign_out",
    "take_name",
    "welcome",
]

WRONG_CODES = 3
_NOTICES = ("expired", "left", "locked")


def welcome(visit: Visit) -> Response:
    if visit.session is not None and visit.session.stage == "in":
        return visit.go("/accounts")
    notice = visit.request.query_params.get("notice", "")
    text = visit.say(notice) if notice in _NOTICES else ""
    return visit.page("welcome.html", {"notice": text})


def consent(visit: Visit) -> Response:
    """Remember the answer to the cookie wall, whichever it is."""
    answer = visit.go(local_path(visit.field("back")))
    value = "all" if visit.field("choice") == "all" else "necessary"
    answer.set_cookie(CONSENT_COOKIE, value, samesite="lax")
    return answer


def language(visit: Visit) -> Response:
    chosen = visit.request.query_params.get("to", "")
    answer = visit.go(local_path(visit.request.query_params.get("back", "/")))
    if chosen in LANGUAGES:
        answer.set_cookie(LANGUAGE_COOKIE, chosen, samesite="lax")
    return answer


def take_name(visit: Visit) -> Response:
    """A session for any name: who does not exist only learns it after the PIN, as all do."""
    user = visit.field("user").strip()[:64]
    if not user:
        return visit.page("welcome.html", {"notice": visit.say("wrong")}, status=422)
    visit.bank.sessions.end(visit.token)
    token, _ = visit.bank.sessions.begin(user)
    answer = visit.go("/pin")
    answer.set_cookie(SESSION_COOKIE, token, httponly=True, samesite="lax")
    return answer


def pin_page(visit: Visit) -> Response:
    return _pad(visit, "")


def _pad(visit: Visit, notice: str) -> Response:
    pad = visit.mine.pad = make_pinpad()
    names = list(pad.digits)
    return visit.page("pin.html", {"notice": notice, "names": names})


def picture(visit: Visit) -> Response:
    """A digit of the pad shown last, as PNG."""
    pad = visit.mine.pad
    png = pad.pictures.get(visit.request.path_params["name"]) if pad else None
    if png is None:
        return Response(status_code=404)
    return Response(png, media_type="image/png", headers={"Cache-Control": "no-store"})


def check_pin(visit: Visit) -> Response:
    """On to the code, or a new pad; the third wrong PIN in a row locks the user."""
    session, bank = visit.mine, visit.bank
    pin, _ = bank.users.get(session.user, ("", ""))
    pad, session.pad = session.pad, None
    typed = pad.typed(visit.field("keys").split(",")) if pad else ""
    if not database.is_locked(bank.connection, session.user):
        if pin and typed == pin:
            session.stage = "code"
            return visit.go("/code")
        database.count_wrong_pin(bank.connection, session.user)
    if database.is_locked(bank.connection, session.user):
        bank.sessions.end(visit.token)
        return visit.go("/?notice=locked")
    return _pad(visit, visit.say("wrong"))


def code_page(visit: Visit) -> Response:
    return visit.page("code.html")


def check_code(visit: Visit) -> Response:
    """In, or again; three wrong codes end the session."""
    session, bank = visit.mine, visit.bank
    _, secret = bank.users[session.user]
    typed = "".join(visit.field("code").split())
    if not is_right(secret, typed, bank.clock()):
        session.wrong_codes += 1
        if session.wrong_codes >= WRONG_CODES:
            bank.sessions.end(visit.token)
            return visit.expired()
        return visit.page("code.html", {"notice": visit.say("wrong code")})
    session.stage = "in"
    database.forget_wrong_pins(bank.connection, session.user)
    bank.faults.signed_in(PORTAL, session.user, visit.token)
    return visit.go("/accounts")


def sign_out(visit: Visit) -> Response:
    visit.bank.sessions.end(visit.token)
    answer = visit.go("/?notice=left")
    answer.delete_cookie(SESSION_COOKIE)
    return answer


def seconds_left(visit: Visit) -> Response:
    """Seconds of the demo's clock until the session ends; 0 when it has. Asking is no activity."""
    session = visit.session
    live = session is not None and session.stage == "in"
    left = visit.bank.sessions.seconds_left(session) if live and session else 0
    return JSONResponse({"left": left}, headers={"Cache-Control": "no-store"})


def keep_alive(visit: Visit) -> Response:
    return seconds_left(visit)
