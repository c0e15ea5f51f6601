"""Channels of other packages, found by their entry points and set up in `config/channels.toml`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, is_dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from clerkwork.core.journeys import CHANNELS
from clerkwork.errors import ConfigError
from clerkwork.ports import ChannelPlugin
from clerkwork.workspace.toml import meant, read_table

__all__ = ["GROUP", "Plugged", "found", "read_plugins"]

GROUP = "clerkwork.channels"
_SHOWN = "config/channels.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugged:
    """A channel of another package, with what this workspace set for it."""

    name: str
    way: str
    plugin: ChannelPlugin
    settings: Any


def found() -> tuple[EntryPoint, ...]:
    """The entry points of channels, of all that is installed."""
    return tuple(entry_points(group=GROUP))


def read_plugins(
    root: Path,
    names: Iterable[str],
    own: Iterable[str],
    there: Callable[[], Iterable[EntryPoint]] = found,
) -> tuple[Plugged, ...]:
    """What the tables [plugins.NAME] set up; nothing else of what is installed is loaded.

    `own` are the ways that Clerkwork's own channels are set up for. Raises `ConfigError`.
    """
    return tuple(_read(root, [*names], {*own}, there))


def _read(
    root: Path, names: list[str], taken: set[str], there: Callable[[], Iterable[EntryPoint]]
) -> Iterator[Plugged]:
    if not names:
        return
    known = {point.name: point for point in there()}
    for name in names:
        if name not in known:
            hint = meant(name, sorted(known)) or "No package with a channel is installed."
            raise ConfigError(
                f"{_SHOWN}: [plugins.{name}] is for a channel that no installed package has. {hint}"
            )
        plugin = _loaded(known[name])
        if plugin.way in taken:
            raise ConfigError(
                f"{_SHOWN}: [plugins.{name}] is another way to reach debtors by {plugin.way}, "
                "which is set up already; remove one of them"
            )
        taken.add(plugin.way)
        settings: Any = read_table(
            root / "config" / "channels.toml", _SHOWN, plugin.settings, ("plugins", name)
        )
        yield Plugged(name=name, way=plugin.way, plugin=plugin, settings=settings)


def _loaded(point: EntryPoint) -> ChannelPlugin:
    try:
        plugin: ChannelPlugin = point.load()
    except Exception as error:
        raise ConfigError(
            f"the channel {point.name} cannot be loaded from {point.value}: {error}. Ask whoever "
            f"made it, or remove [plugins.{point.name}] from {_SHOWN}"
        ) from error
    way = getattr(plugin, "way", "")
    shape = getattr(plugin, "settings", None)
    wrong = ""
    if way not in CHANNELS:
        wrong = f"its way is {way!r}; expected one of {', '.join(sorted(CHANNELS))}"
    elif not (isinstance(shape, type) and is_dataclass(shape)):
        wrong = "its settings are no dataclass"
    elif not callable(getattr(plugin, "open", None)):
        wrong = "it has no open(settings, tools)"
    if wrong:
        raise ConfigError(
            f"the channel {point.name} of {point.value} does not fit: {wrong}. Ask whoever made it"
        )
    return plugin
