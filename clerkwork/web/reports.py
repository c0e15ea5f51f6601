"""Where the provider reports what became of a message; only what it signed is heard."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Protocol
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request
from fastapi.responses import Response
from loguru import logger
from starlette.concurrency import run_in_threadpool

__all__ = ["Signed", "add_delivery_reports", "signed_fields"]

_LARGEST = 16 * 1024
_MOST = 100
"""Fields of one request."""
_SIGNATURE = "x-twilio-signature"
_SETTINGS = "x-twilio-webhooks-signature-settings"

Fields = Mapping[str, str]


class Signed(Protocol):
    def __call__(self, path: str, said: Fields | str, signature: str, settings: str) -> bool:
        """Whether a request to this path, with its query, comes from the provider.

        `said` are the fields of a form or a JSON body; `settings` is what the request says of
        how it was signed.
        """


def add_delivery_reports(
    app: FastAPI, *, is_signed: Signed, hear: Callable[[str, Fields], None]
) -> None:
    """Add `/twilio/reports/{reference}` to an application.

    `hear` is told the reference and the fields of what is signed; the same report may come twice.
    Everything is answered with an empty page: who asks is a machine.
    """

    @app.post("/twilio/reports/{reference}")
    async def report(reference: str, request: Request) -> Response:
        fields = await signed_fields(request, is_signed)
        if fields is None:
            return Response(status_code=403)
        await run_in_threadpool(hear, reference, fields)
        return Response(status_code=204)


async def signed_fields(request: Request, is_signed: Signed) -> Fields | None:
    """The form or JSON that was posted, if it is the provider's; None if it is not, or too long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST:
            return None
    head = request.headers
    is_json = head.get("content-type", "").partition(";")[0].strip().lower() == "application/json"
    try:
        text = body.decode("utf-8")
        # Fields without a value are signed, too.
        given = (
            []
            if is_json
            else parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST, errors="strict")
        )
    except ValueError:
        return None
    fields = dict(given)
    query = request.url.query
    path = f"{request.url.path}?{query}" if query else request.url.path
    signed = (head.get(_SIGNATURE, ""), head.get(_SETTINGS, ""))
    said: Fields | str = text if is_json else fields
    if len(fields) != len(given) or not await run_in_threadpool(is_signed, path, said, *signed):
        logger.warning("a request to {} is not signed by the provider", request.url.path)
        return None
    return _texts_in(text) if is_json else fields


def _texts_in(text: str) -> Fields | None:
    """The texts of a JSON object by their names; None if it is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    if not isinstance(found, dict):
        return None
    return {name: value for name, value in found.items() if isinstance(value, str)}
