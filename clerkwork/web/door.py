"""The door of debtors' own pages: how often one may knock, and what is told who is not let in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from clerkwork.web.debtor_words import PageWriter
from clerkwork.web.limits import Limit
from clerkwork.web.pages import render

__all__ = ["Door", "Limits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How often a page is answered; what is over gets 429.

    Who has a link of ours is counted by it and never by where he asks from, which may be a
    proxy's address that he shares with everybody.
    """

    visits: Limit = field(default_factory=lambda: Limit(240, 60.0))
    """Of the links of one debtor."""
    wrong: Limit = field(default_factory=lambda: Limit(20, 600.0))
    """Links from one address that we did not sign: who guesses is stopped."""
    sent: Limit = field(default_factory=lambda: Limit(20, 3600.0))
    """Forms that are sent from the page of one debtor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What is answered instead of a page, the same whatever is wrong with a link."""

    write: PageWriter
    limits: Limits

    def guessed(self, request: Request) -> Response:
        """Of a link that we did not sign."""
        sender = request.client.host if request.client else ""
        return self.no_page() if self.limits.wrong.takes(sender) else self.too_often()

    def no_page(self) -> Response:
        return _trouble(404, self.write.no_page())

    def too_often(self) -> Response:
        answer = _trouble(429, self.write.not_now())
        answer.headers["Retry-After"] = "600"
        return answer

    def not_done(self, language: str) -> Response:
        return _trouble(400, self.write.not_done(language))

    def not_now(self, language: str = "") -> Response:
        return _trouble(503, self.write.not_now(language))


def _trouble(status: int, values: Mapping[str, object]) -> Response:
    return HTMLResponse(render("debt_trouble.html", **values), status_code=status)
