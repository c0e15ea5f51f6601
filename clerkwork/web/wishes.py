"""Where a debtor says how he wants to be written to; its buttons decide, a visit does not."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from loguru import logger
from starlette.concurrency import run_in_threadpool

from clerkwork.adapters.letters import Texts
from clerkwork.app.pay import Till
from clerkwork.app.wishes import Wishes, be_told, leave_untold, prefer, wishes
from clerkwork.core.creditor import Creditor
from clerkwork.core.paying import WISHES, BadLink, read_link
from clerkwork.errors import BusinessError, ClerkworkError
from clerkwork.web.debtor_words import PageWriter, wishes_in
from clerkwork.web.door import Door, Limits
from clerkwork.web.forms import Sent, read_form, same_site
from clerkwork.web.pages import render

__all__ = ["add_wishes_page"]

_LARGEST_FORM = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    till: Till
    door: Door
    lock: threading.Lock = field(default_factory=threading.Lock)
    """One form at a time, so that what is declared twice stands once."""


def add_wishes_page(
    app: FastAPI,
    *,
    till: Till,
    creditor: Creditor,
    texts: Mapping[str, Texts],
    zone: str,
    limits: Limits | None = None,
) -> None:
    """Add `/p/{token}/wishes` to an application that sends the strict headers.

    GET and HEAD show, POST declares. A mail program's own button (RFC 8058) posts here, too.
    Nothing is added where the creditor's language has no words for it.
    """
    if wishes_in(texts, creditor.language) is None:
        return
    write = PageWriter(creditor=creditor, texts=texts, rules=till.rules, zone=zone)
    page = _Page(till=till, door=Door(write=write, limits=limits or Limits()))

    @app.api_route("/p/{token}/wishes", methods=["GET", "HEAD"])
    async def show(token: str, request: Request) -> Response:
        return await run_in_threadpool(_guarded, page, request, token, None)

    @app.post("/p/{token}/wishes")
    async def send(token: str, request: Request) -> Response:
        if not same_site(request):
            return page.door.no_page()
        try:
            # Before anything of a stranger's is read.
            read_link(token, till.key, WISHES)
        except BadLink:
            return page.door.guessed(request)
        form = await read_form(request, _LARGEST_FORM)
        return await run_in_threadpool(_guarded, page, request, token, form or Sent(fields={}))


def _guarded(page: _Page, request: Request, token: str, form: Sent | None) -> Response:
    door, language = page.door, ""
    try:
        link = read_link(token, page.till.key, WISHES)
    except BadLink:
        return door.guessed(request)
    if not door.limits.visits.takes(link.debtor):
        return door.too_often()
    try:
        seen = wishes(page.till, token)
        language = seen.debtor.language
        if form is None:
            return _shown(page, seen)
        if not door.limits.sent.takes(seen.debtor.number):
            return door.too_often()
        with page.lock:
            _act(page.till, seen, form)
        if _is_one_click(form):
            # Whoever posts for a mail program follows no redirect (RFC 8058, 3.1).
            return _shown(page, wishes(page.till, token))
    except BadLink:
        return door.no_page()
    except BusinessError as error:
        logger.info("a form of the page of wishes was refused: {}", error)
        return door.not_done(language)
    except ClerkworkError as error:
        logger.error("the page of wishes failed: {}", error)
        return door.not_now(language)
    return RedirectResponse(f"/p/{token}/wishes", status_code=303)


def _is_one_click(form: Sent) -> bool:
    return form.first("List-Unsubscribe") == "One-Click"


def _act(till: Till, seen: Wishes, form: Sent) -> None:
    """Raises `BusinessError` where it may not be done, or cannot be understood."""
    match form.first("do"):
        case "fewer":
            leave_untold(till, seen)
        case "again":
            be_told(till, seen)
        case "way":
            prefer(till, seen, form.first("way"))
        case "" if _is_one_click(form):
            leave_untold(till, seen)
        case _:
            raise BusinessError("the form says nothing that can be done")


def _shown(page: _Page, seen: Wishes) -> Response:
    debtor = seen.debtor
    values = page.door.write.about_wishes(debtor.language)
    more = {"told_early": seen.told_early, "ways": seen.ways, "preferred": debtor.preferred}
    return HTMLResponse(render("wishes.html", **values, **more))
