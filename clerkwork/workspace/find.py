"""Find the workspace a command runs in, and import its robots and tasks."""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

from clerkwork.app.robot import Robot
from clerkwork.app.task import Task
from clerkwork.core.selectors import PortalSelectors
from clerkwork.errors import ClerkworkError, ConfigError

__all__ = ["PARTS", "check_selectors", "find_root", "load_robots", "load_tasks"]

PARTS = ("robots", "tasks", "selectors", "config")
"""The folders that make a workspace; `output` is made when something is left behind."""


def find_root(start: Path) -> Path:
    """The nearest folder upwards that is a workspace; raises `ConfigError` if there is none."""
    for folder in (start, *start.parents):
        if all((folder / part).is_dir() for part in PARTS):
            return folder
    raise ConfigError(
        f"{start} is no workspace: it, or a folder above it, should hold {', '.join(PARTS)}. "
        "Go to yours, name it with --workspace, or make one with `clerkwork init DIR`"
    )


def load_robots(root: Path) -> Mapping[str, type[Robot]]:
    """Every robot of the workspace by name; raises `ConfigError` where two share one."""
    found: dict[str, type[Robot]] = {}
    for module in _modules(root, "robots"):
        for value in vars(module).values():
            if not (isinstance(value, type) and issubclass(value, Robot) and value is not Robot):
                continue
            if value.__module__ != module.__name__:
                continue
            if value.name in found:
                other = found[value.name].__module__
                raise ConfigError(f"robot {value.name} stands in {other} and {module.__name__}")
            found[value.name] = value
    return found


def load_tasks(root: Path) -> Mapping[str, Task]:
    """Every task of the workspace by name; raises `ConfigError` where two share one."""
    found: dict[str, Task] = {}
    for module in _modules(root, "tasks"):
        for value in vars(module).values():
            if not isinstance(value, Task) or value.work.__module__ != module.__name__:
                continue
            if value.name in found:
                other = found[value.name].work.__module__
                raise ConfigError(f"task {value.name} stands in {other} and {module.__name__}")
            found[value.name] = value
    return found


def check_selectors(
    robots: Mapping[str, type[Robot]], known: Mapping[str, PortalSelectors]
) -> None:
    """Raise `ConfigError` if a robot names a selector that its file does not have."""
    for name, robot in robots.items():
        module = sys.modules[robot.__module__]
        file = Path(module.__file__ or "")
        selectors = known.get(name)
        if selectors is None:
            raise ConfigError(f"selectors/{name}.toml is missing: robot {name} needs it")
        for line, selector in _named(file):
            if not _has(selectors, selector):
                raise ConfigError(
                    f"selectors/{name}.toml has no {selector!r}, which {file.name} uses in line "
                    f"{line}: add it there, or correct the robot"
                )


def _named(file: Path) -> Iterator[tuple[int, str]]:
    """Each selector a robot's source names as a literal, with its line."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner = node.func.value
        if not (isinstance(owner, ast.Attribute) and owner.attr == "screen"):
            continue
        literals = [arg for arg in node.args if isinstance(arg, ast.Constant)]
        wanted = literals if node.func.attr == "wait_for" else literals[:1]
        if node.func.attr in ("open", "picture", "writing"):
            continue
        for literal in wanted:
            if isinstance(literal.value, str):
                yield literal.lineno, literal.value


def _has(selectors: PortalSelectors, name: str) -> bool:
    section, _, entry = name.partition(".")
    known = selectors.sections.get(section)
    return known is not None and (not entry or entry in known.entries)


def _modules(root: Path, part: str) -> Iterator[ModuleType]:
    if not (root / part / "__init__.py").exists():
        raise ConfigError(
            f"{part}/__init__.py is missing: without it an installed package named {part!r} "
            "would be imported instead; add an empty one"
        )
    _make_importable(root)
    for file in sorted((root / part).glob("*.py")):
        if file.stem == "__init__":
            continue
        try:
            yield importlib.import_module(f"{part}.{file.stem}")
        except ClerkworkError:
            raise
        except Exception as error:
            raise ConfigError(
                f"{part}/{file.name} cannot be imported: {type(error).__name__}: {error}"
            ) from error


def _make_importable(root: Path) -> None:
    """Put the workspace first on the path, and forget the parts of another one."""
    place = str(root)
    if sys.path[0] != place:
        sys.path.insert(0, place)
    for name in [n for n in sys.modules if n.partition(".")[0] in ("robots", "tasks")]:
        file = getattr(sys.modules[name], "__file__", None)
        if file is None or not Path(file).is_relative_to(root):
            del sys.modules[name]
    importlib.invalidate_caches()
