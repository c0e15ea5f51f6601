"""A debtor's own payment page, behind the signed link of his messages; a visit decides nothing."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from loguru import logger
from starlette.concurrency import run_in_threadpool

from clerkwork.adapters.letters import Texts
from clerkwork.app.pay import Till, Visit, dispute, in_parts, promise, visit, was_opened
from clerkwork.core.creditor import Creditor
from clerkwork.core.paying import WISHES, BadLink, read_link, sign_link
from clerkwork.errors import BusinessError, ClerkworkError
from clerkwork.web.debtor_words import PageWriter
from clerkwork.web.door import Door, Limits
from clerkwork.web.forms import Sent, read_form, same_site
from clerkwork.web.pages import render

__all__ = ["add_debtor_page"]

_LARGEST_FORM = 64 * 1024
_MOST_FIELDS = 1000
"""One for each item that can be ticked, and a few."""
_AROUND_FILE = 128 * 1024
"""Bytes of a form besides its file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    till: Till
    door: Door
    lock: threading.Lock = field(default_factory=threading.Lock)
    """One form at a time: a button that is pressed twice promises once."""


def add_debtor_page(
    app: FastAPI,
    *,
    till: Till,
    creditor: Creditor,
    texts: Mapping[str, Texts],
    zone: str,
    limits: Limits | None = None,
) -> None:
    """Add `/p/{token}` to an application that sends the strict headers.

    GET and HEAD show, POST promises, plans or disputes. `zone` is the creditor's. Whatever is
    wrong with a token, the answer is the same.
    """
    write = PageWriter(creditor=creditor, texts=texts, rules=till.rules, zone=zone)
    page = _Page(till=till, door=Door(write=write, limits=limits or Limits()))

    @app.api_route("/p/{token}", methods=["GET", "HEAD"])
    async def show(token: str, request: Request) -> Response:
        return await run_in_threadpool(_guarded, page, request, token, None)

    @app.post("/p/{token}")
    async def send(token: str, request: Request) -> Response:
        if not same_site(request):
            return page.door.no_page()
        file = till.rules.file_mb * 1_000_000
        largest = file + _AROUND_FILE if file else _LARGEST_FORM
        try:
            # Before anything of a stranger's is read.
            read_link(token, till.key)
        except BadLink:
            return page.door.guessed(request)
        form = await read_form(request, largest, _MOST_FIELDS)
        return await run_in_threadpool(_guarded, page, request, token, form or Sent(fields={}))


def _guarded(page: _Page, request: Request, token: str, form: Sent | None) -> Response:
    door = page.door
    try:
        link = read_link(token, page.till.key)
    except BadLink:
        return door.guessed(request)
    if not door.limits.visits.takes(link.debtor):
        return door.too_often()
    try:
        seen = visit(page.till, token)
    except BadLink:
        return door.no_page()
    except ClerkworkError as error:
        logger.error("the payment page failed: {}", error)
        return door.not_now()
    try:
        if form is None:
            return _show(page, request, seen)
        if not door.limits.sent.takes(seen.link.debtor):
            return door.too_often()
        with page.lock:
            _act(page.till, visit(page.till, token), form)
    except (BadLink, BusinessError) as error:
        logger.info("a form of the payment page was refused: {}", error)
        return door.not_done(seen.debtor.language)
    except ClerkworkError as error:
        logger.error("the payment page failed: {}", error)
        return door.not_now(seen.debtor.language)
    # Reloading the page that follows shows what was said; it does not say it again.
    return RedirectResponse(f"/p/{token}", status_code=303)


def _show(page: _Page, request: Request, seen: Visit) -> Response:
    if _is_a_person(request):
        was_opened(page.till, seen)
    till = page.till
    values = page.door.write.values(seen, till.clock.today())
    wishes = f"/p/{sign_link(seen.link, till.key, WISHES)}/wishes"
    return HTMLResponse(render("debt.html", **values, wishes=wishes))


def _act(till: Till, seen: Visit, form: Sent) -> None:
    """Raises `BusinessError` where it may not be done, or cannot be understood."""
    match form.first("do"):
        case "later":
            promise(till, seen, _day(form.first("until")))
        case "parts":
            number = form.first("parts")
            parts = int(number) if number.isascii() and number.isdigit() else 0
            in_parts(till, seen, parts, _day(form.first("first")))
        case "wrong":
            about = form.fields.get("item", ())
            dispute(till, seen, form.first("reason"), about, form.file)
        case _:
            raise BusinessError("the form says nothing that can be done")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BusinessError("a day is not written as a day") from None


def _is_a_person(request: Request) -> bool:
    """Whether somebody went there: scanners of mail and previews of links fetch pages, too."""
    headers = request.headers
    return (
        request.method == "GET"
        and headers.get("sec-fetch-mode") == "navigate"
        and "prefetch" not in headers.get("sec-purpose", headers.get("purpose", ""))
    )
