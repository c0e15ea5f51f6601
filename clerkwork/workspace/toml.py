"""Read a TOML file into frozen data; what is wrong is said with file, line, key and expectation."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from babel.numbers import is_currency
from pydantic import ConfigDict, TypeAdapter, ValidationError

from clerkwork.core.money import Money
from clerkwork.errors import ConfigError
from clerkwork.workspace.lines import line_of

__all__ = ["meant", "named", "prepare", "read_table", "read_text", "read_toml", "where"]

T = TypeVar("T")

_MONEY = re.compile(r"(-?\d+(?:\.\d+)?) ([A-Z]{3})")
_LONGEST = 60
"""Characters of a wrong value that are repeated."""

_UNKNOWN = ("unexpected_keyword_argument", "extra_forbidden")
_MISSING = ("missing", "missing_argument", "missing_keyword_only_argument")
_EXPECTED = {
    "string_type": "expected text in quotes",
    "int_type": "expected a whole number, without quotes",
    "int_from_float": "expected a whole number",
    "float_type": "expected a number, without quotes",
    "bool_type": "expected true or false, without quotes",
    "tuple_type": "expected a list in square brackets",
    "list_type": "expected a list in square brackets",
    "time_parsing": "expected a time such as 07:30:00, without quotes",
    "time_type": "expected a time such as 07:30:00, without quotes",
    "dict_type": "expected a table",
    "dataclass_type": "expected a table",
}


def read_text(path: Path, shown: str) -> str:
    """A file that a person wrote, as text; raises `ConfigError`."""
    try:
        # Windows' editors begin a file with a mark of its encoding.
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(
            f"{shown} is missing: take the one that `clerkwork init DIR` makes as an example"
        ) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ConfigError(
            f"{shown}, line {line}: there is a letter that is not UTF-8. Save the file as UTF-8"
        ) from None
    except OSError as error:
        raise ConfigError(f"{shown} cannot be read: {error.strerror}") from error


def read_toml(path: Path, shown: str) -> dict[str, Any]:
    """The file as plain data. `shown` is its name for people; raises `ConfigError`."""
    return _parsed(read_text(path, shown), shown)


def read_table(path: Path, shown: str, shape: type[T] | Any, part: Sequence[str] = ()) -> T:
    """The file checked against a shape: unknown keys and wrong types raise `ConfigError`.

    Amounts are written as '12.50 EUR'. `part` names a table of the file that is checked alone.
    """
    text = read_text(path, shown)
    checked = _checked(text, shown, cast("Hashable", shape), tuple(part))
    # What is frozen is the same for whoever reads the same; a table of tables is each reader's own.
    return cast(T, dict(checked) if isinstance(checked, dict) else checked)


@lru_cache(maxsize=64)
def _checked(text: str, shown: str, shape: Hashable, part: tuple[str, ...]) -> object:
    """What a text says in that shape: most of it is the same each time that a workspace is opened.

    Raises `ConfigError`, which is not kept.
    """
    table = _parsed(text, shown)
    for key in part:
        table = table[key]
    plain = _with_money(table, shape, part, shown, text)
    try:
        return _adapter(shape).validate_json(json.dumps({"": plain}, default=str))[""]
    except ValidationError as error:
        found: list[Mapping[str, Any]] = [*error.errors(include_url=False)]
        # A key with a typing error is unknown and missing; the first says which it is.
        first = next((one for one in found if one["type"] in _UNKNOWN), found[0])
        raise ConfigError(_told(first, shown, text, shape, part)) from None


def prepare(*shapes: Hashable) -> None:
    """Make shapes ready for the first files that are read by them."""
    for shape in shapes:
        _adapter(shape)


@cache
def _adapter(shape: Hashable) -> TypeAdapter[dict[str, Any]]:
    # A mapping around the shape, because a dataclass takes no config of its own from here.
    around: Any = dict.__class_getitem__((str, shape))
    return TypeAdapter(around, config=ConfigDict(extra="forbid", strict=True))


def where(shown: str, text: str, path: Sequence[str | int]) -> str:
    """A place in a file for people: 'config/portals.toml, line 7'."""
    line = line_of(text, path)
    return f"{shown}, line {line}" if line else shown


def meant(word: str, known: Sequence[str]) -> str:
    """The nearest of the known words as a question, or all of them."""
    close = get_close_matches(word, known, n=1)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"Known are {', '.join(known)}." if known else ""


def named(path: Sequence[str | int]) -> str:
    """A key as a person reads it: 'approvers 2.email' is that of the second of them."""
    said = ""
    for part in path:
        said += f" {part + 1}" if isinstance(part, int) else f"{'.' if said else ''}{part}"
    return said


def _parsed(text: str, shown: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said, _, at = str(error).partition(" (at ")
        line = re.match(r"line (\d+)", at)
        place = f"{shown}, line {line[1]}" if line else f"{shown}, at its end"
        raise ConfigError(
            f"{place}: this is no valid TOML: {said[0].lower()}{said[1:]}. Text stands in quotes, "
            "and each key stands once"
        ) from None


def _with_money(value: Any, shape: Any, path: tuple[str | int, ...], shown: str, text: str) -> Any:
    if Money in _alternatives(shape):
        return _money(value, path, shown, text)
    if isinstance(value, Mapping):
        return {
            key: _with_money(one, _inner(shape, key), (*path, key), shown, text)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [
            _with_money(one, _inner(shape, n), (*path, n), shown, text)
            for n, one in enumerate(value)
        ]
    return value


def _money(value: Any, path: tuple[str | int, ...], shown: str, text: str) -> dict[str, object]:
    found = _MONEY.fullmatch(value) if isinstance(value, str) else None
    wrong = f"{where(shown, text, path)}: {named(path)!r} is {value!r}; "
    if found is None:
        raise ConfigError(f'{wrong}expected an amount such as "1250.00 EUR", in quotes')
    if not is_currency(found[2], "en"):
        raise ConfigError(f"{wrong}{found[2]} is no currency; expected one such as EUR")
    try:
        amount = Money.of(found[1], found[2])
    except ValueError as error:
        raise ConfigError(f"{wrong}{error}") from None
    if amount.minor < 0:
        raise ConfigError(f"{wrong}expected an amount of zero or more")
    return {"minor": amount.minor, "currency": amount.currency}


def _told(
    error: Mapping[str, Any], shown: str, text: str, shape: Any, part: Sequence[str] = ()
) -> str:
    inner = tuple(one for one in error["loc"] if one not in ("", "[key]"))
    path = (*part, *inner)
    place, key = where(shown, text, path), named(path)
    kind, value = error["type"], error["input"]
    if kind in _UNKNOWN:
        return f"{place}: unknown key {key!r}. {_known(inner, shape)} Correct or remove it"
    if kind in _MISSING:
        return f"{place}: key {key!r} is missing; add it"
    if kind == "value_error":
        said = str(error["ctx"]["error"])
        return f"{place}: {key}: {said}" if key else f"{place}: {said}"
    expected = _EXPECTED.get(kind, error["msg"])
    shortened = repr(value) if len(repr(value)) <= _LONGEST else f"{repr(value)[:_LONGEST]}..."
    return f"{place}: {key!r} is {shortened}; {expected}"


def _known(path: Sequence[str | int], shape: Any) -> str:
    for part in path[:-1]:
        shape = _inner(shape, part)
    known = [f.name for one in _alternatives(shape) if is_dataclass(one) for f in fields(one)]
    return meant(str(path[-1]), sorted(known))


def _alternatives(shape: Any) -> tuple[Any, ...]:
    return get_args(shape) if get_origin(shape) in (Union, UnionType) else (shape,)


def _inner(shape: Any, key: str | int) -> Any:
    """The shape of what stands under a key, or at a place of a list; None if that is unknown."""
    for one in _alternatives(shape):
        origin, args = get_origin(one), get_args(one)
        if is_dataclass(one):
            return _types(cast("Hashable", one)).get(str(key))
        if origin in (tuple, list):
            return args[0]
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return args[1]
    return None


@cache
def _types(shape: Hashable) -> dict[str, Any]:
    return get_type_hints(shape)
