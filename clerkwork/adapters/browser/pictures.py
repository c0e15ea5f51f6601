"""Pictures for the evidence, with all that they may not show covered first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from clerkwork.adapters.browser.album import Album
from clerkwork.adapters.browser.greys import is_covered
from clerkwork.adapters.browser.session import Session
from clerkwork.adapters.browser.troubles import closed_window
from clerkwork.adapters.browser.window import Answer, Window
from clerkwork.errors import ClerkworkError
from clerkwork.ports import Picture, Secret

__all__ = ["Camera"]

_TRIES = 3
_SHORTEST = 3
"""A shorter secret is hidden in its own field, but not looked for all over the page."""


class Camera:
    """Takes pictures of what a session shows, and keeps them until they are asked for."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._secrets: dict[str, None] = {}
        self._taken = Album()
        self._parts: Answer = {}
        """How what a picture is about is to be shown whole; empty where one picture does."""
        self._instead: dict[str, dict[str, object]] = {}
        self._said = session.selectors.said()
        """Words of the page that the selectors file knows."""

    def hide(self, secret: Secret) -> None:
        """From now on this value is hidden wherever a page shows it."""
        if len(secret.value) >= _SHORTEST:
            self._secrets[secret.value] = None

    def found_instead(self, name: str, frames: Sequence[str], finders: object) -> None:
        """From now on what was used instead of what is written is covered, where that is."""
        self._instead[name] = {"name": name, "frames": list(frames), "finders": finders}

    def take(self, label: str) -> None:
        """A picture, or a gap that says why there is none."""
        self._taken.keep(self.shot(label))

    def take_whole(self, label: str) -> None:
        """A picture; where a form or table is about which it is too large for it, several.

        What was filled, chosen or ticked last says which that is.
        """
        self._parts = {}
        longest = self._session.longest_picture
        picture = self._shot(label, self._asking(longest=longest))
        if not self._parts:
            self._taken.keep(picture)
            return
        window, count = self._session.shown(), int(self._parts["count"])
        most = self._session.longest_table or count
        try:
            for number in range(min(count, most)):
                window.ask("part", {"number": number})
                self.take(label if count == 1 else f"{label}, part {number + 1} of {count}")
            for gap in _left_out(self._parts, count - most):
                self._taken.keep(Picture(label=f"{label}, the rest", image=b"", gap=gap))
            window.ask("parted", {})
        except ClerkworkError as problem:
            self._taken.keep(Picture(label=label, image=b"", gap=str(problem)))

    def keep(self, picture: Picture) -> None:
        """Keep one that was taken otherwise among those that are asked for."""
        self._taken.keep(picture)

    def drain(self) -> Sequence[Picture]:
        """Those kept since the last call."""
        taken, self._taken = self._taken, Album()
        return taken

    def shot(self, label: str) -> Picture:
        """A picture that is not kept; a gap where there is none."""
        return self._shot(label, self._asking())

    def nameless(self, label: str) -> Picture:
        """A picture that is kept to show where things are: words of data are covered, too.

        It outlives its run, and with it what a debtor may want forgotten.
        """
        return self._shot(label, self._asking(names=list(self._said)))

    def _asking(self, **more: object) -> Mapping[str, object]:
        """What is to be covered of the page, besides what its terms say."""
        instead = {"instead": list(self._instead.values())} if self._instead else {}
        return {"secrets": list(self._secrets), **instead, **more}

    def _shot(self, label: str, request: Mapping[str, object]) -> Picture:
        from playwright.sync_api import Error
        from playwright.sync_api import TimeoutError as TooLate

        window = self._session.shown()
        gap = ""
        for _ in range(_TRIES):
            try:
                if gap := self._masked(window, request):
                    break
                image = window.capture()
                covered = self._held(window)
                # Also what moved in between and came back: then the picture itself shows it.
                if covered and is_covered(image, covered["boxes"], covered["width"]):
                    return Picture(label=label, image=image)
                gap = "the page changed while it was covered"
            except ClerkworkError as problem:
                gap = str(problem)
                break
            except Error as problem:
                if closed_window(problem):
                    gap = "the window was closed"
                    break
                self._held(window)
                if isinstance(problem, TooLate):
                    gap = "the page did not hold still"
                    break
                gap = f"the browser gave none, asked {_TRIES} times"
        return Picture(label=label, image=b"", gap=gap)

    def _masked(self, window: Window, request: Mapping[str, object]) -> str:
        """Cover what no picture may show; what stands in the way of one, if it cannot be."""
        answer = window.ask("mask", request)
        if window.closed:
            return "the window was closed"
        if answer.get("at") == "parts":
            self._parts = answer
            return "it is larger than the window"
        if answer.get("at") != "masked":
            return "the page could not be looked through for secrets"
        return str(answer["gap"])

    def _held(self, window: Window) -> Answer | None:
        """Uncover the page; what was covered, if it was as it had to be until now."""
        try:
            answer = window.ask("unmask", {})
        except ClerkworkError:
            return None
        return answer if answer.get("held") else None


def _left_out(parts: Answer, more: int) -> Iterator[str]:
    """What no picture shows of a form or a table, in words."""
    if more > 0:
        yield f"{more} more parts of it are not taken, as longest_table of [pictures] says"
    if beyond := int(parts["beyond"]):
        yield f"it is {beyond} pixels longer than pictures are taken of"
    if aside := int(parts["aside"]):
        yield f"it is {aside} pixels wider than pictures are taken of"
