"""The demo's control desk: where tests switch faults on and hold requests, on its own port."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from clerkwork.demo.faults import Fault, Faults, Hold

__all__ = ["make_control"]

LONGEST_POLL = 120.0


def make_control(faults: Faults) -> Starlette:
    """The control app over `faults`; all bodies are JSON, a bad one is answered 400 with `error`.

    - POST /faults {"portal", "kind", "match", "after", "every", "times", "probability", "seed",
      "seconds"}
    - DELETE /faults[?portal=kantoor]
    - GET /requests: {portal: {"requests": {path: n}, "sessions": {user: n},
      "overlaps": {"requests": n}}}
    - GET /pictures: {portal: word of the last picture that a sign-in had to read}
    - POST /hold {"portal", "match", "when"}: the next matching request waits
    - GET /held[?seconds=30]: {"held": [{"portal", "method", "path", "when"}]}, once there is one
    - POST /release: {"released": n}
    """

    async def add(request: Request) -> Response:
        faults.add(Fault(**await _body(request)))
        return JSONResponse({})

    async def clear(request: Request) -> Response:
        faults.clear(request.query_params.get("portal"))
        return JSONResponse({})

    async def requests(request: Request) -> Response:
        return JSONResponse(faults.requests())

    async def pictures(request: Request) -> Response:
        return JSONResponse(faults.pictures())

    async def hold(request: Request) -> Response:
        faults.hold(Hold(**await _body(request)))
        return JSONResponse({})

    async def held(request: Request) -> Response:
        seconds = float(request.query_params.get("seconds", "30"))
        waiting = await faults.until_held(min(seconds, LONGEST_POLL))
        return JSONResponse({"held": [asdict(one) for one in waiting]})

    async def release(request: Request) -> Response:
        return JSONResponse({"released": faults.release()})

    return Starlette(
        routes=[
            Route("/faults", _checked(add), methods=["POST"]),
            Route("/faults", _checked(clear), methods=["DELETE"]),
            Route("/requests", _checked(requests), methods=["GET"]),
            Route("/pictures", _checked(pictures), methods=["GET"]),
            Route("/hold", _checked(hold), methods=["POST"]),
            Route("/held", _checked(held), methods=["GET"]),
            Route("/release", _checked(release), methods=["POST"]),
        ]
    )


async def _body(request: Request) -> dict[str, Any]:
    body = json.loads(await request.body())
    if not isinstance(body, dict):
        raise ValueError("expected a JSON object")
    return body


def _checked(
    endpoint: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    async def checked(request: Request) -> Response:
        try:
            return await endpoint(request)
        except (TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    return checked
