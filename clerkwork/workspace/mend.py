"""Selectors files changed where a proposal says so, with comments and order kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from clerkwork.core.healing import Change, Proposal
from clerkwork.core.selectors import parse_selectors
from clerkwork.errors import ConfigError
from clerkwork.workspace.toml import read_text

__all__ = ["mended", "proposed_diff", "write_mended"]


def mended(root: Path, proposal: Proposal, *, back: bool = False) -> tuple[str, str]:
    """A portal's selectors file as it is, and as it is with a proposal taken in (or out again).

    Raises `ConfigError` where the file says meanwhile something else than the proposal knows.
    """
    shown = f"selectors/{proposal.portal}.toml"
    before = read_text(root / shown, shown)
    try:
        document = tomlkit.parse(before)
    except TOMLKitError as error:
        raise ConfigError(f"{shown}: this is no valid TOML: {error}. Correct it") from None
    for change in proposal.changes:
        _change(document, change, shown, back=back)
    after = tomlkit.dumps(document)
    parse_selectors(tomlkit.parse(after).unwrap(), shown)
    return before, after


def proposed_diff(root: Path, proposal: Proposal) -> tuple[str, ...]:
    """The proposal as lines of a unified diff of its file."""
    before, after = mended(root, proposal)
    name = f"selectors/{proposal.portal}.toml"
    lines = unified_diff(before.splitlines(), after.splitlines(), name, name, lineterm="")
    return tuple(lines)


def write_mended(root: Path, proposal: Proposal, *, back: bool = False) -> None:
    """Write the file with the proposal taken in, or out again; whole or not at all."""
    _, after = mended(root, proposal, back=back)
    path = root / "selectors" / f"{proposal.portal}.toml"
    draft = path.with_name(f".{path.name}.part")
    draft.write_text(after, encoding="utf-8", newline="")
    draft.replace(path)


def _change(document: Any, change: Change, shown: str, *, back: bool) -> None:
    *way, last = change.path
    at: Any = document
    try:
        for part in way:
            at = at[part]
        there = at[last] if isinstance(last, int) or last in at else None
    except (KeyError, IndexError, TypeError):
        raise _meanwhile(shown, change.path) from None
    expected, wanted = (change.new, change.old) if back else (change.old, change.new)
    if _plain(there) != _plain(expected):
        raise _meanwhile(shown, change.path)
    if wanted is None:
        del at[last]
    else:
        at[last] = _value(wanted)


def _value(wanted: object) -> Any:
    if not isinstance(wanted, Mapping):
        return wanted
    table = tomlkit.inline_table()
    table.update(wanted)
    return table


def _plain(value: Any) -> object:
    unwrapped = value.unwrap() if hasattr(value, "unwrap") else value
    return dict(unwrapped) if isinstance(unwrapped, Mapping) else unwrapped


def _meanwhile(shown: str, path: Sequence[str | int]) -> ConfigError:
    key = ".".join(map(str, path))
    return ConfigError(
        f"{shown}: {key} was changed since this was proposed. Look at the file; reject the "
        "proposal if it is no longer needed"
    )
