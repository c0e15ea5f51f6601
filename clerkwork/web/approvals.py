"""The page where an approver answers about an order; only its buttons decide, never a visit."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from loguru import logger
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from clerkwork.app.approve import decide, told
from clerkwork.core.approvals import VERDICTS, Approval, BadToken, check_token, read_token
from clerkwork.core.calendar import Calendar
from clerkwork.errors import BusinessError, ClerkworkError
from clerkwork.ports import Approvals, Books, Clock, Queue
from clerkwork.web.forms import Sent, read_form, same_site
from clerkwork.web.headers import StrictHeaders
from clerkwork.web.pages import CSS, render

__all__ = ["approval_app"]

_LARGEST_FORM = 8 * 1024
_LONGEST_REASON = 500
_EXPIRED = (
    "The time to answer is up",
    "The question has gone to a colleague's review queue. If you still want to answer, "
    "ask the credit desk: they can ask you again.",
)
_FORGED = (
    "This link does not work",
    "It is cut off, changed, or was made for another question. Open it once more from the "
    "mail itself; some mail programs break long links in two.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    approvals: Approvals
    books: Books
    queue: Queue
    clock: Clock
    calendar: Calendar
    key: bytes
    house: str

    def question(self, token: str) -> Approval:
        """The approval a token was signed for; raises `BadToken`."""
        approval = self.approvals.get(read_token(token))
        if approval is None:
            raise BadToken("there is no such question")
        check_token(token, approval, self.key)
        return approval


def approval_app(
    *,
    approvals: Approvals,
    books: Books,
    queue: Queue,
    clock: Clock,
    calendar: Calendar,
    key: bytes,
    house: str,
) -> FastAPI:
    """The application. `key` signs the links (32 bytes or more); `house` is the creditor's name.

    GET and HEAD `/approve/{token}` show, POST decides. Run it with uvicorn's
    access log off: the token stands in the address.
    """
    desk = _Desk(
        approvals=approvals,
        books=books,
        queue=queue,
        clock=clock,
        calendar=calendar,
        key=key,
        house=house,
    )
    app = FastAPI(title="Clerkwork approvals", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(StrictHeaders, css=CSS)

    @app.api_route("/approve/{token}", methods=["GET", "HEAD"])
    async def show(token: str) -> Response:
        return await run_in_threadpool(_show, desk, token)

    @app.post("/approve/{token}")
    async def answer(token: str, request: Request) -> Response:
        if not same_site(request):
            return _trouble(desk, 403, *_FORGED)
        form = await read_form(request, _LARGEST_FORM)
        if form is None:
            return _trouble(desk, 413, "That is too long", "Give the reason in fewer words.")
        return await run_in_threadpool(_answer, desk, token, form)

    @app.exception_handler(HTTPException)
    async def nothing_here(_request: Request, error: HTTPException) -> Response:
        return _trouble(
            desk, error.status_code, "There is nothing here", "Open the link from the mail itself."
        )

    @app.exception_handler(ClerkworkError)
    async def not_now(_request: Request, error: ClerkworkError) -> Response:
        logger.error("the approval page failed: {}", error)
        return _trouble(
            desk, 503, "This does not work now", "Nothing was decided. Try again in a few minutes."
        )

    return app


def _show(desk: _Desk, token: str) -> Response:
    try:
        approval = desk.question(token)
    except BadToken:
        return _trouble(desk, 403, *_FORGED)
    if approval.decision:
        return _done(desk, approval)
    if desk.clock.now() >= approval.expires:
        return _trouble(desk, 403, *_EXPIRED)
    return _page(
        desk, "question.html", 200, approval=approval, expires=desk.calendar.said(approval.expires)
    )


def _answer(desk: _Desk, token: str, form: Sent) -> Response:
    try:
        approval = desk.question(token)
    except BadToken:
        return _trouble(desk, 403, *_FORGED)
    if approval.decision:
        return _done(desk, approval, late=True)
    if desk.clock.now() >= approval.expires:
        return _trouble(desk, 403, *_EXPIRED)
    if form.first("verdict") not in VERDICTS:
        return _trouble(desk, 400, "No answer was chosen", "Go back and press one of the buttons.")
    try:
        decide(
            approvals=desk.approvals,
            books=desk.books,
            queue=desk.queue,
            clock=desk.clock,
            id=approval.id,
            verdict=form.first("verdict"),
            by=approval.approver,
            via="mail",
            reason=form.first("reason")[:_LONGEST_REASON],
        )
    except BusinessError as error:
        current = desk.approvals.get(approval.id)
        if current and current.decision:
            return _done(desk, current, late=True)
        return _trouble(desk, 409, "This question is void", f"{error}.")
    # Reloading the page that follows shows the answer; it does not give it again.
    return RedirectResponse(f"/approve/{token}", status_code=303)


def _done(desk: _Desk, approval: Approval, *, late: bool = False) -> Response:
    status = 409 if late else 200
    return _page(desk, "answered.html", status, approval=approval, told=told(approval), late=late)


def _trouble(desk: _Desk, status: int, title: str, advice: str) -> Response:
    return _page(desk, "trouble.html", status, title=title, advice=advice)


def _page(desk: _Desk, template: str, status: int, **values: object) -> Response:
    return HTMLResponse(render(template, house=desk.house, **values), status_code=status)
