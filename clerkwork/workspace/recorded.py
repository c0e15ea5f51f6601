"""What was recorded at a portal, as a robot's selectors and its class."""

from __future__ import annotations

import json
import keyword
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from clerkwork.adapters.browser.recorder import Act
from clerkwork.app.robot import Robot
from clerkwork.core.finder_words import Place, entry_of
from clerkwork.core.finders import PLACEHOLDER
from clerkwork.core.secrecy import is_password
from clerkwork.errors import ConfigError
from clerkwork.workspace.new_robot import class_name

__all__ = ["robot_texts"]

_WAYS = 2
"""Ways to find a thing that are written down: the best, and one to fall back on."""
_OF_SECTIONS = frozenset(
    {"all", "busy", "columns", "count", "empty", "files", "frame", "hidden", "loaded", "more"}
    | {"next", "pages", "rows", "skip", "total", "total_of", "visible", "window"}
)
_SPECIAL_SECTIONS = frozenset({"dialogs", "interruptions", "login", "menu", "portal"})
_WANTED = (
    "No total of this table was seen when it was recorded. Say here what the page itself says",
    "of all its rows, so that each reading is checked: 'total' with 'total_of', or 'count'.",
    "A total that stands in a row of its own, be it on the last page, is named in 'skip' too.",
)
_HIDES = "input[type=password]"
_LONGEST = 30
_LEADING = ("click", "open")
"""Acts that lead to a page."""


@dataclass(slots=True)
class _Section:
    frame: tuple[str, ...]
    entries: dict[str, list[str]] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)
    rows: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    next: list[str] = field(default_factory=list)
    skip: list[str] = field(default_factory=list)
    total: list[str] = field(default_factory=list)
    total_of: str = ""

    def name_of(self, words: str, finders: list[str]) -> str:
        """The key of an entry; the same thing has one key, another of that name gets a number."""
        wanted = _slug(words)
        wanted = f"{wanted}_field" if wanted in _OF_SECTIONS else wanted
        for key in _numbered(wanted):
            if self.entries.setdefault(key, finders) == finders:
                return key
        raise AssertionError("numbers have no end")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verb:
    name: str
    lines: tuple[str, ...]
    wants: tuple[str, ...] = ()
    """Its arguments, all of them text."""
    gives: str = "None"


def robot_texts(
    name: str, acts: Sequence[Act], secrets: Mapping[str, str]
) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """The files of a robot by their paths, and the names of the secrets that it asks for.

    `secrets` are names of secrets by the words of their fields, besides those that the
    pages hide. Nothing that was typed is in any of it. Raises `ConfigError` where something
    was done that a selectors file cannot say.
    """
    _check(acts)
    sections: dict[str, _Section] = {}
    last = max((n for n, act in enumerate(acts) if _is_entering(act, secrets)), default=-1)
    asked, entering = _sign_in(acts[: last + 1], secrets, sections)
    verbs = [*entering, *_verbs(acts[last + 1 :], sections)]
    language = next((act.language for act in acts if act.language), "en")
    decimal = next((act.decimal for act in acts if act.decimal), "")
    texts = {
        f"robots/{name}.py": _robot(name, language, decimal, verbs),
        f"selectors/{name}.toml": _selectors(sections, acts),
    }
    return texts, asked


def _check(acts: Sequence[Act]) -> None:
    if not acts:
        raise ConfigError("nothing was recorded: click or type something at the portal")
    for act in acts:
        if not all(act.frame):
            raise ConfigError(
                f"{act.act} {act.words!r} was done in a frame without a name, or of another site: "
                "a selectors file cannot say where that is"
            )
        if act.act not in ("open", "table") and not _written(act.finders):
            raise ConfigError(
                f"{act.act} {act.words!r} is on something that nothing on its page tells from "
                "the rest: write that step by hand, with an image or a css selector"
            )


def _is_entering(act: Act, secrets: Mapping[str, str]) -> bool:
    return act.login or act.secret or act.words in secrets


