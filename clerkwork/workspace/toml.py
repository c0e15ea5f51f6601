"""Read a TOML file into frozen data; what is wrong is said with file, line, key and expectation."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError

from clerkwork.core.money import Money
from clerkwork.errors import ConfigError

__all__ = ["read_table", "read_toml"]

T = TypeVar("T")

_MONEY = re.compile(r"(-?\d+(?:\.\d+)?) ([A-Z]{3})")


def read_toml(path: Path, shown: str) -> dict[str, Any]:
    """The file as plain data. `shown` is its name for people; raises `ConfigError`."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(
            f"{shown} is missing: `clerkwork init DIR` makes a workspace that has one"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{shown} is no valid TOML: {error}. Correct that place") from error


def read_table(path: Path, shown: str, shape: type[T] | Any, data: Any = None) -> T:
    """The file checked against a shape: unknown keys and wrong types raise `ConfigError`.

    Amounts are written as '12.50 EUR'. `data` is given where only a part of the file is meant.
    """
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    plain = read_toml(path, shown) if data is None else data
    # A mapping around the shape, because a dataclass takes no config of its own from here.
    around: Any = dict.__class_getitem__((str, shape))
    adapter: TypeAdapter[dict[str, T]] = TypeAdapter(
        around, config=ConfigDict(extra="forbid", strict=True)
    )
    try:
        ready = json.dumps({"": _with_money(plain, shown)}, default=str)
        return adapter.validate_json(ready)[""]
    except ValidationError as error:
        raise ConfigError(_told(error, shown, text, shape)) from None


def _with_money(value: Any, shown: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _with_money(inner, shown) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_money(inner, shown) for inner in value]
    found = _MONEY.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    try:
        amount = Money.of(found[1], found[2])
    except ValueError as error:
        raise ConfigError(f"{shown}: {error}") from error
    return {"minor": amount.minor, "currency": amount.currency}


def _told(error: ValidationError, shown: str, text: str, shape: Any) -> str:
    first = error.errors(include_url=False)[0]
    path = [str(part) for part in first["loc"] if part not in ("", "[key]")]
    where = f"{shown}, line {line}" if (line := _line_of(text, path)) else shown
    key = ".".join(path) or "the file"
    if first["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        return f"{where}: unknown key {key!r}.{_meant(path[-1], shape)} Correct or remove it"
    if first["type"] in ("missing", "missing_argument", "missing_keyword_only_argument"):
        return f"{where}: key {key!r} is missing; add it"
    return f"{where}: {key!r} is {first.get('input')!r}: {first['msg']}. Correct it"


def _line_of(text: str, path: list[str]) -> int:
    """Line of the last key of a path, looked for below its tables; 0 if it is not found."""
    lines = text.splitlines()
    start = 0
    for part in [part for part in path if not part.isdigit()]:
        pattern = re.compile(rf"\s*(\[+.*\b{re.escape(part)}\b.*\]|\"?{re.escape(part)}\"?\s*=)")
        start = next(
            (at for at in range(start, len(lines)) if pattern.match(lines[at])), len(lines)
        )
    return start + 1 if path and start < len(lines) else 0


def _meant(key: str, shape: Any) -> str:
    known = sorted(_keys(shape))
    close = get_close_matches(key, known, n=1)
    if close:
        return f" Did you mean {close[0]!r}?"
    return f" Known keys are {', '.join(known)}." if known else ""


def _keys(shape: Any) -> set[str]:
    """Every field name of a shape and of the shapes inside it."""
    if is_dataclass(shape):
        hints = get_type_hints(shape)
        found = {field.name for field in fields(shape)}
        for hint in hints.values():
            found |= _keys(hint)
        return found - ({"minor"} if shape is Money else set())
    return set().union(*(_keys(inner) for inner in getattr(shape, "__args__", ())))
