"""What a heal leaves behind: a proposal with two pictures, of how it was and of how it is."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Sequence

from clerkwork.adapters.browser.memory import Memory
from clerkwork.adapters.browser.pictures import Camera
from clerkwork.adapters.browser.proposals import write_whole
from clerkwork.core.healing import Change, Proposal, proposal_id
from clerkwork.ports import Picture

__all__ = ["Witness"]

Boxes = Sequence[Sequence[int]]

_INK = (200, 0, 0)
_ROOM = 4
"""Pixels between a thing and the frame drawn around it."""


class Witness:
    """Takes the pictures, and keeps the proposals, of one portal."""

    def __init__(
        self, portal: str, camera: Camera, memory: Memory, now: Callable[[], dt.datetime]
    ) -> None:
        self._portal = portal
        self._camera = camera
        self._memory = memory
        self._now = now
        self._seen: set[str] = set()
        self._last = ("", b"")
        """The picture taken last, and the view that it shows."""

    def wants(self, name: str) -> bool:
        """Whether there is no picture of it yet; it is tried once a session."""
        if name in self._seen:
            return False
        if self._memory.picture(name).exists():
            self._seen.add(name)
            return False
        return True

    def see(self, name: str, view: str) -> None:
        """Keep a picture of a thing's page while its selector works.

        Things of one `view`, of a page that neither moved nor changed, share what is taken.
        """
        self._seen.add(name)
        known, image = self._last
        if not view or view != known:
            image = self._camera.nameless(name).image
            self._last = (view, image)
        if image:
            write_whole(self._memory.picture(name), image)

    def propose(
        self,
        name: str,
        changes: tuple[Change, ...],
        *,
        used: bool,
        reasons: tuple[str, ...],
        then: Boxes,
        now: Boxes,
    ) -> Proposal:
        """Keep a proposal, its pictures in the step's evidence too; as it stands if decided.

        `then` and `now` are what it is about, each left, top, width and height in pixels.
        """
        images = {"then": self._then(name, then), "now": self._as_it_is(name, now)}
        proposal = self._memory.proposals.put(
            Proposal(
                id=proposal_id(self._portal, changes),
                portal=self._portal,
                name=name,
                changes=changes,
                used=used,
                reasons=reasons,
                at=self._now().isoformat(timespec="seconds"),
            ),
            images,
        )
        if proposal.state != "rejected":
            self._camera.keep(_picture(f"{name} as it was", images["then"]))
            self._camera.keep(_picture(f"{name} as it is", images["now"]))
        return proposal

    def _then(self, name: str, boxes: Boxes) -> bytes:
        try:
            image = self._memory.picture(name).read_bytes()
        except OSError:
            return b""
        return _framed(image, boxes)

    def _as_it_is(self, name: str, boxes: Boxes) -> bytes:
        image = self._camera.nameless(name).image
        return _framed(image, boxes) if image else b""


def _picture(label: str, image: bytes) -> Picture:
    return Picture(label=label, image=image, gap="" if image else "there is no picture of it")


def _framed(image: bytes, boxes: Boxes) -> bytes:
    """The picture with a frame around each thing that it is about."""
    from PIL import Image, ImageDraw

    with Image.open(io.BytesIO(image)) as opened:
        drawn = opened.convert("RGB")
    for left, top, width, height in boxes:
        # What runs over the edge is framed at the edge.
        right, bottom = min(left + width, drawn.width), min(top + height, drawn.height)
        around = (left - _ROOM, top - _ROOM, right + _ROOM, bottom + _ROOM)
        ImageDraw.Draw(drawn).rectangle(around, outline=_INK, width=2)
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=60)
    return out.getvalue()
