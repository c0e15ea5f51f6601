"""Which store a command opens, and whether it may make one where there is none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from clerkwork.adapters.store.copying import file_of
from clerkwork.errors import StoreError
from clerkwork.workspace import Workspace

__all__ = ["Want", "address_to_open", "in_workspace", "store_url"]

Want = Literal["make", "look", "there", "anew"]
"""What is done where there is no store.

'make': it is made, if nothing was ever run here. 'look': nothing is made, and where nothing was
ever run an empty one is looked at. 'there': that is an error. 'anew': somebody has said that an
empty one is to be made, whatever lies beside it.
"""

_IN_MEMORY = "sqlite://"
_TRIALS = ("try_", "check_")
"""How the names of runs begin that only try a robot, behind their time."""


def store_url(place: Workspace) -> str:
    """The store's address, without a password."""
    return in_workspace(place, place.config.settings.store)


def in_workspace(place: Workspace, url: str) -> str:
    """An address as it is written in a workspace; a relative path begins there."""
    path = url.removeprefix("sqlite:///")
    return url if path == url else f"sqlite:///{place.root / path}"


def address_to_open(place: Workspace, want: Want, url: str = "") -> str:
    """The address of the workspace's store, or of `url`, to be opened for what is wanted.

    Only a file can be missing. A store that was lost is never made anew without a word, and no
    folder is made outside of the workspace: such a path is mistyped. Raises `StoreError`.
    """
    url = url or store_url(place)
    file = file_of(url)
    if file is None or _holds_something(file):
        return url
    if want != "anew" and (left := _left_of_runs(place, file)):
        raise StoreError(
            f"There is no store at {file}, but {left}: it was removed, or 'store' in "
            "config/workspace.toml is wrong. Nothing was begun. Correct that, or put back the last "
            "backup: clerkwork store restore FILE. Only if nothing that it knew is needed any "
            "more (it knew what was keyed and sent), begin anew: clerkwork store new"
        )
    inside = _is_inside(place, file)
    if want == "there" or (want == "look" and not inside):
        raise StoreError(
            f"There is no store at {file}; nothing was made. Correct 'store' in "
            "config/workspace.toml, put back a backup (clerkwork store restore FILE), or begin "
            "with an empty one: clerkwork store new"
        )
    if want == "look":
        return _IN_MEMORY
    if not inside and not file.parent.is_dir():
        raise StoreError(
            f"There is no folder {file.parent} for the store; nothing was made. Correct the "
            "store's address, or make the folder first: outside of the workspace none is made."
        )
    return url


def _is_inside(place: Workspace, file: Path) -> bool:
    return Path(os.path.normpath(file)).is_relative_to(place.root)


def _holds_something(file: Path) -> bool:
    """Whether there is a store; one that was only begun, before its first page, is none."""
    journal = file.with_name(f"{file.name}-wal")
    return file.exists() and any(_size(one) > 0 for one in (file, journal))


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _left_of_runs(place: Workspace, file: Path) -> str:
    """What lies beside a store only if work was done with it, in words; empty if nothing does."""
    runs = sum(
        1
        for header in place.evidence.glob("*/run.json")
        # A robot may be tried where no store was ever needed; it writes nothing anywhere.
        if not any(f"-{trial}" in header.parent.name for trial in _TRIALS)
    )
    queue = file.with_name("engine.db")
    found = [f"the evidence of {runs} runs is in {place.evidence}"] if runs else []
    found += [f"the engine's queue {queue.name} lies beside it"] if queue.exists() else []
    return " and ".join(found)
