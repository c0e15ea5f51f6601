"""Where things are on a portal's pages: its selectors file, checked as it is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from clerkwork.core.finders import (
    PLACEHOLDER,
    Answer,
    Column,
    DialogRule,
    Entry,
    Finder,
    Interruption,
    Kind,
    PortalSelectors,
    Section,
    Table,
)
from clerkwork.errors import ConfigError

__all__ = [
    "Column",
    "DialogRule",
    "Entry",
    "Finder",
    "Interruption",
    "PortalSelectors",
    "Section",
    "Table",
    "parse_selectors",
]

_PREFIX = re.compile(r"([a-z-]+)=(.*)", re.DOTALL)
_ROLE = re.compile(r"([a-z]+)(?:\[name=(['\"])(.+)\2\])?", re.DOTALL)
_WORDS = ("label", "text", "contains", "placeholder", "near", "title", "alt")
_STRATEGIES = ", ".join(f"'{word}='" for word in (*_WORDS, "role", "css", "xpath"))
_ROW_KEYS = {"row", "column", "css"}
_TABLE_ONLY = {"columns", "more", "loaded", "total_of", "skip"}
_TABLE_OR_PLAIN = {"next", "total", "count", "empty"}
_PORTAL_KEYS = ("expired", "maintenance", "error", "refused")


def parse_selectors(data: Mapping[str, object], source: str) -> PortalSelectors:
    """Check what a selectors file holds; raises `ConfigError` with file, section and key.

    `data` is the file as TOML gives it, `source` its name for messages.
    """
    sections: dict[str, Section] = {}
    special: dict[str, Mapping[str, object]] = {}
    for name, content in data.items():
        place = _Place(source, name)
        table = _mapping(content, place)
        if name in ("portal", "interruptions", "dialogs"):
            special[name] = table
        else:
            sections[name] = _section(name, table, place)
    portal = _portal(special.get("portal", {}), _Place(source, "portal"))
    return PortalSelectors(
        source=source,
        sections=sections,
        expired=portal.get("expired", ()),
        maintenance=portal.get("maintenance", ()),
        error=portal.get("error", ()),
        refused=portal.get("refused", ()),
        dialogs=_dialogs(special.get("dialogs", {}), _Place(source, "dialogs")),
        interruptions=tuple(
            _interruption(name, content, _Place(source, "interruptions", name))
            for name, content in special.get("interruptions", {}).items()
        ),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    source: str
    section: str
    key: str = ""

    def at(self, key: str) -> _Place:
        return _Place(self.source, self.section, f"{self.key}.{key}" if self.key else key)

    def wrong(self, what: str) -> ConfigError:
        key = f", key {self.key!r}" if self.key else ""
        return ConfigError(f"{self.source}, section [{self.section}]{key}: {what}")


def _mapping(content: object, place: _Place) -> Mapping[str, object]:
    if place.section == "dialogs" and isinstance(content, list):
        return {str(number): rule for number, rule in enumerate(content, start=1)}
    if not isinstance(content, Mapping):
        raise place.wrong(
            f"expected a section with selectors in it, found {content!r}. "
            f"Put it under a heading such as [login]."
        )
    return cast(Mapping[str, object], content)


def _section(name: str, content: Mapping[str, object], place: _Place) -> Section:
    entries: dict[str, Entry] = {}
    is_table = "rows" in content
    for key, value in content.items():
        if key in ("frame", "window"):
            continue
        if key in _TABLE_ONLY:
            if not is_table:
                raise place.at(key).wrong(
                    "only a table has this, and the section has no 'rows'. "
                    "Add 'rows', the selector of the table's rows, or remove this key."
                )
            continue
        entries[key] = _entry(value, place.at(key))
    return Section(
        name=name,
        entries=entries,
        frame=_frame(content.get("frame", ""), place.at("frame")),
        window=_string(content.get("window", ""), place.at("window")),
        table=_table(content, entries, place) if is_table else None,
    )


def _frame(value: object, place: _Place) -> tuple[str, ...]:
    path = _string(value, place)
    parts = tuple(path.split("/")) if path else ()
    if not all(parts):
        raise place.wrong(f"expected a frame's name, or 'outer/inner', found {path!r}.")
    return parts


def _table(content: Mapping[str, object], entries: Mapping[str, Entry], place: _Place) -> Table:
    columns = _columns(content.get("columns"), place.at("columns"))
    total_of = _string(content.get("total_of", ""), place.at("total_of"))
    if total_of and total_of not in columns:
        raise place.at("total_of").wrong(
            f"expected one of the columns ({', '.join(columns)}), found {total_of!r}."
        )
    if bool(total_of) != ("total" in content):
        raise place.wrong(
            "'total' and 'total_of' belong together: the selector of the portal's total, and "
            "the column whose sum it is. Give both or neither."
        )
    more = content.get("more")
    if more not in (None, "scroll"):
        raise place.at("more").wrong(f"expected 'scroll', found {more!r}.")

    def optional(key: str) -> Entry:
        return _entry(content[key], place.at(key)) if key in content else ()

    if "loaded" in content and more is None:
        raise place.at("loaded").wrong('it goes with more = "scroll": add that, or remove it.')
    return Table(
        rows=entries["rows"],
        columns=columns,
        next=entries.get("next", ()),
        scroll=more == "scroll",
        loaded=optional("loaded"),
        total=entries.get("total", ()),
        total_of=total_of,
        count=entries.get("count", ()),
        skip=optional("skip"),
        empty=entries.get("empty", ()),
    )


def _columns(value: object, place: _Place) -> Mapping[str, Column]:
    if not isinstance(value, Mapping) or not value:
        raise place.wrong(
            "expected the columns by their headings, as in "
            'columns = { number = "Doc no.", open = "Balance" }.'
        )
    columns: dict[str, Column] = {}
    for key, heading in value.items():
        words = _string(heading, place.at(key))
        if not words:
            raise place.at(key).wrong("expected the heading of a column, found nothing.")
        css = words.removeprefix("css=")
        columns[key] = Column(css=css) if css != words else Column(heading=_folded(words))
    return columns


def _portal(content: Mapping[str, object], place: _Place) -> dict[str, Entry]:
    for key in content:
        if key not in _PORTAL_KEYS:
            raise place.at(key).wrong(
                f"is not known here. [portal] may hold {', '.join(_PORTAL_KEYS)}."
            )
    found = {key: _entry(value, place.at(key)) for key, value in content.items()}
    for key, entry in found.items():
        _no_placeholders(entry, place.at(key))
    return found


def _dialogs(content: Mapping[str, object], place: _Place) -> tuple[DialogRule, ...]:
    if set(content) == {"rules"} and isinstance(content["rules"], list):
        content = {str(number): rule for number, rule in enumerate(content["rules"], start=1)}
    return tuple(_dialog(rule, place.at(number)) for number, rule in content.items())


def _dialog(rule: object, place: _Place) -> DialogRule:
    if not isinstance(rule, Mapping) or set(rule) != {"text", "answer"}:
        raise place.wrong('expected { text = "words of the dialog", answer = "accept" }.')
    answer = rule["answer"]
    if answer not in ("accept", "dismiss", "refuse"):
        raise place.at("answer").wrong(
            f"expected 'accept', 'dismiss' or 'refuse', found {answer!r}."
        )
    text = _string(rule["text"], place.at("text"))
    if not text.strip():
        raise place.at("text").wrong("expected words of the dialog, found nothing.")
    return DialogRule(text, cast(Answer, answer))


def _interruption(name: str, content: object, place: _Place) -> Interruption:
    if not isinstance(content, Mapping) or set(content) != {"when", "click"}:
        raise place.wrong(
            'expected { when = "text=...", click = "role=button[name=\'...\']" }: what shows '
            "that it is there, and what to click to make it go away."
        )
    when = _entry(content["when"], place.at("when"))
    click = _entry(content["click"], place.at("click"))
    _no_placeholders(when + click, place)
    return Interruption(name, when, click)


def _no_placeholders(entry: Entry, place: _Place) -> None:
    for finder in entry:
        if finder.needs():
            raise place.wrong(
                f"{finder.written!r} has a placeholder, but nothing fills it here. "
                f"Write the words themselves."
            )


def _entry(value: object, place: _Place) -> Entry:
    if not isinstance(value, list):
        return (_finder(value, place),)
    if not value:
        raise place.wrong("the list is empty. Give at least one selector, or remove the key.")
    return tuple(_finder(each, place) for each in value)


def _finder(value: object, place: _Place) -> Finder:
    if isinstance(value, Mapping):
        return _row_finder(value, place)
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


def _row_finder(value: Mapping[str, object], place: _Place) -> Finder:
    written = ", ".join(f"{key} = {part!r}" for key, part in value.items())
    if "row" not in value or len(value) != 2 or not set(value) <= _ROW_KEYS:
        raise place.wrong(
            f'expected {{ row = "text of a cell", column = "heading" }} or '
            f'{{ row = "text of a cell", css = "input" }}, found {{ {written} }}.'
        )
    parts = {key: _string(part, place.at(key)) for key, part in value.items()}
    for key, part in parts.items():
        if not part.strip():
            raise place.at(key).wrong("expected some text, found nothing.")
    css = parts.get("css", "")
    if css:
        _no_placeholder_in(css, "css", place)
    return Finder(
        kind="row",
        text=_folded(parts["row"]),
        column=_folded(parts.get("column", "")),
        css=css,
        written=f"{{ {written} }}",
    )


def _words(word: str, rest: str, written: str, place: _Place) -> Finder:
    return Finder(kind=cast(Kind, word), text=_folded(rest), written=written)


def _engine(word: str, rest: str, written: str, place: _Place) -> Finder:
    _no_placeholder_in(rest, word, place)
    return Finder(kind=cast(Kind, word), text=rest, written=written)


def _role(word: str, rest: str, written: str, place: _Place) -> Finder:
    found = _ROLE.fullmatch(rest)
    if found is None:
        raise place.wrong(f"expected role=button[name='Log in'], found {written!r}.")
    return Finder(kind="role", text=found[1], name=_folded(found[3] or ""), written=written)


_MAKERS: Mapping[str, Callable[[str, str, str, _Place], Finder]] = {
    **dict.fromkeys(_WORDS, _words),
    "css": _engine,
    "xpath": _engine,
    "role": _role,
}


def _no_placeholder_in(text: str, engine: str, place: _Place) -> None:
    found = PLACEHOLDER.search(text)
    if found:
        raise place.wrong(
            f"{found[0]} stands in a {engine} selector, where a value could change what it "
            f'finds. Use text=, near=, label= or {{ row = "{found[0]}", ... }}.'
        )


def _string(value: object, place: _Place) -> str:
    if not isinstance(value, str):
        raise place.wrong(f"expected text in quotes, found {value!r}.")
    return value


def _folded(text: str) -> str:
    return " ".join(text.split())
