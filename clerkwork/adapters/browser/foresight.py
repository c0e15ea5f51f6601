"""What was read next, last time: asked along with what it follows, which spares a round trip."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Foresight"]

Answer = dict[str, Any]
Request = Mapping[str, object]

_READINGS = frozenset({"any", "count", "grids", "look", "table"})
"""Requests that change nothing, so that they may be asked in vain."""
_ACTS = frozenset({"fill", "choose", "check"})
"""Acts that a picture most often follows on: what was read after one is asked for in its turn."""
_COVER = "mask"
"""It changes nothing that the page knows of, and whatever is asked of the page next ends it."""
_AHEAD = 4
"""So many readings are asked along at most."""
_FRESH = 0.1
"""Seconds from its hearing on for which an answer is as good as a new one."""
_VAIN = 3
"""A reading that was asked along so often for nothing is not any more, until it is asked for."""
_KEPT = 1_000
"""Requests that are remembered with what followed them."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request that an answer can be kept of."""

    window: Hashable
    op: str
    words: str = field(repr=False)
    """The request, but for how long it waits; of settling, the act before; of an act, its field."""


class Foresight:
    """Of one session: whatever is asked or done in any of its windows ends what was foreseen.

    Only what a page says is there is foreseen: what it does not show yet is asked for in its turn.
    """

    def __init__(self) -> None:
        self._next: dict[_Asked, tuple[_Asked, Request]] = {}
        self._vain: Counter[_Asked] = Counter()
        self._act = ""
        self._last: _Asked | None = None
        self._along: list[_Asked] = []
        self._heard: list[tuple[_Asked, Answer]] = []
        self._heard_at = 0.0

    def recall(self, window: Hashable, op: str, request: Request) -> Answer | None:
        """The answer, if it was asked along just now; and notes what is asked."""
        asked = self._asked(window, op, request)
        before, self._last = self._last, asked
        if asked is None or op == "settle":
            self._forget()
            return None
        del self._vain[asked]
        if before is not None and before != asked and not request.get("on"):
            self._note(before, asked, request)
        if self._heard and self._heard[0][0] == asked:
            answer = self._heard.pop(0)[1]
            if time.monotonic() - self._heard_at < _FRESH:
                return answer
        self._forget()
        return None

    def acted(self) -> None:
        """Something was done otherwise than by a request."""
        self._last = None
        self._forget()

    def along(self, also: Sequence[tuple[str, Request]] = ()) -> Sequence[tuple[str, Request]]:
        """What is to be asked along with the request that was noted last: this, and what follows.

        Nothing where that request is none that others follow on.
        """
        at = self._last
        found: list[tuple[_Asked, Request]] = []
        for op, request in also:
            asked = self._asked(at.window, op, request) if at is not None else None
            if asked is not None:
                found.append((asked, request))
                at = asked
        while at is not None and at.op != _COVER and len(found) < _AHEAD:
            known = self._next.get(at)
            if known is None or known in found or known[0].window != at.window:
                break
            if self._vain[known[0]] >= _VAIN:
                break
            found.append(known)
            at = known[0]
        self._along = [asked for asked, _ in found]
        return [(asked.op, request) for asked, request in found]

    def hear(self, answers: Sequence[Answer]) -> None:
        """What was answered to what was asked along, as far as it is there."""
        self._heard = list(zip(self._along, answers, strict=False))
        self._heard_at = time.monotonic()

    def _asked(self, window: Hashable, op: str, request: Request) -> _Asked | None:
        if op == "settle":
            return _Asked(window, op, self._act)
        if op in _READINGS or op == _COVER:
            own = {key: value for key, value in request.items() if key != "wait"}
            return _Asked(window, op, json.dumps(own))
        if "finders" in request:
            self._act = f"{op} {json.dumps([request.get('frames'), request['finders']])}"
        return _Asked(window, op, self._act) if op in _ACTS else None

    def _note(self, before: _Asked, asked: _Asked, request: Request) -> None:
        if asked.op != _COVER and (asked.op not in _READINGS or before.op in _ACTS):
            return
        self._next[before] = (asked, request)
        if len(self._next) > _KEPT:
            self._next.clear()

    def _forget(self) -> None:
        for asked, _ in self._heard:
            self._vain[asked] += 1
        self._heard.clear()
