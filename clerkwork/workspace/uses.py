"""Which selectors a robot's source names: checked against its file before anything is started."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from clerkwork.app.robot import Robot
from clerkwork.core.finders import PortalSelectors
from clerkwork.errors import ConfigError
from clerkwork.ports import Screen
from clerkwork.workspace.toml import meant

__all__ = ["asked_secrets", "check_selectors"]

_NAMELESS = frozenset(
    {"close", "drain", "entered", "knows", "open", "picture", "read_back", "session", "writing"}
)
"""Methods of a screen that take no selector."""
_SEVERAL = frozenset({"wait_for"})
_CELL = frozenset({"date", "maybe_date", "maybe_money", "money", "text"})
_SCREEN = frozenset(name for name in vars(Screen) if name[0] != "_") - _NAMELESS


_Passed = Mapping[str, Mapping[int, str]]
"""A robot's own methods → positions of the arguments that they hand on to the screen → kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Use:
    """One selector as a robot's source names it."""

    line: int
    name: str
    kind: str = "entry"
    """'entry', 'section', 'table', 'column', or 'beginning' of a name made while it runs."""


def check_selectors(
    robots: Mapping[str, type[Robot]], known: Mapping[str, PortalSelectors]
) -> None:
    """Raise `ConfigError` if a robot names a selector that its file does not have."""
    for name, robot in robots.items():
        file = f"selectors/{name}.toml"
        if name not in known:
            raise ConfigError(
                f"{file} is missing: it says where things are on the pages of robot {name}; add it"
            )
        for place, use in _uses(robot):
            lacking = _lacking(known[name], use)
            if lacking:
                raise ConfigError(
                    f"{file} has no {lacking}, which {place}, line {use.line} uses. "
                    f"{_nearest(known[name], use)} Add it there, or correct the robot".strip()
                )


def asked_secrets(robots: Mapping[str, type[Robot]]) -> tuple[str, ...]:
    """Names of the secrets that the robots' sources ask for, such as 'polder_bank.pin'."""
    found = dict.fromkeys(
        f"{name}.{node.args[0].value!s}"
        for name, robot in robots.items()
        for _, method in _methods(robot)
        for node in _nodes(method)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "secret"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    )
    return tuple(found)


def _lacking(selectors: PortalSelectors, use: _Use) -> str:
    """What is not there, in words; empty if nothing is lacking."""
    section_name, _, entry = use.name.partition(".")
    section = selectors.sections.get(section_name)
    if section is None:
        return f"section [{section_name}]"
    if use.kind == "table" and section.table is None:
        return f"'rows' in section [{section_name}]"
    if use.kind == "column" and section.table and entry not in section.table.columns:
        return f"column {entry!r} in section [{section_name}]"
    if use.kind == "beginning" and not any(e.startswith(entry) for e in section.entries):
        return repr(f"{use.name}...")
    return repr(use.name) if use.kind == "entry" and entry not in section.entries else ""


def _nearest(selectors: PortalSelectors, use: _Use) -> str:
    section_name, _, entry = use.name.partition(".")
    section = selectors.sections.get(section_name)
    if section is None:
        return meant(section_name, [*selectors.sections])
    if use.kind == "column" and section.table:
        return meant(entry, [*section.table.columns])
    return meant(entry, [*section.entries]) if use.kind == "entry" else ""


def _uses(robot: type[Robot]) -> Iterator[tuple[str, _Use]]:
    """Each use with its file, those of the methods inherited and not overridden among them."""
    methods = _methods(robot)
    passed = _passed_on({method.name: method for _, method in reversed(methods)})
    for place, method in methods:
        for use in _in_method(method, passed, vars(sys.modules[robot.__module__])):
            yield place, use


def _methods(robot: type[Robot]) -> list[tuple[str, ast.FunctionDef]]:
    """File and source of each method that may be called, the robot's own before inherited ones."""
    methods: list[tuple[str, ast.FunctionDef]] = []
    hidden: set[str] = set()
    for owner in robot.__mro__[:-1]:
        # Only the engine's own class stands beyond the robots folder.
        file = Path(inspect.getfile(owner))
        whose = "robots/" if owner.__module__.startswith("robots.") else "clerkwork's "
        own = [
            method
            for node in _classes(file.read_bytes())
            if node.name == owner.__name__
            for method in node.body
            if isinstance(method, ast.FunctionDef) and method.name not in hidden
        ]
        methods += [(f"{whose}{file.name}", method) for method in own]
        hidden |= {method.name for method in own if not _goes_on(method)}
    return methods


@lru_cache
def _classes(source: bytes) -> tuple[ast.ClassDef, ...]:
    """All robots inherit from one file, which is read once for them."""
    return tuple(node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef))


