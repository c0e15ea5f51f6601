"""How a secret is named, and which environment variable may hold it."""

from __future__ import annotations

import re

from clerkwork.errors import SetupError

__all__ = ["PREFIX", "check_name", "is_name", "name_of", "variable"]

PREFIX = "CLERKWORK_SECRET_"
_PART = "[a-z][a-z0-9]*(?:_[a-z0-9]+)*"
_NAME = re.compile(rf"{_PART}(?:\.{_PART})*")


def check_name(name: str) -> str:
    """The name itself, e.g. 'polder_bank.pin'; raises `SetupError` if it is not written so."""
    if not is_name(name):
        raise SetupError(
            f"{name!r} is no name of a secret. Write it as robot and secret, in small letters, "
            "digits and single underscores, like polder_bank.pin."
        )
    return name


def is_name(name: str) -> bool:
    """Whether it is written as a secret's name is."""
    return _NAME.fullmatch(name) is not None


def variable(name: str) -> str:
    """'polder_bank.pin' → 'CLERKWORK_SECRET_POLDER_BANK__PIN': in capitals, '__' for a point."""
    return PREFIX + check_name(name).replace(".", "__").upper()


def name_of(variable: str) -> str | None:
    """The other way round; None for any other variable."""
    name = variable.removeprefix(PREFIX).lower().replace("__", ".")
    return name if variable.startswith(PREFIX) and is_name(name) else None
