"""Probe: one verb of a robot against its portal, by hand; nothing of it enters the books."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any, cast, get_type_hints

from clerkwork.app.execute import execute
from clerkwork.app.office import Office
from clerkwork.app.robot import Robot
from clerkwork.app.run import Run
from clerkwork.app.task import Task
from clerkwork.core.ledger import OwnAccount
from clerkwork.core.money import Money
from clerkwork.core.posting import Posting, PostingState
from clerkwork.errors import ApplicationError, ConfigError
from clerkwork.ports import Progress

__all__ = [
    "SIGN_IN",
    "Probed",
    "as_rows",
    "check_verb",
    "example",
    "filling_verbs",
    "known_words",
    "probe",
    "reading_verbs",
    "unreached",
    "visit",
    "writes",
]

SIGN_IN = "sign_in"
_WRITING = ("fill_", "submit_")
_NOBODYS = "CW-0"
"""A reference that no posting has: those are longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """What came of it, and the run in whose evidence the pictures are."""

    run: str
    result: object
    healed: Mapping[str, str]
    """By robot and selector, what was used instead of what is written."""


def writes(verb: str) -> bool:
    """Whether a verb types or submits an entry, by its name."""
    return verb.startswith(_WRITING)


def reading_verbs(robot: type[Robot]) -> tuple[str, ...]:
    """The verbs of a robot that read and need to be told nothing, in the order of its class."""
    return tuple(
        name
        for name in _verbs(robot)
        if not writes(name)
        and name not in Robot.__dict__
        and all(p.default is not p.empty for p in _parameters(robot, name).values())
    )


def known_words(office: Office, robot: type[Robot], verb: str) -> tuple[str, ...] | None:
    """Words for a reading verb's arguments, where any will do and the books or config know some.

    A reference is that of the receipt keyed last, or else one that nobody has; a ledger account
    is that of our first bank account. None where it wants something else.
    """
    words = []
    for name, parameter in _parameters(robot, verb).items():
        if parameter.default is not parameter.empty:
            break
        if name == "reference":
            words.append(_last_keyed(office))
        elif name == "ledger" and office.accounts:
            words.append(next(iter(office.accounts.values())).ledger)
        else:
            return None
    return tuple(words)


def example(office: Office, robot: type[Robot], verb: str) -> str:
    """A verb with words for its arguments, those that are not known in capitals."""
    today = office.clock.today().isoformat()
    known = {
        "reference": _last_keyed(office),
        "account": next(iter(office.accounts), "ACCOUNT"),
        **dict.fromkeys(("first", "last", "day", "until", "since"), today),
    }
    wanted = [n for n, p in _parameters(robot, verb).items() if p.default is p.empty]
    return " ".join((verb, *(known.get(name, name.upper()) for name in wanted)))


def _last_keyed(office: Office) -> str:
    rows = [row for row in office.books.postings(PostingState.KEYED) if row.at is not None]
    last = max(rows, key=lambda row: str(row.at), default=None)
    return last.posting.reference if last else _NOBODYS


def unreached(robot: type[Robot], called: Sequence[str]) -> tuple[str, ...]:
    """The verbs of a robot that read and were not called."""
    return tuple(
        name
        for name in _verbs(robot)
        if not writes(name) and name not in (*called, SIGN_IN) and name not in Robot.__dict__
    )


def filling_verbs(robot: type[Robot]) -> tuple[str, ...]:
    """The verbs of a robot that type an entry."""
    return tuple(name for name in _verbs(robot) if name.startswith("fill_"))


def check_verb(robot: type[Robot], verb: str, *, write: bool = False) -> None:
    """Raise `ConfigError` if the robot has no such verb, or it may not be tried like this."""
    known = _verbs(robot)
    if verb not in known:
        close = get_close_matches(verb, known, n=1)
        hint = f"Did you mean {close[0]!r}? " if close else ""
        raise ConfigError(
            f"robot {robot.name} has no verb {verb!r}. {hint}It has {', '.join(known)}"
        )
    if verb.startswith("submit_"):
        raise ConfigError(
            f"{verb} is never tried alone: it books what the form holds. Try "
            f"{verb.replace('submit_', 'fill_', 1)} --write, and let a task submit"
        )
    if writes(verb) and not write:
        raise ConfigError(
            f"{verb} types into the portal. With --write it is tried up to the form filled in "
            "and read back; nothing is submitted"
        )


def probe(
    office: Office,
    robot: type[Robot],
    verb: str,
    words: Sequence[str],
    *,
    progress: Progress,
    write: bool = False,
) -> Probed:
    """Sign in, do one verb with the words given for its arguments, and leave.

    Raises `ConfigError` where verb or words do not fit, before anything is started, and
    whatever the portal leads to. It is not tried again.
    """
    check_verb(robot, verb, write=write)
    act = call(office, robot, verb, words)
    run, found = visit(office, robot, f"try_{robot.name}_{verb}", act, progress=progress)
    return Probed(run=run.id, result=found, healed=run.healed)