def _sign_in(
    acts: Sequence[Act], secrets: Mapping[str, str], sections: dict[str, _Section]
) -> tuple[tuple[str, ...], list[_Verb]]:
    """The secrets that signing in asks for; and its verb, unless it is as every robot's."""
    if not acts:
        return (), []
    section = sections.setdefault("login", _Section(acts[0].frame))
    lines = ["self.screen.open()"]
    asked: dict[str, None] = {}
    keys: list[str] = []
    for number, act in enumerate(acts):
        finders = _of_password(act.finders) if act.secret else _written(act.finders)
        if act.act in ("fill", "choose"):
            secret = secrets.get(act.words) or _secret_name(act, asked)
            asked[secret] = None
            key = section.name_of(secret, finders)
            if act.secret and not is_password(key) and key not in section.hidden:
                section.hidden.append(key)
            verb = "fill" if act.act == "fill" else "choose"
            value = f'self.secret("{secret}")' + ("" if verb == "fill" else ".value")
            lines.append(f'self.screen.{verb}("login.{key}", {value})')
        elif act.act == "open":
            lines.append(f"self.screen.open({json.dumps(act.words)})")
            continue
        else:
            key = section.name_of("submit" if number == len(acts) - 1 else act.words, finders)
            lines.append(_done(act, f"login.{key}"))
        keys.append(key)
    usual = keys == ["user", "password", "submit"]
    return tuple(asked), [] if usual else [_Verb(name="sign_in", lines=tuple(lines))]


def _secret_name(act: Act, asked: Collection[str]) -> str:
    wanted = "password" if act.secret else "user"
    return wanted if wanted not in asked else next(n for n in _numbered(wanted) if n not in asked)


def _verbs(acts: Sequence[Act], sections: dict[str, _Section]) -> Iterator[_Verb]:
    taken: set[str] = {"sign_in"}
    for part in _parts(acts):
        yield from _verb(part, sections, taken)


def _parts(acts: Sequence[Act]) -> Iterator[list[Act]]:
    """Each begins with the clicks that lead to a page, and has what was done there."""
    part: list[Act] = []
    for act in acts:
        worked = any(each.act not in _LEADING for each in part)
        if act.act in _LEADING and act.link and worked:
            yield part
            part = []
        part.append(act)
    if part:
        yield part


def _verb(part: list[Act], sections: dict[str, _Section], taken: set[str]) -> Iterator[_Verb]:
    first = next((n for n, act in enumerate(part) if act.act not in _LEADING), len(part))
    leading, work = part[:first], part[first:]
    spoken = leading[-1].words if leading else work[0].words
    name = next(n for n in _numbered(_fit(_slug(spoken))) if not _known(n, taken))
    lines = [_led(act, act is leading[-1], name, work, sections) for act in leading]
    wants: dict[str, None] = {}
    gives = "None"
    for act in work:
        section_name, section = _own(name, act, sections)
        if act.act == "table":
            _fill_table(section, act)
            gives = "list[dict[str, str]]"
            lines.append(f'rows = self.screen.rows("{section_name}")')
            lines.append("return [{key: row.text(key) for key in row.columns} for row in rows]")
            break
        key = section.name_of(act.words, _written(act.finders))
        if act.act == "submit":
            break
        if act.act in ("fill", "choose"):
            wants[key] = None
            lines.append(f'self.screen.{act.act}("{section_name}.{key}", {_word(key)})')
        else:
            lines.append(_done(act, f"{section_name}.{key}"))
    words = tuple(_word(key) for key in wants)
    submit = next((act for act in work if act.act == "submit"), None)
    shown = f"fill_{name}" if submit else name
    taken.add(name)
    yield _Verb(name=shown, lines=tuple(lines), wants=words, gives=gives)
    if submit:
        section_name, section = _own(name, submit, sections)
        key = section.name_of(submit.words, _written(submit.finders))
        yield _Verb(name=f"submit_{name}", lines=(f'self.screen.click("{section_name}.{key}")',))


def _led(
    act: Act, is_last: bool, name: str, work: Sequence[Act], sections: dict[str, _Section]
) -> str:
    """A click that leads to the page: in its own section if it is in the same frame."""
    if act.act == "open":
        return f"self.screen.open({json.dumps(act.words)})"
    at_home = bool(work) and work[0].frame == act.frame
    section_name, section = _own(name if at_home else "menu", act, sections)
    words = "menu" if at_home and is_last else act.words
    return _done(act, f"{section_name}.{section.name_of(words, _written(act.finders))}")


def _own(name: str, act: Act, sections: dict[str, _Section]) -> tuple[str, _Section]:
    """The section of that name in the act's frame; another frame, or table, has one of its own."""
    wanted = f"{name}_page" if name in _SPECIAL_SECTIONS - {"menu"} else name
    for each in _numbered(wanted):
        section = sections.setdefault(each, _Section(act.frame))
        if section.frame == act.frame and not (act.act == "table" and section.rows):
            return each, section
    raise AssertionError("numbers have no end")


def _fill_table(section: _Section, act: Act) -> None:
    section.rows = f"css={act.rows}"
    section.next = _written(act.next)
    for number, head in enumerate(act.heads, start=1):
        key = next(
            n for n in _numbered(_slug(head, f"column_{number}")) if n not in section.columns
        )
        plain = head and act.heads.count(head) == 1 and not head.startswith("css=")
        section.columns[key] = head if plain else f"css=:scope > :nth-child({number})"
    section.skip = list(dict.fromkeys(way for each in act.skip for way in _written([each])))
    if 0 <= act.total_of < len(section.columns) and (total := _written(act.total)):
        section.total, section.total_of = total, list(section.columns)[act.total_of]


