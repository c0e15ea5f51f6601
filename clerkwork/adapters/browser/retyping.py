"""Fields with a will of their own: number and date fields, and masks that want real keys."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping

from clerkwork.adapters.browser.locate import Locator
from clerkwork.adapters.browser.values import Value, same, typed
from clerkwork.core.money import Money, format_amount
from clerkwork.ports import Secret

__all__ = ["own_forms", "retyped"]


def own_forms(value: Value) -> dict[str, object]:
    """A value as the browser's own fields want it: a date field ISO 8601, a number field '.'."""
    forms: dict[str, object] = {}
    if isinstance(value, dt.date):
        forms["iso"] = value.isoformat()
    if isinstance(value, Money):
        forms["plain"] = format_amount(value, decimal=".")
    return forms


def retyped(locator: Locator, name: str, values: Mapping[str, str], value: Value) -> str:
    """Type it again key by key, as a mask may want it; what the field holds in the end."""
    held = ""
    secret = value if isinstance(value, Secret) else None
    for keys in _ways(typed(value, locator.session.portal), value):
        window, _ = locator.ask("focus", name, values, secret=secret)
        window.type_keys(keys)
        locator.session.raise_problem()
        window, answer = locator.ask("leave", name, values)
        if answer["at"] != "one" or answer["moved"]:
            locator.session.settle(window)
            window, answer = locator.ask("look", name, values)
        held = str(answer["value"])
        if same(value, held, locator.session.portal):
            break
    return held


def _ways(text: str, value: Value) -> Iterator[str]:
    yield text
    if isinstance(value, dt.date | Money):
        # A mask that puts in the signs itself may stumble over them.
        yield re.sub(r"\D", "", text)
