"""What was entered while writing, so that the whole form can be read back before it is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from clerkwork.adapters.browser.locate import Locator
from clerkwork.adapters.browser.values import same, shown
from clerkwork.adapters.browser.window import Window
from clerkwork.core.money import Money
from clerkwork.errors import ReadBackError
from clerkwork.ports import Secret

__all__ = ["Entries"]

Entered = str | Secret | Money | dt.date


class Entries:
    """Fields filled, chosen or ticked inside `writing()`, with what they should hold."""

    def __init__(self, locator: Locator) -> None:
        self._locator = locator
        self._portal = locator.session.portal
        self._meant: dict[tuple[str, tuple[tuple[str, str], ...]], Entered] = {}

    def forget(self) -> None:
        self._meant.clear()

    def note(self, name: str, values: Mapping[str, str], value: Entered) -> None:
        """Remember, if this is a write; a field entered twice holds what came last."""
        if self._locator.is_writing:
            self._meant[name, tuple(sorted(values.items()))] = value

    def check(self, name: str, value: Entered, held: str) -> None:
        """Raises `ReadBackError` if a field holds something else than was entered."""
        if same(value, held, self._portal):
            return
        found = "something else" if isinstance(value, Secret) else repr(held[:80])
        raise ReadBackError(
            f"{self._portal.name}: {name} holds {found} after {shown(value)} was entered. "
            f"Nothing was submitted; look at the picture, and key it by hand."
        )

    def read_back(self) -> None:
        """Read every field again, one round trip a window."""
        groups: dict[Window, list[tuple[str, Entered, dict[str, object]]]] = {}
        for (name, values), meant in self._meant.items():
            section, _, request = self._locator.request(name, dict(values))
            window = self._locator.session.window(section)
            groups.setdefault(window, []).append((name, meant, request))
        for window, fields in groups.items():
            answers = window.ask("each", {"groups": [request for _, _, request in fields]})
            for (name, meant, _), answer in zip(fields, answers["answers"], strict=True):
                entry = self._locator.session.selectors.entry(name)[1]
                if answer["at"] != "one":
                    raise self._locator.lost(name, entry, answer)
                self.check(name, meant, str(answer["value"]))
