"""One question over HTTP: bounded in time and size, with no redirects, for vaults and webhooks."""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from http.client import HTTPException
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import (
    BaseHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    ProxyHandler,
    Request,
    build_opener,
)

__all__ = ["LOOPBACK", "ask"]

LOOPBACK = ("127.0.0.1", "::1", "localhost")
_LARGEST = 1_000_000
"""Bytes of an answer."""
_AT_ONCE = 64 * 1024


def ask(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None = None,
    *,
    authority: str = "",
    timeout: float = 10.0,
    plain: bool = False,
) -> tuple[int, bytes]:
    """Status and body of the answer, whatever the status is.

    `authority` is a PEM file of the authority that signed the server's certificate, if the
    system has it not; `timeout` seconds are for all of it. A redirect is an answer as any
    other: nothing that was meant for one host is sent to another. `plain` lets http:// go to other
    machines: for what is no secret, and whose answer is signed. Raises `ConnectionError`
    with what went wrong, without the address, which may hold a secret.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConnectionError("this is no address of a server")
    if parts.scheme == "http" and not plain and parts.hostname not in LOOPBACK:
        raise ConnectionError("http:// is for this machine only; expected https://")
    deadline = time.monotonic() + timeout
    request = Request(url, data=body, headers=dict(headers), method=method)  # noqa: S310 - checked above
    try:
        handlers: list[BaseHandler] = [_NoRedirect()]
        if parts.hostname in LOOPBACK:
            handlers.append(ProxyHandler({}))
        if parts.scheme == "https":
            trust = ssl.create_default_context(cafile=authority or None)
            handlers.append(HTTPSHandler(context=trust))
        with build_opener(*handlers).open(request, timeout=timeout) as answer:
            return answer.status, _body(answer, deadline, timeout)
    except HTTPError as error:
        # Any status but 2xx; what it holds is the answer itself.
        with error:
            return error.code, _body(error.fp, deadline, timeout)
    except _TooMuch:
        raise
    except (OSError, HTTPException, ValueError) as error:
        raise ConnectionError(_why(error)) from None


class _TooMuch(ConnectionError):
    """An answer that is too large or too slow."""


def _body(answer: Any, deadline: float, timeout: float) -> bytes:
    """All of it; a server that sends byte by byte is as late as one that sends none."""
    content = b""
    while part := answer.read1(_AT_ONCE):
        content += part
        if len(content) > _LARGEST:
            raise _TooMuch(f"its answer is larger than {_LARGEST:,} bytes")
        if time.monotonic() > deadline:
            raise _TooMuch(f"its answer took longer than {timeout:g} s")
    return content


def _why(error: Exception) -> str:
    reason = getattr(error, "reason", None)
    while isinstance(reason, Exception):
        error, reason = reason, getattr(reason, "reason", None)
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, ssl.SSLError):
        return f"its certificate is not trusted ({error.reason or type(error).__name__})"
    return getattr(error, "strerror", None) or type(error).__name__


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        """None: the redirect is the answer."""
