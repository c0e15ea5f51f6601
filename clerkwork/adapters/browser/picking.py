"""Drop-downs that are no `<select>`, and menus that are trees: opened first, then clicked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from clerkwork.adapters.browser.locate import Locator
from clerkwork.core.finders import PortalSelectors
from clerkwork.errors import BusinessError, ReadBackError

__all__ = ["choose_from_list", "is_list", "unfold"]

Press = Callable[[str, dict[str, str]], object]


def is_list(selectors: PortalSelectors, name: str) -> bool:
    """Whether a name is a list with options of its own."""
    section, _, key = name.partition(".")
    return section in selectors.sections and key in selectors.sections[section].lists


def choose_from_list(
    locator: Locator, press: Press, name: str, option: str, values: dict[str, str]
) -> str:
    """Open a list and click an option; what the list shows afterwards.

    Raises `BusinessError` if it has no such option, or several, `ReadBackError` if it
    does not show the option then.
    """
    options = f"{name}.options"
    press(name, values)
    window, offered = locator.ask("offers", options, values, option=option)
    if offered["fits"] != 1 and locator.ask("look", name, values)[1]["editable"]:
        # A long list shows what fits the beginning that is typed.
        locator.ask("focus", name, values)
        window.type_keys(option)
        locator.session.settle(window)
        window, offered = locator.ask("offers", options, values, option=option)
    if offered["fits"] != 1:
        there = ", ".join(repr(each[:40]) for each in offered["options"])
        raise BusinessError(
            f"{locator.session.portal.name}: {name} has {offered['fits']} options {option!r}, one "
            f"was expected; it offers {there}."
        )
    chosen = str(offered["chosen"])
    window, answer = locator.ask("aim", options, values, saying=chosen)
    window.press(answer["point"]["x"], answer["point"]["y"])
    locator.session.raise_problem()
    locator.session.settle(window)
    shown = str(locator.ask("look", name, values)[1]["text"])
    if chosen not in shown:
        raise ReadBackError(
            f"{locator.session.portal.name}: {name} shows {shown[:80]!r} after {chosen!r} was "
            f"chosen. Nothing was submitted; look at the picture, and key it by hand."
        )
    return shown


def unfold(locator: Locator, name: str, values: Mapping[str, str]) -> None:
    """Click open the branches that a thing in a tree is under, as far as they are closed."""
    section, _, key = name.partition(".")
    found = locator.session.selectors.sections.get(section)
    entry = found.entries.get(key, ()) if found else ()
    if not entry or entry[0].kind != "tree":
        return
    depth = -1
    for _ in entry[0].path:
        window, answer = locator.ask("branch", name, values, beyond=depth)
        if answer["done"]:
            return
        depth = int(answer["depth"])
        window.press(answer["point"]["x"], answer["point"]["y"])
        locator.session.raise_problem()
        locator.session.settle(window)
    locator.ask("branch", name, values, beyond=depth)