def call(
    office: Office, robot: type[Robot], verb: str, words: Sequence[str]
) -> Callable[[Robot], object]:
    """What does a verb of an opened robot, its result read to the end.

    Raises `ConfigError` where the words do not fit its arguments. A verb that types is read
    back afterwards.
    """
    arguments = _arguments(office, robot, verb, words)

    def act(opened: Robot) -> object:
        if verb == SIGN_IN:
            return None
        screen = opened.screen
        with screen.writing() if writes(verb) else nullcontext():
            result = getattr(opened, verb)(*arguments)
            if writes(verb):
                screen.read_back()
        return list(result) if hasattr(result, "__next__") else result

    return act


def visit(
    office: Office,
    robot: type[Robot],
    name: str,
    work: Callable[[Robot], object],
    *,
    progress: Progress,
) -> tuple[Run, object]:
    """Do something with a robot that is signed in, once; the run it was, and what came of it.

    `office` is one for a dry run. A failure is raised as it is, and not tried again.
    """
    found: list[object] = []
    failed: list[ApplicationError] = []

    def once(run: Run) -> None:
        try:
            with run.open(robot) as opened:
                found.append(work(opened))
        except ApplicationError as error:
            # A task is tried again after these; a person who tries wants to see them.
            failed.append(error)

    task = Task(name=name, work=once, schedule="", calendar="", about=name.replace("_", " "))
    run = execute(office, task, progress=progress, dry=True)
    for error in failed:
        raise error
    return run, found[0]


def as_rows(result: object) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Headings and rows of what a verb gave, without columns that are empty; none for nothing."""
    if result is None:
        return (), ()
    many = isinstance(result, Iterable) and not isinstance(result, str | bytes | Mapping)
    values = list(cast(Iterable[object], result)) if many else [result]
    told = [_named(value) for value in values]
    headings = tuple(dict.fromkeys(name for each in told for name in each if each[name]))
    return headings, tuple(tuple(each.get(name, "") for name in headings) for each in told)


def _named(value: object) -> dict[str, str]:
    if is_dataclass(value) and not isinstance(value, type) and not isinstance(value, Money):
        return {f.name: _shown(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _shown(part) for name, part in value.items()}
    return {"": _shown(value)}


def _shown(value: object) -> str:
    if value is None or isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, tuple | list):
        return ", ".join(_shown(part) for part in value)
    return str(value)


def _verbs(robot: type[Robot]) -> tuple[str, ...]:
    found = dict.fromkeys(
        name
        for owner in reversed(robot.__mro__)
        if issubclass(owner, Robot) and owner is not Robot
        for name, value in vars(owner).items()
        if name[0] != "_" and inspect.isfunction(value) and name not in ("is_inside", SIGN_IN)
    )
    return (SIGN_IN, *found)


def _parameters(robot: type[Robot], verb: str) -> dict[str, inspect.Parameter]:
    known = dict(inspect.signature(getattr(robot, verb)).parameters)
    known.pop("self", None)
    return known


def _arguments(
    office: Office, robot: type[Robot], verb: str, words: Sequence[str]
) -> tuple[object, ...]:
    wanted = [p for p in _parameters(robot, verb).values() if p.kind <= p.POSITIONAL_OR_KEYWORD]
    needed = [p.name for p in wanted if p.default is p.empty]
    if not len(needed) <= len(words) <= len(wanted):
        asked = " ".join(p.name.upper() for p in wanted) or "nothing"
        raise ConfigError(f"{verb} wants {asked} after it, and was given {len(words)} words")
    try:
        kinds: Mapping[str, Any] = get_type_hints(getattr(robot, verb))
    except NameError:
        kinds = {}
    return tuple(
        _argument(office, verb, each.name, kinds.get(each.name, _usual(each.name)), word)
        for each, word in zip(wanted, words, strict=False)
    )


def _usual(name: str) -> object:
    """What an argument is of which the robot does not say it."""
    return {"account": OwnAccount, "posting": Posting}.get(name, str)


def _argument(office: Office, verb: str, name: str, kind: object, word: str) -> object:
    make = _MAKERS.get(kind)
    if make is None:
        raise ConfigError(
            f"{verb} wants a {getattr(kind, '__name__', kind)} for {name}, which cannot be told "
            "in words: try it in a test or a task"
        )
    try:
        return make(office, word)
    except (LookupError, ValueError) as error:
        said = error.args[0] if error.args else ""
        raise ConfigError(f"{verb}: {name} is {word!r}; {said}") from None


def _posting(office: Office, word: str) -> Posting:
    for row in office.books.postings():
        if row.posting.reference == word:
            return row.posting
    raise LookupError("expected the reference of a posting in the books")


def _account(office: Office, word: str) -> OwnAccount:
    if word not in office.accounts:
        raise LookupError("expected the IBAN of one of our accounts in config/accounts.toml")
    return office.accounts[word]


def _day(office: Office, word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise ValueError("expected a date such as 2026-03-31") from None


def _money(office: Office, word: str) -> Money:
    amount, _, currency = word.partition(" ")
    try:
        return Money.of(amount, currency)
    except ValueError:
        raise ValueError("expected an amount such as '1250.00 EUR'") from None


def _number(office: Office, word: str) -> int:
    try:
        return int(word)
    except ValueError:
        raise ValueError("expected a whole number") from None


_MAKERS: Mapping[object, Callable[[Office, str], object]] = {
    str: lambda office, word: word,
    int: _number,
    date: _day,
    Money: _money,
    OwnAccount: _account,
    Posting: _posting,
}
