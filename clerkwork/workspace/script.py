"""Read a script for `clerkwork record`: one act a line, by what a person sees."""

from __future__ import annotations

import shlex
from pathlib import Path

from clerkwork.adapters.browser.recorder import Line
from clerkwork.errors import ConfigError
from clerkwork.workspace.toml import meant, read_text

__all__ = ["read_script"]

_FORMS = {
    "open": 'open "/items"',
    "click": 'click "Open items"',
    "type": 'type "Reference" "CW-1", or: type "Password" secret password',
    "choose": 'choose "Country" "Netherlands"',
    "tick": 'tick "Paid"',
    "untick": 'untick "Paid"',
    "table": 'table "Doc no."',
    "submit": 'submit "Post"',
    "accept": 'accept "Are you sure?"',
    "dismiss": 'dismiss "Leave this page?"',
}


def read_script(path: Path) -> tuple[Line, ...]:
    """The lines of a script; raises `ConfigError` with the line for what cannot be done."""
    if not path.is_file():
        raise ConfigError(
            f"--script {path}: there is no such file. Write one with an act a line, such as "
            f"{_FORMS['click']}; docs/robots.md has a whole one"
        )
    found = []
    for number, text in enumerate(read_text(path, str(path)).splitlines(), start=1):
        place = f"{path}, line {number}"
        try:
            words = shlex.split(text, comments=True)
        except ValueError as error:
            raise ConfigError(f"{place}: {error}. Words stand in quotes") from None
        if words:
            found.append(_line(words, place))
    if not found:
        raise ConfigError(f"{path} holds no act: write one a line, such as {_FORMS['click']}")
    return tuple(found)


def _line(words: list[str], place: str) -> Line:
    verb, *rest = words
    if verb not in _FORMS:
        raise ConfigError(f"{place}: {verb!r} is no act. {meant(verb, list(_FORMS))}")
    wrong = ConfigError(f"{place}: expected {_FORMS[verb]}")
    if not rest or not rest[0].strip():
        raise wrong
    if verb == "type" and len(rest) == 3 and rest[1] == "secret" and rest[2].isidentifier():
        return Line(place=place, verb=verb, words=rest[0], secret=rest[2])
    if verb == "type" and rest[1:] == ["secret"]:
        raise wrong
    if len(rest) != (2 if verb in ("type", "choose") else 1):
        raise wrong
    return Line(place=place, verb=verb, words=rest[0], value=rest[1] if len(rest) == 2 else "")
