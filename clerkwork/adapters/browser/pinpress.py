"""Signing in with a scrambled pad: look at it, press, and look again whether it changed."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clerkwork.adapters.browser.locate import Locator
from clerkwork.adapters.browser.pinpad import read_digits
from clerkwork.adapters.browser.troubles import guarded
from clerkwork.adapters.browser.window import Window
from clerkwork.errors import ConfigError, PictureUnread, SelectorLost
from clerkwork.ports import Secret

__all__ = ["press_pin"]

_SCALE = 4
_LOOKS = 3


@dataclass(frozen=True, slots=True)
class _Pad:
    window: Window
    boxes: tuple[Mapping[str, float], ...]
    looks: tuple[bytes, ...]
    """Each button as it is shown, to tell whether it changed."""


def press_pin(locator: Locator, section: str, pin: Secret) -> None:
    """Press the digits of a PIN on the section's `buttons`.

    The pad is looked at before each press, and read anew where it changed.
    Raises `PictureUnread` if it cannot be read with certainty.
    """
    if not pin.value.isascii() or not pin.value.isdigit():
        raise ConfigError(f"The secret {pin.name} is no PIN: it must be digits alone.")
    place = f"{locator.session.portal.name}, {section}"
    pad = _look(locator, section)
    digits = _digits(locator, pad, place)
    last = -1
    for number, digit in enumerate(pin.value):
        if number:
            before, pad = pad, _look(locator, section)
            if _changed(before, pad, last):
                digits = _digits(locator, pad, place)
        last = digits.index(digit)
        box = pad.boxes[last]
        pad.window.press(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        locator.session.settle(pad.window)


def _digits(locator: Locator, pad: _Pad, place: str) -> tuple[str, ...]:
    """What the buttons show, looked at again where the enlarged picture was not drawn out yet."""
    for _ in range(_LOOKS - 1):
        try:
            return read_digits(_pictures(locator, pad.window, pad.boxes, _SCALE), place)
        except PictureUnread:
            locator.session.settle(pad.window)
    return read_digits(_pictures(locator, pad.window, pad.boxes, _SCALE), place)


def _look(locator: Locator, section: str) -> _Pad:
    name = f"{section}.buttons"
    found, entry, request = locator.request(name, {})
    window = locator.session.window(found)
    answer = window.ask("boxes", {**request, "wait": locator.grace * 1000})
    boxes = answer.get("boxes", ())
    if len(boxes) != 10:
        locator.session.settle(window, everywhere=True)
        raise SelectorLost(
            f"{locator.session.portal.name}: {name} ({entry[0].written}) finds {len(boxes)} "
            f"buttons; ten were expected, one a digit. Mend {locator.session.selectors.source}."
        )
    locator.noted.used(name)
    return _Pad(window, tuple(boxes), _pictures(locator, window, boxes, 1))


def _pictures(
    locator: Locator, window: Window, boxes: Sequence[Mapping[str, float]], scale: int
) -> tuple[bytes, ...]:
    """Each button as PNG, cut from one capture of the whole pad."""
    from PIL import Image

    left, top = min(box["x"] for box in boxes), min(box["y"] for box in boxes)
    clip = {
        "x": left,
        "y": top,
        "width": max(box["x"] + box["width"] for box in boxes) - left,
        "height": max(box["y"] + box["height"] for box in boxes) - top,
    }
    portal = locator.session.portal
    shot = guarded(portal, "looking at the PIN pad", lambda: window.capture(clip, scale))
    whole = Image.open(io.BytesIO(shot)).convert("RGB")
    cut = []
    for box in boxes:
        corner = ((box["x"] - left) * scale, (box["y"] - top) * scale)
        size = (box["width"] * scale, box["height"] * scale)
        part = whole.crop(
            (
                round(corner[0]),
                round(corner[1]),
                round(corner[0] + size[0]),
                round(corner[1] + size[1]),
            )
        )
        file = io.BytesIO()
        part.save(file, "PNG")
        cut.append(file.getvalue())
    return tuple(cut)


def _changed(before: _Pad, now: _Pad, pressed: int) -> bool:
    """Whether any button but the pressed one, which may be lit up, looks otherwise."""
    pairs = zip(before.looks, now.looks, strict=True)
    return any(old != new for at, (old, new) in enumerate(pairs) if at != pressed)
