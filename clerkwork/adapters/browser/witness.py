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

    def see(self, section: str) -> None:
        """A picture of a section's page while its selectors work, once a session at most."""
        if section in self._seen:
            return
        self._seen.add(section)
        picture = self._camera.nameless(section)
        if picture.image:
            write_whole(self._memory.picture(section), picture.image)

    def propose(
        self,
        name: str,
        changes: tuple[Change, ...],
        *,
        used: bool,
        reasons: tuple[str, ...],
        then: Sequence[int],
        now: Sequence[int],
    ) -> Proposal:
        """Keep a proposal, its pictures in the step's evidence too; as it stands if decided."""
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

    def _then(self, name: str, box: Sequence[int]) -> bytes:
        try:
            image = self._memory.picture(name.partition(".")[0]).read_bytes()
        except OSError:
            return b""
        return _framed(image, box)

    def _as_it_is(self, name: str, box: Sequence[int]) -> bytes:
        image = self._camera.nameless(name).image
        return _framed(image, box) if image else b""


def _picture(label: str, image: bytes) -> Picture:
    return Picture(label=label, image=image, gap="" if image else "there is no picture of it")


def _framed(image: bytes, box: Sequence[int]) -> bytes:
    """The picture with a frame around what it is about."""
    from PIL import Image, ImageDraw

    if len(box) != 4:
        return image
    left, top, width, height = box
    with Image.open(io.BytesIO(image)) as opened:
        drawn = opened.convert("RGB")
    around = (left - _ROOM, top - _ROOM, left + width + _ROOM, top + height + _ROOM)
    ImageDraw.Draw(drawn).rectangle(around, outline=_INK, width=2)
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=60)
    return out.getvalue()