@lru_cache(maxsize=2048)
def _nodes(method: ast.FunctionDef) -> tuple[ast.AST, ...]:
    """All of a method, walked once however often it is looked through."""
    return tuple(ast.walk(method))


def _goes_on(method: ast.FunctionDef) -> bool:
    """Whether it calls what it overrides."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == method.name
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "super"
        for node in _nodes(method)
    )


def _in_method(
    method: ast.FunctionDef, passed: _Passed, known: Mapping[str, object]
) -> Iterator[_Use]:
    for node in _nodes(method):
        if isinstance(node, ast.Call):
            for value, kind in _named_in(node, passed):
                yield from _literal(value, kind)
            yield from _fields(node, known)
        if isinstance(node, ast.For | ast.comprehension):
            yield from _columns(node, method)


def _named_in(call: ast.Call, passed: _Passed) -> Iterator[tuple[ast.expr, str]]:
    """The arguments of a call that are selectors, with their kind."""
    if not isinstance(call.func, ast.Attribute):
        return
    verb, owner = call.func.attr, call.func.value
    if _is_screen(owner) and verb in _SCREEN:
        kind = {"rows": "table", "pin": "section"}.get(verb, "entry")
        for value in call.args if verb in _SEVERAL else call.args[:1]:
            yield value, kind
    elif isinstance(owner, ast.Name) and owner.id == "self" and verb == "arrive":
        for value in call.args:
            yield value, "entry"
    elif isinstance(owner, ast.Name) and owner.id == "self":
        for position, kind in passed.get(verb, {}).items():
            if position < len(call.args):
                yield call.args[position], kind


def _literal(value: ast.expr, kind: str) -> Iterator[_Use]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield _Use(line=value.lineno, name=value.value, kind=kind)
    elif isinstance(value, ast.JoinedStr) and isinstance(value.values[0], ast.Constant):
        yield _Use(line=value.lineno, name=str(value.values[0].value), kind="beginning")
    elif isinstance(value, ast.IfExp):
        yield from _literal(value.body, kind)
        yield from _literal(value.orelse, kind)


def _fields(call: ast.Call, known: Mapping[str, object]) -> Iterator[_Use]:
    """Columns that `self.read("orders", Order)` needs: the fields that have no default."""
    if not (isinstance(call.func, ast.Attribute) and call.func.attr == "read"):
        return
    match call.args:
        case [ast.Constant(value=str(section)), ast.Name(id=shape)] if is_dataclass(
            known.get(shape)
        ):
            for field in fields(cast(Any, known[shape])):
                if field.default is MISSING and field.default_factory is MISSING:
                    yield _Use(line=call.lineno, name=f"{section}.{field.name}", kind="column")


def _columns(loop: ast.For | ast.comprehension, method: ast.FunctionDef) -> Iterator[_Use]:
    """Columns of the rows that a loop goes through, as in `row.text("number")`."""
    call, row = loop.iter, loop.target
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
        return
    if not (_is_screen(call.func.value) and call.func.attr == "rows" and call.args):
        return
    section = call.args[0]
    if not (isinstance(section, ast.Constant) and isinstance(row, ast.Name)):
        return
    where: ast.AST = loop if isinstance(loop, ast.For) else _around(loop, method)
    for node in ast.walk(where):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        owner, column = node.func.value, node.args[0]
        mine = isinstance(owner, ast.Name) and owner.id == row.id and node.func.attr in _CELL
        if mine and isinstance(column, ast.Constant):
            name = f"{section.value!s}.{column.value!s}"
            yield _Use(line=column.lineno, name=name, kind="column")


def _around(loop: ast.comprehension, method: ast.FunctionDef) -> ast.AST:
    return next(n for n in _nodes(method) if loop in getattr(n, "generators", ()))


def _passed_on(methods: Mapping[str, ast.FunctionDef]) -> _Passed:
    passed: _Passed = {}
    while True:
        found = {name: _handed_on(method, passed) for name, method in methods.items()}
        if found == passed:
            return passed
        passed = found


def _handed_on(method: ast.FunctionDef, passed: _Passed) -> dict[int, str]:
    # The first is the robot itself.
    names = [argument.arg for argument in method.args.args[1:]]
    return {
        names.index(value.id): kind
        for node in _nodes(method)
        if isinstance(node, ast.Call)
        for value, kind in _named_in(node, passed)
        if isinstance(value, ast.Name) and value.id in names
    }


def _is_screen(owner: ast.expr) -> bool:
    return isinstance(owner, ast.Attribute) and owner.attr == "screen"
