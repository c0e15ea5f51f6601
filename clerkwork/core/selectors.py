"""Where things are on a portal's pages: its selectors file, checked as it is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from clerkwork.core.finder_words import Place, entry_of, folded, text_of, watchable
from clerkwork.core.finders import (
    Answer,
    Busy,
    Column,
    DialogRule,
    Entry,
    Finder,
    Interruption,
    PortalSelectors,
    Section,
    Table,
)

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

_NO_ENTRIES = {"busy", "files", "frame", "hidden", "sensitive", "shown", "visible", "window"}
_TABLE_ONLY = {"columns", "more", "loaded", "total_of", "skip"}
_PORTAL_KEYS = ("expired", "maintenance", "error", "refused", "busy")
_FILES = ("csv", "gif", "html", "jpeg", "json", "pdf", "png", "text", "xls", "xlsx", "xml", "zip")


def parse_selectors(
    data: Mapping[str, object], source: str, images: Mapping[str, bytes] | None = None
) -> PortalSelectors:
    """Check what a selectors file holds; raises `ConfigError` with file, section and key.

    `data` is the file as TOML gives it, `source` its name for messages, `images` the
    pictures (PNG) that lie in the folder of the file's name.
    """
    busy: list[Busy] = []
    sections: dict[str, Section] = {}
    special: dict[str, Mapping[str, object]] = {}
    for name, content in data.items():
        place = Place(source, name)
        table = _mapping(content, place)
        if name in ("portal", "interruptions", "dialogs"):
            special[name] = table
        else:
            sections[name] = _section(name, table, place)
            busy += _busy(table, sections[name].frame, place)
    _check_images(sections.values(), images or {}, source)
    portal = _portal(special.get("portal", {}), Place(source, "portal"))
    if "busy" in portal:
        busy.append(Busy((), portal["busy"]))
    return PortalSelectors(
        source=source,
        busy=tuple(busy),
        images=images or {},
        sections=sections,
        expired=portal.get("expired", ()),
        maintenance=portal.get("maintenance", ()),
        error=portal.get("error", ()),
        refused=portal.get("refused", ()),
        dialogs=_dialogs(special.get("dialogs", {}), Place(source, "dialogs")),
        interruptions=tuple(
            _interruption(name, content, Place(source, "interruptions", name))
            for name, content in special.get("interruptions", {}).items()
        ),
    )


def _mapping(content: object, place: Place) -> Mapping[str, object]:
    if place.section == "dialogs" and isinstance(content, list):
        return {str(number): rule for number, rule in enumerate(content, start=1)}
    if not isinstance(content, Mapping):
        raise place.wrong(
            f"expected a section with selectors in it, found {content!r}. "
            f"Put it under a heading such as [login]."
        )
    return cast(Mapping[str, object], content)


def _section(name: str, content: Mapping[str, object], place: Place) -> Section:
    entries: dict[str, Entry] = {}
    lists: dict[str, Entry] = {}
    is_table = "rows" in content
    for key, value in content.items():
        if key in _NO_ENTRIES:
            continue
        if isinstance(value, Mapping) and "list" in value:
            entries[key], lists[key] = _list(value, place.at(key))
            entries[f"{key}.options"] = lists[key]
            continue
        if key in _TABLE_ONLY:
            if not is_table:
                raise place.at(key).wrong(
                    "only a table has this, and the section has no 'rows'. "
                    "Add 'rows', the selector of the table's rows, or remove this key."
                )
            continue
        entries[key] = entry_of(value, place.at(key))
    table = _table(content, entries, place) if is_table else None
    return Section(
        name=name,
        entries=entries,
        frame=_frame(content.get("frame", ""), place.at("frame")),
        window=text_of(content.get("window", ""), place.at("window")),
        table=table,
        lists=lists,
        hidden=_keys(content.get("hidden", []), entries, place.at("hidden")),
        visible=_keys(content.get("visible", []), entries, place.at("visible")),
        sensitive=_parts(content.get("sensitive", []), entries, table, place.at("sensitive")),
        shown=_parts(content.get("shown", []), entries, table, place.at("shown")),
        files=_files(content.get("files", []), place.at("files")),
    )


def _keys(value: object, entries: Mapping[str, Entry], place: Place) -> tuple[str, ...]:
    keys = [value] if isinstance(value, str) else value
    if not isinstance(keys, list) or any(key not in entries for key in keys):
        raise place.wrong(
            f"expected the names of fields of this section, as in ['password']; found {value!r}."
        )
    return tuple(keys)


def _parts(
    value: object, entries: Mapping[str, Entry], table: Table | None, place: Place
) -> tuple[str, ...]:
    columns = table.columns if table else {}
    keys = [value] if isinstance(value, str) else value
    if not isinstance(keys, list) or any(key not in entries and key not in columns for key in keys):
        raise place.wrong(
            "expected the names of things or columns of this section, as in ['name', 'account']; "
            f"found {value!r}."
        )
    for finder in (finder for key in keys for finder in entries.get(key, ())):
        if finder.needs() or finder.kind in ("image", "ocr", "tree"):
            raise place.wrong(
                f"{finder.written!r} cannot be found on a page without a value or a look at it. "
                "Name a column, or give the thing a selector such as css=.name."
            )
    return tuple(keys)


def _list(value: Mapping[str, object], place: Place) -> tuple[Entry, Entry]:
    if set(value) != {"list", "options"}:
        raise place.wrong(
            'expected { list = "near=Country", options = "css=.options li" }: what opens the '
            "list and shows what was chosen, and its options."
        )
    return entry_of(value["list"], place.at("list")), entry_of(
        value["options"], place.at("options")
    )


def _files(value: object, place: Place) -> tuple[str, ...]:
    kinds = [value] if isinstance(value, str) else value
    if not isinstance(kinds, list) or any(kind not in _FILES for kind in kinds):
        raise place.wrong(
            f"expected what a file that comes from here may be, one or several of "
            f"{', '.join(_FILES)}; found {value!r}."
        )
    return tuple(kinds)


def _busy(content: Mapping[str, object], frame: tuple[str, ...], place: Place) -> Iterator[Busy]:
    if "busy" in content:
        entry = entry_of(content["busy"], place.at("busy"))
        watchable(entry, place.at("busy"))
        yield Busy(frame, entry)


def _check_images(sections: Iterable[Section], images: Mapping[str, bytes], source: str) -> None:
    for section in sections:
        for key, entry in section.entries.items():
            for finder in entry:
                if finder.kind == "image" and finder.text not in images:
                    folder = source.removesuffix(".toml")
                    raise Place(source, section.name, key).wrong(
                        f"there is no picture {folder}/{finder.text}. Cut it from a picture of "
                        f"the page at its own size and save it there as PNG."
                    )


def _frame(value: object, place: Place) -> tuple[str, ...]:
    path = text_of(value, place)
    parts = tuple(path.split("/")) if path else ()
    if not all(parts):
        raise place.wrong(f"expected a frame's name, or 'outer/inner', found {path!r}.")
    return parts


def _table(content: Mapping[str, object], entries: Mapping[str, Entry], place: Place) -> Table:
    columns = _columns(content.get("columns"), place.at("columns"))
    total_of = text_of(content.get("total_of", ""), place.at("total_of"))
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
    if more not in (None, "scroll", "grows"):
        raise place.at("more").wrong(f"expected 'scroll' or 'grows', found {more!r}.")

    def optional(key: str) -> Entry:
        return entry_of(content[key], place.at(key)) if key in content else ()

    if "loaded" in content and more != "scroll":
        raise place.at("loaded").wrong('it goes with more = "scroll": add that, or remove it.')
    return Table(
        rows=entries["rows"],
        columns=columns,
        next=entries.get("next", ()),
        pages=entries.get("pages", ()),
        all=entries.get("all", ()),
        more=more or "",
        loaded=optional("loaded"),
        total=entries.get("total", ()),
        total_of=total_of,
        count=entries.get("count", ()),
        skip=optional("skip"),
        empty=entries.get("empty", ()),
    )


def _columns(value: object, place: Place) -> Mapping[str, Column]:
    if not isinstance(value, Mapping) or not value:
        raise place.wrong(
            "expected the columns by their headings, as in "
            'columns = { number = "Doc no.", open = "Balance" }.'
        )
    columns: dict[str, Column] = {}
    for key, heading in value.items():
        words = text_of(heading, place.at(key))
        if not words:
            raise place.at(key).wrong("expected the heading of a column, found nothing.")
        css = words.removeprefix("css=")
        columns[key] = Column(css=css) if css != words else Column(heading=folded(words))
    return columns


def _portal(content: Mapping[str, object], place: Place) -> dict[str, Entry]:
    for key in content:
        if key not in _PORTAL_KEYS:
            raise place.at(key).wrong(
                f"is not known here. [portal] may hold {', '.join(_PORTAL_KEYS)}."
            )
    found = {key: entry_of(value, place.at(key)) for key, value in content.items()}
    for key, entry in found.items():
        watchable(entry, place.at(key))
    return found


def _dialogs(content: Mapping[str, object], place: Place) -> tuple[DialogRule, ...]:
    if set(content) == {"rules"} and isinstance(content["rules"], list):
        content = {str(number): rule for number, rule in enumerate(content["rules"], start=1)}
    return tuple(_dialog(rule, place.at(number)) for number, rule in content.items())


def _dialog(rule: object, place: Place) -> DialogRule:
    if not isinstance(rule, Mapping) or set(rule) != {"text", "answer"}:
        raise place.wrong('expected { text = "words of the dialog", answer = "accept" }.')
    answer = rule["answer"]
    if answer not in ("accept", "dismiss", "refuse"):
        raise place.at("answer").wrong(
            f"expected 'accept', 'dismiss' or 'refuse', found {answer!r}."
        )
    text = text_of(rule["text"], place.at("text"))
    if not text.strip():
        raise place.at("text").wrong("expected words of the dialog, found nothing.")
    return DialogRule(text, cast(Answer, answer))


def _interruption(name: str, content: object, place: Place) -> Interruption:
    if not isinstance(content, Mapping) or set(content) != {"when", "click"}:
        raise place.wrong(
            'expected { when = "text=...", click = "role=button[name=\'...\']" }: what shows '
            "that it is there, and what to click to make it go away."
        )
    when = entry_of(content["when"], place.at("when"))
    click = entry_of(content["click"], place.at("click"))
    watchable(when + click, place)
    return Interruption(name, when, click)
