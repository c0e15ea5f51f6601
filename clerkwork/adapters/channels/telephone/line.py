"""One request to the provider at a time, so that after any failure it is known what was taken.

Twilio's own client asks over one that tells a refused connection from a lost answer by nothing
but words; and it logs what it sends.
"""

from __future__ import annotations

import base64
import ssl
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

from twilio.http.response import Response

from clerkwork.errors import ChannelDown, Undecided

__all__ = ["Line"]

_LARGEST = 4_000_000
"""Bytes of an answer."""
_TRIES = 4
_LONGEST = 30.0
"""Seconds that are waited at once where there were too many requests."""


class Line:
    """Does what Twilio's client wants of its `HttpClient`.

    What was answered 429 is not processed and may be asked again (Twilio's error 20429): it is,
    after the time that the answer says, or longer each time. Raises `ChannelDown` where nothing
    was given away, `Undecided` where the answer was lost.
    """

    def __init__(self, timeout: float, authority: str, pause: Callable[[float], None]) -> None:
        self._seconds = timeout
        self._authority = authority
        self._pause = pause

    def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """The answer, whatever its status is; a redirect is an answer as any other."""
        url = f"{uri}?{_encoded(params)}" if params else uri
        sent = dict(headers or {})
        if auth:
            sent["Authorization"] = "Basic " + base64.b64encode(":".join(auth).encode()).decode()
        body = _encoded(data).encode() if data else None
        for waits in range(1, _TRIES + 1):
            answer = self._asked(method, url, sent, body)
            if answer.status_code != 429 or waits == _TRIES:
                break
            self._pause(min(_LONGEST, _after(answer) or 2.0 ** (waits - 1)))
        return answer

    def _asked(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Response:
        parts = urlsplit(url)
        where = f"{parts.scheme}://{parts.netloc}"
        connection = self._connection(parts.scheme, parts.hostname or "", parts.port)
        try:
            try:
                connection.connect()
            except (OSError, HTTPException) as error:
                raise ChannelDown(
                    f"{where} cannot be reached: {_why(error)}; see that this machine gets there, "
                    "and that `address` in config/channels.toml is right"
                ) from None
            target = f"{parts.path}?{parts.query}" if parts.query else parts.path
            try:
                connection.request(method, target, body=body, headers=dict(headers))
                answer = connection.getresponse()
                content = answer.read(_LARGEST)
            except (OSError, HTTPException) as error:
                told = f"{where} fell silent once it was asked: {_why(error)}"
                raise (Undecided if method == "POST" else ChannelDown)(told) from None
            return Response(
                answer.status, content.decode("utf-8", "replace"), dict(answer.getheaders())
            )
        finally:
            connection.close()

    def _connection(self, scheme: str, host: str, port: int | None) -> HTTPConnection:
        if scheme == "http":
            return HTTPConnection(host, port or 80, timeout=self._seconds)
        trust = ssl.create_default_context(cafile=self._authority or None)
        proxy = "" if proxy_bypass(host) else getproxies().get("https", "")
        if not proxy:
            return HTTPSConnection(host, port or 443, timeout=self._seconds, context=trust)
        over = urlsplit(proxy)
        through = HTTPSConnection(
            over.hostname or "", over.port or 8080, timeout=self._seconds, context=trust
        )
        through.set_tunnel(host, port or 443)
        return through


def _encoded(fields: Mapping[str, object] | None) -> str:
    there = {name: value for name, value in (fields or {}).items() if value is not None}
    return urlencode(there, doseq=True)


def _after(answer: Any) -> float:
    """Seconds after which it may be asked again, as the answer says; 0 if it does not."""
    said = {str(name).lower(): value for name, value in (answer.headers or {}).items()}
    try:
        return max(0.0, float(said.get("retry-after", "")))
    except ValueError:
        return 0.0


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, ssl.SSLError):
        return f"its certificate is not trusted ({error.reason or type(error).__name__})"
    return getattr(error, "strerror", None) or type(error).__name__
