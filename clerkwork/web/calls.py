"""Where the provider asks what to say in a call, and tells which keys were pressed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from clerkwork.web.reports import Signed, signed_fields

__all__ = ["add_calls"]

Answered = Callable[[str, str, Mapping[str, str], Mapping[str, str]], str | None]
"""Reference, stage, fields and query → what to say, as markup; None where there is no such call."""


def add_calls(app: FastAPI, *, is_signed: Signed, answered: Answered) -> None:
    """Add `/twilio/calls/{reference}/{stage}` to an application."""

    @app.post("/twilio/calls/{reference}/{stage}")
    async def say(reference: str, stage: str, request: Request) -> Response:
        fields = await signed_fields(request, is_signed)
        if fields is None:
            return Response(status_code=403)
        query = dict(request.query_params)
        markup = await run_in_threadpool(answered, reference, stage, fields, query)
        if markup is None:
            return Response(status_code=404)
        return Response(markup, media_type="text/xml")