def _done(act: Act, name: str) -> str:
    if act.act == "check":
        return f'self.screen.check("{name}"{"" if act.on else ", False"})'
    return f'self.screen.click("{name}")'


def _written(finders: Iterable[Mapping[str, str]]) -> list[str]:
    """As the file has them; those that it cannot say are left out."""
    found: list[str] = []
    for each in finders:
        text = each["text"]
        if each["kind"] == "role":
            quote = '"' if "'" in each["name"] else "'"
            text = f"role={text}[name={quote}{each['name']}{quote}]"
        else:
            text = f"{each['kind']}={text}"
        if not PLACEHOLDER.search(text) and _is_selector(text) and text not in found:
            found.append(text)
    if found and found[0].startswith("label="):
        # Of a field, the role says the same words again.
        found = [each for each in found if not each.startswith("role=")]
    words = [each for each in found if not each.startswith("css=")]
    return (words or found)[:_WAYS]


def _of_password(finders: Iterable[Mapping[str, str]]) -> list[str]:
    """By its words, and else only where there is nothing but it that hides what is typed."""
    first, *others = _written(finders)
    alone = [f"css={each['text']}" for each in finders if each["text"] == _HIDES]
    return list(dict.fromkeys((first, *(alone or others))))


def _is_selector(text: str) -> bool:
    try:
        entry_of(text, Place("what was recorded", ""))
    except ConfigError:
        return False
    return True


def _selectors(sections: Mapping[str, _Section], acts: Sequence[Act]) -> str:
    import tomlkit

    document = tomlkit.document()
    document.add(tomlkit.comment("As it was recorded: what a person sees comes first."))
    for name, section in sections.items():
        table = tomlkit.table()
        if section.frame:
            table.add("frame", "/".join(section.frame))
        for key, finders in section.entries.items():
            table.add(key, _one_or_more(finders))
        if section.hidden:
            table.add("hidden", section.hidden)
        if section.rows:
            table.add("rows", section.rows)
            columns = tomlkit.inline_table()
            columns.update(section.columns)
            table.add("columns", columns)
            ways = {"next": section.next, "skip": section.skip, "total": section.total}
            for key, finders in ways.items():
                if finders:
                    table.add(key, _one_or_more(finders))
            if section.total:
                table.add("total_of", section.total_of)
            else:
                for line in _WANTED:
                    table.add(tomlkit.comment(line))
        document.add(tomlkit.nl())
        document.add(name, table)
    return tomlkit.dumps(document)


def _one_or_more(finders: list[str]) -> str | list[str]:
    return finders[0] if len(finders) == 1 else finders


def _robot(name: str, language: str, decimal: str, verbs: Sequence[_Verb]) -> str:
    spoken = name.replace("_", " ").title()
    known = language if re.fullmatch("[a-z]{2}", language) else "en"
    head = (
        f'"""{spoken}, as it was recorded."""\n\nfrom __future__ import annotations\n\n'
        f"from clerkwork import Robot\n\n\nclass {class_name(name)}(Robot):\n"
        f'    """{spoken}; say here how it writes dates and amounts."""\n\n'
        f'    name = "{name}"\n    language = "{known}"\n'
        + (f'    decimal = "{decimal}"\n' if decimal else "")
    )
    return head + "".join(_method(verb) for verb in verbs)


def _method(verb: _Verb) -> str:
    wants = "".join(f", {word}: str" for word in verb.wants)
    body = "\n".join(f"        {line}" for line in verb.lines)
    return f"\n    def {verb.name}(self{wants}) -> {verb.gives}:\n{body}\n"


def _slug(words: str, otherwise: str = "part") -> str:
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:_LONGEST].rstrip("_")
    return (f"n{found}" if found[:1].isdigit() else found) or otherwise


def _word(key: str) -> str:
    """As an argument's name."""
    return f"{key}_" if keyword.iskeyword(key) or key == "self" else key


def _fit(name: str) -> str:
    """As a verb's name: none that is the engine's, and none that means a write."""
    taken = name.startswith(("fill_", "submit_")) or keyword.iskeyword(name)
    return f"{name}_page" if taken or name in _SPECIAL_SECTIONS else name


def _known(name: str, taken: Collection[str]) -> bool:
    return name in taken or hasattr(Robot, name) or name in ("screen", "person")


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}_{number}"
        number += 1
