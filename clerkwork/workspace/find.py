"""Find the workspace a command runs in, and import its robots and tasks."""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

from clerkwork.app.robot import Robot
from clerkwork.app.task import Task
from clerkwork.errors import ClerkworkError, ConfigError

__all__ = ["PARTS", "check_folders", "find_root", "load_robots", "load_tasks"]

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


def check_folders(root: Path) -> None:
    """Raise `ConfigError` where Python would import something else than what is meant."""
    for part in ("robots", "tasks"):
        if not (root / part / "__init__.py").exists():
            raise ConfigError(
                f"{part}/__init__.py is missing: without it an installed package named {part!r} "
                "would be imported instead; add an empty one"
            )
    for file in sorted((root / "selectors").glob("*.py")):
        raise ConfigError(
            f"selectors/{file.name} must not be there: with it, Python would take this folder for "
            "its own module of that name, and nothing would start. Remove it; selectors are data"
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
                raise _twice("robot", value.name, other, module.__name__)
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
                raise _twice("task", value.name, other, module.__name__)
            found[value.name] = value
    return found


def _twice(what: str, name: str, *modules: str) -> ConfigError:
    one, other = (f"{module.replace('.', '/')}.py" for module in modules)
    return ConfigError(f"{what} {name!r} stands in {one} and in {other}: rename or remove one")


def _modules(root: Path, part: str) -> Iterator[ModuleType]:
    _make_importable(root)
    for file in sorted((root / part).glob("*.py")):
        if file.stem == "__init__":
            continue
        try:
            yield importlib.import_module(f"{part}.{file.stem}")
        except ClerkworkError as error:
            place = _place(error, root, f"{part}/{file.name}")
            raise ConfigError(f"{place}: {error}") from error
        except (Exception, SystemExit) as error:
            place = _place(error, root, f"{part}/{file.name}")
            said = error.msg if isinstance(error, SyntaxError) else error
            raise ConfigError(
                f"{place} cannot be imported: {type(error).__name__}: {said}. Correct it there"
            ) from error


def _place(error: BaseException, root: Path, file: str) -> str:
    """Where in the workspace it went wrong: 'robots/acme.py, line 12'."""
    if isinstance(error, SyntaxError) and error.filename:
        found, line = Path(error.filename), error.lineno or 0
    else:
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if Path(frame.filename).is_relative_to(root)]
        if not own:
            return file
        found, line = Path(own[-1].filename), own[-1].lineno or 0
    return f"{found.relative_to(root) if found.is_relative_to(root) else found}, line {line}"


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
