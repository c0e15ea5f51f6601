"""Files handed to a portal: put into its field, and read back by name and size."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from clerkwork.adapters.browser.locate import Locator
from clerkwork.adapters.browser.troubles import guarded
from clerkwork.adapters.browser.window import Answer, Window
from clerkwork.errors import BusinessError, PageTimeout, ReadBackError

__all__ = ["hand_over"]


def hand_over(locator: Locator, name: str, path: Path, values: Mapping[str, str]) -> bool:
    """Put a file into a file field, or into the dialog that a button opens; whether it is a field.

    Raises `BusinessError` if there is no such file or it is empty, `PageTimeout` if a
    button asks for none, `ReadBackError` if the field holds something else afterwards.
    """
    portal = locator.session.portal.name
    if not path.is_file() or not path.stat().st_size:
        raise BusinessError(f"{portal}: {name}: {path} is not there or empty; nothing was sent.")
    window, answer = locator.ask("offer", name, values)
    if answer["is_field"]:
        window.give(path)
    else:
        _through_button(locator, window, name, path, answer)
    locator.session.raise_problem()
    heard = window.ask("offered", {})
    if heard.get("name"):
        _check(portal, name, path, heard)
    locator.session.settle(window)
    return bool(answer["is_field"])


def _through_button(
    locator: Locator, window: Window, name: str, path: Path, answer: Answer
) -> None:
    from playwright.sync_api import TimeoutError as TooLate

    portal = locator.session.portal
    point, page = answer["point"], window.page

    def chosen() -> bool:
        try:
            with page.expect_file_chooser(timeout=portal.patience * 1000) as waiting:
                window.press(point["x"], point["y"])
            waiting.value.set_files(path)
        except TooLate:
            return False
        return True

    if not guarded(portal, "handing over a file", chosen):
        locator.session.raise_problem()
        raise PageTimeout(
            f"{portal.name}: {name} was clicked, but asked for no file within "
            f"{portal.patience:g} s. Point it at the file field, or the button that opens it."
        )


def _check(portal: str, name: str, path: Path, heard: Answer) -> None:
    size = path.stat().st_size
    if (heard["name"], heard["size"]) != (path.name, size):
        raise ReadBackError(
            f"{portal}: {name} holds {heard['name'][:80]!r} of {heard['size']} bytes after "
            f"{path.name!r} of {size} was handed over. Nothing was submitted; look at the picture."
        )
