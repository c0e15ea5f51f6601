"""What a browser sends with a button: bounded before it is read, and only from our own page."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

__all__ = ["Sent", "read_form", "same_site"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The fields of a form, each with all its values, and the one file that came with them."""

    fields: Mapping[str, Sequence[str]]
    file: bytes = b""

    def first(self, name: str) -> str:
        """The first value of a field; empty if it was not sent."""
        return next(iter(self.fields.get(name, ())), "")


def same_site(request: Request) -> bool:
    """Whether the form was sent from our own page, as far as the browser tells.

    The signed token is the proof; this stops a page that got hold of a link
    from pressing the button in somebody's name.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    # Without a referrer, browsers send 'null' for their own origin too (Fetch, 3.2).
    origin = request.headers.get("origin", "null")
    return origin in ("null", f"{request.url.scheme}://{request.url.netloc}")


async def read_form(request: Request, largest: int, most: int = 10) -> Sent | None:
    """What was sent; without fields if they are more than `most` or broken, None if it is longer
    than so many bytes."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            return None
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await _parts(request, body, most)
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=most)
    except ValueError:
        return Sent(fields={})
    return Sent(fields=fields)


async def _parts(request: Request, body: bytes, most: int) -> Sent:
    async def whole() -> AsyncGenerator[bytes, None]:
        yield body
        yield b""

    parser = MultiPartParser(request.headers, whole(), max_files=1, max_fields=most)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError):
        return Sent(fields={})
    fields: dict[str, list[str]] = {}
    file = b""
    try:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                file = await value.read()
            else:
                fields.setdefault(name, []).append(value)
    finally:
        await form.close()
    return Sent(fields=fields, file=file)
