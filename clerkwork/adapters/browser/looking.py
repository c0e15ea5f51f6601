"""Finders by looks made into points of the page, before a request goes to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from clerkwork.adapters.browser.sightings import Spot, picture_spots, word_spots
from clerkwork.adapters.browser.terms import Terms

__all__ = ["by_looks", "with_points"]

_BY_LOOKS = ("image", "ocr")
_SCALE = 2
"""Words are read from a picture enlarged this many times."""

Ask = Callable[[str, Mapping[str, object]], dict[str, Any]]
Capture = Callable[[Mapping[str, float], float], bytes]
Finders = Sequence[Mapping[str, Any]]


def by_looks(request: Mapping[str, Any]) -> bool:
    """Whether a request, or one of its groups, looks for something by how it looks."""
    groups = request.get("groups", ())
    return any(each["kind"] in _BY_LOOKS for each in request.get("finders", ())) or any(
        by_looks(group) for group in groups
    )


def with_points(
    request: Mapping[str, Any], ask: Ask, capture: Capture, terms: Terms
) -> dict[str, object]:
    """The request with the points where those things are to be seen now.

    Strategies before them are tried first: a picture is taken only where they find nothing.
    """
    made = dict(request)
    if "groups" in request:
        made["groups"] = [with_points(each, ask, capture, terms) for each in request["groups"]]
    finders: Finders = request.get("finders", ())
    first = next((i for i, each in enumerate(finders) if each["kind"] in _BY_LOOKS), None)
    if first is None:
        return made
    frames = request.get("frames", ())
    found = bool(first) and ask("count", {"frames": frames, "finders": finders[:first]})["at"] in (
        "one",
        "many",
    )
    box = {} if found else ask("box", {"frames": frames})
    made["finders"] = [
        {"kind": "point", "points": _points(each, box, capture, terms)}
        if each["kind"] in _BY_LOOKS
        else each
        for each in finders
    ]
    return made


def _points(
    finder: Mapping[str, Any], box: Mapping[str, Any], capture: Capture, terms: Terms
) -> list[dict[str, float]]:
    if box.get("at") != "one":
        return []
    clip = {"x": box["left"], "y": box["top"], "width": box["width"], "height": box["height"]}
    spots: tuple[Spot, ...]
    if finder["kind"] == "image":
        name = str(finder["text"])
        scale = 1
        spots = picture_spots(capture(clip, scale), terms.images[name], name)
    else:
        scale = _SCALE
        page = capture(clip, scale)
        spots = word_spots(page, str(finder["text"]), terms.language, terms.patience)
    return [{"x": box["x"] + spot.x / scale, "y": box["y"] + spot.y / scale} for spot in spots]
