"""Lay a new robot's files out in a workspace: all of them, or none."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from importlib.resources import files
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from clerkwork.errors import ConfigError
from clerkwork.workspace.toml import read_text

__all__ = ["UNKNOWN", "check_address", "check_name", "class_name", "lay_out", "make_robot"]

UNKNOWN = "https://portal.example/"
"""Stands in the config where nobody has told the portal's address yet."""

_LONGEST = 40
_TAKEN_BY_WINDOWS = frozenset({"aux", "con", "nul", "prn"})
_PORTALS = "config/portals.toml"
_SKELETON = {
    "robot.py": "robots/{name}.py",
    "selectors.toml": "selectors/{name}.toml",
    "task.py": "tasks/{name}_open_items.py",
    "test.py": "tests/test_{name}.py",
    "index.html": "tests/pages/{name}/index.html",
    "home.html": "tests/pages/{name}/home.html",
    "items.html": "tests/pages/{name}/items.html",
}


def make_robot(root: Path, name: str, address: str = "") -> tuple[str, ...]:
    """Write the skeleton of a robot with its test into a workspace; what was written, in order.

    Raises `ConfigError`, having written nothing, for a name or an address that is none and
    where something of that name is there.
    """
    check_name(name)
    words = {"name": name, "shape": class_name(name), "spoken": name.replace("_", " ").title()}
    folder = files("clerkwork.workspace").joinpath("templates")
    texts = {
        place.format(name=name): Template(
            folder.joinpath(f"{template}.tmpl").read_text(encoding="utf-8")
        ).substitute(words)
        for template, place in _SKELETON.items()
    }
    lay_out(root, name, texts, address)
    return (*texts, _PORTALS)


def lay_out(root: Path, name: str, texts: Mapping[str, str], address: str = "") -> None:
    """Write files by their path in the workspace, and the portal's table into its config.

    The table comes last and in one piece, and comments in the file stay. Raises `ConfigError`
    as `make_robot` does; whatever fails, what was written is taken away again.
    """
    check_address(address)
    for place in texts:
        if (root / place).exists():
            raise ConfigError(
                f"{place} is there already: choose another name, or remove it if it is not needed"
            )
    portals = _with_portal(root, name, address or UNKNOWN)
    with ExitStack() as undo:
        for place, text in texts.items():
            _make_folders((root / place).parent, undo)
            undo.callback((root / place).unlink, missing_ok=True)
            (root / place).write_text(text, encoding="utf-8")
        written = root / f"{_PORTALS}.new"
        undo.callback(written.unlink, missing_ok=True)
        written.write_text(portals, encoding="utf-8")
        written.replace(root / _PORTALS)
        undo.pop_all()


def check_name(name: str) -> None:
    """Raise `ConfigError` if a robot cannot bear that name."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ConfigError(
            f"{name!r} is no name for a robot: give it lower-case letters, digits and "
            "underscores, a letter first, as in acme_erp"
        )
    if name.startswith("test") or name.endswith("_test"):
        raise ConfigError(
            f"{name!r} would be taken for a test by pytest, with its class and its task: choose "
            "another name for the robot, such as trial_erp"
        )
    if len(name) > _LONGEST:
        raise ConfigError(f"{name!r} is too long for a robot: at most {_LONGEST} letters")
    if keyword.iskeyword(name) or name in _TAKEN_BY_WINDOWS or name in sys.stdlib_module_names:
        raise ConfigError(
            f"{name!r} means something else to Python or to the system: choose another name, "
            f"such as {name}_erp"
        )


def check_address(address: str) -> None:
    """Raise `ConfigError` if it is given and no web address."""
    try:
        parts = urlsplit(address)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if address and not (fits and address.isprintable()):
        raise ConfigError(f"{address!r} is no address: expected one such as https://erp.example/")
    if address and (parts.username or parts.password):
        raise ConfigError(
            "the address holds a user or a password: leave them out, they belong into the vault"
        )


def class_name(name: str) -> str:
    """As its class is called: 'acme_erp' is AcmeErp."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def _with_portal(root: Path, name: str, address: str) -> str:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    text = read_text(root / _PORTALS, _PORTALS)
    try:
        portals = tomlkit.parse(text)
    except TOMLKitError as error:
        raise ConfigError(f"{_PORTALS}: this is no valid TOML: {error}. Correct it") from None
    if name in portals:
        raise ConfigError(f"{_PORTALS} has a table [{name}] already: choose another name")
    table = tomlkit.table()
    table.add("address", address)
    table.add("writes", "confirm")
    if text.strip():
        table.trivia.indent = "" if text.endswith("\n\n") else "\n"
    portals.add(name, table)
    return tomlkit.dumps(portals)


def _make_folders(folder: Path, undo: ExitStack) -> None:
    """The folder and those above it that are missing; taken away again if they stay empty."""
    if not folder.is_dir():
        _make_folders(folder.parent, undo)
        folder.mkdir()
        undo.callback(folder.rmdir)
