"""A workspace: the robots, tasks, selectors and config of one back office, found and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from clerkwork.app.robot import Robot
from clerkwork.app.task import Task
from clerkwork.core.selectors import PortalSelectors, parse_selectors
from clerkwork.errors import ConfigError
from clerkwork.workspace.checks import check_portals
from clerkwork.workspace.config import Config, read_config, with_journeys
from clerkwork.workspace.find import check_folders, find_root, load_robots, load_tasks
from clerkwork.workspace.images import read_images
from clerkwork.workspace.schedules import set_schedules
from clerkwork.workspace.starter import make_workspace
from clerkwork.workspace.toml import read_toml
from clerkwork.workspace.uses import check_selectors

__all__ = ["Workspace", "make_workspace", "open_workspace", "trying"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    root: Path
    config: Config
    selectors: Mapping[str, PortalSelectors]
    robots: Mapping[str, type[Robot]]
    tasks: Mapping[str, Task]

    @property
    def output(self) -> Path:
        return self.root / "output"

    @property
    def evidence(self) -> Path:
        return self.output / "evidence"

    @property
    def reports(self) -> Path:
        return self.output / "reports"

    @property
    def demo_folder(self) -> Path:
        """Where the demo's world keeps its databases and mail."""
        return self.output / "demo"

    def task(self, name: str) -> Task:
        """Raises `ConfigError` if there is none of that name, with the nearest one."""
        if name in self.tasks:
            return self.tasks[name]
        close = get_close_matches(name, self.tasks, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ConfigError(f"there is no task {name!r}.{hint} `clerkwork list` shows them all")


def open_workspace(folder: Path | None) -> Workspace:
    """The workspace in or above a folder (or the current one), everything in it checked.

    Raises `ConfigError` for the first thing that is wrong: nothing has been started then.
    """
    root = find_root((folder or Path.cwd()).resolve())
    check_folders(root)
    selectors = {}
    for file in sorted((root / "selectors").glob("*.toml")):
        shown = f"selectors/{file.name}"
        images = read_images(file.with_suffix(""), f"selectors/{file.stem}")
        selectors[file.stem] = parse_selectors(read_toml(file, shown), shown, images)
    config = read_config(root)
    robots = load_robots(root)
    check_portals(config.portals, robots, root)
    check_selectors(robots, selectors)
    tasks = set_schedules(load_tasks(root), config, robots, root)
    return Workspace(root=root, config=config, selectors=selectors, robots=robots, tasks=tasks)


def trying(place: Workspace, journeys: Path | None) -> Workspace:
    """The workspace with the journeys of another file in place of its own; itself where none is.

    Raises `ConfigError` for the first thing that is wrong in the file.
    """
    if journeys is None:
        return place
    return replace(place, config=with_journeys(place.config, journeys, place.root))
