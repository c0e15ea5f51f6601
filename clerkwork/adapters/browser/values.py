"""Amounts and dates as a portal writes them, typed and read back."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from clerkwork.core.money import Money, format_amount, parse_amount
from clerkwork.core.portals import Portal
from clerkwork.errors import BusinessError
from clerkwork.ports import Secret

__all__ = ["Value", "read_date", "read_money", "same", "shown", "typed"]

Value = str | Secret | Money | dt.date

_AMOUNT_IN_TEXT = re.compile(r"[-+\u2212]?\s?(?<![\w.,])\d[\d.,\u00a0\u202f]*(?:-(?!\w))?")


def typed(value: Value, portal: Portal) -> str:
    """What is typed for a value; raises `ValueError` for an amount in another currency."""
    if isinstance(value, Secret):
        return value.value
    if isinstance(value, Money):
        if value.currency != portal.currency:
            raise ValueError(f"{value} cannot be typed into {portal.name}, kept in other money")
        return format_amount(value, decimal=portal.decimal)
    if isinstance(value, dt.date):
        return value.strftime(portal.dates)
    return value


def shown(value: Value) -> str:
    """A value as a message may show it: a secret by its name alone."""
    if isinstance(value, Secret):
        return str(value)
    return repr(value if isinstance(value, str) else str(value))


def same(value: Value, held: str, portal: Portal) -> bool:
    """Whether what a field holds means the value that was typed into it."""
    try:
        if isinstance(value, Money):
            return parse_amount(held, portal.currency, decimal=portal.decimal) == value
        if isinstance(value, dt.date):
            return _parsed_date(held, portal.dates) == value
    except ValueError:
        return False
    wanted = value.value if isinstance(value, Secret) else value
    return held.replace("\r\n", "\n") == wanted.replace("\r\n", "\n")


def read_money(text: str, portal: Portal, place: str) -> Money:
    """An amount, alone or with words around it; `BusinessError` if there is not just one."""
    try:
        return parse_amount(text, portal.currency, decimal=portal.decimal)
    except ValueError:
        pass
    found = _AMOUNT_IN_TEXT.findall(text)
    try:
        if len(found) == 1:
            return parse_amount(found[0].rstrip(".,"), portal.currency, decimal=portal.decimal)
    except ValueError:
        pass
    raise BusinessError(
        f"{place}: {text[:80]!r} is no amount with decimal sign {portal.decimal!r}. Look at the "
        f"page; if the portal writes amounts otherwise, set 'decimal' of its robot."
    )


def read_date(text: str, portal: Portal, place: str) -> dt.date:
    """A date in the portal's format; `BusinessError` if it is none."""
    try:
        return _parsed_date(text, portal.dates)
    except ValueError:
        raise BusinessError(
            f"{place}: {text[:80]!r} is no date like {portal.dates!r}. Look at the page; if the "
            f"portal writes dates otherwise, set 'dates' of its robot."
        ) from None


@lru_cache(maxsize=2_000)
def _parsed_date(text: str, dates: str) -> dt.date:
    """A long list has few days, and each is there many times."""
    try:
        return dt.datetime.strptime(text.strip(), dates).replace(tzinfo=dt.UTC).date()
    except ValueError:
        # A date field gives ISO 8601 where the portal writes its dates with words.
        if "%b" in dates or "%B" in dates:
            return dt.date.fromisoformat(text.strip())
        raise
