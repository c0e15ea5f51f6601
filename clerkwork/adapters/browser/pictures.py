"""Pictures for the evidence, with every secret that was typed hidden first."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

from clerkwork.adapters.browser.album import Album
from clerkwork.adapters.browser.session import Session
from clerkwork.adapters.browser.troubles import closed_window
from clerkwork.errors import ClerkworkError
from clerkwork.ports import Picture, Secret

__all__ = ["Camera"]

_TRIES = 3
_SHORTEST = 3
"""A shorter secret is hidden in its own field, but not looked for all over the page."""
_PAINT = (205, 205, 205)


class Camera:
    """Takes pictures of what a session shows, and keeps them until they are asked for."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._secrets: dict[str, None] = {}
        self._taken = Album()
        self._said = session.selectors.said()
        """Words of the page that the selectors file knows."""

    def hide(self, secret: Secret) -> None:
        """From now on this value is hidden wherever a page shows it."""
        if len(secret.value) >= _SHORTEST:
            self._secrets[secret.value.lower()] = None

    def take(self, label: str) -> None:
        """A picture, or a gap that says why there is none."""
        self._taken.keep(self.shot(label))

    def keep(self, picture: Picture) -> None:
        """Keep one that was taken otherwise among those that are asked for."""
        self._taken.keep(picture)

    def drain(self) -> Sequence[Picture]:
        """Those kept since the last call."""
        taken, self._taken = self._taken, Album()
        return taken

    def shot(self, label: str) -> Picture:
        """A picture that is not kept; a gap where there is none."""
        from playwright.sync_api import Error
        from playwright.sync_api import TimeoutError as TooLate

        window = self._session.shown()
        try:
            gap = self._masked()
        except ClerkworkError as problem:
            return Picture(label=label, image=b"", gap=str(problem))
        if gap:
            return Picture(label=label, image=b"", gap=gap)
        for _ in range(_TRIES):
            try:
                return Picture(label=label, image=window.capture())
            except Error as problem:
                if closed_window(problem):
                    return Picture(label=label, image=b"", gap="the window was closed")
                if isinstance(problem, TooLate):
                    return Picture(label=label, image=b"", gap="the page did not hold still")
        return Picture(label=label, image=b"", gap=f"the browser gave none, asked {_TRIES} times")

    def nameless(self, label: str) -> Picture:
        """A picture that is kept to show where things are: words of data are painted over.

        It outlives its run, and with it what a debtor may want forgotten.
        """
        before = self._names()
        picture = self.shot(label)
        after = self._names()
        if not picture.image:
            return picture
        if before is None or after is None:
            gap = "the page could not be looked through for names"
            return Picture(label=label, image=b"", gap=gap)
        return replace(picture, image=_painted(picture.image, (*before, *after)))

    def _names(self) -> Sequence[Sequence[int]] | None:
        """Left, top, width and height of what may be a name, in pixels of the picture."""
        try:
            answer = self._session.shown().ask("names", {"known": list(self._said)})
        except ClerkworkError:
            return None
        boxes: Sequence[Sequence[int]] | None = answer.get("boxes")
        return boxes

    def _masked(self) -> str:
        """Hide the secrets; what stands in the way of a picture, if they cannot be."""
        if not self._secrets:
            return ""
        window = self._session.shown()
        answer = window.ask("mask", {"secrets": list(self._secrets)})
        if answer.get("at") in ("gone", "broken"):
            return "the page could not be looked through for secrets"
        strange = [f for f in window.page.frames if not f.url.startswith("chrome-error:")]
        if answer["foreign"] and len(strange) > 1:
            return "a frame of another site could not be looked through for secrets"
        return ""


def _painted(image: bytes, boxes: Sequence[Sequence[int]]) -> bytes:
    from PIL import Image, ImageDraw

    if not boxes:
        return image
    with Image.open(io.BytesIO(image)) as opened:
        drawn = opened.convert("RGB")
    draw = ImageDraw.Draw(drawn)
    for left, top, width, height in boxes:
        draw.rectangle((left, top, left + width, top + height), fill=_PAINT)
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=80)
    return out.getvalue()
