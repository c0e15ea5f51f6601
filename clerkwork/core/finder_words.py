"""A selector as a person writes it, made into ways to find a thing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from clerkwork.core.finders import PLACEHOLDER, Entry, Finder, Kind
from clerkwork.errors import ConfigError

__all__ = ["Place", "entry_of", "folded", "text_of", "watchable"]

_PREFIX = re.compile(r"([a-z-]+)=(.*)", re.DOTALL)
_ROLE = re.compile(r"([a-z]+)(?:\[name=(['\"])(.+)\2\])?", re.DOTALL)
_WORDS = ("label", "text", "contains", "placeholder", "near", "title", "alt", "ocr")
_STRATEGIES = ", ".join(f"'{word}='" for word in (*_WORDS, "role", "css", "xpath", "image"))
_DEEPEST = 10
_ROW_KEYS = {"row", "column", "css"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a selectors file something stands, for messages."""

    source: str
    section: str
    key: str = ""

    def at(self, key: str) -> Place:
        return Place(self.source, self.section, f"{self.key}.{key}" if self.key else key)

    def wrong(self, what: str) -> ConfigError:
        key = f", key {self.key!r}" if self.key else ""
        return ConfigError(f"{self.source}, section [{self.section}]{key}: {what}")


def watchable(entry: Entry, place: Place) -> None:
    """Raise `ConfigError` for what cannot be looked for on every page that comes."""
    for finder in entry:
        if finder.kind in ("image", "ocr"):
            raise place.wrong(
                f"{finder.written!r} goes by looks, which would be looked for on every page. "
                f"Name something that is written there."
            )
        if finder.needs():
            raise place.wrong(
                f"{finder.written!r} has a placeholder, but nothing fills it here. "
                f"Write the words themselves."
            )


def entry_of(value: object, place: Place) -> Entry:
    """One selector, or a list of them in order of preference; raises `ConfigError`."""
    if not isinstance(value, list):
        return (_finder(value, place),)
    if not value:
        raise place.wrong("the list is empty. Give at least one selector, or remove the key.")
    return tuple(_finder(each, place) for each in value)


def _finder(value: object, place: Place) -> Finder:
    if isinstance(value, Mapping):
        return _tree_finder(value, place) if "tree" in value else _row_finder(value, place)
    if not isinstance(value, str) or not value.strip():
        raise place.wrong(
            f'expected a selector such as "label=User name", found {value!r}. '
            f"It may begin with {_STRATEGIES}."
        )
    found = _PREFIX.fullmatch(value.strip())
    word, rest = (found[1], found[2].strip()) if found else ("css", value.strip())
    make = _MAKERS.get(word)
    if make is None:
        raise place.wrong(
            f"{word!r} in {value!r} is no way to find a thing. It may begin with {_STRATEGIES}."
        )
    if not rest:
        raise place.wrong(f"there is nothing after '{word}=' in {value!r}.")
    return make(word, rest, value, place)


def _row_finder(value: Mapping[str, object], place: Place) -> Finder:
    written = ", ".join(f"{key} = {part!r}" for key, part in value.items())
    if "row" not in value or len(value) != 2 or not set(value) <= _ROW_KEYS:
        raise place.wrong(
            f'expected {{ row = "text of a cell", column = "heading" }} or '
            f'{{ row = "text of a cell", css = "input" }}, found {{ {written} }}.'
        )
    parts = {key: text_of(part, place.at(key)) for key, part in value.items()}
    for key, part in parts.items():
        if not part.strip():
            raise place.at(key).wrong("expected some text, found nothing.")
    css = parts.get("css", "")
    if css:
        _no_placeholder_in(css, "css", place)
    return Finder(
        kind="row",
        text=folded(parts["row"]),
        column=folded(parts.get("column", "")),
        css=css,
        written=f"{{ {written} }}",
    )


def _tree_finder(value: Mapping[str, object], place: Place) -> Finder:
    path = value["tree"]
    if set(value) != {"tree"} or not isinstance(path, list) or not 1 < len(path) <= _DEEPEST:
        raise place.wrong(
            f'expected {{ tree = ["Sales", "Receivables", "Open items"] }}: the words to click one '
            f"after the other, from the outermost branch, at most {_DEEPEST}."
        )
    words = [folded(text_of(each, place)) for each in path]
    if not all(words):
        raise place.wrong("expected some text for each branch, found nothing.")
    written = f"{{ tree = {words!r} }}"
    return Finder(kind="tree", text=words[-1], path=tuple(words[:-1]), written=written)


def _image(word: str, rest: str, written: str, place: Place) -> Finder:
    if not re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*\.png", rest):
        raise place.wrong(f"expected the name of a PNG file, as in image=print.png, not {rest!r}.")
    return Finder(kind="image", text=rest, written=written)


def _words(word: str, rest: str, written: str, place: Place) -> Finder:
    return Finder(kind=cast(Kind, word), text=folded(rest), written=written)


def _engine(word: str, rest: str, written: str, place: Place) -> Finder:
    _no_placeholder_in(rest, word, place)
    return Finder(kind=cast(Kind, word), text=rest, written=written)


def _role(word: str, rest: str, written: str, place: Place) -> Finder:
    found = _ROLE.fullmatch(rest)
    if found is None:
        raise place.wrong(f"expected role=button[name='Log in'], found {written!r}.")
    return Finder(kind="role", text=found[1], name=folded(found[3] or ""), written=written)


_MAKERS: Mapping[str, Callable[[str, str, str, Place], Finder]] = {
    **dict.fromkeys(_WORDS, _words),
    "css": _engine,
    "xpath": _engine,
    "role": _role,
    "image": _image,
}


def _no_placeholder_in(text: str, engine: str, place: Place) -> None:
    found = PLACEHOLDER.search(text)
    if found:
        raise place.wrong(
            f"{found[0]} stands in a {engine} selector, where a value could change what it "
            f'finds. Use text=, near=, label= or {{ row = "{found[0]}", ... }}.'
        )


def text_of(value: object, place: Place) -> str:
    """A text as it stands; raises `ConfigError` if it is something else."""
    if not isinstance(value, str):
        raise place.wrong(f"expected text in quotes, found {value!r}.")
    return value


def folded(text: str) -> str:
    """With each run of white space as one blank."""
    return " ".join(text.split())
